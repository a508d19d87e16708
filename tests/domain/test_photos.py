"""What a camera writes beside a picture does not leave the tablet."""

from __future__ import annotations

import struct
import zlib

import pytest

from fieldapp.domain.errors import ContentError
from fieldapp.domain.photos import media_of, without_metadata
from fieldapp.domain.pieces import PIECE_BYTES, bytes_of, merged, next_run, piece_count


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2) + body


JFIF = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")
TABLES = segment(0xDB, bytes(65))
FRAME = segment(0xC2, bytes(15))
SCAN = segment(0xDA, bytes(10)) + b"\x12\x00\xff\x00\x34\xff\xd3\x56"
END = b"\xff\xd9"
SECRET = b"GPS 52.633 N, 1.695 W"
EXIF = segment(0xE1, b"Exif\0\0" + SECRET)
XMP = segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + SECRET)
ICC = segment(0xE2, b"ICC_PROFILE\0" + SECRET)
IPTC = segment(0xED, b"Photoshop 3.0\0" + SECRET)
COMMENT = segment(0xFE, SECRET)
PLAIN = b"\xff\xd8" + JFIF + TABLES + FRAME + SCAN + TABLES + SCAN + END


def test_a_photo_keeps_its_pixels_and_nothing_else() -> None:
    full = (
        b"\xff\xd8" + JFIF + EXIF + XMP + ICC + TABLES + IPTC + FRAME + SCAN + COMMENT + TABLES
    ) + (SCAN + END)
    assert without_metadata(full, "image/jpeg") == PLAIN
    assert without_metadata(PLAIN, "image/jpeg") == PLAIN


def test_what_a_phone_appends_behind_the_picture_goes() -> None:
    second = b"\xff\xd8" + EXIF + TABLES + SCAN + END
    assert without_metadata(PLAIN + second + SECRET, "image/jpeg") == PLAIN


@pytest.mark.parametrize("end", [*range(2, 40), len(PLAIN) - 2, len(PLAIN) - 1])
def test_a_photo_that_breaks_off_is_refused_and_not_half_kept(end: int) -> None:
    with pytest.raises(ContentError) as caught:
        without_metadata(PLAIN[:end], "image/jpeg")
    assert caught.value.words == "The photo is damaged and cannot be added."


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def test_a_png_keeps_its_pixels_and_nothing_else() -> None:
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", bytes(13))
    rest = chunk(b"IDAT", b"pixels") + chunk(b"IEND", b"")
    extra = chunk(b"tEXt", SECRET) + chunk(b"eXIf", SECRET) + chunk(b"iTXt", SECRET)
    assert without_metadata(start + extra + rest + SECRET, "image/png") == start + rest
    with pytest.raises(ContentError):
        without_metadata(start + rest[:-3], "image/png")


@pytest.mark.parametrize(
    ("data", "media"),
    [
        (PLAIN, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"OggS\0\2", "audio/ogg"),
        (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"%PDF-1.7", None),
        (b"RIFF\0\0\0\0WEBPVP8 ", None),
        (b"\0\0\0\x20ftypheic", None),
        (b"", None),
    ],
)
def test_a_file_is_known_by_its_bytes_and_never_by_its_name(data: bytes, media: str | None) -> None:
    assert media_of(data) == media


def test_what_is_missing_is_found_run_by_run() -> None:
    size = 9 * PIECE_BYTES + 1
    assert piece_count(size) == 10
    assert next_run(size, (), 4) == (0, 4)
    assert next_run(size, ((0, 2), (3, 9)), 4) == (2, 1)
    assert next_run(size, ((0, 9),), 4) == (9, 1)
    assert next_run(size, ((0, 10),), 4) is None
    assert bytes_of(size, ((0, 1), (9, 10))) == PIECE_BYTES + 1


def test_ranges_that_make_no_sense_are_left_out() -> None:
    size = 5 * PIECE_BYTES
    assert merged([(4, 99), (3, 2), (-1, 1), (1, 2), (4, 4)], size) == ((0, 2), (4, 5))
