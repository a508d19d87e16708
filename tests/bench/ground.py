"""What figures stand on: a centre with the demo force, two tablets set up at it, stores filled."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from fieldapp.domain.codes import RecordType, ReviewStatus
from fieldapp.domain.content import content_hash
from fieldapp.domain.exchange import PulledChange, PulledPage
from fieldapp.domain.ids import uuid7
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record, to_wire
from fieldapp.services.context import Context
from fieldapp.services.names import Names
from fieldapp.store.sync_port import SyncPort
from fieldapp.wiring import Tablet
from tests.bench.centre import PRIYA, TOM, Centre
from tests.bench.entries import began, body, day_began

PCSO, SERGEANT = "of-0001", "of-0010"
COLLEAGUES = (PCSO, "of-0002", "of-0005")
_PAGE = 1000

Made = Callable[[int], Record]


class Ground:
    """A folder with a centre and the tablets of a PCSO and a sergeant; states can be put back.

    Args:
        folder: an empty folder on the disk to measure.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.centre = Centre(folder / "centre")

    @property
    def priya(self) -> Path:
        """The PCSO's folder."""
        return self._folder / "priya"

    @property
    def tom(self) -> Path:
        """The sergeant's folder."""
        return self._folder / "tom"

    def spare(self, name: str) -> Path:
        """A new folder for a floor."""
        folder = self._folder / "floors" / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    @cached_property
    def _set_up(self) -> bool:
        self.centre.make()
        self.centre.start()
        try:
            for folder, who in ((self.priya, PRIYA), (self.tom, TOM)):
                tablet = Tablet.open(folder, server=self.centre.url)
                tablet.sign_in(*who)
                status = tablet.sync_now()
                assert not status.words, status.words
                tablet.close()
        finally:
            self.centre.stop()
        self.keep("set-up")
        return True

    def keep(self, name: str) -> None:
        """Remember how everything stands; nothing may be open."""
        for part in ("centre", "priya", "tom"):
            kept = self._folder / "kept" / name / part
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(self._folder / part, kept)

    def restore(self, name: str) -> None:
        """Put everything back to how it stood; folders keep their place, and so their keys."""
        for part in ("centre", "priya", "tom"):
            shutil.rmtree(self._folder / part, ignore_errors=True)
            shutil.copytree(self._folder / "kept" / name / part, self._folder / part)

    def restore_set_up(self) -> None:
        """Put everything back to two tablets that have signed in and hold the reference data."""
        if self._set_up:
            self.restore("set-up")

    @contextmanager
    def open(self, folder: Path) -> Iterator[Tablet]:
        """A tablet without a screen."""
        tablet = Tablet.open(folder)
        try:
            yield tablet
        finally:
            tablet.close()


def actor_of(tablet: Tablet) -> Actor:
    """The officer as the rules see them."""
    officer = tablet.services.officer
    return Actor(officer.officer_id, officer.app_roles, officer.lpt_code, officer.neighbourhoods)


def port_of(tablet: Tablet) -> SyncPort:
    """The sync side of the tablet's store."""
    return SyncPort(tablet.store, actor_of(tablet), tablet.services.title_of)


def context_of(tablet: Tablet) -> Context:
    """The shared ground of the tablet's services, for filling in large steps."""
    services = tablet.services
    return Context(
        tablet.store,
        services.officer,
        services.capture.new_id,
        session="bench",
        names=Names(tablet.store),
    )


# ------------------------------------------------------------------------- filling


def record(
    number: int, *, owner: str, status: ReviewStatus, started: datetime | None = None
) -> Record:
    """An entry as the centre tells it after it was made, submitted and perhaps approved."""
    started = started or began(number)
    written = body(number, officer_id=owner, started=started)
    named = content_hash(RecordType.ENGAGEMENT, 1, written)
    made, handed_in = started + timedelta(minutes=95), started + timedelta(minutes=97)
    history: list[dict[str, Any]] = [
        {"revision": 1, "kind": "create", "by": owner, "at": made.isoformat()},
        {"revision": 2, "kind": "submit", "by": owner, "at": handed_in.isoformat()},
    ]
    decision = None
    if status == ReviewStatus.APPROVED:
        decided = (started + timedelta(days=1)).isoformat()
        history.append(
            {"revision": 3, "kind": "decide", "by": SERGEANT, "at": decided, "verdict": "APPROVE"}
        )
        decision = {
            "verdict": "APPROVE",
            "content_hash": named,
            "by": SERGEANT,
            "at": decided,
            "reasons": [],
            "comments": {},
        }
    return Record(
        id=uuid7(int(made.timestamp() * 1000), number),
        record_type=RecordType.ENGAGEMENT,
        schema_version=1,
        owner_officer_id=owner,
        lpt_code="TA",
        neighbourhood_id=written["neighbourhood_id"],
        revision=len(history),
        review_status=status,
        body=written,
        content_hash=named,
        created_at=made.isoformat(),
        submitted_at=handed_in.isoformat(),
        received_at=handed_in.isoformat(),
        ref=f"TA-ENG-2026-{number:06d}" if decision else None,
        approved_revision=3 if decision else None,
        decision=decision,
        history=tuple(history),
    )


def approved(number: int) -> Record:
    """One of a year of approved entries, the team's in turn."""
    owner = COLLEAGUES[number % len(COLLEAGUES)]
    return record(number, owner=owner, status=ReviewStatus.APPROVED)


def waiting(number: int) -> Record:
    """An entry of the last fortnight that waits for the sergeant."""
    owner = COLLEAGUES[number % len(COLLEAGUES)]
    started = day_began() - timedelta(minutes=37 * (number % 500) + 180)
    return record(number, owner=owner, status=ReviewStatus.PENDING_REVIEW, started=started)


def receive(tablet: Tablet, numbers: range, made: Made = approved) -> None:
    """Have records come in as pages of the centre, and make them ready for searching."""
    port, mine = port_of(tablet), tablet.services.officer.officer_id
    position = port.position()
    for start in range(numbers.start, numbers.stop, _PAGE):
        changes = []
        for number in range(start, min(start + _PAGE, numbers.stop)):
            one = made(number)
            scope = f"user:{mine}" if one.owner_officer_id == mine else "lpt:TA"
            changes.append(PulledChange(scope, one.id, number + 1, "up", to_wire(one)))
        port.apply_page(PulledPage(position.epoch or "", tuple(changes), position, more=True))
    tablet.services.entries.index_some(None)
    tablet.store.checkpoint()
