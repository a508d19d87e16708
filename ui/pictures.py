"""Pictures in and out of bytes: photos made small for sending, and shown; called off the screen.

A file is looked at before it is decoded, and by what it is, never by its name: a few kilobytes can
unpack to more than a tablet has.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QImageWriter, QPainter

from fieldapp.domain.errors import ContentError, SituationError, UserError
from fieldapp.domain.photos import media_of, without_metadata

MOST_PIXELS: Final = 24_000_000
MOST_SIDE: Final = 12_000
MOST_BYTES: Final = 64 * 1024 * 1024
"""Of a file as it comes from a camera."""
QUALITY: Final = 82

NOT_A_PHOTO: Final = "That file cannot be added. Choose a photo (JPEG or PNG)."
TOO_LARGE: Final = "That picture is too large to be added. Take it again with a smaller size."
Image = QImage
"""A decoded picture, for those who only hand it on."""
_FORMATS: Final = {"image/jpeg": "jpeg", "image/png": "png"}


@dataclass(frozen=True, slots=True)
class Photo:
    """One photo ready to show: its key, how it stands in words, and what is seen of it."""

    key: str
    words: str
    image: QImage | None = None


def read_file(path: str) -> bytes:
    """The bytes of a file that the officer chose.

    Raises:
        UserError: it is larger than any photo.
        SituationError: it cannot be read.
    """
    try:
        if Path(path).stat().st_size > MOST_BYTES:
            raise UserError(TOO_LARGE, code="too_large")
        return Path(path).read_bytes()
    except OSError as error:
        raise SituationError("That file cannot be read. Choose it again.", code="io") from error


def made_small(data: bytes, side: int) -> bytes:
    """A photo as it is kept: JPEG, no longer than ``side`` pixels, upright, and nothing but pixels.

    Raises:
        UserError: not a photo, or one that unpacks to more than is sensible.
    """
    image = _decoded(data, QSize(side, side))
    if image is None:
        raise UserError(NOT_A_PHOTO, code="not_a_photo")
    # Painted anew: texts and profiles of the source stay behind.
    clean = QImage(image.size(), QImage.Format.Format_RGB32)
    clean.fill(Qt.GlobalColor.white)
    painter = QPainter(clean)
    painter.drawImage(0, 0, image)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(QUALITY)
    if not writer.write(clean):
        raise UserError(NOT_A_PHOTO, code="not_a_photo")
    return bytes(buffer.data().data())


def picture_of(data: bytes, most: QSize) -> QImage | None:
    """A photo to be shown within a size; ``None`` when these bytes are none that can be."""
    try:
        return _decoded(data, most)
    except UserError:
        return None


def _decoded(data: bytes, most: QSize) -> QImage | None:
    media = media_of(data) or ""
    form = _FORMATS.get(media)
    if form is None or not _is_whole(data, media):
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer, QByteArray(form.encode()))
    reader.setAutoTransform(True)
    size = reader.size()
    if size.width() * size.height() > MOST_PIXELS or max(size.width(), size.height()) > MOST_SIDE:
        raise UserError(TOO_LARGE, code="too_large")
    turned = reader.transformation().value & _QUARTER_TURN
    room = most.transposed() if turned else most
    if size.isValid() and (size.width() > room.width() or size.height() > room.height()):
        reader.setScaledSize(size.scaled(room, Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def _is_whole(data: bytes, media: str) -> bool:
    """True when the file is built as such files are: a decoder need not find out the hard way."""
    try:
        return bool(without_metadata(data, media))
    except ContentError:
        return False


_QUARTER_TURN: Final = 4
"""Bit of an image's transformation that says its sides change places."""
