"""A centre that is killed while photos come in: what it said is there is there, and whole."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx
import pytest

from fieldapp.domain.pieces import next_run
from fieldapp.system import SystemClock
from tests.contract.force import make_force
from tests.contract.photos import Photo, entry, get, photo, put, status
from tests.contract.ports import OverHttp, Wire
from tests.contract.tablet import Tablet
from tests.e2e.centre import CentreProcess
from tests.e2e.nursery import Nursery

pytestmark = pytest.mark.e2e

KILLS = 8
PIECES = 20


@pytest.fixture
def centre(nursery: Nursery, tmp_path: Path) -> Iterator[CentreProcess]:
    made = CentreProcess(tmp_path / "centre", nursery)
    make_force(made.folder, SystemClock()).close()
    made.start()
    yield made
    made.stop()


class Killer:
    """SIGKILL so many answers into an upload, and a little later: in the midst of the next."""

    def __init__(self, centre: CentreProcess, answers: int, seconds: float) -> None:
        self._centre = centre
        self._left = answers
        self._seconds = seconds
        self._now = threading.Event()
        self._thread = threading.Thread(target=self._kill)
        self._thread.start()

    def _kill(self) -> None:
        assert self._now.wait(60)
        threading.Event().wait(self._seconds)
        os.kill(self._centre.pid, signal.SIGKILL)

    def answered(self) -> None:
        """One more answer came."""
        self._left -= 1
        if self._left <= 0:
            self._now.set()

    def done(self) -> None:
        """Wait until it has happened."""
        self._now.set()
        self._thread.join(20)
        self._centre.kill()


def send_what_is_missing(
    priya: Tablet, photos: list[Photo], promised: dict[str, Wire], killer: Killer | None = None
) -> None:
    """What a tablet does: ask, then send the rest, piece by piece; until the centre is gone."""
    for one in photos:
        state = status(priya, one)[one.sha]
        assert promised[one.sha]["complete"] <= state["complete"]
        assert state["complete"] or pieces(promised[one.sha]) <= pieces(state)
        while not state["complete"]:
            run = next_run(one.size, tuple((a, b) for a, b in state["have"]), 1)
            assert run is not None
            state = promised[one.sha] = put(priya, one.sent(*run))
            if killer:
                killer.answered()


def pieces(state: Wire) -> set[int]:
    return {number for first, end in state["have"] for number in range(first, end)}


def test_killed_at_any_moment_of_an_upload_it_keeps_what_it_said_it_has(
    centre: CentreProcess,
) -> None:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    random = Random(seed)
    photos = [photo((PIECES - 1) * 65_536 + number, seed + number) for number in (1, 2, 3)]
    promised: dict[str, Wire] = {one.sha: {"complete": False, "have": []} for one in photos}
    made = entry(*photos)
    with httpx.Client(base_url=centre.url, trust_env=False, timeout=20) as client:
        priya = Tablet(OverHttp(client), "of-priya")
        priya.send(made)
        for _ in range(KILLS):
            killer = Killer(centre, random.randint(1, 6), random.uniform(0.0, 0.01))
            try:
                with pytest.raises(httpx.TransportError):
                    send_what_is_missing(priya, photos, promised, killer)
            finally:
                killer.done()
            assert centre.sql("PRAGMA integrity_check") == [("ok",)]
            centre.start()
        send_what_is_missing(priya, photos, promised)
        priya.follow()
        names = sorted(one.sha for one in photos)
        assert priya.records[made["record_id"]]["attachments_received"] == names
        assert [get(priya, one) for one in photos] == [one.data for one in photos]
    assert centre.sql("SELECT count(*) FROM piece") == [(3 * PIECES,)]
    assert centre.sql("SELECT count(*) FROM upload") == [(0,)]
    lines = centre.sql("SELECT subject FROM audit WHERE subject IN (SELECT sha FROM blob)")
    assert sorted(lines) == [(name,) for name in names]
