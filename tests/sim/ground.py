"""What every history of one process begins with: a founded centre and tablets in daily use."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from functools import cache
from multiprocessing.util import Finalize
from random import Random

from sync.faults import Fault
from sync.ports import Call
from sync.runner import drive
from tests.sim.acts import Acts
from tests.sim.book import Book
from tests.sim.cast import PASSWORD, TABLETS
from tests.sim.centre_side import (
    SimCentre,
    found_small_force,
    quick_passwords,
    trip_over_some_content,
)
from tests.sim.clock import SimClock
from tests.sim.faults import Faults, Rates
from tests.sim.link import WireLink
from tests.sim.stores import Image, folder_in_memory
from tests.sim.tablet_side import Credentials, SimTablet

_FIRST_DAY = (
    ("priya-1", Acts.hand_in_new),
    ("priya-1", Acts.hand_in_new),
    ("tom-1", Acts.decide),
    ("priya-1", Acts.hand_in_new),
    ("priya-2", Acts.record),
    ("callum-1", Acts.hand_in_new),
    ("noah-1", Acts.hand_in_new),
    ("tom-1", Acts.plan),
    ("priya-1", Acts.plan),
)

SPARE = ("spare-1", "spare-2")
"""Tablets that become the copy of another one."""


class Ground:
    """A centre, a tablet for everybody, and what each of them held on the first morning."""

    def __init__(self) -> None:
        self._open = ExitStack()
        folder = folder_in_memory()
        self._open.callback(shutil.rmtree, folder, ignore_errors=True)
        quick_passwords()
        trip_over_some_content()
        chance = Random("ground")
        self.clock = SimClock()
        found_small_force(folder / "centre", self.clock, chance)
        self.centre = SimCentre(folder / "centre", self.clock)
        self._open.callback(self.centre.db.close)
        self.centre.begin(self.centre.db.image(), chance)
        names = (*TABLETS, *SPARE)
        self.tablets = {name: SimTablet(name, folder / name) for name in names}
        for tablet in self.tablets.values():
            self._open.callback(tablet.close)
        self.credentials: dict[str, Credentials] = {}
        self.images: dict[str, Image] = {}
        self.book = Book()
        for name in TABLETS:
            self._first_morning(self.tablets[name], chance)
        self._first_day(chance)
        self.images = {name: self.tablets[name].store.image() for name in TABLETS}
        self.centre_image = self.centre.db.image()

    def _first_morning(self, tablet: SimTablet, chance: Random) -> None:
        empty = tablet.store.image()
        self.credentials[tablet.name] = sign_in(self.centre, tablet.force_no, WireLink())
        tablet.begin(empty, self.credentials[tablet.name], chance)
        empty.close()

    def _first_day(self, chance: Random) -> None:
        """Some entries, a plan line and an approval that everybody has seen, in a good backup."""
        acts = Acts(chance, self.book, Faults(chance, Rates()))
        self._everybody_syncs()
        for name, does in _FIRST_DAY:
            tablet = self.tablets[name]
            before = tablet.operations()
            does(acts, tablet)
            self.book.note(name, before, tablet.operations())
            tablet.clock.pass_on(60)
            self._everybody_syncs()
        self.centre.back_up()
        self._everybody_syncs()

    def _everybody_syncs(self) -> None:
        for name in TABLETS:
            tablet = self.tablets[name]
            drive(tablet.engine.round(), _Straight(self.centre, tablet.link))

    def close(self) -> None:
        """Let everything go."""
        self._open.close()


class _Straight:
    """A line on which nothing goes wrong."""

    def __init__(self, centre: SimCentre, link: WireLink) -> None:
        self._centre = centre
        self._link = link

    def answer(self, call: Call) -> object:
        reply = self._centre.serve(self._link.ask(call))
        assert reply is not None
        return self._link.hear(call, reply)


def sign_in(centre: SimCentre, force_no: str, link: WireLink) -> Credentials:
    """Sign in as in the app.

    Raises:
        Fault: the centre does not take it.
    """
    reply = centre.serve(link.ask_to_sign_in(force_no, PASSWORD))
    if reply is None:
        raise Fault("the centre died over it")
    return Credentials.of(link.signed_in(force_no, PASSWORD, reply))


@cache
def ground() -> Ground:
    """The ground of this process; it goes with it."""
    made = Ground()
    Finalize(None, made.close, exitpriority=1)  # at the end of any process, a worker's too
    return made
