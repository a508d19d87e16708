"""Versions of the protocol, and the limits both ends keep to."""

from __future__ import annotations

PROTOCOL = 1
"""Version spoken by this release."""

OLDEST_FOR_PULL = 1
"""Older tablets may still push; to pull they need an update."""

HEADER = "X-FieldSync"
"""Header on every answer of the centre; its value is the protocol version."""

MAX_OPS = 500
"""Most operations in one push."""

MAX_BODY_BYTES = 8 * 1024 * 1024
"""Most bytes of a request or an answer, counted after decompression."""

START_BATCH = 50
"""Operations in the first push of a round; grows on success, halves on trouble."""

PAGE = 500
"""Records in one page of a pull."""

PIECES_AT_ONCE = 4
"""Most pieces of a photo or voice note in one request: one after the line has broken."""

PIECE_HEADER = "X-Chunk-SHA256"
"""Header of a request that brings pieces: SHA-256 of its body, lower-case hexadecimal."""

MAX_ASKED = 200
"""Most photos and voice notes asked after in one request."""

MAX_LISTED = 20_000
"""Most operations, and most photos and voice notes, that a tablet to be handed in can list."""
