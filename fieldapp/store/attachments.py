"""Photos and voice notes in the encrypted store: their bytes in pieces, and which entry has which.

A row of ``blob`` is one file, named by its SHA-256. ``sent`` says how far the centre has it
(local, sending, received) and ``bytes`` what lies here (whole, wanted, damaged). A row of
``attached`` ties it to a record: ``draft`` (put on, not submitted), ``listed`` (an operation says
so), ``off`` (taken off, not submitted). Nothing is ever taken off because bytes are missing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fieldapp.domain.content import Json
from fieldapp.domain.pieces import PIECE_BYTES, Ranges, UnsentPhotos, bytes_of, piece_count
from fieldapp.store.transaction import Row, Tx, dump, load, marks

LOCAL, SENDING, RECEIVED = "local", "sending", "received"
WHOLE, WANTED, DAMAGED = "whole", "wanted", "damaged"
DRAFT, LISTED, OFF = "draft", "listed", "off"

UNNEEDED_KEPT = timedelta(days=30)
"""So long a file that nothing refers to any more stays, in case that was a mistake."""

_UNSENT = (
    "mine=1 AND sent<>'received' AND EXISTS"
    " (SELECT 1 FROM attached a WHERE a.sha=b.sha AND a.state='listed')"
)


IS_WANTED = "bytes<>'whole' AND bytes='wanted'"
"""Said twice, so that it is looked up among the few files that are not settled."""


@dataclass(frozen=True, slots=True)
class Blob:
    """One file as the store knows it."""

    sha: str
    size: int
    mine: bool
    sent: str
    bytes: str
    have: Ranges
    problem: str


def have_of(text: str | None) -> Ranges:
    """Runs of pieces as they are kept."""
    return tuple((first, end) for first, end in json.loads(text or "[]"))


# ------------------------------------------------------------------------------ bytes


def put(tx: Tx, data: bytes) -> str:
    """Keep a file that was made on this tablet; its name. Twice the same bytes are kept once."""
    sha = hashlib.sha256(data).hexdigest()
    known = tx.row("SELECT n, mine, bytes FROM blob WHERE sha=?", (sha,))
    if known is None:
        n = tx.insert(
            "INSERT INTO blob(sha,size,mine,sent,bytes,added_at) VALUES (?,?,1,?,?,?)",
            (sha, len(data), LOCAL, WHOLE, tx.clock.now().isoformat()),
        )
        _write(tx, n, 0, data)
        return sha
    if not known[1]:
        tx.run("UPDATE blob SET mine=1, sent=?, have=NULL WHERE n=?", (LOCAL, known[0]))
    tx.run("UPDATE blob SET bytes=?, problem='', unneeded_since=NULL WHERE n=?", (WHOLE, known[0]))
    if known[2] != WHOLE:
        tx.run("DELETE FROM piece WHERE blob=?", (known[0],))
        _write(tx, known[0], 0, data)
    return sha


def _write(tx: Tx, n: int, first: int, data: bytes) -> None:
    view = memoryview(data)
    tx.run_many(
        "INSERT INTO piece(blob, number, data) VALUES (?,?,?)"
        " ON CONFLICT(blob, number) DO UPDATE SET data=excluded.data",
        [
            (n, first + number, view[number * PIECE_BYTES : (number + 1) * PIECE_BYTES])
            for number in range(piece_count(len(data)))
        ],
    )


def pieces(tx: Tx, sha: str, first: int, count: int) -> bytes:
    """The bytes of consecutive pieces; fewer than asked for when some are not here."""
    rows = tx.rows(
        "SELECT data FROM piece WHERE blob=(SELECT n FROM blob WHERE sha=?)"
        " AND number>=? AND number<? ORDER BY number",
        (sha, first, first + count),
    )
    return b"".join(row[0] for row in rows)


def read(tx: Tx, sha: str) -> bytes | None:
    """The whole file, when it is here and is what its name says; otherwise ``None``."""
    row = tx.row("SELECT size FROM blob WHERE sha=? AND bytes=?", (sha, WHOLE))
    if row is None:
        return None
    data = pieces(tx, sha, 0, piece_count(row[0]))
    return data if hashlib.sha256(data).hexdigest() == sha else None


def find(tx: Tx, sha: str) -> Blob | None:
    """What is known of a file; ``None`` when the tablet has never had to do with it."""
    row = tx.row("SELECT size, mine, sent, bytes, have, problem FROM blob WHERE sha=?", (sha,))
    if row is None:
        return None
    return Blob(sha, row[0], bool(row[1]), row[2], row[3], have_of(row[4]), row[5])


def damaged(tx: Tx, sha: str) -> None:
    """What lies here is not what it was: it is asked of the centre again, and said to be damaged.

    The entry goes on saying that the file belongs to it.
    """
    tx.run(
        "UPDATE blob SET bytes=CASE sent WHEN 'received' THEN 'wanted' ELSE 'damaged' END,"
        " problem='damaged', not_before=NULL WHERE sha=?",
        (sha,),
    )
    tx.run("DELETE FROM piece WHERE blob=(SELECT n FROM blob WHERE sha=?)", (sha,))


def want(tx: Tx, record_id: str, sha: str, size: int) -> None:
    """A screen wants to show a file that is not here: it is fetched as soon as that may be."""
    tx.run(
        "INSERT INTO blob(sha,size,mine,sent,bytes,added_at) VALUES (?,?,0,?,?,?)"
        " ON CONFLICT(sha) DO UPDATE SET not_before=NULL WHERE bytes='wanted'",
        (sha, size, RECEIVED, WANTED, tx.clock.now().isoformat()),
    )
    tx.run(
        "INSERT INTO attached(record_id, sha, state, item, at) VALUES (?,?,?,'{}',?)"
        " ON CONFLICT(record_id, sha) DO NOTHING",
        (record_id, sha, LISTED, tx.clock.now().isoformat()),
    )


def take_in(tx: Tx, sha: str, start: int, data: bytes) -> str:
    """Keep bytes that came from the centre, a whole number of pieces from ``start`` on.

    Returns:
        ``whole`` once all are here and are what the name says, ``wanted`` while some are missing,
        ``damaged`` when they were not what the name says: then none of them is kept.
    """
    row = tx.row("SELECT n, size FROM blob WHERE sha=? AND bytes=?", (sha, WANTED))
    if row is None:
        return WHOLE
    n, size = row
    _write(tx, n, start // PIECE_BYTES, data)
    if start + len(data) < size:
        return WANTED
    whole = pieces(tx, sha, 0, piece_count(size))
    if hashlib.sha256(whole).hexdigest() != sha:
        tx.run("DELETE FROM piece WHERE blob=?", (n,))
        return DAMAGED
    tx.run("UPDATE blob SET bytes=?, problem='', attempts=0 WHERE n=?", (WHOLE, n))
    return WHOLE


# ------------------------------------------------------------------ which entry has which


def attach_one(tx: Tx, record_id: str, sha: str, item: Json) -> None:
    """Put a file on the working copy of an entry."""
    tx.run(
        "INSERT INTO attached(record_id, sha, state, item, at) VALUES (?,?,?,?,?)"
        " ON CONFLICT(record_id, sha) DO UPDATE SET"
        " state=CASE state WHEN 'off' THEN 'listed' ELSE state END",
        (record_id, sha, DRAFT, dump(item), tx.clock.now().isoformat()),
    )


def detach_one(tx: Tx, record_id: str, sha: str, *, listed: bool) -> None:
    """Take a file off the working copy; its bytes stay for a while, so that it can be undone.

    Args:
        tx: the transaction.
        record_id: the entry.
        sha: the file.
        listed: the entry as recorded has it, so that an operation must take it off.
    """
    if not listed:
        tx.run("DELETE FROM attached WHERE record_id=? AND sha=?", (record_id, sha))
        return
    tx.run(
        "INSERT INTO attached(record_id, sha, state, item, at) VALUES (?,?,?,'{}',?)"
        " ON CONFLICT(record_id, sha) DO UPDATE SET state=excluded.state",
        (record_id, sha, OFF, tx.clock.now().isoformat()),
    )


def changes(tx: Tx, record_id: str, listed: Json) -> tuple[Json, list[str]]:
    """What the working copy puts on and takes off, against the manifest ``listed``."""
    rows = tx.rows(
        "SELECT sha, state, item FROM attached WHERE record_id=? ORDER BY at, sha", (record_id,)
    )
    on = {sha: load(item) for sha, state, item in rows if state == DRAFT and sha not in listed}
    off = [sha for sha, state, _ in rows if state == OFF and sha in listed]
    return on, off


def working(tx: Tx, record_id: str, listed: Json) -> Json:
    """The manifest as the working copy has it now."""
    on, off = changes(tx, record_id, listed)
    return {sha: item for sha, item in listed.items() if sha not in off} | on


def order_of(tx: Tx, record_id: str) -> dict[str, int]:
    """Place of each file in the order in which they were put on."""
    rows = tx.rows(
        "SELECT a.sha FROM attached a LEFT JOIN blob b ON b.sha=a.sha WHERE a.record_id=?"
        " ORDER BY a.at, b.n",
        (record_id,),
    )
    return {row[0]: place for place, row in enumerate(rows)}


def handed_in(tx: Tx, record_id: str) -> None:
    """The working copy's files are in an operation now: from here on they are sent."""
    tx.run("DELETE FROM attached WHERE record_id=? AND state=?", (record_id, OFF))
    tx.run("UPDATE attached SET state=? WHERE record_id=?", (LISTED, record_id))


def back_to_draft(tx: Tx, record_id: str, attach: Json, detach: Iterable[str]) -> None:
    """What an operation that is taken off the list had put on and off is the working copy's."""
    for sha, item in attach.items():
        tx.run("DELETE FROM attached WHERE record_id=? AND sha=?", (record_id, sha))
        attach_one(tx, record_id, sha, item)
    for sha in detach:
        detach_one(tx, record_id, sha, listed=True)


def copy(tx: Tx, record_id: str, manifest: Mapping[str, Json]) -> None:
    """Put the files of another entry on the working copy of this one."""
    for sha, item in manifest.items():
        attach_one(tx, record_id, sha, item)


def unlist(tx: Tx, record_id: str) -> None:
    """The entry is gone and had never left: its files are not sent, and come back with it."""
    tx.run("UPDATE attached SET state='draft' WHERE record_id=? AND state='listed'", (record_id,))


# ------------------------------------------------------------------------- how it stands


_STANDS = "b.size, b.have, b.added_at, b.bytes, b.not_before"


def unsent(tx: Tx) -> UnsentPhotos:
    """What the centre does not have whole, of all entries together."""
    rows = tx.rows(f"SELECT {_STANDS} FROM blob b WHERE {_UNSENT}")
    return _summed(rows) if rows else UnsentPhotos()


def wanted(tx: Tx) -> int:
    """How many files that screens asked for are not here."""
    return tx.number(f"SELECT count(*) FROM blob WHERE {IS_WANTED}")


def unsent_by_record(tx: Tx) -> dict[str, UnsentPhotos]:
    """The same for each entry."""
    found: dict[str, list[Row]] = {}
    for record_id, *row in tx.rows(
        # In this order, because few files are on their way and many are attached.
        f"SELECT a.record_id, {_STANDS} FROM blob b"
        " CROSS JOIN attached a ON a.sha=b.sha"
        " WHERE b.mine=1 AND b.sent<>'received' AND a.state='listed'"
    ):
        found.setdefault(record_id, []).append(tuple(row))
    return {record_id: _summed(rows) for record_id, rows in found.items()}


def _summed(rows: list[Row]) -> UnsentPhotos:
    later = [row[4] for row in rows if row[4]]
    return UnsentPhotos(
        count=len(rows),
        bytes=sum(size - bytes_of(size, have_of(have)) for size, have, *_ in rows),
        since=datetime.fromisoformat(min(row[2] for row in rows)),
        damaged=sum(row[3] == DAMAGED for row in rows),
        next_try_at=datetime.fromisoformat(min(later)) if len(later) == len(rows) else None,
    )


def blobs(tx: Tx, shas: Iterable[str]) -> dict[str, Blob]:
    """What is known of several files, by name."""
    names = tuple(shas)
    rows = tx.rows(
        f"SELECT sha, size, mine, sent, bytes, have, problem FROM blob"
        f" WHERE sha IN ({marks(len(names))})",
        names,
    )
    return {r[0]: Blob(r[0], r[1], bool(r[2]), r[3], r[4], have_of(r[5]), r[6]) for r in rows}


# ---------------------------------------------------------------------------- letting go


def unverify(tx: Tx) -> None:
    """The centre may have lost some: ask it again after every file of ours that is here."""
    tx.run(
        "UPDATE blob SET sent='local', have=NULL, received_head=NULL, not_before=NULL"
        " WHERE mine=1 AND bytes<>'wanted'"
    )


def lacking(tx: Tx, shas: Iterable[str]) -> None:
    """The centre lists these and does not have them, whatever it said before: they go again."""
    names = tuple(shas)
    tx.run(
        "UPDATE blob SET sent='local', have=NULL, received_head=NULL, not_before=NULL"
        f" WHERE mine=1 AND sent='received' AND bytes='whole' AND sha IN ({marks(len(names))})",
        names,
    )


_LONE = "NOT EXISTS (SELECT 1 FROM attached a WHERE a.sha=blob.sha)"


def let_others_go(tx: Tx) -> None:
    """Drop the files of others that no entry on this tablet has any more, at once."""
    tx.run(
        "DELETE FROM attached WHERE state<>'draft'"
        " AND NOT EXISTS (SELECT 1 FROM record r WHERE r.id=attached.record_id)"
        " AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.record_id=attached.record_id)"
        " AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.sha=attached.sha AND b.sent<>'received')"
    )
    _drop(tx, tx.rows(f"SELECT n FROM blob WHERE mine=0 AND {_LONE}"))


def _drop(tx: Tx, numbers: list[Row]) -> None:
    tx.run_many("DELETE FROM piece WHERE blob=?", numbers)
    tx.run_many("DELETE FROM blob WHERE n=?", numbers)


def sweep(tx: Tx, *, head: int, durable: int) -> None:
    """After a complete reading: drop what this tablet has no more business with.

    A file made here stays while an entry on this tablet, a working copy or an operation refers to
    it, and until a verified backup of the centre has it; after that it stays another while, in case
    letting it go was a mistake.
    """
    now = tx.clock.now()
    long_ago = (now - UNNEEDED_KEPT).isoformat()
    tx.run(
        "UPDATE blob SET received_head=? WHERE mine=1 AND sent='received'"
        " AND received_head IS NULL",
        (head,),
    )
    let_others_go(tx)
    tx.run(
        "DELETE FROM attached WHERE state='draft' AND at<?"
        " AND NOT EXISTS (SELECT 1 FROM record r WHERE r.id=attached.record_id)"
        " AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.record_id=attached.record_id)",
        (long_ago,),
    )
    tx.run(f"UPDATE blob SET unneeded_since=NULL WHERE unneeded_since IS NOT NULL AND NOT {_LONE}")
    tx.run(
        f"UPDATE blob SET unneeded_since=? WHERE unneeded_since IS NULL AND {_LONE}",
        (now.isoformat(),),
    )
    gone = tx.rows(
        "SELECT n FROM blob WHERE unneeded_since<?"
        " AND (sent IN ('local','sending') OR received_head<=?)",
        (long_ago, durable),
    )
    _drop(tx, gone)
