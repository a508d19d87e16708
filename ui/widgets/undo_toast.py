"""Ten seconds in which the last act can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QWidget

from ui.theme import theme
from ui.widgets.announce import announce
from ui.widgets.arrange import row
from ui.widgets.buttons import Button
from ui.widgets.glyph import Glyph
from ui.widgets.text import Elided, Label

_TICK: Final = 100


class UndoToast(QFrame):
    """Lies over its window, clear of whatever `foot` says stands at the bottom, in pixels.

    Signals:
        undone: Undo was pressed in time.
        expired: the time ran out.
    """

    undone = Signal()
    expired = Signal()

    def __init__(self, window: QWidget, *, foot: Callable[[], int] | None = None) -> None:
        super().__init__(window)
        self._host = window
        self._foot = foot or _no_foot
        self._left, self._whole = 0, 1
        self._on_undone: Callable[[], object] | None = None
        self._on_expired: Callable[[], object] | None = None
        self.setProperty("card", "success")
        self._words = Elided("", "label", tone="on_success_tint")
        self._seconds = Label("", "label", tone="on_success_tint")
        self._button = Button("Undo", icon="undo", on=self._undo)
        self.setLayout(
            row(
                Glyph("done", "on_success_tint", 24),
                (self._words, 1),
                self._seconds,
                self._button,
                margins=(16, 8, 8, 8),
                spacing=12,
            )
        )
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._tick)
        window.installEventFilter(self)
        self.hide()

    @property
    def button(self) -> Button:
        """The Undo button."""
        return self._button

    def offer(
        self,
        words: str,
        *,
        seconds: int = 10,
        undone: Callable[[], object] | None = None,
        expired: Callable[[], object] | None = None,
    ) -> None:
        """Say what was done and offer to take it back.

        The two callbacks are for this offer alone; `expired` is also called when another offer
        takes its place, for then it can no longer be undone.
        """
        self._end(self._on_expired)
        self._on_undone, self._on_expired = undone, expired
        self._left = self._whole = seconds * 1000
        self._words.setText(words)
        self._button.setAccessibleName(f"Undo: {words}")
        self._show_seconds()
        self._place()
        self.show()
        self.raise_()
        self._timer.start()
        announce(self, f"{words}. Undo is offered for {seconds} seconds.")

    def withdraw(self) -> None:
        """Take the offer away without a signal or a call."""
        self._timer.stop()
        self.hide()
        self._on_undone = self._on_expired = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("success"))
        width = (self.width() - 24) * self._left / self._whole
        painter.drawRoundedRect(QRectF(12, self.height() - 6, width, 3), 1.5, 1.5)
        painter.end()

    def _tick(self) -> None:
        self._left -= _TICK
        if self._left <= 0:
            self._end(self._on_expired)
            self.expired.emit()
            return
        self._show_seconds()
        self.update()

    def _show_seconds(self) -> None:
        self._seconds.setText(f"{-(-self._left // 1000)} s")

    def _undo(self) -> None:
        self._end(self._on_undone)
        self.undone.emit()

    def _end(self, call: Callable[[], object] | None) -> None:
        self.withdraw()
        if call is not None:
            call()

    def _place(self) -> None:
        host = self._host
        width = min(max(480, theme.px(460)), host.width() - 32)
        height = self.sizeHint().height()
        x = 16 if theme.left_handed else host.width() - width - 16
        self.setGeometry(x, host.height() - height - self._foot() - 12, width, height)


def _no_foot() -> int:
    return 0
