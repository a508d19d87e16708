"""Every answer that HTTP knows, in every phase: plain words, nothing lost, and on it goes."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

from fieldapp.domain.content import Json
from sync import faults, schedule
from sync.protocol.codes import HTTP_STATUS, ErrorCode
from sync.protocol.routes import PUSH, SIGN_IN
from sync.runner import drive
from sync.transport import Deadlines, HttpLink
from tests.conftest import FixedClock
from tests.sync.rude_server import MARK, Request, RudeServer, http, rude
from tests.sync.tablet import TabletStore, tablet_store

QUICK = Deadlines(connect=2.0, quiet=5.0, total=10.0)
SEND = "Your records are safe and will be tried again."
WORDS: dict[int, str] = {
    400: "The centre could not read one of your records. It is kept and tried again later.",
    401: "Sign in again to send. Your records are safe.",
    403: "Your account may not use this app. Ask your sergeant. Your records are safe.",
    408: "The centre did not answer in time. Your records are safe and are sent again.",
    413: "The centre could not read one of your records. It is kept and tried again later.",
    415: "The centre could not read one of your records. It is kept and tried again later.",
    422: "The centre could not read one of your records. It is kept and tried again later.",
    426: "Update at the station to receive. You can keep recording, and your records are sent.",
    429: "The centre is busy. Your records are safe and are sent in a little while.",
    502: "You are offline. Your records are safe and send when you reconnect.",
    503: "The centre is busy. Your records are safe and are sent in a little while.",
    504: "The centre did not answer in time. Your records are safe and are sent again.",
}
STRANGE = (
    "No connection to the force server. This Wi-Fi may want you to sign in to it first. "
    "Your records are safe."
)
OURS = f"Something went wrong at the centre. {SEND}"
STATUSES = sorted(status.value for status in HTTPStatus if status.value >= 201)
NO_BODY = {204, 205, 304}


def words_of(status: int, *, marked: bool) -> str:
    """What an officer reads after an answer with this status and no code we know."""
    if not marked:
        return WORDS[status] if status in (408, 413, 429, 502, 503, 504) else STRANGE
    if status < 400:
        return STRANGE
    return WORDS.get(status, OURS)


class Scripted:
    """A centre that answers one phase wrongly as long as it is told to, and else as it should."""

    def __init__(self, phase: str, status: int, body: Json, *, marked: bool) -> None:
        self.phase, self.status, self.body, self.marked = phase, status, body, marked
        self.wrong = True
        self.taken: list[str] = []

    def __call__(self, sock: socket.socket, request: Request) -> None:
        path = request.line.split()[1]
        phase = {PUSH: "push", SIGN_IN: "sign-in"}.get(path, "pull")
        if self.wrong and phase == self.phase:
            raw = b"" if self.status in NO_BODY else json.dumps(self.body).encode()
            mark = MARK if self.marked else ""
            sock.sendall(http(raw, status=f"{self.status} Word", headers=mark))
            return
        sock.sendall(http(json.dumps(self._right(phase, request)).encode()))

    def _right(self, phase: str, request: Request) -> Json:
        common: Json = {"epoch": "e1", "head": 1, "durable": 0, "server_time": "2026-03-19T14:30Z"}
        asked: Json = json.loads(request.body)
        if phase == "push":
            self.taken += [op["op_id"] for op in asked["ops"]]
            results = [
                {"op_id": op["op_id"], "status": "applied", "revision": 1, "seq": 1}
                for op in asked["ops"]
            ]
            return common | {"results": results}
        return common | {
            "changes": [],
            "count": 0,
            "more": False,
            "cursor": {"epoch": "e1", "scopes": {}},
        }


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[TabletStore]:
    with tablet_store(tmp_path, clock) as made:
        yield made


def _round(store: TabletStore, server: RudeServer) -> faults.Fault | None:
    """One round over a real line; what stood in its way."""
    line = HttpLink(server.url, app="t", device_id="d", token="t", deadlines=QUICK)
    try:
        return drive(store.engine.round(), line).trouble
    except faults.Fault as fault:
        return fault
    finally:
        line.close()


def _holds(phase: str, centre: Scripted, store: TabletStore, clock: FixedClock) -> str:
    """Go through one phase while it goes wrong, and then again; the words of the first time."""
    op_id = store.add(
        store.new_id(), kind="create", record_type="ENGAGEMENT", schema_version=1, body={}
    )
    wire = store.wires()[op_id]
    with rude(centre) as server:
        trouble = _round(store, server)
        assert len(server.requests) <= 3
        assert store.wires()[op_id] == wire
        expected = "sent" if phase == "push" else "acked"
        assert store.states()[op_id] == expected
        centre.wrong = False
        clock.advance(hours=7)
        assert _round(store, server) is None
    assert centre.taken == [op_id]
    assert store.states()[op_id] == "settled"
    if trouble is not None:
        return trouble.words
    aside = store.port.waiting()
    assert aside.operations == 0
    return ""


@pytest.mark.parametrize("marked", [True, False], ids=["by the centre", "by a stranger"])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("phase", ["push", "pull"])
def test_status_matrix(
    store: TabletStore, clock: FixedClock, phase: str, status: int, *, marked: bool
) -> None:
    body = {"error": "never_heard_of", "words": "for support", "request_id": "r"}
    centre = Scripted(phase, status, body, marked=marked)
    said = _holds(phase, centre, store, clock)
    kept_aside = phase == "push" and words_of(status, marked=marked) == WORDS[400]
    # An operation that the centre cannot read is put aside alone; the round goes on without it.
    assert said == ("" if kept_aside else words_of(status, marked=marked))


BY_CODE: dict[ErrorCode, str] = {
    ErrorCode.BAD_REQUEST: WORDS[400],
    ErrorCode.TOO_LARGE: WORDS[400],
    ErrorCode.UNSUPPORTED_MEDIA: WORDS[400],
    ErrorCode.NOT_SIGNED_IN: WORDS[401],
    ErrorCode.DEVICE_MISMATCH: ("This tablet is not known to the centre. Sign in again to send."),
    ErrorCode.DEVICE_DRAINING: (
        "This tablet is being handed in: it sends what it holds and receives nothing new."
    ),
    ErrorCode.DEVICE_REVOKED: (
        "This tablet has been stopped by the force. Your records are kept on it. "
        "Take it to the station."
    ),
    ErrorCode.DEVICE_CLONE: (
        "This tablet was put back to an earlier state, or there is a copy of it. Sign in again to "
        "go on sending. Your records are safe."
    ),
    ErrorCode.FORBIDDEN: WORDS[403],
    ErrorCode.UPDATE_NEEDED: WORDS[426],
    ErrorCode.TOO_SLOW: WORDS[408],
    ErrorCode.TOO_MANY_TRIES: "Too many tries to sign in. Wait a few minutes, then try again.",
    ErrorCode.BUSY: WORDS[503],
    ErrorCode.SERVER_ERROR: OURS,
    ErrorCode.NOT_FOUND: OURS,
    ErrorCode.METHOD_NOT_ALLOWED: OURS,
}


@pytest.mark.parametrize("code", BY_CODE)
@pytest.mark.parametrize("phase", ["push", "pull"])
def test_every_code_of_the_centre_in_either_phase(
    store: TabletStore, clock: FixedClock, phase: str, code: ErrorCode
) -> None:
    body = {"error": code.value, "words": "for support", "request_id": "r", "epoch": "e1"}
    centre = Scripted(phase, HTTP_STATUS[code], body, marked=True)
    said = _holds(phase, centre, store, clock)
    assert said == ("" if phase == "push" and BY_CODE[code] == WORDS[400] else BY_CODE[code])


ON_SIGN_IN = BY_CODE | {
    ErrorCode.WRONG_PASSWORD: (
        "That force number and password do not match. Check both and try again."
    ),
    ErrorCode.DEVICE_UNPROVEN: (
        "The centre does not recognise this tablet. Ask support to enrol it again. "
        "Your records are safe."
    ),
    ErrorCode.ENROLMENT_NEEDED: (
        "This tablet has to be enrolled before you can sign in. Ask support for a code. "
        "Your records are safe."
    ),
}


def _sign_in(status: int, body: Json, *, marked: bool) -> faults.Fault:
    with rude(Scripted("sign-in", status, body, marked=marked)) as server:
        line = HttpLink(server.url, app="t", deadlines=QUICK)
        with pytest.raises(faults.Fault) as caught:
            line.sign_in("16482", "three words here")
        line.close()
        assert len(server.requests) == 1
    assert not line.token
    return caught.value


@pytest.mark.parametrize("code", ON_SIGN_IN)
def test_every_code_of_the_centre_at_sign_in(code: ErrorCode) -> None:
    body = {"error": code.value, "words": "for support", "request_id": "r", "epoch": "e1"}
    assert _sign_in(HTTP_STATUS[code], body, marked=True).words == ON_SIGN_IN[code]


@pytest.mark.parametrize("marked", [True, False], ids=["by the centre", "by a stranger"])
@pytest.mark.parametrize("status", STATUSES)
def test_every_status_at_sign_in(status: int, *, marked: bool) -> None:
    body = {"error": "never_heard_of", "words": "for support", "request_id": "r"}
    assert _sign_in(status, body, marked=marked).words == words_of(status, marked=marked)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("asked", ["40", "Thu, 19 Mar 2026 14:30:40 GMT"])
@pytest.mark.parametrize("marked", [True, False], ids=["by the centre", "by a gateway"])
def test_a_time_to_come_back_is_kept_also_when_the_officer_presses(
    status: int, asked: str, *, marked: bool
) -> None:
    mark = MARK if marked else ""
    headers = f"{mark}Date: Thu, 19 Mar 2026 14:30:00 GMT\r\nRetry-After: {asked}\r\n"

    def busy(sock: socket.socket, _request: Request) -> None:
        sock.sendall(http(b"{}", status=f"{status} Busy", headers=headers))

    with rude(busy) as server:
        line = HttpLink(server.url, app="t", deadlines=QUICK)
        with pytest.raises(faults.Busy) as caught:
            line.hello()
        line.close()
    assert caught.value.retry_after == 40.0
    wait = caught.value.retry_after
    planned = schedule.after_fault(schedule.Schedule(), 100.0, _most, retry_after=wait)
    assert planned.at == 160.0
    assert schedule.try_now(planned, 101.0).at == 160.0


def _most(_least: float, most: float) -> float:
    return most


def test_every_code_has_its_place_here_or_is_for_photos_or_codes_alone() -> None:
    elsewhere = {
        ErrorCode.BAD_CODE,
        ErrorCode.BAD_RANGE,
        ErrorCode.DAMAGED,
        ErrorCode.START_AGAIN,
        ErrorCode.ENTRIES_FIRST,
    }
    assert set(ON_SIGN_IN) | elsewhere == set(ErrorCode)
