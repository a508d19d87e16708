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

PIECE_BYTES = 64 * 1024
"""A photo or voice note travels in pieces on this fixed grid; only its last piece is shorter."""

PIECES_AT_ONCE = 4
"""Most pieces in one request: all of them normally, one after the line has broken."""

PIECE_HEADER = "X-Chunk-SHA256"
"""Header of a request that brings pieces: SHA-256 of its body, lower-case hexadecimal."""

MAX_ASKED = 200
"""Most photos and voice notes asked after in one request."""
