"""Puts the demo force into a centre: its people and places, then its past as it came in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from fieldapp.domain.codes import RecordType
from fieldapp.domain.errors import BugError
from server.demo.cast import DEMO_PASSWORD, DemoForce, demo_force
from server.demo.history import demo_history
from server.demo.log import PastOp
from server.security import hash_password
from server.services.accounts import NewOfficer, put_officers
from server.services.callers import Caller, caller_of
from server.services.centre import Centre
from server.services.founding import put_all
from server.services.own_hand import begin, end
from server.services.push import push_as
from server.services.upkeep import keep_up
from sync.protocol.messages import Push
from sync.protocol.versions import MAX_OPS, PROTOCOL

_TOGETHER = timedelta(minutes=10)
"""Operations of one officer that arrive so close together came in one push."""


@dataclass(slots=True)
class PastClock:
    """Tells the moment the history has reached (see ``fieldapp.domain.clock.Clock``)."""

    moment: datetime
    stopwatch: Callable[[], float]

    def now(self) -> datetime:
        """The moment the history has reached."""
        return self.moment

    def monotonic(self) -> float:
        """Real seconds: durations are not part of the history."""
        return self.stopwatch()


def load_demo_force(centre: Centre) -> None:
    """Everything the demo force consists of, up to the centre's present."""
    force = demo_force()
    introduce(centre, force)
    load(centre, demo_history(force, now=centre.clock.now()))


def introduce(centre: Centre, force: DemoForce) -> None:
    """Accounts, venues and schools."""
    # One hash for all: they share a published password anyway, and each costs time by design.
    hashed = hash_password(DEMO_PASSWORD)
    officers = [
        NewOfficer(
            officer_id=officer.officer_id,
            force_no=officer.force_no,
            name=officer.name,
            role=officer.role,
            lpt_code=officer.lpt_code,
            app_roles=officer.app_roles,
            neighbourhoods=officer.neighbourhoods,
            supervisor_id=officer.supervisor_id,
        )
        for officer in force.officers
    ]
    with centre.db.write() as connection:
        writing = begin(centre, connection)
        put_officers(writing, officers, {officer.officer_id: hashed for officer in officers})
        put_all(writing, RecordType.VENUE, "venue_id", force.venues)
        put_all(writing, RecordType.SCHOOL, "school_id", force.schools)
        end(writing, "demo_force_made", "force")


def load(centre: Centre, history: Iterable[PastOp]) -> None:
    """Run past operations through the same use case that tablets reach, each at its own time.

    Raises:
        BugError: the centre did not simply apply one of them, so the history is not one.
    """
    clock = PastClock(centre.clock.now(), centre.clock.monotonic)
    then = replace(centre, clock=clock)
    for batch in _batches(history):
        clock.moment = batch[-1].at
        request = Push(
            proto=PROTOCOL,
            app="demo",
            device_id=f"demo-{batch[0].officer_id}",
            ops=[past.op.to_wire() for past in batch],
        )
        pushed = push_as(
            then, _as(batch[0].officer_id, request.device_id), request, with_ledger=False
        )
        for past, result in zip(batch, pushed.results, strict=True):
            if '"status":"applied"' not in result:
                raise BugError(f"{past.op.kind} at {past.at}: {result}", code="demo_history")
    keep_up(centre)


def _as(officer_id: str, device_id: str) -> Callable[[Connection, str], Caller]:
    return lambda connection, _now: caller_of(connection, officer_id, device_id)


def _batches(history: Iterable[PastOp]) -> Iterator[list[PastOp]]:
    batch: list[PastOp] = []
    for past in history:
        if batch and (
            past.officer_id != batch[0].officer_id
            or past.at - batch[0].at > _TOGETHER
            or len(batch) == MAX_OPS
        ):
            yield batch
            batch = []
        batch.append(past)
    if batch:
        yield batch
