"""Reading a request without trusting it, and writing an answer without waste."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request, Response
from pydantic import ValidationError

from fieldapp.domain.pieces import PIECE_BYTES
from server.errors import TurnedAway
from server.strict_json import BadJson
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import Request as ProtocolRequest
from sync.protocol.versions import MAX_BODY_BYTES, PIECES_AT_ONCE

_PACK_FROM = 1400
"""Shorter answers fit into one packet as they are."""
_GZIP = 31
_R = TypeVar("_R", bound=ProtocolRequest)


@dataclass(frozen=True, slots=True)
class Accepts:
    """What the body of a request may be: media type, encodings, and most bytes as it comes."""

    media: str
    encodings: tuple[str, ...]
    most: int


JSON = Accepts("application/json", ("identity", "gzip"), MAX_BODY_BYTES)
PIECES = Accepts("application/octet-stream", ("identity",), PIECES_AT_ONCE * PIECE_BYTES)


async def read_body(request: Request, *, seconds: float, accepts: Accepts = JSON) -> bytes:
    """The body as it came over the wire, within its limits of type, size and time.

    Raises:
        TurnedAway: it breaks one of them.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != accepts.media:
        raise TurnedAway(ErrorCode.UNSUPPORTED_MEDIA)
    if request.headers.get("content-encoding", "identity").lower() not in accepts.encodings:
        raise TurnedAway(ErrorCode.UNSUPPORTED_MEDIA)
    announced = request.headers.get("content-length", "0")
    # Compared by its length first: Python refuses to read a number of thousands of digits.
    if len(announced) > len(str(accepts.most)) or int(announced or 0) > accepts.most:
        raise TurnedAway(ErrorCode.TOO_LARGE)
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > accepts.most:
                    raise TurnedAway(ErrorCode.TOO_LARGE)
                parts.append(part)
    except TimeoutError:
        raise TurnedAway(ErrorCode.TOO_SLOW) from None
    return b"".join(parts)


def unpacked(data: bytes, encoding: str | None) -> bytes:
    """The body as it was meant, never larger than the limit whatever it claims to be.

    Raises:
        TurnedAway: it is too large, or not whole.
    """
    if (encoding or "identity").lower() != "gzip":
        return data
    inflater = zlib.decompressobj(_GZIP)
    try:
        plain = inflater.decompress(data, MAX_BODY_BYTES + 1)
    except zlib.error:
        raise TurnedAway(ErrorCode.BAD_REQUEST, "The body is not gzip.") from None
    if len(plain) > MAX_BODY_BYTES:
        raise TurnedAway(ErrorCode.TOO_LARGE)
    if not inflater.eof or inflater.unused_data:
        raise TurnedAway(ErrorCode.BAD_REQUEST, "The body is not one whole gzip stream.")
    return plain


def as_model(data: bytes, kind: type[_R], read: Callable[[bytes], Any]) -> _R:
    """The request as its model.

    Raises:
        TurnedAway: it is not JSON as the protocol means it, or not this request.
    """
    try:
        return kind.model_validate(read(data))
    except BadJson as error:
        raise TurnedAway(ErrorCode.BAD_REQUEST, f"The body is not JSON: {error}.") from None
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        # A field name can be anything the sender chose; only those of the model are repeated.
        where = str(first["loc"][0]) if first["loc"] else "body"
        where = where if where in kind.model_fields else "body"
        raise TurnedAway(ErrorCode.BAD_REQUEST, f"The request does not fit at {where}.") from None


def packed(text: str, accepted: str) -> Response:
    """An answer, packed when the other side takes it and it is worth it."""
    data = text.encode()
    headers = {"Vary": "Accept-Encoding"}
    if len(data) > _PACK_FROM and "gzip" in accepted.lower():
        packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
        data = packer.compress(data) + packer.flush()
        headers["Content-Encoding"] = "gzip"
    return Response(data, media_type="application/json", headers=headers)
