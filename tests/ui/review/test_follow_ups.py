"""Promises and questions: the clock runs, an answer needs words, done is done."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fieldapp.services.values import FollowUpRow
from tests.ui.review.entries import HOSTILE, submit
from tests.ui.review.stage import Stage, texts, until
from ui.presenters.follow_ups import FollowUpLine, grouped, line_of
from ui.views.follow_ups import AnswerSheet, FollowUpsPage
from ui.views.follow_ups import FollowUpRow as RowPart

QUERY = "0199f0a2-3333-7abc-8000-000000000003"
ASKED = datetime(2026, 11, 19, 13, 38, tzinfo=UTC)
ROW = FollowUpRow(
    record_id="fu-03",
    kind="PUBLIC_QUERY",
    summary="What is being done about bikes behind the garages?",
    source_title="Doorstep contact",
    neighbourhood="Glascote",
    owner_name="PCSO Priya Nandra",
    raised_at=ASKED,
    due_at=ASKED + timedelta(hours=72),
    state="OPEN",
    mine=True,
    waiting=False,
)


def at(hours: float, **changes: Any) -> FollowUpLine:
    return line_of(replace(ROW, **changes), ASKED + timedelta(hours=hours))


def test_the_clock_counts_72_hours_over_a_weekend() -> None:
    assert at(30).clock_words == "By Sun 22 Nov, 13:38, 42 h left"
    assert at(30).clock_kind == "info"


def test_the_last_hours_are_counted_in_minutes() -> None:
    line = at(70.5, state="DUE_TODAY")
    assert line.clock_words == "By 13:38, 1 h 30 min left"
    assert line.clock_kind == "warning"


def test_overdue_says_since_when() -> None:
    line = at(80, state="OVERDUE")
    assert line.clock_words == "Overdue since 13:38"
    assert line.clock_kind == "error"


def test_groups_come_in_the_order_in_which_they_press() -> None:
    rows = tuple(replace(ROW, state=state) for state in ("DONE", "OPEN", "OVERDUE", "DUE_TODAY"))
    titles = [group.title for group in grouped(rows, ASKED)]
    assert titles == ["Overdue", "Due today", "Coming up", "Done"]


def asked_query(made: Stage, summary: str) -> None:
    """An entry in which somebody asked something."""
    promised = {"id": QUERY, "kind": "PUBLIC_QUERY", "summary": summary}
    submit(made.tablet, "Harebell Library", actions_promised=[promised])


def page_of(made: Stage) -> FollowUpsPage:
    page = made.open("follow_ups")
    assert isinstance(page, FollowUpsPage)
    return page


def parts(page: FollowUpsPage) -> list[RowPart]:
    return [part for part in page.findChildren(RowPart) if part.isVisible()]


@pytest.mark.gui
def test_an_answer_needs_how_and_what(priya: Stage) -> None:
    asked_query(priya, "What about the bikes?")
    page = page_of(priya)
    (part,) = parts(page)
    part.answer_wanted.emit(part.line)
    sheet = priya.shell.findChild(AnswerSheet)
    assert isinstance(sheet, AnswerSheet)
    sheet.keep.click()
    assert "Error: Choose how you answered." in texts(sheet)
    sheet.channel.chip("PHONE").click()
    sheet.keep.click()
    assert "Error: Say in a few words what you answered." in texts(sheet)
    sheet.outcome.setPlainText("Patrols each evening for two weeks.")
    sheet.keep.click()
    until(lambda: priya.shell.messages.words() == "Answer recorded.")
    until(page.none.isVisible)
    assert not priya.desk.services.follow_ups.due()


@pytest.mark.gui
def test_done_takes_it_off_the_open_list(priya: Stage) -> None:
    asked_query(priya, "What about the bikes?")
    page = page_of(priya)
    (part,) = parts(page)
    part.close_wanted.emit(part.line)
    sheet = priya.shell.findChild(AnswerSheet)
    assert isinstance(sheet, AnswerSheet)
    sheet.outcome.setPlainText("Told her in person.")
    sheet.keep.click()
    until(lambda: not [one for one in parts(page) if one.line.row.state != "DONE"])


@pytest.mark.gui
def test_hostile_questions_are_plain(priya: Stage) -> None:
    asked_query(priya, HOSTILE)
    page = page_of(priya)
    assert HOSTILE in texts(page)


@pytest.mark.gui
def test_an_empty_list_says_what_appears_here(priya: Stage) -> None:
    page = page_of(priya)
    assert "Nothing to follow up" in texts(page)
