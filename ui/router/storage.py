"""Says in time that the tablet is filling up; words are taken whatever happens."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QStorageInfo, QTimer, Signal

LOW_BYTES: Final = 500 * 1024 * 1024
LOW_WORDS: Final = (
    "This tablet is nearly full. Free some space, or go to the station. "
    "What you write is still kept."
)
_EVERY_MS: Final = 5 * 60 * 1000


class StorageWatch(QObject):
    """Looks now and every five minutes; warns once each time it becomes low.

    Signals:
        low(str): words to show.
    """

    low = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._was_low = folder, False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begin to look."""
        self._timer.start()
        self.look()

    def look(self) -> None:
        """Look once."""
        free = self.free_bytes()
        is_low = 0 <= free < LOW_BYTES
        if is_low and not self._was_low:
            self.low.emit(LOW_WORDS)
        self._was_low = is_low

    def free_bytes(self) -> int:
        """Room left for the records; negative when the system does not say."""
        return int(QStorageInfo(str(self._folder)).bytesAvailable())
