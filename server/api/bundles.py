"""The routes of rescue copies, and of the question whether a tablet can be handed in.

Copies are worked on by the threads of photos: text waits for none.
"""

from __future__ import annotations

import re

from anyio import to_thread
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from server.api.body import Accepts, as_model, packed, read_body, unpacked
from server.api.contract import answers, asks, asks_bytes
from server.deps import room_of, token_of
from server.errors import TurnedAway
from server.services.carrying import hand_in_list, hand_in_part
from server.services.handin import hand_in
from server.strict_json import read_plain
from sync.protocol import routes
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import HandedIn, HandIn, HandInAnswer, PartTaken
from sync.protocol.rescue import MAX_LIST_BYTES, MAX_PART_BYTES

router = APIRouter()

_SIGNED_IN = (ErrorCode.NOT_SIGNED_IN, ErrorCode.DEVICE_CLONE, ErrorCode.DEVICE_REVOKED)
_BODY = (ErrorCode.TOO_SLOW, ErrorCode.TOO_LARGE, ErrorCode.UNSUPPORTED_MEDIA)
_LIST = Accepts("application/octet-stream", ("identity",), MAX_LIST_BYTES)
_PART = Accepts("application/octet-stream", ("identity",), MAX_PART_BYTES)
_NAME = re.compile(r"[0-9a-f]{64}")


@router.post(
    routes.BUNDLES,
    **answers(HandedIn, *_BODY, *_SIGNED_IN, ErrorCode.BUSY),
    **asks_bytes(path={}),
    summary="The list of a rescue copy",
)
async def take_list(request: Request) -> Response:
    """Handed in by whoever carries it; what is in it counts as its author's."""
    room = room_of(request)
    token = token_of(request)
    is_complete = request.query_params.get("complete") == "1"
    with room.entered("files", request):
        data = await read_body(request, seconds=room.limits.body_seconds, accepts=_LIST)

        def work() -> str:
            answer = hand_in_list(room.centre, token, data, is_complete=is_complete)
            return answer.model_dump_json()

        text = await to_thread.run_sync(work, limiter=room.file_threads)
        return Response(text, media_type="application/json")


@router.put(
    routes.BUNDLE_PART,
    **answers(
        PartTaken, *_BODY, *_SIGNED_IN, ErrorCode.NOT_FOUND, ErrorCode.DAMAGED, ErrorCode.BUSY
    ),
    **asks_bytes(path={"name": "string"}),
    summary="One part of a rescue copy",
)
async def take_part(request: Request) -> Response:
    """Only what a list of the same carrier waits for; again is harmless."""
    room = room_of(request)
    token = token_of(request)
    name = request.path_params["name"]
    if not _NAME.fullmatch(name):
        raise TurnedAway(ErrorCode.NOT_FOUND)
    with room.entered("files", request):
        data = await read_body(request, seconds=room.limits.body_seconds, accepts=_PART)

        def work() -> str:
            return hand_in_part(room.centre, token, name, data).model_dump_json()

        text = await to_thread.run_sync(work, limiter=room.file_threads)
        return Response(text, media_type="application/json")


@router.post(
    routes.HAND_IN,
    **answers(
        HandInAnswer,
        ErrorCode.BAD_REQUEST,
        *_BODY,
        *_SIGNED_IN,
        ErrorCode.DEVICE_MISMATCH,
        ErrorCode.BUSY,
    ),
    **asks(HandIn),
    summary="Is anything left on this tablet?",
)
async def take_hand_in(request: Request) -> Response:
    """What the centre does not have of what the tablet lists, or a receipt that it has it all."""
    room = room_of(request)
    token = token_of(request)
    with room.entered("pull", request):
        data = await read_body(request, seconds=room.limits.body_seconds)
        encoding = request.headers.get("content-encoding")
        accepted = request.headers.get("accept-encoding", "")

        def work() -> Response:
            asked = as_model(unpacked(data, encoding), HandIn, read_plain)
            device_id = request.path_params["device_id"]
            answer = hand_in(room.centre, token, device_id, asked)
            return packed(answer.model_dump_json(), accepted)

        async with room.gate("pull").turn():
            return await run_in_threadpool(work)
