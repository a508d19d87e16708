"""A hand and a pair of eyes for the real window: taps and reads as an officer would."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QEventLoop, QModelIndex, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QTableView,
    QWidget,
)

PATIENCE = 20.0
GLANCE_MS = 10


class NotThereError(AssertionError):
    """Something is not on the screen that should be; the message says what was there instead."""


class Hand:
    """Drives one window by what is on it; never by reaching behind the screen.

    Args:
        window: gives the top window of the moment; the app may replace it.
    """

    def __init__(self, window: Callable[[], QWidget | None]) -> None:
        self._window = window

    @property
    def window(self) -> QWidget:
        """The window that is shown."""
        window = self._window()
        assert window is not None
        return window

    # ------------------------------------------------------------------- waiting

    def until(self, check: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Let the app run until something holds.

        Raises:
            NotThereError: it does not come to hold in time.
        """
        if check():
            return
        loop = QEventLoop()
        glance, limit = QTimer(), QTimer()

        def look() -> None:
            if check():
                loop.exit(1)

        glance.timeout.connect(look)
        limit.setSingleShot(True)
        limit.timeout.connect(loop.quit)
        glance.start(GLANCE_MS)
        limit.start(int(seconds * 1000))
        met = loop.exec()
        glance.stop()
        if not met and not check():
            raise NotThereError(f"{what}; on the screen: {self.words()[:4000]}")

    def settle(self) -> None:
        """Let what has been asked for be drawn."""
        QApplication.sendPostedEvents()
        loop = QEventLoop()
        QTimer.singleShot(0, loop.quit)
        loop.exec()

    # ------------------------------------------------------------------- reading

    def _shown(self, kind: type[QWidget]) -> list[QWidget]:
        return [widget for widget in self.window.findChildren(kind) if widget.isVisible()]

    def words(self) -> str:
        """Every word on the window now, one piece a line."""
        pieces: list[str] = []
        for widget in self._shown(QWidget):
            if isinstance(widget, QLabel | QAbstractButton):
                pieces.append(widget.text() or widget.accessibleName())
            elif isinstance(widget, QLineEdit):
                pieces.append(widget.text())
            elif isinstance(widget, QPlainTextEdit):
                pieces.append(widget.toPlainText())
            elif isinstance(widget, QAbstractItemView):
                pieces.extend(_items(widget))
            elif widget.accessibleName() and isinstance(widget, QAbstractSpinBox):
                pieces.append(f"{widget.accessibleName()} {widget.text()}")
        return "\n".join(piece for piece in pieces if piece)

    def names(self) -> list[str]:
        """The accessible names of everything shown."""
        return [widget.accessibleName() for widget in self._shown(QWidget)]

    def sees(self, words: str) -> bool:
        """Whether these words are on the window."""
        return words in self.words()

    def see(self, *all_of: str, seconds: float = PATIENCE) -> None:
        """Wait until all of these words are on the window."""
        for words in all_of:
            self.until(partial(self.sees, words), f"not shown: {words!r}", seconds)

    # ------------------------------------------------------------------ touching

    def find(self, name: str) -> QWidget | None:
        """What is shown under an object name, an accessible name, or the words on a button."""
        shown = self._shown(QWidget)
        for matches in (
            lambda widget: widget.objectName() == name,
            lambda widget: isinstance(widget, QAbstractButton) and widget.text() == name,
            lambda widget: widget.accessibleName() == name,
            lambda widget: (
                isinstance(widget, QAbstractButton)
                and (widget.accessibleName() or widget.text()).startswith(name)
            ),
        ):
            for widget in shown:
                if widget.isEnabled() and matches(widget):
                    return widget
        return None

    def wait_for(self, name: str) -> QWidget:
        """The widget of that name, when it is there."""
        self.until(lambda: self.find(name) is not None, f"no {name!r} to touch")
        found = self.find(name)
        assert found is not None
        return found

    def tap(self, name: str, times: int = 1) -> None:
        """One or more taps on what goes by that name."""
        for _ in range(times):
            self._touch(name)
            self.settle()

    def answer(self, field: str, code: str) -> None:
        """Tap one choice of a field, by the field's name and the choice's code."""
        frame = self.wait_for(field)
        self.bring_into_view(frame)
        chip = self.wait_for(field).findChild(QAbstractButton, f"chip:{code}")
        if chip is None:
            raise NotThereError(f"{field} has no choice {code!r}")
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
        self.settle()

    def _touch(self, name: str) -> QWidget:
        """A tap in the middle; a screen that is drawn anew meanwhile is looked at again."""
        while True:
            widget = self.wait_for(name)
            self.bring_into_view(widget)
            if shiboken6.isValid(widget) and widget.isVisible():
                QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
                return widget

    def bring_into_view(self, widget: QWidget) -> None:
        """Scroll as a finger would until the widget can be touched; the window is in front."""
        if not self.window.isActiveWindow():
            self.window.activateWindow()
            self.until(self.window.isActiveWindow, "the window does not come to the front")
        parent = widget.parentWidget()
        while parent is not None:
            if isinstance(parent, QScrollArea):
                parent.ensureWidgetVisible(widget, 20, 100)
            parent = parent.parentWidget()
        self.settle()

    def write(self, name: str, text: str) -> None:
        """Type into a field, letter by letter."""
        widget = self.wait_for(name)
        entry = widget if _takes_text(widget) else _inside(widget)
        self.bring_into_view(entry)
        QTest.mouseClick(entry, Qt.MouseButton.LeftButton)
        self.settle()
        QTest.keyClicks(entry, text)
        self.settle()

    def replace(self, name: str, text: str) -> None:
        """Type over what a field holds."""
        widget = self.wait_for(name)
        entry = widget if _takes_text(widget) else _inside(widget)
        self.bring_into_view(entry)
        QTest.mouseClick(entry, Qt.MouseButton.LeftButton)
        self.settle()
        QTest.keyClick(entry, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(entry, text)
        self.settle()

    def rows(self) -> list[str]:
        """The rows of all lists and tables shown, a line of words each."""
        views = self._shown(QAbstractItemView)
        return [
            row for view in views if isinstance(view, QAbstractItemView) for row in _items(view)
        ]

    def row(self, words: str) -> str:
        """The row that holds these words; empty when there is none."""
        return next((row for row in self.rows() if words in row), "")

    def choose_row(self, words: str) -> None:
        """Tap the row of a list that holds these words."""

        def look() -> tuple[QAbstractItemView, int] | None:
            for view in self._shown(QAbstractItemView):
                assert isinstance(view, QAbstractItemView)
                for number, row in enumerate(_items(view)):
                    if words in row:
                        return view, number
            return None

        self.until(lambda: look() is not None, f"no row with {words!r}")
        found = look()
        assert found is not None
        view, number = found
        index = view.model().index(number, 0)
        view.scrollTo(index)
        self.settle()
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(index).center()
        )
        self.settle()

    def shot(self, path: Path) -> None:
        """A picture of the window."""
        self.settle()
        path.parent.mkdir(parents=True, exist_ok=True)
        assert self.window.grab().save(str(path)), path


def _takes_text(widget: QWidget) -> bool:
    return isinstance(widget, QLineEdit | QPlainTextEdit | QAbstractSpinBox)


def _inside(widget: QWidget) -> QWidget:
    for child in widget.findChildren(QWidget):
        if _takes_text(child) and child.isVisible():
            return child
    raise NotThereError(f"nothing to type into at {widget.objectName()!r}")


def _items(view: QAbstractItemView) -> list[str]:
    model = view.model()
    # A list has one column, and its model will not say so.
    columns = range(model.columnCount(QModelIndex()) if isinstance(view, QTableView) else 1)
    texts = []
    for number in range(model.rowCount(QModelIndex())):
        cells = [
            str(model.index(number, column).data(role) or "")
            for column in columns
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
        ]
        texts.append(" ".join(dict.fromkeys(cell for cell in cells if cell)))
    return texts
