"""Letting go of what nothing refers to: marked first, and gone only when that is so a month on."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection

from server import audit
from server.db import hold_last, hold_name
from server.services.centre import Centre, stamp

GRACE = timedelta(days=30)

# What is held word for word may be opened again, so what it names is kept as well.
_REFERRED = (
    "(EXISTS (SELECT 1 FROM blob_ref f WHERE f.sha = b.sha) "
    "OR EXISTS (SELECT 1 FROM quarantine q WHERE q.raw LIKE '%' || b.sha || '%'))"
)
_MARK = f"UPDATE blob AS b SET idle_since = ? WHERE b.idle_since IS NULL AND NOT {_REFERRED}"  # noqa: S608 - our own words
_UNMARK = f"UPDATE blob AS b SET idle_since = NULL WHERE b.idle_since IS NOT NULL AND {_REFERRED}"  # noqa: S608 - as above
_DUE = "SELECT sha FROM blob WHERE idle_since <= ? ORDER BY sha"
_STILL = f"SELECT 1 FROM blob AS b WHERE b.sha = ? AND b.idle_since <= ? AND NOT {_REFERRED}"  # noqa: S608 - as above
_GONE = (
    "DELETE FROM blob_owner WHERE sha = ?",
    "DELETE FROM blob WHERE sha = ?",
)
_DROP_PIECES = "DELETE FROM piece WHERE sha = ? AND officer_id = ?"
_SENT_BY = "SELECT sent_by FROM blob WHERE sha = ?"
_STALE = "SELECT sha, officer_id FROM upload WHERE last_at <= ? ORDER BY sha, officer_id"
_STILL_STALE = "SELECT 1 FROM upload WHERE sha = ? AND officer_id = ? AND last_at <= ?"
_END_UPLOAD = "DELETE FROM upload WHERE sha = ? AND officer_id = ?"


def sweep(centre: Centre) -> int:
    """Once a day: let go of what has been idle long enough, then mark what is idle now.

    A reference of any revision, ever, keeps a file; so does a name in what is held at the centre.
    What somebody began to send and left alone for as long goes too: a tablet that comes back sends
    it from the beginning.

    Returns:
        How many files and unfinished uploads went.
    """
    moment = centre.clock.now()
    limit = stamp(moment - GRACE)
    with centre.db.read() as connection:
        idle = [row[0] for row in connection.exec_driver_sql(_DUE, (limit,))]
        stale = [tuple(row) for row in connection.exec_driver_sql(_STALE, (limit,))]
    gone = sum(_let_go(centre, sha, limit) for sha in idle)
    gone += sum(_forget(centre, sha, officer_id, limit) for sha, officer_id in stale)
    with centre.db.write() as connection:
        hold_last(connection)
        connection.exec_driver_sql(_UNMARK)
        connection.exec_driver_sql(_MARK, (stamp(moment),))
    return gone


def _let_go(centre: Centre, sha: str, limit: str) -> bool:
    """One file, if nothing has come to refer to it: asked under the lock that references need."""
    with centre.db.write() as connection:
        hold_name(connection, f"blob {sha}")
        hold_last(connection)
        if connection.exec_driver_sql(_STILL, (sha, limit)).first() is None:
            return False
        sent_by = connection.exec_driver_sql(_SENT_BY, (sha,)).scalar_one()
        connection.exec_driver_sql(_DROP_PIECES, (sha, sent_by))
        for statement in _GONE:
            connection.exec_driver_sql(statement, (sha,))
        _note(connection, centre, sha)
    return True


def _forget(centre: Centre, sha: str, officer_id: str, limit: str) -> bool:
    """One upload that nobody went on with."""
    with centre.db.write() as connection:
        hold_name(connection, f"blob {sha}")
        values = (sha, officer_id)
        if connection.exec_driver_sql(_STILL_STALE, (*values, limit)).first() is None:
            return False
        connection.exec_driver_sql(_DROP_PIECES, values)
        connection.exec_driver_sql(_END_UPLOAD, values)
        _note(connection, centre, sha)
    return True


def _note(connection: Connection, centre: Centre, sha: str) -> None:
    audit.append(connection, [audit.Entry(centre.now(), audit.CENTRE, "ERASURE", sha)])
