"""Each error that the OpenAPI document promises for a route can be had there, and looks like it."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
import sqlalchemy.exc

from fieldapp.system import random_bytes
from server.app import make_app
from server.services import accounts, devices, enrolment
from server.services.centre import Centre
from server.services.enrolment import new_code
from server.settings import Limits
from sync.protocol import routes, signing
from sync.protocol.codes import HTTP_STATUS, ErrorCode
from sync.protocol.messages import ErrorAnswer
from sync.protocol.signing import Purpose
from tests.conftest import FixedClock
from tests.contract.force import PASSWORD
from tests.contract.ports import InProcess, RefusedError, Switchboard, Wire, answering
from tests.contract.tablet import Tablet, create
from tests.server import copies, files

QUICK = Limits(body_seconds=0.2, head_seconds=0.3)
NO_ROOM = Limits(rooms=dict.fromkeys(Limits().rooms, 0))


@dataclass
class Scene:
    """Everything a provocation needs."""

    client: httpx.Client
    centre: Centre
    clock: FixedClock
    switchboard: Switchboard
    priya: Tablet
    monkeypatch: pytest.MonkeyPatch
    path: str = routes.PUSH
    method: str = "POST"

    def request(self) -> Wire:
        if self.path == routes.ENROL:
            return enrolling(new_code(self.centre).text)
        if self.path == routes.RECEIPT:
            return receipt("0" * 32)
        common = {"proto": 1, "app": "t", "device_id": self.priya.device_id}
        if self.path == routes.SIGN_IN:
            return common | {"force_no": "priya", "password": PASSWORD}
        more: dict[str, Wire] = {
            routes.PUSH: {"ops": []},
            routes.BLOB_STATUS: {"shas": []},
            routes.HAND_IN: {"last_dseq": 0, "ops": []},
        }
        return common | more.get(self.path, {})

    def ask(self, changes: Wire | None = None, **headers: str) -> httpx.Response:
        """The good request, with changes to its body or headers."""
        sent = {"Authorization": f"Bearer {self.priya.token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.path in files.PATHS:
            return files.ask(self.client, self.method, sent)
        if self.path in copies.PATHS:
            return copies.ask(self.client, self.method, sent)
        if self.method == "GET":
            return self.client.get(self.path, headers=sent)
        body = json.dumps(self.request() | (changes or {}))
        path = self.path.format(device_id=self.priya.device_id)
        return self.client.post(path, content=body, headers=sent)

    def limited(self, limits: Limits) -> None:
        self.switchboard.app = make_app(self.centre, limits)


KEY = random_bytes(signing.KEY_BYTES)


def enrolling(code: str) -> Wire:
    """A tablet with a key of its own, and this code."""
    proof = signing.sign(KEY, Purpose.ENROL, code)
    key = signing.public_of(KEY)
    return {"proto": 1, "app": "t", "code": code, "device_key": key, "proof": proof}


def receipt(order: str) -> Wire:
    """A tablet that says it has obeyed, unsigned."""
    body = json.dumps({"directive_id": order})
    return {"proto": 1, "app": "t", "directive_id": order, "body": body}


Provocation = Callable[[Scene], httpx.Response]


def _half_a_body(scene: Scene) -> httpx.Response:
    scene.limited(QUICK)
    url = scene.client.base_url
    raw = scene.path in (*files.PATHS, *copies.PATHS)
    kind = files.KIND if raw else "application/json"
    path = files.address("PUT") if scene.path in files.PATHS else scene.path
    path = path.format(device_id="x", name=copies.NAME)
    with socket.create_connection((url.host, url.port or 80), timeout=10) as line:
        line.sendall(
            f"{scene.method} {path} HTTP/1.1\r\nHost: x\r\n"
            f"Content-Type: {kind}\r\n"
            f"Authorization: Bearer {scene.priya.token}\r\nContent-Length: 100\r\n\r\n{{".encode()
        )
        received = b""
        while b"\r\n\r\n" not in received or not received.endswith(b"}"):
            received += line.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    status, *lines = head.decode().split("\r\n")
    headers = [line.partition(": ")[::2] for line in lines]
    return httpx.Response(int(status.split()[1]), headers=headers, content=body)


def _wrong_passwords(scene: Scene) -> httpx.Response:
    for _ in range(5):
        scene.ask({"password": "wrong"})
    return scene.ask()


def _closed(scene: Scene) -> httpx.Response:
    accounts.close_account(scene.centre, "priya")
    return scene.ask()


def _device(state: str) -> Provocation:
    def provoke(scene: Scene) -> httpx.Response:
        devices.set_state(scene.centre, scene.priya.device_id, state)
        return scene.ask()

    return provoke


def _another_key(scene: Scene) -> httpx.Response:
    if scene.path == routes.ENROL:
        return scene.ask({"proof": "00" * 64})
    if scene.path == routes.SIGN_IN:
        return scene.ask({"device_key": signing.public_of(KEY), "challenge": "x", "proof": "x"})
    with scene.centre.db.write() as connection:
        connection.exec_driver_sql("UPDATE device SET public_key = ?", (signing.public_of(KEY),))
    devices.wipe(scene.centre, scene.priya.device_id, mode="now")
    with scene.centre.db.read() as connection:
        order = connection.exec_driver_sql("SELECT id FROM directive").scalar_one()
    return scene.ask(receipt(order))


def _copied(scene: Scene) -> httpx.Response:
    first, second = create(), create()
    second["dseq"] = first["dseq"]
    scene.priya.send(first)
    with pytest.raises(RefusedError, match="device_clone"):
        scene.priya.send(second)
    return scene.ask()


def _not_enrolled(scene: Scene) -> httpx.Response:
    enrolment.require(scene.centre, on=True)
    return scene.ask()


def _no_room(scene: Scene) -> httpx.Response:
    scene.limited(NO_ROOM)
    return scene.ask()


def _our_fault(scene: Scene) -> httpx.Response:
    def broken(*_args: object) -> None:
        raise ZeroDivisionError

    for name in ("push", "pull", "sign_in", "hello"):
        scene.monkeypatch.setattr(f"server.api.sync.{name}", broken)
    for name in ("status", "take", "read"):
        scene.monkeypatch.setattr(f"server.api.blobs.{name}", broken)
    for name in ("hand_in", "hand_in_list", "hand_in_part"):
        scene.monkeypatch.setattr(f"server.api.bundles.{name}", broken)
    for name in ("enrol", "take_receipt"):
        scene.monkeypatch.setattr(f"server.api.devices.{name}", broken)
    scene.monkeypatch.setattr("server.api.health.newest_known", broken)
    scene.monkeypatch.setattr("server.api.health.Health", broken)
    return scene.ask()


def _run_out(scene: Scene) -> httpx.Response:
    scene.clock.advance(days=15)
    return scene.ask()


PROVOKE: dict[ErrorCode, Provocation] = {
    ErrorCode.BAD_REQUEST: lambda scene: scene.ask({"proto": "one"}),
    ErrorCode.TOO_SLOW: _half_a_body,
    ErrorCode.TOO_LARGE: lambda scene: scene.ask({"app": "x" * 9_000_000}),
    ErrorCode.UNSUPPORTED_MEDIA: lambda scene: scene.ask(Content_Type="text/html"),
    ErrorCode.NOT_SIGNED_IN: _run_out,
    ErrorCode.WRONG_PASSWORD: lambda scene: scene.ask({"password": "wrong"}),
    ErrorCode.TOO_MANY_TRIES: _wrong_passwords,
    ErrorCode.FORBIDDEN: _closed,
    ErrorCode.DEVICE_CLONE: _copied,
    ErrorCode.DEVICE_UNPROVEN: _another_key,
    ErrorCode.ENROLMENT_NEEDED: _not_enrolled,
    ErrorCode.BAD_CODE: lambda scene: scene.ask(enrolling("0000-0000-0000")),
    ErrorCode.NOT_FOUND: lambda scene: scene.ask(),
    ErrorCode.DEVICE_MISMATCH: lambda scene: scene.ask({"device_id": "another"}),
    ErrorCode.DEVICE_DRAINING: _device("draining"),
    ErrorCode.DEVICE_REVOKED: _device("revoked"),
    ErrorCode.UPDATE_NEEDED: lambda scene: scene.ask({"proto": 0}),
    ErrorCode.BUSY: _no_room,
    ErrorCode.SERVER_ERROR: _our_fault,
}

PROMISED = {
    ("GET", routes.HELLO): {ErrorCode.BUSY},
    ("GET", "/v1/health/live"): set[ErrorCode](),
    ("GET", "/v1/health/ready"): set[ErrorCode](),
    ("POST", routes.SIGN_IN): {
        ErrorCode.BAD_REQUEST,
        ErrorCode.TOO_SLOW,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNSUPPORTED_MEDIA,
        ErrorCode.WRONG_PASSWORD,
        ErrorCode.TOO_MANY_TRIES,
        ErrorCode.FORBIDDEN,
        ErrorCode.DEVICE_REVOKED,
        ErrorCode.DEVICE_UNPROVEN,
        ErrorCode.ENROLMENT_NEEDED,
        ErrorCode.BUSY,
    },
    ("POST", routes.ENROL): {
        ErrorCode.BAD_REQUEST,
        ErrorCode.TOO_SLOW,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNSUPPORTED_MEDIA,
        ErrorCode.DEVICE_UNPROVEN,
        ErrorCode.BAD_CODE,
        ErrorCode.BUSY,
    },
    ("POST", routes.RECEIPT): {
        ErrorCode.BAD_REQUEST,
        ErrorCode.TOO_SLOW,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNSUPPORTED_MEDIA,
        ErrorCode.NOT_FOUND,
        ErrorCode.DEVICE_UNPROVEN,
        ErrorCode.BUSY,
    },
    ("POST", routes.PUSH): {
        ErrorCode.BAD_REQUEST,
        ErrorCode.TOO_SLOW,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNSUPPORTED_MEDIA,
        ErrorCode.NOT_SIGNED_IN,
        ErrorCode.DEVICE_CLONE,
        ErrorCode.DEVICE_MISMATCH,
        ErrorCode.DEVICE_REVOKED,
        ErrorCode.BUSY,
    },
    ("POST", routes.PULL): {
        ErrorCode.BAD_REQUEST,
        ErrorCode.TOO_SLOW,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNSUPPORTED_MEDIA,
        ErrorCode.NOT_SIGNED_IN,
        ErrorCode.DEVICE_CLONE,
        ErrorCode.DEVICE_MISMATCH,
        ErrorCode.DEVICE_REVOKED,
        ErrorCode.DEVICE_DRAINING,
        ErrorCode.UPDATE_NEEDED,
        ErrorCode.BUSY,
    },
    ("POST", routes.BLOB_STATUS): {
        ErrorCode.BAD_REQUEST,
        ErrorCode.TOO_SLOW,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNSUPPORTED_MEDIA,
        ErrorCode.NOT_SIGNED_IN,
        ErrorCode.DEVICE_CLONE,
        ErrorCode.DEVICE_MISMATCH,
        ErrorCode.DEVICE_REVOKED,
        ErrorCode.BUSY,
    },
    **files.PROMISED,
    **copies.PROMISED,
}
PAIRS = [
    (method, path, code)
    for (method, path), codes in PROMISED.items()
    for code in sorted(codes | {ErrorCode.SERVER_ERROR})
]


def test_the_document_promises_exactly_these(client: httpx.Client) -> None:
    document = client.get("/v1/openapi.json").json()
    found = {
        (method.upper(), path, code)
        for path, item in document["paths"].items()
        for method, described in item.items()
        for answer in described["responses"].values()
        for code in ErrorCode
        if f"`{code}`" in answer["description"]
    }
    assert found == set(PAIRS)


@pytest.fixture
def scene(
    centre: Centre,
    clock: FixedClock,
    client: httpx.Client,
    line: tuple[Switchboard, httpx.Client],
    monkeypatch: pytest.MonkeyPatch,
) -> Scene:
    priya = Tablet(InProcess(centre), "of-priya")
    return Scene(client, centre, clock, line[0], priya, monkeypatch)


@pytest.mark.parametrize(("method", "path", "code"), PAIRS)
def test_what_is_promised_can_be_had(scene: Scene, method: str, path: str, code: ErrorCode) -> None:
    scene.method, scene.path = method, path
    if (path, code) in files.PROVOKE:
        answer = files.PROVOKE[path, code](scene.client, scene.priya)
    elif (path, code) in copies.PROVOKE:
        answer = copies.PROVOKE[path, code](scene.client, scene.priya, scene.centre)
    else:
        answer = PROVOKE[code](scene)
    error = ErrorAnswer.model_validate(answer.json())
    assert (error.error, answer.status_code) == (code, HTTP_STATUS[code])
    assert error.words
    if code in (ErrorCode.BUSY, ErrorCode.TOO_MANY_TRIES):
        assert error.retry_after is not None
        assert int(answer.headers["Retry-After"]) >= 1


# --------------------------------------------------------------------------- patience


@pytest.fixture
def impatient(centre: Centre) -> Iterator[httpx.Client]:
    """A server of its own that waits a third of a second for the head of a request."""
    with answering(make_app(centre, QUICK), QUICK) as client:
        yield client


@pytest.mark.parametrize("said", [b"", b"GET /v1/sync/hello HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_does_not_arrive_ends_the_connection(
    impatient: httpx.Client, said: bytes
) -> None:
    url = impatient.base_url
    with socket.create_connection((url.host, url.port or 80), timeout=10) as line:
        line.sendall(said)
        assert line.recv(100) == b""
    assert impatient.get(routes.HELLO).status_code == 200


def test_those_who_drip_do_not_keep_others_waiting(impatient: httpx.Client) -> None:
    url = impatient.base_url
    drippers = [socket.create_connection((url.host, url.port or 80)) for _ in range(100)]
    try:
        for line in drippers:
            line.sendall(b"POST /v1/sync/push HTTP/1.1\r\n")
        started = impatient.get(routes.HELLO)
        assert started.status_code == 200
        assert started.elapsed < timedelta(seconds=1)
    finally:
        for line in drippers:
            line.close()


def test_a_locked_store_says_when_to_come_back(
    client: httpx.Client, monkeypatch: pytest.MonkeyPatch, centre: Centre
) -> None:
    priya = Tablet(InProcess(centre), "of-priya")

    def locked(*_args: Any) -> None:
        raise sqlalchemy.exc.OperationalError("", {}, Exception("database is locked"))

    monkeypatch.setattr("server.api.sync.push", locked)
    answer = client.post(
        routes.PUSH,
        json={"proto": 1, "app": "t", "device_id": priya.device_id, "ops": []},
        headers={"Authorization": f"Bearer {priya.token}"},
    )
    assert (answer.status_code, answer.json()["error"]) == (503, "busy")
    assert answer.headers["Retry-After"] == "5"
