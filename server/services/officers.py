"""Officers as the rules see them, read from the accounts."""

from __future__ import annotations

import json
from collections.abc import Iterable

from sqlalchemy import Connection

from fieldapp.domain.bodies import OfficerBody

_COLUMNS = "officer_id, force_no, name, role, lpt_code, neighbourhoods, supervisor_id, active"
_WITH_REPORTS = (
    f"SELECT {_COLUMNS} FROM officer WHERE officer_id IN (SELECT value FROM json_each(?)) "  # noqa: S608 - our own names
    "OR supervisor_id IN (SELECT value FROM json_each(?))"
)


def officers_with_reports(connection: Connection, named: Iterable[str]) -> dict[str, OfficerBody]:
    """The officers named, and those they supervise: what R3 needs to tell who is responsible."""
    ids = json.dumps(sorted(named))
    rows = connection.exec_driver_sql(_WITH_REPORTS, (ids, ids))
    return {
        row.officer_id: OfficerBody(
            force_no=row.force_no,
            name=row.name,
            role=row.role,
            lpt_code=row.lpt_code,
            neighbourhoods=json.loads(row.neighbourhoods),
            supervisor_id=row.supervisor_id,
            active=bool(row.active),
        )
        for row in rows
    }
