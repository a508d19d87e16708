"""Revisions as they are stored: the envelope of each, and a body only where it is a new one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from fieldapp.domain.content import Json
from fieldapp.domain.records import Record, to_wire

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


class RevisionLog:
    """Adds revisions within one transaction, and can prove afterwards which.

    Args:
        connection: the open transaction.
        at: receipt time of all of them.
    """

    def __init__(self, connection: Connection, *, at: str) -> None:
        self._connection = connection
        self._at = at
        self._rows: list[tuple[Any, ...]] = []
        self._digest = hashlib.sha256()
        self._first = 0
        self._last = 0

    def add(self, record: Record, by: By, *, same_body_as: int | None) -> int:
        """Take one revision; written by ``flush``.

        Args:
            record: the state to keep.
            by: who made it.
            same_body_as: number of the revision that holds this very body already.

        Returns:
            Its number.
        """
        if not self._first:
            self._last = self._connection.exec_driver_sql(_LAST).scalar_one()
            self._first = self._last + 1
        self._last += 1
        envelope = to_wire(record)
        body: Json = envelope.pop("body")
        head = _encode(envelope)
        text = None if same_body_as else _encode(body)
        _feed(self._digest, head, text)
        self._rows.append(
            (
                self._last,
                record.id,
                record.revision,
                by.kind,
                by.op_id,
                by.officer_id,
                by.device_id,
                by.claimed_at,
                self._at,
                record.review_status,
                head,
                text,
                same_body_as,
            )
        )
        return self._last

    def flush(self) -> None:
        """Write what was added."""
        if self._rows:
            self._connection.exec_driver_sql(_ADD, self._rows)
            self._rows = []

    def proof(self) -> Json | None:
        """What binds the audit trail to these revisions; ``None`` when there are none."""
        if not self._first:
            return None
        return {"first": self._first, "last": self._last, "sha256": self._digest.hexdigest()}


def proves(connection: Connection, proof: Json) -> bool:
    """True when the revisions a line of the trail speaks of are still what they were."""
    digest = hashlib.sha256()
    for head, body in connection.exec_driver_sql(_RANGE, (proof["first"], proof["last"])):
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
        "SELECT n, record_id, received_at, officer_id, wire FROM whole_revision ORDER BY n"
    )
    return (Kept(*row) for row in rows)
