"""The centre as a web application; nothing happens when this is imported."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from fieldapp import __version__
from server.api import blobs, devices, health, sync
from server.api.contract import document_of
from server.api.envelope import Envelope, turned_away
from server.deps import Room
from server.errors import TurnedAway
from server.services.centre import Centre
from server.services.hello import epoch
from server.services.upkeep import keep_up
from server.settings import Limits
from sync.protocol.messages import BlobStatus, Enrol, Pull, Push, Receipt, SignIn

_log = logging.getLogger(__name__)
_UPKEEP_SECONDS = 60.0


def make_app(centre: Centre, limits: Limits | None = None) -> FastAPI:
    """The application over an open centre; whoever opened it closes it."""
    name = epoch(centre)
    app = FastAPI(
        title="Fieldapp centre",
        version=__version__,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.room = Room(centre, limits or Limits())
    app.state.epoch = lambda: name
    app.add_middleware(Envelope, clock=centre.clock, random=centre.random, epoch=app.state.epoch)
    app.add_exception_handler(TurnedAway, turned_away)
    app.add_exception_handler(HTTPException, turned_away)
    app.include_router(sync.router)
    app.include_router(blobs.router)
    app.include_router(devices.router)
    app.include_router(health.router)
    app.openapi = document_of(app, BlobStatus, Enrol, Receipt, SignIn, Push, Pull)  # type: ignore[method-assign]  # FastAPI's own way
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    centre: Centre = app.state.room.centre
    await run_in_threadpool(keep_up, centre)
    daily = asyncio.create_task(_watch_the_date(centre))
    yield
    daily.cancel()


async def _watch_the_date(centre: Centre) -> None:
    while True:
        await asyncio.sleep(_UPKEEP_SECONDS)
        try:
            await run_in_threadpool(keep_up, centre)
        except Exception as error:  # noqa: BLE001 - tried again in a minute; serving goes on
            _log.error("upkeep failed: %s", type(error).__name__)
