"""A bad line between a real tablet and a real centre: no loss, no double, said in words."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from fieldapp.services.values import Link
from fieldapp.wiring import Tablet
from sync.transport import Deadlines
from tests.e2e.centre import PRIYA, TOM, Centre
from tests.e2e.conftest import OpenTablet, signed_in, submit
from tests.e2e.proxy import Line, as_it_is, is_pull, is_push, line_to
from tests.sync.rude_server import MARK, Behaviour, Request, http

pytestmark = pytest.mark.e2e

QUICK = Deadlines(connect=1.0, quiet=1.0, total=2.0)


@pytest.fixture
def line(centre: Centre) -> Iterator[Line]:
    with line_to(centre) as made:
        yield made


@pytest.fixture
def priya(line: Line, open_tablet: OpenTablet) -> Tablet:
    return signed_in(open_tablet("priya", server=line.url, deadlines=QUICK), PRIYA)


def made_once(centre: Centre, ids: list[str]) -> None:
    """Every record is there, was made once, and was submitted once."""
    rows = centre.sql("SELECT record_id, kind, count(*) FROM revision GROUP BY record_id, kind")
    found = {(record_id, kind): count for record_id, kind, count in rows}
    for record_id in ids:
        assert found[record_id, "create"] == 1
        assert found[record_id, "submit"] == 1


def test_a_lost_reply_neither_loses_nor_doubles_an_entry(
    line: Line, centre: Centre, priya: Tablet
) -> None:
    ids = [submit(priya) for _ in range(3)]
    line.spoil = lambda request, answer: None if is_push(request) else answer
    status = priya.sync_now()
    assert (status.link, status.waiting) == (Link.OFFLINE, 3)
    made_once(centre, ids)
    line.spoil = as_it_is
    status = priya.sync_now()
    assert (status.link, status.waiting, status.held) == (Link.ONLINE, 0, 0)
    made_once(centre, ids)


def test_a_line_that_loses_most_replies_for_a_whole_shift_loses_and_doubles_nothing(
    line: Line, centre: Centre, priya: Tablet
) -> None:
    seed = 20261119
    print(f"seed {seed}")
    chance = Random(seed)

    def spoil(_request: Request, answer: bytes) -> bytes | None:
        dice = chance.random()
        if dice < 0.4:
            return None
        return answer[: int(len(answer) * chance.random())] if dice < 0.7 else answer

    line.spoil = spoil
    line.in_the_clear = True
    ids = []
    for number in range(100):
        ids.append(submit(priya, notes=f"Entry {number}"))
        priya.sync_now()
    line.spoil = as_it_is
    assert priya.sync_now().waiting == 0
    made_once(centre, ids)
    replays = sum(answer.count(b'"replay":true') for _, answer in line.answers)
    assert replays > 100, "the line was not bad enough to prove anything"


@pytest.mark.parametrize("in_the_clear", [False, True], ids=["zipped", "in the clear"])
def test_an_answer_cut_at_any_fiftieth_byte_is_not_used(
    in_the_clear: bool, line: Line, centre: Centre, priya: Tablet, open_tablet: OpenTablet
) -> None:
    tom = signed_in(open_tablet("tom", server=line.url, deadlines=QUICK), TOM)
    ids = {submit(priya, notes=f"Entry {number} " + "and more " * 40) for number in range(4)}
    assert priya.sync_now().waiting == 0
    line.in_the_clear = in_the_clear
    at = 0
    line.spoil = lambda _request, answer: answer[:at]
    before = tom.syncing.status().last_contact_at
    whole = 0
    while at == 0 or at < whole:
        status = tom.sync_now()
        whole = len(line.answers[-1][1])
        assert status.link in (Link.OFFLINE, Link.NOT_OUR_SERVER)
        assert status.last_contact_at == before
        assert tom.services.entries.list() == ()
        at += 50
    assert at > 500
    line.spoil = as_it_is
    assert tom.sync_now().link == Link.ONLINE
    assert {row.record_id for row in tom.services.entries.list()} == ids


PORTAL = b"<html><title>Station guest Wi-Fi</title>Please sign in</html>"


@pytest.mark.parametrize(
    "page",
    [
        http(PORTAL, headers="Content-Type: text/html\r\n"),
        http(b"", status="302 Found", headers="Location: http://127.0.0.1:9/login\r\n"),
        http(b"", status="307 Temporary Redirect", headers="Location: http://127.0.0.1:9/\r\n"),
        http(PORTAL, status="511 Network Authentication Required", headers=""),
        http(b'{"results":[],"epoch":"x"}', headers=""),
        http(PORTAL, status="401 Unauthorized", headers="Content-Type: text/html\r\n"),
    ],
    ids=["page", "redirect", "redirect with body", "511", "json of a stranger", "401"],
)
def test_behind_a_wifi_that_wants_a_sign_in_work_waits_and_the_sign_in_stays(
    page: bytes, line: Line, priya: Tablet
) -> None:
    submit(priya)
    line.spoil = lambda _request, _answer: page
    status = priya.sync_now()
    assert (status.link, status.waiting) == (Link.NOT_OUR_SERVER, 1)
    assert status.words == (
        "No connection to the force server. This Wi-Fi may want you to sign in to it first."
        " Your records are safe."
    )
    line.spoil = as_it_is
    status = priya.sync_now()
    assert (status.link, status.waiting, status.words) == (Link.ONLINE, 0, "")


def test_a_reply_that_drips_is_given_up_in_time_and_the_work_is_sent_again(
    line: Line, centre: Centre, open_tablet: OpenTablet
) -> None:
    tablet = signed_in(open_tablet("priya", server=line.url, deadlines=QUICK), PRIYA)
    ids = [submit(tablet)]
    carry = line.server.behaviour

    def drip(sock: socket.socket, request: Request) -> None:
        if not is_push(request):
            carry(sock, request)
            return
        answer = line.asked(request)
        for byte in answer:
            sock.sendall(bytes([byte]))
            if line.server.leaving.wait(0.2):
                return

    line.server.behaviour = drip
    started = tablet.clock.monotonic()
    status = tablet.sync_now()
    assert tablet.clock.monotonic() - started < 4
    assert (status.link, status.waiting) == (Link.OFFLINE, 1)
    assert status.words.startswith("The centre did not answer in time.")
    line.server.behaviour = carry
    assert tablet.sync_now().waiting == 0
    made_once(centre, ids)


def test_a_zip_bomb_for_an_answer_is_no_answer(line: Line, priya: Tablet) -> None:
    bomb = gzip.compress(b"{" + b" " * (64 * 1024 * 1024))
    answer = http(bomb, headers=MARK + "Content-Encoding: gzip\r\n")
    line.spoil = lambda request, whole: answer if is_pull(request) else whole
    assert priya.sync_now().link == Link.NOT_OUR_SERVER


def busy(seconds: int) -> bytes:
    body = b'{"error":"busy","words":"x","request_id":"q","retry_after":%d}' % seconds
    return http(body, status="503 Service Unavailable")


def test_a_busy_centre_is_left_in_peace_even_when_the_officer_presses_try_now(
    line: Line, priya: Tablet
) -> None:
    submit(priya)
    line.spoil = lambda _request, _answer: busy(60)
    status = priya.sync_now()
    assert (status.link, status.waiting) == (Link.BUSY, 1)
    assert status.next_try_at is not None
    assert status.next_try_at > priya.clock.now()
    asked = len(line.answers)
    line.spoil = as_it_is
    status = priya.sync_now()
    assert len(line.answers) == asked
    assert status.words == (
        "The centre is busy. Your records are safe and are sent in a little while."
    )


def test_an_old_app_gets_nothing_new_and_still_hands_over_what_it_holds(
    line: Line, centre: Centre, priya: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [submit(priya)]
    monkeypatch.setattr("sync.transport.link.PROTOCOL", 0)
    status = priya.sync_now()
    assert (status.link, status.waiting) == (Link.UPDATE_NEEDED, 0)
    assert status.words == (
        "Update at the station to receive. You can keep recording, and your records are sent."
    )
    made_once(centre, ids)


def test_one_record_that_no_request_gets_through_with_does_not_hold_up_the_others(
    line: Line, centre: Centre, priya: Tablet
) -> None:
    ids = [submit(priya, notes=f"Entry {number}") for number in range(8)]
    bad = ids[3].encode()

    def refuse(request: Request) -> bytes | None:
        body = request.body
        if request.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        if is_push(request) and bad in body:
            said = b'{"error":"bad_request","words":"x","request_id":"q"}'
            return http(said, status="400 Bad Request")
        return None

    # Somebody on the way says no, so the centre must not see it either.
    carry = line.server.behaviour
    line.server.behaviour = _asking_first(refuse, carry)
    status = priya.sync_now()
    assert status.waiting == 1
    made_once(centre, [one for one in ids if one != ids[3]])
    (row,) = priya.services.waiting.pending()
    assert row.record_id == ids[3]
    assert row.reason == "The centre cannot take this now. Everything else goes on."
    assert row.next_try_at is not None
    line.server.behaviour = carry
    assert priya.sync_now().waiting == 0
    made_once(centre, ids)


def _asking_first(refuse: Callable[[Request], bytes | None], carry: Behaviour) -> Behaviour:
    def behave(sock: socket.socket, request: Request) -> None:
        said = refuse(request)
        if said:
            sock.sendall(said)
        else:
            carry(sock, request)

    return behave


def test_nothing_of_an_entry_is_left_in_the_clear_beside_the_store(
    line: Line, priya: Tablet
) -> None:
    submit(priya, notes="Marker-4711 in the notes")
    priya.sync_now()
    folder: Path = priya.data_dir
    for path in folder.rglob("*"):
        if path.is_file():
            assert b"Marker-4711" not in path.read_bytes(), path.name
