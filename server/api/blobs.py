"""The routes of photos and voice notes; they have threads of their own: text waits for none."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from server.api.body import PIECES, as_model, packed, read_body, unpacked
from server.api.contract import answers, answers_bytes, asks, asks_bytes
from server.deps import Room, room_of, token_of
from server.errors import TurnedAway
from server.services.attachments.asking import status
from server.services.attachments.reading import read
from server.services.attachments.uploading import Sent, take
from server.strict_json import read_plain
from sync.protocol import routes
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import BlobAnswer, BlobStatus
from sync.protocol.versions import PIECE_HEADER

router = APIRouter()

_SIGNED_IN = (ErrorCode.NOT_SIGNED_IN, ErrorCode.DEVICE_CLONE, ErrorCode.DEVICE_REVOKED)
_BODY = (
    ErrorCode.BAD_REQUEST,
    ErrorCode.TOO_SLOW,
    ErrorCode.TOO_LARGE,
    ErrorCode.UNSUPPORTED_MEDIA,
)
_NUMBER = re.compile(r"[0-9]{1,9}")
_T = TypeVar("_T")


async def _in_lane(room: Room, work: Callable[[], _T]) -> _T:
    return await to_thread.run_sync(work, limiter=room.file_threads)


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise TurnedAway(ErrorCode.BAD_REQUEST, "A number in the address is none.")
    return int(text)


@router.post(
    routes.BLOB_STATUS,
    **answers(BlobAnswer, *_BODY, *_SIGNED_IN, ErrorCode.DEVICE_MISMATCH, ErrorCode.BUSY),
    **asks(BlobStatus),
    summary="How much of some photos and voice notes has arrived",
)
async def take_question(request: Request) -> Response:
    """Speaks only of what this officer has sent."""
    room = room_of(request)
    token = token_of(request)
    with room.entered("files", request):
        data = await read_body(request, seconds=room.limits.body_seconds)
        encoding = request.headers.get("content-encoding")
        accepted = request.headers.get("accept-encoding", "")

        def work() -> Response:
            asked = as_model(unpacked(data, encoding), BlobStatus, read_plain)
            return packed(status(room.centre, token, asked).model_dump_json(), accepted)

        return await _in_lane(room, work)


@router.put(
    routes.BLOB_PIECES,
    **answers(
        BlobAnswer,
        *_BODY,
        *_SIGNED_IN,
        ErrorCode.NOT_FOUND,
        ErrorCode.DAMAGED,
        ErrorCode.START_AGAIN,
        ErrorCode.ENTRIES_FIRST,
        ErrorCode.BUSY,
    ),
    **asks_bytes(
        path={"sha": "string", "first": "integer"},
        query={"size": "integer"},
        header={PIECE_HEADER: "string"},
    ),
    summary="Some pieces of a photo or voice note",
)
async def take_pieces(request: Request) -> Response:
    """In any order, and again as often as one likes; the last one completes the whole."""
    room = room_of(request)
    token = token_of(request)
    sha, first = request.path_params["sha"], _number(request.path_params["first"])
    size = _number(request.query_params.get("size", ""))
    with room.entered("files", request):
        data = await read_body(request, seconds=room.limits.body_seconds, accepts=PIECES)
        sent = Sent(sha, size, first, data, request.headers.get(PIECE_HEADER, ""))

        def work() -> str:
            return take(room.centre, token, sent).model_dump_json()

        return Response(await _in_lane(room, work), media_type="application/json")


@router.get(
    routes.BLOB,
    **answers_bytes(
        *_SIGNED_IN,
        ErrorCode.DEVICE_DRAINING,
        ErrorCode.NOT_FOUND,
        ErrorCode.BAD_RANGE,
        ErrorCode.BUSY,
    ),
    **asks_bytes(path={"sha": "string"}, header={"Range": "string"}, body=False),
    summary="A photo or voice note",
)
async def give(request: Request) -> Response:
    """To who may see a record that refers to it; each reading is noted."""
    room = room_of(request)
    token = token_of(request)
    sha = request.path_params["sha"]
    tag = f'"{sha}"'
    wanted = request.headers.get("range")
    if request.headers.get("if-range", tag) != tag:
        wanted = None
    with room.entered("files", request):
        part = await _in_lane(room, lambda: read(room.centre, token, sha, wanted=wanted))
    headers = {"ETag": tag, "Accept-Ranges": "bytes"}
    if not part.is_whole:
        last = part.start + len(part.data) - 1
        headers["Content-Range"] = f"bytes {part.start}-{last}/{part.size}"
    return Response(
        part.data,
        200 if part.is_whole else 206,
        headers=headers,
        media_type="application/octet-stream",
    )
