"""An officer's own entries as a document outside the store: read and audited in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.content import Json
from fieldapp.domain.errors import UserError
from fieldapp.reports.tables import Column, as_csv, as_json
from fieldapp.services.values import Officer
from fieldapp.store import Store, audit
from fieldapp.store.listing import contents, entries
from fieldapp.store.transaction import load
from resources import code_list

MARKING = "OFFICIAL-SENSITIVE"
"""An export holds free text about people, so it is marked whatever is in it."""


@dataclass(frozen=True, slots=True)
class Export:
    """Entries as they are shown on the tablet, newest first."""

    made_at: datetime
    reason: str
    entries: tuple[Json, ...]

    def to_json(self) -> str:
        """Everything, with the marking at the top and at the bottom."""
        return as_json(
            {
                "marking": MARKING,
                "exported_at": self.made_at.isoformat(timespec="seconds"),
                "reason": self.reason,
                "entries": list(self.entries),
                "end": MARKING,
            }
        )

    def to_csv(self) -> str:
        """The main fields, one entry a line; safe to open in a spreadsheet."""
        return as_csv(_COLUMNS, self.entries)


def export_own(store: Store, officer: Officer, *, reason: str, recipient: str) -> Export:
    """Read the officer's own entries; that they leave the store is in the audit trail first.

    Args:
        store: the open store.
        officer: whose entries.
        reason: why they are taken out.
        recipient: where they go.

    Raises:
        UserError: no reason was given.
        StoreError: the audit trail could not be written, so nothing is exported.
    """
    why = reason.strip()
    if not why:
        raise UserError("Say why you need the export.", code="reason_required")
    with store.transaction() as tx:
        own = entries().add("owner=?", officer.officer_id)
        found = tuple(load(text) for text in contents(tx, own))
        for wire in found:
            audit.log(
                tx,
                officer.officer_id,
                "DISCLOSURE",
                f"{wire['record_type']}/{wire['id']}",
                revision=int(wire.get("revision", 0)),
                reason=f"{why} (to {recipient})",
            )
        return Export(tx.clock.now(), why, found)


def _text(wire: Json, name: str) -> str | None:
    value = wire["body"].get(name)
    return None if value is None else str(value)


def _venue(wire: Json) -> str | None:
    venue = wire["body"].get("venue")
    return str(venue.get("name") or "") if isinstance(venue, dict) else None


def _count(wire: Json, name: str) -> int | None:
    counts = wire["body"].get("counts")
    value = counts.get(name) if isinstance(counts, dict) else None
    return value if isinstance(value, int) else None


_COLUMNS: tuple[Column[Json], ...] = (
    Column("ref", "Ref", lambda wire: wire.get("ref")),
    Column("id", "Id", lambda wire: str(wire["id"])),
    Column(
        "type",
        "Type",
        lambda wire: code_list("engagement_type").label(_text(wire, "engagement_type") or ""),
    ),
    Column("status", "Status", lambda wire: str(wire["review_status"])),
    Column("started_at", "Started", lambda wire: _text(wire, "started_at")),
    Column("ended_at", "Ended", lambda wire: _text(wire, "ended_at")),
    Column("neighbourhood_id", "Neighbourhood", lambda wire: _text(wire, "neighbourhood_id")),
    Column("venue", "Place", _venue),
    Column("outcome", "Outcome", lambda wire: _text(wire, "outcome")),
    Column("adults", "Adults", lambda wire: _count(wire, "adults")),
    Column(
        "children_young_people",
        "Children and young people",
        lambda wire: _count(wire, "children_young_people"),
    ),
    Column("qualitative", "Notes", lambda wire: _text(wire, "qualitative")),
    Column("information_given", "Information given", lambda wire: _text(wire, "information_given")),
    Column("marking", "Marking", lambda _wire: MARKING),
)
