"""The window: places, pages on top of each other, messages, and both ways of holding a tablet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.kit.conftest import part
from tests.ui.kit.gallery import PLACES
from ui.shell import Shell
from ui.theme import theme
from ui.theme.tokens import contrast
from ui.widgets.arrange import column
from ui.widgets.buttons import Button
from ui.widgets.focus_ring import FocusRing
from ui.widgets.growing_text import GrowingText
from ui.widgets.page import Page
from ui.widgets.section import Section
from ui.widgets.section_index import SectionIndex
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.text import Label
from ui.widgets.text_field import TextField

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def shell(show: Callable[..., Shell]) -> Shell:
    shown = show(Page("Today", "Thursday"))
    shown.set_page("records", Page("Records"))
    return shown


def form() -> Page:
    page = Page("New drop-in session", form=True)
    page.set_content(TextField("Place"))
    page.set_foot(StickyBar(Button("Check and submit", "primary", large=True)))
    return page


def test_places_are_at_the_side_on_a_wide_screen_and_below_on_a_narrow_one(shell: Shell) -> None:
    assert shell.rail.isVisible()
    assert not shell.bar.isVisible()
    shell.resize(800, 1280)
    assert shell.upright
    assert not shell.rail.isVisible()
    assert shell.bar.isVisible()
    assert shell.header.settings.isVisible()
    shell.resize(1280, 800)
    assert shell.rail.isVisible()
    assert not shell.header.settings.isVisible()


@pytest.mark.parametrize("size", [(1024, 600), (1280, 800), (800, 1280), (600, 480)])
@pytest.mark.parametrize("page", ["today", "form", "approvals", "meetings"])
def test_no_page_keeps_the_window_from_its_size(
    show: Callable[..., Shell], page: str, size: tuple[int, int]
) -> None:
    shown = show(page, size)
    assert (shown.width(), shown.height()) == size
    current = shown.page()
    assert current is not None
    assert current.mapTo(shown, QPoint(current.width(), 0)).x() <= shown.width()
    if current.foot is not None:
        foot = current.foot.mapTo(shown, QPoint(0, current.foot.height()))
        assert foot.y() <= shown.height()


def test_going_to_a_place_shows_its_page_and_says_so(shell: Shell, qtbot: QtBot) -> None:
    with qtbot.waitSignal(shell.chosen) as chosen:
        qtbot.mouseClick(shell.rail.buttons["records"], LEFT)
    assert chosen.args == ["records"]
    assert shell.header.title.text() == "Records"
    assert shell.bar.buttons["records"].isChecked()
    assert not shell.rail.buttons["today"].isChecked()


def test_a_page_may_be_made_when_its_place_is_first_chosen(shell: Shell, qtbot: QtBot) -> None:
    def make(key: str) -> None:
        if not shell.has_page(key):
            shell.set_page(key, Page("Made"))

    shell.chosen.connect(make)
    qtbot.mouseClick(shell.rail.buttons["sync"], LEFT)
    assert shell.header.title.text() == "Made"


def test_settings_is_a_place_in_both_ways_of_holding(shell: Shell, qtbot: QtBot) -> None:
    assert shell.rail.settings is not None
    with qtbot.waitSignal(shell.chosen) as chosen:
        qtbot.mouseClick(shell.rail.settings, LEFT)
    assert chosen.args == ["settings"]
    shell.resize(800, 1280)
    with qtbot.waitSignal(shell.chosen) as chosen:
        qtbot.mouseClick(shell.header.settings, LEFT)
    assert chosen.args == ["settings"]


def test_a_form_hides_the_bottom_bar_and_back_returns(shell: Shell, qtbot: QtBot) -> None:
    shell.resize(800, 1280)
    shell.open_page(form())
    assert not shell.bar.isVisible()
    assert shell.header.back.isVisible()
    assert shell.header.back.accessibleName() == "Save and go back"
    with qtbot.waitSignal(shell.page_closed):
        qtbot.mouseClick(shell.header.back, LEFT)
    assert shell.bar.isVisible()
    assert shell.header.title.text() == "Today"
    assert not shell.header.back.isVisible()


def test_a_page_can_ask_to_stay(shell: Shell, qtbot: QtBot) -> None:
    class Stubborn(Page):
        def leaving(self) -> bool:
            return False

    shell.open_page(Stubborn("Wait"))
    with qtbot.assertNotEmitted(shell.chosen):
        qtbot.mouseClick(shell.rail.buttons["records"], LEFT)
    assert shell.header.title.text() == "Wait"
    assert shell.rail.buttons["today"].isChecked()


def test_acts_of_a_page_are_in_the_header_while_it_is_shown(shell: Shell, qtbot: QtBot) -> None:
    page, act = Page("With an act"), Button("Try now")
    page.add_action(act)
    shell.open_page(page)
    assert act.isVisible()
    shell.open_page(Page("On top"))
    assert not act.isVisible()
    shell.close_page()
    assert act.isVisible()
    page.set_title("Renamed", "below")
    assert shell.header.title.text() == "Renamed"


def test_a_badge_is_seen_and_heard(shell: Shell) -> None:
    shell.set_badge("sync", 3, "3 records waiting to send")
    seen = QAccessible.queryAccessibleInterface(shell.rail.buttons["sync"])
    assert seen.text(QAccessible.Text.Name) == "Sync, 3 records waiting to send"
    assert seen.role() == QAccessible.Role.RadioButton
    shell.set_badge("sync", 0)
    assert seen.text(QAccessible.Text.Name) == "Sync"


def test_the_marking_of_a_page_that_is_higher_stands_in_for_the_apps_own(shell: Shell) -> None:
    page = Page("Resident contact")
    page.set_marking("OFFICIAL-SENSITIVE")
    shell.open_page(page)
    strip = part(shell, QWidget, "marking")
    assert strip.accessibleName() == "Marking: OFFICIAL-SENSITIVE"
    label = part(strip, Label)
    ink = label.palette().color(label.foregroundRole()).name()
    ground = strip.grab().toImage().pixelColor(4, 4).name()
    assert contrast(ink, ground) >= 4.5
    shell.close_page()
    assert strip.accessibleName() == "Marking: OFFICIAL"


def test_errors_stay_until_they_are_closed_and_news_goes_by_itself(
    shell: Shell, qtbot: QtBot, heard: list[str]
) -> None:
    bar = shell.messages
    bar.say("error", "Not saved.")
    bar.say("info", "Sent.")
    assert bar.words() == "Not saved."
    assert heard == ["Not saved.", "Sent."]
    close = next(b for b in bar.findChildren(Button) if b.text() == "Close")
    qtbot.mouseClick(close, LEFT)
    assert not bar.isVisible()
    bar.say("info", "Sent.")
    assert bar.isVisible()
    assert bar._timer.isActive()


def test_emergency_words_stand_above_every_page_and_cost_no_height(shell: Shell) -> None:
    top = part(shell, QWidget, "marking")
    height = top.height()
    shell.set_emergency("Emergency? Call 999. This app does not report crime.")
    shell.resize(1280, 800)
    QApplication.processEvents()
    label = shell._marking.emergency
    shell.open_page(form())
    assert label.isVisible()
    assert label.shown() == "Emergency? Call 999. This app does not report crime."
    shell.resize(600, 800)
    QApplication.processEvents()
    assert label.shown() == "Emergency: 999"
    assert label.width() >= label.fontMetrics().horizontalAdvance(label.shown())
    assert top.height() == height
    assert label.accessibleName() == "Emergency? Call 999. This app does not report crime."


@pytest.mark.parametrize("look", ["day", "night", "outdoor"])
@pytest.mark.parametrize("marking", ["OFFICIAL", "OFFICIAL-SENSITIVE"])
def test_emergency_words_are_legible_in_every_look(shell: Shell, look: str, marking: str) -> None:
    theme.use(name=look)
    shell.set_marking(marking)
    shell.set_emergency("Emergency? Call 999.")
    QApplication.processEvents()
    label = shell._marking.emergency
    picture = shell._marking.grab().toImage()
    ground = picture.pixelColor(3, picture.height() // 2).name()
    words = label.palette().color(label.foregroundRole()).name()
    theme.use(name="day")
    assert contrast(words, ground) >= 4.5


@pytest.mark.parametrize("size", [(1280, 800), (800, 1280)])
def test_undo_never_covers_the_acts_at_the_foot(
    shell: Shell, qtbot: QtBot, size: tuple[int, int]
) -> None:
    shell.resize(*size)
    page = form()
    shell.open_page(page)
    shell.undo.offer("Approved: Market Hall")
    assert page.foot is not None
    assert shell.undo.geometry().bottom() < page.foot.mapTo(shell, QPoint(0, 0)).y()
    with qtbot.waitSignal(shell.undo.undone):
        qtbot.mouseClick(shell.undo.button, LEFT)
    assert not shell.undo.isVisible()


def test_an_offer_to_undo_runs_out(shell: Shell, qtbot: QtBot, heard: list[str]) -> None:
    with qtbot.waitSignal(shell.undo.expired, timeout=3000):
        shell.undo.offer("Approved: Market Hall", seconds=1)
    assert not shell.undo.isVisible()
    assert heard == ["Approved: Market Hall. Undo is offered for 1 seconds."]


def test_each_offer_to_undo_is_its_own(shell: Shell, qtbot: QtBot) -> None:
    calls: list[str] = []
    for name in ("first", "second"):
        shell.undo.offer(
            name,
            undone=lambda n=name: calls.append(f"undone {n}"),  # type: ignore[misc]
            expired=lambda n=name: calls.append(f"expired {n}"),  # type: ignore[misc]
        )
    assert calls == ["expired first"]
    qtbot.mouseClick(shell.undo.button, LEFT)
    assert calls == ["expired first", "undone second"]


def test_the_state_of_sync_is_announced_when_it_turns(shell: Shell, heard: list[str]) -> None:
    shell.set_sync("offline", "Offline, 1 waiting")
    shell.set_sync("offline", "Offline, 2 waiting")
    shell.set_sync("clear", "Connected")
    assert heard == ["Offline, 1 waiting", "Connected"]


def test_a_left_hand_has_the_main_act_at_the_left(show: Callable[..., Shell], qtbot: QtBot) -> None:
    page = form()
    shown = show(page)
    assert page.foot is not None
    submit = part(page.foot, Button)
    right = submit.mapTo(shown, QPoint(0, 0)).x()
    theme.use(left_handed=True)
    qtbot.wait(20)
    assert submit.mapTo(shown, QPoint(0, 0)).x() < 300 < right


def test_the_saved_line_is_announced_only_when_saving_fails(
    show: Callable[..., Shell], heard: list[str]
) -> None:
    bar = StickyBar(Button("Go", "primary"))
    page = Page("Form", form=True)
    page.set_foot(bar)
    show(page)
    bar.set_saved("saving", "Saving…")
    bar.set_saved("saved", "Saved on this tablet 11:41")
    bar.set_saved("failed", "Not saved. Your last change is still on screen.")
    assert heard == ["Not saved. Your last change is still on screen."]
    assert bar.words() == "Not saved. Your last change is still on screen."


# -- focus --------------------------------------------------------------------------------------


def test_the_focus_ring_is_for_keys_only(show: Callable[..., Shell], qtbot: QtBot) -> None:
    first, second = TextField("First"), TextField("Second")
    holder = QWidget()
    holder.setLayout(column(first, second))
    shown = show(holder)
    ring = part(shown, FocusRing)
    qtbot.mouseClick(first, LEFT)
    first.setFocus()
    assert not ring.isVisible()
    qtbot.keyClick(shown.windowHandle(), Qt.Key.Key_Tab)
    qtbot.waitUntil(ring.isVisible)
    assert second.hasFocus()
    box = ring.geometry()
    assert box.contains(second.mapTo(shown, second.rect().center()))
    qtbot.mouseClick(shown.windowHandle(), LEFT, pos=QPoint(700, 700))
    qtbot.waitUntil(lambda: not ring.isVisible())


def test_the_ring_follows_a_page_that_scrolls(show: Callable[..., Shell], qtbot: QtBot) -> None:
    first, second = TextField("First"), TextField("Second")
    holder = QWidget()
    holder.setLayout(column(first, second, GrowingText("Notes", lines=60)))
    page = Page("Long")
    page.set_content(holder)
    shown = show(page)
    ring = part(shown, FocusRing)
    first.setFocus()
    qtbot.keyClick(shown.windowHandle(), Qt.Key.Key_Tab)
    qtbot.waitUntil(ring.isVisible)
    before = ring.y()
    assert page.area is not None
    page.area.verticalScrollBar().setValue(40)
    qtbot.waitUntil(lambda: ring.y() == before - 40)


# -- sections -----------------------------------------------------------------------------------


def test_a_filled_in_part_folds_to_a_line_and_change_opens_it(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    box = TextField("Place")
    section = Section("where", "Where", box)
    show(section)
    section.set_done(done=True)
    section.fold("Rosewood Library, Wilnecote")
    assert not box.isVisible()
    change = next(b for b in section.findChildren(Button) if b.text() == "Change")
    assert change.accessibleName() == "Change where"
    with qtbot.waitSignal(section.change_wanted):
        qtbot.mouseClick(change, LEFT)
    assert box.isVisible()


def test_a_comment_unfolds_its_part(show: Callable[..., Shell]) -> None:
    section = Section("who", "Who came", TextField("Number"))
    show(section)
    section.fold("17 people")
    section.mark("Sgt Oduya: add the number of pupils")
    assert not section.folded
    section.mark("")
    assert section.property("card") == "plain"


def test_the_index_follows_the_page_and_jumps(show: Callable[..., Shell], qtbot: QtBot) -> None:
    shown = show("form", (1280, 800))
    index = part(shown, SectionIndex)
    page = shown.page()
    assert page is not None
    assert page.area is not None
    area = page.area
    assert index.isVisible()
    entries = {e.text(): e for e in index.findChildren(QRadioButton)}
    qtbot.waitUntil(entries["When"].isChecked)
    qtbot.mouseClick(entries["Notes"], LEFT)
    assert entries["Notes"].isChecked()
    notes = part(shown, GrowingText)
    assert notes.mapTo(area.viewport(), QPoint(0, 0)).y() < 160
    area.verticalScrollBar().setValue(0)
    qtbot.waitUntil(entries["When"].isChecked)
    shown.resize(1024, 600)
    qtbot.waitUntil(lambda: not index.isVisible())
    shown.resize(1280, 800)
    qtbot.waitUntil(index.isVisible)


def test_what_is_done_is_said_in_the_index(show: Callable[..., Shell]) -> None:
    shown = show("form")
    index = part(shown, SectionIndex)
    names = {e.accessibleName() for e in index.findChildren(QWidget) if e.accessibleName()}
    assert "Notes, still to do" in names
    assert "When, done" in names


def test_places_of_the_gallery_are_the_five_of_an_officer() -> None:
    assert [place.word for place in PLACES] == [
        "Today",
        "Records",
        "Contacts",
        "Follow-ups",
        "Sync",
    ]
