"""A labelled input with its hint, where its value came from, and what is wrong with it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from ui.widgets.arrange import column, row
from ui.widgets.glyph import Glyph
from ui.widgets.restyle import restyle
from ui.widgets.text import Label


class Field(QWidget):
    """Label, hint and error above an input; the input's name and description follow them.

    Args:
        label: what is asked.
        widget: what it is answered with.
        hint: how to answer.
        target: the control inside `widget` that takes the focus, if it is not `widget` itself.
        optional: say so behind the label.
    """

    def __init__(
        self,
        label: str,
        widget: QWidget,
        hint: str = "",
        *,
        target: QWidget | None = None,
        optional: bool = False,
    ) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.widget = widget
        self.target = target or getattr(widget, "target", None) or widget
        self._hint, self._origin, self._error = hint, "", ""
        self._label = Label(label, "label")
        self._label.setBuddy(self.target)
        if not self.target.accessibleName():
            self.target.setAccessibleName(label)
        self._hint_label = Label(hint, "caption", wrap=True)
        self._error_icon = Glyph("error", "danger", 20)
        self._error_label = Label("", "label", tone="danger", wrap=True)
        self._wrong = QWidget()
        self._wrong.setObjectName("plain")
        self._wrong.setLayout(row(self._error_icon, (self._error_label, 1), spacing=8))
        head = row(self._label, spacing=6)
        if optional:
            head.addWidget(Label("(optional)", "muted"))
        head.addStretch(1)
        self.setLayout(
            column(column(head, self._hint_label, self._wrong, spacing=2), widget, None, spacing=6)
        )
        self._show()

    @property
    def error(self) -> str:
        """The words of the error shown, or ""."""
        return self._error

    def set_error(self, words: str) -> None:
        """Say what is wrong, in the words of the summary; "" takes it back."""
        self._error = words
        self._show()

    def set_origin(self, words: str) -> None:
        """Say where a filled-in value came from, in place of the hint."""
        self._origin = words
        self._show()

    def _show(self) -> None:
        hint = self._origin or self._hint
        self._hint_label.setText(hint)
        self._hint_label.setVisible(bool(hint))
        self._error_label.setText(f"Error: {self._error}" if self._error else "")
        self._wrong.setVisible(bool(self._error))
        parts = (f"Error: {self._error}." if self._error else "", hint)
        self.target.setAccessibleDescription(" ".join(part for part in parts if part))
        if not isinstance(self.target, QLabel):
            restyle(self.target, invalid=bool(self._error))
