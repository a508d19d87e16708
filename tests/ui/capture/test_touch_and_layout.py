"""Fingers, sizes and voices: drags change nothing, targets are large, every control has a name."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScroller,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.capture.beat import Beat
from tests.ui.capture.finger import fill_least, part
from ui.theme import theme
from ui.theme.tokens import TARGET
from ui.views.entry_form.page import EntryFormPage
from ui.views.type_picker import TypePicker
from ui.widgets.text import Elided

SIZES = [(1280, 800), (800, 1280), (1024, 600)]
ROLE = QAccessible.Role
ACTING = {
    ROLE.Button,
    ROLE.PushButton,
    ROLE.CheckBox,
    ROLE.RadioButton,
    ROLE.EditableText,
    ROLE.ComboBox,
    ROLE.SpinBox,
    ROLE.ListItem,
    ROLE.List,
}


def controls(root: QWidget) -> Iterator[QWidget]:
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QPlainTextEdit)
    for widget in root.findChildren(QWidget):
        inner = isinstance(widget, QLineEdit) and isinstance(
            widget.parentWidget(), QAbstractSpinBox | QComboBox
        )
        if isinstance(widget, kinds) and widget.isVisibleTo(root) and not inner:
            yield widget


def nodes(root: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    for place in range(root.childCount()):
        child = root.child(place)
        if child.isValid() and not child.state().invisible:
            yield child
            yield from nodes(child)


def open_everything(page: EntryFormPage) -> None:
    """Every part unfolded, every question that shows more answered with yes."""
    for section_part in page.parts.values():
        section_part.section.unfold()
    for question in ("discloses_crime", "safeguarding_concern", "intel_submitted"):
        page.entry.routing.set_answer(question, yes=True)
    page.entry.issues.set_counts({"NUISANCE_BIKES": 2})
    page.entry.follow_ups.add_query()
    page.entry.follow_ups.add_phrase("PATROL")
    if "person" in page.parts:
        page.entry.contact.take_details("REPLY")
        page.entry.contact.answer("LOCAL_UPDATES", "GIVEN")


def screen(beat: Beat, qtbot: QtBot, name: str) -> QWidget:
    """One of the screens, as full as it gets."""
    if name == "today":
        beat.services.capture.finish_later(beat.services.capture.start("DOORSTEP"))
        beat.presenter.load()
    elif name == "kinds":
        assert beat.shell is not None
        beat.shell.open_page(TypePicker(beat.services.capture.types()))
    elif name in ("check", "submitted"):
        page = beat.start(qtbot, "DROP_IN")
        fill_least(page)
        page.entry_form.set("qualitative", "Mrs Patel, 01632 960123")
        page.check.click()
        check = beat.check(qtbot)
        if name == "submitted":
            for reason in ("PUBLIC_ROLE", "PUBLIC_ROLE"):
                beat.check(qtbot).findings[0].keeps[reason].click()
                beat.settle(qtbot)
            check.submit.click()
    else:
        open_everything(beat.start(qtbot, name))
    beat.settle(qtbot)
    QApplication.sendPostedEvents()
    assert beat.shell is not None
    return beat.shell


SCREENS = ["today", "kinds", "check", "submitted", "DROP_IN", "SCHOOL_VISIT", "DOORSTEP"]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scale", [100, 130])
def test_every_target_is_large_enough_and_no_word_is_cut(
    beat: Beat, qtbot: QtBot, size: tuple[int, int], scale: int
) -> None:
    theme.use(scale=scale)
    beat.open_window(qtbot, size)
    for name in SCREENS:
        shell = screen(beat, qtbot, name)
        small = [
            (name, type(w).__name__, w.accessibleName(), w.width(), w.height())
            for w in controls(shell)
            if min(w.width(), w.height()) < TARGET["floor"]
        ]
        assert small == []
        cut = [(name, w.text(), w.width(), w.height()) for w in cut_labels(shell)]
        assert cut == []
        beat.to_today()
        beat.settle(qtbot)


def cut_labels(root: QWidget) -> Iterator[QLabel]:
    for label in root.findChildren(QLabel):
        if not label.isVisibleTo(root) or isinstance(label, Elided) or not label.text():
            continue
        area = label.contentsRect()
        flags = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag(0)
        needs = label.fontMetrics().boundingRect(area, flags, label.text())
        if needs.width() > area.width() + 1 or needs.height() > area.height() + 1:
            yield label


@pytest.mark.parametrize("name", SCREENS)
def test_every_control_has_a_name_and_no_word_is_markup(
    window: Beat, qtbot: QtBot, name: str
) -> None:
    shell = screen(window, qtbot, name)
    seen = list(nodes(QAccessible.queryAccessibleInterface(shell)))
    unnamed = [
        (node.role().name, node.object())
        for node in seen
        if node.role() in ACTING and not node.text(QAccessible.Text.Name)
    ]
    assert unnamed == []
    assert sum(node.role() in ACTING for node in seen) >= 6
    formats = {label.textFormat() for label in shell.findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}


def test_landscape_has_two_columns_and_an_index_portrait_has_neither(
    window: Beat, qtbot: QtBot
) -> None:
    shell = window.shell
    assert shell is not None
    assert window.today.columns.columns == 2
    page = window.start(qtbot, "DROP_IN")
    index = page.index
    assert index is not None
    assert index.isVisible()
    shell.resize(800, 1280)
    qtbot.waitUntil(index.isHidden, timeout=3000)
    assert shell.rail.isHidden()
    assert not shell.bar.isVisible(), "a form has the whole foot for itself"
    shell.choose("today")
    qtbot.waitUntil(lambda: window.today.columns.columns == 1, timeout=3000)
    assert shell.bar.isVisible()


def test_the_index_goes_to_a_part_and_opens_it(window: Beat, qtbot: QtBot) -> None:
    page = window.start(qtbot, "DROP_IN")
    handouts = page.parts["handouts"].section
    folded = [handouts.folded]
    assert page.index is not None
    page.index.jump("handouts")
    folded.append(handouts.folded)
    assert folded == [True, False]
    top = handouts.mapTo(page, QPoint(0, 0)).y()
    assert 0 <= top < page.height() / 2
    assert page.fields.find("handouts.LEAFLET") is not None


class Touch:
    """One finger on the window."""

    def __init__(self, beat: Beat, qtbot: QtBot) -> None:
        assert beat.shell is not None
        self._window, self._qtbot = beat.shell, qtbot
        self._device = QTest.createTouchDevice()

    def drag(self, widget: QWidget, dy: int, page: EntryFormPage) -> None:
        """Press on a widget, slide, let go, and wait until the page rests."""
        handle = self._window.windowHandle()
        start = widget.mapTo(self._window, widget.rect().center())
        event = QTest.touchEvent(handle, self._device)
        event.press(0, start, handle).commit()
        for step in range(1, 11):
            point = QPoint(start.x(), start.y() + dy * step // 10)
            QTest.touchEvent(handle, self._device).move(0, point, handle).commit()
            QApplication.sendPostedEvents()
        end = QPoint(start.x(), start.y() + dy)
        QTest.touchEvent(handle, self._device).release(0, end, handle).commit()
        assert page.area is not None
        scroller = QScroller.scroller(page.area.viewport())
        still = QScroller.State.Inactive
        self._qtbot.waitUntil(lambda: scroller.state() == still, timeout=8000)

    def tap(self, widget: QWidget) -> None:
        """Press and let go."""
        handle = self._window.windowHandle()
        point = widget.mapTo(self._window, widget.rect().center())
        QTest.touchEvent(handle, self._device).press(0, point, handle).commit()
        QApplication.sendPostedEvents()
        QTest.touchEvent(handle, self._device).release(0, point, handle).commit()


def test_a_drag_over_counters_chips_and_buttons_changes_nothing(window: Beat, qtbot: QtBot) -> None:
    window.flow.start_planned(window.plan["drop_in"])
    page = window.form(qtbot)
    touch = Touch(window, qtbot)
    before = window.body(page)
    assert page.area is not None
    plus = part(page, QPushButton, "plus:adults")
    page.area.reveal(plus)
    at = page.area.verticalScrollBar().value()
    touch.drag(plus, -160, page)
    assert page.area.verticalScrollBar().value() > at, "the page did not follow the finger"
    chip = part(page, QWidget, "mention:PARKING")
    page.area.reveal(chip)
    touch.drag(chip, -120, page)
    assert window.body(page) == before
    page.area.reveal(plus)
    touch.tap(plus)
    qtbot.waitUntil(lambda: page.entry.counts.total() == 1, timeout=3000)


def test_left_handed_officers_find_submit_at_the_left(window: Beat, qtbot: QtBot) -> None:
    page = window.start(qtbot, "DROP_IN")
    assert page.check.geometry().center().x() > page.width() / 2
    theme.use(left_handed=True)
    qtbot.waitUntil(lambda: page.check.geometry().center().x() < page.width() / 2, timeout=3000)
