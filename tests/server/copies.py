"""What the routes of rescue copies promise, and how each of it is had."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from server.services.centre import Centre
from sync.protocol import routes
from sync.protocol.codes import ErrorCode
from sync.protocol.rescue import MAX_LIST_BYTES
from tests.contract.tablet import Tablet
from tests.rescue.handed import known_tablet, make_copy
from tests.server.files import KIND

PATHS = (routes.BUNDLES, routes.BUNDLE_PART)
NAME = "0" * 64

Provocation = Callable[[httpx.Client, Tablet, Centre], httpx.Response]

_SIGNED_IN = {ErrorCode.NOT_SIGNED_IN, ErrorCode.DEVICE_CLONE, ErrorCode.DEVICE_REVOKED}
_BYTES = {ErrorCode.TOO_SLOW, ErrorCode.TOO_LARGE, ErrorCode.UNSUPPORTED_MEDIA, ErrorCode.BUSY}
PROMISED = {
    ("POST", routes.BUNDLES): _SIGNED_IN | _BYTES,
    ("PUT", routes.BUNDLE_PART): _SIGNED_IN | _BYTES | {ErrorCode.NOT_FOUND, ErrorCode.DAMAGED},
    ("POST", routes.HAND_IN): {
        ErrorCode.BAD_REQUEST,
        ErrorCode.DEVICE_MISMATCH,
        *_SIGNED_IN,
        *_BYTES,
    },
}


def ask(
    client: httpx.Client, method: str, headers: dict[str, str], data: bytes = b"no copy"
) -> httpx.Response:
    """A list, or a part, handed in."""
    if headers.get("Content-Type") == "application/json":
        headers = headers | {"Content-Type": KIND}
    path = routes.BUNDLES if method == "POST" else routes.BUNDLE_PART.format(name=NAME)
    return client.request(method, path, content=data, headers=headers)


def _head(who: Tablet) -> dict[str, str]:
    return {"Authorization": f"Bearer {who.token}", "Content-Type": KIND}


def _too_large(method: str) -> Provocation:
    data = bytes(MAX_LIST_BYTES + 1)
    return lambda client, priya, _centre: ask(client, method, _head(priya), data)


def _damaged(client: httpx.Client, priya: Tablet, centre: Centre) -> httpx.Response:
    copy = make_copy(centre, known_tablet(centre, "of-hannah"), photos=(b"a photo",))
    client.post(routes.BUNDLES, content=copy.data, headers=_head(priya))
    (name,) = copy.parts
    path = routes.BUNDLE_PART.format(name=name)
    return client.put(path, content=b"something else", headers=_head(priya))


PROVOKE: dict[tuple[str, ErrorCode], Provocation] = {
    (routes.BUNDLES, ErrorCode.TOO_LARGE): _too_large("POST"),
    (routes.BUNDLE_PART, ErrorCode.TOO_LARGE): _too_large("PUT"),
    (routes.BUNDLE_PART, ErrorCode.DAMAGED): _damaged,
}
