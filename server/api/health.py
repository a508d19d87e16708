"""Is the centre there, and can it work."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from server.api.contract import answers
from server.deps import room_of
from server.services.backup.making import newest_known
from server.services.centre import Centre

router = APIRouter()

LIVE = "/v1/health/live"
READY = "/v1/health/ready"


class Health(BaseModel):
    """The answer of a health route."""

    status: str


class Readiness(Health):
    """Whether it can work, and whether what it has is safe."""

    backup: str
    """``fresh``; ``late``, when the newest is older than a day; ``none``."""
    backup_at: str | None = None


@router.get(LIVE, **answers(Health), summary="The program answers")
async def live() -> Response:
    """Says nothing about the store."""
    return Response(Health(status="live").model_dump_json(), media_type="application/json")


@router.get(READY, **answers(Readiness), summary="The store answers")
async def ready(request: Request) -> Response:
    """Reads from the store."""
    told = await run_in_threadpool(_readiness, room_of(request).centre)
    return Response(told.model_dump_json(), media_type="application/json")


def _readiness(centre: Centre) -> Readiness:
    with centre.db.read() as connection:
        newest = newest_known(connection)
    if newest is None:
        return Readiness(status="ready", backup="none")
    late = newest.is_late(centre.clock.now())
    at = newest.made_at.isoformat(timespec="seconds")
    return Readiness(status="ready", backup="late" if late else "fresh", backup_at=at)
