"""A part of a form that folds to one line once it is filled in."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from ui.widgets.arrange import Item, add, column, row
from ui.widgets.buttons import Button
from ui.widgets.glyph import Glyph
from ui.widgets.restyle import restyle
from ui.widgets.text import Elided, Heading, Label


class Section(QFrame):
    """Title, hint and inputs; folded it shows a tick, its title, a summary and Change.

    Signals:
        change_wanted(str): the officer opened the folded section; it has unfolded already.
        done_changed(str, bool): its tick came or went.
    """

    change_wanted = Signal(str)
    done_changed = Signal(str, bool)

    def __init__(
        self, key: str, title: str, *items: Item, hint: str = "", optional: bool = False
    ) -> None:
        super().__init__()
        self.key, self.title = key, title
        self._done, self._summary = optional, ""
        self.setProperty("card", "plain")
        self.setAccessibleName(title)
        self.heading = Heading(title, 1)
        self._tick = Glyph("done", "success", 24)
        self._line = Elided("", "body")
        self._hint = Label(hint or ("Optional" if optional else ""), "caption")
        self._change = Button("Change", "ghost", name=f"Change {title.lower()}", on=self._open)
        self._comment = QFrame()
        self._comment.setProperty("card", "warning")
        self._words = Label("", "body", tone="on_warning_tint", wrap=True)
        self._comment.setLayout(
            row(
                Glyph("comment", "on_warning_tint", 22),
                (self._words, 1),
                margins=(14, 10),
                spacing=10,
            )
        )
        self._comment.hide()
        self.body = QWidget()
        self.body.setObjectName("plain")
        self.body_box = column(self._comment, *items, spacing=14)
        self.body.setLayout(self.body_box)
        head = row(self._tick, self.heading, (self._line, 1), self._hint, self._change, spacing=12)
        self._box = column(head, self.body, spacing=10)
        self.setLayout(self._box)
        self._show()

    @property
    def folded(self) -> bool:
        """True while only one line shows."""
        return bool(self._summary)

    @property
    def done(self) -> bool:
        """True when nothing is missing in it."""
        return self._done

    def add(self, item: Item) -> None:
        """One more item at the end of the body."""
        add(self.body_box, item)

    def fold(self, summary: str) -> None:
        """Show one line instead of the inputs; the tick is the section's own `done`."""
        self._summary = summary
        self._show()

    def unfold(self) -> None:
        """Show the inputs."""
        self._summary = ""
        self._show()

    def set_done(self, *, done: bool) -> None:
        """Tick the section, or take the tick away."""
        if done != self._done:
            self._done = done
            self._show()
            self.done_changed.emit(self.key, done)

    def mark(self, words: str) -> None:
        """Show a sergeant's comment on this part; "" takes it away."""
        self._words.setText(words)
        self._comment.setVisible(bool(words))
        restyle(self, card="marked" if words else "plain")
        if words:
            self.unfold()

    def _open(self) -> None:
        self.unfold()
        self.change_wanted.emit(self.key)

    def _show(self) -> None:
        folded = self.folded
        self._line.setText(self._summary)
        self._line.setAccessibleName(self._summary)
        self._tick.setVisible(folded)
        if self._done:
            self._tick.set("done", "success")
        else:
            self._tick.set("todo", "border_strong")
        self._change.setVisible(folded)
        self._hint.setVisible(not folded and bool(self._hint.text()))
        self.body.setVisible(not folded)
        self._box.setContentsMargins(*((20, 4, 8, 4) if folded else (20, 14, 20, 18)))
