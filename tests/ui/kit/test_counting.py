"""Counting people and mentions: taps, typing, undo, and never by accident."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.kit.conftest import Finger, part
from tests.ui.kit.sample import AGES, ISSUES, MORE
from ui.shell import Shell
from ui.widgets.arrange import column
from ui.widgets.chip_face import ActionChip
from ui.widgets.growing_text import GrowingText
from ui.widgets.list_picker import PickSheet
from ui.widgets.mention_chips import MentionChips
from ui.widgets.page import Page
from ui.widgets.queue_list import QueueList, QueueRow
from ui.widgets.scroll import TouchScroll
from ui.widgets.tally import TallyGroup
from ui.widgets.text import Label

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def group(show: Callable[..., Shell]) -> TallyGroup:
    made = TallyGroup(AGES)
    show(made)
    return made


def test_each_tap_counts_one_and_the_total_follows(group: TallyGroup, qtbot: QtBot) -> None:
    for _ in range(3):
        qtbot.mouseClick(group.tallies["a26"].plus, LEFT)
    with qtbot.waitSignal(group.changed):
        qtbot.mouseClick(group.tallies["u11"].plus, LEFT)
    qtbot.mouseClick(group.tallies["a26"].minus, LEFT)
    assert group.values() == {"u11": 1, "a11": 0, "a18": 0, "a26": 2, "a65": 0}
    assert group.total() == 3
    assert part(group, Label, "total").text() == "3 people"


def test_one_is_a_person_and_not_people(group: TallyGroup, qtbot: QtBot) -> None:
    qtbot.mouseClick(group.tallies["a65"].plus, LEFT)
    assert part(group, Label, "total").text() == "1 person"


def test_a_number_can_be_typed_and_kept_in_range(group: TallyGroup, qtbot: QtBot) -> None:
    spin = group.tallies["a65"].spin
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "12")
    assert group.values()["a65"] == 12
    qtbot.keyClicks(spin, "34567")
    assert group.values()["a65"] <= 999


def test_undo_takes_back_taps_one_by_one_and_then_rests(
    group: TallyGroup, qtbot: QtBot, heard: list[str]
) -> None:
    qtbot.mouseClick(group.tallies["u11"].plus, LEFT)
    qtbot.mouseClick(group.tallies["a26"].plus, LEFT)
    qtbot.mouseClick(group.undo_button, LEFT)
    assert group.values()["a26"] == 0
    assert group.values()["u11"] == 1
    assert heard == ["26 to 64: number of people 0. 1 person in all."]
    qtbot.mouseClick(group.undo_button, LEFT)
    assert group.total() == 0
    assert not group.undo_button.isEnabled()


def test_undo_takes_back_minus_as_well(group: TallyGroup, qtbot: QtBot) -> None:
    group.set_values({"a11": 5})
    qtbot.mouseClick(group.tallies["a11"].minus, LEFT)
    assert group.values()["a11"] == 4
    group.undo()
    assert group.values()["a11"] == 5


def test_showing_numbers_is_not_counting(group: TallyGroup, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(group.changed):
        group.set_values({"u11": 3, "a65": 5})
    assert group.total() == 8
    assert not group.undo_button.isEnabled()


def test_minus_waits_until_there_is_someone(group: TallyGroup, qtbot: QtBot) -> None:
    tally = group.tallies["a18"]
    assert not tally.minus.isEnabled()
    qtbot.mouseClick(tally.plus, LEFT)
    assert tally.minus.isEnabled()


def test_a_number_that_was_tapped_is_neither_grey_nor_marked(
    group: TallyGroup, qtbot: QtBot
) -> None:
    tally = group.tallies["a26"]
    box = tally.spin.lineEdit()
    grey = box.palette().color(box.foregroundRole())
    qtbot.mouseClick(tally.plus, LEFT)
    assert box.palette().color(box.foregroundRole()) != grey
    assert not box.hasSelectedText()
    qtbot.mouseClick(tally.minus, LEFT)
    assert box.palette().color(box.foregroundRole()) == grey


def test_a_counter_is_a_spin_box_with_a_name_to_a_screen_reader(group: TallyGroup) -> None:
    spin = group.tallies["a26"].spin
    seen = QAccessible.queryAccessibleInterface(spin)
    assert seen.role() == QAccessible.Role.SpinBox
    assert seen.text(QAccessible.Text.Name) == "26 to 64: number of people"
    assert group.tallies["a26"].plus.accessibleName() == "One more, 26 to 64"


def test_a_wheel_over_a_counter_without_focus_moves_the_page_instead(
    show: Callable[..., Shell],
) -> None:
    group, tall = TallyGroup(AGES), Label("x")
    tall.setMinimumHeight(3000)
    holder = QWidget()
    holder.setLayout(column(group, tall))
    shell = show(holder)
    page = shell.page()
    assert page is not None
    assert page.area is not None
    group.set_values({"a26": 5})
    spin = group.tallies["a26"].spin
    spin.clearFocus()
    for notch in (120, -120):
        spot = spin.mapTo(shell, spin.rect().center())
        QTest.wheelEvent(shell.windowHandle(), QPointF(spot), QPoint(0, notch))
        assert group.total() == 5
    assert page.area.verticalScrollBar().value() > 0


@pytest.fixture
def tall(show: Callable[..., Shell], qtbot: QtBot) -> tuple[Shell, TallyGroup, TouchScroll]:
    shell = show("form", (800, 900))
    group = part(shell, TallyGroup)
    page = shell.page()
    assert page is not None
    assert page.area is not None
    group.set_values({})
    qtbot.waitUntil(lambda: page.area is not None and page.area.verticalScrollBar().maximum() > 300)
    return shell, group, page.area


def test_a_finger_taps_plus_and_it_counts(
    tall: tuple[Shell, TallyGroup, TouchScroll], finger: Callable[..., Finger]
) -> None:
    shell, group, scroll = tall
    plus = group.tallies["a26"].plus
    scroll.reveal(plus)
    for _ in range(3):
        finger(shell).tap(plus)
    assert group.values()["a26"] == 3


@pytest.mark.parametrize(("dy", "steps"), [(-200, 6), (-250, 14), (160, 8)])
def test_a_finger_that_slides_from_plus_scrolls_and_never_counts(
    tall: tuple[Shell, TallyGroup, TouchScroll],
    finger: Callable[..., Finger],
    dy: int,
    steps: int,
) -> None:
    shell, group, scroll = tall
    bar = scroll.verticalScrollBar()
    bar.setValue(200)
    before = bar.value()
    finger(shell).drag(group.tallies["a26"].plus, dy, scroll, steps=steps)
    assert bar.value() != before
    assert group.total() == 0


def test_a_finger_that_slides_over_chips_chooses_nothing(
    tall: tuple[Shell, TallyGroup, TouchScroll], finger: Callable[..., Finger]
) -> None:
    shell, _, scroll = tall
    chips = part(shell, MentionChips)
    chips.set_counts({})
    scroll.reveal(chips.chip("DRUGS"))
    finger(shell).drag(chips.chip("DRUGS").word, -180, scroll)
    assert chips.counts() == {}
    scroll.reveal(chips.chip("DRUGS"))
    finger(shell).tap(chips.chip("DRUGS").word)
    assert chips.counts() == {"DRUGS": 1}


def test_after_a_finger_a_mouse_can_still_select_text(
    tall: tuple[Shell, TallyGroup, TouchScroll], finger: Callable[..., Finger], qtbot: QtBot
) -> None:
    shell, group, scroll = tall
    finger(shell).tap(group.tallies["a26"].plus)
    notes = part(shell, GrowingText)
    notes.set_text("hello world of notes")
    scroll.reveal(notes)
    qtbot.wait(30)
    view, window = notes.viewport(), shell.windowHandle()
    start = view.mapTo(shell, QPoint(8, 14))
    QTest.mousePress(window, LEFT, Qt.KeyboardModifier.NoModifier, start)
    for step in range(1, 7):
        QTest.mouseMove(window, QPoint(start.x() + 25 * step, start.y()))
        qtbot.wait(15)
    QTest.mouseRelease(
        window, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(start.x() + 150, start.y())
    )
    assert notes.textCursor().selectedText().startswith("hello w")


def test_a_flick_over_a_list_opens_nothing_and_a_tap_opens_the_row(
    show: Callable[..., Shell], finger: Callable[..., Finger], qtbot: QtBot
) -> None:
    queue = QueueList("Waiting")
    queue.set_rows([QueueRow(str(i), f"Row {i}", "Line") for i in range(200)])
    page = Page("Queue")
    page.set_content(queue, scrolls=False)
    shell = show(page)
    opened: list[str] = []
    queue.opened.connect(opened.append)
    hand = finger(shell)
    hand.drag(queue.viewport(), -220, queue)
    assert queue.verticalScrollBar().value() > 150
    assert opened == []
    assert queue.current_key() == ""
    hand.tap(queue.viewport(), QPoint(200, 40))
    qtbot.waitUntil(lambda: len(opened) == 1)
    assert queue.current_key() == opened[0]


@pytest.fixture
def mentions(show: Callable[..., Shell]) -> MentionChips:
    made = MentionChips(ISSUES, "Issues raised", more=MORE)
    show(made)
    return made


def test_an_issue_starts_with_one_mention_and_its_stepper_adds(
    mentions: MentionChips, qtbot: QtBot
) -> None:
    chip = mentions.chip("SPEED")
    assert not chip.plus.isVisible()
    qtbot.mouseClick(chip.word, LEFT)
    qtbot.mouseClick(chip.plus, LEFT)
    qtbot.mouseClick(chip.plus, LEFT)
    assert mentions.counts() == {"SPEED": 3}
    qtbot.mouseClick(chip.word, LEFT)
    assert mentions.counts() == {}
    qtbot.mouseClick(chip.word, LEFT)
    assert mentions.counts() == {"SPEED": 1}


def test_the_number_of_mentions_can_be_typed(mentions: MentionChips, qtbot: QtBot) -> None:
    mentions.set_counts({"BIKES": 2})
    spin = mentions.chip("BIKES").spin
    spin.setFocus()
    spin.selectAll()
    qtbot.keyClicks(spin, "44")
    assert mentions.counts() == {"BIKES": 44}


def test_a_rare_issue_is_found_by_searching_and_joins_the_chips(
    mentions: MentionChips, qtbot: QtBot, heard: list[str]
) -> None:
    more = next(chip for chip in mentions.findChildren(ActionChip) if chip.text() == "More")
    qtbot.mouseClick(more, LEFT)
    sheet = part(mentions.window(), PickSheet)
    qtbot.keyClicks(sheet.search, "issue 7")
    with qtbot.waitSignal(mentions.changed):
        qtbot.keyClick(sheet.search, Qt.Key.Key_Return)
    assert mentions.counts() == {"m7": 1}
    assert heard[-1] == "Other issue 7 added"


def test_kept_counts_bring_their_rare_issues_forward(mentions: MentionChips, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(mentions.changed):
        mentions.set_counts({"SPEED": 2, "m3": 4})
    assert mentions.counts() == {"SPEED": 2, "m3": 4}
