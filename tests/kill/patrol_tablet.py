"""An officer's tablet in a process of its own: records, changes, submits and sends until killed.

A word that ends in -ing is printed before the deed, "saved" and "submitted" after it.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import timedelta
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from typing import Any

from fieldapp.domain.times import utc_text
from fieldapp.services.values import Draft
from fieldapp.wiring import Tablet
from sync.transport import Deadlines
from tests.domain.test_photos import PLAIN

LINE = Deadlines(connect=2.0, quiet=10.0, total=20.0)
GLASCOTE = "E05007070"


def say(*words: str) -> None:
    """Tell the test, at once."""
    print(*words, flush=True)


class Patrol:
    """What the officer does.

    Args:
        folder: of a tablet that has been set up.
        seed: of what is done.
        photos: put photos on entries.
        forgets: the planted fault: now and then it says saved and has not saved.
    """

    def __init__(self, folder: Path, seed: int, *, photos: bool, forgets: bool) -> None:
        self.tablet = Tablet.open(folder, deadlines=LINE)
        self._chance = Random(seed)
        self._photos, self._forgets = photos, forgets
        self._marks = (f"mark {seed} {number}" for number in count(1))
        self._capture = self.tablet.services.capture
        areas = sorted(self.tablet.services.officer.neighbourhoods)
        self._area = next((one for one in areas if one.startswith("E0")), GLASCOTE)
        self._submitted: list[str] = []

    def work(self) -> None:
        """One entry, perhaps a change to an earlier one, perhaps a round with the centre."""
        draft = self._a_contact() if self._chance.random() < 0.3 else self._a_drop_in()
        draft = self._write(draft)
        if self._photos and self._chance.random() < 0.5:
            self._photograph(draft)
        if self._chance.random() < 0.3:
            draft = self._write(draft)
        if self._chance.random() < 0.8:
            self._submit(draft)
        if self._submitted and self._chance.random() < 0.4:
            self._change(self._chance.choice(self._submitted))
        if self._chance.random() < 0.6:
            self.send()

    def finish(self) -> None:
        """Hand in what earlier processes were killed over, and send until nothing waits."""
        today = self.tablet.services.entries.today()
        for row in (*today.recovered, *today.drafts):
            draft = self._capture.open(row.record_id)
            if draft.body.get("qualitative"):
                self._submit(draft)
            else:
                self._capture.delete(row.record_id)  # begun, and killed before a word was written
        while self.send():
            pass

    def send(self) -> bool:
        """One round; whether something waits still."""
        status = self.tablet.sync_now()
        left = status.waiting + status.held + status.not_accepted + status.photos
        say("sent", str(left))
        return left > 0 or status.words != ""

    def _a_drop_in(self) -> Draft:
        return self._filled(self._capture.start("DROP_IN"), venue={"name": "Larkspur Precinct"})

    def _a_contact(self) -> Draft:
        draft = self._capture.start("DOORSTEP")
        consent = {
            "purpose": "LOCAL_UPDATES",
            "status": "GIVEN",
            "method": "VERBAL_READBACK",
            "wording_version": "CN-3",
            "at": utc_text(self.tablet.clock.now()),
        }
        person = {**(draft.person or {}), "full_name": "Ada Example", "phone": "07700 900123"}
        draft = replace(draft, person=person, consents=(consent,))
        return self._filled(
            draft,
            counts={"adults": 1},
            is_query=True,
            channel="IN_PERSON",
            actions_promised=[{"kind": "PUBLIC_QUERY", "summary": "What is done about bikes?"}],
        )

    def _filled(self, draft: Draft, **more: Any) -> Draft:
        """With everything that an entry needs."""
        now = self.tablet.clock.now()
        needed = {
            "neighbourhood_id": self._area,
            "started_at": utc_text(now - timedelta(minutes=30)),
            "ended_at": utc_text(now - timedelta(minutes=20)),
            "outcome": "HELD",
            "counts": {"adults": 4, "children_young_people": 2},
            "discloses_crime": False,
            "safeguarding_concern": False,
        }
        return replace(draft, body=draft.body | needed | more)

    def _write(self, draft: Draft) -> Draft:
        mark = next(self._marks)
        written = replace(draft, body={**draft.body, "qualitative": mark})
        say("writing", draft.record_id, mark)
        if self._forgets and self._chance.random() < 0.3:
            say("saved", draft.record_id, mark)
            return draft
        self._capture.autosave(written)
        say("saved", draft.record_id, mark)
        return written

    def _photograph(self, draft: Draft) -> None:
        noise = self._chance.randbytes(self._chance.randint(5_000, 200_000))
        noise = noise.replace(b"\xff", b"\xfe")
        row = self.tablet.services.attaching.add(draft.record_id, PLAIN[:-2] + noise + PLAIN[-2:])
        say("photo", draft.record_id, row.sha)

    def _submit(self, draft: Draft) -> None:
        self._capture.submit(draft)
        say("submitted", draft.record_id)
        self._submitted.append(draft.record_id)

    def _change(self, record_id: str) -> None:
        say("recalling", record_id)
        self._capture.recall(record_id)
        self._submitted.remove(record_id)
        self._submit(self._write(self._capture.open(record_id)))


def main(folder: str, seed: int, how: tuple[str, ...], said: Connection, log: str) -> None:
    """Work until killed; with ``finish`` send what is there and end.

    Args:
        folder: of the tablet.
        seed: of what is done.
        how: "photos", "finish", "forgets".
        said: where the words go.
        log: the file for what else is said.
    """
    os.dup2(said.fileno(), 1)
    said.close()
    os.dup2(os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w"), os.fdopen(2, "w")
    patrol = Patrol(Path(folder), seed, photos="photos" in how, forgets="forgets" in how)
    say("ready")
    if "finish" in how:
        patrol.finish()
    else:
        while True:
            patrol.work()
    patrol.tablet.close()


def set_up(folder: str, server: str, who: tuple[str, str]) -> None:
    """A tablet's first day, with its key in the session's keyring."""
    tablet = Tablet.open(Path(folder), server=server, deadlines=LINE)
    tablet.sign_in(*who)
    assert tablet.sync_now().words == ""
    tablet.close()
