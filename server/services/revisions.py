"""Revisions as they are stored: the envelope of each, and a body only where it is a new one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection

from fieldapp.domain.codes import ReviewStatus
from fieldapp.domain.content import Json
from fieldapp.domain.records import Record, to_wire
from server.db import ROW_BY_ROW

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode

_LAST = "SELECT coalesce(max(n), 0) FROM revision"
_ADD = (
    "INSERT INTO revision (n, record_id, revision, kind, op_id, officer_id, device_id, claimed_at, "
    "received_at, review_status, head, body, body_n) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
)
_RANGE = "SELECT head, body FROM revision WHERE n BETWEEN ? AND ? ORDER BY n"


@dataclass(frozen=True, slots=True)
class By:
    """Who makes a revision, and with what."""

    officer_id: str
    kind: str
    op_id: str | None = None
    device_id: str | None = None
    claimed_at: str | None = None


def whole(head: str, body: str) -> str:
    """The JSON text of a record from its two parts."""
    return f'{head[:-1]},"body":{body}}}'


@dataclass(slots=True)
class Pending:
    """A revision that is not written yet; its number is known once it is."""

    record: Record
    by: By
    head: str
    body: str | None
    body_of: Revision | None
    """The revision that holds the body, when this one does not."""
    n: int = 0


Revision = int | Pending
"""One that is stored, by its number, or one of this transaction."""


class RevisionLog:
    """Adds revisions within one transaction, and can prove afterwards which.

    Args:
        connection: the open transaction.
        at: receipt time of all of them.
    """

    def __init__(self, connection: Connection, *, at: str) -> None:
        self._connection = connection
        self._at = at
        self._pending: list[Pending] = []
        self._digest = hashlib.sha256()
        self._first = 0
        self._last = 0

    def add(self, record: Record, by: By, *, same_body_as: Revision | None) -> Pending:
        """Take one revision; written by ``flush``.

        Args:
            record: the state to keep.
            by: who made it.
            same_body_as: the revision that holds this very body already.
        """
        head, body = _texts(record)
        added = Pending(record, by, head, None if same_body_as else body, same_body_as)
        self._pending.append(added)
        return added

    def approved(self) -> list[str]:
        """Ids of records that are approved here and have no reference yet, in that order."""
        approved = (
            pending.record.id
            for pending in self._pending
            if pending.record.review_status == ReviewStatus.APPROVED and pending.record.ref is None
        )
        return list(dict.fromkeys(approved))

    def refer(self, references: Mapping[str, str]) -> None:
        """Give what is not written yet, and has no reference, the one its record gets."""
        for pending in self._pending:
            ref = references.get(pending.record.id)
            if ref is not None and pending.record.ref is None:
                pending.record = replace(pending.record, ref=ref)
                pending.head, _ = _texts(pending.record)

    def flush(self) -> None:
        """Number and write what was added; the last lock must be held."""
        if not self._pending:
            return
        if not self._first:
            self._last = self._connection.exec_driver_sql(_LAST).scalar_one()
            self._first = self._last + 1
        for pending in self._pending:
            self._last += 1
            pending.n = self._last
            _feed(self._digest, pending.head, pending.body)
        self._connection.exec_driver_sql(_ADD, [self._row(pending) for pending in self._pending])
        self._pending = []

    def _row(self, pending: Pending) -> tuple[Any, ...]:
        record, by, body_of = pending.record, pending.by, pending.body_of
        return (
            pending.n,
            record.id,
            record.revision,
            by.kind,
            by.op_id,
            by.officer_id,
            by.device_id,
            by.claimed_at,
            self._at,
            record.review_status,
            pending.head,
            pending.body,
            body_of.n if isinstance(body_of, Pending) else body_of,
        )

    def proof(self) -> Json | None:
        """What binds the audit trail to these revisions; ``None`` when there are none."""
        if not self._first:
            return None
        return {"first": self._first, "last": self._last, "sha256": self._digest.hexdigest()}


def _texts(record: Record) -> tuple[str, str]:
    envelope = to_wire(record)
    body: Json = envelope.pop("body")
    return _encode(envelope), _encode(body)


def proves(connection: Connection, proof: Json) -> bool:
    """True when the revisions a line of the trail speaks of are still what they were."""
    digest = hashlib.sha256()
    rows = connection.exec_driver_sql(
        _RANGE, (proof["first"], proof["last"]), execution_options=ROW_BY_ROW
    )
    for head, body in rows:
        _feed(digest, head, body)
    return digest.hexdigest() == str(proof["sha256"])


def _feed(digest: Any, head: str, body: str | None) -> None:  # noqa: ANN401 - hashlib's own type
    digest.update(head.encode())
    digest.update(b"\x00")
    digest.update((body or "").encode())
    digest.update(b"\x00")


@dataclass(frozen=True, slots=True)
class Kept:
    """A revision read back."""

    n: int
    record_id: str
    received_at: str
    officer_id: str
    wire: str


def all_revisions(connection: Connection) -> Iterator[Kept]:
    """Every revision, oldest first."""
    rows = connection.exec_driver_sql(
        "SELECT n, record_id, received_at, officer_id, wire FROM whole_revision ORDER BY n",
        execution_options=ROW_BY_ROW,
    )
    return (Kept(*row) for row in rows)
