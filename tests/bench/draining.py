"""A whole force comes back from patrol at once: 2,000 tablets with 12 entries each.

The centre is a process with TLS and asks every tablet for its token; the tablets are a process of
their own on the same machine. ``TABLETS=n`` makes it smaller.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.services.centre import open_centre
from server.services.founding import found
from tests.bench.centre import Centre
from tests.bench.figure import Drained
from tests.bench.ground import Ground
from tests.bench.herd import ENTRIES, entries_in, make_herd
from tests.rig.postgres import Cluster
from tests.sync.certificates import Authority

TABLETS = 2000
_AIM_SECONDS = {"sqlite": 30.0, "postgresql": 45.0}
_AIM_P95 = 2.0
_PATIENCE = 600


def figures(ground: Ground) -> Iterator[Drained]:
    """On SQLite, then on PostgreSQL."""
    yield _drained(ground.spare("drain-sqlite"), "sqlite", None)
    with _database() as address:
        yield _drained(ground.spare("drain-postgresql"), "postgresql", address)


@contextmanager
def _database() -> Iterator[str]:
    cluster = Cluster.make(durable=True)
    try:
        cluster.start()
        cluster.sql("CREATE DATABASE drain")
        yield cluster.address("drain")
    finally:
        cluster.remove()


def _drained(folder: Path, kind: str, address: str | None) -> Drained:
    tablets = int(os.environ.get("TABLETS", TABLETS))
    authority = Authority(folder)
    authority.serving()
    load = folder / "load.jsonl"
    data_dir = folder / "centre"
    made = found(data_dir, database=address)
    try:
        make_herd(made, tablets, load)
    finally:
        made.close()
    centre = Centre(data_dir, tls=next(folder.glob("leaf-*.pem")))
    centre.start()
    try:
        began, before = time.perf_counter(), centre.cpu_seconds()
        told = json.loads(_run(load, centre.port, authority.file))
        lasted, cpu = time.perf_counter() - began, centre.cpu_seconds() - before
        rss = centre.peak_bytes()
    finally:
        centre.stop()
    if not told["failures"]:
        _all_there(data_dir, tablets * ENTRIES)
    return Drained(
        name=f"drain_{kind}",
        tablets=tablets,
        total=told["total"],
        seconds=told["seconds"],
        busy=told["busy"],
        failures=told["failures"],
        up=told["up"],
        down=told["down"],
        centre_peak=rss,
        centre_cpu=cpu / lasted,
        load=os.getloadavg()[0],
        aim_seconds=_AIM_SECONDS[kind],
        aim_p95=_AIM_P95,
    )


def _run(load: Path, port: int, ca: Path) -> str:
    command = [sys.executable, "-m", "tests.bench.load", str(load), str(port), str(ca)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=_PATIENCE)
    return done.stdout


def _all_there(data_dir: Path, expected: int) -> None:
    """What tablets were told is what the centre has."""
    centre = open_centre(data_dir)
    try:
        assert entries_in(centre) == expected
    finally:
        centre.close()
