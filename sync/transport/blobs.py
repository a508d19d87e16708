"""How photos and voice notes travel over HTTP: raw bytes, each part with its own check."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from http import HTTPStatus

from sync.faults import CutShort, NotOurServer, ServerFault
from sync.ports import BlobGetCall, BlobPart, BlobPutCall
from sync.protocol.routes import BLOB, BLOB_PIECES
from sync.protocol.versions import HEADER, PIECE_HEADER
from sync.transport.trouble import fault_of_status

_RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})")


RAW = {"Content-Type": "application/octet-stream"}
"""What goes with bytes that are sent as they are."""


def put_route(call: BlobPutCall) -> str:
    """Where these pieces go."""
    return f"{BLOB_PIECES.format(sha=call.sha, first=call.first)}?size={call.size}"


def put_headers(data: bytes) -> dict[str, str]:
    """What goes with pieces; JPEG and sound do not get smaller by compression."""
    return {
        **RAW,
        PIECE_HEADER: hashlib.sha256(data).hexdigest(),
    }


def get_route(call: BlobGetCall) -> str:
    """Where a file is fetched."""
    return BLOB.format(sha=call.sha)


def get_headers(call: BlobGetCall) -> dict[str, str]:
    """Which bytes of it, as they are."""
    return {
        "Accept": "application/octet-stream",
        "Accept-Encoding": "identity",
        "Range": f"bytes={call.start}-{call.end - 1}",
    }


def part_of(call: BlobGetCall, status: int, headers: Mapping[str, str], raw: bytes) -> BlobPart:
    """The bytes that were asked for.

    Raises:
        NotOurServer: an answer without the centre's mark.
        CutShort: fewer bytes than announced.
        ServerFault: other bytes than were asked for.
        Fault: what a status other than 200 and 206 means.
    """
    if status not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        raise fault_of_status(status, headers, raw)
    if headers.get(HEADER) is None:
        raise NotOurServer("an answer without the centre's mark")
    announced = headers.get("Content-Length", "")
    if announced.isdecimal() and int(announced) != len(raw):
        raise CutShort(f"{len(raw)} of {announced} bytes")
    if status == HTTPStatus.OK:
        return BlobPart(raw[call.start : call.end], call.start, len(raw))
    said = _RANGE.fullmatch(headers.get("Content-Range", ""))
    if said is None:
        raise ServerFault("a part that does not say which")
    start, last, total = (int(number) for number in said.groups())
    if last - start + 1 != len(raw):
        raise CutShort(f"{len(raw)} of {last - start + 1} bytes")
    return BlobPart(raw, start, total)
