"""Looking for trouble in a store: what is damaged, how much waits; numbers only, nobody's data."""

from __future__ import annotations

from dataclasses import dataclass

from sqlcipher3 import dbapi2

from fieldapp.store import audit
from fieldapp.store.store import Store


@dataclass(frozen=True, slots=True)
class Checkup:
    """What a look at the whole store found."""

    sqlite: str
    cipher: str
    version: int
    damage: int
    """Places where the file does not hold what was written; 0 when it is sound."""
    audit_rows: int
    audit_broken_at: int | None
    records: int
    drafts: int
    operations: dict[str, int]
    """How many operations are in each state."""
    set_aside: int


def check(store: Store) -> Checkup:
    """Read the whole file once; takes a moment with many records.

    Raises:
        StoreError: the file cannot be read; the words say why.
    """
    with store.reading() as tx:
        damage = [row[0] for row in tx.rows("PRAGMA cipher_integrity_check")]
        damage += [row[0] for row in tx.rows("PRAGMA quick_check") if row[0] != "ok"]
        cipher = tx.row("PRAGMA cipher_version")
        return Checkup(
            sqlite=dbapi2.sqlite_version,
            cipher=str(cipher[0]) if cipher else "",
            version=tx.number("PRAGMA user_version"),
            damage=len(damage),
            audit_rows=tx.number("SELECT count(*) FROM audit"),
            audit_broken_at=audit.broken_at(tx),
            records=tx.number("SELECT count(*) FROM record"),
            drafts=tx.number("SELECT count(*) FROM draft"),
            operations=dict(tx.rows("SELECT state, count(*) FROM outbox GROUP BY state")),
            set_aside=tx.number(
                "SELECT count(*) FROM outbox WHERE state='sent' AND not_before IS NOT NULL"
            ),
        )
