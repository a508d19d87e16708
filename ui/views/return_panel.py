"""What needs to change: reasons, words for the officer, and comments on single lines."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from ui.presenters.approvals import reason_choices
from ui.widgets.arrange import row
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.field import Field
from ui.widgets.growing_text import GrowingText
from ui.widgets.sheet import Sheet
from ui.widgets.text import Heading, Label

COMMENT_LIMIT = 1000


class ReturnPanel(Card):
    """Opens above the entry, which stays in sight and takes comments line by line.

    Signals:
        reasons_changed(tuple): codes of the reasons chosen.
        words_changed(str): what is said about the whole entry.
    """

    reasons_changed = Signal(tuple)
    words_changed = Signal(str)

    def __init__(self) -> None:
        choices = [Choice(code, label, meaning) for code, label, meaning in reason_choices()]
        self.reasons = Chips(choices, "Reasons for returning")
        self._reasons_field = Field("Choose every reason that applies", self.reasons)
        self.words = GrowingText(
            "Words for the officer", "What should they do?", limit=COMMENT_LIMIT, lines=2
        )
        super().__init__(
            Heading("What needs to change?", 1),
            self._reasons_field,
            Field("Words for the officer", self.words, optional=True),
            Label("Tap a line below to comment on it.", "muted", wrap=True),
            kind="marked",
            margins=(20, 16),
            spacing=14,
        )
        self.setAccessibleName("Return this entry")
        self.reasons.changed.connect(self._on_reasons)
        self.words.edited.connect(self._on_words)

    def fill(self, reasons: tuple[str, ...], words: str) -> None:
        """Show what was begun for this entry."""
        self.reasons.set_values(reasons)
        self.words.set_text(words)
        self.set_error("")

    def set_error(self, words: str) -> None:
        """Say what is missing."""
        self._reasons_field.set_error(words)

    def start(self) -> None:
        """Put the keyboard on the first reason."""
        self.reasons.chip(reason_choices()[0][0]).setFocus()

    def _on_reasons(self) -> None:
        self.set_error("")
        self.reasons_changed.emit(self.reasons.values())

    def _on_words(self) -> None:
        self.words_changed.emit(self.words.text())


class CommentSheet(Sheet):
    """A comment on one line of an entry.

    Signals:
        kept(str, str): field and words; no words takes the comment back.
    """

    kept = Signal(str, str)

    def __init__(self, window: QWidget, field: str, label: str, value: str, words: str) -> None:
        super().__init__(window, f"Comment on {label}", size=QSize(600, 0))
        self._field = field
        quoted = Label(value or "None", "muted", wrap=True)
        self.words = GrowingText(
            f"Comment on {label}", "What should they change?", limit=COMMENT_LIMIT, lines=3
        )
        self.words.set_text(words)
        self.add(quoted)
        self.add(self.words)
        keep = Button("Keep comment", "primary", "check", on=self._keep)
        parts: list[QWidget] = [Button("Remove", "danger", on=self._remove)] if words else []
        self.add(row(None, *parts, keep))

    def present(self, focus: QWidget | None = None) -> None:
        """Show it, ready to type."""
        super().present(focus or self.words)

    def _keep(self) -> None:
        self.kept.emit(self._field, self.words.text())
        self.dismiss()

    def _remove(self) -> None:
        self.kept.emit(self._field, "")
        self.dismiss()
