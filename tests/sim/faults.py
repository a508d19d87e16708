"""What may go wrong, how often, and the points at which it can."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from random import Random

from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2


class Crash(BaseException):
    """The process is gone at this point; ``committed`` says whether its last write counted."""

    def __init__(self, *, committed: bool) -> None:
        super().__init__("committed" if committed else "not committed")
        self.committed = committed


def full_disk() -> dbapi2.OperationalError:
    """What the driver raises when a commit finds no room."""
    error = dbapi2.OperationalError("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"
    error.sqlite_errorcode = 13
    return error


def full_disk_at_the_centre() -> OperationalError:
    """The same as SQLAlchemy hands it on."""
    return OperationalError("COMMIT", None, full_disk())


@dataclass(frozen=True, slots=True)
class Rates:
    """How likely each fault is where it can happen; drawn once for each seed."""

    drop: float = 0.0
    duplicate: float = 0.0
    time_out: float = 0.0
    portal: float = 0.0
    expired: float = 0.0
    picky: float = 0.0
    tablet_crash: float = 0.0
    tablet_full: float = 0.0
    centre_crash: float = 0.0
    centre_full: float = 0.0
    clock: float = 0.0
    poison: float = 0.0
    strange: float = 0.0
    move: float = 0.0
    close: float = 0.0
    restore: float = 0.0
    clone: float = 0.0
    spoil: float = 0.0
    weeks: float = 0.0
    corrupt: float = 0.0
    drain: float = 0.0
    rot: float = 0.0

    @classmethod
    def drawn(cls, chance: Random) -> Rates:
        """Each one none, low or high: some histories are calm and some savage."""
        return cls(**{one.name: chance.choice(_LEVELS[one.name]) for one in fields(cls)})


_LEVELS: dict[str, tuple[float, ...]] = {
    "drop": (0.0, 0.05, 0.2),
    "duplicate": (0.0, 0.05, 0.2),
    "time_out": (0.0, 0.03, 0.1),
    "portal": (0.0, 0.0, 0.7),
    "expired": (0.0, 0.0, 0.7),
    "picky": (0.0, 0.0, 0.7),
    "tablet_crash": (0.0, 0.005, 0.03),
    "tablet_full": (0.0, 0.0, 0.02),
    "centre_crash": (0.0, 0.01, 0.06),
    "centre_full": (0.0, 0.0, 0.04),
    "clock": (0.0, 0.3, 1.0),
    "poison": (0.0, 0.0, 0.3),
    "strange": (0.0, 0.1, 0.4),
    "move": (0.0, 0.4, 0.9),
    "close": (0.0, 0.0, 0.7),
    "restore": (0.0, 0.0, 0.4, 1.0),
    "clone": (0.0, 0.0, 0.6),
    "spoil": (0.0, 0.0, 0.03),
    "weeks": (0.0, 0.0, 0.5),
    "corrupt": (0.0, 0.3, 0.9),
    "drain": (0.0, 0.0, 0.5),
    "rot": (0.0, 0.0, 0.8),
}


@dataclass(frozen=True, slots=True)
class Planned:
    """The one fault of a sweep: ``kind`` at the ``at``-th point where it can happen."""

    kind: str
    at: int


KINDS = ("crash", "full", "drop", "duplicate")
"""Kinds of planned faults: at every point of each, a sweep lets one strike."""


class Faults:
    """Asked at every point; by chance, or once as planned.

    Args:
        chance: the one source of chance.
        rates: how likely each fault is.
        planned: for a sweep; nothing happens by chance then.
    """

    def __init__(self, chance: Random, rates: Rates, planned: Planned | None = None) -> None:
        self._chance = chance
        self.rates = rates
        self._planned = planned
        self.points: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()
        self.healed = False

    def _strikes(self, kind: str, rate: float) -> bool:
        if self.healed:
            return False
        self.points[kind] += 1
        if self._planned is not None:
            return self._planned == Planned(kind, self.points[kind])
        return rate > 0 and self._chance.random() < rate

    def before_commit(self, side: str) -> None:
        """Nothing has been kept yet.

        Raises:
            Crash: the process dies here.
            dbapi2.OperationalError: there is no room (``OperationalError`` at the centre).
        """
        if self._strikes("crash", getattr(self.rates, f"{side}_crash")):
            self.struck[f"{side} crashed before a commit"] += 1
            raise Crash(committed=False)
        if self._strikes("full", getattr(self.rates, f"{side}_full")):
            self.struck[f"{side} disk full"] += 1
            raise full_disk() if side == "tablet" else full_disk_at_the_centre()

    def after_commit(self, side: str) -> None:
        """Everything has been kept, and nobody knows yet.

        Raises:
            Crash: the process dies here.
        """
        if self._strikes("crash", getattr(self.rates, f"{side}_crash")):
            self.struck[f"{side} crashed after a commit"] += 1
            raise Crash(committed=True)

    def drops(self) -> bool:
        """The message on its way is lost."""
        lost = self._strikes("drop", self.rates.drop)
        self.struck["dropped"] += lost
        return lost

    def duplicates(self) -> bool:
        """The request arrives twice, the second time later."""
        twice = self._strikes("duplicate", self.rates.duplicate)
        self.struck["duplicated"] += twice
        return twice

    def happens(self, name: str) -> bool:
        """A fault by name that is no point of a sweep."""
        if self.healed or self._planned is not None:
            return False
        rate: float = getattr(self.rates, name)
        if rate <= 0 or self._chance.random() >= rate:
            return False
        self.struck[name] += 1
        return True
