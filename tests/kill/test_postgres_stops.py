"""PostgreSQL stopped as by a power cut, again and again, while tablets send."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy.exc import SQLAlchemyError

from fieldapp.system import SystemClock
from server.db import is_passing
from server.services.centre import Centre, open_centre
from server.services.rebuild import rebuild
from server.services.upkeep import keep_up
from server.services.verification import verify
from tests.contract.fixtures import (  # noqa: F401
    cheap_passwords,
    cluster,
    folder,
    force_database,
)
from tests.contract.force import drop_in
from tests.contract.ports import InProcess
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create, submit
from tests.rig.postgres import Cluster

STOPS = int(os.environ.get("KILLS", "2"))
WRITERS = ("of-priya", "of-callum", "of-hannah", "of-tom", "of-priya", "of-hannah")

ANSWERED = 64
"""Operations answered before the next stop."""

pytestmark = [pytest.mark.kill, pytest.mark.slow, pytest.mark.timeout(60 + 5 * STOPS)]


@pytest.fixture
def database() -> str:
    return "postgres"


@pytest.fixture
def centre(folder: Path) -> Iterator[Centre]:  # noqa: F811 - a fixture
    opened = open_centre(folder, clock=SystemClock())
    keep_up(opened)
    yield opened
    opened.close()


@dataclass
class Sending:
    """One tablet: what it made, and what it was answered in the end."""

    made: dict[str, str] = field(default_factory=dict)
    results: Counter[str] = field(default_factory=Counter)
    cuts: int = 0

    def go_on(self, who: Tablet, done: threading.Event) -> None:
        """Send batch after batch; what is not answered is sent again as it was."""
        number = 0
        while not done.is_set():
            number += 1
            title = f"{who.device_id}, batch {number}"
            entries = [create(drop_in(title=title)) for _ in range(4)]
            ops = [*entries, *(submit(op["record_id"]) for op in entries)]
            self.made |= {op["record_id"]: title for op in entries}
            for result in self._answered(who, ops, done):
                word = "again" if result.get("replay") else result["status"]
                self.results[word] += 1

    def _answered(self, who: Tablet, ops: list[Any], done: threading.Event) -> list[Any]:
        for _ in range(2000):
            try:
                return who.send(*ops)
            except SQLAlchemyError as error:
                if not is_passing(error):
                    raise
                self.cuts += 1
                done.wait(0.02)
        raise AssertionError("PostgreSQL never answered again")


def test_stopping_postgresql_at_any_moment_of_a_push_loses_and_doubles_nothing(
    centre: Centre,
    cluster: Cluster,  # noqa: F811 - a fixture
    folder: Path,  # noqa: F811
    say: Callable[[str], None],
) -> None:
    seed = int(os.environ.get("KILL_SEED", "0")) or int.from_bytes(os.urandom(4))
    chance = Random(seed)
    tablets = [Tablet(InProcess(centre), who, f"tab-{n}") for n, who in enumerate(WRITERS)]
    sendings = [Sending() for _ in tablets]
    done = threading.Event()
    with ThreadPoolExecutor(len(tablets)) as pool:
        running = [
            pool.submit(sending.go_on, who, done)
            for sending, who in zip(sendings, tablets, strict=True)
        ]
        try:
            for turn in range(1, STOPS + 1):
                while sum(sending.results.total() for sending in sendings) < turn * ANSWERED:
                    assert not any(one.done() for one in running)
                    done.wait(0.01)
                done.wait(chance.uniform(0, 0.3))
                cluster.stop(mode="immediate")
                cluster.start()
        finally:
            done.set()
        for one in running:
            one.result(60)
    made = {id: title for sending in sendings for id, title in sending.made.items()}
    results = sum((sending.results for sending in sendings), Counter[str]())
    cuts = sum(sending.cuts for sending in sendings)
    say(f"KILL_SEED={seed} stops {STOPS}, calls cut {cuts}, made {len(made)}: {dict(results)}")
    assert cuts >= STOPS
    assert set(results) <= {"applied", "again"}
    again = open_centre(folder, clock=SystemClock())
    try:
        check_each_is_there_once(again, made)
    finally:
        again.close()


def check_each_is_there_once(centre: Centre, made: dict[str, str]) -> None:
    asked = "SELECT id, revision, review_status FROM record WHERE record_type = 'ENGAGEMENT'"
    assert {row[0] for row in rows(centre, asked)} == set(made)
    assert {tuple(row[1:]) for row in rows(centre, asked)} == {(2, "PENDING_REVIEW")}
    twice = "SELECT op_id FROM revision WHERE op_id IS NOT NULL GROUP BY op_id HAVING count(*) > 1"
    assert rows(centre, twice) == []
    bodies = dict(rows(centre, "SELECT record_id, body FROM revision WHERE kind = 'create'"))
    torn = [id for id, title in made.items() if f'"title":"{title}"' not in bodies[id]]
    assert torn == []
    assert rows(centre, "SELECT count(*) FROM ledger") == [(2 * len(made),)]
    assert verify(centre).trouble is None
    assert rebuild(centre).changed == ()
