"""The panel's question at the centre: last and next meeting of every neighbourhood."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime

from fieldapp.domain.errors import UserError
from fieldapp.domain.rules.settings import rule_settings
from fieldapp.domain.times import FIRST_YEAR, LAST_YEAR, day_of, end_of_day
from fieldapp.reports.meetings import MeetingAnswer, meetings_answer
from server.services.centre import Centre, stamp
from server.services.meeting_facts import areas, meeting_facts
from server.services.publishing import SETTINGS_ID

_SETTINGS = (
    "SELECT wire FROM whole_revision WHERE record_id = ? AND received_at < ? "
    "ORDER BY n DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class MeetingsReport:
    """The answer, for which day it is, and when it was given."""

    as_of: date
    generated_at: datetime
    rows: tuple[MeetingAnswer, ...]


def meetings_report(
    centre: Centre, *, as_of: date | None = None, lpt: str | None = None
) -> MeetingsReport:
    """What the centre knew at the end of that day in this country; today when none is given.

    An approval counts from its receipt, whatever the tablet's clock said.

    Raises:
        UserError: there is no such team, or nobody can mean that day.
    """
    now = centre.clock.now()
    day = as_of or day_of(now)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise UserError(
            f"There is no answer for {day}; choose a day between the years {FIRST_YEAR} "
            f"and {LAST_YEAR}.",
            code="bad_day",
        )
    ends = end_of_day(day)
    with centre.db.read() as connection:
        everywhere = areas(connection)
        teams = {area.lpt_code for area in everywhere}
        if lpt is not None and lpt not in teams:
            raise UserError(
                f"There is no LPT {lpt}; choose from {', '.join(sorted(teams))}.",
                code="unknown_lpt",
            )
        facts = meeting_facts(
            connection,
            [area.code for area in everywhere],
            known_before=stamp(ends),
            today=day,
            after=min(ends, now),
        )
        kept = connection.exec_driver_sql(_SETTINGS, (SETTINGS_ID, stamp(ends))).scalar()
    rows = meetings_answer(
        everywhere,
        facts.held,
        [(plan.neighbourhood_id, plan.day) for plan in facts.planned],
        pending=facts.pending,
        as_of=day,
        settings=rule_settings(json.loads(kept)["body"]["values"] if kept else None),
        lpt=lpt,
    )
    return MeetingsReport(as_of=day, generated_at=now, rows=rows)
