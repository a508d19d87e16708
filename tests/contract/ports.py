"""The centre's interface twice: called in this process, and over real HTTP."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from server.api.body import as_model
from server.cli.serving import CentreServer, listen
from server.errors import TurnedAway
from server.services.attachments.asking import status
from server.services.attachments.reading import read
from server.services.attachments.uploading import Sent, take
from server.services.centre import Centre
from server.services.hello import hello
from server.services.pull import pull
from server.services.push import push
from server.services.sign_in import sign_in
from server.settings import Limits
from server.strict_json import read_json, read_with_operations
from sync.protocol import routes
from sync.protocol.messages import BlobStatus, Pull, Push, SignIn
from sync.protocol.versions import PIECE_HEADER

Wire = dict[str, Any]


class RefusedError(Exception):
    """The centre turned the whole request away."""

    def __init__(
        self,
        code: str,
        retry_after: float | None = None,
        directives: list[dict[str, Any]] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.directives = directives or []


class Port(Protocol):
    """What a tablet can ask; requests and answers are JSON objects."""

    def hello(self) -> Wire: ...

    def sign_in(self, request: Wire) -> Wire: ...

    def push(self, token: str, request: Wire) -> Wire: ...

    def pull(self, token: str, request: Wire) -> Wire: ...

    def blob_status(self, token: str, request: Wire) -> Wire: ...

    def put_pieces(self, token: str, sent: Sent) -> Wire: ...

    def get_blob(self, token: str, sha: str, wanted: str | None = None) -> bytes: ...


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except TurnedAway as error:
        orders = [order.model_dump() for order in error.directives]
        raise RefusedError(error.code.value, error.retry_after, orders) from None


class InProcess:
    """The use cases themselves."""

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    def hello(self) -> Wire:
        return hello(self._centre).model_dump(mode="json")

    def sign_in(self, request: Wire) -> Wire:
        with _refusing():
            asked = as_model(json.dumps(request).encode(), SignIn, read_json)
            return sign_in(self._centre, asked).model_dump(mode="json")

    def push(self, token: str, request: Wire) -> Wire:
        with _refusing():
            asked = as_model(json.dumps(request).encode(), Push, read_with_operations)
            answer: Wire = json.loads(push(self._centre, token, asked).to_text())
        return answer

    def pull(self, token: str, request: Wire) -> Wire:
        with _refusing():
            asked = as_model(json.dumps(request).encode(), Pull, read_json)
            answer: Wire = json.loads(pull(self._centre, token, asked).to_text())
        return answer

    def blob_status(self, token: str, request: Wire) -> Wire:
        with _refusing():
            asked = as_model(json.dumps(request).encode(), BlobStatus, read_json)
            return status(self._centre, token, asked).model_dump(mode="json")

    def put_pieces(self, token: str, sent: Sent) -> Wire:
        with _refusing():
            return take(self._centre, token, sent).model_dump(mode="json")

    def get_blob(self, token: str, sha: str, wanted: str | None = None) -> bytes:
        with _refusing():
            return read(self._centre, token, sha, wanted=wanted).data


class OverHttp:
    """The same over the wire, packed as tablets pack it."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def hello(self) -> Wire:
        return self._answer(self._client.get(routes.HELLO))

    def sign_in(self, request: Wire) -> Wire:
        return self._post(routes.SIGN_IN, None, request)

    def push(self, token: str, request: Wire) -> Wire:
        return self._post(routes.PUSH, token, request)

    def pull(self, token: str, request: Wire) -> Wire:
        return self._post(routes.PULL, token, request)

    def blob_status(self, token: str, request: Wire) -> Wire:
        return self._post(routes.BLOB_STATUS, token, request)

    def put_pieces(self, token: str, sent: Sent) -> Wire:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/octet-stream",
            PIECE_HEADER: sent.check,
        }
        path = routes.BLOB_PIECES.format(sha=sent.sha, first=sent.first)
        answer = self._client.put(
            path, params={"size": sent.size}, content=sent.data, headers=headers
        )
        return self._answer(answer)

    def get_blob(self, token: str, sha: str, wanted: str | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {token}"} | ({"Range": wanted} if wanted else {})
        answer = self._client.get(routes.BLOB.format(sha=sha), headers=headers)
        if answer.status_code not in (200, 206):
            self._answer(answer)
        return answer.content

    def _post(self, path: str, token: str | None, request: Wire) -> Wire:
        headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        body = gzip.compress(json.dumps(request).encode())
        return self._answer(self._client.post(path, content=body, headers=headers))

    @staticmethod
    def _answer(response: httpx.Response) -> Wire:
        assert response.headers["X-FieldSync"] == "1"
        answer: Wire = response.json()
        if response.status_code != 200:
            orders = answer.get("directives")
            raise RefusedError(answer["error"], answer.get("retry_after"), orders)
        return answer


@contextmanager
def answering(app: ASGIApp, limits: Limits | None = None) -> Iterator[httpx.Client]:
    """The real server in a thread, and a client that knows where it is."""
    started = threading.Event()
    listener = listen("127.0.0.1", 0)
    server = CentreServer(app, limits or Limits(), on_started=started.set)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]))
    thread.start()
    try:
        assert started.wait(20)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with httpx.Client(base_url=url, trust_env=False, timeout=20) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join(20)
        listener.close()
        assert not thread.is_alive()


class Switchboard:
    """Passes requests on to the application of the test that is running.

    A server takes a fifth of a second to stop; one for all tests saves a minute.
    """

    def __init__(self) -> None:
        self.app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        assert self.app is not None
        await self.app(scope, receive, send)
