"""A line that breaks at any byte of a call, either way: nothing half done, lost or doubled.

``make test`` takes a few bytes of each call, drawn from a seed; ``EVERY_BYTE=1`` takes them all.
"""

from __future__ import annotations

import faulthandler
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from fieldapp.services.values import Link
from fieldapp.wiring import Tablet
from sync.transport import Deadlines
from tests.domain.test_photos import PLAIN
from tests.e2e.centre import PRIYA, TOM, Centre
from tests.e2e.conftest import OpenTablet, drop_in, signed_in
from tests.e2e.proxy import Line, as_it_is, is_pull, is_push, line_to
from tests.sync.certificates import Authority
from tests.sync.rude_server import Behaviour, Request, http

EVERY = os.environ.get("EVERY_BYTE", "") == "1"
DRAWN = 3
"""Bytes of each call in each way of breaking, beside the first and the last."""
DEADLINES = Deadlines(connect=2.0, quiet=2.0, total=2.0)
PORTAL = http(b"<html>Please sign in</html>", headers="Content-Type: text/html\r\n")

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.slow,
    pytest.mark.kill,
    pytest.mark.timeout(3600 if EVERY else 180),
]

Which = Callable[[Request], bool]


def is_put(request: Request) -> bool:
    return request.line.startswith("PUT /v1/blobs/")


def is_any(_request: Request) -> bool:
    return True


@dataclass
class Scene:
    """Two tablets behind the line: one has an entry with a photo, the other is to get it."""

    line: Line
    centre: Centre
    priya: Tablet
    tom: Tablet
    record_id: str

    def counts(self) -> tuple[int, ...]:
        """Revisions, rows of the ledger, whole photos and pieces at the centre."""
        asked = ("revision WHERE device_id <> ''", "ledger", "blob", "piece")
        return tuple(self.centre.sql(f"SELECT count(*) FROM {one}")[0][0] for one in asked)

    def here(self) -> tuple[str, ...]:
        """What Tom's tablet has."""
        return tuple(row.record_id for row in self.tom.services.entries.list())


@pytest.fixture(autouse=True)
def no_alarm() -> None:
    """With every byte these tests take long and are not stuck; the limit of each still holds."""
    if EVERY:
        faulthandler.cancel_dump_traceback_later()


@pytest.fixture
def line(centre: Centre) -> Iterator[Line]:
    with line_to(centre) as made:
        yield made


@pytest.fixture
def scene(line: Line, centre: Centre, open_tablet: OpenTablet) -> Scene:
    priya = signed_in(open_tablet("priya", server=line.url, deadlines=DEADLINES), PRIYA)
    tom = signed_in(open_tablet("tom", server=line.url, deadlines=DEADLINES), TOM)
    draft = drop_in(priya)
    priya.services.attaching.add(draft.record_id, PLAIN)
    return Scene(line, centre, priya, tom, priya.services.capture.submit(draft).record_id)


def places(whole: int, seed: int) -> list[int]:
    """After how many bytes a call of so many breaks off."""
    if EVERY:
        return list(range(whole))
    return sorted({0, whole - 1, *Random(seed).sample(range(whole), min(DRAWN, whole))})


def cut(sock: socket.socket, data: bytes, at: int) -> None:
    sock.sendall(data[:at])
    sock.shutdown(socket.SHUT_RDWR)


def half_close(sock: socket.socket, data: bytes, at: int) -> None:
    sock.sendall(data[:at])
    sock.shutdown(socket.SHUT_WR)


def portal(sock: socket.socket, data: bytes, at: int) -> None:
    sock.sendall(data[:at] + PORTAL * (len(data) // len(PORTAL) + 1))
    sock.shutdown(socket.SHUT_WR)


WAYS = {way.__name__: way for way in (cut, half_close, portal)}


def one_at_a_time(scene: Scene, which: str) -> tuple[Which, Tablet]:
    """The call that breaks, and whose; what comes before it has happened."""
    if which == "push":
        return is_push, scene.priya
    if which == "photo":
        carry = scene.line.server.behaviour
        scene.line.server.behaviour = _hanging_up_at(is_put, carry)
        scene.priya.sync_now()
        scene.line.server.behaviour = carry
        return is_put, scene.priya
    scene.priya.sync_now()
    return is_pull, scene.tom


def _hanging_up_at(which: Which, carry: Behaviour) -> Behaviour:
    def behave(sock: socket.socket, request: Request) -> None:
        if which(request):
            sock.shutdown(socket.SHUT_RDWR)
        else:
            carry(sock, request)

    return behave


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("which", ["push", "pull"])
def test_an_answer_that_breaks_off_at_any_byte_does_no_harm(
    which: str, way: str, scene: Scene
) -> None:
    broken, tablet = one_at_a_time(scene, which)
    carry, seed = scene.line.server.behaviour, int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    sizes: list[int] = []
    at = 0

    def behave(sock: socket.socket, request: Request) -> None:
        if not broken(request):
            carry(sock, request)
            return
        answer = scene.line.asked(request)
        sizes.append(len(answer))
        WAYS[way](sock, answer, min(at, len(answer) - 1))

    scene.line.server.behaviour = behave
    before = scene.here()
    tablet.sync_now()
    done = scene.counts()
    for at in places(sizes[0], seed):
        status = tablet.sync_now()
        assert status.link in (Link.OFFLINE, Link.NOT_OUR_SERVER), at
        assert scene.counts() == done, at
        assert scene.here() == before, at
    assert len(sizes) > DRAWN
    scene.line.server.behaviour = carry
    all_is_there_once(scene)


@pytest.mark.parametrize("way", WAYS)
def test_an_answer_about_a_piece_of_a_photo_that_breaks_off_at_any_byte_does_no_harm(
    way: str, scene: Scene
) -> None:
    carry, seed = scene.line.server.behaviour, int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    whole: list[int] = []
    at = 0

    def behave(sock: socket.socket, request: Request) -> None:
        if not is_put(request):
            carry(sock, request)
            return
        answer = scene.line.asked(request)
        whole.append(len(answer))
        WAYS[way](sock, answer, min(at, len(answer) - 1))

    scene.line.server.behaviour = behave
    assert scene.priya.sync_now().photos == 1
    for number, at in enumerate(places(whole[0], seed), 1):
        noise = f"photo {number}".encode()
        draft = drop_in(scene.priya)
        scene.priya.services.attaching.add(draft.record_id, PLAIN[:-2] + noise + PLAIN[-2:])
        scene.priya.services.capture.submit(draft)
        status = scene.priya.sync_now()
        assert status.link in (Link.OFFLINE, Link.NOT_OUR_SERVER), at
        assert status.photos == 1, at
        assert scene.counts()[2:] == (number + 1, number + 1)
    scene.line.server.behaviour = carry
    assert scene.priya.sync_now().photos == 0
    assert scene.counts()[2:] == (number + 1, number + 1)
    assert scene.centre.sql("SELECT count(*) FROM upload") == [(0,)]


@pytest.mark.parametrize("way", ["cut", "half_close"])
@pytest.mark.parametrize("which", ["push", "pull", "photo"])
def test_a_request_that_breaks_off_at_any_byte_does_nothing(
    which: str, way: str, scene: Scene
) -> None:
    broken, tablet = one_at_a_time(scene, which)
    carry, seed = scene.line.server.behaviour, int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    sizes: list[int] = []
    at = 0

    def behave(sock: socket.socket, request: Request) -> None:
        if not broken(request):
            carry(sock, request)
            return
        whole = request.head.encode() + b"\r\n\r\n" + request.body
        sizes.append(len(whole))
        with socket.create_connection(("127.0.0.1", scene.centre.port), timeout=20) as centre:
            WAYS[way](centre, whole, min(at, len(whole) - 1))
            while way == "half_close" and (said := centre.recv(65536)):
                sock.sendall(said)
        sock.shutdown(socket.SHUT_RDWR)

    scene.line.server.behaviour = behave
    before, untouched = scene.here(), scene.counts()
    tablet.sync_now()
    for at in places(sizes[0], seed):
        status = tablet.sync_now()
        assert status.link in (Link.OFFLINE, Link.NOT_OUR_SERVER), at
        assert scene.counts() == untouched, at
        assert scene.here() == before, at
    assert len(sizes) > DRAWN
    scene.line.server.behaviour = carry
    all_is_there_once(scene)


def all_is_there_once(scene: Scene) -> None:
    """On a good line everything goes on."""
    status = scene.priya.sync_now()
    assert (status.link, status.waiting, status.photos, status.held) == (Link.ONLINE, 0, 0, 0)
    assert scene.tom.sync_now().link == Link.ONLINE
    assert scene.here() == (scene.record_id,)
    kinds = scene.centre.sql(
        "SELECT kind, count(*) FROM revision WHERE record_id = ? AND op_id IS NOT NULL"
        " GROUP BY kind ORDER BY kind",
        scene.record_id,
    )
    assert kinds == [("create", 1), ("submit", 1)]
    assert scene.centre.sql("SELECT count(*) FROM quarantine") == [(0,)]
    assert len(scene.centre.sql("SELECT sha FROM blob")) == 1


@pytest.mark.parametrize("which", ["push", "pull", "photo"])
def test_an_answer_that_drips_is_given_up_and_does_no_harm(which: str, scene: Scene) -> None:
    broken, tablet = one_at_a_time(scene, which)
    carry = scene.line.server.behaviour

    def drip(sock: socket.socket, request: Request) -> None:
        if not broken(request):
            carry(sock, request)
            return
        for byte in scene.line.asked(request):
            sock.sendall(bytes([byte]))
            if scene.line.server.leaving.wait(0.02):
                return

    scene.line.server.behaviour = drip
    assert tablet.sync_now().link == Link.OFFLINE
    assert which != "pull" or scene.here() == ()
    scene.line.server.behaviour = carry
    all_is_there_once(scene)


# ------------------------------------------------------------------- another certificate


@pytest.fixture
def force_ca(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "The force")


@pytest.fixture
def stranger(tmp_path: Path) -> ssl.SSLContext:
    return Authority(tmp_path, "Somebody else").serving()


@pytest.mark.parametrize("after", ["any call", "push", "photo"])
def test_a_certificate_that_changes_in_the_middle_stops_the_round_and_loses_nothing(
    after: str,
    centre: Centre,
    force_ca: Authority,
    stranger: ssl.SSLContext,
    open_tablet: OpenTablet,
) -> None:
    ours = force_ca.serving()
    breaks: dict[str, Which] = {"any call": is_any, "push": is_push, "photo": is_put}
    with line_to(centre, ours) as line:
        ca = {"ca_file": force_ca.file}
        priya = signed_in(open_tablet("priya", server=line.url, deadlines=DEADLINES, **ca), PRIYA)
        tom = signed_in(open_tablet("tom", server=line.url, deadlines=DEADLINES, **ca), TOM)
        draft = drop_in(priya)
        priya.services.attaching.add(draft.record_id, PLAIN)
        scene = Scene(line, centre, priya, tom, priya.services.capture.submit(draft).record_id)

        def swap(request: Request, answer: bytes) -> bytes | None:
            if not breaks[after](request):
                return answer
            line.server.tls = stranger
            return None

        line.spoil = swap
        priya.sync_now()
        heard = len(line.server.requests)
        status = priya.sync_now()
        assert status.link != Link.ONLINE
        assert status.words == (
            "No connection to the force server: this network could not prove it is the force's."
            " Nothing was sent. Your records are safe."
        )
        assert len(line.server.requests) == heard, "a stranger was told something"
        line.server.tls, line.spoil = ours, as_it_is
        all_is_there_once(scene)
