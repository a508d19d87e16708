"""Work off the screen's thread: lanes for store, network, pictures, files; answers come home."""

from __future__ import annotations

import enum
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

T = TypeVar("T")
_END: Final = None


class Lane(enum.Enum):
    """Where work runs; within a lane it runs in the order it was given."""

    STORE = "store"
    NETWORK = "network"
    PICTURES = "pictures"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[[], object]
    then: Callable[[object], object] | None
    failed: Callable[[Exception], object] | None


@dataclass(frozen=True, slots=True)
class _Answer:
    job: _Job
    value: object = None
    error: Exception | None = None


class TaskRunner(QObject):
    """Lanes of one thread each; `then` and `failed` are called on the screen's thread.

    Signals:
        went_wrong(object): a task failed and nobody had said what to do about it.
        idle: no task is waiting, running or on its way home.
    """

    went_wrong = Signal(object)
    idle = Signal()
    _came_home = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queues: dict[Lane, queue.SimpleQueue[_Job | None]] = {}
        self._threads: dict[Lane, threading.Thread] = {}
        self._open, self._under_way = True, 0
        # The signal belongs to this object, which outlives every task; queued, it changes threads.
        self._came_home.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """True while a task is waiting, running or on its way home."""
        return self._under_way > 0

    def run(
        self,
        lane: Lane,
        work: Callable[[], T],
        *,
        then: Callable[[T], object] | None = None,
        failed: Callable[[Exception], object] | None = None,
    ) -> None:
        """Run `work` on a lane, then one of the other two here. After `close` nothing is taken."""
        if not self._open:
            return
        self._under_way += 1
        self._lane(lane).put(_Job(work, then, failed))  # type: ignore[arg-type]

    def close(self, seconds: float = 5.0) -> bool:
        """Take no more, finish what is waiting within a time limit; True if all of it was done.

        Answers that come home afterwards are not delivered: the screens they were for are going.
        """
        self._open = False
        for jobs in self._queues.values():
            jobs.put(_END)
        until = monotonic() + seconds
        for thread in self._threads.values():
            thread.join(max(0.0, until - monotonic()))
        return not any(thread.is_alive() for thread in self._threads.values())

    def _lane(self, lane: Lane) -> queue.SimpleQueue[_Job | None]:
        if lane not in self._queues:
            jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
            thread = threading.Thread(
                target=self._work_through, args=(jobs,), name=f"lane-{lane.value}", daemon=True
            )
            self._queues[lane], self._threads[lane] = jobs, thread
            thread.start()
        return self._queues[lane]

    def _work_through(self, jobs: queue.SimpleQueue[_Job | None]) -> None:
        while (job := jobs.get()) is not None:
            try:
                answer = _Answer(job, value=job.work())
            except Exception as error:  # noqa: BLE001 - the lane's edge: every fault goes home
                answer = _Answer(job, error=error)
            self._came_home.emit(answer)

    def _deliver(self, answer: _Answer) -> None:
        self._under_way -= 1
        if self._open:
            self._hand_over(answer)
        if self._under_way == 0:
            self.idle.emit()

    def _hand_over(self, answer: _Answer) -> None:
        job = answer.job
        if answer.error is None:
            if job.then is not None:
                job.then(answer.value)
        elif job.failed is not None:
            job.failed(answer.error)
        else:
            self.went_wrong.emit(answer.error)
