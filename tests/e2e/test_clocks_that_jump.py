"""Clocks moved in the middle of a round, a tablet's or the centre's: order and records stay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from fieldapp.services.values import Link
from fieldapp.system import SystemClock
from fieldapp.wiring import Tablet
from tests.e2e.centre import PRIYA, TOM, Centre, CentreThread, running
from tests.e2e.conftest import OpenTablet, signed_in, submit
from tests.e2e.proxy import as_it_is, is_push, line_to
from tests.sync.rude_server import Request

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

JUMPS = [timedelta(days=days) for days in (2, -2, 3652, -3652)]


class JumpingClock:
    """The machine's clock; what the day is can be set, what has passed cannot."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self.ahead = timedelta()

    def now(self) -> datetime:
        return self._clock.now() + self.ahead

    def monotonic(self) -> float:
        return self._clock.monotonic()


@pytest.fixture
def hand() -> JumpingClock:
    """The centre's clock."""
    return JumpingClock()


@pytest.fixture
def centre(force: Path, tmp_path: Path, hand: JumpingClock) -> Iterator[Centre]:
    with running(force, CentreThread(tmp_path / "centre", hand)) as made:
        yield made


def change(tablet: Tablet, record_id: str, notes: str) -> None:
    """Take an entry back, write on, and hand it in again."""
    tablet.services.capture.recall(record_id)
    draft = tablet.services.capture.open(record_id)
    body = {**draft.body, "notes": notes}
    if (started := tablet.clock.now() - timedelta(hours=3)) < datetime.fromisoformat(
        body["started_at"]
    ):
        # What begins in the future, by the tablet's own clock, it does not hand in.
        body["started_at"] = started.isoformat()
        body["ended_at"] = (started + timedelta(hours=2)).isoformat()
    tablet.services.capture.submit(replace(draft, body=body))


def check_all_is_there(centre: Centre, tom: Tablet, ids: list[str], changed: str) -> None:
    """Each once, in the order of the tablet, and the same for the sergeant."""
    made = centre.sql("SELECT record_id FROM revision WHERE kind = 'create' ORDER BY n")
    assert [row[0] for row in made if row[0] in ids] == ids
    kinds = centre.sql("SELECT kind FROM revision WHERE record_id = ? ORDER BY n", changed)
    assert [row[0] for row in kinds] == ["create", "submit", "recall", "patch", "submit"]
    assert centre.sql("SELECT count(*) FROM quarantine") == [(0,)]
    assert tom.sync_now().link == Link.ONLINE
    assert {row.record_id for row in tom.services.entries.list()} == set(ids)
    with tom.store.reading() as tx:
        shown = tx.rows("SELECT shown FROM record WHERE id = ?", (changed,))[0][0]
    assert "written on" in shown


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_tablet_whose_clock_jumps_in_the_middle_of_a_round_loses_nothing(
    jump: timedelta, centre: Centre, open_tablet: OpenTablet
) -> None:
    clock = JumpingClock()
    with line_to(centre) as line:
        priya = signed_in(open_tablet("priya", server=line.url, clock=clock), PRIYA)
        tom = signed_in(open_tablet("tom", server=centre.url), TOM)
        ids = [submit(priya, notes=f"Entry {number}") for number in range(3)]

        def leap(request: Request, answer: bytes) -> bytes:
            if is_push(request):
                clock.ahead = jump
            return answer

        line.spoil = leap
        status = priya.sync_now()
        assert (status.link, status.waiting) == (Link.ONLINE, 0)
        change(priya, ids[0], "written on")
        assert priya.sync_now().waiting == 0
        line.spoil, clock.ahead = as_it_is, timedelta()
        ids.append(submit(priya, notes="Afterwards"))
        status = priya.sync_now()
        assert (status.link, status.waiting, status.words) == (Link.ONLINE, 0, "")
    check_all_is_there(centre, tom, ids, ids[0])


@pytest.mark.parametrize("jump", JUMPS, ids=str)
def test_a_centre_whose_clock_jumps_in_the_middle_of_a_round_loses_nothing(
    jump: timedelta, centre: Centre, hand: JumpingClock, open_tablet: OpenTablet
) -> None:
    with line_to(centre) as line:
        priya = signed_in(open_tablet("priya", server=line.url), PRIYA)
        tom = signed_in(open_tablet("tom", server=centre.url), TOM)
        ids = [submit(priya, notes=f"Entry {number}") for number in range(3)]

        def leap(request: Request, answer: bytes) -> bytes:
            if is_push(request):
                hand.ahead = jump
            return answer

        line.spoil = leap
        assert priya.sync_now().waiting == 0
        change(priya, ids[0], "written on")
        status = priya.sync_now()
        if jump > timedelta(days=365):
            assert (status.link, status.waiting) == (Link.SIGN_IN_NEEDED, 1)
        else:
            assert (status.link, status.waiting) == (Link.ONLINE, 0)
        line.spoil, hand.ahead = as_it_is, timedelta()
        ids.append(submit(priya, notes="Afterwards"))
        status = priya.sync_now()
        assert (status.link, status.waiting, status.words) == (Link.ONLINE, 0, "")
    if jump < timedelta():
        check_it_is_held(centre, priya, ids[0])
    else:
        check_all_is_there(centre, tom, ids, ids[0])


def check_it_is_held(centre: Centre, tablet: Tablet, record_id: str) -> None:
    """By the centre's clock the entry begins in the future: a person looks, nothing is dropped."""
    assert centre.sql("SELECT record_id, kind FROM quarantine") == [(record_id, "submit")]
    assert tablet.syncing.status().held == 1
    kinds = centre.sql("SELECT kind FROM revision WHERE record_id = ? ORDER BY n", record_id)
    assert [row[0] for row in kinds] == ["create", "submit", "recall", "patch"]
