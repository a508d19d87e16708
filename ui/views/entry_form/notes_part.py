"""Notes: a box that grows, sentences by one tap, and no names in either."""

from __future__ import annotations

from fieldapp.domain.bodies import NOTES_LIMIT
from ui.views.entry_form.part import Part
from ui.widgets.arrange import row
from ui.widgets.card import Card
from ui.widgets.field import Field
from ui.widgets.glyph import Glyph
from ui.widgets.growing_text import GrowingText
from ui.widgets.phrase_chips import PhraseChips
from ui.widgets.text import Label

_LOCKED = (
    "Because of the safeguarding concern, nothing more can be written here. Take out "
    "anything about the concern itself; its details go only to the people you told."
)


class NotesPart(Part):
    """What people said and what they were told; locked while a concern is routed away (R15)."""

    key = "notes"
    names = ("qualitative", "information_given")
    hint = "Do not name people here"
    optional = True
    nothing = "No notes"

    def make(self) -> None:
        self._lock_words = Label("", "strong", tone="on_warning_tint", wrap=True)
        self.lock = Card(
            row(
                Glyph("lock", "on_warning_tint", 24),
                (self._lock_words, 1),
                spacing=12,
            ),
            Label(_LOCKED, "muted", tone="on_warning_tint", wrap=True),
            kind="warning",
            margins=16,
            spacing=6,
        )
        self.add(self.lock)
        self.notes = GrowingText("Notes", limit=NOTES_LIMIT)
        self.notes.edited.connect(self._on_notes)
        self.notes_frame = Field("What people said", self.notes)
        self.add(self.notes_frame)
        self.phrases = PhraseChips(self.form.facts.type.phrases, self.notes)
        self.add(self.phrases)
        self.told = GrowingText("What you told people", limit=NOTES_LIMIT, lines=2)
        self.told.edited.connect(self._on_told)
        self.told_frame = Field("What you told people", self.told, optional=True)
        self.add(self.told_frame)
        self.fields.put("qualitative", self.notes, self.notes_frame)
        self.fields.put("information_given", self.told, self.told_frame)

    def show(self) -> None:
        answers, locked = self.form.answers, self.entry.routing.notes_locked
        self.notes.set_text(answers.text("qualitative"))
        self.told.set_text(answers.text("information_given"))
        self._lock_words.setText(str(self.form.facts.setting("safeguarding_line")))
        self.lock.setVisible(locked)
        self.phrases.setVisible(not locked)
        for frame, box in ((self.notes_frame, self.notes), (self.told_frame, self.told)):
            # Text written before can be taken out, not added to.
            frame.setVisible(not locked or bool(box.text()))

    def summary(self) -> str:
        if self.entry.routing.notes_locked:
            return str(self.form.facts.setting("safeguarding_line"))
        words = self.form.answers.text("qualitative") or self.form.answers.text("information_given")
        return " ".join(words.split())

    def depends_on(self, name: str) -> bool:
        return name == "safeguarding_concern"

    def _on_notes(self) -> None:
        self._keep(self.notes, "qualitative")

    def _on_told(self) -> None:
        self._keep(self.told, "information_given")

    def _keep(self, box: GrowingText, name: str) -> None:
        before = self.form.answers.text(name)
        if self.entry.routing.notes_locked and len(box.text()) > len(before):
            box.set_text(before)
            return
        self.form.set(name, box.text())
