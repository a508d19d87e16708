"""What reports count, derived from records in the same transaction and rebuilt to the same rows."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from fieldapp.domain.codes import RecordType
from server.projections import engagement, follow_up, issue, planned
from server.projections.touched import Sources, Touched

__all__ = ["TABLES", "Sources", "Touched", "apply"]

TABLES = ("engagement", "issue", "follow_up", "planned_activity")
"""Tables that can be emptied and made again from the revisions."""


def apply(connection: Connection, records: Sequence[Touched], *, at: str, sources: Sources) -> None:
    """Bring the projections up to date with new states of records.

    Args:
        connection: the open transaction.
        records: each record once, in its latest state.
        at: receipt time; what was known before ends then.
        sources: where to ask about them.
    """
    entries = [touched for touched in records if touched.record.is_entry]
    if entries:
        engagement.apply(connection, entries, at=at, sources=sources)
        issue.apply(connection, entries)
    plans = _of(records, RecordType.PLANNED_ACTIVITY)
    if plans:
        planned.apply(connection, plans, at=at)
    follow_ups = _of(records, RecordType.FOLLOW_UP)
    if follow_ups:
        follow_up.apply(connection, follow_ups)


def _of(records: Sequence[Touched], kind: RecordType) -> list[Touched]:
    return [touched for touched in records if touched.record.record_type == kind]
