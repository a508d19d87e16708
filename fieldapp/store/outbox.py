"""Operations that wait for the centre: added once, never renamed, frozen when first sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fieldapp.domain.content import Json
from fieldapp.domain.errors import UserError
from fieldapp.domain.pieces import UnsentPhotos
from fieldapp.store import attachments
from fieldapp.store.transaction import Row, Tx, dump, load, marks

QUEUED = "queued"
SENT = "sent"
ACKED = "acked"
SETTLED = "settled"
REJECTED = "rejected"
QUARANTINED = "quarantined"

OPEN = (QUEUED, SENT, ACKED, REJECTED, QUARANTINED)
"""Everything but the journal of what the centre has settled."""

HOLD = timedelta(seconds=10)
"""So long what can be undone is held back from sending."""

UNSENT = (QUEUED, SENT)
"""The centre's receipt for these has not been stored."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One operation of the outbox as screens ask for it."""

    dseq: int
    op_id: str
    record_id: str
    kind: str
    wire: Json
    state: str
    made_at: datetime
    not_before: datetime | None
    attempts: int
    seq: int | None
    result: Json
    again: int
    """1: sent once more because the centre had lost it; 2: and waits for its record to be back."""


LAST_GONE = "outbox.last_gone"
_COLUMNS = "dseq,op_id,record_id,kind,wire,state,made_at,not_before,attempts,seq,result,again"


def _waiting(row: Row) -> Waiting:
    return Waiting(
        dseq=row[0],
        op_id=row[1],
        record_id=row[2],
        kind=row[3],
        wire=load(row[4]),
        state=row[5],
        made_at=datetime.fromisoformat(row[6]),
        not_before=datetime.fromisoformat(row[7]) if row[7] else None,
        attempts=row[8],
        seq=row[9],
        result=load(row[10]) if row[10] else {},
        again=row[11],
    )


def add(
    tx: Tx, op_id: str, record_id: str, fields: Json, *, not_before: datetime | None = None
) -> None:
    """Put an operation at the end of the outbox.

    Args:
        tx: the transaction.
        op_id: its permanent id.
        record_id: the record it is about.
        fields: ``kind`` and what the kind carries, as JSON values.
        not_before: hold it back from sending until then, so that it can be undone.
    """
    now = tx.clock.now()
    dseq = next_dseq(tx)
    wire: Json = {
        "op_id": op_id,
        "dseq": dseq,
        "record_id": record_id,
        "claimed_at": now.isoformat(),
        "monotonic_ms": int(tx.clock.monotonic() * 1000),
        **fields,
    }
    tx.run(
        "INSERT INTO outbox(dseq,op_id,record_id,kind,state,made_at,not_before,attempts,wire)"
        " VALUES (?,?,?,?,?,?,?,0,?)",
        (
            dseq,
            op_id,
            record_id,
            fields["kind"],
            QUEUED,
            now.isoformat(),
            not_before.isoformat() if not_before else None,
            dump(wire),
        ),
    )


def next_dseq(tx: Tx) -> int:
    """The next running number: never one that has left the tablet, also when its row has gone."""
    here = tx.number("SELECT max(dseq) FROM outbox")
    return max(here, int(tx.get(LAST_GONE) or 0)) + 1


def put_changes(
    tx: Tx,
    op_id: str,
    record_id: str,
    changes: dict[str, Any],
    *,
    base_revision: int,
    resolves: tuple[str, ...] = (),
    attach: Json | None = None,
    detach: Sequence[str] = (),
) -> None:
    """Queue changes to single fields, folding them into an operation that has never been sent.

    Args:
        tx: the transaction.
        op_id: id of the patch, if one is needed.
        record_id: the record to change.
        changes: field name to ``{"from": ..., "to": ...}``.
        base_revision: revision the changes were made against.
        resolves: fields whose conflict these changes settle.
        attach: photos and voice notes that are put on, with what the manifest says of each.
        detach: names of those that are taken off.
    """
    files: Json = {"attach": attach} if attach else {}
    if detach:
        files["detach"] = sorted(detach)
    if not changes and not resolves and not files:
        return
    last = tx.row(
        "SELECT dseq, kind, wire, state FROM outbox WHERE record_id=? ORDER BY dseq DESC LIMIT 1",
        (record_id,),
    )
    if last and not resolves and _goes_on(last, changes):
        wire = load(last[2])
        fold = _into_create if last[1] == "create" else _into_patch
        if fold(wire, changes, attach or {}, detach):
            tx.run("UPDATE outbox SET wire=? WHERE dseq=?", (dump(wire), last[0]))
        else:
            tx.run("DELETE FROM outbox WHERE dseq=?", (last[0],))
        return
    fields: Json = {"kind": "patch", "base_revision": base_revision, "changes": changes, **files}
    if resolves:
        fields["resolves"] = list(resolves)
    add(tx, op_id, record_id, fields)


def _goes_on(last: Row, changes: dict[str, Any]) -> bool:
    """True when the last operation has never left and these changes began where it ended.

    Changes made without sight of it stay an operation of their own, so that the merge sees both.
    """
    _, kind, text, state = last
    if state != QUEUED or kind not in ("create", "patch"):
        return False
    wire = load(text)
    now = (
        wire["body"]
        if kind == "create"
        else {name: held.get("to") for name, held in wire["changes"].items()}
    )
    return all(
        change.get("from") == now.get(name)
        for name, change in changes.items()
        if kind == "create" or name in now
    )


def _into_create(wire: Json, changes: dict[str, Any], attach: Json, detach: Sequence[str]) -> bool:
    body = wire["body"]
    for name, change in changes.items():
        if change.get("to") is None:
            body.pop(name, None)
        else:
            body[name] = change["to"]
    files = {sha: item for sha, item in wire.get("attachments", {}).items() if sha not in detach}
    _put_or_drop(wire, "attachments", files | attach)
    return True


def _into_patch(wire: Json, changes: dict[str, Any], attach: Json, detach: Sequence[str]) -> bool:
    held = wire["changes"]
    for name, change in changes.items():
        start = held[name].get("from") if name in held else change.get("from")
        if start == change.get("to"):
            held.pop(name, None)
        else:
            held[name] = {"from": start, "to": change.get("to")}
    put_on, off = wire.get("attach", {}), wire.get("detach", [])
    # Putting on and taking off again is as if nothing had been done.
    fresh = {sha: item for sha, item in attach.items() if sha not in off}
    gone = [sha for sha in detach if sha not in put_on]
    on = {sha: item for sha, item in put_on.items() if sha not in detach}
    _put_or_drop(wire, "attach", on | fresh)
    _put_or_drop(wire, "detach", sorted({sha for sha in off if sha not in attach} | {*gone}))
    return bool(held or wire.get("resolves") or wire.get("attach") or wire.get("detach"))


def _put_or_drop(wire: Json, name: str, value: Any) -> None:  # noqa: ANN401 - JSON
    if value:
        wire[name] = value
    else:
        wire.pop(name, None)


def take_back(tx: Tx, record_id: str, kind: str) -> bool:
    """Remove the last operation of a record when it is of this kind and has never been sent."""
    last = tx.row(
        "SELECT dseq, kind, state FROM outbox WHERE record_id=? ORDER BY dseq DESC LIMIT 1",
        (record_id,),
    )
    if last is None or last[1] != kind or last[2] != QUEUED:
        return False
    tx.run("DELETE FROM outbox WHERE dseq=?", (last[0],))
    return True


def take_back_operation(tx: Tx, op_id: str) -> str | None:
    """Remove one operation that has never been sent; the id of its record, or ``None``."""
    row = tx.row("SELECT dseq, record_id FROM outbox WHERE state=? AND op_id=?", (QUEUED, op_id))
    if row is None:
        return None
    tx.run("DELETE FROM outbox WHERE dseq=?", (row[0],))
    return str(row[1])


def drop_unsent(tx: Tx, record_id: str) -> bool:
    """Remove everything about a record that never left the tablet.

    Returns:
        True when nothing about it had left: then it is as if it had never been made.
    """
    left = tx.row("SELECT 1 FROM outbox WHERE record_id=? AND state<>?", (record_id, QUEUED))
    if left is not None:
        return False
    tx.run("DELETE FROM outbox WHERE record_id=?", (record_id,))
    return True


def of_record(tx: Tx, record_id: str) -> list[Waiting]:
    """Operations of a record that the centre has not settled, oldest first."""
    return [
        _waiting(row)
        for row in tx.rows(
            f"SELECT {_COLUMNS} FROM outbox WHERE record_id=? AND state<>? ORDER BY dseq",
            (record_id, SETTLED),
        )
    ]


def in_states(tx: Tx, states: tuple[str, ...]) -> list[Waiting]:
    """Operations in these states, oldest first."""
    return [
        _waiting(row)
        for row in tx.rows(
            f"SELECT {_COLUMNS} FROM outbox WHERE state IN ({marks(len(states))}) ORDER BY dseq",
            states,
        )
    ]


def one(tx: Tx, op_id: str) -> Waiting:
    """The operation with this id.

    Raises:
        UserError: it is no longer here.
    """
    row = tx.row(
        f"SELECT {_COLUMNS} FROM outbox WHERE state IN ({marks(len(OPEN))}) AND op_id=?",
        (*OPEN, op_id),
    )
    if row is None:
        raise UserError("This has been dealt with already.", code="gone")
    return _waiting(row)


def remove(tx: Tx, operation: Waiting) -> None:
    """Take a matter off the list for good; its number is never used again."""
    tx.put(LAST_GONE, str(max(operation.dseq, int(tx.get(LAST_GONE) or 0))))
    tx.run("DELETE FROM outbox WHERE dseq=?", (operation.dseq,))


def drop_held(tx: Tx, record_id: str, kinds: tuple[str, ...]) -> list[Waiting]:
    """Take held operations of these kinds off the list: what is done now stands in their place."""
    found = [
        one for one in of_record(tx, record_id) if one.state == QUARANTINED and one.kind in kinds
    ]
    for one in found:
        remove(tx, one)
    return found


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Ids of records by what became of their operations so far."""

    unsent: frozenset[str]
    held: frozenset[str]
    not_accepted: frozenset[str]
    aside: frozenset[str]
    """Sent before, and the centre cannot take them now."""
    deciding: frozenset[str] = frozenset()
    """With a decision that the centre has not received."""
    photos: Mapping[str, UnsentPhotos] = field(default_factory=dict)
    """With photos or voice notes that the centre does not have whole."""


def unsettled(tx: Tx) -> Unsettled:
    """What waits, is held or was not accepted, for all records at once."""
    by_state: dict[str, set[str]] = {}
    aside = set()
    deciding = set()
    for record_id, state, not_before, kind in tx.rows(
        "SELECT record_id, state, not_before, kind FROM outbox"
        " WHERE state IN ('queued','sent','rejected','quarantined')"
    ):
        by_state.setdefault(state, set()).add(record_id)
        if state == SENT and not_before:
            aside.add(record_id)
        if kind == "decide" and state in UNSENT:
            deciding.add(record_id)
    return Unsettled(
        unsent=frozenset(by_state.get(QUEUED, set()) | by_state.get(SENT, set())),
        held=frozenset(by_state.get(QUARANTINED, ())),
        not_accepted=frozenset(by_state.get(REJECTED, ())),
        aside=frozenset(aside),
        deciding=frozenset(deciding),
        photos=attachments.unsent_by_record(tx),
    )


def counts(tx: Tx) -> dict[str, int]:
    """How many different records have operations in each state."""
    rows = tx.rows("SELECT state, count(DISTINCT record_id) FROM outbox GROUP BY state")
    return {row[0]: row[1] for row in rows}


def oldest_unsent(tx: Tx) -> datetime | None:
    """When the oldest operation that the centre has not received was made."""
    row = tx.row(
        f"SELECT min(made_at) FROM outbox WHERE state IN ({marks(len(UNSENT))})",
        UNSENT,
    )
    return datetime.fromisoformat(row[0]) if row and row[0] else None
