"""What only this tablet has: read for the rescue copy, and taken up again from one.

An operation that has been written into a rescue copy may reach the centre without this tablet. So
it is frozen like one that was sent: it is never changed or taken back, only countered by another.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.content import Json
from fieldapp.store import attachments, outbox
from fieldapp.store.transaction import Tx, dump, load

_QUEUED = "SELECT dseq, record_id, not_before FROM outbox WHERE state='queued' ORDER BY dseq"
_FREEZE = "UPDATE outbox SET state='sent', not_before=NULL WHERE state='queued' AND dseq=?"
_FILES = (
    "SELECT sha, size FROM blob b WHERE mine=1 AND sent<>'received' AND bytes='whole' AND EXISTS"
    " (SELECT 1 FROM attached a WHERE a.sha=b.sha) ORDER BY n"
)
_OF_DRAFT = "SELECT sha, state, item FROM attached WHERE record_id=? AND state IN ('draft','off')"


@dataclass(frozen=True, slots=True)
class Frozen:
    """An operation that nothing changes any more."""

    dseq: int
    record_id: str
    wire: str


@dataclass(frozen=True, slots=True)
class WorkingCopy:
    """A draft as typed; ``content`` holds its photos and voice notes too, under ``attached``."""

    record_id: str
    saved_at: str
    content: Json
    started_from: Json | None


@dataclass(frozen=True, slots=True)
class OnlyHere:
    """What the centre has given no receipt for, at one moment."""

    operations: tuple[Frozen, ...]
    drafts: tuple[WorkingCopy, ...]
    files: tuple[tuple[str, int], ...]
    """Name and size of each photo and voice note."""
    last_dseq: int


def undone_until(tx: Tx) -> datetime | None:
    """Freeze what can no longer be undone.

    Returns:
        When the next operation can no longer be undone; ``None`` when none waits for that.
    """
    now = tx.clock.now()
    held: set[str] = set()
    free: list[tuple[int]] = []
    earliest: datetime | None = None
    for dseq, record_id, not_before in tx.rows(_QUEUED):
        until = datetime.fromisoformat(not_before) if not_before else now
        # A clock that was set back would hold it for ever.
        if now < until <= now + outbox.HOLD:
            held.add(record_id)
            earliest = min(until, earliest or until)
        elif record_id not in held:
            free.append((dseq,))
    tx.run_many(_FREEZE, free)
    return earliest


def has_queued(tx: Tx) -> bool:
    """True when there may be something to freeze."""
    return tx.row("SELECT 1 FROM outbox WHERE state='queued' LIMIT 1") is not None


def only_here(tx: Tx) -> OnlyHere:
    """Everything that would be lost with this tablet."""
    rows = tx.rows("SELECT dseq, record_id, wire FROM outbox WHERE state='sent' ORDER BY dseq")
    return OnlyHere(
        operations=tuple(Frozen(*row) for row in rows),
        drafts=tuple(
            WorkingCopy(row[0], row[1], _with_files(tx, row[0], load(row[2])), _loaded(row[3]))
            for row in tx.rows(
                "SELECT record_id, saved_at, body, started_from FROM draft ORDER BY record_id"
            )
        ),
        files=tuple((row[0], row[1]) for row in tx.rows(_FILES)),
        last_dseq=outbox.next_dseq(tx) - 1,
    )


def _loaded(text: str | None) -> Json | None:
    return load(text) if text else None


def _with_files(tx: Tx, record_id: str, content: Json) -> Json:
    found = {
        sha: {"state": state, "item": json.loads(item)}
        for sha, state, item in tx.rows(_OF_DRAFT, (record_id,))
    }
    return content | ({"attached": found} if found else {})


def take_up(tx: Tx, copy: WorkingCopy, *, session: str) -> bool:
    """Make a rescued working copy one of this tablet's; its photos are asked of the centre.

    Returns:
        False when there is a working copy of that entry here already: it is left as it is.
    """
    content = {name: value for name, value in copy.content.items() if name != "attached"}
    started = None if copy.started_from is None else dump(copy.started_from)
    made = tx.run(
        "INSERT INTO draft(record_id,body,started_from,saved_at,session,open) VALUES (?,?,?,?,?,0)"
        " ON CONFLICT(record_id) DO NOTHING",
        (copy.record_id, dump(content), started, copy.saved_at, session),
    )
    if not made:
        return False
    files = copy.content.get("attached")
    for sha, said in (files if isinstance(files, dict) else {}).items():
        item = said["item"]
        attachments.want(tx, copy.record_id, sha, int(item["size"]))
        # The officer's own: should the centre lose it, it goes again from here.
        tx.run("UPDATE blob SET mine=1 WHERE sha=?", (sha,))
        tx.run(
            "UPDATE attached SET state=?, item=? WHERE record_id=? AND sha=?",
            (said["state"], dump(item), copy.record_id, sha),
        )
    return True
