"""Entries as they counted at each moment: approved content, and what waits for a decision."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.codes import RecordType, ReviewStatus
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError
from fieldapp.domain.permissions import participants
from fieldapp.domain.records import Record
from fieldapp.domain.rules.meetings import Meeting, Officers, is_counted, meeting_of
from server.projections import facts, history
from server.projections.touched import Sources, Touched

_COLUMNS = (
    "record_n",
    "known_from",
    "record_type",
    "engagement_type",
    "lpt_code",
    "neighbourhood_id",
    "owner_officer_id",
    "review_status",
    "held_on",
    "outcome",
    "counted_meeting",
    "pending_in",
    "strict",
    "attendance",
    "ref",
)


_STANDING = (
    "SELECT record_n, held_on, counted_meeting, strict, attendance FROM engagement "
    "WHERE record_n IN (SELECT CAST(value AS BIGINT) FROM json_each(?)) AND known_to IS NULL "
    "AND review_status = 'APPROVED'"
)


class _Fact(NamedTuple):
    """What the body that counts says about a meeting."""

    held_on: str | None
    meeting: bool
    strict: bool
    attendance: int


def apply(connection: Connection, records: Sequence[Touched], *, at: str, sources: Sources) -> None:
    """Bring the entries up to date; drafts are nobody's business but their author's."""
    shown = [
        (touched.n, touched.record)
        for touched in records
        if touched.record.review_status != ReviewStatus.DRAFT and not touched.record.deleted
    ]
    standing = _standing(connection, shown, at=at)
    history.close(connection, "engagement", records, at=at)
    if not shown:
        return
    named: set[str] = set()
    for n, record in shown:
        if n not in standing and _may_be_meeting(record.record_type, record.body):
            named |= participants(record.body)
    present = sources.officers(frozenset(named)) if named else {}
    meetings = _Meetings(sources.typed, present)
    rows = [_row(n, record, meetings, at, standing.get(n)) for n, record in shown]
    history.add(connection, "engagement", _COLUMNS, rows)


def _standing(
    connection: Connection, shown: Sequence[tuple[int, Record]], *, at: str
) -> dict[int, _Fact]:
    """What was decided about entries approved before this moment.

    An approval is judged by the assignments of its day, once: whatever happens to the entry until
    the next approval, and wherever officers move, the answer stays as it was given.
    """
    decided = [n for n, record in shown if _approved_before(record, at)]
    if not decided:
        return {}
    rows = connection.exec_driver_sql(_STANDING, (json.dumps(decided),))
    return {
        row.record_n: _Fact(
            row.held_on, bool(row.counted_meeting), bool(row.strict), row.attendance
        )
        for row in rows
    }


def _approved_before(record: Record, at: str) -> bool:
    # Of one moment only the last state is kept, so what is approved in it is judged anew.
    decided = record.decision.get("at") if record.decision else None
    return record.review_status == ReviewStatus.APPROVED and decided not in (None, at)


def _row(
    n: int, record: Record, meetings: _Meetings, at: str, stands: _Fact | None
) -> tuple[Any, ...]:
    body = record.body
    fact = stands or _fact(body, meetings.of(record.record_type, body))
    return (
        n,
        at,
        record.record_type,
        facts.text(body.get("engagement_type")),
        record.lpt_code,
        record.neighbourhood_id,
        record.owner_officer_id,
        record.review_status,
        fact.held_on,
        facts.text(body.get("outcome")),
        fact.meeting and is_counted(record.review_status),
        _pending_in(record, meetings),
        fact.strict,
        fact.attendance,
        record.ref,
    )


def _fact(body: Json, meeting: Meeting | None) -> _Fact:
    if meeting is None:
        return _Fact(facts.held_on(body), meeting=False, strict=False, attendance=0)
    return _Fact(meeting.held_on.isoformat(), True, meeting.strict, meeting.attendance)


def _pending_in(record: Record, meetings: _Meetings) -> str | None:
    """The neighbourhood for which a meeting awaits approval: that of the body to be approved."""
    if not record.awaits_decision:
        return None
    awaited = meetings.of(record.record_type, record.shown_body)
    return awaited.neighbourhood_id if awaited else None


def _may_be_meeting(record_type: str, body: Json) -> bool:
    return record_type == RecordType.ENGAGEMENT and bool(body.get("open_to_public"))


@dataclass(frozen=True, slots=True)
class _Meetings:
    """R1, R3, R6; reading a body costs more than all else here, so most are left unread."""

    typed: Callable[[Json], EngagementBody]
    officers: Officers

    def of(self, record_type: str, body: Json) -> Meeting | None:
        """The meeting that an entry is, or ``None``."""
        if not _may_be_meeting(record_type, body):
            return None
        try:
            return meeting_of(self.typed(body), self.officers)
        except ContentError:
            return None
