"""Photos: added from a file, seen small and large, taken off and put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog

from ui.views.entry_form.part import Part
from ui.widgets.arrange import row
from ui.widgets.buttons import Button
from ui.widgets.photo_strip import PhotoSheet, PhotoStrip
from ui.widgets.text import Label

if TYPE_CHECKING:
    from ui.presenters.entry.entry import Entry
    from ui.views.entry_form.fields import Fields

REMINDER = (
    "Ask before you photograph anyone. No pupils, and no children without a parent's consent."
)
SCHOOL = "Only with the school's consent. No pupils."
PLACES = "Where and when a photo was taken is removed from it before it is saved."
ADD, ADDING = "Add photos", "Adding…"
FILTER = "Photos (*.jpg *.jpeg *.png *.JPG *.JPEG *.PNG)"
_UNDO_MS = 10_000


class PhotosPart(Part):
    """The photos of the entry; they are saved as they are added, not with the answers."""

    key = "photos"
    names = ("attachments",)
    optional = True
    nothing = "No photos"
    folded_at_first = True

    def __init__(self, entry: Entry, fields: Fields) -> None:
        super().__init__(entry, fields)
        self._photos = self.entry.photos
        self._photos.shown.connect(self._on_shown)

    def make(self) -> None:
        school = self.form.facts.type.shows("school")
        self.add(Label(SCHOOL if school else REMINDER, wrap=True))
        self.add(Label(PLACES, "muted", wrap=True))
        self.choose = Button(ADD, icon="camera", on=self._choose)
        self.undo = Button("Put the photo back", "ghost", "undo", on=self._put_back)
        self.undo.hide()
        self.add(row(self.choose, self.undo, None))
        self.strip = PhotoStrip(removes=True)
        self.strip.opened.connect(self._photos.open)
        self.strip.removed.connect(self._photos.remove)
        self.add(self.strip)
        self._over = QTimer(self, singleShot=True, interval=_UNDO_MS)
        self._over.timeout.connect(self.undo.hide)
        self._photos.busy_changed.connect(self._on_busy)
        self._photos.taken_off.connect(self._on_taken_off)
        self._photos.opened.connect(self._on_opened)
        self.fields.put("attachments", self.choose)

    def show(self) -> None:
        self.strip.set_photos(self._photos.photos)

    def summary(self) -> str:
        count = len(self._photos.rows)
        if not count:
            return ""
        return "1 photo" if count == 1 else f"{count} photos"

    def _on_shown(self, _photos: object) -> None:
        self.refresh()

    def _on_busy(self, busy: bool) -> None:
        self.choose.set_words(ADDING if busy else ADD)

    def _on_taken_off(self) -> None:
        self.undo.show()
        self.undo.setFocus()
        self._over.start()

    def _put_back(self) -> None:
        self.undo.hide()
        self._photos.put_back()

    def _on_opened(self, title: str, image: QImage | None, words: str) -> None:
        PhotoSheet(self.section, title, image, words).present()

    def _choose(self) -> None:
        dialog = QFileDialog(self.section, ADD)
        dialog.setObjectName("choose_photos")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(FILTER)
        dialog.filesSelected.connect(self._on_chosen)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_chosen(self, paths: list[str]) -> None:
        self._photos.add(paths)
