"""Half-written entries, saved as typed; what an unclean stop left open is told from the rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.content import Json
from fieldapp.store.transaction import Row, Tx, dump, load


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A working copy; ``content`` is whatever the capture service put there."""

    record_id: str
    content: Json
    started_from: Json | None
    """The body that the work began on, so that changes can be told from it."""
    saved_at: datetime
    recovered: bool
    """True when another run of the app left it open: it was stopped in mid-entry."""


_COLUMNS = "record_id, body, started_from, saved_at, session, open"


def _kept(row: Row, session: str) -> KeptDraft:
    return KeptDraft(
        record_id=row[0],
        content=load(row[1]),
        started_from=load(row[2]) if row[2] else None,
        saved_at=datetime.fromisoformat(row[3]),
        recovered=bool(row[5]) and row[4] != session,
    )


def keep(
    tx: Tx,
    record_id: str,
    content: Json,
    *,
    session: str,
    is_open: bool = True,
    started_from: Json | None = None,
) -> datetime:
    """Save a working copy; ``started_from`` is kept from the first time it is given."""
    now = tx.clock.now()
    tx.run(
        "INSERT INTO draft(record_id,body,started_from,saved_at,session,open) VALUES (?,?,?,?,?,?)"
        " ON CONFLICT(record_id) DO UPDATE SET body=excluded.body, saved_at=excluded.saved_at,"
        " session=excluded.session, open=excluded.open,"
        " started_from=coalesce(excluded.started_from, started_from)",
        (
            record_id,
            dump(content),
            dump(started_from) if started_from is not None else None,
            now.isoformat(),
            session,
            int(is_open),
        ),
    )
    return now


def find(tx: Tx, record_id: str, *, session: str) -> KeptDraft | None:
    """The working copy of a record, or ``None``."""
    row = tx.row(f"SELECT {_COLUMNS} FROM draft WHERE record_id=?", (record_id,))
    return None if row is None else _kept(row, session)


def all_kept(tx: Tx, *, session: str) -> list[KeptDraft]:
    """Every working copy, last saved first."""
    rows = tx.rows(f"SELECT {_COLUMNS} FROM draft ORDER BY saved_at DESC")
    return [_kept(row, session) for row in rows]


def drop(tx: Tx, record_id: str) -> None:
    """Remove a working copy."""
    tx.run("DELETE FROM draft WHERE record_id=?", (record_id,))
