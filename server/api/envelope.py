"""What every answer has in common: headers, an id, one error shape, one line in the log."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from fastapi import Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fieldapp.domain.clock import Clock
from server.db import is_passing
from server.errors import WORDS, TurnedAway
from server.security import RandomBytes
from sync.protocol.codes import HTTP_STATUS, ErrorCode
from sync.protocol.messages import ErrorAnswer
from sync.protocol.versions import HEADER, PROTOCOL

_log = logging.getLogger("server.requests")

_BY_STATUS = {
    404: ErrorCode.NOT_FOUND,
    405: ErrorCode.METHOD_NOT_ALLOWED,
    413: ErrorCode.TOO_LARGE,
    415: ErrorCode.UNSUPPORTED_MEDIA,
}
_BUSY_SECONDS = 5.0


class Envelope:
    """ASGI layer around the whole application.

    Args:
        app: what answers.
        clock: measures how long it took.
        random: makes request ids.
        epoch: names the centre's history, for error answers.
    """

    def __init__(
        self, app: ASGIApp, *, clock: Clock, random: RandomBytes, epoch: Callable[[], str]
    ) -> None:
        self._app = app
        self._clock = clock
        self._random = random
        self._epoch = epoch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = self._random(8).hex()
        scope.setdefault("state", {})["request_id"] = request_id
        started = self._clock.monotonic()
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[HEADER] = str(PROTOCOL)
                headers["X-Request-Id"] = request_id
                headers["Cache-Control"] = "no-store"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        try:
            await self._app(scope, receive, sending)
        except Exception as error:
            _log.error("%s %s", request_id, _where(error))
            if status:
                raise
            answer = _answer(error, request_id, self._epoch())
            await answer(scope, receive, sending)
        milliseconds = (self._clock.monotonic() - started) * 1000
        route = getattr(scope.get("route"), "path", "-")
        _log.info("%s %s %s %d %.1f ms", request_id, scope["method"], route, status, milliseconds)


def _where(error: BaseException) -> str:
    """The kind of a fault and the lines it passed through; its words may be personal."""
    frames = traceback.extract_tb(error.__traceback__)
    steps = [f"{frame.name}:{frame.lineno}" for frame in frames[-6:]]
    return f"{type(error).__name__} at {' > '.join(steps)}"


def _answer(error: Exception, request_id: str, epoch: str) -> JSONResponse:
    turned_away = _as_turned_away(error)
    body = ErrorAnswer(
        error=turned_away.code.value,
        words=turned_away.words,
        request_id=request_id,
        epoch=epoch or None,
        retry_after=turned_away.retry_after,
        directives=list(turned_away.directives) or None,
    )
    headers = {}
    if turned_away.retry_after is not None:
        headers["Retry-After"] = str(max(1, round(turned_away.retry_after)))
    if turned_away.code == ErrorCode.NOT_SIGNED_IN:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(
        body.model_dump(exclude_none=True), HTTP_STATUS[turned_away.code], headers=headers
    )


def _as_turned_away(error: Exception) -> TurnedAway:
    if isinstance(error, TurnedAway):
        return error
    if isinstance(error, HTTPException):
        code = _BY_STATUS.get(error.status_code, ErrorCode.BAD_REQUEST)
        return TurnedAway(code, WORDS[code])
    if isinstance(error, SQLAlchemyError) and is_passing(error):
        return TurnedAway(ErrorCode.BUSY, retry_after=_BUSY_SECONDS)
    return TurnedAway(ErrorCode.SERVER_ERROR)


def turned_away(request: Request, error: Exception) -> JSONResponse:
    """Answer what a route or the routing turned away (an exception handler)."""
    epoch: Callable[[], str] = request.app.state.epoch
    answer = _answer(error, request.scope["state"]["request_id"], epoch())
    if isinstance(error, HTTPException) and error.headers:
        answer.headers.update(error.headers)
    return answer
