"""The list of what happened in the demo force: operations with the moment and the officer."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fieldapp.domain.codes import Verdict
from fieldapp.domain.content import content_hash
from fieldapp.domain.ids import uuid7
from fieldapp.domain.operations import Create, Decide, FieldChange, Operation, Patch, Submit


@dataclass(frozen=True, slots=True)
class PastOp:
    """One operation as the centre received it."""

    at: datetime
    """Receipt at the centre."""
    officer_id: str
    op: Operation


@dataclass(slots=True)
class Log:
    """Collects operations; ids and sequence numbers come from the seed alone."""

    chance: random.Random
    ops: list[PastOp] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def new_id(self, at: datetime) -> str:
        """A record or operation id that looks as if made at ``at``."""
        return uuid7(int(at.timestamp() * 1000), self.chance.getrandbits(74))

    def _header(self, officer_id: str, record_id: str, at: datetime) -> dict[str, Any]:
        self._numbers[officer_id] = self._numbers.get(officer_id, 0) + 1
        return {
            "op_id": self.new_id(at),
            "dseq": self._numbers[officer_id],
            "record_id": record_id,
            "claimed_at": at,
        }

    def _add(self, officer_id: str, op: Operation, received_at: datetime) -> None:
        self.ops.append(PastOp(received_at, officer_id, op))

    def create(
        self,
        officer_id: str,
        record_type: str,
        body: dict[str, Any],
        *,
        made_at: datetime,
        received_at: datetime,
        record_id: str | None = None,
    ) -> str:
        """A new record; returns its id."""
        record_id = record_id or self.new_id(made_at)
        op = Create(
            **self._header(officer_id, record_id, made_at),
            record_type=record_type,
            schema_version=1,
            body=body,
        )
        self._add(officer_id, op, received_at)
        return record_id

    def submit(self, officer_id: str, record_id: str, *, received_at: datetime) -> None:
        """Hand an entry in."""
        op = Submit(**self._header(officer_id, record_id, received_at))
        self._add(officer_id, op, received_at + timedelta(milliseconds=1))

    def patch(
        self,
        officer_id: str,
        record_id: str,
        changes: dict[str, tuple[Any, Any]],
        *,
        at: datetime,
    ) -> None:
        """Change fields of a record, each given as (old, new)."""
        made = {name: FieldChange(from_=old, to=new) for name, (old, new) in changes.items()}
        op = Patch(**self._header(officer_id, record_id, at), base_revision=1, changes=made)
        self._add(officer_id, op, at)

    def decide(
        self,
        officer_id: str,
        record_id: str,
        record_type: str,
        body: dict[str, Any],
        *,
        at: datetime,
        reasons: tuple[str, ...] = (),
        comments: dict[str, str] | None = None,
    ) -> None:
        """Approve, or with reasons return, exactly ``body``."""
        op = Decide(
            **self._header(officer_id, record_id, at),
            verdict=Verdict.RETURN if reasons else Verdict.APPROVE,
            content_hash=content_hash(record_type, 1, body),
            revision=2,
            reasons=list(reasons),
            comments=comments or {},
        )
        self._add(officer_id, op, at)

    def in_order(self) -> list[PastOp]:
        """Everything, oldest receipt first; what was received together keeps its order."""
        return sorted(self.ops, key=lambda past: past.at)
