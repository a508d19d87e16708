"""Choosing between two versions: read beside each other, chosen, saved, seen on both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from fieldapp.services.comparing import Comparison, Difference, Version
from tests.ui.compare.conftest import OpenWindow
from tests.ui.compare.torn import FIRST, SECOND, edit
from tests.ui.kit.test_audit import _cut_button, _cut_labels, controls, nodes
from tests.ui.review.centre import CentreProcess
from tests.ui.review.stage import Stage, flush, texts, until
from ui.presenters.compare import CHANGED_WORDS, SAVED_WORDS, differing, shown_of
from ui.theme import theme
from ui.theme.tokens import SCALES, TARGET
from ui.views.compare import ComparePage
from ui.views.entry_view import EntryPage
from ui.views.today_rows import NeedCard
from ui.widgets.buttons import Button

pytestmark = pytest.mark.gui

NOW = datetime(2026, 11, 19, 14, 0, tzinfo=UTC)
NOTES, ISSUE, YOUNG = "qualitative", "issues/i-1", "counts/children_young_people"
SIZES = [(1280, 800), (800, 1280), (1024, 600)]


def opened(made: Stage, record_id: str, size: tuple[int, int] = (1280, 800)) -> ComparePage:
    made.open("today", size)
    made.router.open_compare(record_id)
    made.settle()
    page = made.shell.page()
    assert isinstance(page, ComparePage)
    return page


def choose(made: Stage, page: ComparePage, **choices: str) -> None:
    names = {"notes": NOTES, "issue": ISSUE, "young": YOUNG}
    for name, key in choices.items():
        page.cards[names[name]].chips.chip(key).click()
    made.settle()


def press(part: QWidget, words: str) -> None:
    """The button with these words."""
    found = [one for one in part.findChildren(Button) if one.text() == words and one.isVisible()]
    found[0].click()


# ------------------------------------------------------------------ from there to here


def test_today_leads_to_the_two_versions_and_saving_leads_back(
    second: Stage, record_id: str
) -> None:
    second.open("today")
    card = second.shell.findChild(NeedCard, f"need:{record_id}")
    assert isinstance(card, NeedCard)
    card.click()
    until(lambda: isinstance(second.shell.page(), ComparePage))
    second.settle()
    page = second.shell.page()
    assert isinstance(page, ComparePage)
    assert (page.title, page.subtitle[:25]) == ("Choose version", "Drop-in, Larkspur Precinct"[:25])
    choose(second, page, notes="both", issue="0", young="1")
    page.save.click()
    until(lambda: not isinstance(second.shell.page(), ComparePage))
    second.settle()
    assert second.shell.messages.words() == SAVED_WORDS
    assert second.shell.findChild(NeedCard, f"need:{record_id}") is None
    body = second.tablet.services.entries.view(record_id)
    said = {line.label: line.value for line in body.lines}
    assert said["Children and young people"] == "11"
    assert said["Nuisance bikes"] == "12 mentions. Riding through the passage"
    assert FIRST in said["Notes"]
    assert SECOND in said["Notes"]


def test_sync_and_the_record_lead_there_too(second: Stage, record_id: str) -> None:
    page = second.open("sync")
    press(page, "Compare")
    until(lambda: isinstance(second.shell.page(), ComparePage))
    second.shell.close_page()
    second.router.open_entry(record_id)
    second.settle()
    entry = second.shell.page()
    assert isinstance(entry, EntryPage)
    assert "Both versions are kept. Choose what to keep." in texts(entry)
    press(entry, "Compare")
    until(lambda: isinstance(second.shell.page(), ComparePage))


# ------------------------------------------------------------------ what is shown


def test_versions_stand_beside_each_other_and_below_each_other_on_a_narrow_screen(
    second: Stage, record_id: str
) -> None:
    for size, columns in (((1280, 800), 2), ((1024, 600), 2), ((800, 1280), 1)):
        page = opened(second, record_id, size)
        first, other = page.cards[NOTES].panels
        beside = (
            first.mapTo(page, first.rect().topLeft()).y()
            == other.mapTo(page, other.rect().topLeft()).y()
        )
        assert beside == (columns == 2)
        second.shell.close_page()


def test_the_words_that_differ_are_marked_and_markup_is_only_words(
    second: Stage, record_id: str
) -> None:
    page = opened(second, record_id)
    first, other = page.cards[NOTES].panels
    assert (first.text.text, other.text.text) == (FIRST, SECOND)
    marked = [[side.text.text[a:b] for a, b in side.text.spans] for side in (first, other)]
    assert marked == [
        ["Quiet", "<b>Bikes</b>", "six riders."],
        ["Busy", "Bikes", "nine riders, one without a helmet."],
    ]
    formats = {label.textFormat() for label in page.findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}


def test_a_choice_shows_what_is_kept_and_what_comes_of_it(second: Stage, record_id: str) -> None:
    page = opened(second, record_id)
    card = page.cards[NOTES]
    assert not card.preview.isVisible()
    choose(second, page, notes="1")
    assert [panel.kept.isVisible() for panel in card.panels] == [False, True]
    assert card.result.text() == SECOND
    choose(second, page, notes="both")
    assert [panel.kept.isVisible() for panel in card.panels] == [True, True]
    assert FIRST in card.result.text()
    assert SECOND in card.result.text()
    choose(second, page, issue="1")
    assert page.cards[ISSUE].result.text() == "Nothing"


def test_both_is_offered_for_notes_and_never_for_numbers(second: Stage, record_id: str) -> None:
    page = opened(second, record_id)
    offers = {
        field: [one.text() for one in card.chips.findChildren(QAbstractButton)]
        for field, card in page.cards.items()
    }
    assert offers == {
        YOUNG: ["Keep version 1", "Keep version 2"],
        ISSUE: ["Keep it", "Take it out"],
        NOTES: ["Keep version 1", "Keep version 2", "Keep both"],
    }


def test_what_is_mine_and_what_is_theirs_is_said_when_two_people_wrote() -> None:
    when = NOW - timedelta(hours=2)
    versions = (
        Version("0", "PCSO Callum Reeve", False, when, "Rang the head"),
        Version("1", "You, on this tablet", True, None, ""),
    )
    difference = Difference("outcome", "What was done", versions)
    shown = shown_of(Comparison("r", "Follow-up", "", (difference,), "seen"), NOW)
    (answer,) = shown.answers
    assert [(side.title, side.keep, side.under, side.text) for side in answer.sides] == [
        (
            "PCSO Callum Reeve",
            "Keep theirs",
            "12:00, what the record shows now",
            "Rang the head",
        ),
        ("You, on this tablet", "Keep mine", "Kept beside it", "Left empty"),
    ]
    assert shown.intro == (
        "1 answer was changed by two people, or on two tablets. "
        "Both versions are kept until you choose."
    )


def test_words_that_moved_or_were_added_are_marked_and_no_others() -> None:
    text, other = "one two three", "one three four"
    assert [text[a:b] for a, b in differing(text, other)] == ["two"]
    assert [other[a:b] for a, b in differing(other, text)] == ["four"]
    assert differing("", "x") == ()
    assert differing("same", "same") == ()


# ------------------------------------------------------------------ what can go wrong


def test_save_names_what_has_not_been_chosen_and_leads_there(second: Stage, record_id: str) -> None:
    page = opened(second, record_id)
    choose(second, page, young="0")
    page.save.click()
    second.settle()
    words = "Notes: choose what to keep"
    assert f"Error: {words}" in texts(page.cards[NOTES])
    assert page.cards[YOUNG].field.error == ""
    press(page.errors, words)
    assert second.shell.focusWidget() is page.cards[NOTES].chips.chip("0")
    assert second.tablet.services.waiting.status().choose == 1


def test_what_was_settled_meanwhile_is_told_and_not_settled_again(
    second: Stage, record_id: str
) -> None:
    page = opened(second, record_id)
    choose(second, page, notes="1", issue="0", young="0")
    comparing = second.tablet.services.comparing
    seen = comparing.open(record_id).seen
    comparing.settle(record_id, {NOTES: "0", ISSUE: "0", YOUNG: "0"}, seen=seen)
    page.save.click()
    until(lambda: bool(second.told))
    second.settle()
    assert second.told[0][1].startswith("This was changed while you were choosing.")
    until(page.none.isVisible)
    assert "Nothing to choose" in texts(page)
    assert not page.bar.isVisible()


def test_what_arrives_while_the_officer_reads_is_shown_and_choices_that_fit_are_kept(
    open_window: OpenWindow, centre: CentreProcess, record_id: str
) -> None:
    first, second = open_window("first", centre.url), open_window("second", centre.url)
    page = opened(second, record_id)
    choose(second, page, notes="0", young="1")
    first.tablet.services.capture.recall(record_id)
    edit(first.tablet, record_id, hand_in=True, qualitative=f"{FIRST} Later it rained.")
    for tablet in (first.tablet, second.tablet):
        assert tablet.sync_now().words == ""
    until(lambda: page.bar.words() == CHANGED_WORDS)
    assert page.cards[YOUNG].chips.value() == "1"
    assert page.cards[NOTES].chips.value() == ""
    assert page.cards[NOTES].panels[0].text.text.endswith("Later it rained.")


# ------------------------------------------------------------------ both sides


def test_the_sergeant_waits_for_the_choice_and_decides_after_it(
    open_window: OpenWindow, centre: CentreProcess, record_id: str
) -> None:
    tom, second = open_window("tom", centre.url), open_window("second", centre.url)
    queue = tom.open("approvals")
    queue.rows.opened.emit(record_id)
    tom.settle()
    waits = "Two people changed the same answer. Waiting for PCSO Priya Nandra to choose."
    assert waits in texts(queue)
    tom.router.open_entry(record_id)
    tom.settle()
    entry = tom.shell.page()
    assert isinstance(entry, EntryPage)
    assert "Waiting for PCSO Priya Nandra to choose." in texts(entry)
    assert [one.text() for one in entry.findChildren(Button) if one.text() == "Compare"] == []
    tom.shell.close_page()
    page = opened(second, record_id)
    choose(second, page, notes="1", issue="0", young="0")
    page.save.click()
    until(lambda: second.tablet.services.waiting.status().choose == 0)
    second.settle()
    assert second.tablet.sync_now().words == ""
    assert tom.tablet.sync_now().words == ""
    queue = tom.open("approvals")
    queue.rows.opened.emit(record_id)
    tom.settle()
    assert waits not in texts(queue)
    assert SECOND in texts(queue)
    view = tom.tablet.services.approvals.open(record_id)
    assert view.blocked_words == ""
    newest = view.history[0]
    assert (newest.words, newest.detail.split(". ")[-1]) == (
        "Chose between two versions",
        "Notes: kept their own",
    )


# ------------------------------------------------------------------ finger, eye and ear


@pytest.mark.parametrize("size", SIZES)
def test_every_target_fits_a_finger_and_every_word_its_place_at_any_text_size(
    second: Stage, record_id: str, size: tuple[int, int]
) -> None:
    page = opened(second, record_id, size)
    choose(second, page, notes="both", issue="1")
    page.save.click()
    for scale in SCALES:
        theme.use(scale=scale)
        second.settle()
        flush()
        small = [
            (type(w).__name__, w.accessibleName(), w.width(), w.height())
            for w in controls(page)
            if min(w.width(), w.height()) < TARGET["floor"]
        ]
        cut = [(label.text(), label.width(), label.height()) for label in _cut_labels(page)]
        tight = [
            (button.text(), button.width(), button.sizeHint().width())
            for button in page.findChildren(QAbstractButton)
            if button.isVisibleTo(page) and button.text() and _cut_button(button)
        ]
        assert (scale, small, cut, tight) == (scale, [], [], [])


def test_every_control_has_a_name(second: Stage, record_id: str) -> None:
    opened(second, record_id)
    role = QAccessible.Role
    unnamed = [
        node.object()
        for node in nodes(QAccessible.queryAccessibleInterface(second.shell))
        if node.role() in {role.Button, role.PushButton, role.RadioButton}
        and not node.text(QAccessible.Text.Name)
    ]
    assert unnamed == []


def test_the_keyboard_alone_chooses_and_saves(second: Stage, record_id: str, qtbot: Any) -> None:
    page = opened(second, record_id)
    second.shell.activateWindow()
    press_key: Callable[[Qt.Key], object] = lambda key: qtbot.keyClick(  # noqa: E731
        second.shell.windowHandle(), key
    )
    reached: list[QWidget | None] = []
    for field in (YOUNG, ISSUE, NOTES):
        chips = page.cards[field].chips
        first = chips.chip("0")
        for _ in range(40):
            if second.shell.focusWidget() is first:
                break
            press_key(Qt.Key.Key_Tab)
        reached.append(second.shell.focusWidget())
        press_key(Qt.Key.Key_Space)
        assert chips.value() == "0"
    assert reached == [page.cards[field].chips.chip("0") for field in (YOUNG, ISSUE, NOTES)]
    for _ in range(40):
        if second.shell.focusWidget() is page.save:
            break
        press_key(Qt.Key.Key_Tab)
    press_key(Qt.Key.Key_Space)
    until(lambda: second.tablet.services.waiting.status().choose == 0)
