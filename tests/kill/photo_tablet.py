"""A tablet in a process of its own that records entries with photos and sends them, and says so.

Every word it prints is true before it is printed: "saved" once a photo is durable with its draft.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from fieldapp.domain.times import utc_text
from fieldapp.services.bundle import open_services
from fieldapp.services.values import Draft
from fieldapp.store import Store
from fieldapp.store.sync_port import SyncPort
from fieldapp.system import SystemClock
from sync.engine import SyncEngine
from sync.faults import Fault
from sync.runner import drive
from sync.transport import Deadlines, HttpLink
from tests.domain.test_photos import PLAIN
from tests.services.desk import PRIYA, actor_of
from tests.store.fresh import KEY

LINE = Deadlines(connect=1.0, quiet=5.0, total=10.0)


def say(*words: str) -> None:
    print(*words, flush=True)


def filled(draft: Draft, now: datetime) -> Draft:
    """The draft with everything that a submitted entry needs."""
    body = {
        **draft.body,
        "neighbourhood_id": "E05007070",
        "venue": {"name": "Larkspur Precinct"},
        "started_at": utc_text(now - timedelta(hours=2)),
        "ended_at": utc_text(now - timedelta(minutes=10)),
        "counts": {"adults": 34, "children_young_people": 6},
        "discloses_crime": False,
        "safeguarding_concern": False,
    }
    return replace(draft, body=body)


class Tablet:
    """An open store, and the line to the centre.

    Args:
        path: the store's file.
        line: the line.
    """

    def __init__(self, path: Path, line: HttpLink) -> None:
        self._clock, self._line = SystemClock(), line
        self.store = Store.open(path, KEY, self._clock)
        self._services = open_services(self.store, PRIYA)
        self._port = SyncPort(self.store, actor_of(PRIYA), self._services.title_of)
        self._engine = SyncEngine(self._port)

    @property
    def done(self) -> bool:
        """Nothing waits any more."""
        return not (self._port.waiting().operations or self._port.attachments.unsent().count)

    def record(self, chance: Random) -> None:
        """An entry with one to three photos, handed in."""
        draft = self._services.capture.start("DROP_IN")
        for _ in range(chance.randint(1, 3)):
            noise = chance.randbytes(chance.randint(20_000, 500_000)).replace(b"\xff", b"\xfe")
            row = self._services.attaching.add(draft.record_id, PLAIN[:-2] + noise + PLAIN[-2:])
            say("saved", draft.record_id, row.sha)
        self._hand_in(draft)

    def go_on(self) -> None:
        """What an earlier process was killed over is finished now."""
        today = self._services.entries.today()
        for row in (*today.recovered, *today.drafts):
            self._hand_in(self._services.capture.open(row.record_id))

    def send(self) -> None:
        """One round."""
        try:
            report = drive(self._engine.round(), self._line)
            say("sent", str(report.photos_sent))
        except Fault as fault:
            say("fault", fault.code)

    def _hand_in(self, draft: Draft) -> None:
        self._services.capture.submit(filled(draft, self._clock.now()))
        say("submitted", draft.record_id)


def main(path: str, address: str, *rest: str) -> None:
    """Work until killed, or finish what is there (``how``)."""
    device_id, token, seed, how = rest
    line = HttpLink(address, app="0", device_id=device_id, token=token, deadlines=LINE)
    tablet, chance = Tablet(Path(path), line), Random(int(seed))
    say("ready")
    tablet.go_on()
    while how == "work" or not tablet.done:
        if how == "work":
            tablet.record(chance)
        tablet.send()
    line.close()
    tablet.store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
