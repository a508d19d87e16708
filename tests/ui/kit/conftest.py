"""A screen for the kit's tests: one look to start from, windows that go away, a finger, an ear."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QScroller, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.kit import gallery
from ui.shell import Shell
from ui.theme import theme
from ui.widgets import announce as announce_module
from ui.widgets.page import Page

W = TypeVar("W", bound=QWidget)


def part(root: QWidget, kind: type[W], name: str = "") -> W:
    """The part of a window of a kind, which must be there."""
    found = root.findChild(kind, name) if name else root.findChild(kind)
    assert found is not None, f"no {kind.__name__} {name}"
    return found


@pytest.fixture(autouse=True)
def day(qapp: QApplication) -> Iterator[None]:
    """Every test starts by day, at normal text size, for a right hand."""
    theme.use(name="day", scale=100, left_handed=False)
    theme.start(qapp)
    yield
    theme.use(name="day", scale=100, left_handed=False)


@pytest.fixture
def show(qtbot: QtBot) -> Callable[..., Shell]:
    """Show a page, or bare widgets, in a real window of a given size."""

    def run(content: Page | QWidget | str, size: tuple[int, int] = (1280, 800)) -> Shell:
        if isinstance(content, str):
            shell = gallery.build(content)
        else:
            page = content if isinstance(content, Page) else Page("Test")
            if not isinstance(content, Page):
                page.set_content(content)
            shell = Shell(gallery.PLACES)
            shell.set_page("today", page)
            shell.choose("today")
        qtbot.addWidget(shell)
        shell.resize(*size)
        with qtbot.waitExposed(shell):
            shell.show()
        shell.activateWindow()
        return shell

    return run


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What a screen reader was asked to say, in order."""
    said: list[str] = []

    class Ear:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

        @staticmethod
        def updateAccessibility(event: Any) -> None:
            said.append(event.message())

    monkeypatch.setattr(announce_module, "QAccessible", Ear)
    return said


class Finger:
    """One finger on a window."""

    def __init__(self, window: QWidget, qtbot: QtBot) -> None:
        self._window, self._qtbot = window, qtbot
        self._device = QTest.createTouchDevice()

    def _point(self, widget: QWidget) -> QPoint:
        return widget.mapTo(self._window, widget.rect().center())

    def _event(self) -> Any:
        return QTest.touchEvent(self._window.windowHandle(), self._device)

    def tap(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Press and let go at the middle of a widget, or at a point of it."""
        point = self._point(widget) if at is None else widget.mapTo(self._window, at)
        handle = self._window.windowHandle()
        self._event().press(0, point, handle).commit()
        self._qtbot.wait(30)
        self._event().release(0, point, handle).commit()
        self._qtbot.wait(20)

    def drag(self, widget: QWidget, dy: int, area: QAbstractScrollArea, *, steps: int = 10) -> None:
        """Press on a widget, slide up or down, let go, and wait until the page has come to rest."""
        start, handle = self._point(widget), self._window.windowHandle()
        self._event().press(0, start, handle).commit()
        self._qtbot.wait(10)
        for step in range(1, steps + 1):
            point = QPoint(start.x(), start.y() + dy * step // steps)
            self._event().move(0, point, handle).commit()
            self._qtbot.wait(10)
        self._event().release(0, QPoint(start.x(), start.y() + dy), handle).commit()
        scroller = QScroller.scroller(area.viewport())
        still = QScroller.State.Inactive
        self._qtbot.waitUntil(lambda: scroller.state() == still, timeout=5000)


@pytest.fixture
def finger(qtbot: QtBot) -> Callable[[QWidget], Finger]:
    """A finger for a window."""
    return lambda window: Finger(window, qtbot)
