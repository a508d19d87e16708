"""What a file is by its own bytes, and a photo without what the camera wrote beside the picture."""

from __future__ import annotations

from collections.abc import Iterator

from fieldapp.domain.errors import ContentError

LONGEST_SIDE = 2048
"""Most pixels along the longer side of a photo."""

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
_MARK, _SCAN, _END = 0xFF, 0xDA, 0xD9
_DROPPED = {0xFE, *range(0xE0, 0xF0)} - {0xE0, 0xEE}
"""Comments and what applications write, but for JFIF and the colour transform: without those two
colours may come out wrong."""
_WITHIN_SCAN = {0x00, *range(0xD0, 0xD8), _MARK}
_KEPT_CHUNKS = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs"}


def media_of(data: bytes) -> str | None:
    """What kind of file this is, by its first bytes; ``None``: none that can be kept."""
    starts = {
        "image/jpeg": data.startswith(_JPEG),
        "image/png": data.startswith(_PNG),
        "audio/ogg": data.startswith(b"OggS"),
        "audio/mp4": data[4:8] == b"ftyp" and data[8:11] in (b"M4A", b"mp4", b"iso"),
        "audio/wav": data.startswith(b"RIFF") and data[8:12] == b"WAVE",
    }
    return next((media for media, holds in starts.items() if holds), None)


def without_metadata(data: bytes, media: str) -> bytes:
    """A photo without place, camera, times, comments and previews (R21); pixels as they are.

    Raises:
        ContentError: code ``not_a_photo``; it is not built as such a file must be.
    """
    try:
        parts = _jpeg_parts(data) if media == "image/jpeg" else _png_parts(data)
        return b"".join(parts)
    except (IndexError, ValueError):
        raise ContentError(
            "The photo is damaged and cannot be added.", code="not_a_photo"
        ) from None


def _jpeg_parts(data: bytes) -> Iterator[bytes]:
    """Segment by segment up to the end of the first picture; what is behind it is not this one."""
    if not data.startswith(_JPEG):
        raise ValueError("no JPEG")
    yield data[:2]
    at = 2
    while True:
        if data[at] != _MARK:
            raise ValueError("no marker")
        marker = data[at + 1]
        if marker == _END:
            yield data[at : at + 2]
            return
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        if end < at + 4 or end > len(data):
            raise ValueError("a segment without an end")
        if marker == _SCAN:
            end = _after_scan(data, end)
        if marker not in _DROPPED:
            yield data[at:end]
        at = end


def _after_scan(data: bytes, at: int) -> int:
    """Where the pixels end: at a marker that is neither a stuffed byte nor a restart."""
    while True:
        at = data.index(b"\xff", at)
        if data[at + 1] not in _WITHIN_SCAN:
            return at
        at += 1 if data[at + 1] == _MARK else 2


def _png_parts(data: bytes) -> Iterator[bytes]:
    if not data.startswith(_PNG):
        raise ValueError("no PNG")
    yield _PNG
    at = len(_PNG)
    name = b""
    while name != b"IEND":
        length = int.from_bytes(data[at : at + 4])
        name = data[at + 4 : at + 8]
        end = at + 12 + length
        if not name or end > len(data):
            raise ValueError("a chunk without an end")
        if name in _KEPT_CHUNKS:
            yield data[at:end]
        at = end
