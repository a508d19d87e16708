"""SIGKILL to the centre at any moment of a push: every entry is there once, whole."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlcipher3 import dbapi2

from fieldapp.wiring import Tablet
from sync.transport import Deadlines
from tests.e2e.centre import PRIYA, CentreProcess, make_force, sql
from tests.e2e.conftest import signed_in, submit
from tests.e2e.nursery import Nursery
from tests.sim.history import ending, saved
from tests.sim.history_checker import check

KILLS = int(os.environ.get("KILLS", "20"))
MOST_ENTRIES = 30
"""Entries recorded before a round: more than one batch holds."""
LINE = Deadlines(connect=2.0, quiet=10.0, total=20.0)

pytestmark = [pytest.mark.kill, pytest.mark.timeout(60 + 5 * KILLS)]


@dataclass
class Killer:
    """Kills the centre so many seconds after a push has begun."""

    centre: CentreProcess
    delay: float
    _begun: threading.Event = field(default_factory=threading.Event)
    _give_up: threading.Event = field(default_factory=threading.Event)

    def on_progress(self, _progress: object) -> None:
        """A batch is about to leave."""
        self._begun.set()

    def _wait_and_kill(self) -> None:
        self._begun.wait(30)
        self._give_up.wait(self.delay)
        assert self.centre.pid > 0
        os.kill(self.centre.pid, signal.SIGKILL)

    @contextlib.contextmanager
    def at_work(self) -> Iterator[None]:
        """Waits, kills, and is done at the end of the block."""
        thread = threading.Thread(target=self._wait_and_kill)
        thread.start()
        try:
            yield
        finally:
            self._begun.set()
            thread.join(30)
            self.centre.kill()


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    make_force(tmp_path / "centre")
    nursery = Nursery()
    made = CentreProcess(tmp_path / "centre", nursery)
    made.start()
    yield made
    made.stop()
    nursery.close()


@pytest.fixture
def priya(centre: CentreProcess, tmp_path: Path) -> Iterator[Tablet]:
    tablet = Tablet.open(tmp_path / "priya", server=centre.url, deadlines=LINE)
    yield signed_in(tablet, PRIYA)
    tablet.close()


def seconds_of_a_push(tablet: Tablet, history: list[dict[str, Any]]) -> float:
    """How long a whole round takes, as a measure for where to strike."""
    for number in range(MOST_ENTRIES // 2):
        submit(tablet, notes=f"Warm-up {number}")
    history += saved("priya", waiting(tablet))
    started = tablet.clock.monotonic()
    assert tablet.sync_now().waiting == 0
    return tablet.clock.monotonic() - started


def test_killing_the_centre_at_any_moment_of_a_push_loses_and_doubles_nothing(
    centre: CentreProcess, priya: Tablet, tmp_path: Path, say: Callable[[str], None]
) -> None:
    seed = int(os.environ.get("KILL_SEED", "0")) or int.from_bytes(os.urandom(4))
    say(f"KILL_SEED={seed} KILLS={KILLS}")
    chance = Random(seed)
    made: dict[str, str] = {}
    history: list[dict[str, Any]] = []
    window = seconds_of_a_push(priya, history)
    seen: Counter[str] = Counter()
    for turn in range(KILLS):
        for number in range(chance.randint(1, MOST_ENTRIES)):
            notes = f"Turn {turn}, entry {number}"
            made[submit(priya, notes=notes)] = notes
        history += saved("priya", waiting(priya))
        killer = Killer(centre, chance.uniform(0, window))
        with killer.at_work():
            status = priya.sync_now(killer.on_progress)
        moment = moment_of(centre.folder, tmp_path / "glance", made=made, unsent=status.waiting)
        seen[moment] += 1
        window *= 0.85 if moment == AFTER else 1.1
        centre.start()
    assert priya.sync_now().waiting == 0
    say(f"rounds: {dict(seen)}")
    assert seen[AFTER] <= KILLS * 3 // 4, "the kills came too late to prove anything"
    centre.stop()
    found = looked_at(centre.folder, tmp_path / "copy")
    lost = sorted(set(made) - set(found))
    doubled = sorted(one for one in made if found.get(one, ("", 1))[1] != 1)
    torn = sorted(one for one in made if one in found and found[one][0] != made[one])
    say(f"made {len(made)}, lost {len(lost)}, doubled {len(doubled)}, torn {len(torn)}")
    assert (lost, doubled, torn) == ([], [], [])
    wrong = check(history + ending(lambda statement: sql(tmp_path / "copy", statement)))
    say(f"history: {len(history)} operations saved, {len(wrong)} promises broken")
    assert wrong == []


def waiting(tablet: Tablet) -> list[str]:
    """What the tablet has promised to send and has not sent yet, word for word."""
    with tablet.store.reading() as tx:
        return [
            row[0] for row in tx.rows("SELECT wire FROM outbox WHERE state IN ('queued','sent')")
        ]


AFTER = "after the reply"


def moment_of(folder: Path, copy: Path, *, made: dict[str, str], unsent: int) -> str:
    """Where a kill struck, by what the centre has and what the tablet knows that it has."""
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    there = {row[0] for row in sql(copy, "SELECT id FROM record")}
    known = len(made) - unsent
    if len(there & made.keys()) > known:
        return "between commit and reply"
    return "before the commit" if unsent else AFTER


def looked_at(folder: Path, copy: Path) -> dict[str, tuple[str, int]]:
    """Record to its notes and how often it was made: the key and plain SQL, no code of ours."""
    shutil.copytree(folder, copy)
    key = (copy / "centre.key").read_text().strip()
    with contextlib.closing(dbapi2.connect(str(copy / "centre.db"))) as connection:
        connection.execute(f"PRAGMA key=\"x'{key}'\"")
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        twice = connection.execute(
            "SELECT op_id, count(*) FROM revision WHERE op_id IS NOT NULL GROUP BY op_id"
            " HAVING count(*) > 1"
        )
        assert twice.fetchall() == []
        assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
        rows = connection.execute(
            "SELECT r.id, v.body, count(*), r.review_status FROM record r JOIN revision v"
            " ON v.record_id = r.id AND v.kind = 'create'"
            " WHERE r.record_type = 'ENGAGEMENT' GROUP BY r.id"
        ).fetchall()
    assert {row[3] for row in rows} == {"PENDING_REVIEW"}
    return {row[0]: (json.loads(row[1])["notes"], row[2]) for row in rows}
