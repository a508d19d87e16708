"""A batch of operations worked out in memory, before anything is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from fieldapp.domain.codes import OpStatus, ReviewStatus
from fieldapp.domain.operations import Decide, Operation
from fieldapp.domain.records import Record
from fieldapp.domain.review import settle
from fieldapp.domain.times import is_skewed, parse_utc, skew
from server.services.callers import Caller
from server.services.incoming import Incoming
from server.services.manifests import all_arrived
from server.services.outcomes import Outcome, as_replay
from server.services.revisions import By
from server.services.writing import Writing

Kept = Mapping[str, tuple[str, str, str]]
"""What the ledger holds: operation id to officer, payload hash and result."""


@dataclass(frozen=True, slots=True)
class _Again:
    """The result of an earlier operation of the same batch, given once more."""

    place: int


@dataclass(slots=True)
class Batch:
    """Results in the order sent, what is to be held, and which results the ledger must learn."""

    caller: Caller
    writing: Writing
    check: Callable[[Record], str | None]
    results: list[str | Outcome | _Again] = field(default_factory=list)
    new: list[bool] = field(default_factory=list)
    held: list[tuple[Incoming, str]] = field(default_factory=list)
    skew_seconds: int | None = None
    """How far the tablet's clock is ahead, when it is certain that it is and by too much."""
    _places: dict[str, tuple[int, str]] = field(default_factory=dict)

    def take(self, items: Sequence[Incoming], *, seen: Kept) -> None:
        """Work out every operation in order."""
        self.skew_seconds = _ahead(items, received=parse_utc(self.writing.at))
        self.writing.load(
            {item.op.record_id for item in items if item.op and item.op_id not in seen}
        )
        for item in items:
            result, new = self._result(item, seen)
            if new and item.has_id:
                self._places[item.op_id] = (len(self.results), item.payload_hash)
            self.results.append(result)
            self.new.append(new)

    def texts(self) -> list[str]:
        """The results as sent; to be asked for after the records have been written."""
        texts: list[str] = []
        for result in self.results:
            if isinstance(result, Outcome):
                texts.append(self._text(result))
            elif isinstance(result, _Again):
                texts.append(as_replay(texts[result.place]))
            else:
                texts.append(result)
        return texts

    def _text(self, outcome: Outcome) -> str:
        id = outcome.record_id
        if id is None:
            return outcome.to_text()
        record = self.writing.get(id)
        ref = record.ref if record and outcome.with_reference else None
        return outcome.to_text(seq=self.writing.seq_of(id), ref=ref)

    def _result(self, item: Incoming, seen: Kept) -> tuple[str | Outcome | _Again, bool]:
        known = seen.get(item.op_id)
        if known:
            officer, payload, text = known
            if officer == self.caller.actor.officer_id and payload == item.payload_hash:
                return as_replay(text), False
            return self._used_twice(item), False
        earlier = self._places.get(item.op_id)
        if earlier:
            place, payload = earlier
            if payload == item.payload_hash:
                return _Again(place), False
            return self._used_twice(item), False
        if item.op is None:
            return self._hold(item, item.code or "malformed"), True
        return self._settled(item, item.op), True

    def _used_twice(self, item: Incoming) -> Outcome:
        if item.is_command:
            return Outcome(item.op_id, OpStatus.REJECTED, code="op_id_reuse")
        return self._hold(item, "op_id_reuse")

    def _hold(self, item: Incoming, code: str) -> Outcome:
        self.held.append((item, code))
        return Outcome(item.op_id, OpStatus.QUARANTINED, code=code)

    def _settled(self, item: Incoming, op: Operation) -> Outcome:
        before = self.writing.get(op.record_id)
        done = settle(
            before,
            op,
            self.caller.actor,
            at=self.writing.at,
            submit_check=self.check,
            arrived=partial(all_arrived, self.writing.connection),
        )
        if done.record is None:
            code = done.code or "invalid"
            if done.status == OpStatus.QUARANTINED:
                return self._hold(item, code)
            return Outcome(item.op_id, done.status, code=code)
        record = done.record
        if record is not before:
            record = self._put(op, record)
        return Outcome(
            item.op_id,
            done.status,
            code=done.code,
            revision=record.revision,
            record_id=record.id,
            fields=done.fields,
            with_reference=isinstance(op, Decide) and _has_reference(record),
        )

    def _put(self, op: Operation, record: Record) -> Record:
        writing = self.writing
        if self.skew_seconds is not None and record.history:
            noted = {**record.history[-1], "skew_seconds": self.skew_seconds}
            record = replace(record, history=(*record.history[:-1], noted))
        writing.put(
            record,
            By(
                officer_id=self.caller.actor.officer_id,
                kind=op.kind,
                op_id=op.op_id,
                device_id=self.caller.device_id,
                claimed_at=op.claimed_at.isoformat(),
            ),
        )
        return record


def _has_reference(record: Record) -> bool:
    """What is approved gets one when it is written, and keeps it."""
    return record.ref is not None or record.review_status == ReviewStatus.APPROVED


def _ahead(items: Sequence[Incoming], *, received: datetime) -> int | None:
    """Seconds by which the tablet's clock is certainly ahead; ``None`` within the limit.

    Nothing can be written after it was received. An old time says nothing: the tablet may have
    been without a network since.
    """
    claims = [item.op.claimed_at for item in items if item.op]
    if not claims:
        return None
    ahead = skew(claimed=max(claims), received=received)
    if ahead < timedelta(0) or not is_skewed(ahead):
        return None
    return round(ahead.total_seconds())
