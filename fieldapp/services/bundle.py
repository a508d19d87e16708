"""All services of one tablet, put together over an open store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.domain.ids import IdMaker
from fieldapp.services.approvals import Approvals
from fieldapp.services.attaching import Attaching
from fieldapp.services.capture import Capture
from fieldapp.services.comparing import Comparing
from fieldapp.services.context import Context
from fieldapp.services.entries import Entries
from fieldapp.services.follow_ups import FollowUps
from fieldapp.services.handing import Handing
from fieldapp.services.meetings import Meetings
from fieldapp.services.names import Names
from fieldapp.services.pending import title_of
from fieldapp.services.plan import Plan
from fieldapp.services.preferences import Preferences
from fieldapp.services.reference import Reference
from fieldapp.services.rescued import RescuedDrafts
from fieldapp.services.values import Officer
from fieldapp.services.waiting import WaitingToSend
from fieldapp.store import Store, audit
from fieldapp.system import free_bytes, random_bytes


class Changed:
    """Tells subscribers which record types a commit touched, on the thread that committed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def subscribe(self, listener: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Call ``listener`` after every change; call the result to stop."""
        return self._store.subscribe(listener)


@dataclass(frozen=True, slots=True)
class Services:
    """What screens and the command line can do on this tablet; every method is synchronous."""

    officer: Officer
    capture: Capture
    entries: Entries
    approvals: Approvals
    attaching: Attaching
    comparing: Comparing
    plan: Plan
    follow_ups: FollowUps
    meetings: Meetings
    reference: Reference
    waiting: WaitingToSend
    handing: Handing
    preferences: Preferences
    changed: Changed
    title_of: Callable[[str, str, str], str]
    """Type, kind and place of a record to what the officer calls it."""


def open_services(
    store: Store, officer: Officer, *, new_id: Callable[[], str] | None = None
) -> Services:
    """Put the services together.

    Args:
        store: the officer's open store.
        officer: who is signed in.
        new_id: makes permanent ids; by the clock of the store and the system's randomness when not
            given.
    """
    clock = store.clock
    make = (
        new_id
        or IdMaker(
            milliseconds=lambda: int(clock.now().timestamp() * 1000), randomness=random_bytes
        ).new
    )
    ctx = Context(store, officer, make, session=make(), names=Names(store))
    with store.transaction() as tx:
        audit.log(tx, officer.officer_id, "LOGIN", f"OFFICER/{officer.officer_id}")
    approvals = Approvals(ctx)
    store.subscribe(ctx.tell)
    store.subscribe(approvals.tell)
    rescued = RescuedDrafts(ctx)
    store.subscribe(rescued.tell)
    rescued.look()
    return Services(
        officer=officer,
        capture=Capture(ctx),
        entries=Entries(ctx),
        approvals=approvals,
        comparing=Comparing(ctx),
        attaching=Attaching(ctx, lambda: free_bytes(store.path.parent)),
        plan=Plan(ctx),
        follow_ups=FollowUps(ctx),
        meetings=Meetings(ctx),
        reference=Reference(ctx),
        waiting=WaitingToSend(ctx),
        handing=Handing(ctx),
        preferences=Preferences(store),
        changed=Changed(store),
        title_of=lambda record_type, kind, place: title_of(record_type, kind, place, ctx),
    )
