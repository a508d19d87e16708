"""Three tablets and a centre in processes of their own, and the hand that kills them."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random

from server.demo.cast import DEMO_PASSWORD
from tests.e2e.centre import CentreProcess, make_force
from tests.e2e.nursery import Nursery
from tests.kill.found import key_of
from tests.kill.patrol_check import Ask, Said, Verdict, asking, verdict
from tests.kill.patrol_tablet import main, set_up
from tests.rig.postgres import Cluster

OFFICERS = ("16482", "16511", "4417")
DATABASE = "patrol"
PATIENCE = 120.0
"""Seconds after which a process that should have spoken is taken to be stuck."""

# One process imports everything once; each tablet is a child of it, and a process of its own.
PROCESSES = get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.kill.patrol_tablet"])


@dataclass
class Officer:
    """One tablet's processes, one after the other."""

    folder: Path
    said: Said = field(default_factory=Said)
    _process: ForkServerProcess | None = None
    _listening: threading.Thread | None = None
    _ready: threading.Event = field(default_factory=threading.Event)

    def start(self, seed: int, *how: str) -> None:
        """The next process."""
        self._ready = threading.Event()
        hear, tell = PROCESSES.Pipe(duplex=False)
        self._process = PROCESSES.Process(
            target=main, args=(str(self.folder), seed, how, tell, str(self.log))
        )
        self._process.start()
        tell.close()
        self._listening = threading.Thread(target=self._listen, args=(hear, self._ready))
        self._listening.start()

    @property
    def log(self) -> Path:
        """What its processes complain about."""
        return self.folder.with_name(f"{self.folder.name}.log")

    def _listen(self, hear: Connection, ready: threading.Event) -> None:
        with os.fdopen(os.dup(hear.fileno())) as lines:
            hear.close()
            for line in lines:
                if line.endswith("\n"):
                    self.said.hear(line)
                    ready.set()

    def kill(self, delay: float) -> None:
        """SIGKILL, so many seconds after it said its first word."""
        assert self._process is not None
        assert self._ready.wait(PATIENCE), self.log.read_text()[-2000:]
        self._process.join(delay)
        ended = self._process.exitcode
        assert ended is None, f"ended by itself: {ended} {self.log.read_text()[-2000:]}"
        self._process.kill()
        self.wait()

    def wait(self) -> int | None:
        """Until it has ended; with what."""
        assert self._process is not None
        assert self._listening is not None
        process, self._process = self._process, None
        process.join(PATIENCE)
        code = process.exitcode
        process.kill()
        process.join()
        self._listening.join(PATIENCE)
        process.close()
        return code

    def stop(self) -> None:
        """Nothing of it is left."""
        if self._process is not None:
            self._process.kill()
            self.wait()


@dataclass
class Patrol:
    """Everybody."""

    centre: CentreProcess
    officers: list[Officer]
    cluster: Cluster | None
    copies: Path
    kills: Counter[str] = field(default_factory=Counter)

    def strike_all(self, chance: Random, *how: str) -> None:
        """Each of them is killed once, in an order and at moments drawn, and started again."""
        victims = ["centre", *map(str, range(len(self.officers)))]
        if self.cluster is not None:
            victims.append("database")
        chance.shuffle(victims)
        for victim in victims:
            delay = chance.uniform(0, 1.2)
            if victim == "centre":
                threading.Event().wait(delay)
                self.centre.kill()
                self.centre.start()
            elif victim == "database":
                assert self.cluster is not None
                threading.Event().wait(delay)
                self.cluster.stop(mode="immediate")
                self.cluster.start()
            else:
                officer = self.officers[int(victim)]
                officer.kill(delay)
                officer.start(chance.getrandbits(30), *how)
            self.kills["tablet" if victim.isdigit() else victim] += 1

    def start(self, chance: Random, *how: str) -> None:
        """All tablets begin."""
        for officer in self.officers:
            officer.start(chance.getrandbits(30), *how)

    def finish(self) -> None:
        """Kill everything, start it once more, and let each tablet send and fetch all."""
        for officer in self.officers:
            officer.kill(0)
        self.centre.kill()
        self.centre.start()
        for _ in ("each sends", "each fetches what the others sent"):
            for officer in self.officers:
                officer.start(0, "finish")
            for officer in self.officers:
                assert officer.wait() == 0, officer.log.read_text()[-3000:]

    def asked(self) -> tuple[Ask, list[Ask]]:
        """The way to ask the centre's store, and the tablets'."""
        tablets = [
            asking(one.folder, "store.db", key_of(one.folder), self.copies / one.folder.name)
            for one in self.officers
        ]
        if self.cluster is not None:
            cluster = self.cluster
            return (lambda statement: cluster.sql(statement, DATABASE)), tablets
        self.centre.stop()
        folder = self.centre.folder
        key = (folder / "centre.key").read_text().strip()
        return asking(folder, "centre.db", key, self.copies / "centre"), tablets

    def verdict(self) -> Verdict:
        """What is wrong in the end."""
        return verdict([one.said for one in self.officers], *self.asked())


@contextmanager
def patrol(folder: Path, cluster: Cluster | None) -> Iterator[Patrol]:
    """A centre that runs, and three tablets that have been set up.

    Args:
        folder: for everything.
        cluster: where the centre's database is; ``None`` for a file.
    """
    nursery = Nursery()
    if cluster is not None:
        cluster.drop(DATABASE)
        cluster.sql(f"CREATE DATABASE {DATABASE}")
    address = cluster.address(DATABASE) if cluster is not None else None
    make_force(folder / "centre", address)
    centre = CentreProcess(folder / "centre", nursery)
    centre.start()
    officers = [Officer(folder / f"tablet-{number}") for number in range(len(OFFICERS))]
    try:
        for officer, force_no in zip(officers, OFFICERS, strict=True):
            first_day = PROCESSES.Process(
                target=set_up, args=(str(officer.folder), centre.url, (force_no, DEMO_PASSWORD))
            )
            first_day.start()
            first_day.join(PATIENCE)
            assert first_day.exitcode == 0
        yield Patrol(centre, officers, cluster, folder / "copies")
    finally:
        for officer in officers:
            officer.stop()
        centre.stop()
        nursery.close()
        if cluster is not None:
            cluster.drop(DATABASE)
