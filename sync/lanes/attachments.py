"""Photos and voice notes: sent and fetched in pieces, after text, one never holding up another.

Everything is worked out anew from what the centre says it has, so that stopping anywhere costs at
most the pieces that were on their way.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace

from fieldapp.domain.pieces import (
    PIECE_BYTES,
    BlobTold,
    OutgoingBlob,
    UnsentPhotos,
    WantedBlob,
    bytes_of,
    merged,
    next_run,
)
from sync.faults import CutShort, DeviceDraining, Fault, NotTaken, Offline, ServerFault
from sync.ports import BlobGetCall, BlobPart, BlobPutCall, BlobStatusCall, Call, SyncStore
from sync.protocol.versions import MAX_ASKED, PIECES_AT_ONCE
from sync.reading import read_blobs
from sync.schedule import aside_delay

_ASIDE_IN_A_ROW = 3
"""So many set aside without one success: it is not the files that are wrong."""
_FRUITLESS = 2
"""Broken calls in a row, without a piece in between, after which the line is given up for now."""

Between = Callable[[], Generator[Call, object, bool]]
"""Sends text that was saved meanwhile; True when the centre's history was replaced."""


@dataclass(frozen=True, slots=True)
class PhotoProgress:
    """How far a round has come with photos and voice notes: files, and bytes of all that waited."""

    done: int
    total: int
    bytes_done: int
    bytes_total: int


@dataclass(slots=True)
class Moved:
    """What one run of the lane did."""

    sent: int = 0
    fetched: int = 0
    set_aside: int = 0
    reset: bool = False
    trouble: Fault | None = None


@dataclass(slots=True)
class _Run:
    """One run: what it did, what it tells, and whether the line and the files are any good."""

    between: Between
    on_progress: Callable[[PhotoProgress], None]
    start: UnsentPhotos
    moved: Moved = field(default_factory=Moved)
    bytes_sent: int = 0
    broken_in_a_row: int = 0
    aside_in_a_row: int = 0

    def tell(self) -> None:
        done = min(self.bytes_sent, self.start.bytes)
        sent = min(self.moved.sent, self.start.count)
        self.on_progress(PhotoProgress(sent, self.start.count, done, self.start.bytes))

    def went_through(self) -> None:
        self.broken_in_a_row = self.aside_in_a_row = 0

    def broke(self, fault: Fault) -> None:
        """A call broke: once more, unless nothing gets through any more."""
        self.broken_in_a_row += 1
        if self.broken_in_a_row >= _FRUITLESS:
            raise fault


class AttachmentLane:
    """Moves photos and voice notes; remembers between runs only how many pieces the line bears.

    Args:
        store: the tablet's store.
    """

    def __init__(self, store: SyncStore) -> None:
        self._waiting = store.waiting
        self._store = store.attachments
        self._at_once = PIECES_AT_ONCE

    @property
    def at_once(self) -> int:
        """Pieces the next call will hold at most."""
        return self._at_once

    def run(
        self, between: Between, on_progress: Callable[[PhotoProgress], None]
    ) -> Generator[Call, object, Moved]:
        """Fetch what a screen waits for, then send what the centre lacks, smallest first.

        Args:
            between: is given its turn before each piece.
            on_progress: told before the first piece and after each.

        Yields:
            Calls; send back the decoded answer, or throw the ``Fault`` that stood in the way.

        Raises:
            Fault: the line is gone; what has arrived has arrived.
        """
        run = _Run(between, on_progress, self._store.unsent())
        yield from self._fetch(run)
        tried: set[str] = set()
        while not _over(run) and (blobs := self._next(tried)):
            tried |= {blob.sha for blob in blobs}
            yield from self._ask_and_send(run, blobs)
        return run.moved

    def _next(self, tried: set[str]) -> tuple[OutgoingBlob, ...]:
        found = self._store.to_send(len(tried) + MAX_ASKED)
        return tuple(blob for blob in found if blob.sha not in tried)[:MAX_ASKED]

    # ------------------------------------------------------------------ sending

    def _ask_and_send(
        self, run: _Run, blobs: tuple[OutgoingBlob, ...]
    ) -> Generator[Call, object, None]:
        """Ask what of these has arrived, and send the rest of each."""
        answer = yield BlobStatusCall(tuple((one.sha, one.size) for one in blobs), self._waiting())
        told = self._heard(run, answer, *blobs)
        for blob in blobs:
            if _over(run):
                return
            state = told[blob.sha]
            have = merged(state.have, blob.size)
            run.bytes_sent += blob.size if state.complete else bytes_of(blob.size, have)
            run.bytes_sent -= bytes_of(blob.size, blob.have)
            if state.complete:
                run.moved.sent += 1
                run.tell()
            elif self._store.is_whole(blob.sha):
                yield from self._send(run, replace(blob, have=have))

    def _send(self, run: _Run, blob: OutgoingBlob) -> Generator[Call, object, None]:
        """Send what the centre lacks of one file, or set it aside."""
        run.tell()
        left: OutgoingBlob | None = blob
        while left is not None:
            run.moved.reset |= yield from run.between()
            if run.moved.reset:
                return
            part = next_run(left.size, left.have, self._at_once)
            if part is None:
                self._set_aside(run, left, ServerFault("every piece and not the whole"))
                return
            data = self._store.pieces(left.sha, *part)
            try:
                answer = yield BlobPutCall(left.sha, left.size, part[0], data)
            except (NotTaken, ServerFault) as fault:
                self._set_aside(run, left, fault)
                return
            except Offline as fault:
                self._at_once = 1
                run.broke(fault)
                continue
            left = self._after(run, left, self._heard(run, answer, left)[left.sha])

    def _after(self, run: _Run, blob: OutgoingBlob, told: BlobTold) -> OutgoingBlob | None:
        """What is left of a file after some pieces; ``None``: no more of it now."""
        have = merged(told.have, blob.size)
        now = blob.size if told.complete else bytes_of(blob.size, have)
        gained = now - bytes_of(blob.size, blob.have)
        run.bytes_sent += gained
        if told.complete:
            run.moved.sent += 1
        elif gained <= 0 and not run.moved.reset:
            self._set_aside(run, blob, ServerFault("pieces that do not add up"))
            return None
        run.went_through()
        run.tell()
        self._at_once = min(PIECES_AT_ONCE, self._at_once * 2)
        return None if told.complete else replace(blob, have=have)

    def _heard(self, run: _Run, answer: object, *blobs: OutgoingBlob) -> dict[str, BlobTold]:
        epoch, told = read_blobs(answer, [blob.sha for blob in blobs])
        run.moved.reset |= self._store.told(epoch, told)
        return told

    # ---------------------------------------------------------------- receiving

    def _fetch(self, run: _Run) -> Generator[Call, object, None]:
        for blob in self._store.wanted(MAX_ASKED):
            if _over(run):
                return
            try:
                yield from self._fetch_one(run, blob)
            except DeviceDraining:
                return  # nothing is received any more; what is here still has to leave

    def _fetch_one(self, run: _Run, blob: WantedBlob) -> Generator[Call, object, None]:
        # Only whole pieces count: what came of a piece before a cut is fetched again with it.
        start = blob.here // PIECE_BYTES * PIECE_BYTES
        while start < blob.size:
            run.moved.reset |= yield from run.between()
            if run.moved.reset:
                return
            end = min(blob.size, start + self._at_once * PIECE_BYTES)
            try:
                answer = yield BlobGetCall(blob.sha, start, end)
                part = _part(answer, blob, start, end)
            except (NotTaken, ServerFault) as fault:
                self._set_aside(run, blob, fault)
                return
            except Offline as fault:
                self._at_once = 1
                run.broke(fault)
                continue
            run.went_through()
            self._at_once = min(PIECES_AT_ONCE, self._at_once * 2)
            if self._store.take_in(blob.sha, start, part) == "damaged":
                self._set_aside(run, blob, ServerFault("bytes of another file"))
                return
            start = end
        run.moved.fetched += 1

    def _set_aside(self, run: _Run, blob: OutgoingBlob | WantedBlob, fault: Fault) -> None:
        self._store.set_aside(blob.sha, fault.code, retry_in=aside_delay(blob.attempts))
        run.moved.set_aside += 1
        run.aside_in_a_row += 1
        if run.aside_in_a_row >= _ASIDE_IN_A_ROW:
            run.moved.trouble = fault


def _over(run: _Run) -> bool:
    return run.moved.reset or run.moved.trouble is not None


def _part(answer: object, blob: WantedBlob, start: int, end: int) -> bytes:
    if not isinstance(answer, BlobPart) or answer.start != start or answer.total != blob.size:
        raise ServerFault("a part of something else")
    if len(answer.data) != end - start:
        raise CutShort(f"{len(answer.data)} of {end - start} bytes")
    return answer.data
