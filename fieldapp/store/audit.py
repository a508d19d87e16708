"""Who did what to which record on this tablet (DPA 2018 s.62); rows are chained by hash."""

from __future__ import annotations

from dataclasses import dataclass

from fieldapp.domain.content import canonical_json, sha256_hex
from fieldapp.store.transaction import Tx, paired

_START = "0" * 64


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One event of the trail."""

    n: int
    at: str
    actor: str
    action: str
    object: str
    revision: int
    reason: str
    hash: str


def log(
    tx: Tx, actor: str, action: str, object_: str, *, revision: int = 0, reason: str = ""
) -> None:
    """Add an event to the trail.

    Args:
        tx: the transaction of the action itself.
        actor: id of the officer.
        action: code of the ``audit_action`` list.
        object_: record type and id, as ``TYPE/id``.
        revision: of the record, when there is one.
        reason: why, for actions that need a reason.
    """
    at = tx.clock.now().isoformat()
    last = tx.row("SELECT hash FROM audit ORDER BY n DESC LIMIT 1")
    values = (at, actor, action, object_, revision, paired(reason))
    tx.run(
        "INSERT INTO audit(at,actor,action,object,revision,reason,hash) VALUES (?,?,?,?,?,?,?)",
        (*values, _link(str(last[0]) if last else _START, values)),
    )


def _link(previous: str, values: tuple[str, str, str, str, int, str]) -> str:
    return sha256_hex(canonical_json([previous, *values]))


def trail(tx: Tx) -> list[AuditRow]:
    """The whole trail, oldest first."""
    return [
        AuditRow(*row)
        for row in tx.rows(
            "SELECT n,at,actor,action,object,revision,reason,hash FROM audit ORDER BY n"
        )
    ]


def broken_at(tx: Tx) -> int | None:
    """The first row whose hash does not follow from the one before; ``None`` when all do."""
    previous = _START
    for row in trail(tx):
        values = (row.at, row.actor, row.action, row.object, row.revision, row.reason)
        if row.hash != _link(previous, values):
            return row.n
        previous = row.hash
    return None
