"""``serve``: answers tablets until it is told to stop."""

from __future__ import annotations

import argparse
import asyncio
import gc
import ipaddress
import logging
import socket
from collections.abc import Callable
from datetime import timedelta
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from fieldapp.domain.errors import UserError
from server.app import Chore, make_app
from server.services.backup.schedule import Backups, Plan
from server.services.centre import Centre, open_centre
from server.services.history import History, begin_anew_if_behind
from server.settings import Limits

_log = logging.getLogger(__name__)
_GRACE_SECONDS = 10
_BACKLOG = 512


def serve(arguments: argparse.Namespace) -> int:
    """Open the centre, answer, and close it when told to stop."""
    _check_network(arguments)
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    limits = Limits()
    centre = open_centre(arguments.data_dir)
    try:
        if begin_anew_if_behind(centre, arguments.data_dir):
            _log.warning("an older store was put here by hand; a new history has begun")
        listener = listen(arguments.host, arguments.port)
        port = listener.getsockname()[1]
        scheme = "https" if arguments.tls_cert else "http"
        shown = f"[{arguments.host}]" if ":" in arguments.host else arguments.host

        def tell() -> None:
            if arguments.port_file:
                arguments.port_file.write_text(f"{port}\n", encoding="ascii")
            print(f"The centre answers at {scheme}://{shown}:{port}", flush=True)

        server = CentreServer(
            make_app(centre, limits, chores=_chores(centre, arguments)),
            limits,
            on_started=tell,
            ssl_certfile=arguments.tls_cert,
            ssl_keyfile=arguments.tls_key,
        )
        _spare_the_collector()
        with listener:
            server.run(sockets=[listener])
    finally:
        centre.close()
        if arguments.port_file:
            arguments.port_file.unlink(missing_ok=True)
    return 0


def _chores(centre: Centre, arguments: argparse.Namespace) -> tuple[Chore, ...]:
    plan = None
    if arguments.backup_to:
        every = timedelta(hours=arguments.backup_every)
        plan = Plan(arguments.backup_to.absolute(), every, arguments.backup_keep)
    backups = Backups(centre, arguments.data_dir, plan)
    return History(centre, arguments.data_dir), backups


def _spare_the_collector() -> None:
    """Look for cycles less often.

    A batch makes a hundred thousand small objects that all live until it is written; looking for
    cycles among them again and again costs a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def _check_network(arguments: argparse.Namespace) -> None:
    if bool(arguments.tls_cert) != bool(arguments.tls_key):
        raise UserError("TLS needs both --tls-cert and --tls-key.", code="tls")
    try:
        outside = not ipaddress.ip_address(arguments.host).is_loopback
    except ValueError:
        outside = arguments.host != "localhost"
    if outside and not arguments.tls_cert and not arguments.without_tls:
        raise UserError(
            f"{arguments.host} can be reached from other machines, and there is no certificate. "
            "Give --tls-cert and --tls-key, or --without-tls behind a proxy that has TLS.",
            code="tls",
        )


def listen(host: str, port: int) -> socket.socket:
    """A socket to answer on.

    Raises:
        UserError: the address or the port cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, answers are not held back for 40 ms until the last packet is
    # acknowledged: asyncio turns that off only for sockets that say they are TCP.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UserError(
            f"{host} port {port} cannot be used: {error.strerror or error}.", code="port"
        ) from None
    listener.listen(_BACKLOG)
    return listener


class CentreServer(uvicorn.Server):
    """A server that tells when it answers and does not wait for ever for slow requests.

    Args:
        app: the application.
        limits: how patient it is.
        on_started: called once it answers.
        ssl_certfile: certificate chain, if it is to speak TLS itself.
        ssl_keyfile: its private key.
    """

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        *,
        on_started: Callable[[], None],
        ssl_certfile: Any = None,  # noqa: ANN401 - a path
        ssl_keyfile: Any = None,  # noqa: ANN401
    ) -> None:
        protocol = type("Patient", (_Patient,), {"head_seconds": limits.head_seconds})
        super().__init__(
            uvicorn.Config(
                app,
                http=protocol,
                ws="none",
                access_log=False,
                log_config=None,
                server_header=False,
                date_header=True,
                timeout_keep_alive=limits.idle_seconds,
                timeout_graceful_shutdown=_GRACE_SECONDS,
                ssl_certfile=ssl_certfile,
                ssl_keyfile=ssl_keyfile,
            )
        )
        self._on_started = on_started

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - as given
        """Stop in good order: whoever called ``run`` has a store to close. A second time, at once.

        The signal is not raised again afterwards, which would end the process before that.
        """
        if self.should_exit:
            self.force_exit = True
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets=sockets)
        if self.started:
            self._on_started()


class _Patient(H11Protocol):
    """Ends a connection whose request head does not arrive in time."""

    head_seconds = 10.0
    _head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401
        """Start counting."""
        super().connection_made(transport)
        # The application logs each request itself, without addresses and query strings.
        self.access_log = False
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Stop counting once the head is there; count again for the next one."""
        before = self._request()
        super().data_received(data)
        if self._request() is not before:
            self._stop()
        elif self._head is None and (before is None or before.response_complete):
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing to count any more."""
        self._stop()
        super().connection_lost(exc)

    def _request(self) -> RequestResponseCycle | None:
        return self.cycle

    def _await_head(self) -> None:
        self._head = self.loop.call_later(self.head_seconds, self.transport.close)

    def _stop(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None
