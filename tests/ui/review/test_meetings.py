"""Last and next meeting for every neighbourhood, without a network, with the reason for each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from PySide6.QtTest import QAbstractItemModelTester

from fieldapp.services.meeting_values import MeetingRow, MeetingsTable
from tests.ui.review.entries import submit
from tests.ui.review.stage import Stage, texts, until
from ui.presenters.meetings import MeetingLine, line_of, look_of
from ui.views.meetings import MeetingSheet, MeetingsPage
from ui.views.plan_sheet import PlanSheet
from ui.widgets.table import Rag, Twofold

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
ROW = MeetingRow(
    lpt_code="TA",
    neighbourhood_code="E05007070",
    neighbourhood="Glascote",
    last_held="2026-11-19",
    last_held_strict="2026-11-19",
    attendance=40,
    next_planned="2026-12-17",
    days_since=3,
    rag="GREEN",
    reason_code="booked",
    reason_words="The last meeting was 3 days ago. The next one is planned for Thu 17 Dec.",
    pending=0,
    pending_here=0,
)
NEVER = replace(
    ROW,
    neighbourhood_code="E05007074",
    neighbourhood="Spital",
    last_held=None,
    last_held_strict=None,
    attendance=None,
    next_planned=None,
    days_since=None,
    rag="RED",
    reason_code="never",
    reason_words="No meeting has been recorded.",
)
LATE = replace(
    ROW,
    neighbourhood="Wilnecote",
    last_held="2026-07-30",
    last_held_strict="2026-07-30",
    days_since=115,
    rag="RED",
    reason_code="over_limit_booked",
)
AMBER = replace(
    ROW,
    neighbourhood="Castle",
    last_held="2026-10-15",
    last_held_strict=None,
    attendance=0,
    days_since=38,
    rag="AMBER",
    reason_code="nobody_came",
)


def words_of(row: MeetingRow) -> MeetingLine:
    return line_of(row, date(2026, 11, 22), whole_force=False)


def test_a_row_speaks_plainly() -> None:
    line = words_of(ROW)
    assert (line.last, line.people, line.days) == ("Thu 19 Nov", "40", "3")
    assert (line.next, line.rag_word, line.why) == ("Thu 17 Dec", "Green", "Next one is booked")
    assert line.pending == ""


def test_never_is_said_and_not_left_blank() -> None:
    line = words_of(NEVER)
    assert (line.last, line.next, line.why) == ("Never", "None booked", "Never met")
    assert line.people == ""


def test_nobody_came_and_pcso_only_are_marked() -> None:
    line = words_of(AMBER)
    assert line.people == "Nobody came"
    assert line.last == "Thu 15 Oct (PCSO)"


def test_what_is_pending_stands_apart_and_says_what_is_on_this_tablet() -> None:
    assert words_of(replace(ROW, pending=2)).pending == "2 awaiting approval"
    mixed = words_of(replace(ROW, pending=2, pending_here=1))
    assert mixed.pending == "2 awaiting approval, 1 of them on this tablet"
    assert mixed.waits == "2 awaiting approval"
    here = words_of(replace(ROW, pending=1, pending_here=1))
    assert here.pending == "1 awaiting approval, on this tablet"


def test_the_most_pressing_comes_first_and_other_orders_are_there() -> None:
    table = MeetingsTable(as_at=NOW, as_of="2026-11-22", rows=(ROW, AMBER, LATE, NEVER), note="n")

    def names(sort: str) -> list[str]:
        look = look_of(table, NOW, sort=sort, words="", whole_force=False)
        return [line.name for line in look.lines]

    assert names("rag") == ["Spital", "Wilnecote", "Castle", "Glascote"]
    assert names("name") == ["Castle", "Glascote", "Spital", "Wilnecote"]
    assert names("last") == ["Spital", "Wilnecote", "Castle", "Glascote"]
    assert names("next")[-1] == "Spital"


def test_two_wards_of_one_name_are_told_apart_in_the_whole_force() -> None:
    assert line_of(ROW, date(2026, 11, 22), whole_force=True).name == "Glascote (TA)"


def page_of(made: Stage, size: tuple[int, int] = (1280, 800)) -> MeetingsPage:
    page = made.open("meetings", size)
    assert isinstance(page, MeetingsPage)
    return page


def cells(page: MeetingsPage) -> list[tuple[Any, ...]]:
    return list(page.rows.table().rows())


@pytest.mark.gui
def test_the_own_team_is_shown_with_as_at_and_how_it_was_counted(tom: Stage) -> None:
    page = page_of(tom)
    assert len(cells(page)) == 10
    assert page.subtitle.startswith("10 neighbourhoods. As at ")
    assert page.note.text().startswith("How counted: ")
    assert all(isinstance(row[1], Rag) for row in cells(page))


@pytest.mark.gui
def test_the_whole_force_has_185_rows(tom: Stage) -> None:
    page = page_of(tom)
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(page.rows.table(), mode)
    page.whose.chip("force").click()
    until(lambda: len(cells(page)) == 185)
    page.search.setText("spital")
    until(lambda: len(cells(page)) == 1)
    page.search.setText("no such ward")
    assert "No neighbourhood fits." in texts(page)
    assert tester.model() is page.rows.table()


@pytest.mark.gui
def test_work_on_this_tablet_counts_as_pending_at_once(priya: Stage) -> None:
    page = page_of(priya)
    submit(priya.tablet, "Harebell Library")
    until(lambda: any(isinstance(row[0], Twofold) for row in cells(page)))
    row = next(row for row in cells(page) if isinstance(row[0], Twofold))
    assert row[0].words == "Glascote"


@pytest.mark.gui
def test_entries_that_wait_are_told_on_a_narrow_screen_too(priya: Stage) -> None:
    page = page_of(priya, (800, 1280))
    submit(priya.tablet, "Harebell Library")
    until(lambda: any(isinstance(row[0], Twofold) for row in cells(page)))
    row = next(row for row in cells(page) if isinstance(row[0], Twofold))
    assert row[0].words == "Glascote"
    assert row[0].below.endswith(" awaiting approval")
    titles = [one.title for one in page.rows.table().columns]
    for title in ("Neighbourhood", "Last held", "People", "Next"):
        assert not page.rows.isColumnHidden(titles.index(title)), title


@pytest.mark.gui
def test_plan_one_adds_a_line_to_the_plan(tom: Stage) -> None:
    page = page_of(tom)
    place = [row[0] for row in cells(page)].index("Spital")
    page.rows.opened.emit(place)
    sheet = tom.shell.findChild(MeetingSheet)
    assert isinstance(sheet, MeetingSheet)
    assert "No meeting has been recorded." in texts(sheet)
    sheet.plan.click()
    until(lambda: tom.shell.findChild(PlanSheet) is not None)
    asked = tom.shell.findChild(PlanSheet)
    assert isinstance(asked, PlanSheet)
    asked.keep.click()
    assert asked.error == "Error: Say where it will be."
    asked.place.edit.setText("Sorrel Methodist Hall")
    asked.keep.click()
    until(lambda: tom.shell.messages.words().startswith("Planned: Sorrel Methodist Hall, "))
    lines = tom.desk.services.plan.upcoming(21)
    assert "Sorrel Methodist Hall" in [line.place for line in lines]


@pytest.mark.gui
def test_a_meeting_in_the_past_cannot_be_planned(tom: Stage) -> None:
    page = page_of(tom)
    page.rows.opened.emit(0)
    sheet = tom.shell.findChild(MeetingSheet)
    assert isinstance(sheet, MeetingSheet)
    sheet.plan.click()
    until(lambda: tom.shell.findChild(PlanSheet) is not None)
    asked = tom.shell.findChild(PlanSheet)
    assert isinstance(asked, PlanSheet)
    asked.place.edit.setText("Sorrel Methodist Hall")
    asked.times.finish.set_value(asked.times.start.value())
    asked.keep.click()
    assert asked.error == "Error: The finish must be after the start."
