"""Officers, operations and records for the tests of review and permissions."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from typing import Any

from fieldapp.domain.codes import Verdict
from fieldapp.domain.operations import (
    Create,
    Decide,
    Delete,
    FieldChange,
    Operation,
    Patch,
    Recall,
    Submit,
    Void,
)
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record
from fieldapp.domain.review import Settled, settle

AT = "2026-11-19T15:41:00+00:00"
RECORD_ID = "0199f0a2-1111-7abc-8000-000000000001"
_numbers = count(1)

PRIYA = Actor("of-0001", frozenset({"FIELD"}), "TA", frozenset({"E05007070"}))
CALLUM = Actor("of-0002", frozenset({"FIELD"}), "TA", frozenset({"E05007073"}))
TOM = Actor("of-0010", frozenset({"FIELD", "SUPERVISOR"}), "TA")
MARTA = Actor("of-0020", frozenset({"SUPERVISOR", "LPT_COMMAND"}), "TA")
STRANGER = Actor("of-0999", frozenset({"FIELD", "SUPERVISOR"}), "LI")
ADMIN = Actor("of-0900", frozenset({"ADMIN"}), "TA")


def body(**changes: Any) -> dict[str, Any]:
    """A small drop-in body with some fields changed; ``None`` takes a field out."""
    full = {
        "engagement_type": "DROP_IN",
        "title": "Drop-in",
        "lpt_code": "TA",
        "neighbourhood_id": "E05007070",
        "participants": [{"officer_id": "of-0001", "role_at_time": "PCSO"}],
        "qualitative": "Bikes after school.",
    } | changes
    return {name: value for name, value in full.items() if value is not None}


def header() -> dict[str, Any]:
    """Fields that every operation carries, new each time."""
    number = next(_numbers)
    return {
        "op_id": f"0199f0a2-0000-7abc-8000-{number:012d}",
        "dseq": number,
        "record_id": RECORD_ID,
        "claimed_at": datetime(2026, 11, 19, 13, 1, tzinfo=UTC),
    }


def create(record_type: str = "ENGAGEMENT", *, schema_version: int = 1, **changes: Any) -> Create:
    """An operation that makes the record."""
    return Create(
        **header(), record_type=record_type, schema_version=schema_version, body=body(**changes)
    )


def patch(**changes: tuple[Any, Any]) -> Patch:
    """An operation that changes fields, each given as (old, new)."""
    made = {name: FieldChange(from_=old, to=new) for name, (old, new) in changes.items()}
    return Patch(**header(), base_revision=1, changes=made)


def submit() -> Submit:
    """Hand in."""
    return Submit(**header())


def recall() -> Recall:
    """Take back."""
    return Recall(**header())


def delete() -> Delete:
    """Delete."""
    return Delete(**header())


def void(reason: str = "Recorded twice") -> Void:
    """Withdraw."""
    return Void(**header(), reason=reason)


def decide(record: Record, verdict: Verdict = Verdict.APPROVE, **changes: Any) -> Decide:
    """A decision on what the record shows now."""
    values: dict[str, Any] = {
        "content_hash": record.shown_hash,
        "revision": record.revision,
        "reasons": ["MISSING_DETAIL"] if verdict == Verdict.RETURN else [],
    } | changes
    return Decide(**header(), verdict=verdict, **values)


def do(record: Record | None, op: Operation, actor: Actor = PRIYA) -> Settled:
    """Apply an operation."""
    return settle(record, op, actor, at=AT)


def must(record: Record | None, op: Operation, actor: Actor = PRIYA) -> Record:
    """Apply an operation that must change the record, and give the record."""
    settled = do(record, op, actor)
    assert settled.record is not None, settled
    return settled.record


def draft(**changes: Any) -> Record:
    """A drop-in in draft."""
    return must(None, create(**changes))


def pending(**changes: Any) -> Record:
    """A drop-in that waits for a decision."""
    return must(draft(**changes), submit())


def approved(**changes: Any) -> Record:
    """A drop-in the sergeant has approved."""
    waiting = pending(**changes)
    return must(waiting, decide(waiting), TOM)


def returned(**changes: Any) -> Record:
    """A drop-in the sergeant has sent back."""
    waiting = pending(**changes)
    return must(waiting, decide(waiting, Verdict.RETURN), TOM)
