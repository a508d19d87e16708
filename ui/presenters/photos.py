"""The photos of one entry: read, proved and made ready to show away from the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QSize, Signal

from ui.pictures import Photo, picture_of
from ui.presenters.presenter import Presenter
from ui.tasks import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

    from fieldapp.services.values import PhotoRow
    from ui.pictures import Image
    from ui.presenters.presenter import Desk

SMALL: Final = QSize(480, 360)
"""Enough for a thumbnail on a screen of twice the pixels."""
LARGE: Final = QSize(2048, 2048)
NOT_SHOWN: Final = "Cannot be shown on this tablet"


class Gallery(Presenter):
    """Shows what is here of an entry's photos, and asks for what is not.

    Signals:
        shown(tuple): a ``Photo`` for each, in order; again when there is more to see.
        opened(str, object, str): title, picture or None, and words of one opened large.
    """

    shown = Signal(object)
    opened = Signal(str, object, str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.rows: tuple[PhotoRow, ...] = ()
        self._record_id = ""
        self._images: dict[str, Image | None] = {}

    @property
    def seen(self) -> frozenset[str]:
        """Names of those that have been shown."""
        return frozenset(row.sha for row in self.rows if self._images.get(row.sha) is not None)

    def show(self, record_id: str, rows: tuple[PhotoRow, ...]) -> None:
        """Show these of an entry; those that are not here are fetched when the line allows."""
        if record_id != self._record_id:
            self._record_id, self._images = record_id, {}
        self.rows = rows
        self._publish()
        wanted = [row.sha for row in rows if row.here and row.sha not in self._images]
        if wanted:
            self._ask(self._reading(wanted), self._on_read, newest="photos", lane=Lane.PICTURES)
        if any(not row.here for row in rows):
            attaching = self.desk.services.attaching
            self._ask(lambda: attaching.fetch(record_id), _nothing)

    def open(self, sha: str) -> None:
        """Show one as large as there is room."""
        attaching = self.desk.services.attaching
        number = next((n for n, row in enumerate(self.rows, 1) if row.sha == sha), 0)
        title = f"Photo {number} of {len(self.rows)}"
        words = next((row.words for row in self.rows if row.sha == sha), "")

        def work() -> Image | None:
            data = attaching.read(sha)
            return picture_of(data, LARGE) if data is not None else None

        self._ask(
            work,
            lambda image: self.opened.emit(title, image, words),
            newest="large",
            lane=Lane.PICTURES,
        )

    def _reading(self, names: list[str]) -> Callable[[], dict[str, Image | None]]:
        attaching = self.desk.services.attaching

        def work() -> dict[str, Image | None]:
            found = {sha: attaching.read(sha) for sha in names}
            return {sha: picture_of(data, SMALL) if data else None for sha, data in found.items()}

        return work

    def _on_read(self, images: dict[str, Image | None]) -> None:
        self._images |= images
        self._publish()

    @property
    def photos(self) -> tuple[Photo, ...]:
        """What there is to see now."""
        return tuple(self._photo(row) for row in self.rows)

    def _publish(self) -> None:
        self.shown.emit(self.photos)

    def _photo(self, row: PhotoRow) -> Photo:
        unreadable = row.here and row.sha in self._images and self._images[row.sha] is None
        words = NOT_SHOWN if unreadable else row.words
        return Photo(row.sha, words, self._images.get(row.sha))


def _nothing(_answer: object) -> None:
    """The photos come by themselves."""
