"""A finger for the tests of capture: taps what is in sight, counts its taps, types into fields."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QSpinBox,
    QWidget,
)

from ui.views.entry_form.page import EntryFormPage
from ui.widgets.chips import Chips
from ui.widgets.scroll import TouchScroll

W = TypeVar("W", bound=QWidget)


def type_into(page: EntryFormPage, name: str, words: str) -> None:
    """Type into the field of this name, over what stands there."""
    entered = page.field(name)
    assert entered is not None, name
    assert entered.target.objectName() == name
    target = entered.target
    assert isinstance(target, QLineEdit | QPlainTextEdit | QSpinBox)
    target.selectAll()
    QTest.keyClicks(target, words)


def part(root: QWidget, kind: type[W], name: str) -> W:
    """A part of a window by its object name, which must be there and in sight."""
    for found in root.findChildren(kind, name):
        if not found.isHidden():
            return found
    raise AssertionError(f"no {kind.__name__} {name}")


class Finger:
    """Taps what can be seen, and counts its taps."""

    def __init__(self) -> None:
        self.taps = 0

    def tap(self, widget: QWidget) -> None:
        """One press and release in the middle of a control, which is scrolled into view first."""
        _bring(widget)
        assert widget.isVisible(), f"{widget.objectName()} is hidden"
        assert widget.isEnabled(), f"{widget.objectName()} is off"
        QTest.mouseClick(
            widget, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, _middle(widget)
        )
        self.taps += 1
        # Widgets that a tap brings forth are shown by a posted event.
        QApplication.sendPostedEvents()


def fill_least(page: EntryFormPage) -> None:
    """The least that an entry of any kind needs."""
    kind = page.entry_form.facts.type
    if kind.shows("school"):
        page.entry.school.pick("school-001")
        _press(page, "school.pupils", "plus")
    if kind.shows("where"):
        if kind.venue == "REQUIRED":
            place = page.field("venue.name")
            assert place is not None
            assert isinstance(place.target, QLineEdit)
            place.target.clear()
            QTest.keyClicks(place.target, "The green")
        area = page.field("neighbourhood_id")
        assert isinstance(area.target if area else None, Chips)
        part(page, QRadioButton, "chip:E05007070").click()
    if kind.shows("who_came") and not kind.shows("school"):
        page.field("counts.adults")
        part(page, QPushButton, "plus:adults").click()
    if kind.shows("routing"):
        page.field("discloses_crime")
        part(page, QPushButton, "routing.none").click()


def _press(page: EntryFormPage, name: str, which: str) -> None:
    entered = page.field(name)
    assert entered is not None
    stepper = entered.target.parentWidget()
    getattr(stepper, which).click()


def _middle(widget: QWidget) -> QPoint:
    return widget.rect().center()


def _bring(widget: QWidget) -> None:
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, TouchScroll):
            above.reveal(widget)
        above = above.parentWidget()
