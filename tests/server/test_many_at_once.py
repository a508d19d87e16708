"""Many tablets at the same time: nobody waits for ever, nobody misses anything."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from fieldapp.system import SystemClock
from server.app import make_app
from server.deps import Gate
from server.errors import TurnedAway
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
    limits = Limits(rooms={"sign_in": 8, "push": 3, "pull": 4, "hello": 4})
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


def test_the_wait_grows_with_the_queue_and_with_how_long_one_takes() -> None:
    from datetime import UTC, datetime

    clock = FixedClock(datetime(2026, 3, 19, tzinfo=UTC))
    gate = Gate(room=2)
    for _ in range(30):
        with gate.entered(clock):
            clock.advance(seconds=5)
    with gate.entered(clock), gate.entered(clock), pytest.raises(TurnedAway) as caught:
        gate.entered(clock).__enter__()
    assert caught.value.retry_after == pytest.approx(10, abs=0.1)
    assert gate.inside == 0


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
