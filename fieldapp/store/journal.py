"""What the centre has answered for and is kept all the same: a restored centre gets it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from fieldapp.domain.content import Json
from fieldapp.domain.permissions import Actor
from fieldapp.store import attachments, outbox, records
from fieldapp.store.transaction import Tx

KEPT = timedelta(days=35)
"""So long an operation is kept though a verified backup has it: that backup may be the one that is
damaged when it is needed, and an older one is put in place."""

PATIENCE = timedelta(hours=24)
"""So long what was done to somebody else's record waits for that record to come back."""

_ANSWERED = "('acked','settled','quarantined')"
_NOT_OURS = (
    "NOT EXISTS (SELECT 1 FROM outbox c WHERE c.record_id=outbox.record_id AND c.kind='create')"
)


def let_go(tx: Tx, durable: int) -> None:
    """Drop what a verified backup has, once it is old too; its numbers are never used again.

    A clock that was ahead when an operation was made does not keep it for ever.
    """
    now = tx.clock.now()
    young = tx.row(
        "SELECT dseq FROM outbox WHERE made_at BETWEEN ? AND ? ORDER BY dseq LIMIT 1",
        ((now - KEPT).isoformat(), now.isoformat()),
    )
    before = young[0] if young else outbox.next_dseq(tx)
    # Named, because this index holds all that is asked for; by the other every row would be read.
    gone = tx.number(
        "SELECT max(dseq) FROM outbox INDEXED BY outbox_record"
        " WHERE state='settled' AND coalesce(seq, 0)<=? AND dseq<?",
        (durable, before),
    )
    if not gone:
        return
    tx.put(outbox.LAST_GONE, str(max(gone, int(tx.get(outbox.LAST_GONE) or 0))))
    tx.run(
        "DELETE FROM outbox WHERE state='settled' AND coalesce(seq, 0)<=? AND dseq<?",
        (durable, before),
    )


def send_again(tx: Tx, actor: Actor) -> bool:
    """The centre has lost some of what it answered for: send all that is kept, under the same ids.

    What it does have it answers as before, so this can only help. What was done to a record that
    somebody else made waits until that record is there again.

    Returns:
        True when there was anything to send.
    """
    attachments.unverify(tx)
    until = (tx.clock.now() + PATIENCE).isoformat()
    ids = tx.rows(f"SELECT DISTINCT record_id FROM outbox WHERE state IN {_ANSWERED}")
    tx.run(
        f"UPDATE outbox SET again=CASE WHEN {_NOT_OURS} THEN 2 ELSE 1 END,"
        f" not_before=CASE WHEN {_NOT_OURS} THEN ? END, state='sent', seq=NULL,"
        " result=json_object('revision', json_extract(result, '$.revision'))"
        f" WHERE state IN {_ANSWERED}",
        (until,),
    )
    for (record_id,) in ids:
        records.refresh(tx, record_id, actor)
    return bool(ids)


def record_is_back(tx: Tx, ups: Mapping[str, Json]) -> None:
    """Let what waited for these records leave.

    A decision waits until the record says what was decided on and its photos have arrived again, or
    has got at least as far as the decision had brought it: then the centre knows the decision.
    """
    waiting = tx.rows(
        "SELECT dseq, record_id, kind, json_extract(wire, '$.content_hash'),"
        " json_extract(result, '$.revision') FROM outbox WHERE state='sent' AND again=2"
    )
    free = [
        (dseq,)
        for dseq, record_id, kind, content_hash, revision in waiting
        if record_id in ups and _ready(ups[record_id], kind, content_hash, revision)
    ]
    tx.run_many("UPDATE outbox SET again=1, not_before=NULL WHERE dseq=?", free)


def _ready(wire: Json, kind: str, content_hash: str | None, revision: int | None) -> bool:
    if kind != "decide":
        return True
    if revision is not None and int(wire.get("revision", 0)) >= revision:
        return True
    content = wire.get("amendment") or wire
    arrived = frozenset(wire.get("attachments_received") or ())
    return content.get("content_hash") == content_hash and arrived.issuperset(
        content.get("attachments") or ()
    )
