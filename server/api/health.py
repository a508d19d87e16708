"""Is the centre there, and can it work."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from server.api.contract import answers
from server.deps import room_of
from server.services.hello import epoch

router = APIRouter()

LIVE = "/v1/health/live"
READY = "/v1/health/ready"


class Health(BaseModel):
    """The answer of a health route."""

    status: str


@router.get(LIVE, **answers(Health), summary="The program answers")
async def live() -> Response:
    """Says nothing about the store."""
    return Response(Health(status="live").model_dump_json(), media_type="application/json")


@router.get(READY, **answers(Health), summary="The store answers")
async def ready(request: Request) -> Response:
    """Reads from the store."""
    await run_in_threadpool(epoch, room_of(request).centre)
    return Response(Health(status="ready").model_dump_json(), media_type="application/json")
