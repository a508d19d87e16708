"""What the engine asks of the tablet's store (met by ``fieldapp.store.sync_port``) and of a link.

An operation lives ``queued -> sent -> acked -> settled -> gone``, or ends ``rejected`` or
``quarantined`` and stays until the officer clears it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from fieldapp.domain.exchange import (
    AppliedPage,
    OpOutcome,
    OutgoingOp,
    Position,
    PulledPage,
    Waiting,
)
from fieldapp.domain.pieces import BlobTold, OutgoingBlob, UnsentPhotos, WantedBlob


class AttachmentStore(Protocol):
    """Photos and voice notes; every method is one transaction, durable on return."""

    def unsent(self) -> UnsentPhotos:
        """What an operation speaks of and the centre does not have whole."""
        ...

    def to_send(self, most: int) -> tuple[OutgoingBlob, ...]:
        """At most so many of them that are whole here and not set aside, the smallest first."""
        ...

    def is_whole(self, sha: str) -> bool:
        """True when the bytes here are what the name says; a file that is not is flagged.

        A flagged one is no longer sent, and stays with its entry.
        """
        ...

    def pieces(self, sha: str, first: int, count: int) -> bytes:
        """The bytes of consecutive pieces."""
        ...

    def told(self, epoch: str, states: Mapping[str, BlobTold]) -> bool:
        """Store what the centre has of files; only ``complete`` makes one received.

        A different ``epoch`` than the stored one resets as in ``SyncStore.apply_page``; then
        nothing of it is stored and True comes back.
        """
        ...

    def set_aside(self, sha: str, code: str, *, retry_in: timedelta) -> None:
        """Leave a file alone until now + ``retry_in``, flagged with ``code``."""
        ...

    def retry_aside(self) -> None:
        """The officer asked: let every file that was set aside be tried at once."""
        ...

    def wanted(self, most: int) -> tuple[WantedBlob, ...]:
        """At most so many files that screens asked for and that are not here whole."""
        ...

    def take_in(self, sha: str, start: int, data: bytes) -> str:
        """Keep what came of a file, and say how it stands now.

        ``wanted`` while more is missing, ``whole`` once all of it is here and is what the name
        says, ``damaged`` when it is not: then nothing of it is kept.
        """
        ...


class SyncStore(Protocol):
    """The sync-facing side of the store; every method is one transaction, durable on return."""

    @property
    def attachments(self) -> AttachmentStore:
        """Its photos and voice notes."""
        ...

    def take_batch(self, max_ops: int, max_bytes: int) -> tuple[OutgoingOp, ...]:
        """Freeze and mark as ``sent`` the next operations, committed before this returns.

        Oldest first by ``dseq`` among ``queued`` and ``sent``; ``attempts`` grows by one each. An
        operation whose ``not_before`` is still to come is left out, and so are all later ones on
        the same record. At least one operation when any may go, else as many as fit ``max_bytes``
        of wire text. Operations already ``sent`` leave with exactly the text of the first time.
        """
        ...

    def record_outcomes(self, epoch: str, outcomes: Sequence[OpOutcome]) -> bool:
        """Store what the centre said, for operations that are ``sent``.

        ``applied`` and ``conflict`` become ``acked`` (they stay in the overlay), ``rejected`` and
        ``quarantined`` keep their name. A different ``epoch`` than the stored one first resets as
        in ``apply_page``. Returns True when it did.
        """
        ...

    def set_aside(self, op_id: str, code: str, *, retry_in: timedelta) -> None:
        """The centre cannot take this one now: keep it, flag it with ``code``, try it later.

        It stays ``sent`` (its text is frozen); ``not_before`` becomes now + ``retry_in``.
        """
        ...

    def retry_aside(self) -> None:
        """The officer asked: let everything set aside be tried at once (held decisions are not)."""
        ...

    def position(self) -> Position:
        """How far the tablet has read."""
        ...

    def apply_page(self, page: PulledPage) -> AppliedPage:
        """Apply one page and store its position in ONE transaction; all of it or nothing.

        * another ``epoch`` than the stored one: drop records of the centre, memberships and
          position, and set every ``acked``, ``settled`` and ``quarantined`` operation back to
          ``sent`` (the journal is re-sent under the same ids; what was done to records of others
          once they are back, or after a day); ``reset`` is True;
        * ``head`` behind the stored position: the journal is re-sent as well; ``reset`` is True;
        * ``up``: add the membership, store the record when its revision is not older than ours,
          whatever its type (raw); ``exit`` and ``del``: take the membership away; a record without
          memberships goes, unless operations of ours wait on it;
        * ``scope_exit``: take all memberships of those scopes away;
        * ``resync``: the same, and read those scopes again from the beginning;
        * the position is replaced by the page's;
        * ``more`` false: ``acked`` operations with ``seq`` at or below ``head`` (or without one)
          are ``settled``; ``settled`` ones at or below ``durable`` go when they are five weeks
          old; ``check`` and ``check_sums`` are compared with the memberships, scopes that differ
          are read again (``pull_again``), and the journal is re-sent (``reset``).
        """
        ...

    def waiting(self) -> Waiting:
        """Operations that are ``queued`` or ``sent``."""
        ...

    def journal_floor(self) -> int:
        """The tablet keeps nothing to re-send at or below this sequence of the centre."""
        ...


@dataclass(frozen=True, slots=True)
class PushCall:
    """Send these operations; the answer is a push answer as JSON."""

    ops: tuple[OutgoingOp, ...]
    waiting: Waiting
    journal_floor: int


@dataclass(frozen=True, slots=True)
class PullCall:
    """Ask what changed since ``position``; the answer is a pull answer as JSON."""

    position: Position
    limit: int
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class BlobStatusCall:
    """Ask how much of these files (name, bytes) has arrived; the answer is one as JSON."""

    asked: tuple[tuple[str, int], ...]
    waiting: Waiting


@dataclass(frozen=True, slots=True)
class BlobPutCall:
    """Send pieces of a file from number ``first`` on; the answer is its state as JSON."""

    sha: str
    size: int
    first: int
    data: bytes


@dataclass(frozen=True, slots=True)
class BlobGetCall:
    """Ask for the bytes of a file from ``start`` up to ``end``; the answer is a ``BlobPart``."""

    sha: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class BlobPart:
    """Some bytes of a file; ``total`` is the size of the whole."""

    data: bytes
    start: int
    total: int


BlobCall = BlobStatusCall | BlobPutCall | BlobGetCall
Call = PushCall | PullCall | BlobCall


class Link(Protocol):
    """Whoever carries a call to the centre: HTTP, or a centre in the same process."""

    def answer(self, call: Call) -> object:
        """The decoded body of the centre's answer.

        Raises:
            sync.faults.Fault: there is no answer, or it is an error.
        """
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """Everything that a tablet still keeps of what it ever made."""

    last_dseq: int
    ops: tuple[str, ...]
    files: tuple[str, ...]
    only_here: int
    """Drafts that no operation speaks of."""
