"""What a submitted entry must meet at the centre, whatever the tablet checked."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from fieldapp.domain.records import Record

_NOW = "SELECT code, valid_from, valid_to FROM neighbourhood"


def submit_check(connection: Connection) -> Callable[[Record], str | None]:
    """The check for one transaction: the list of neighbourhoods is read once."""
    known = {row[0]: (row[1], row[2]) for row in connection.exec_driver_sql(_NOW)}

    def check(record: Record) -> str | None:
        if record.body.get("neighbourhood_id") not in known:
            return "unknown_neighbourhood"
        return None

    return check
