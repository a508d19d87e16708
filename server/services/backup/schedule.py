"""Backups by themselves while the centre serves: when one is due, and the alarm when there is none.

The work is done by a program of its own, so that answering tablets is not slowed down by it.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from server.services.backup.making import KEPT, Newest, newest_known
from server.services.centre import Centre

_log = logging.getLogger(__name__)
_AGAIN = timedelta(minutes=15)
_ALARM = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an operator asked for."""

    folder: Path
    every: timedelta = timedelta(hours=24)
    keep: int = KEPT


def is_due(newest: Newest | None, plan: Plan, *, now: datetime, tried: datetime | None) -> bool:
    """Whether to begin one: none is younger than the plan wants, and none was tried just now."""
    if tried is not None and timedelta(0) <= now - tried < min(_AGAIN, plan.every):
        return False
    return newest is None or not timedelta(0) <= newest.age(now) < plan.every


class Backups:
    """Looks every minute whether something is to be done.

    Args:
        centre: the live centre.
        data_dir: its folder.
        plan: where and how often; ``None`` when backups are made by other means, and then only the
            alarm is given.
    """

    def __init__(self, centre: Centre, data_dir: Path, plan: Plan | None) -> None:
        self._centre = centre
        self._data_dir = data_dir
        self._plan = plan
        self._tried: datetime | None = None
        self._alarmed: datetime | None = None
        self._running: subprocess.Popen[bytes] | None = None

    def tick(self) -> None:
        """See to it."""
        now = self._centre.clock.now()
        with self._centre.db.read() as connection:
            newest = newest_known(connection)
        self._look_after()
        plan = self._plan
        if plan and self._running is None and is_due(newest, plan, now=now, tried=self._tried):
            self._tried = now
            self._running = self._begin(plan)
        if newest is None or newest.is_late(now):
            self._alarm(newest, now)

    def stop(self) -> None:
        """The centre is about to end: what is under way ends too, and leaves nothing."""
        if self._running is not None:
            self._running.terminate()
            self._running.wait()
            self._running = None

    def _begin(self, plan: Plan) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "server", "backup", "--data-dir", str(self._data_dir)]
        return subprocess.Popen(  # noqa: S603 - this very program
            [*command, "--to", str(plan.folder), "--keep", str(plan.keep)],
            stdout=subprocess.DEVNULL,
        )

    def _look_after(self) -> None:
        if self._running is None or self._running.poll() is None:
            return
        if self._running.returncode:
            _log.error("backup failed; it is tried again in 15 minutes")
        else:
            _log.info("backup made and verified")
        self._running = None

    def _alarm(self, newest: Newest | None, now: datetime) -> None:
        if self._alarmed is not None and timedelta(0) <= now - self._alarmed < _ALARM:
            return
        self._alarmed = now
        if newest is None:
            _log.warning("there is no backup of this centre")
        else:
            _log.warning("the newest backup is %d hours old", newest.age(now) // timedelta(hours=1))
