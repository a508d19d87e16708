"""What a projection is told: records that changed, and where to ask about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.content import Json
from fieldapp.domain.records import Record
from fieldapp.domain.rules.meetings import Officers


class Touched(NamedTuple):
    """A record in its latest state, with its row number."""

    n: int
    record: Record
    new: bool
    """True when nothing was known of it before."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where projections ask.

    ``typed`` reads the body of an entry as its model and raises ``ContentError``. ``officers``
    finds officers as they were assigned then: those named, and those they supervise.
    """

    typed: Callable[[Json], EngagementBody]
    officers: Callable[[frozenset[str]], Officers]
