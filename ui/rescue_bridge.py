"""The rescue copy in the background: written at once after a change, then every two seconds.

A throttle, never a wait for quiet: who goes on typing is written down all the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ui.tasks import Lane, TaskRunner

if TYPE_CHECKING:
    from fieldapp.wiring.rescuing import Rescue

THROTTLE_MS: Final = 2000


class RescueBridge(QObject):
    """Follows the store and has the copy written away from the screen.

    Args:
        rescue: the copy of the open tablet.
        runner: the lanes.

    Signals:
        written: it has been looked at, and written if anything had changed.
    """

    written = Signal()
    _changed = Signal()

    def __init__(self, rescue: Rescue, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rescue, self._runner = rescue, runner
        self._stop_watching: Callable[[], None] | None = None
        self._under_way = self._dirty = False
        self._rest = QTimer(self, singleShot=True, interval=THROTTLE_MS)
        self._rest.timeout.connect(self._rested)
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._on_changed)
        # Commits happen on the lanes' threads and are answered on the screen's.
        self._changed.connect(self._on_changed, Qt.ConnectionType.QueuedConnection)

    def start(self) -> None:
        """Write what an earlier run did not, and follow what happens."""
        self._stop_watching = self._rescue.watch(self._changed.emit)
        self._on_changed()

    def stop(self) -> None:
        """Follow no more; the tablet's own closing writes the last time."""
        self._rest.stop()
        self._later.stop()
        if self._stop_watching is not None:
            self._stop_watching()
            self._stop_watching = None

    def _on_changed(self) -> None:
        if self._stop_watching is None:
            return
        if self._under_way or self._rest.isActive():
            self._dirty = True
            return
        self._under_way, self._dirty = True, False
        self._later.stop()
        self._runner.run(
            Lane.FILES, self._rescue.write, then=self._on_written, failed=self._on_failed
        )

    def _on_written(self, again: float | None) -> None:
        self._under_way = False
        if self._stop_watching is None:
            return
        self._rest.start()
        if again is not None:
            self._later.start(max(THROTTLE_MS, int(again * 1000)))
        self.written.emit()

    def _on_failed(self, error: Exception) -> None:
        self._on_written(None)
        self._runner.went_wrong.emit(error)

    def _rested(self) -> None:
        if self._dirty:
            self._on_changed()
