"""Many tablets write at once on PostgreSQL while others follow: what one thread cannot show.

A reader who follows by position misses for ever what is committed behind it. ``STRESS_SECONDS``
sets how long; a bug is planted as well, to show that the same eyes would see it.
"""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from sqlalchemy import Connection

from fieldapp.system import SystemClock
from server.db import locks
from server.services.centre import Centre, open_centre
from server.services.rebuild import rebuild
from server.services.upkeep import keep_up
from server.services.verification import verify
from tests.contract.force import OFFICERS, drop_in
from tests.contract.ports import InProcess
from tests.contract.stored import rows
from tests.contract.tablet import Tablet, create, patch, submit

SECONDS = float(os.environ.get("STRESS_SECONDS", "3"))
PLANTED_SECONDS = 1.0
DEVICES, READERS = 16, 2
BLOCK = 1000
WRITERS = [who.officer_id for who in OFFICERS if "FIELD" in who.app_roles and who.lpt_code == "TA"]

pytestmark = pytest.mark.slow


@pytest.fixture
def database() -> str:
    return "postgres"


@pytest.fixture
def busy(folder: Path) -> Iterator[Centre]:
    """A centre with the real clock: those who write at once must not share an instant."""
    opened = open_centre(folder, clock=SystemClock())
    keep_up(opened)
    yield opened
    opened.close()


@dataclass
class Seen:
    """What one reader was given, and what it should never be."""

    records: dict[str, int] = field(default_factory=dict)
    fell: list[str] = field(default_factory=list)
    out_of_step: bool = False

    def follow(self, who: Tablet, done: threading.Event) -> None:
        """Go on until all is said; count and sum of each scope are compared with every answer."""
        last = False
        while not last:
            last = done.is_set()
            try:
                changes = who.follow(limit=100)
            except AssertionError:
                self.out_of_step = True
                return
            for change in changes:
                if change["op"] == "up":
                    self._note(change["record"])

    def _note(self, record: dict[str, Any]) -> None:
        before = self.records.get(record["id"], 0)
        if record["revision"] < before:
            self.fell.append(record["id"])
        self.records[record["id"]] = record["revision"]


@dataclass
class Outcome:
    """All that was answered, and what the readers saw."""

    results: Counter[str] = field(default_factory=Counter)
    readers: list[Seen] = field(default_factory=list)


def work(who: Tablet, share: list[dict[str, Any]], until: float) -> Counter[str]:
    """One tablet: new entries, and changes of what the officer's other tablet changes too."""
    results: Counter[str] = Counter()
    for turn in itertools.count():
        if time.monotonic() > until:
            return results
        made = create(drop_in(title=f"Round {turn}"))
        ops = [made, submit(made["record_id"])]
        for entry in share[turn % len(share) :][:2]:
            ops.append(patch(entry["record_id"], title=(entry["body"]["title"], f"Title {turn}")))
        results.update(result["status"] for result in who.send(*ops))
    raise AssertionError


def stress(centre: Centre, seconds: float) -> Outcome:
    port = InProcess(centre)
    owners = [WRITERS[n // 2 % len(WRITERS)] for n in range(DEVICES)]
    tablets = [Tablet(port, owner, f"tab-{n:02}") for n, owner in enumerate(owners)]
    shares: dict[str, list[dict[str, Any]]] = {}
    for who, owner in zip(tablets, owners, strict=True):
        if owner not in shares:
            shares[owner] = [create() for _ in range(6)]
            who.send(*shares[owner], *(submit(op["record_id"]) for op in shares[owner]))
    outcome, done = Outcome(), threading.Event()
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(DEVICES + READERS) as pool:
        outcome.readers = [Seen() for _ in range(READERS)]
        reading = [
            pool.submit(seen.follow, Tablet(port, "of-sara", f"eye-{n}"), done)
            for n, seen in enumerate(outcome.readers)
        ]
        writing = [
            pool.submit(work, who, shares[owner], until)
            for who, owner in zip(tablets, owners, strict=True)
        ]
        try:
            for one in writing:
                outcome.results += one.result(seconds + 60)
        finally:
            done.set()
        for eye in reading:
            eye.result(60)
    return outcome


def missed(centre: Centre, seen: Seen) -> set[str]:
    """Records of the team that a reader does not have as they stand."""
    asked = "SELECT id, revision FROM record WHERE record_type = 'ENGAGEMENT' AND lpt_code = 'TA'"
    return {id for id, revision in rows(centre, asked) if seen.records.get(id) != revision}


def test_nobody_misses_anything_and_everything_is_numbered_without_a_gap(busy: Centre) -> None:
    outcome = stress(busy, SECONDS)
    print(f"{sum(outcome.results.values())} operations in {SECONDS} s: {dict(outcome.results)}")
    assert set(outcome.results) <= {"applied", "merged", "conflict"}
    assert outcome.results["applied"] > DEVICES
    assert outcome.results["conflict"] > 0
    for seen in outcome.readers:
        assert len(seen.records) > DEVICES
        assert missed(busy, seen) == set()
        assert seen.fell == []
        assert not seen.out_of_step
    ((head,),) = rows(busy, "SELECT seq FROM head")
    assert rows(busy, "SELECT max(seq) FROM feed") == [(head,)]
    for table, number in (("revision", "n"), ("ledger", "n"), ("audit", "seq")):
        assert rows(busy, f"SELECT count(*), min({number}), max({number}) FROM {table}")[0][1:] == (
            1,
            rows(busy, f"SELECT count(*) FROM {table}")[0][0],
        )
    doubled = "SELECT record_id FROM revision GROUP BY record_id, revision HAVING count(*) > 1"
    assert rows(busy, doubled) == []
    assert verify(busy).trouble is None
    assert rebuild(busy).changed == ()


# -------------------------------------------------------------------------------- a planted bug


class Early:
    """The sequence as ``nextval`` would give it: when work begins, not when it is committed."""

    def __init__(self, centre: Centre) -> None:
        ((head,),) = rows(centre, "SELECT seq FROM head")
        self._blocks = itertools.count(head + 1, BLOCK)

    def begin(self, connection: Connection, token_hash: str) -> None:
        locks.hold_signed_in(connection, token_hash)
        connection.info["planted"] = next(self._blocks)

    def take(self, connection: Connection, count: int) -> int:
        if "planted" not in connection.info:
            return locks.take_numbers(connection, count)
        locks.hold_last(connection)
        first: int = connection.info["planted"]
        last = connection.info["planted"] = first + count
        connection.exec_driver_sql("UPDATE head SET seq = ? WHERE seq < ?", (last - 1, last - 1))
        return first


def test_numbers_given_out_before_the_last_lock_would_be_noticed(busy: Centre) -> None:
    early = Early(busy)
    with (
        mock.patch("server.services.push.hold_signed_in", early.begin),
        mock.patch("server.services.writing.take_numbers", early.take),
    ):
        outcome = stress(busy, PLANTED_SECONDS)
    assert any(seen.out_of_step or missed(busy, seen) for seen in outcome.readers)
