"""Records in and out of the store: what the centre said, and what is shown on top of it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from fieldapp.domain.codes import ENTRY_TYPES
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError
from fieldapp.domain.operations import parse_operation
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record, from_wire, to_wire
from fieldapp.domain.review import overlay
from fieldapp.store.columns import NAMES, columns_of
from fieldapp.store.transaction import Tx, dump, load, marks

ON_TOP = ("queued", "sent", "acked", "quarantined")
"""States of operations that are shown on top of what the centre said.

Of what is held, only content is: what an officer wrote stays to be seen, but an entry that the
centre would not take in for review, or a decision it would not take, has not happened. What goes
with a creation that is held itself stays with it.
"""
_LAID = (
    "(state IN ('queued','sent','acked') OR state='quarantined' AND (kind IN ('create','patch')"
    " OR kind='submit' AND EXISTS (SELECT 1 FROM outbox c WHERE c.record_id=outbox.record_id"
    " AND c.state='quarantined' AND c.kind='create')))"
)

_SET = ",".join(f"{name}=excluded.{name}" for name in NAMES)
WRITE = (
    f"INSERT INTO record(id,{','.join(NAMES)},pending,revision,shown,base,to_index,digest)"
    f" VALUES (?,{marks(len(NAMES))},?,?,?,?,?,?)"
    f" ON CONFLICT(id) DO UPDATE SET {_SET},pending=excluded.pending,"
    "revision=excluded.revision,shown=excluded.shown,base=excluded.base,"
    "to_index=excluded.to_index,digest=excluded.digest"
)


def shown(tx: Tx, record_id: str) -> Record | None:
    """The record as this tablet shows it: the centre's word with own pending work on top."""
    row = tx.row("SELECT shown FROM record WHERE id=?", (record_id,))
    return None if row is None else from_wire(json.loads(row[0]))


def of_centre(tx: Tx, record_id: str) -> Record | None:
    """The record as the centre last told it; ``None`` when the centre has not told it."""
    wire = base_wire(tx, record_id)
    return None if wire is None else from_wire(wire)


def base_wire(tx: Tx, record_id: str) -> Json | None:
    """The centre's JSON of a record, untouched."""
    row = tx.row("SELECT pending, shown, base FROM record WHERE id=?", (record_id,))
    if row is None:
        return None
    text = row[2] if row[0] else row[1]
    return None if text is None else load(text)


def pending_operations(tx: Tx, record_id: str) -> list[Json]:
    """Wire forms of the operations shown on top of a record, oldest first."""
    rows = tx.rows(
        f"SELECT wire FROM outbox WHERE record_id=? AND {_LAID} ORDER BY dseq", (record_id,)
    )
    return [load(row[0]) for row in rows]


def refresh(
    tx: Tx, record_id: str, actor: Actor, *, base: Json | None = None, index_later: bool = True
) -> Record | None:
    """Work out again what is shown of a record after its base or its operations changed.

    Args:
        tx: the transaction.
        record_id: which record.
        actor: the officer of this tablet.
        base: the centre's JSON when it has just arrived; otherwise what is kept is used.
        index_later: False when the caller puts it into the search index in the same transaction.

    Returns:
        The record as shown now; ``None`` when nothing is left of it and its row is gone.
    """
    if base is None:
        base = base_wire(tx, record_id)
    waiting = pending_operations(tx, record_id)
    if base is None and not waiting:
        forget(tx, [record_id])
        return None
    if not waiting:
        write_rows(tx, [centre_row(base or {})])
        return _readable(base)
    view = _on_top(base, waiting, actor, at=tx.clock.now().isoformat())
    if view is None and base is None and waiting[0].get("kind") != "create":
        forget(tx, [record_id])
        return None
    view_wire = to_wire(view) if view is not None else base or _held(waiting[0])
    tx.touched.add(str(view_wire.get("record_type", "")))
    revision = int(base.get("revision", 0)) if base else 0
    told = None if base is None else dump(base)
    values = columns_of(view_wire)
    tx.run(
        WRITE,
        (
            record_id,
            *values,
            len(waiting),
            revision,
            dump(view_wire),
            told,
            int(index_later and values.record_type in ENTRY_TYPES),
            None if told is None else digest(told),
        ),
    )
    return view


def _on_top(base: Json | None, waiting: Iterable[Json], actor: Actor, *, at: str) -> Record | None:
    operations = []
    for wire in waiting:
        try:
            operations.append(parse_operation(wire))
        except ContentError:
            continue  # made by a newer version; the centre decides
    return overlay(_readable(base), operations, actor, at=at)


def _readable(base: Json | None) -> Record | None:
    if base is None:
        return None
    try:
        return from_wire(base)
    except ContentError:
        return None


def _held(create: Json) -> Json:
    """Something to show of a creation that cannot be laid over: its content, as a draft."""
    return {
        "id": create.get("record_id", ""),
        "record_type": create.get("record_type", ""),
        "schema_version": create.get("schema_version", 1),
        "owner_officer_id": "",
        "lpt_code": "",
        "revision": 0,
        "review_status": "DRAFT",
        "body": create.get("body") or {},
        "content_hash": "",
        "created_at": create.get("claimed_at", ""),
    }


def centre_row(wire: Json, text: str | None = None) -> tuple[Any, ...]:
    """The row of a record with nothing on top."""
    values = columns_of(wire)
    told = text or dump(wire)
    return (
        wire["id"],
        *values,
        0,
        int(wire.get("revision", 0)),
        told,
        None,
        int(values.record_type in ENTRY_TYPES),
        digest(told),
    )


def digest(told: str) -> int:
    """By this it is noticed when what the centre told is no longer what is kept of it."""
    return zlib.crc32(told.encode())


def write_rows(tx: Tx, rows: list[tuple[Any, ...]]) -> None:
    """Write rows made by ``centre_row``."""
    tx.run_many(WRITE, rows)
    tx.touched.update(str(row[1]) for row in rows)


def forget(tx: Tx, record_ids: Iterable[str]) -> None:
    """Remove the rows of records, with their places in scopes and in the search index."""
    for record_id in record_ids:
        row = tx.row("SELECT n, search_row, record_type FROM record WHERE id=?", (record_id,))
        if row is None:
            continue
        if row[1] is not None:
            tx.run("DELETE FROM search WHERE rowid=?", (row[1],))
        tx.run("DELETE FROM member WHERE n=?", (row[0],))
        tx.run("DELETE FROM record WHERE n=?", (row[0],))
        tx.touched.add(row[2])
