"""Sending in the background: the tablet's rounds in the network lane, their state as signals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ui.tasks import Lane, TaskRunner

if TYPE_CHECKING:
    from fieldapp.services.values import SyncStatus
    from fieldapp.wiring import Tablet

_LEAST_MS: Final = 50
"""A round that is due starts after what is being clicked has been drawn."""
_LONGEST_MS: Final = 15 * 60 * 1000


class SyncBridge(QObject):
    """Runs rounds when they are due and says how sending stands.

    Every wake only looks again at what the tables and the schedule say, so a wake too many costs
    nothing and one that never comes is made good by the timer.

    Args:
        tablet: set up and open; whoever opened it closes it.
        runner: the lanes.

    Signals:
        status_changed(SyncStatus): there is something new to say; on every screen alike.
        round_ended(SyncStatus): a round is over, whoever asked for it.
    """

    status_changed = Signal(object)
    round_ended = Signal(object)
    _progressed = Signal(object)
    _ended = Signal(object)
    _written = Signal()

    def __init__(self, tablet: Tablet, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tablet, self._runner = tablet, runner
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._on_due)
        self._under_way = 0
        self._counting = self._count_again = False
        self._stop_listening: Callable[[], None] | None = None
        # These come from the lanes' threads and are answered on the screen's.
        queued = Qt.ConnectionType.QueuedConnection
        self._progressed.connect(self._on_progress, queued)
        self._ended.connect(self._on_ended, queued)
        self._written.connect(self._on_written, queued)

    # ------------------------------------------------------------------ starting

    def start(self) -> None:
        """Say how things stand, and send what waits."""
        self._stop_listening = self._tablet.services.changed.subscribe(self._on_commit)
        self._watch_network()
        self._count()
        self._rearm()

    def stop(self) -> None:
        """Start no more rounds; the tablet's own closing ends one that is on its way."""
        self._timer.stop()
        if self._stop_listening is not None:
            self._stop_listening()
            self._stop_listening = None

    def _watch_network(self) -> None:
        """Wake when the tablet gets a way out, on systems that tell."""
        try:
            from PySide6.QtNetwork import QNetworkInformation
        except ImportError:
            return
        feature = QNetworkInformation.Feature.Reachability
        if not QNetworkInformation.loadBackendByFeatures(feature):
            return
        information = QNetworkInformation.instance()
        if information is not None:
            information.reachabilityChanged.connect(self._on_reachability)
            if information.supports(QNetworkInformation.Feature.Metered):
                information.isMeteredChanged.connect(self._on_metered)
                self._on_metered(information.isMetered())

    # ------------------------------------------------------------------- waking

    def try_now(self) -> None:
        """The officer asked: a round in the network lane."""
        self._run(by_itself=False)

    def signed_in(self) -> None:
        """The officer signed in again: go on at once."""
        self._run(by_itself=True)

    def sync_now(self, on_progress: Callable[[SyncStatus], object] | None = None) -> SyncStatus:
        """One round that a screen asked for, called in the network lane; progress shows everywhere.

        Raises:
            SituationError: the store or the keyring does not let us.
        """
        return self._round(on_progress, by_itself=False)

    def _on_metered(self, metered: object) -> None:
        self._tablet.syncing.line_is_metered(metered=bool(metered))
        self._count()
        self._rearm()

    def _on_commit(self, _types: frozenset[str]) -> None:
        self._written.emit()

    def _on_written(self) -> None:
        self._count()

    def _on_reachability(self, reachability: object) -> None:
        if getattr(reachability, "name", "") in {"Online", "Site"}:
            self._tablet.syncing.network_came()
            self._rearm()

    def _on_due(self) -> None:
        if self._under_way == 0:
            self._run(by_itself=True)

    # ------------------------------------------------------------------- rounds

    def _run(self, *, by_itself: bool) -> None:
        self._timer.stop()
        self._under_way += 1
        self._runner.run(
            Lane.NETWORK,
            lambda: self._round(None, by_itself=by_itself),
            then=lambda _status: self._on_over(),
            failed=self._on_failed,
        )

    def _round(
        self, on_progress: Callable[[SyncStatus], object] | None, *, by_itself: bool
    ) -> SyncStatus:
        def tell(status: SyncStatus) -> None:
            self._progressed.emit(status)
            if on_progress is not None:
                on_progress(status)

        status = self._tablet.sync_now(tell, by_itself=by_itself)
        self._ended.emit(status)
        return status

    def _on_progress(self, status: SyncStatus) -> None:
        self.status_changed.emit(status)

    def _on_ended(self, status: SyncStatus) -> None:
        self.status_changed.emit(status)
        self.round_ended.emit(status)
        self._rearm()

    def _on_over(self) -> None:
        self._under_way -= 1
        self._rearm()

    def _on_failed(self, error: Exception) -> None:
        self._on_over()
        self._count()
        self._runner.went_wrong.emit(error)

    # ----------------------------------------------------------------- counting

    def _count(self) -> None:
        """Count what waits, in the store lane; many writes at once are counted once."""
        if self._counting:
            self._count_again = True
            return
        self._counting = True
        self._runner.run(
            Lane.STORE, self._tablet.syncing.status, then=self._counted, failed=self._not_counted
        )

    def _counted(self, status: SyncStatus) -> None:
        self._counting = False
        if self._count_again:
            self._count_again = False
            self._count()
        if self._under_way:
            return  # what a round says about itself is newer
        photos = (status.photos or status.photos_wanted) and not status.photos_held
        if status.waiting or photos:
            self._tablet.syncing.saved()
        self.status_changed.emit(status)
        self._rearm()

    def _not_counted(self, error: Exception) -> None:
        self._counting = self._count_again = False
        self._runner.went_wrong.emit(error)

    def _rearm(self) -> None:
        if self._under_way or self._stop_listening is None:
            return
        wait = int(self._tablet.syncing.next_delay() * 1000)
        self._timer.start(min(max(wait, _LEAST_MS), _LONGEST_MS))
