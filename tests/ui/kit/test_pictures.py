"""Pictures in and out of bytes: small, upright, nothing but pixels, and never a bomb."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QColor, QImage, QImageWriter

from fieldapp.domain.attachments import MAX_FILE_BYTES
from fieldapp.domain.errors import SituationError, UserError
from tests.domain.test_photos import SECRET, chunk, segment
from ui.pictures import NOT_A_PHOTO, TOO_LARGE, made_small, picture_of, read_file


def picture(width: int, height: int, form: bytes = b"jpeg") -> bytes:
    """Red above, blue below."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("#0000ff"))
    for y in range(height // 2):
        for x in range(0, width, max(1, width // 64)):
            image.setPixelColor(x, y, QColor("#ff0000"))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert QImageWriter(buffer, QByteArray(form)).write(image)
    return bytes(buffer.data().data())


def turned(jpeg: bytes, orientation: int) -> bytes:
    """The same with what a phone that was held upright writes beside it."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = b"MM\0\x2a" + struct.pack(">I", 8) + struct.pack(">H", 1) + entry + bytes(4) + SECRET
    return jpeg[:2] + segment(0xE1, b"Exif\0\0" + tiff) + jpeg[2:]


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (2500, 100)])
def test_a_photo_is_no_longer_than_it_may_be_and_keeps_its_shape(size: tuple[int, int]) -> None:
    small = made_small(picture(*size), 2048)
    seen = picture_of(small, QSize(9000, 9000))
    assert seen is not None
    assert max(seen.width(), seen.height()) == 2048
    assert abs(seen.width() / seen.height() - size[0] / size[1]) < 0.5
    assert len(small) < MAX_FILE_BYTES


def test_a_small_photo_stays_as_large_as_it_is() -> None:
    seen = picture_of(made_small(picture(320, 200), 2048), QSize(2048, 2048))
    assert seen is not None
    assert seen.size() == QSize(320, 200)


def test_a_photo_is_turned_upright_before_the_note_that_says_how_goes() -> None:
    small = made_small(turned(picture(640, 480), 6), 2048)
    assert SECRET not in small
    assert b"Exif" not in small
    seen = picture_of(small, QSize(2048, 2048))
    assert seen is not None
    assert seen.size() == QSize(480, 640)


def test_texts_of_a_png_stay_behind() -> None:
    data = picture(200, 100, b"png")
    telling = data[:33] + chunk(b"tEXt", b"Comment\0" + SECRET) + data[33:]
    small = made_small(telling, 2048)
    assert small.startswith(b"\xff\xd8\xff")
    assert SECRET not in small


def bomb(side: int) -> bytes:
    """A few kilobytes that unpack to side times side pixels of one bit."""
    row = b"\0" + bytes(side // 8 + 1)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("side", [9000, 12000, 20000])
def test_image_bombs(side: int) -> None:
    data = bomb(side)
    assert len(data) < 200_000
    with pytest.raises(UserError) as caught:
        made_small(data, 2048)
    assert caught.value.words == TOO_LARGE
    assert picture_of(data, QSize(480, 360)) is None


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><rect/></svg>",
        b"%PDF-1.7\n",
        b"GIF89a\1\0\1\0",
        b"\xff\xd8\xff\xe0 and no more",
        b"\x89PNG\r\n\x1a\n and no more",
        b"",
    ],
)
def test_polyglot_and_wrong_extension(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(data)
    with pytest.raises(UserError) as caught:
        made_small(read_file(str(path)), 2048)
    assert caught.value.words == NOT_A_PHOTO
    assert picture_of(data, QSize(480, 360)) is None


def test_a_file_that_is_gone_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(SituationError, match=r"cannot be read\. Choose it again"):
        read_file(str(tmp_path / "gone.jpg"))
