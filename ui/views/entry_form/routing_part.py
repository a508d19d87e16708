"""Crime and safeguarding: four questions; a yes asks where it went, never what it was."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fieldapp.domain.bodies import TEXT_LIMIT
from resources import code_list
from ui.presenters.entry.routing import QUESTIONS
from ui.views.entry_form.part import Part
from ui.views.entry_form.yes_no import YesNo
from ui.views.looks import choices_of
from ui.widgets.arrange import row
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chip_face import CheckChip
from ui.widgets.chips import Chips
from ui.widgets.field import Field
from ui.widgets.glyph import Glyph
from ui.widgets.text import Label
from ui.widgets.text_field import TextField
from ui.widgets.time_field import TimeField
from ui.words import local, parse, time_words

_ASKED = {
    "discloses_crime": "Did anyone tell you about a crime?",
    "emergency": "Is anyone in danger now, or missing?",
    "safeguarding_concern": "Is there a safeguarding concern?",
    "intel_submitted": "Did you send an intelligence report?",
}


class RoutingPart(Part):
    """Questions with what a yes needs, and one tap for none of them."""

    key = "routing"
    names = (
        *QUESTIONS,
        "crime_or_incident_ref",
        "reported_to_control_at",
        "control_room_log",
        "safeguarding",
        "intel_ref",
    )
    hint = "References only, never the details"

    def make(self) -> None:
        self.none = Button("None of these", icon="check", on=self._on_none)
        self.none.setObjectName("routing.none")
        self.add(row(self.none, None))
        self.questions: dict[str, YesNo] = {}
        self.behind: dict[str, Card] = {}
        makers = {
            "discloses_crime": self._crime,
            "emergency": self._emergency,
            "safeguarding_concern": self._safeguarding,
            "intel_submitted": self._intelligence,
        }
        for name in QUESTIONS:
            asked = YesNo(_ASKED[name])
            asked.changed.connect(self._on_answer)
            frame = Field(_ASKED[name], asked)
            self.fields.put(name, asked, frame)
            self.questions[name] = asked
            self.behind[name] = Card(margins=16, spacing=14)
            makers[name](self.behind[name])
            self.add(frame)
            self.add(self.behind[name])

    def show(self) -> None:
        routing, answers = self.entry.routing, self.form.answers
        for name, asked in self.questions.items():
            asked.set_answer(routing.answer(name))
            self.behind[name].setVisible(routing.answer(name) is True)
        self.none.setVisible(any(routing.answer(name) is None for name in QUESTIONS))
        for edit, name in self._texts.items():
            edit.set_text(answers.text(name))
        told = parse(answers.get("reported_to_control_at"))
        self.told.setText(f"Control room told at {time_words(told)}" if told else "")
        self.told.setVisible(told is not None)
        self.tell.set_words("Told them again just now" if told else "I have told the control room")
        self.route.set_value(answers.text("safeguarding.routed_to"))
        at = routing.routed_at
        clock = local(at).time().replace(second=0, microsecond=0) if at else None
        if self.routed_at.value() != clock:
            self.routed_at.set_value(clock)
        by_control = answers.flag("safeguarding.reference_by_control_room") is True
        self.by_control.setChecked(by_control)
        self.referral.setEnabled(not by_control)

    def summary(self) -> str:
        return self.entry.routing.summary()

    def done(self) -> bool:
        return self.entry.routing.complete

    # ------------------------------------------------------------------- what a yes needs

    @property
    def _texts(self) -> dict[TextField, str]:
        return {
            self.crime_ref: "crime_or_incident_ref",
            self.log: "control_room_log",
            self.referral: "safeguarding.force_referral_ref",
            self.intel_ref: "intel_ref",
        }

    def _text(self, card: Card, name: str, label: str, hint: str = "") -> TextField:
        edit = TextField(label, limit=TEXT_LIMIT)
        edit.edited.connect(self._on_text)
        frame = Field(label, edit, hint)
        card.add(frame)
        self.fields.put(name, edit, frame)
        return edit

    def _crime(self, card: Card) -> None:
        hint = "The reference only. Record the crime in the crime system."
        self.crime_ref = self._text(card, "crime_or_incident_ref", "Crime or incident number", hint)
        self.tell = Button("I have told the control room", icon="phone", on=self._on_told)
        self.told = Label("", "muted")
        room = QWidget()
        room.setObjectName("plain")
        room.setLayout(row(self.tell, (self.told, 1), spacing=12))
        card.add(Label("or, while there is no number yet", "muted"))
        card.add(room)
        self.fields.put("reported_to_control_at", self.tell)

    def _emergency(self, card: Card) -> None:
        words = str(self.form.facts.setting("emergency_stop"))
        card.add(row(Glyph("emergency", "danger", 24), (Label(words, "strong", wrap=True), 1)))
        hint = "They give it to you when you call."
        self.log = self._text(card, "control_room_log", "Control room log number", hint)

    def _safeguarding(self, card: Card) -> None:
        line = "Tell the right person first. What was said is not written here."
        card.add(row(Glyph("lock", "warning", 24), (Label(line, "strong", wrap=True), 1)))
        self.route = Chips(
            choices_of("safeguarding_route", only=self._routes()), "Passed on to", multi=False
        )
        self.route.changed.connect(self._on_route)
        frame = Field("Who did you pass it on to?", self.route)
        card.add(frame)
        self.fields.put("safeguarding.routed_to", self.route, frame)
        self.routed_at = TimeField("Passed on at")
        self.routed_at.changed.connect(self._on_routed_at)
        frame = Field("When?", self.routed_at)
        self.routed_at.setMaximumWidth(360)
        card.add(frame)
        self.fields.put("safeguarding.routed_at", self.routed_at.target, frame)
        self.referral = self._text(card, "safeguarding.force_referral_ref", "Referral reference")
        self.by_control = CheckChip("Will be given by control room")
        self.by_control.clicked.connect(self._on_by_control)
        card.add(row(self.by_control, None))
        self.fields.put("safeguarding.reference_by_control_room", self.by_control)

    def _intelligence(self, card: Card) -> None:
        words = str(self.form.facts.setting("intelligence_notice"))
        card.add(Label(words, "muted", wrap=True))
        self.intel_ref = self._text(card, "intel_ref", "Intelligence report reference")

    def _routes(self) -> list[str]:
        at_school = self.form.facts.type.shows("school")
        items = code_list("safeguarding_route").items
        return [item.code for item in items if at_school or item.text("setting") != "school"]

    # ------------------------------------------------------------------- what the officer did

    def _on_none(self) -> None:
        self.entry.routing.none_of_these()

    def _on_answer(self) -> None:
        for name, asked in self.questions.items():
            answer = asked.answer()
            if answer is not None and answer != self.entry.routing.answer(name):
                self.entry.routing.set_answer(name, yes=answer)

    def _on_text(self) -> None:
        for edit, name in self._texts.items():
            self.form.set(name, edit.text())

    def _on_told(self) -> None:
        self.entry.routing.told_control_now()

    def _on_route(self) -> None:
        self.form.set("safeguarding.routed_to", self.route.value())

    def _on_routed_at(self) -> None:
        self.entry.routing.set_routed_time(self.routed_at.value())

    def _on_by_control(self) -> None:
        on = self.by_control.isChecked()
        self.form.set("safeguarding.reference_by_control_room", on or None)
        if on:
            self.form.set("safeguarding.force_referral_ref", None)
