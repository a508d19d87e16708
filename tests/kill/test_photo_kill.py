"""SIGKILL to tablet and centre at any moment of photos: every one that was saved arrives."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from sqlcipher3 import dbapi2

from sync.transport import HttpLink
from tests.conftest import FixedClock
from tests.e2e.centre import PRIYA, CentreProcess, make_force
from tests.e2e.nursery import Nursery
from tests.store.fresh import fresh_store

KILLS = int(os.environ.get("KILLS", "20"))
TURNS = max(4, KILLS // 4)
"""Every turn kills the tablet, and every other one the centre too."""
ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.kill, pytest.mark.timeout(90 + 10 * TURNS)]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    make_force(tmp_path / "centre")
    nursery = Nursery()
    made = CentreProcess(tmp_path / "centre", nursery)
    made.start()
    yield made
    made.stop()
    nursery.close()


class Shift:
    """Processes of one tablet, one after the other, and what each said before it was killed."""

    def __init__(self, store: Path, centre: CentreProcess) -> None:
        force_no, password = PRIYA
        line = HttpLink(centre.url, app="0")
        signed_in = line.sign_in(force_no, password)
        line.close()
        self._command = [sys.executable, "-m", "tests.kill.photo_tablet", str(store), centre.url]
        self._command += [signed_in.device_id, signed_in.token]
        self.saved: set[tuple[str, str]] = set()
        self.submitted: set[str] = set()
        self.seen: Counter[str] = Counter()

    def run(
        self, seed: int, *, strike: Callable[[subprocess.Popen[str]], None] | None, after: int = 0
    ) -> None:
        """One process, until it is struck down, or says that nothing waits any more.

        Args:
            seed: of what it records.
            strike: strikes it down; ``None``: it finishes what is there.
            after: so many words before that.
        """
        how = "work" if strike else "finish"
        command = [*self._command, str(seed), how]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdout is not None
            last = ""
            for number, line in enumerate(process.stdout):
                if not line.endswith("\n"):
                    break
                last, *rest = line.split()
                if number == after and strike is not None:
                    strike(process)
                if last == "saved":
                    self.saved.add((rest[0], rest[1]))
                elif last == "submitted":
                    self.submitted.add(rest[0])
            process.wait(60)
            if strike is not None:
                self.seen[last] += 1
            else:
                assert process.returncode == 0


def blow(
    process: subprocess.Popen[str], centre: CentreProcess, *, delay: float, also: bool
) -> threading.Thread:
    """Kills the tablet, and the centre with it, so many seconds from now."""

    def wait_and_kill() -> None:
        threading.Event().wait(delay)
        if also:
            os.kill(centre.pid, signal.SIGKILL)
            threading.Event().wait(0.05)
        process.kill()

    thread = threading.Thread(target=wait_and_kill)
    thread.start()
    return thread


def test_killing_tablet_and_centre_at_any_moment_loses_no_photo(
    centre: CentreProcess, tmp_path: Path, clock: FixedClock, say: Callable[[str], None]
) -> None:
    seed = int(os.environ.get("KILL_SEED", "0")) or int.from_bytes(os.urandom(4))
    say(f"KILL_SEED={seed} TURNS={TURNS}")
    chance = Random(seed)
    store = fresh_store(tmp_path / "tablet", clock)
    store.close()
    shift = Shift(store.path, centre)
    for turn in range(TURNS):
        blows: list[threading.Thread] = []

        def strike(process: subprocess.Popen[str], *, also: bool = turn % 2 == 1) -> None:
            delay = chance.uniform(0, 0.2)
            blows.append(blow(process, centre, delay=delay, also=also))  # noqa: B023 - this turn's

        shift.run(chance.getrandbits(30), strike=strike, after=chance.randint(0, 12))
        for thread in blows:
            thread.join(30)
        if turn % 2 == 1:
            centre.kill()
            centre.start()
    shift.run(1, strike=None)
    say(f"struck after: {dict(shift.seen)}")
    centre.stop()
    whole, named = looked_at(centre.folder)
    lost = {sha for _, sha in shift.saved if sha not in whole}
    away = shift.submitted - named.keys()
    astray = {
        (record_id, sha)
        for record_id, sha in shift.saved
        if record_id in shift.submitted and sha not in named.get(record_id, ())
    }
    missing = {sha for names in named.values() for sha in names} - whole
    say(
        f"photos saved {len(shift.saved)}, at the centre {len(whole)}, lost {len(lost)},"
        f" referenced and missing {len(missing)}, entries {len(named)}, not there {len(away)}"
    )
    assert (lost, away, astray, missing) == (set(), set(), set(), set())
    assert len(shift.saved) >= TURNS, "too little happened to prove anything"


def looked_at(folder: Path) -> tuple[set[str], dict[str, set[str]]]:
    """Photos whose bytes are what their name says, and which record names which: plain SQL."""
    key = (folder / "centre.key").read_text().strip()
    with contextlib.closing(dbapi2.connect(str(folder / "centre.db"))) as connection:
        connection.execute(f"PRAGMA key=\"x'{key}'\"")
        assert connection.execute("PRAGMA cipher_integrity_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("SELECT count(*) FROM quarantine").fetchone() == (0,)
        whole = set()
        for sha, sent_by in connection.execute("SELECT sha, sent_by FROM blob").fetchall():
            rows = connection.execute(
                "SELECT data FROM piece WHERE sha=? AND officer_id=? ORDER BY idx", (sha, sent_by)
            )
            digest = hashlib.sha256(b"".join(row[0] for row in rows)).hexdigest()
            assert digest == sha, "a photo at the centre is not what its name says"
            whole.add(sha)
        heads = connection.execute(
            "SELECT r.id, l.head FROM record r JOIN revision l ON l.n=r.revision_n"
            " WHERE r.record_type='ENGAGEMENT'"
        ).fetchall()
    return whole, {one: set(json.loads(head).get("attachments", {})) for one, head in heads}
