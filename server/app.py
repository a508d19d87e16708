"""The centre as a web application; nothing happens when this is imported."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from fieldapp import __version__
from server.api import blobs, bundles, devices, health, sync
from server.api.contract import document_of
from server.api.envelope import Envelope, turned_away
from server.deps import Room
from server.errors import TurnedAway
from server.services.centre import Centre
from server.services.hello import epoch
from server.services.upkeep import keep_up
from server.settings import Limits
from sync.protocol.messages import BlobStatus, Enrol, HandIn, Pull, Push, Receipt, SignIn

_log = logging.getLogger(__name__)
_UPKEEP_SECONDS = 60.0


class Chore(Protocol):
    """Something to be seen to every minute while the centre answers."""

    def tick(self) -> None:
        """See to it."""

    def stop(self) -> None:
        """The centre is about to end."""


def make_app(
    centre: Centre, limits: Limits | None = None, *, chores: Sequence[Chore] = ()
) -> FastAPI:
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
    app.state.chores = chores
    app.state.epoch = lambda: name
    app.add_middleware(Envelope, clock=centre.clock, random=centre.random, epoch=app.state.epoch)
    app.add_exception_handler(TurnedAway, turned_away)
    app.add_exception_handler(HTTPException, turned_away)
    app.include_router(sync.router)
    app.include_router(blobs.router)
    app.include_router(bundles.router)
    app.include_router(devices.router)
    app.include_router(health.router)
    asked = (BlobStatus, Enrol, HandIn, Receipt, SignIn, Push, Pull)
    app.openapi = document_of(app, *asked)  # type: ignore[method-assign]  # FastAPI's own way
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    centre: Centre = app.state.room.centre
    await run_in_threadpool(keep_up, centre)
    minutely = asyncio.create_task(_see_to(app.state.chores, centre))
    yield
    minutely.cancel()
    for chore in app.state.chores:
        await run_in_threadpool(_tried, chore.stop)


async def _see_to(chores: Sequence[Chore], centre: Centre) -> None:
    while True:
        for chore in chores:
            await run_in_threadpool(_tried, chore.tick)
        await asyncio.sleep(_UPKEEP_SECONDS)
        await run_in_threadpool(_tried, lambda: keep_up(centre))


def _tried(chore: Callable[[], object]) -> None:
    try:
        chore()
    except Exception as error:  # noqa: BLE001 - tried again in a minute; serving goes on
        _log.error("upkeep failed: %s", type(error).__name__)
