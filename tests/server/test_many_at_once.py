"""Many tablets at the same time: nobody waits for ever, nobody misses anything."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from fieldapp.system import SystemClock
from server.app import make_app
from server.errors import TurnedAway
from server.gates import Gate
from server.services.centre import Centre
from server.services.upkeep import keep_up
from server.services.verification import verify
from server.settings import Limits
from tests.conftest import FixedClock
from tests.contract.force import OFFICERS
from tests.contract.ports import OverHttp, RefusedError, answering
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create, submit

WRITERS, BATCHES, ENTRIES = 4, 6, 5


@pytest.fixture
def busy(centre: Centre) -> Iterator[str]:
    """A server of its own; the address."""
    keep_up(centre)
    with answering(make_app(centre)) as client:
        yield str(client.base_url)


def test_who_follows_the_feed_while_others_write_misses_nothing(busy: str, centre: Centre) -> None:
    done = threading.Event()
    # One entry of each batch is changed by nobody after it was handed in.
    made: list[str] = []

    def write(officer_id: str) -> None:
        with httpx.Client(base_url=busy, trust_env=False, timeout=30) as client:
            who = Tablet(OverHttp(client), officer_id)
            for _ in range(BATCHES):
                entries = [create() for _ in range(ENTRIES)]
                ops = [*entries, *(submit(op["record_id"]) for op in entries)]
                assert {result["status"] for result in who.send(*ops)} == {"applied"}
                made.extend(op["record_id"] for op in entries)

    def follow() -> set[str]:
        with httpx.Client(base_url=busy, trust_env=False, timeout=30) as client:
            who = Tablet(OverHttp(client), "of-sara")
            while True:
                last = done.is_set()
                who.follow(limit=40)
                if last:
                    return {id for scope, id in who.members if scope == "lpt:TA"}

    with ThreadPoolExecutor(WRITERS + 2) as pool:
        readers = [pool.submit(follow) for _ in range(2)]
        names = ("of-priya", "of-callum", "of-hannah", "of-tom")
        for writer in [pool.submit(write, name) for name in names[:WRITERS]]:
            writer.result(50)
        done.set()
        seen = [reader.result(50) for reader in readers]
    assert len(made) == WRITERS * BATCHES * ENTRIES
    assert seen == [set(made)] * 2
    assert verify(centre).trouble is None
    ((head,),) = rows(centre, "SELECT seq FROM head")
    assert rows(centre, "SELECT max(seq) FROM feed") == [(head,)]


def test_the_same_push_from_two_lines_at_once_is_taken_once(busy: str, centre: Centre) -> None:
    with httpx.Client(base_url=busy, trust_env=False, timeout=30) as client:
        who = Tablet(OverHttp(client), "of-priya")
        entries = [create() for _ in range(20)]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _: who.send(*entries), range(8)))
    first = [answer for answer in answers if not answer[0].get("replay")]
    assert len(first) == 1
    assert rows(centre, "SELECT count(*) FROM revision WHERE kind = 'create'") == [(20,)]


def test_beyond_its_room_the_centre_says_when_to_come_back(centre: Centre) -> None:
    """The writer is held up; as many wait as there is room for, and the next is told to go."""
    limits = Limits(
        rooms={"sign_in": 8, "push": 3, "pull": 4, "hello": 4, "files": 4}, patience_seconds=0
    )
    with answering(make_app(centre, limits), limits) as client:
        who = Tablet(OverHttp(client), "of-priya")
        centre.db.turns.acquire()
        with ThreadPoolExecutor(3) as pool:
            waiting = [pool.submit(who.send, create()) for _ in range(3)]
            while centre.db.turns.waiting < 3:
                pass
            with pytest.raises(RefusedError, match="busy") as caught:
                who.send(create())
            assert caught.value.retry_after is not None
            assert caught.value.retry_after >= 1
            assert who.port.hello()["epoch"]
            centre.db.turns.release()
            assert [w.result(20)[0]["status"] for w in waiting] == ["applied"] * 3
        assert who.send(create())[0]["status"] == "applied"


def _filled(clock: FixedClock, *, room: int, patience: float = 0.0, seconds: float = 5) -> Gate:
    """A gate that knows by experience how long one takes."""
    gate = Gate(room, patience)
    for _ in range(100):
        with gate.entered(clock):
            clock.advance(seconds=seconds)
    return gate


def _wait(gate: Gate, clock: FixedClock) -> float:
    with pytest.raises(TurnedAway) as caught:
        gate.entered(clock).__enter__()
    assert caught.value.code == "busy"
    assert caught.value.retry_after is not None
    return caught.value.retry_after


def test_the_wait_grows_with_the_queue_and_with_how_long_one_takes(clock: FixedClock) -> None:
    gate = _filled(clock, room=2)
    with gate.entered(clock), gate.entered(clock):
        assert _wait(gate, clock) == pytest.approx(10, abs=0.2)
    assert gate.inside == 0


def test_each_who_is_turned_away_gets_a_time_of_their_own(clock: FixedClock) -> None:
    gate = _filled(clock, room=1, seconds=2)
    with gate.entered(clock):
        waits = [_wait(gate, clock) for _ in range(100)]
    assert waits[:3] == pytest.approx([2, 4, 6], abs=0.1)
    assert max(waits) == 60


def test_a_few_seconds_of_work_may_wait_and_no_more(clock: FixedClock) -> None:
    gate = _filled(clock, room=2, patience=6, seconds=1.5)
    with ExitStack() as inside:
        for _ in range(2 + 4):
            inside.enter_context(gate.entered(clock))
        assert _wait(gate, clock) == pytest.approx(6 * 1.5, abs=0.1)


def test_large_bodies_fill_a_gate_sooner(clock: FixedClock) -> None:
    gate = Gate(20, 6)
    with ExitStack() as inside:
        for _ in range(8):
            inside.enter_context(gate.entered(clock, size=8 * 1024 * 1024))
        with pytest.raises(TurnedAway, match="busy"):
            inside.enter_context(gate.entered(clock, size=1))
    assert (gate.inside, gate.held) == (0, 0)


def test_those_who_wait_are_taken_in_order() -> None:
    gate = Gate(1, 60)
    done: list[int] = []

    async def one(number: int) -> None:
        with gate.entered(SystemClock()):
            async with gate.turn():
                await asyncio.sleep(0)
                done.append(number)

    async def all_at_once() -> None:
        async with asyncio.TaskGroup() as group:
            for number in range(5):
                group.create_task(one(number))

    asyncio.run(all_at_once())
    assert done == [0, 1, 2, 3, 4]


def test_a_slow_line_does_not_keep_others_from_their_turn(centre: Centre) -> None:
    """As many as are worked on at once send half a body and stop; others go past them."""
    with answering(make_app(centre)) as client:
        who = Tablet(OverHttp(client), "of-priya")
        url = client.base_url
        slow = [socket.create_connection((url.host, url.port or 80)) for _ in range(30)]
        try:
            for line in slow:
                line.sendall(
                    b"POST /v1/sync/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    b"Authorization: Bearer x\r\nContent-Length: 1000\r\n\r\n{"
                )
            assert who.send(create())[0]["status"] == "applied"
        finally:
            for line in slow:
                line.close()


def test_a_place_is_given_back_whatever_happens() -> None:
    gate = Gate(room=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), gate.entered(SystemClock()):
            raise ZeroDivisionError
    assert gate.inside == 0


def test_everybody_of_the_small_force_can_sign_in_at_once(busy: str) -> None:
    def enter(officer_id: str) -> str:
        with httpx.Client(base_url=busy, trust_env=False, timeout=30) as client:
            return Tablet(OverHttp(client), officer_id).device_id

    names = [who.officer_id for who in OFFICERS[:6]]
    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(enter, names))) == 6
