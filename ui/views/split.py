"""A list beside what it opens; where the screen is narrow, one after the other."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from ui.widgets.arrange import row

WIDE_FROM: Final = 860
_LIST_WIDTH: Final = 420
_LIST_LEAST: Final = 340


class ListPane(QFrame):
    """The left side, with the line that parts it from the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pane")


class Split(QWidget):
    """Two panes from 860 px on, else the list until something is opened.

    Signals:
        narrowed(bool): only one of the two is in sight now, or both are again.
        turned(bool): in the narrow form, the detail came (True) or the list (False).
    """

    narrowed = Signal(bool)
    turned = Signal(bool)

    def __init__(self, listed: QWidget, detail: QWidget) -> None:
        super().__init__()
        self.setObjectName("ground")
        self._listed, self._detail = listed, detail
        self._narrow, self._open = False, False
        self.setLayout(row(listed, (detail, 1), spacing=0))
        self._arrange()

    @property
    def narrow(self) -> bool:
        """True while only one of the two is in sight."""
        return self._narrow

    @property
    def detail_open(self) -> bool:
        """True while the detail is in sight."""
        return self._open or not self._narrow

    def open_detail(self) -> None:
        """Bring the detail to the front."""
        self._turn(opened=True)

    def open_list(self) -> None:
        """Bring the list to the front."""
        self._turn(opened=False)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 240)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < WIDE_FROM
        changed, self._narrow = narrow != self._narrow, narrow
        self._arrange()
        if changed:
            self.narrowed.emit(narrow)

    def _turn(self, *, opened: bool) -> None:
        if opened == self._open:
            return
        self._open = opened
        self._arrange()
        if self._narrow:
            self.turned.emit(opened)

    def _arrange(self) -> None:
        if self._narrow:
            self._listed.setMinimumWidth(0)
            self._listed.setMaximumWidth(16_777_215)
        else:
            width = max(_LIST_LEAST, min(_LIST_WIDTH, round(self.width() * 0.36)))
            self._listed.setFixedWidth(width)
        self._listed.setVisible(not self._narrow or not self._open)
        self._detail.setVisible(not self._narrow or self._open)
