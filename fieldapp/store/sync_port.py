"""The sync-facing side of the store: the operations that leave and the pages that come in."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.exchange import (
    AppliedPage,
    OpOutcome,
    OutgoingOp,
    Position,
    PulledChange,
    PulledPage,
    Waiting,
)
from fieldapp.domain.permissions import Actor
from fieldapp.store import outbox, records, search
from fieldapp.store.store import Store
from fieldapp.store.transaction import Tx, marks

_ANSWERED = {
    "applied": outbox.ACKED,
    "conflict": outbox.ACKED,
    "rejected": outbox.REJECTED,
    "quarantined": outbox.QUARANTINED,
}
_EPOCH = "sync.epoch"
_SCOPES = "sync.scopes"
_DURABLE = "sync.durable"
LAST_SENT = "sync.last_sent_at"
LAST_CONTACT = "sync.last_contact_at"
_ASIDE = "aside"
"""Key in an operation's result while the centre cannot take it."""

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

    # ------------------------------------------------------------------ sending

    def take_batch(self, max_ops: int, max_bytes: int) -> tuple[OutgoingOp, ...]:
        """Freeze the next operations as sent, before they leave."""
        with self._store.transaction() as tx:
            now = tx.clock.now()
            rows = tx.each(
                "SELECT o.dseq, o.op_id, o.record_id, o.wire, o.attempts, o.not_before,"
                " r.record_type, r.kind, r.place FROM outbox o"
                " LEFT JOIN record r ON r.id = o.record_id"
                " WHERE o.state IN ('queued','sent') ORDER BY o.dseq"
            )
            chosen: list[OutgoingOp] = []
            numbers: list[tuple[int]] = []
            size = 0
            held: set[str] = set()
            for dseq, op_id, record_id, wire, attempts, not_before, *item in rows:
                if record_id in held:
                    continue
                if not_before and datetime.fromisoformat(not_before) > now:
                    held.add(record_id)
                    continue
                size += len(wire.encode())
                if chosen and (size > max_bytes or len(chosen) >= max_ops):
                    break
                title = self._title_of(*(str(part or "") for part in item))
                chosen.append(OutgoingOp(op_id, record_id, wire, title, attempts))
                numbers.append((dseq,))
            rows.close()
            tx.run_many(
                "UPDATE outbox SET state='sent', attempts=attempts+1, not_before=NULL WHERE dseq=?",
                numbers,
            )
        return tuple(chosen)

    def record_outcomes(self, epoch: str, outcomes: Sequence[OpOutcome]) -> bool:
        """Store the centre's receipts; True when its history turned out to be another one."""
        with self._store.transaction() as tx:
            reset = self._see_epoch(tx, epoch)
            now = tx.clock.now().isoformat()
            tx.put(LAST_CONTACT, now)
            touched: list[str] = []
            for outcome in outcomes:
                state = _ANSWERED.get(outcome.status, outbox.QUARANTINED)
                result = {
                    "status": outcome.status,
                    "code": outcome.code,
                    "revision": outcome.revision,
                    "fields": list(outcome.fields),
                    "at": now,
                }
                changed = tx.run(
                    "UPDATE outbox SET state=?, seq=?, result=?, not_before=NULL"
                    " WHERE op_id=? AND state='sent'",
                    (state, outcome.seq, json.dumps(result), outcome.op_id),
                )
                if changed and state == outbox.ACKED:
                    tx.put(LAST_SENT, now)
                if changed and state == outbox.REJECTED:
                    touched.append(outcome.op_id)
            for record_id in self._records_of(tx, touched):
                records.refresh(tx, record_id, self._actor)
            self._touch(tx, [outcome.op_id for outcome in outcomes])
        return reset

    def _records_of(self, tx: Tx, op_ids: Sequence[str]) -> list[str]:
        return [
            str(row[0])
            for op_id in op_ids
            for row in tx.rows("SELECT record_id FROM outbox WHERE op_id=?", (op_id,))
        ]

    def _touch(self, tx: Tx, op_ids: Sequence[str]) -> None:
        rows = tx.rows(
            "SELECT DISTINCT r.record_type FROM outbox o JOIN record r ON r.id=o.record_id"
            f" WHERE o.op_id IN ({marks(len(op_ids))})",
            tuple(op_ids),
        )
        tx.touched.update(row[0] for row in rows)

    def set_aside(self, op_id: str, code: str, *, retry_in: timedelta) -> None:
        """Keep an operation the centre cannot take now, and try it again later."""
        with self._store.transaction() as tx:
            tx.run(
                "UPDATE outbox SET not_before=?, result=? WHERE op_id=? AND state='sent'",
                (
                    (tx.clock.now() + retry_in).isoformat(),
                    json.dumps({_ASIDE: True, "code": code}),
                    op_id,
                ),
            )
            self._touch(tx, [op_id])

    def retry_aside(self) -> None:
        """Let everything set aside be tried at once."""
        with self._store.transaction() as tx:
            tx.run("UPDATE outbox SET not_before=NULL WHERE state='sent'")

    def waiting(self) -> Waiting:
        """What the centre has not answered for."""
        with self._store.reading() as tx:
            row = tx.row(
                "SELECT count(*), count(DISTINCT record_id), min(made_at) FROM outbox"
                " WHERE state IN ('queued','sent')"
            )
        operations, count, oldest = row or (0, 0, None)
        return Waiting(operations, count, datetime.fromisoformat(oldest) if oldest else None)

    def journal_floor(self) -> int:
        """Nothing is kept to re-send at or below this sequence of the centre."""
        with self._store.reading() as tx:
            oldest = tx.row(
                "SELECT min(seq) FROM outbox WHERE state IN ('acked','settled') AND seq IS NOT NULL"
            )
            durable = int(tx.get(_DURABLE) or 0)
        return min(durable, oldest[0] - 1) if oldest and oldest[0] is not None else durable

    # ---------------------------------------------------------------- receiving

    def position(self) -> Position:
        """How far the tablet has read."""
        with self._store.reading() as tx:
            return Position(tx.get(_EPOCH), json.loads(tx.get(_SCOPES) or "{}"))

    def apply_page(self, page: PulledPage) -> AppliedPage:
        """Apply one page and store its position in one transaction."""
        again: tuple[str, ...] = ()
        with self._store.transaction() as tx:
            reset = self._see_epoch(tx, page.epoch)
            tx.put(LAST_CONTACT, tx.clock.now().isoformat())
            for scope in (*page.scope_exit, *page.resync):
                self._leave(tx, scope)
            self._apply(tx, page.changes)
            scopes = dict(page.position.scopes)
            for scope in page.resync:
                scopes.setdefault(scope, 0)
            if not page.more:
                self._settle(tx, page)
                again = self._differing(tx, page)
                for scope in again:
                    self._leave(tx, scope)
                    scopes.pop(scope, None)
                if not again:
                    self._sweep(tx)
            tx.put(_EPOCH, page.epoch)
            tx.put(_SCOPES, json.dumps(scopes))
            types = frozenset(tx.touched)
        return AppliedPage(record_types=types, reset=reset, pull_again=again)

    def _apply(self, tx: Tx, changes: Sequence[PulledChange]) -> None:
        ups = {change.record_id: change for change in changes if change.op == "up"}
        known = self._known(tx, list({change.record_id for change in changes}))
        ours = self._under_ours(tx)
        rows = []
        laid_over = []
        people: list[str] = []
        for record_id, change in ups.items():
            wire: Json = {**(change.record or {}), "id": record_id}
            have = known.get(record_id)
            if wire.get("record_type") == RecordType.PERSON:
                people.append(record_id)
            if have is not None and have > int(wire.get("revision", 0)):
                continue
            if record_id in ours:
                laid_over.append((record_id, wire))
            else:
                rows.append(records.centre_row(wire))
        records.write_rows(tx, rows)
        for record_id, wire in laid_over:
            records.refresh(tx, record_id, self._actor, base=wire)
        self._memberships(tx, changes)
        if people:
            search.people_changed(tx, people)

    def _under_ours(self, tx: Tx) -> frozenset[str]:
        states = marks(len(records.ON_TOP))
        return frozenset(
            row[0]
            for row in tx.rows(
                f"SELECT DISTINCT record_id FROM outbox WHERE state IN ({states})",
                records.ON_TOP,
            )
        )

    def _known(self, tx: Tx, record_ids: list[str]) -> dict[str, int]:
        """Revisions of the centre that are here already."""
        found: dict[str, int] = {}
        for start in range(0, len(record_ids), 500):
            part = record_ids[start : start + 500]
            found.update(
                (row[0], row[1])
                for row in tx.rows(
                    f"SELECT id, revision FROM record WHERE id IN ({marks(len(part))})", part
                )
            )
        return found

    def _memberships(self, tx: Tx, changes: Sequence[PulledChange]) -> None:
        tx.run_many(
            "INSERT OR IGNORE INTO member(scope, n) SELECT ?, n FROM record WHERE id=?",
            [(change.scope, change.record_id) for change in changes if change.op == "up"],
        )
        gone = [change for change in changes if change.op in ("exit", "del")]
        tx.run_many(
            "DELETE FROM member WHERE scope=? AND n=(SELECT n FROM record WHERE id=?)",
            [(change.scope, change.record_id) for change in gone],
        )
        self._let_go(tx, [change.record_id for change in gone])

    def _let_go(self, tx: Tx, record_ids: Sequence[str]) -> None:
        """Records no scope shows any more go, unless work of ours waits on them."""
        people: list[str] = []
        for record_id in dict.fromkeys(record_ids):
            row = tx.row(
                "SELECT pending, record_type FROM record r WHERE id=?"
                " AND NOT EXISTS (SELECT 1 FROM member m WHERE m.n = r.n)",
                (record_id,),
            )
            if row is None:
                continue
            if row[1] == RecordType.PERSON:
                people.append(record_id)
            if row[0]:
                tx.run("UPDATE record SET base=NULL, revision=0 WHERE id=?", (record_id,))
                records.refresh(tx, record_id, self._actor)
            else:
                records.forget(tx, [record_id])
        if people:
            search.people_changed(tx, people)

    def _leave(self, tx: Tx, scope: str) -> None:
        members = tx.rows(
            "SELECT r.id FROM member m JOIN record r ON r.n = m.n WHERE m.scope=?", (scope,)
        )
        tx.run("DELETE FROM member WHERE scope=?", (scope,))
        self._let_go(tx, [row[0] for row in members])

    def _settle(self, tx: Tx, page: PulledPage) -> None:
        rows = tx.rows(
            "SELECT dseq, record_id FROM outbox WHERE state='acked' AND coalesce(seq, 0)<=?",
            (page.head,),
        )
        tx.run_many("UPDATE outbox SET state='settled' WHERE dseq=?", [(row[0],) for row in rows])
        for record_id in dict.fromkeys(row[1] for row in rows):
            records.refresh(tx, record_id, self._actor)
            self._let_go(tx, [record_id])
        tx.put(_DURABLE, str(page.durable))
        tx.run("DELETE FROM outbox WHERE state='settled' AND coalesce(seq, 0)<=?", (page.durable,))

    def _differing(self, tx: Tx, page: PulledPage) -> tuple[str, ...]:
        have: dict[str, int] = dict(tx.rows("SELECT scope, count(*) FROM member GROUP BY scope"))
        return tuple(
            sorted(scope for scope, count in page.check.items() if have.get(scope, 0) != count)
        )

    def _sweep(self, tx: Tx) -> None:
        """After a complete reading, what no scope showed is not ours to keep."""
        rows = tx.rows(
            "SELECT id FROM record r WHERE pending=0"
            " AND NOT EXISTS (SELECT 1 FROM member m WHERE m.n = r.n)"
        )
        records.forget(tx, [row[0] for row in rows])

    def _see_epoch(self, tx: Tx, epoch: str) -> bool:
        """Another epoch: the centre was restored, so what it had said counts no more."""
        known = tx.get(_EPOCH)
        if known == epoch:
            return False
        tx.put(_EPOCH, epoch)
        if known is None:
            return False
        tx.run(
            "UPDATE outbox SET state='sent', seq=NULL, result=NULL"
            " WHERE state IN ('acked','settled','quarantined')"
        )
        tx.put(_SCOPES, "{}")
        tx.put(_DURABLE, "0")
        tx.run("DELETE FROM member")
        # What is shown stays until the first complete reading, so that an officer is not left
        # with an empty tablet; it only loses its say over what arrives.
        tx.run("UPDATE record SET revision=-1")
        ours = tx.rows("SELECT DISTINCT record_id FROM outbox WHERE state IN ('queued','sent')")
        for (record_id,) in ours:
            tx.run("UPDATE record SET base=NULL, pending=1 WHERE id=?", (record_id,))
            records.refresh(tx, record_id, self._actor)
        tx.touched.update(row[0] for row in tx.rows("SELECT DISTINCT record_type FROM record"))
        return True
