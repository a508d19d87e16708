"""The photos of an entry side by side, each to be opened, and in the form to be taken off."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from ui.pictures import Photo
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button, LayoutButton
from ui.widgets.flow import Flow
from ui.widgets.picture import Picture
from ui.widgets.sheet import Sheet
from ui.widgets.text import Label

THUMB = QSize(150, 112)


class PhotoStrip(QWidget):
    """Photos in lines that wrap; what is not here shows an icon and says why.

    Args:
        removes: offer to take each one off.

    Signals:
        opened(str): look at this one.
        removed(str): take this one off.
    """

    opened = Signal(str)
    removed = Signal(str)

    def __init__(self, *, removes: bool = False) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._removes = removes
        self._shown: tuple[Photo, ...] = ()
        self._flow = Flow(spacing=12)
        self.setLayout(column(self._flow))

    @property
    def photos(self) -> tuple[Photo, ...]:
        """What is shown."""
        return self._shown

    def set_photos(self, photos: tuple[Photo, ...]) -> None:
        """Show these."""
        self._shown = photos
        self._flow.empty()
        for number, photo in enumerate(photos, 1):
            self._flow.add(self._tile(photo, f"Photo {number} of {len(photos)}"))
        self._flow.setVisible(bool(photos))

    def _tile(self, photo: Photo, name: str) -> QWidget:
        face = column(
            Picture(photo.image, THUMB, fills=True),
            Label(photo.words, "caption"),
            spacing=4,
            margins=6,
        )
        look = LayoutButton(face, f"{name}, {photo.words}", kind="row", height=THUMB.height())
        look.setObjectName(f"photo:{photo.key}")
        look.clicked.connect(partial(self._open, photo.key))
        tile = QWidget()
        tile.setObjectName("plain")
        parts: list[QWidget] = [look]
        if self._removes:
            off = Button("Remove", "ghost", "delete", name=f"Remove {name.lower()}")
            off.setObjectName(f"remove:{photo.key}")
            off.clicked.connect(partial(self._remove, photo.key))
            parts.append(off)
        tile.setLayout(column(*parts, None, spacing=2))
        return tile

    def _open(self, key: str, _checked: object = None) -> None:
        self.opened.emit(key)

    def _remove(self, key: str, _checked: object = None) -> None:
        self.removed.emit(key)


class PhotoSheet(Sheet):
    """One photo as large as the window lets it be."""

    def __init__(self, window: QWidget, title: str, image: QImage | None, words: str = "") -> None:
        room = window.window().size()
        super().__init__(window, title, size=QSize(room.width(), room.height()))
        self.picture = Picture(image, QSize(280, 200))
        self.add((self.picture, 1))
        if words:
            self.add(row(Label(words, "muted", wrap=True), None))
