"""What the routes of photos and voice notes promise, and how each of it is had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from fieldapp.domain.attachments import MAX_FILE_BYTES
from server.services.attachments.uploading import Sent
from sync.protocol import routes
from sync.protocol.codes import ErrorCode
from sync.protocol.versions import PIECE_HEADER
from tests.contract.photos import handed_in, photo, put, upload
from tests.contract.tablet import Tablet

PATHS = (routes.BLOB, routes.BLOB_PIECES)
KIND = "application/octet-stream"
ONE = photo()

Provocation = Callable[[httpx.Client, Tablet], httpx.Response]

_SIGNED_IN = {ErrorCode.NOT_SIGNED_IN, ErrorCode.DEVICE_CLONE, ErrorCode.DEVICE_REVOKED}
PROMISED = {
    ("PUT", routes.BLOB_PIECES): {
        ErrorCode.BAD_REQUEST,
        ErrorCode.TOO_SLOW,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNSUPPORTED_MEDIA,
        *_SIGNED_IN,
        ErrorCode.NOT_FOUND,
        ErrorCode.DAMAGED,
        ErrorCode.START_AGAIN,
        ErrorCode.ENTRIES_FIRST,
        ErrorCode.BUSY,
    },
    ("GET", routes.BLOB): {
        *_SIGNED_IN,
        ErrorCode.DEVICE_DRAINING,
        ErrorCode.NOT_FOUND,
        ErrorCode.BAD_RANGE,
        ErrorCode.BUSY,
    },
}


def address(method: str, sent: Sent | None = None) -> str:
    """Where the photo is fetched, or its first piece is sent."""
    if method == "GET":
        return routes.BLOB.format(sha=ONE.sha)
    sent = sent or ONE.sent(0, 1)
    return f"{routes.BLOB_PIECES.format(sha=sent.sha, first=sent.first)}?size={sent.size}"


def ask(
    client: httpx.Client, method: str, headers: dict[str, str], sent: Sent | None = None
) -> httpx.Response:
    """The photo fetched, or its first piece sent."""
    if method == "GET":
        return client.get(address(method), headers=headers)
    sent = sent or ONE.sent(0, 1)
    headers = headers | {PIECE_HEADER: sent.check}
    if headers.get("Content-Type") == "application/json":
        headers["Content-Type"] = KIND
    return client.put(address(method, sent), content=sent.data, headers=headers)


def head(who: Tablet) -> dict[str, str]:
    """The head of a request that brings pieces."""
    return {"Authorization": f"Bearer {who.token}", "Content-Type": KIND}


def _sending(**changes: Any) -> Provocation:
    return lambda client, priya: ask(client, "PUT", head(priya), ONE.sent(**changes))


def _something_else(client: httpx.Client, priya: Tablet) -> httpx.Response:
    put(priya, ONE.sent(1, 2))
    return _sending(first=0, pieces=1, data=bytes(65_536))(client, priya)


def _without_its_entry(client: httpx.Client, priya: Tablet) -> httpx.Response:
    # Each counts for a little more than its bytes, so the last of them is smaller.
    for number, less in enumerate((0, 0, 0, 0, 0, 0, 0, 65_536)):
        put(priya, photo(MAX_FILE_BYTES - less, seed=number).sent(0, 1))
    return ask(client, "PUT", head(priya))


def _of_another_kind(client: httpx.Client, priya: Tablet) -> httpx.Response:
    return ask(client, "PUT", head(priya) | {"Content-Type": "image/jpeg"})


def _beyond_the_end(client: httpx.Client, priya: Tablet) -> httpx.Response:
    handed_in(priya, ONE)
    upload(priya, ONE)
    return ask(client, "GET", head(priya) | {"Range": f"bytes={ONE.size}-"})


def _not_there(client: httpx.Client, priya: Tablet) -> httpx.Response:
    return ask(client, "GET", head(priya))


PROVOKE: dict[tuple[str, ErrorCode], Provocation] = {
    (routes.BLOB_PIECES, ErrorCode.BAD_REQUEST): _sending(data=b"x"),
    (routes.BLOB_PIECES, ErrorCode.TOO_LARGE): _sending(data=bytes(5 * 65_536)),
    (routes.BLOB_PIECES, ErrorCode.UNSUPPORTED_MEDIA): _of_another_kind,
    (routes.BLOB_PIECES, ErrorCode.NOT_FOUND): _sending(sha="0"),
    (routes.BLOB_PIECES, ErrorCode.DAMAGED): _sending(check="0" * 64),
    (routes.BLOB_PIECES, ErrorCode.START_AGAIN): _something_else,
    (routes.BLOB_PIECES, ErrorCode.ENTRIES_FIRST): _without_its_entry,
    (routes.BLOB, ErrorCode.NOT_FOUND): _not_there,
    (routes.BLOB, ErrorCode.BAD_RANGE): _beyond_the_end,
}
