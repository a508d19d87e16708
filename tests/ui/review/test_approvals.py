"""The sergeant reads one entry, decides on exactly that, and goes on."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest

from tests.ui.review.entries import HOSTILE, NAMED
from tests.ui.review.stage import Stage, texts, until
from ui.presenters.approvals import CHANGED_WORDS, COMMENTED_WORDS, NO_REASON_WORDS
from ui.views.approvals import ApprovalsPage
from ui.views.return_panel import CommentSheet
from ui.views.review_lines import ReviewLine

pytestmark = pytest.mark.gui


def page_of(tom: Stage, size: tuple[int, int] = (1280, 800)) -> ApprovalsPage:
    page = tom.open("approvals", size)
    assert isinstance(page, ApprovalsPage)
    return page


def choose(tom: Stage, page: ApprovalsPage, record_id: str) -> None:
    page.rows.opened.emit(record_id)
    until(lambda: shown_id(page) == record_id)
    tom.settle()


def shown_id(page: ApprovalsPage) -> str:
    view = page.detail._view
    return view.row.record_id if view else ""


def line(page: ApprovalsPage, field: str) -> ReviewLine:
    return next(one for one in page.detail.findChildren(ReviewLine) if one.line.field == field)


def waiting(tom: Stage) -> set[str]:
    return {row.record_id for row in tom.desk.services.approvals.queue()}


def last_decision(tom: Stage) -> str:
    """The newest decision as it will be sent."""
    asked = "SELECT wire FROM outbox WHERE kind='decide' ORDER BY dseq DESC LIMIT 1"
    with tom.tablet.store.reading() as tx:
        ((wire,),) = tx.rows(asked)
    return str(wire)


def test_the_queue_shows_what_others_recorded_and_never_the_sergeants_own(
    tom: Stage, ids: dict[str, str]
) -> None:
    page = page_of(tom)
    keys = {row.key for row in page.rows.queue().rows()}
    assert ids["plain"] in keys
    assert ids["toms"] not in keys
    assert page.subtitle.startswith(f"{len(keys)} waiting")


def test_one_tap_approves_and_shows_the_next(tom: Stage, ids: dict[str, str], qtbot: Any) -> None:
    page = page_of(tom)
    choose(tom, page, ids["plain"])
    before = [row.key for row in page.rows.queue().rows()]
    following = before[before.index(ids["plain"]) + 1]
    qtbot.mouseClick(page.detail.approve, Qt.MouseButton.LeftButton)
    until(lambda: shown_id(page) == following)
    tom.settle()
    assert ids["plain"] not in {row.key for row in page.rows.queue().rows()}
    assert page.rows.current_key() == following
    assert tom.shell.undo.isVisible()
    assert "Approved: Larkspur Precinct" in texts(tom.shell.undo)
    assert ids["plain"] not in waiting(tom)


def test_the_decision_names_the_content_that_was_shown(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom)
    choose(tom, page, ids["plain"])
    assert page.detail._view is not None
    shown = page.detail._view.content_hash
    page.detail.approve.click()
    tom.settle()
    assert shown in last_decision(tom)


def test_the_second_press_of_a_double_tap_decides_nothing(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom)
    choose(tom, page, ids["plain"])
    count = len(page.rows.queue().rows())
    QTest.mouseClick(page.detail.approve, Qt.MouseButton.LeftButton)
    until(lambda: shown_id(page) not in ("", ids["plain"]))
    QTest.mouseDClick(page.detail.approve, Qt.MouseButton.LeftButton)
    tom.settle()
    # The double click is a press, a release, and the press that must not count.
    assert len(page.rows.queue().rows()) >= count - 2


def test_undo_brings_the_entry_back_to_be_read(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom)
    choose(tom, page, ids["plain"])
    page.detail.approve.click()
    tom.settle()
    tom.shell.undo.button.click()
    until(lambda: shown_id(page) == ids["plain"])
    tom.settle()
    assert ids["plain"] in waiting(tom)
    assert ids["plain"] in {row.key for row in page.rows.queue().rows()}
    assert not tom.shell.undo.isVisible()


def test_ctrl_z_undoes_while_it_is_offered(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom)
    choose(tom, page, ids["plain"])
    page.detail.approve.click()
    tom.settle()
    tom.router.undoing.press()
    until(lambda: shown_id(page) == ids["plain"])
    tom.settle()
    assert ids["plain"] in waiting(tom)


def test_a_return_needs_a_reason_and_says_so_at_the_reasons(
    tom: Stage, ids: dict[str, str]
) -> None:
    page = page_of(tom)
    choose(tom, page, ids["plain"])
    page.detail.send_back.click()
    assert page.detail.returning_now
    page.detail.send.click()
    tom.settle()
    assert f"Error: {NO_REASON_WORDS}" in texts(page.detail.panel)
    assert ids["plain"] in waiting(tom)


def test_a_return_carries_reasons_and_comments_on_single_lines(
    tom: Stage, ids: dict[str, str]
) -> None:
    page = page_of(tom)
    choose(tom, page, ids["plain"])
    line(page, "qualitative").click()
    sheet = tom.shell.findChild(CommentSheet)
    assert isinstance(sheet, CommentSheet)
    sheet.words.setPlainText("Which path?")
    sheet._keep()
    tom.settle()
    assert page.detail.returning_now
    assert "Which path?" in texts(line(page, "qualitative"))
    page.detail.panel.reasons.chip("MISSING_DETAIL").click()
    page.detail.panel.words.setPlainText("Nearly there.")
    page.detail.send.click()
    tom.settle()
    sent = last_decision(tom)
    assert "MISSING_DETAIL" in sent
    assert "Which path?" in sent
    assert "Nearly there." in sent
    assert "Returned: Larkspur Precinct" in texts(tom.shell.undo)


def test_comments_that_were_written_are_not_lost_by_approving(
    tom: Stage, ids: dict[str, str]
) -> None:
    page = page_of(tom)
    choose(tom, page, ids["plain"])
    page._presenter.comment("qualitative", "Which path?")
    page.detail.approve.click()
    tom.settle()
    assert tom.shell.messages.words() == COMMENTED_WORDS
    assert ids["plain"] in waiting(tom)


@pytest.mark.parametrize("letter", ["a", "r", "j", "k"])
def test_typing_in_search_decides_nothing(
    tom: Stage, ids: dict[str, str], qtbot: Any, letter: str
) -> None:
    page = page_of(tom)
    count = len(waiting(tom))
    page.search.setFocus()
    qtbot.keyClicks(page.search, letter)
    tom.settle()
    assert page.search.text() == letter
    assert not page.detail.returning_now
    assert len(waiting(tom)) == count


def test_letters_act_on_the_page_and_can_be_switched_off(
    tom: Stage, ids: dict[str, str], qtbot: Any
) -> None:
    page = page_of(tom)
    tom.shell.activateWindow()
    until(tom.shell.isActiveWindow)
    page.rows.setFocus()
    first = page.rows.key_at(0)
    choose(tom, page, first)
    qtbot.keyClick(page.rows, Qt.Key.Key_J)
    until(lambda: shown_id(page) not in ("", first))
    qtbot.keyClick(page.rows, Qt.Key.Key_K)
    until(lambda: shown_id(page) == first)
    page.use_shortcuts(on=False)
    qtbot.keyClick(page.rows, Qt.Key.Key_A)
    tom.settle()
    assert first in waiting(tom)
    page.use_shortcuts(on=True)
    qtbot.keyClick(page.rows, Qt.Key.Key_A)
    until(lambda: shown_id(page) not in ("", first))
    tom.settle()
    assert first not in waiting(tom)


def test_search_and_filters_narrow_the_list(tom: Stage, ids: dict[str, str], qtbot: Any) -> None:
    page = page_of(tom)
    qtbot.keyClicks(page.search, "priya larkspur")
    tom.settle()
    assert [row.key for row in page.rows.queue().rows()] == [ids["plain"]]
    page.search.clear()
    page.search.edited.emit()
    page.show_only.chip("resubmitted").click()
    tom.settle()
    assert [row.key for row in page.rows.queue().rows()] == [ids["twice"]]
    qtbot.keyClicks(page.search, "nothing like this")
    tom.settle()
    assert "No entry fits." in texts(page)


def test_a_resubmitted_entry_shows_which_lines_are_new(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom)
    choose(tom, page, ids["twice"])
    changed = [
        one.line.field for one in page.detail.findChildren(ReviewLine) if "Changed" in texts(one)
    ]
    assert changed
    assert all(field.startswith("counts") for field in changed)


def test_what_may_name_a_person_is_marked_where_it_stands(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom)
    choose(tom, page, ids["named"])
    value = line(page, "qualitative").value
    marked = [value.text[start:end] for start, end in value.spans]
    assert value.text == NAMED
    assert any("Jane Milburn" in words for words in marked)


def test_hostile_text_is_shown_as_it_was_typed(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom)
    choose(tom, page, ids["hostile"])
    assert line(page, "qualitative").value.text == HOSTILE
    assert "Teasel <b>Green</b>" in page.detail.title.text()
    assert any("<b>Green</b>" in row.title for row in page.rows.queue().rows())


def test_an_entry_changed_since_it_was_shown_is_shown_again(
    tom: Stage, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of(tom)
    choose(tom, page, ids["plain"])
    view = page._presenter._view
    assert view is not None
    from dataclasses import replace

    page._presenter._view = replace(view, content_hash="0" * 64)
    page.detail.approve.click()
    until(lambda: shown_id(page) == ids["plain"])
    tom.settle()
    assert tom.shell.messages.words() == CHANGED_WORDS
    assert ids["plain"] in waiting(tom)


def test_the_list_keeps_its_promises_as_a_model(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom)
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(page.rows.queue(), mode)
    choose(tom, page, ids["plain"])
    page.detail.approve.click()
    tom.settle()
    tom.shell.undo.button.click()
    tom.settle()
    page.show_only.chip("flagged").click()
    tom.settle()
    assert tester.model() is page.rows.queue()


def test_on_a_narrow_screen_the_detail_follows_the_list(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom, (800, 1280))
    assert page.rows.isVisible()
    assert not page.detail.isVisible()
    choose(tom, page, ids["plain"])
    assert page.detail.isVisible()
    assert not page.rows.isVisible()
    assert "Larkspur Precinct" in page.title
    page.detail.back.click()
    assert page.rows.isVisible()
    assert page.title == "Approvals"


def test_the_last_decision_leaves_a_calm_empty_screen(tom: Stage) -> None:
    page = page_of(tom)
    for _ in range(len(waiting(tom))):
        if page.detail._view and page.detail._view.blocked_words:
            break
        page.detail.approve.click()
        tom.settle()
    assert not waiting(tom)
    assert "Nothing waits for you" in texts(page)
