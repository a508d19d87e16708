"""The photos on the working copy of an entry: added from files, taken off, and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from ui.pictures import made_small, read_file
from ui.presenters.photos import Gallery
from ui.tasks import Lane

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fieldapp.domain.content import Json
    from fieldapp.services.values import PhotoRow
    from ui.presenters.presenter import Desk

ADDING: Final = "Adding photo…"


class EntryPhotos(Gallery):
    """What is on the entry that is being written; each change is saved before it is shown.

    Signals:
        busy_changed(bool): photos are being made ready, or no longer.
        taken_off: one has been taken off and can be put back.
    """

    busy_changed = Signal(bool)
    taken_off = Signal()

    def __init__(self, desk: Desk, record_id: str, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._entry = record_id
        self._under_way = 0
        self._off: tuple[str, Json] | None = None

    def load(self) -> None:
        """Read what is on the entry."""
        attaching, record_id = self.desk.services.attaching, self._entry
        self._ask(lambda: attaching.of_draft(record_id), self._on_rows, newest="rows")

    def add(self, paths: Sequence[str]) -> None:
        """Make photos of files and put them on, one after the other."""
        for path in paths:
            self._add(path)

    def remove(self, sha: str) -> None:
        """Take one off; it can be put back."""
        attaching, record_id = self.desk.services.attaching, self._entry

        def then(item: Json) -> None:
            self._off = (sha, item)
            self.taken_off.emit()
            self.load()

        self._ask(lambda: attaching.remove(record_id, sha), then)

    def put_back(self) -> None:
        """Put back the one that was taken off last."""
        off, self._off = self._off, None
        if off is None:
            return
        attaching, record_id = self.desk.services.attaching, self._entry
        self._ask(lambda: attaching.restore(record_id, *off), lambda _: self.load())

    def _add(self, path: str) -> None:
        attaching, record_id = self.desk.services.attaching, self._entry

        def work() -> PhotoRow:
            attaching.check_room()
            small = made_small(read_file(path), attaching.longest_side())
            return attaching.add(record_id, small)

        self._busy(1)
        self._ask(work, self._on_added, failed=self._on_not_added, lane=Lane.PICTURES)

    def _on_added(self, _row: PhotoRow) -> None:
        self._busy(-1)
        self.load()

    def _on_not_added(self, error: Exception) -> None:
        self._busy(-1)
        self._tell(error)

    def _busy(self, more: int) -> None:
        self._under_way += more
        self.busy_changed.emit(self._under_way > 0)

    def _on_rows(self, rows: tuple[PhotoRow, ...]) -> None:
        self.show(self._entry, rows)
