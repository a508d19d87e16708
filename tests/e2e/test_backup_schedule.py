"""A centre that is told where makes its backups by itself, and stops in good order meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from server.services.backup.files import backups_in
from tests.e2e.centre import CentreProcess, running
from tests.e2e.nursery import Nursery

pytestmark = pytest.mark.e2e
PATIENCE = 40.0


class BackingUp(CentreProcess):
    """A centre told to back itself up."""

    def start(self) -> None:
        serve = ["serve", "--data-dir", str(self.folder), "--port", str(self.port)]
        serve += ["--backup-to", str(self.folder.parent / "shelf"), "--backup-keep", "3"]
        self.pid, address = self._nursery.start(serve, self.folder / "centre.log")
        self.port = int(address.rsplit(":", 1)[1])


def until(check: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    glance = threading.Event()
    while not check():
        assert time.monotonic() < end
        glance.wait(0.05)


def readiness(centre: CentreProcess) -> str:
    answer = httpx.get(f"{centre.url}/v1/health/ready", trust_env=False)
    return str(answer.json()["backup"])


def test_it_makes_one_when_there_is_none(force: Path, tmp_path: Path, nursery: Nursery) -> None:
    with running(force, BackingUp(tmp_path / "centre", nursery)) as centre:
        until(lambda: readiness(centre) == "fresh")
        assert len(backups_in(tmp_path / "shelf")) == 1
        assert centre.sql("SELECT durable = (SELECT max(seq) FROM backup) FROM head") == [(1,)]
        log = (centre.folder / "centre.log").read_text()
        assert "there is no backup of this centre" in log


def test_stopped_while_one_is_being_made_it_leaves_nothing_of_it(
    force: Path, tmp_path: Path, nursery: Nursery
) -> None:
    shelf = tmp_path / "shelf"
    with running(force, BackingUp(tmp_path / "centre", nursery)) as centre:
        until(shelf.exists)
        centre.stop()
        finished = len(backups_in(shelf))
        assert sorted(path.suffix for path in shelf.iterdir()) == [".backup"] * finished
        assert not list(centre.folder.glob("scratch-*"))
