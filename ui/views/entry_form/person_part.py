"""Person: nobody by default; details only for a purpose; consent read out and answered."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from fieldapp.domain.bodies import TEXT_LIMIT
from resources import code_list
from ui.presenters.entry.contact import GIVEN, REFUSED
from ui.views.entry_form.part import Part
from ui.views.entry_form.yes_no import YesNo
from ui.views.looks import choices_of
from ui.widgets.arrange import column, row
from ui.widgets.card import Card
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.field import Field
from ui.widgets.glyph import Glyph
from ui.widgets.reflow import Reflow
from ui.widgets.text import Heading, Label
from ui.widgets.text_field import TextField

_NOBODY = Choice("", "No details needed")
_FIELDS = (
    ("full_name", "Name", TEXT_LIMIT),
    ("address_line", "Address", TEXT_LIMIT),
    ("postcode", "Postcode", 10),
    ("phone", "Phone", 40),
    ("email", "Email", 254),
    ("best_time", "Best time", TEXT_LIMIT),
    ("accessibility_needs", "Needs to be considered", TEXT_LIMIT),
)


class ConsentCard(Card):
    """The words to read out for one purpose, and a yes or no that nobody has ticked before."""

    def __init__(self, part: PersonPart, purpose: str) -> None:
        super().__init__(margins=16, spacing=10)
        self._contact, self.purpose = part.entry.contact, purpose
        label = code_list("consent_purpose").label(purpose)
        wording = self._contact.wording(purpose)
        self.asked = YesNo(label)
        self.asked.changed.connect(self._on_answer)
        self.method = Chips(choices_of("consent_method"), f"How they agreed: {label}", multi=False)
        self.method.changed.connect(self._on_method)
        self.method_frame = Field("How did they answer?", self.method)
        words = wording.text if wording else ""
        self.add(row(Glyph("comment", "text_muted", 22), (Heading(label, 2), 1), spacing=10))
        self.add(Label("Read this out:", "caption"))
        self.add(Label(f"“{words}”", wrap=True))
        frame = Field("What did they say?", self.asked)
        self.add(frame)
        self.add(self.method_frame)
        part.fields.put(f"consents.{purpose}", self.asked, frame)

    def show_answer(self) -> None:
        """Show what was said and how."""
        status = self._contact.status(self.purpose)
        self.asked.set_answer(None if status not in (GIVEN, REFUSED) else status == GIVEN)
        self.method_frame.setVisible(bool(status))
        self.method.set_value(self._contact.method(self.purpose) if status else "")

    def _on_answer(self) -> None:
        self._contact.answer(self.purpose, GIVEN if self.asked.answer() else REFUSED)

    def _on_method(self) -> None:
        status = self._contact.status(self.purpose)
        if status:
            self._contact.answer(self.purpose, status, self.method.value())


class PersonPart(Part):
    """Whether they asked something, whether details are needed, and what they agreed to."""

    key = "person"
    names = ("person", "consents", "is_query", "person_id")
    optional = True
    nothing = "No details kept"

    def make(self) -> None:
        question = "Did they ask something that needs an answer?"
        self.asks = YesNo(question)
        self.asks.changed.connect(self._on_asks)
        hours = self.form.facts.hours("query_hours")
        frame = Field(question, self.asks, f"An answer is due within {hours} hours of now.")
        self.add(frame)
        self.fields.put("is_query", self.asks, frame)
        purposes = (_NOBODY, *choices_of("person_purpose"))
        self.purpose = Chips(
            [Choice(p.value or "none", p.text) for p in purposes], "Details", multi=False
        )
        self.purpose.changed.connect(self._on_purpose)
        frame = Field(
            "Keep their name or contact details?", self.purpose, "Only for a purpose, never else."
        )
        self.add(frame)
        self.fields.put("person.created_for", self.purpose, frame)
        self.details = QWidget()
        self.details.setObjectName("plain")
        self._room = column(spacing=14)
        self.details.setLayout(self._room)
        self.add(self.details)
        self.edits: dict[str, TextField] = {}
        self.consents: dict[str, ConsentCard] = {}

    def show(self) -> None:
        contact, answers = self.entry.contact, self.form.answers
        self.asks.set_answer(answers.flag("is_query"))
        self.purpose.set_value("none" if contact.anonymous else contact.purpose)
        if not contact.anonymous and not self.edits:
            self._make_details()
        self.details.setVisible(not contact.anonymous)
        for code, edit in self.edits.items():
            edit.set_text(answers.text(f"person.{code}"))
        if self.edits:
            self.reply.set_value(answers.text("person.preferred_channel"))
        for card in self.consents.values():
            card.show_answer()

    def summary(self) -> str:
        return self.entry.contact.summary()

    def done(self) -> bool:
        contact = self.entry.contact
        return contact.anonymous or bool(contact.purpose)

    def _make_details(self) -> None:
        frames = []
        for code, label, limit in _FIELDS:
            edit = TextField(label, limit=limit)
            edit.edited.connect(self._on_edit)
            frame = Field(label, edit, optional=True)
            self.fields.put(f"person.{code}", edit, frame)
            self.edits[code] = edit
            frames.append(frame)
        self._room.addWidget(Reflow(frames, 300, most=2, spacing=16))
        channels = choices_of(
            "contact_channel", only=("PHONE", "EMAIL", "TEXT", "POST", "IN_PERSON")
        )
        self.reply = Chips(channels, "Reply by", multi=False)
        self.reply.changed.connect(self._on_reply)
        frame = Field("How would they like the reply?", self.reply, optional=True)
        self._room.addWidget(frame)
        self.fields.put("person.preferred_channel", self.reply, frame)
        for purpose in self.entry.contact.purposes:
            card = ConsentCard(self, purpose)
            self.consents[purpose] = card
            self._room.addWidget(card)
        if self.consents:
            self.fields.put("consents", next(iter(self.consents.values())).asked)

    def _on_asks(self) -> None:
        asked = self.asks.answer()
        self.form.set("is_query", asked)
        if asked:
            self.entry.follow_ups.ensure_query()

    def _on_purpose(self) -> None:
        value = self.purpose.value()
        if value == "none":
            self.entry.contact.keep_nothing()
        else:
            self.entry.contact.take_details(value)

    def _on_edit(self) -> None:
        for code, edit in self.edits.items():
            self.form.set(f"person.{code}", edit.text())

    def _on_reply(self) -> None:
        self.form.set("person.preferred_channel", self.reply.value())
