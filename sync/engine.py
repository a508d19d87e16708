"""One round of sync as a plain generator: it yields calls and is sent answers or exceptions.

It owns no clock, socket or thread, so the same engine runs in the app, on the command line and
under test. Work is always worked out anew from the store's tables: stopping anywhere costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace

from fieldapp.domain.exchange import OpOutcome, OutgoingOp, PulledPage, Waiting
from sync.faults import (
    DeviceDraining,
    Fault,
    NotTaken,
    ServerFault,
    TimedOut,
    UpdateNeeded,
)
from sync.lanes.attachments import AttachmentLane, Moved, PhotoProgress
from sync.ports import Call, PullCall, PushCall, SyncStore
from sync.protocol.versions import MAX_OPS, PAGE, START_BATCH
from sync.reading import read_page, read_results
from sync.schedule import aside_delay

BATCH_BYTES = 256 * 1024
"""Wire text of a first push, and in proportion of later ones, as the line proves good.

A single larger operation still travels, alone.
"""
SMALLEST_PAGE = 20
_ASIDE_IN_A_ROW = 10
"""So many set aside without one success: it is not the operations that are wrong."""
_PATIENCE_WITH_ONE = 3
"""Rounds in which the same single operation may bring the call down before it is set aside."""
_LONGEST_ROUND = 3
"""How often one round may start over because the centre's history was replaced."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a round has come: records that have been answered for, of all that waited."""

    done: int
    total: int
    title: str = ""
    """The item on its way."""
    photos: PhotoProgress | None = None
    """Set once photos and voice notes are on their way; then all text that waited has left."""


@dataclass(frozen=True, slots=True)
class RoundReport:
    """What one round did."""

    pushed: int = 0
    held: int = 0
    not_accepted: int = 0
    conflicts: int = 0
    set_aside: int = 0
    pulled: int = 0
    photos_sent: int = 0
    photos_fetched: int = 0
    reset: bool = False
    record_types: frozenset[str] = frozenset()
    trouble: Fault | None = None
    """What kept the round from being complete though it went through in part."""
    server_time: str = ""


OnProgress = Callable[[Progress], None]
Round = Generator[Call, object, RoundReport]


def _silent(_progress: Progress) -> None:
    """Nobody watches."""


@dataclass(slots=True)
class _Counted:
    """Running totals of a round."""

    report: RoundReport = field(default_factory=RoundReport)

    def add(self, **more: int) -> None:
        sums = {name: getattr(self.report, name) + value for name, value in more.items()}
        self.report = replace(self.report, **sums)

    def saw(self, outcomes: tuple[OpOutcome, ...]) -> None:
        statuses = [outcome.status for outcome in outcomes]
        self.add(
            pushed=len(statuses),
            held=statuses.count("quarantined"),
            not_accepted=statuses.count("rejected"),
            conflicts=statuses.count("conflict"),
        )


class _Tally:
    """What waits, counted from the tables once and carried on from there.

    Counting takes longer the more there is, and a round has many batches.
    """

    def __init__(self, store: SyncStore, on_progress: OnProgress) -> None:
        self._store = store
        self._on_progress = on_progress
        self._done: set[str] = set()
        self._title = ""
        self._start = store.waiting()
        self._sent = 0

    def leaves(self, ops: tuple[OutgoingOp, ...]) -> None:
        """A batch is about to leave."""
        self._title = ops[0].title
        batch = {op.record_id for op in ops}
        self._tell(len(self._done - batch), len(self._done | batch))

    def waiting(self, ops: tuple[OutgoingOp, ...]) -> Waiting:
        """What waits as the batch leaves, the batch included."""
        return replace(self._start, operations=max(len(ops), self._start.operations - self._sent))

    def answered(self, ops: tuple[OutgoingOp, ...], *, anew: bool) -> None:
        """The centre has answered for a batch; ``anew``: and wants everything else again."""
        if anew:
            self._start, self._sent = self._store.waiting(), 0
            self._done.clear()
            return
        self._done |= {op.record_id for op in ops}
        self._sent += len(ops)

    def over(self) -> None:
        """Nothing more may leave: say what the tables say."""
        if self._sent:
            left = self._store.waiting().records
            self._tell(max(0, self._start.records - left), self._start.records)

    def _tell(self, done: int, total: int) -> None:
        self._on_progress(Progress(done, max(total, self._start.records), self._title))


class SyncEngine:
    """Moves operations out and pages in; remembers between rounds only how much to ask at once.

    Args:
        store: the tablet's store.
    """

    def __init__(self, store: SyncStore) -> None:
        self._store = store
        self._attachments = AttachmentLane(store)
        self._batch = START_BATCH
        self._page = PAGE
        self._stuck: dict[str, int] = {}

    @property
    def batch(self) -> int:
        """Operations the next push will hold at most."""
        return self._batch

    @property
    def _bytes(self) -> int:
        return BATCH_BYTES * max(START_BATCH, self._batch) // START_BATCH

    def round(self, on_progress: OnProgress = _silent, *, photos: bool = True) -> Round:
        """Send what waits, then read what changed, until both are caught up; photos come last.

        Args:
            on_progress: told before and after each batch and each piece of a photo.
            photos: False leaves photos and voice notes for another time: the line is dear.

        Yields:
            Calls; send back the decoded answer, or throw the ``Fault`` that stood in the way.

        Returns:
            What was done. ``trouble`` is set when only part of it went through.

        Raises:
            Fault: the round ended early; everything stands as it did and is tried again later.
        """
        counted = _Counted()
        for _ in range(_LONGEST_ROUND):
            reset = yield from self._push(counted, on_progress)
            reset |= yield from self._pull(counted)
            if photos and not reset:
                reset = yield from self._photos(counted, on_progress)
            counted.report = replace(counted.report, reset=counted.report.reset or reset)
            if not reset:
                break
        return counted.report

    def _photos(self, counted: _Counted, on_progress: OnProgress) -> Generator[Call, object, bool]:
        """Move photos; what has come to be true by that is read at once."""

        def tell(progress: PhotoProgress) -> None:
            on_progress(Progress(0, 0, photos=progress))

        def text_first() -> Generator[Call, object, bool]:
            return (yield from self._push(counted, on_progress))

        moved: Moved = yield from self._attachments.run(text_first, tell)
        counted.add(photos_sent=moved.sent, photos_fetched=moved.fetched)
        if moved.trouble is not None:
            counted.report = replace(counted.report, trouble=moved.trouble)
        if moved.sent and not moved.reset:
            moved.reset = yield from self._pull(counted)
        return moved.reset

    # ------------------------------------------------------------------ sending

    def _push(self, counted: _Counted, on_progress: OnProgress) -> Generator[Call, object, bool]:
        reset = False
        aside_in_a_row = 0
        tally = _Tally(self._store, on_progress)
        while ops := self._store.take_batch(self._batch, self._bytes):
            tally.leaves(ops)
            try:
                answer = yield PushCall(ops, tally.waiting(ops), self._store.journal_floor())
            except NotTaken as fault:
                if len(ops) > 1:
                    self._shrink(len(ops))
                    continue
                aside_in_a_row += 1
                self._set_aside(ops[0], fault, counted)
                if aside_in_a_row >= _ASIDE_IN_A_ROW:
                    raise
                continue
            except ServerFault as fault:
                self._suspect(ops, fault, counted)
                counted.report = replace(counted.report, trouble=fault)
                return reset
            except TimedOut as fault:
                self._suspect(ops, fault, counted)
                raise
            epoch, outcomes = read_results(answer, ops)
            was_reset = self._store.record_outcomes(epoch, outcomes)
            tally.answered(ops, anew=was_reset)
            reset |= was_reset
            counted.saw(outcomes)
            aside_in_a_row = 0
            self._stuck.clear()
            self._batch = min(MAX_OPS, self._batch + max(1, self._batch // 4))
        tally.over()
        return reset

    def _shrink(self, tried: int) -> None:
        self._batch = max(1, min(self._batch, tried) // 2)

    def _suspect(self, ops: tuple[OutgoingOp, ...], fault: Fault, counted: _Counted) -> None:
        """The call came down: send less next time, and in the end the others without this one."""
        self._shrink(len(ops))
        if len(ops) > 1:
            return
        op = ops[0]
        self._stuck[op.op_id] = self._stuck.get(op.op_id, 0) + 1
        if self._stuck[op.op_id] >= _PATIENCE_WITH_ONE:
            self._set_aside(op, fault, counted)

    def _set_aside(self, op: OutgoingOp, fault: Fault, counted: _Counted) -> None:
        self._store.set_aside(op.op_id, fault.code, retry_in=aside_delay(op.attempts))
        self._stuck.pop(op.op_id, None)
        counted.add(set_aside=1)

    # ---------------------------------------------------------------- receiving

    def _pull(self, counted: _Counted) -> Generator[Call, object, bool]:
        reset = False
        checked: set[str] = set()
        while True:
            position = self._store.position()
            try:
                answer = yield PullCall(position, self._page, self._store.waiting())
            except (UpdateNeeded, DeviceDraining) as fault:
                counted.report = replace(counted.report, trouble=fault)
                return reset
            except TimedOut:
                self._page = max(SMALLEST_PAGE, self._page // 2)
                raise
            page = read_page(answer)
            applied = self._store.apply_page(page)
            reset |= applied.reset
            self._note(page, applied.record_types, counted)
            self._page = min(PAGE, self._page * 2)
            if page.more:
                if page.position == position:
                    raise ServerFault("a page that leads nowhere")
                continue
            again = set(applied.pull_again) - checked
            if not again:
                return reset
            checked |= again

    def _note(self, page: PulledPage, types: frozenset[str], counted: _Counted) -> None:
        counted.add(pulled=len(page.changes))
        counted.report = replace(
            counted.report,
            record_types=counted.report.record_types | types,
            server_time=page.server_time,
        )
