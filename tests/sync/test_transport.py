"""The line to the centre: nothing but the centre's own whole answer is an answer."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fieldapp.domain.exchange import OutgoingOp, Position, Waiting
from sync import faults
from sync.ports import PullCall, PushCall
from sync.transport import Deadlines, HttpLink
from tests.sync.rude_server import (
    MARK,
    Behaviour,
    Request,
    RudeServer,
    drips,
    http,
    rude,
    says,
    sends,
)

QUICK = Deadlines(connect=1.0, quiet=0.4, total=0.8, slowest=1e9)
PULL = PullCall(Position(), 500, Waiting())
PAGE = {
    "epoch": "e1",
    "changes": [],
    "count": 0,
    "cursor": {"epoch": "e1", "scopes": {}},
    "more": False,
    "head": 0,
    "durable": 0,
    "server_time": "2026-03-19T14:30:00Z",
}


def link_to(url: str, **kwargs: object) -> HttpLink:
    options: dict[str, object] = {"deadlines": QUICK, "device_id": "d1", "token": "t1"}
    return HttpLink(url, app="0.1.0", **{**options, **kwargs})  # type: ignore[arg-type]


@pytest.fixture
def closing() -> Iterator[list[HttpLink]]:
    links: list[HttpLink] = []
    yield links
    for link in links:
        link.close()


def fault_from(behaviour: Behaviour) -> faults.Fault:
    with rude(behaviour) as server:
        link = link_to(server.url)
        with pytest.raises(faults.Fault) as caught:
            link.answer(PULL)
        link.close()
    return caught.value


# ----------------------------------------------------------------- a good answer


def test_an_answer_with_the_mark_is_handed_on_as_it_came(closing: list[HttpLink]) -> None:
    with rude(says(PAGE)) as server:
        link = link_to(server.url)
        closing.append(link)
        assert link.answer(PULL) == PAGE


def test_two_calls_use_one_connection(closing: list[HttpLink]) -> None:
    with rude(says(PAGE)) as server:
        link = link_to(server.url)
        closing.append(link)
        link.answer(PULL)
        link.answer(PULL)
        assert server.connections == 1


def test_the_token_travels_in_authorization_only_and_not_with_the_sign_in(
    closing: list[HttpLink],
) -> None:
    with rude(says(PAGE)) as server:
        link = link_to(server.url, token="sesame-token")
        closing.append(link)
        link.answer(PULL)
        with pytest.raises(faults.Fault):
            link.sign_in("16482", "secret words")
    pull, sign_in = server.requests
    assert pull.headers["authorization"] == "Bearer sesame-token"
    assert pull.head.count("sesame-token") == 1
    assert "authorization" not in sign_in.headers


def test_frozen_operations_leave_byte_for_byte_and_large_bodies_are_zipped(
    closing: list[HttpLink],
) -> None:
    wires = ['{"b":2,   "a":"%s"}' % ("x" * 1500), '{"a" : 1}']
    ops = tuple(OutgoingOp(f"o{n}", "r", wire, "", 0) for n, wire in enumerate(wires))
    waiting = Waiting(2, 1, datetime(2026, 3, 19, 9, 0, tzinfo=UTC))
    with rude(says(PAGE)) as server:
        link = link_to(server.url)
        closing.append(link)
        link.answer(PushCall(ops, waiting, 7))
        link.answer(PushCall(ops[1:], waiting, 7))
    zipped, plain = server.requests
    assert zipped.headers["content-encoding"] == "gzip"
    body = gzip.decompress(zipped.body).decode()
    assert all(wire in body for wire in wires)
    said = json.loads(body)
    assert said["hb"] == {"depth": 2, "oldest_at": "2026-03-19T09:00:00+00:00"}
    assert said["journal_floor"] == 7
    assert said["ops"] == [json.loads(wire) for wire in wires]
    assert "content-encoding" not in plain.headers
    assert wires[1].encode() in plain.body


def test_a_zipped_answer_is_read(closing: list[HttpLink]) -> None:
    body = gzip.compress(json.dumps(PAGE).encode())
    with rude(says(body, headers=MARK + "Content-Encoding: gzip\r\n")) as server:
        link = link_to(server.url)
        closing.append(link)
        assert link.answer(PULL) == PAGE


# ------------------------------------------------------------- somebody else answers


@pytest.mark.parametrize(
    ("status", "headers", "body"),
    [
        ("200 OK", "Content-Type: text/html\r\n", b"<html>Welcome to Cafe Wi-Fi</html>"),
        ("200 OK", "", json.dumps(PAGE).encode()),
        ("302 Found", "Location: http://127.0.0.1:1/login\r\n", b""),
        ("302 Found", MARK + "Location: http://127.0.0.1:1/login\r\n", b""),
        ("302 Found", MARK + "Location: ht!tp://[::1\r\n", b""),
        ("511 Network Authentication Required", "", b"<html>"),
        ("401 Unauthorized", "", b"<html>"),
        ("403 Forbidden", "", b"{}"),
        ("404 Not Found", "", b""),
        ("500 Internal Server Error", "", b"<html>"),
        ("200 OK", MARK, b"[]"),
        ("200 OK", MARK + "Content-Encoding: br\r\n", b"xx"),
        ("200 OK", MARK + "Content-Encoding: gzip\r\n", b"not gzip at all"),
    ],
)
def test_a_sign_in_page_or_a_stranger_is_not_our_server(
    status: str, headers: str, body: bytes
) -> None:
    fault = fault_from(sends(http(body, status=status, headers=headers)))
    assert type(fault) is faults.NotOurServer
    assert fault.words.startswith("No connection to the force server.")
    assert "Your records are safe." in fault.words


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "307 Temporary Redirect"])
def test_a_redirect_is_never_followed_and_nothing_reaches_the_other_host(status: str) -> None:
    with rude(says(PAGE)) as elsewhere:
        where = f"Location: {elsewhere.url}/v1/sync/pull\r\n"
        fault = fault_from(sends(http(b"", status=status, headers=MARK + where)))
        assert isinstance(fault, faults.NotOurServer)
        assert elsewhere.connections == 0


def test_proxies_and_credentials_of_the_environment_are_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, closing: list[HttpLink]
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with rude(says(PAGE)) as proxy, rude(says(PAGE)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        link = link_to(server.url, token="")
        closing.append(link)
        link.answer(PULL)
        assert proxy.connections == 0
        assert "authorization" not in server.requests[0].headers


# ------------------------------------------------------------------- rude to be slow


def test_nobody_listening_is_offline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    link = link_to(f"http://127.0.0.1:{port}")
    with pytest.raises(faults.Offline) as caught:
        link.answer(PULL)
    assert type(caught.value) is faults.Offline
    assert caught.value.words == (
        "You are offline. Your records are safe and send when you reconnect."
    )


def test_a_silent_server_is_given_up() -> None:
    started = time.monotonic()

    def silent(_sock: socket.socket, _request: Request) -> None:
        server.leaving.wait(10)

    with rude(silent) as server:
        link = link_to(server.url)
        with pytest.raises(faults.TimedOut):
            link.answer(PULL)
    assert time.monotonic() - started < 2


WHOLE = http(json.dumps(PAGE).encode())
NO_LENGTH = f"HTTP/1.1 200 OK\r\n{MARK}\r\n".encode() + json.dumps(PAGE).encode()


@pytest.mark.parametrize(
    ("raw", "quick_part"),
    [
        (b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 4000, 0),
        (WHOLE, WHOLE.index(b"\r\n\r\n") + 4),
        (NO_LENGTH, NO_LENGTH.index(b"\r\n\r\n") + 4),
    ],
    ids=["headers", "body", "body without a length"],
)
def test_a_slow_drip_ends_with_the_deadline_of_the_whole_call(raw: bytes, quick_part: int) -> None:
    started = time.monotonic()

    def behave(sock: socket.socket, request: Request) -> None:
        sock.sendall(raw[:quick_part])
        drips(lambda: server.leaving, raw[quick_part:], 0.1)(sock, request)

    with rude(behave) as server:
        link = link_to(server.url)
        with pytest.raises(faults.TimedOut) as caught:
            link.answer(PULL)
    assert caught.value.detail == "the deadline of the call"
    assert time.monotonic() - started < 2


def test_a_large_request_is_given_longer() -> None:
    deadlines = Deadlines()
    assert deadlines.for_body(0) == 60.0
    assert deadlines.for_body(256 * 1024) == 60.0 + 64.0


def test_closing_the_app_ends_a_call_that_waits() -> None:
    def silent(_sock: socket.socket, _request: Request) -> None:
        arrived.set()
        server.leaving.wait(10)

    arrived = threading.Event()
    with rude(silent) as server:
        link = link_to(server.url, deadlines=Deadlines(quiet=9.0, total=9.0))
        told: list[faults.Fault] = []

        def call() -> None:
            with pytest.raises(faults.Fault) as caught:
                link.answer(PULL)
            told.append(caught.value)

        thread = threading.Thread(target=call)
        started = time.monotonic()
        thread.start()
        assert arrived.wait(5)
        link.stop()
        thread.join(5)
    assert isinstance(told[0], faults.Stopped)
    assert time.monotonic() - started < 5
    with pytest.raises(faults.Stopped):
        link.answer(PULL)


# -------------------------------------------------------------------- rude to be big


def test_a_gzip_bomb_stops_at_the_cap_and_takes_no_more_memory() -> None:
    bomb = gzip.compress(b" " * (200 * 1024 * 1024), compresslevel=9)
    behave = sends(http(bomb, headers=MARK + "Content-Encoding: gzip\r\n"))
    with rude(behave) as server:
        link = link_to(server.url, deadlines=Deadlines(total=20))
        tracemalloc.start()
        with pytest.raises(faults.NotOurServer, match="larger than agreed"):
            link.answer(PULL)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 40 * 1024 * 1024


def test_an_endless_plain_answer_stops_at_the_cap() -> None:
    def behave(sock: socket.socket, _request: Request) -> None:
        sock.sendall(f"HTTP/1.1 200 OK\r\n{MARK}\r\n".encode())
        while not server.leaving.is_set():
            sock.sendall(b" " * 65536)

    with rude(behave) as server:
        link = link_to(server.url, deadlines=Deadlines(total=20))
        with pytest.raises(faults.NotOurServer, match="larger than agreed"):
            link.answer(PULL)


# ------------------------------------------------------------------- rude to be cut

CHUNKED = (
    f"HTTP/1.1 200 OK\r\n{MARK}Transfer-Encoding: chunked\r\n\r\n".encode()
    + b"".join(
        b"%x\r\n%s\r\n" % (len(part), part)
        for part in (json.dumps(PAGE).encode()[i : i + 40] for i in range(0, 200, 40))
    )
    + b"0\r\n\r\n"
)
ZIPPED = http(gzip.compress(json.dumps(PAGE).encode()), headers=MARK + "Content-Encoding: gzip\r\n")


@pytest.mark.parametrize(
    "raw", [WHOLE, CHUNKED, NO_LENGTH, ZIPPED], ids=["length", "chunked", "no length", "gzip"]
)
def test_an_answer_cut_anywhere_is_no_answer(raw: bytes) -> None:
    here = {"at": 0}

    def cut(sock: socket.socket, _request: Request) -> None:
        sock.sendall(raw[: here["at"]])
        sock.shutdown(socket.SHUT_RDWR)

    taken = []
    with rude(cut) as server:
        link = link_to(server.url)
        for here["at"] in range(0, len(raw), 7):
            try:
                taken.append(link.answer(PULL))
            except (faults.Offline, faults.NotOurServer):
                continue
        here["at"] = len(raw)
        if raw is not CHUNKED:
            assert link.answer(PULL) == PAGE
        link.close()
    assert taken == []


def test_the_http_library_is_not_imported_before_the_first_call() -> None:
    program = (
        "import sys, sync.transport, sync.engine, sync.runner\n"
        "sync.transport.HttpLink('http://127.0.0.1:1', app='0')\n"
        "sys.exit('requests' in sys.modules or 'urllib3' in sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=30)


def test_a_dropped_connection_between_two_calls_is_not_noticed(closing: list[HttpLink]) -> None:
    hung_up = threading.Event()

    def once(sock: socket.socket, _request: Request) -> None:
        sock.sendall(WHOLE)
        sock.shutdown(socket.SHUT_RDWR)
        hung_up.set()

    with RudeServer(once) as server:
        link = link_to(server.url)
        closing.append(link)
        link.answer(PULL)
        assert hung_up.wait(5)
        assert link.answer(PULL) == PAGE
        assert server.connections == 2
