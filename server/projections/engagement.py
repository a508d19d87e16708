"""Entries as they counted at each moment: approved content, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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
    "pending_meeting",
    "strict",
    "attendance",
    "ref",
)


def apply(connection: Connection, records: Sequence[Touched], *, at: str, sources: Sources) -> None:
    """Bring the entries up to date; drafts are nobody's business but their author's."""
    history.close(connection, "engagement", records, at=at)
    shown = [
        (touched.n, touched.record)
        for touched in records
        if touched.record.review_status != ReviewStatus.DRAFT and not touched.record.deleted
    ]
    if not shown:
        return
    named: set[str] = set()
    for _, record in shown:
        if _may_be_meeting(record.record_type, record.body):
            named |= participants(record.body)
    present = sources.officers(frozenset(named)) if named else {}
    meetings = _Meetings(sources.typed, present)
    rows = [_row(n, record, meetings, at) for n, record in shown]
    history.add(connection, "engagement", _COLUMNS, rows)


def _row(n: int, record: Record, meetings: _Meetings, at: str) -> tuple[Any, ...]:
    body = record.body
    meeting = meetings.of(record.record_type, body)
    awaited = meeting
    if record.amendment:
        awaited = meetings.of(record.record_type, record.amendment.body)
    return (
        n,
        at,
        record.record_type,
        facts.text(body.get("engagement_type")),
        record.lpt_code,
        record.neighbourhood_id,
        record.owner_officer_id,
        record.review_status,
        meeting.held_on.isoformat() if meeting else facts.held_on(body),
        facts.text(body.get("outcome")),
        meeting is not None and is_counted(record.review_status),
        record.awaits_decision and awaited is not None,
        meeting is not None and meeting.strict,
        meeting.attendance if meeting else 0,
        record.ref,
    )


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
