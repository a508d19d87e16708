"""What presenters stand on: services asked on their lane, answers heard on the screen's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

import shiboken6
from PySide6.QtCore import QObject

from ui.tasks import Lane

if TYPE_CHECKING:
    from fieldapp.domain.clock import Clock
    from fieldapp.services.bundle import Services
    from ui.notify import Notifier
    from ui.tasks import TaskRunner

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Desk:
    """Services, the lanes to run them in, the one door to the officer, and the clock."""

    services: Services
    runner: TaskRunner
    notifier: Notifier
    clock: Clock


class Presenter(QObject):
    """Asks services away from the screen and hears the answer on it.

    An answer is dropped when the presenter is gone, or when a newer question of the same name has
    been asked since.
    """

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._turns: dict[str, int] = {}

    def _ask(
        self,
        work: Callable[[], Answer],
        then: Callable[[Answer], object],
        *,
        newest: str = "",
        failed: Callable[[Exception], object] | None = None,
        lane: Lane = Lane.STORE,
    ) -> None:
        """Run work on a lane and hand its answer on.

        Args:
            work: asks a service; runs on another thread and touches nothing of the screen.
            then: takes the answer, on the screen's thread.
            newest: name under which only the last question counts.
            failed: takes the error; without it the officer is told.
            lane: where the work runs.
        """
        turn = self._turns.get(newest, 0) + 1
        self._turns[newest] = turn

        def fresh() -> bool:
            return shiboken6.isValid(self) and (not newest or self._turns[newest] == turn)

        def worked() -> Answer | None:
            # A newer question was asked while this one waited its turn: nobody wants the answer.
            if newest and self._turns.get(newest) != turn:
                return None
            return work()

        def answered(answer: Answer | None) -> None:
            if fresh():
                then(cast(Answer, answer))

        def went_wrong(error: Exception) -> None:
            if fresh():
                (failed or self._tell)(error)

        self.desk.runner.run(lane, worked, then=answered, failed=went_wrong)

    def _tell(self, error: Exception) -> None:
        self.desk.notifier.tell(error)
