"""The photos of an entry that is being read, with how many have been received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.widgets.card import Card
from ui.widgets.photo_strip import PhotoSheet, PhotoStrip
from ui.widgets.text import Heading, Label

if TYPE_CHECKING:
    from ui.pictures import Image
    from ui.presenters.photos import Gallery


class PhotosCard(Card):
    """Shows what a gallery has, and goes on with it as more comes in.

    Args:
        gallery: the photos of the entry on the screen.
        words: how many have been received.
    """

    def __init__(self, gallery: Gallery, words: str) -> None:
        self.strip = PhotoStrip()
        self.strip.opened.connect(gallery.open)
        parts: list[QWidget] = [Heading("Photos", 2)]
        parts += [Label(words, "muted", wrap=True)] if words else []
        super().__init__(*parts, self.strip, margins=(20, 14), spacing=10)
        self.strip.set_photos(gallery.photos)
        gallery.shown.connect(self.strip.set_photos)


def show_large(window: QWidget, title: str, image: Image | None, words: str) -> None:
    """One photo as large as the window lets it be."""
    PhotoSheet(window, title, image, words).present()
