"""What the tablet's store and the sync engine hand each other: frozen values, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fieldapp.domain.content import Json


@dataclass(frozen=True, slots=True)
class OutgoingOp:
    """One operation ready to leave.

    ``wire`` is the JSON text frozen at the first send: every later send is byte-identical.
    """

    op_id: str
    record_id: str
    wire: str
    title: str
    """What the officer calls the item, e.g. 'Drop-in session, Larkspur Precinct'."""
    attempts: int
    """How often it was tried before, this time not counted."""


@dataclass(frozen=True, slots=True)
class OpOutcome:
    """What the centre said became of one operation (``status`` is an ``OpStatus`` value)."""

    op_id: str
    status: str
    code: str | None = None
    revision: int | None = None
    seq: int | None = None
    fields: tuple[str, ...] = ()
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class PulledChange:
    """A record as one scope now sees it.

    ``op`` is ``up`` (``record`` holds the record's wire form, kept raw whatever its type), ``exit``
    (it left this scope) or ``del`` (it was deleted).
    """

    scope: str
    record_id: str
    seq: int
    op: str
    record: Json | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """How far each scope has been read, within one history of the centre."""

    epoch: str | None = None
    scopes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PulledPage:
    """One verified page of changes and the position that may be stored only together with it."""

    epoch: str
    changes: tuple[PulledChange, ...]
    position: Position
    more: bool
    scope_exit: tuple[str, ...] = ()
    resync: tuple[str, ...] = ()
    head: int = 0
    durable: int = 0
    check: Mapping[str, int] = field(default_factory=dict)
    """Scope to number of records it holds; only on the last page."""
    check_sums: Mapping[str, int] = field(default_factory=dict)
    """Scope to the sum of their state numbers; an older centre sends none."""
    server_time: str = ""


@dataclass(frozen=True, slots=True)
class AppliedPage:
    """What applying a page did.

    ``reset``: the centre's history had been replaced, the journal waits to be sent again.
    ``pull_again``: scopes that did not add up and start from the beginning.
    """

    record_types: frozenset[str] = frozenset()
    reset: bool = False
    pull_again: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """What is on the tablet that the centre has not answered for."""

    operations: int = 0
    records: int = 0
    """Different records among them: what an officer counts."""
    oldest_at: datetime | None = None
    attachments: int = 0
    """Photos and voice notes that the centre does not have whole."""
    attachment_bytes: int = 0
    """What is left of them to send."""
