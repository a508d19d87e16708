"""Follow-ups: a promise by one tap, a question with its clock running from when it was asked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from fieldapp.domain.bodies import SUMMARY_LIMIT
from resources import code_list
from ui.presenters.entry.follow_ups import NAME, QUERY
from ui.views.entry_form.part import Part
from ui.views.looks import icon_of, shown
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button, IconButton
from ui.widgets.card import Card
from ui.widgets.chip_face import ActionChip
from ui.widgets.date_picker import DatePicker
from ui.widgets.field import Field
from ui.widgets.flow import Flow
from ui.widgets.growing_text import GrowingText
from ui.widgets.list_picker import PickSheet
from ui.widgets.tag import Tag
from ui.widgets.text import Label
from ui.widgets.time_field import TimeField
from ui.words import from_local, local, time_words


class FollowUpCard(Card):
    """One promise or question: the words, whose it is, until when."""

    def __init__(self, part: FollowUpsPart, key: str) -> None:
        super().__init__(margins=14, spacing=10)
        self._part, self._logic, self.key = part, part.entry.follow_ups, key
        item = self._logic.item(key)
        self._query = item.get("kind") == QUERY
        kinds = code_list("follow_up_kind")
        kind = str(item.get("kind", "ACTION"))
        icon = icon_of(kinds.item(kind).text("icon")) if kind in kinds else "flag"
        tag = Tag(kinds.label(kind), "warning" if self._query else "info", icon)
        asks = "What did they ask?" if self._query else "What did you promise?"
        self.words = GrowingText(asks, limit=SUMMARY_LIMIT, lines=1)
        self.words.edited.connect(self._on_words)
        self.due = Button("", "ghost", "calendar", on=self._on_due)
        self.due_words = Label("", "label")
        self.owner = Button("", "ghost", "person", on=self._on_owner)
        remove = IconButton("close", f"Take out this {kinds.label(kind).lower()}", on=self._out)
        until = self.due_words if self._query else self.due
        self.add(row(tag, until, self.owner, None, remove, spacing=10))
        frame = Field(asks, self.words)
        self.add(frame)
        part.fields.put(f"{NAME}.{key}.summary", self.words, frame)
        self.asked = TimeField("Asked at")
        self.asked.changed.connect(self._on_asked)
        self.asked.setMaximumWidth(360)
        asked_frame = Field("Asked at", self.asked, "The clock starts when they asked.")
        self.add(asked_frame)
        asked_frame.setVisible(self._query)
        part.fields.put(f"{NAME}.{key}.due_at", self.due)
        part.fields.put(f"{NAME}.{key}.owner_officer_id", self.owner)
        part.fields.put(f"{NAME}.{key}.raised_at", self.asked.target, asked_frame)
        self.show_item()

    def show_item(self) -> None:
        """Show the words and the dates as they are now."""
        item = self._logic.item(self.key)
        self.words.set_text(str(item.get("summary", "")))
        due = self._logic.due_words(self.key)
        self.due.set_words(due or "Set a date", name=f"{due or 'Set a date'}: change")
        owner = self._logic.owner_words(self.key)
        self.owner.set_words(owner, name=f"Who will see to it: {owner}; change")
        hours = self._part.form.facts.hours("query_hours")
        self.due_words.setText(f"{due} ({hours} hours)")
        asked = self._logic.asked(self.key)
        clock = local(asked).time().replace(second=0, microsecond=0) if asked else None
        if self.asked.value() != clock:
            self.asked.set_value(clock)

    def _on_words(self) -> None:
        self._logic.set_summary(self.key, self.words.text())

    def _on_due(self) -> None:
        today = self._part.entry.when.today
        due = self._logic.due(self.key)
        day = local(due).date() if due else today
        picker = DatePicker(self, day, today=today, earliest=today)
        picker.picked.connect(self._on_day)
        picker.present()

    def _on_day(self, day: Any) -> None:  # noqa: ANN401 - a date, from a signal of objects
        self._logic.set_due(self.key, day)

    def _on_owner(self) -> None:
        team = shown(self._part.form.facts.colleagues)
        sheet = PickSheet(self, "Who will see to it?", team, self._logic.owner(self.key))
        sheet.picked.connect(self._on_picked)
        sheet.present()

    def _on_picked(self, officer: str) -> None:
        self._logic.set_owner(self.key, officer)

    def _on_asked(self) -> None:
        clock, before = self.asked.value(), self._logic.asked(self.key)
        if clock is None or before is None:
            return
        at: datetime = from_local(local(before).date(), clock)
        if time_words(at) != time_words(before):
            self._logic.set_asked(self.key, at)

    def _out(self) -> None:
        self._part.take_out(self.key)


class FollowUpsPart(Part):
    """Ready sentences, a question, or anything else; each can be taken out again."""

    key = "follow_ups"
    names = (NAME,)
    hint = "What you promised, and what they asked"
    optional = True
    nothing = "Nothing promised"

    def make(self) -> None:
        self.cards: dict[str, FollowUpCard] = {}
        self._room = column(spacing=12)
        self.add(self._room)
        self.phrases = Flow()
        self.phrases.setAccessibleName("Add a follow-up")
        for code, words, _days in self.entry.follow_ups.phrases:
            chip = ActionChip(words, "plus", name=f"Promise: {words}")
            chip.setObjectName(f"phrase:{code}")
            chip.clicked.connect(self._on_phrase)
            self.phrases.add(chip)
        self.query = Button("A question to answer", icon="comment", on=self._on_query)
        self.query.setObjectName("follow_ups.query")
        self.other = Button("Something else", icon="plus", on=self._on_other)
        self.other.setObjectName("follow_ups.other")
        self.back = Button("Put it back", "ghost", "undo", on=self._on_back)
        self.back.hide()
        self._gone: dict[str, Any] = {}
        self.add(self.phrases)
        self.add(row(self.query, self.other, None, self.back, spacing=10))
        self.fields.put(NAME, self.phrases)

    def show(self) -> None:
        keys = [str(item["id"]) for item in self.entry.follow_ups.items()]
        for key in [key for key in self.cards if key not in keys]:
            card = self.cards.pop(key)
            self.fields.forget(f"{NAME}.{key}")
            card.hide()
            card.deleteLater()
        for key in keys:
            if key not in self.cards:
                self.cards[key] = FollowUpCard(self, key)
                self._room.addWidget(self.cards[key])
            self.cards[key].show_item()

    def summary(self) -> str:
        return self.entry.follow_ups.summary()

    def take_out(self, key: str) -> None:
        """Take one out; it can be put back while the form is open."""
        self._gone = self.entry.follow_ups.remove(key)
        self.back.setVisible(True)

    def _on_phrase(self) -> None:
        chip = self.sender()
        if isinstance(chip, ActionChip):
            self.entry.follow_ups.add_phrase(chip.objectName().removeprefix("phrase:"))

    def _on_query(self) -> None:
        self._open(self.entry.follow_ups.add_query())

    def _on_other(self) -> None:
        self._open(self.entry.follow_ups.add_action())

    def _open(self, key: str) -> None:
        self.cards[key].words.setFocus()

    def _on_back(self) -> None:
        self.back.hide()
        if self._gone:
            self.entry.follow_ups.restore(self._gone)
