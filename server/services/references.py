"""The numbers people quote, given on approval: LPT, kind, year, running number."""

from __future__ import annotations

from sqlalchemy import Connection

from fieldapp.domain.codes import RecordType
from fieldapp.domain.records import Record

_KINDS = {RecordType.ENGAGEMENT: "ENG", RecordType.RESIDENT_CONTACT: "CON"}
_NEXT = (
    "INSERT INTO ref_counter (series, last) VALUES (?, 1) "
    "ON CONFLICT (series) DO UPDATE SET last = last + 1 RETURNING last"
)


def next_reference(connection: Connection, record: Record, *, year: int) -> str:
    """The next reference of the record's series."""
    series = f"{record.lpt_code}-{_KINDS[RecordType(record.record_type)]}-{year}"
    number = connection.exec_driver_sql(_NEXT, (series,)).scalar_one()
    return f"{series}-{number:06d}"
