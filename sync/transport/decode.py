"""Reading bytes from the network: never more than agreed, and only JSON that has one meaning."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any, NoReturn

from sync.faults import CutShort, NotOurServer

_GZIP = 16 + zlib.MAX_WBITS
_MAX_INT = 2**63 - 1
_MAX_DIGITS = 20


def inflated(chunks: Iterable[bytes], *, encoding: str, limit: int) -> bytes:
    """The body of an answer, decompressed as it comes in, up to ``limit`` bytes.

    Raises:
        NotOurServer: an encoding that was not asked for, broken compression, or more than agreed.
        CutShort: the compressed stream did not end.
    """
    if encoding in ("", "identity"):
        return _joined(chunks, limit)
    if encoding != "gzip":
        raise NotOurServer("an encoding that was not asked for")
    return _gunzipped(chunks, limit)


def _joined(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > limit:
            raise NotOurServer("an answer larger than agreed")
    return bytes(body)


def _gunzipped(chunks: Iterable[bytes], limit: int) -> bytes:
    body = bytearray()
    stream = zlib.decompressobj(_GZIP)
    for chunk in chunks:
        data = chunk
        while data and not stream.eof:
            try:
                body += stream.decompress(data, limit + 1 - len(body))
            except zlib.error:
                raise NotOurServer("broken compression") from None
            if len(body) > limit:
                raise NotOurServer("an answer larger than agreed")
            data = stream.unconsumed_tail
    if not stream.eof:
        raise CutShort("compressed answer without an end")
    return bytes(body)


def strict_json(body: bytes) -> object:
    """Decode JSON that means the same to every reader.

    Raises:
        CutShort: the text is not complete JSON.
        NotOurServer: it is, but with a key twice, a number beyond 64 bits, NaN, or nested absurdly.
    """
    try:
        return json.loads(
            body, object_pairs_hook=_object, parse_int=_integer, parse_constant=_no_constant
        )
    except RecursionError:
        raise NotOurServer("an answer nested absurdly") from None
    except ValueError:
        raise CutShort("an answer that is not complete JSON") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise NotOurServer("a key twice in one object")
    return made


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise NotOurServer("a number beyond 64 bits")
    value = int(text)
    if not -_MAX_INT <= value <= _MAX_INT:
        raise NotOurServer("a number beyond 64 bits")
    return value


def _no_constant(_text: str) -> NoReturn:
    raise NotOurServer("a number that is none")
