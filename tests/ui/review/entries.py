"""Entries as officers write them, for tests and pictures of screens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fieldapp.services.values import Draft
from fieldapp.wiring import Tablet

HOSTILE = '<img src="file:///etc/passwd"><b>bold</b> \u202egnp.exe\u202c &amp; <a href="x">y</a>'
NAMED = "Shop manager Jane Milburn asked for a weekly visit."


def drop_in(tablet: Tablet, place: str, **changes: Any) -> Draft:
    """A drop-in session, complete."""
    draft = tablet.services.capture.start("DROP_IN")
    started = tablet.clock.now().replace(second=0, microsecond=0) - timedelta(hours=3)
    draft.body.update(
        {
            "neighbourhood_id": "E05007070",
            "started_at": started.isoformat(),
            "ended_at": (started + timedelta(hours=2)).isoformat(),
            "outcome": "HELD",
            "venue": {"name": place},
            "discloses_crime": False,
            "safeguarding_concern": False,
            "counts": {"adults": 34, "children_young_people": 6},
            "issues": [{"id": "i-1", "category": "NUISANCE_BIKES", "mentions": 9}],
            "qualitative": "Bikes on the path behind the shops again.",
            **changes,
        }
    )
    tablet.services.capture.autosave(draft)
    return draft


def submit(tablet: Tablet, place: str, **changes: Any) -> str:
    """Record and submit a drop-in session; its id."""
    return tablet.services.capture.submit(drop_in(tablet, place, **changes)).record_id


class Later:
    """A clock past the ten seconds in which a decision is held back."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def now(self) -> Any:
        return self._clock.now() + timedelta(seconds=11)

    def monotonic(self) -> float:
        return float(self._clock.monotonic()) + 11
