"""The real tablet to the real centre, beside the least tablet and the least centre."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fieldapp import __version__
from fieldapp.domain.codes import RecordType
from fieldapp.domain.times import utc_text
from fieldapp.services import recording
from fieldapp.wiring import Tablet
from sync.engine import RoundReport, SyncEngine
from sync.ports import Call, Link, PullCall
from sync.runner import drive
from sync.transport import HttpLink
from tests.bench.centre import named, peak_bytes
from tests.bench.entries import body
from tests.bench.figure import Crossing, Figure, median, seconds
from tests.bench.floor_tablet import FloorTablet
from tests.bench.ground import Ground, context_of, port_of
from tests.bench.wire import counted

ENTRIES = int(os.environ.get("ENTRIES", "10000"))
ROUNDS = 3
CHANGES = 50
SMALL_ROUNDS = 11
EMPTY_ROUNDS = 41
_STEP = 500
_FILLED = "filled"


@dataclass
class _Pairs:
    """What was measured so far, ours beside the floor's."""

    ours: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)

    def figure(self, name: str, aim: float | None = None, note: str = "") -> Figure:
        return Figure(name, median(self.ours), median(self.floor), aim, note)


def figures(ground: Ground) -> Iterator[Figure | Crossing]:
    """10,000 entries up and down, 50 changes, and nothing to say."""
    ground.restore_set_up()
    with ground.open(ground.priya) as priya:
        ids = _write(priya)
    ground.keep(_FILLED)
    push, pull, whole = _Pairs(), _Pairs(), _Pairs()
    small, empty = _Pairs(), _Pairs()
    crossings: list[Crossing] = []
    for number in range(ROUNDS):
        with _both(ground, number) as (ours, floor):
            _push(ours, floor, push, whole)
            _pull(ours, floor, pull)
            _same(ours, floor, ids)
            if number == ROUNDS - 1:
                _change(ours, floor, ids, small)
                _nothing(ours, floor, empty)
                crossings.append(_on_the_wire(ours))
                _same(ours, floor, ids)
    yield push.figure("push_10000", 2.0)
    yield pull.figure("pull_10000", 1.5)
    yield whole.figure("sync_10000", note="push, and the tablet's own entries read back")
    yield small.figure("sync_50_changes", 3.0)
    yield empty.figure("sync_no_change")
    yield from crossings


# -------------------------------------------------------------------------- both sides


@dataclass
class _Line:
    """The link to the centre; notes when the first call to receive is made."""

    link: Link
    pulling_at: float = 0.0
    calls: int = 0

    def answer(self, call: Call) -> object:
        self.calls += 1
        if isinstance(call, PullCall) and not self.pulling_at:
            self.pulling_at = time.perf_counter()
        return self.link.answer(call)


class _Ours:
    """A tablet with its engine and its line, as the app puts them together."""

    def __init__(self, tablet: Tablet, address: str = "") -> None:
        self.tablet = tablet
        self.calls = 0
        self._link = HttpLink(
            address or tablet.config.server,
            app=__version__,
            device_id=tablet.config.device_id,
            token=tablet.vault.token() or "",
        )
        self._engine = SyncEngine(port_of(tablet))

    def sync(self) -> tuple[float, float, RoundReport]:
        """One round: seconds until everything was sent, seconds in all, and what was done."""
        line = _Line(self._link)
        started = time.perf_counter()
        report = drive(self._engine.round(), line)
        ended = time.perf_counter()
        self.calls = line.calls
        if report.trouble is not None:
            raise report.trouble
        return line.pulling_at - started, ended - started, report

    def contents(self) -> dict[str, str]:
        """Id and content hash of every entry, worked out from the bodies in the store."""
        with self.tablet.store.reading() as tx:
            rows = tx.rows("SELECT shown FROM record WHERE record_type='ENGAGEMENT'")
        envelopes = [json.loads(row[0]) for row in rows]
        return {one["id"]: named(one, one["body"]) for one in envelopes}

    def close(self) -> None:
        self._link.close()


@dataclass
class _Sides:
    """Ours: the two tablets and the centre's folder. Or the floor's two tablets."""

    priya: Any
    tom: Any
    ground: Ground


@contextmanager
def _both(ground: Ground, number: int) -> Iterator[tuple[_Sides, _Sides]]:
    ground.restore(_FILLED)
    folder = ground.spare(f"sync-{number}")
    ground.centre.start()
    try:
        with (
            ground.open(ground.priya) as priya,
            ground.open(ground.tom) as tom,
            _floor_centre(folder) as url,
        ):
            ours = _Sides(_Ours(priya), _Ours(tom), ground)
            floor = _Sides(
                FloorTablet(folder / "a.db", url), FloorTablet(folder / "b.db", url), ground
            )
            floor.priya.save(_floor_records(priya))
            yield ours, floor
            for side in (ours, floor):
                side.priya.close()
                side.tom.close()
    finally:
        ground.centre.stop()


@contextmanager
def _floor_centre(folder: Path) -> Iterator[str]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.floor_centre", str(folder)],
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
        finally:
            process.kill()


# --------------------------------------------------------------------------- the steps


def _write(tablet: Tablet) -> list[str]:
    """Record and submit 10,000 entries the way the app does, many in one transaction."""
    ctx = context_of(tablet)
    ids: list[str] = []
    for start in range(0, ENTRIES, _STEP):
        with tablet.store.transaction() as tx:
            for number in range(start, start + _STEP):
                id = ctx.new_id()
                made = recording.create(tx, ctx, id, RecordType.ENGAGEMENT, body(number))
                recording.command(tx, ctx, made, "submit")
                ids.append(id)
    return ids


def _floor_records(tablet: Tablet) -> list[dict[str, Any]]:
    """The same entries for the floor: id and body."""
    with tablet.store.reading() as tx:
        rows = tx.rows("SELECT record_id, wire FROM outbox WHERE kind='create' ORDER BY dseq")
    return [{"id": id, "body": json.loads(wire)["body"]} for id, wire in rows]


def _push(ours: _Sides, floor: _Sides, push: _Pairs, whole: _Pairs) -> None:
    push.floor.append(seconds(floor.priya.push))
    sent, all_in_all, report = ours.priya.sync()
    assert report.pushed == 2 * ENTRIES
    assert (report.held, report.not_accepted, report.set_aside) == (0, 0, 0)
    push.ours.append(sent)
    whole.ours.append(all_in_all)
    whole.floor.append(push.floor[-1])


def _pull(ours: _Sides, floor: _Sides, pull: _Pairs) -> None:
    pull.floor.append(seconds(floor.tom.pull))
    _sent, all_in_all, report = ours.tom.sync()
    assert report.pulled >= ENTRIES
    pull.ours.append(all_in_all)


def _change(ours: _Sides, floor: _Sides, ids: list[str], small: _Pairs) -> None:
    tablet: Tablet = ours.priya.tablet
    ctx = context_of(tablet)
    for number in range(SMALL_ROUNDS):
        changed = []
        with tablet.store.transaction() as tx:
            for id in ids[number * CHANGES : (number + 1) * CHANGES]:
                record = recording.required(tx, id)
                words = f"{record.body['qualitative']} Seen again at {utc_text(ctx.now())}."
                new = {**record.body, "qualitative": words}
                recording.change(tx, ctx, record, new)
                changed.append({"id": id, "body": new})
        floor.priya.save(changed)
        small.floor.append(seconds(lambda: (floor.priya.push(), floor.priya.pull())))
        _sent, all_in_all, report = ours.priya.sync()
        assert report.pushed == CHANGES
        small.ours.append(all_in_all)
    floor.tom.pull()
    ours.tom.sync()


def _nothing(ours: _Sides, floor: _Sides, empty: _Pairs) -> None:
    for _ in range(EMPTY_ROUNDS):
        empty.floor.append(seconds(floor.priya.pull))
        _sent, all_in_all, report = ours.priya.sync()
        assert (report.pushed, report.pulled) == (0, 0)
        empty.ours.append(all_in_all)


def _on_the_wire(ours: _Sides) -> Crossing:
    """A round with nothing to say, counted byte for byte; and the memory of both by now."""
    with counted(ours.ground.centre.port) as crossed:
        side = _Ours(ours.priya.tablet, crossed.url)
        _sent, _all, report = side.sync()
        side.close()
    assert (report.pushed, report.pulled) == (0, 0)
    peaks = peak_bytes(), ours.ground.centre.peak_bytes()
    return Crossing("sync_no_change_wire", side.calls, crossed.up, crossed.down, *peaks)


def _same(ours: _Sides, floor: _Sides, ids: list[str]) -> None:
    """Every entry is on both tablets and at the centre, with the same content everywhere."""
    at_centre = ours.ground.centre.contents()
    assert at_centre.keys() == set(ids)
    assert ours.priya.contents() == at_centre
    assert ours.tom.contents() == at_centre
    assert floor.priya.records() == floor.tom.records()
    assert len(floor.tom.records()) == ENTRIES
