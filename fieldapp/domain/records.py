"""The envelope that everything which syncs travels in: a record with a typed body."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from fieldapp.domain.codes import ENTRY_TYPES, ReviewStatus
from fieldapp.domain.content import Json, content_hash
from fieldapp.domain.errors import ContentError


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change to an approved entry that waits for its own decision (R28)."""

    amends: int
    """Revision that was approved and still counts."""
    body: Json
    content_hash: str
    review_status: str
    decision: Json | None = None
    attachments: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One record as the centre knows it, or as a tablet shows it with its own pending work on top.

    Times are ISO 8601 text. ``history`` holds one object for each revision, oldest first, without
    content: ``revision, kind, by, at, claimed_at``; for decisions also ``verdict, reasons,
    comments``; for patches ``fields``.
    """

    id: str
    record_type: str
    schema_version: int
    owner_officer_id: str
    lpt_code: str
    neighbourhood_id: str | None
    revision: int
    review_status: str
    body: Json
    content_hash: str
    created_at: str
    submitted_at: str | None = None
    received_at: str | None = None
    ref: str | None = None
    deleted: bool = False
    approved_revision: int | None = None
    decision: Json | None = None
    amendment: Amendment | None = None
    conflicts: tuple[Json, ...] = ()
    attachments: Json = field(default_factory=dict)
    history: tuple[Json, ...] = ()

    @property
    def is_entry(self) -> bool:
        """True for records that go through review."""
        return self.record_type in ENTRY_TYPES

    @property
    def shown_body(self) -> Json:
        """What a reviewer looks at: the pending amendment where there is one, else the body."""
        return self.amendment.body if self.amendment else self.body

    @property
    def shown_attachments(self) -> Json:
        """The photos and voice notes that go with ``shown_body``."""
        return self.amendment.attachments if self.amendment else self.attachments

    @property
    def shown_hash(self) -> str:
        """Hash of ``shown_body``: the name a decision must give (R26)."""
        return self.amendment.content_hash if self.amendment else self.content_hash

    @property
    def awaits_decision(self) -> bool:
        """True while a supervisor may decide."""
        pending = ReviewStatus.PENDING_REVIEW
        if self.amendment:
            return self.amendment.review_status == pending
        return self.review_status == pending

    def hash_of(self, body: Json, attachments: Json | None = None) -> str:
        """Content hash of another body of this record's form.

        Args:
            body: the other body.
            attachments: what goes with it; the record's own when left out.
        """
        files = self.attachments if attachments is None else attachments
        return content_hash(self.record_type, self.schema_version, body, files)


_NAMES = tuple(item.name for item in fields(Record))
_TEXT = (
    "id",
    "record_type",
    "owner_officer_id",
    "lpt_code",
    "review_status",
    "content_hash",
    "created_at",
)


def to_wire(record: Record) -> Json:
    """The record as a JSON object; empty optional fields are left out."""
    wire: Json = {}
    for name in _NAMES:
        value = getattr(record, name)
        if value is None or value is False or value in ((), {}):
            continue
        wire[name] = value
    wire.setdefault("body", {})
    if record.amendment:
        amendment = record.amendment
        wire["amendment"] = {
            "amends": amendment.amends,
            "body": amendment.body,
            "content_hash": amendment.content_hash,
            "review_status": amendment.review_status,
            "decision": amendment.decision,
        }
        if amendment.attachments != record.attachments:
            wire["amendment"]["attachments"] = amendment.attachments
    for name in ("conflicts", "history"):
        if name in wire:
            wire[name] = list(wire[name])
    return wire


def from_wire(wire: Any) -> Record:  # noqa: ANN401 - whatever the network or the disk held
    """Read a record from JSON; fields this version does not know are ignored.

    Raises:
        ContentError: a field that must be there is missing or has the wrong type.
    """
    if not isinstance(wire, dict):
        raise ContentError("A record must be an object.", code="malformed")
    values = {name: wire[name] for name in _NAMES if name in wire}
    bad = [name for name in _TEXT if not isinstance(values.get(name), str)]
    bad += [name for name in ("schema_version", "revision") if type(values.get(name)) is not int]
    bad += [name for name in ("body", "attachments") if not isinstance(values.get(name, {}), dict)]
    bad += [name for name in ("conflicts", "history") if not isinstance(values.get(name, []), list)]
    if bad:
        raise ContentError(f"A record is incomplete: {', '.join(sorted(bad))}.", code="malformed")
    values.setdefault("neighbourhood_id", None)
    for name in ("conflicts", "history"):
        values[name] = tuple(values.get(name, ()))
    if values.get("amendment") is not None:
        values["amendment"] = _amendment(values["amendment"], values.get("attachments", {}))
    return Record(**values)


def _amendment(wire: Any, attachments: Json) -> Amendment:  # noqa: ANN401 - as above
    """``attachments``: the record's own, which the amendment has unless it says otherwise."""
    try:
        return Amendment(
            amends=int(wire["amends"]),
            body=dict(wire["body"]),
            content_hash=str(wire["content_hash"]),
            review_status=str(wire["review_status"]),
            decision=wire.get("decision"),
            attachments=dict(wire.get("attachments", attachments)),
        )
    except (KeyError, TypeError, ValueError):
        raise ContentError("An amendment is incomplete.", code="malformed") from None
