"""The sync-facing side of the store: the operations that leave and the pages that come in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from heapq import merge

from fieldapp.domain.codes import ENTRY_TYPES
from fieldapp.domain.exchange import (
    AppliedPage,
    OpOutcome,
    OutgoingOp,
    Position,
    PulledPage,
    Waiting,
)
from fieldapp.domain.permissions import Actor
from fieldapp.store import attachments, incoming, journal, outbox, records
from fieldapp.store.attachment_port import AttachmentPort
from fieldapp.store.incoming import DURABLE, EPOCH, SCOPES
from fieldapp.store.store import Store
from fieldapp.store.transaction import Tx, marks

_ANSWERED = {
    "applied": outbox.ACKED,
    "conflict": outbox.ACKED,
    "rejected": outbox.REJECTED,
    "quarantined": outbox.QUARANTINED,
}
LAST_SENT = "sync.last_sent_at"
LAST_CONTACT = "sync.last_contact_at"
_TO_SEND = (
    "SELECT o.dseq, o.op_id, o.record_id, o.wire, o.attempts, o.not_before, o.state,"
    " r.record_type, r.kind, r.place FROM outbox o LEFT JOIN record r ON r.id = o.record_id"
    " WHERE o.state=? ORDER BY o.dseq"
)


def _state(outcome: OpOutcome) -> str:
    return _ANSWERED.get(outcome.status, outbox.QUARANTINED)


def _result(outcome: OpOutcome, at: str, *, again: bool) -> str:
    return json.dumps(
        {
            "status": outcome.status,
            "code": outcome.code,
            "revision": outcome.revision,
            "fields": list(outcome.fields),
            "at": at,
            **({"again": True} if again else {}),
        }
    )


def _undo_until(until: datetime, now: datetime) -> datetime:
    """When what is held back for undoing may leave: at once, when the clock has been set back."""
    return until if until - now <= outbox.HOLD else now


def _aside_until(until: datetime, now: datetime) -> datetime:
    """When what is set aside is tried again: at once, when the clock has been set back."""
    return until if until - now <= journal.PATIENCE else now


Titler = Callable[[str, str, str], str]
"""Type, kind and place of a record to what the officer calls it."""


class SyncPort:
    """Meets ``sync.ports.SyncStore``; every method is one transaction, durable on return.

    Args:
        store: the open store.
        actor: the officer of this tablet, for laying pending work over what arrives.
        title_of: names an item for the progress line.
    """

    def __init__(self, store: Store, actor: Actor, title_of: Titler) -> None:
        self._store = store
        self._actor = actor
        self._title_of = title_of
        self.attachments = AttachmentPort(store, actor)

    # ------------------------------------------------------------------ sending

    def take_batch(self, max_ops: int, max_bytes: int) -> tuple[OutgoingOp, ...]:
        """Freeze the next operations as sent, before they leave."""
        with (
            self._store.transaction() as tx,
            closing(merge(tx.each(_TO_SEND, ("sent",)), tx.each(_TO_SEND, ("queued",)))) as rows,
        ):
            now = tx.clock.now()
            chosen: list[OutgoingOp] = []
            numbers: list[tuple[int]] = []
            size = 0
            held: set[str] = set()
            for dseq, op_id, record_id, wire, attempts, not_before, state, *item in rows:
                if record_id in held:
                    continue
                until = datetime.fromisoformat(not_before) if not_before else now
                held_back = _undo_until if state == outbox.QUEUED else _aside_until
                until = held_back(until, now)
                if until > now:
                    held.add(record_id)
                    continue
                size += len(wire.encode())
                if chosen and (size > max_bytes or len(chosen) >= max_ops):
                    break
                title = self._title_of(*(str(part or "") for part in item))
                chosen.append(OutgoingOp(op_id, record_id, wire, title, attempts))
                numbers.append((dseq,))
            tx.run_many(
                "UPDATE outbox SET state='sent', attempts=attempts+1, not_before=NULL WHERE dseq=?",
                numbers,
            )
        return tuple(chosen)

    def record_outcomes(self, epoch: str, outcomes: Sequence[OpOutcome]) -> bool:
        """Store the centre's receipts; True when its history turned out to be another one."""
        with self._store.transaction() as tx:
            reset = incoming.see_epoch(tx, self._actor, epoch)
            now = tx.clock.now().isoformat()
            tx.put(LAST_CONTACT, now)
            sent = {
                op_id: (dseq, record_id, bool(again))
                for op_id, dseq, record_id, again in tx.rows(
                    "SELECT op_id, dseq, record_id, again FROM outbox WHERE state='sent'"
                )
            }
            known = [outcome for outcome in outcomes if outcome.op_id in sent]
            tx.run_many(
                "UPDATE outbox SET state=?, seq=?, result=?, not_before=NULL, again=0 WHERE dseq=?",
                [
                    (_state(one), one.seq, _result(one, now, again=reset or again), dseq)
                    for one in known
                    for dseq, _, again in (sent[one.op_id],)
                ],
            )
            if any(_state(one) == outbox.ACKED for one in known):
                tx.put(LAST_SENT, now)
            for one in known:
                if _state(one) != outbox.ACKED:
                    records.refresh(tx, sent[one.op_id][1], self._actor)
            self._touch(tx, [sent[one.op_id][1] for one in known])
        return reset

    def _touch(self, tx: Tx, record_ids: Sequence[str]) -> None:
        rows = tx.rows(
            f"SELECT DISTINCT record_type FROM record WHERE id IN ({marks(len(record_ids))})",
            tuple(record_ids),
        )
        tx.touched.update(row[0] for row in rows)

    def set_aside(self, op_id: str, code: str, *, retry_in: timedelta) -> None:
        """Keep an operation the centre cannot take now, and try it again later."""
        with self._store.transaction() as tx:
            tx.run(
                "UPDATE outbox SET not_before=?, result=? WHERE state='sent' AND op_id=?",
                (
                    (tx.clock.now() + retry_in).isoformat(),
                    json.dumps({"aside": True, "code": code}),
                    op_id,
                ),
            )
            tx.touched.update(ENTRY_TYPES)

    def retry_aside(self) -> None:
        """Let everything set aside be tried at once."""
        self.attachments.retry_aside()
        with self._store.transaction() as tx:
            tx.run("UPDATE outbox SET not_before=NULL WHERE state='sent' AND again<2")

    def waiting(self) -> Waiting:
        """What the centre has not answered for."""
        with self._store.reading() as tx:
            photos = attachments.unsent(tx)
            # Nothing waits most of the time, and then the journal need not be gone through.
            if not tx.row("SELECT 1 FROM outbox WHERE state IN ('queued','sent') LIMIT 1"):
                return Waiting(attachments=photos.count, attachment_bytes=photos.bytes)
            row = tx.row(
                "SELECT count(*), count(DISTINCT record_id), min(dseq)"
                " FROM outbox INDEXED BY outbox_record"
                " WHERE state IN ('queued','sent')"
            )
            operations, count, first = row or (0, 0, None)
            made = tx.row("SELECT made_at FROM outbox WHERE dseq=?", (first,))
        oldest = made[0] if made else None
        return Waiting(
            operations,
            count,
            datetime.fromisoformat(oldest) if oldest else None,
            photos.count,
            photos.bytes,
        )

    def held_until(self) -> datetime | None:
        """When the first operation that is held back for undoing may leave; ``None``: none is."""
        with self._store.reading() as tx:
            row = tx.row(
                "SELECT min(not_before) FROM outbox WHERE state='queued' AND not_before IS NOT NULL"
            )
            now = tx.clock.now()
        return _undo_until(datetime.fromisoformat(row[0]), now) if row and row[0] else None

    def journal_floor(self) -> int:
        """Nothing is kept to re-send at or below this sequence of the centre."""
        with self._store.reading() as tx:
            durable = int(tx.get(DURABLE) or 0)
            if not durable:
                return 0
            oldest = tx.row(
                "SELECT min(seq) FROM outbox INDEXED BY outbox_record"
                " WHERE state IN ('acked','settled') AND seq IS NOT NULL"
            )
        return min(durable, oldest[0] - 1) if oldest and oldest[0] is not None else durable

    # ---------------------------------------------------------------- receiving

    def position(self) -> Position:
        """How far the tablet has read."""
        with self._store.reading() as tx:
            return Position(tx.get(EPOCH), json.loads(tx.get(SCOPES) or "{}"))

    def apply_page(self, page: PulledPage) -> AppliedPage:
        """Apply one page and store its position in one transaction."""
        again: tuple[str, ...] = ()
        with self._store.transaction() as tx:
            reset = incoming.see_epoch(tx, self._actor, page.epoch)
            reset = reset or incoming.lost_its_latest(tx, self._actor, page)
            tx.put(LAST_CONTACT, tx.clock.now().isoformat())
            for scope in page.scope_exit:
                incoming.leave(tx, self._actor, scope)
            for scope in page.resync:
                incoming.read_again(tx, scope)
            incoming.apply_changes(tx, self._actor, page.changes)
            scopes = dict(page.position.scopes)
            if not page.more:
                incoming.settle(tx, self._actor, page)
                incoming.scrub(tx)
                again = incoming.differing(tx, page)
                if again and not reset:
                    reset = journal.send_again(tx, self._actor)
                for scope in again:
                    incoming.read_again(tx, scope)
                    scopes.pop(scope, None)
                if not again:
                    incoming.sweep(tx)
                    attachments.sweep(tx, head=page.head, durable=page.durable)
            tx.put(EPOCH, page.epoch)
            tx.put(SCOPES, json.dumps(scopes))
            types = frozenset(tx.touched)
        return AppliedPage(record_types=types, reset=reset, pull_again=again)
