"""A fortnight without a line: every record before the first photo, and all of it in the end."""

from __future__ import annotations

import resource
import shutil
from pathlib import Path
from random import Random
from time import monotonic

import pytest

from sync.faults import CutShort, Offline
from sync.ports import BlobPutCall, Call, PushCall
from sync.runner import drive
from tests.conftest import FixedClock
from tests.e2e.centre import make_force, sql
from tests.sync.tablet import PRIYA, TabletStore
from tests.sync.test_attachment_lane import name_of, photo
from tests.sync.test_engine_at_the_centre import Called, Standing

RECORDS, PHOTOS, BYTES = 1000, 200, 60_000
LINE_LIVES = 40
"""Calls after which the line breaks, on average."""


class Breaking:
    """A line that breaks now and then, on the way out or on the way back."""

    def __init__(self, line: Called) -> None:
        self._line, self._chance = line, Random(11)
        self.calls: list[Call] = []

    def answer(self, call: Call) -> object:
        self.calls.append(call)
        dice = self._chance.random() * LINE_LIVES
        if dice < 0.5:
            raise Offline
        answer = self._line.answer(call)
        if dice < 1:
            raise CutShort
        return answer


@pytest.mark.slow
def test_long_offline(tmp_path: Path, clock: FixedClock) -> None:
    make_force(tmp_path / "centre")
    standing = Standing(tmp_path / "centre")
    clock.set(standing.centre.clock.now())
    (tmp_path / "tablet").mkdir()
    tablet = TabletStore(tmp_path / "tablet", clock, PRIYA)
    try:
        made = {tablet.create(f"Entry {number}") for number in range(RECORDS - PHOTOS // 2)}
        for number in range(PHOTOS // 2):
            pair = (photo(BYTES, 2 * number), photo(BYTES + number, 2 * number + 1))
            made.add(tablet.create_with(*pair))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        line, rounds, started = Breaking(Called(standing, PRIYA.officer_id)), 0, monotonic()
        while tablet.port.waiting().operations or tablet.port.attachments.unsent().count:
            rounds += 1
            assert rounds < 100
            try:
                drive(tablet.engine.round(), line)
            except Offline:
                tablet.reopen()
        seconds = monotonic() - started
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        kinds = [type(call) for call in line.calls]
        last_push = max(n for n, kind in enumerate(kinds) if kind is PushCall)
        assert last_push < kinds.index(BlobPutCall)
        sent = sum(len(call.data) for call in line.calls if isinstance(call, BlobPutCall))
        whole = PHOTOS * BYTES
        assert sent < whole * 1.2
        assert {row[0] for row in sql(standing.folder, "SELECT id FROM record")} >= made
        names = {name_of(photo(BYTES + (n // 2 if n % 2 else 0), n)) for n in range(PHOTOS)}
        assert {row[0] for row in sql(standing.folder, "SELECT sha FROM blob")} == names
        assert grown < 200, "MB more than before"
        print(
            f"{RECORDS} records and {PHOTOS} photos in {rounds} rounds, {seconds:.1f} s,"
            f" {sent / whole:.2f} times the bytes, {grown:.0f} MB more memory"
        )
    finally:
        tablet.store.close()
        standing.centre.close()
        shutil.rmtree(tmp_path / "centre")
