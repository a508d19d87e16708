"""Finding a record and doing with it what its officer may."""

from __future__ import annotations

from typing import Any

import pytest

from fieldapp.services.values import Mark
from tests.ui.review.entries import HOSTILE, drop_in
from tests.ui.review.stage import Stage, texts, until
from ui.views.entry_detail import WithdrawSheet
from ui.views.entry_form.page import EntryFormPage
from ui.views.records import FilterSheet, RecordsPage
from ui.widgets.sheet import ConfirmSheet

pytestmark = pytest.mark.gui


def page_of(made: Stage, size: tuple[int, int] = (1280, 800)) -> RecordsPage:
    page = made.open("records", size)
    assert isinstance(page, RecordsPage)
    return page


def read(made: Stage, page: RecordsPage, record_id: str) -> None:
    page.rows.opened.emit(record_id)
    until(lambda: page.detail.view is not None and page.detail.view.row.record_id == record_id)
    made.settle()


def left(made: Stage, place: str) -> str:
    """A draft left for later."""
    draft = drop_in(made.tablet, place)
    made.tablet.services.capture.finish_later(draft)
    return draft.record_id


def keys(page: RecordsPage) -> list[str]:
    return [row.key for row in page.rows.queue().rows()]


def test_typing_finds_by_place_and_words(priya: Stage, ids: dict[str, str], qtbot: Any) -> None:
    page = page_of(priya)
    assert len(keys(page)) >= 7
    qtbot.keyClicks(page.search, "bittern")
    until(lambda: keys(page) == [ids["twice"]])
    page.search.clear()
    until(lambda: len(keys(page)) >= 7)
    qtbot.keyClicks(page.search, "milburn")
    until(lambda: keys(page) == [ids["named"]])
    page.search.setText("no such words")
    until(page.none.isVisible)
    assert "No records fit" in texts(page)


def test_filters_narrow_and_say_what_they_do(priya: Stage, ids: dict[str, str]) -> None:
    left(priya, "Old Mill")
    page = page_of(priya)
    page.filter.click()
    sheet = priya.shell.findChild(FilterSheet)
    assert isinstance(sheet, FilterSheet)
    sheet.state.chip(Mark.DRAFT.value).click()
    until(lambda: len(keys(page)) == 1)
    sheet.dismiss()
    priya.settle()
    assert page.filter.text() == "Filter (1)"
    assert "Draft" in page.chosen.text()
    page.clear.click()
    until(lambda: len(keys(page)) >= 8)
    assert page.filter.text() == "Filter"


def test_an_entry_reads_as_it_was_written(priya: Stage, ids: dict[str, str]) -> None:
    page = page_of(priya)
    read(priya, page, ids["hostile"])
    words = texts(page.detail)
    assert HOSTILE in words
    assert any("Teasel <b>Green</b>" in text for text in words)
    assert "With your sergeant" in words
    assert "History" in words


def test_an_undecided_entry_is_recalled_to_draft(priya: Stage, ids: dict[str, str]) -> None:
    page = page_of(priya)
    read(priya, page, ids["plain"])
    page.detail.recall.click()
    until(lambda: page.detail.view is not None and page.detail.view.row.mark == Mark.DRAFT)
    assert priya.shell.messages.words() == "Recalled. It is a draft again."
    assert page.detail.edit.text() == "Continue"


def test_withdrawing_needs_a_reason(priya: Stage, ids: dict[str, str]) -> None:
    page = page_of(priya)
    read(priya, page, ids["plain"])
    page.detail.withdraw.click()
    sheet = priya.shell.findChild(WithdrawSheet)
    assert isinstance(sheet, WithdrawSheet)
    sheet.yes.click()
    assert "Error: Say why it is withdrawn, in a few words." in texts(sheet)
    sheet.reason.setPlainText("Recorded twice by mistake")
    sheet.yes.click()
    until(lambda: page.detail.view is not None and page.detail.view.row.mark == Mark.WITHDRAWN)
    priya.settle()
    assert "Withdrawn" in texts(page.detail)


def test_a_deleted_draft_comes_back_by_undo(priya: Stage) -> None:
    record_id = left(priya, "Old Mill")
    page = page_of(priya)
    read(priya, page, record_id)
    page.detail.delete.click()
    sheet = priya.shell.findChild(ConfirmSheet)
    assert isinstance(sheet, ConfirmSheet)
    sheet.yes_button.click()
    until(lambda: record_id not in keys(page))
    assert "Deleted: Old Mill" in texts(priya.shell.undo)
    priya.shell.undo.button.click()
    until(lambda: record_id in keys(page))


def test_continue_opens_the_form_and_leaving_comes_back(priya: Stage) -> None:
    record_id = left(priya, "Old Mill")
    page = page_of(priya)
    read(priya, page, record_id)
    page.detail.edit.click()
    until(lambda: isinstance(priya.shell.page(), EntryFormPage))
    priya.shell.close_page()
    priya.settle()
    assert priya.shell.page() is page


def test_a_colleagues_entry_can_be_read_and_not_changed(tom: Stage, ids: dict[str, str]) -> None:
    page = page_of(tom)
    read(tom, page, ids["plain"])
    assert not page.detail.edit.isVisible()
    assert "Awaiting approval" in texts(page.detail)


def test_on_a_narrow_screen_the_record_follows_the_list(priya: Stage, ids: dict[str, str]) -> None:
    page = page_of(priya, (800, 1280))
    assert not page.detail.isVisible()
    read(priya, page, ids["plain"])
    assert page.detail.isVisible()
    assert "Larkspur Precinct" in page.title
    page.detail.back.click()
    assert page.rows.isVisible()
    assert page.title == "Records"
