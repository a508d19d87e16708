"""The numbers people quote, given on approval: LPT, kind, year, running number."""

from __future__ import annotations

from sqlalchemy import Connection

from fieldapp.domain.codes import RecordType
from fieldapp.domain.ids import REF_KINDS, human_ref
from fieldapp.domain.records import Record

_NEXT = (
    "INSERT INTO ref_counter (series, last) VALUES (?, 1) "
    "ON CONFLICT (series) DO UPDATE SET last = ref_counter.last + 1 RETURNING last"
)


def next_reference(connection: Connection, record: Record, *, year: int) -> str:
    """The next reference of the record's series."""
    series = f"{record.lpt_code}-{REF_KINDS[RecordType(record.record_type)]}-{year}"
    number: int = connection.exec_driver_sql(_NEXT, (series,)).scalar_one()
    return human_ref(
        lpt_code=record.lpt_code, record_type=record.record_type, year=year, number=number
    )
