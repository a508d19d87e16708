"""The routes by which a tablet becomes known, and says what it did about an order."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from server.api.body import as_model, read_body, unpacked
from server.api.contract import answers, asks
from server.deps import room_of
from server.services.directives import take_receipt
from server.services.enrolment import enrol
from server.strict_json import read_plain
from sync.protocol import routes
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import Enrol, Enrolled, Receipt, ReceiptAnswer

router = APIRouter()

_BODY = (
    ErrorCode.BAD_REQUEST,
    ErrorCode.TOO_SLOW,
    ErrorCode.TOO_LARGE,
    ErrorCode.UNSUPPORTED_MEDIA,
)


@router.post(
    routes.ENROL,
    **answers(Enrolled, *_BODY, ErrorCode.DEVICE_UNPROVEN, ErrorCode.BAD_CODE, ErrorCode.BUSY),
    **asks(Enrol),
    summary="A tablet becomes known to the centre",
)
async def take_enrolment(request: Request) -> Response:
    """Needs a code instead of a sign-in; the same tablet may ask again with the same code."""
    room = room_of(request)
    with room.entered("sign_in", request):
        data = await read_body(request, seconds=room.limits.body_seconds)
        encoding = request.headers.get("content-encoding")

        def work() -> str:
            asked = as_model(unpacked(data, encoding), Enrol, read_plain)
            return enrol(room.centre, asked).model_dump_json()

        async with room.gate("sign_in").turn():
            return Response(await run_in_threadpool(work), media_type="application/json")


@router.post(
    routes.RECEIPT,
    **answers(
        ReceiptAnswer, *_BODY, ErrorCode.NOT_FOUND, ErrorCode.DEVICE_UNPROVEN, ErrorCode.BUSY
    ),
    **asks(Receipt),
    summary="What a tablet did about an order",
)
async def take_a_receipt(request: Request) -> Response:
    """Needs no sign-in, for a wiped tablet has none; giving it twice is harmless."""
    room = room_of(request)
    with room.entered("sign_in", request):
        data = await read_body(request, seconds=room.limits.body_seconds)
        encoding = request.headers.get("content-encoding")

        def work() -> str:
            asked = as_model(unpacked(data, encoding), Receipt, read_plain)
            device_id = request.path_params["device_id"]
            return take_receipt(room.centre, device_id, asked).model_dump_json()

        async with room.gate("sign_in").turn():
            return Response(await run_in_threadpool(work), media_type="application/json")
