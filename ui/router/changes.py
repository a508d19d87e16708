"""What a commit touched, told on the screen's thread and not more often than screens can follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from fieldapp.services.bundle import Services

_GATHER_MS: Final = 120


class Changes(QObject):
    """Gathers the record types of many commits into one signal.

    Signals:
        happened(frozenset): record types touched since the last time.
    """

    happened = Signal(object)
    _heard = Signal(object)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._types: set[str] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_GATHER_MS)
        self._timer.timeout.connect(self._tell)
        # Commits happen on other threads; queued, the signal changes to this one.
        self._heard.connect(self._gather, Qt.ConnectionType.QueuedConnection)
        self._stop = services.changed.subscribe(self._on_commit)

    def stop(self) -> None:
        """Hear nothing more."""
        self._stop()
        self._timer.stop()

    def _on_commit(self, types: frozenset[str]) -> None:
        self._heard.emit(types)

    def _gather(self, types: frozenset[str]) -> None:
        self._types |= types
        if not self._timer.isActive():
            self._timer.start()

    def _tell(self) -> None:
        types, self._types = frozenset(self._types), set()
        self.happened.emit(types)
