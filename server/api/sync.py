"""The routes a tablet calls: sign in, push, pull, hello."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from server.api.body import as_model, packed, read_body, unpacked
from server.api.contract import answers, asks
from server.deps import room_of, token_of
from server.services.hello import hello
from server.services.pull import pull
from server.services.push import push
from server.services.sign_in import sign_in
from server.strict_json import read_plain, read_with_operations
from sync.protocol import routes
from sync.protocol.codes import ErrorCode
from sync.protocol.messages import Hello, Pull, PullAnswer, Push, PushAnswer, SignedIn, SignIn

router = APIRouter()

_SIGNED_IN = (
    ErrorCode.NOT_SIGNED_IN,
    ErrorCode.DEVICE_CLONE,
    ErrorCode.DEVICE_MISMATCH,
    ErrorCode.DEVICE_REVOKED,
)
_BODY = (
    ErrorCode.BAD_REQUEST,
    ErrorCode.TOO_SLOW,
    ErrorCode.TOO_LARGE,
    ErrorCode.UNSUPPORTED_MEDIA,
)


@router.get(
    routes.HELLO, **answers(Hello, ErrorCode.BUSY), summary="What the centre speaks and allows"
)
async def say_hello(request: Request) -> Response:
    """Needs no sign-in."""
    room = room_of(request)
    with room.entered("hello", request):
        async with room.gate("hello").turn():
            answer = await run_in_threadpool(hello, room.centre)
    return Response(answer.model_dump_json(), media_type="application/json")


@router.post(
    routes.SIGN_IN,
    **answers(
        SignedIn,
        *_BODY,
        ErrorCode.WRONG_PASSWORD,
        ErrorCode.TOO_MANY_TRIES,
        ErrorCode.FORBIDDEN,
        ErrorCode.DEVICE_REVOKED,
        ErrorCode.DEVICE_UNPROVEN,
        ErrorCode.ENROLMENT_NEEDED,
        ErrorCode.BUSY,
    ),
    **asks(SignIn),
    summary="A token for an officer on a tablet",
)
async def take_sign_in(request: Request) -> Response:
    """Earlier tokens of the same officer on the same tablet end."""
    room = room_of(request)
    with room.entered("sign_in", request):
        data = await read_body(request, seconds=room.limits.body_seconds)
        encoding = request.headers.get("content-encoding")

        def work() -> str:
            asked = as_model(unpacked(data, encoding), SignIn, read_plain)
            return sign_in(room.centre, asked).model_dump_json()

        async with room.gate("sign_in").turn():
            return Response(await run_in_threadpool(work), media_type="application/json")


@router.post(
    routes.PUSH,
    **answers(PushAnswer, *_BODY, *_SIGNED_IN, ErrorCode.BUSY),
    **asks(Push),
    summary="A batch of operations",
)
async def take_push(request: Request) -> Response:
    """One result for each operation; one that cannot be read costs no other."""
    room = room_of(request)
    token = token_of(request)
    with room.entered("push", request):
        data = await read_body(request, seconds=room.limits.body_seconds)
        encoding = request.headers.get("content-encoding")
        accepted = request.headers.get("accept-encoding", "")

        def work() -> Response:
            asked = as_model(unpacked(data, encoding), Push, read_with_operations)
            return packed(push(room.centre, token, asked).to_text(), accepted)

        async with room.gate("push").turn():
            return await run_in_threadpool(work)


@router.post(
    routes.PULL,
    **answers(
        PullAnswer,
        *_BODY,
        *_SIGNED_IN,
        ErrorCode.DEVICE_DRAINING,
        ErrorCode.UPDATE_NEEDED,
        ErrorCode.BUSY,
    ),
    **asks(Pull),
    summary="What has changed",
)
async def take_pull(request: Request) -> Response:
    """One page of what has changed since the cursor, within what the officer may see."""
    room = room_of(request)
    token = token_of(request)
    with room.entered("pull", request):
        data = await read_body(request, seconds=room.limits.body_seconds)
        encoding = request.headers.get("content-encoding")
        accepted = request.headers.get("accept-encoding", "")

        def work() -> Response:
            asked = as_model(unpacked(data, encoding), Pull, read_plain)
            return packed(pull(room.centre, token, asked).to_text(), accepted)

        async with room.gate("pull").turn():
            return await run_in_threadpool(work)
