"""A new line of the plan: what, when, where; nothing more is asked."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal

from resources.engagement_types import engagement_type, engagement_types
from ui.presenters.presenter import Desk, Presenter
from ui.words import from_local, local, stored

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from fieldapp.services.values import Choice
    from resources.engagement_types import EngagementType

NO_KIND = "Choose what is planned."
NO_TIMES = "Enter when it starts and when it ends."
BACKWARDS = "It must end after it starts."
PAST = "Choose a time that is still to come."
NO_AREA = "Choose the neighbourhood."


class PlanLinePresenter(Presenter):
    """Collects a plan line and adds it.

    Signals:
        ready: what can be chosen from has been read.
        wrong(str, str): field and words of what is missing.
        added(str): the id of the new line.
    """

    ready = Signal()
    wrong = Signal(str, str)
    added = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.neighbourhoods: tuple[Choice, ...] = ()
        self.venues: tuple[Choice, ...] = ()
        self.schools: tuple[Choice, ...] = ()

    @property
    def kinds(self) -> tuple[EngagementType, ...]:
        """What can be planned: whatever is done in person."""
        return tuple(kind for kind in engagement_types().values() if kind.in_person)

    @property
    def today(self) -> date:
        """The day it is in the force."""
        return local(self.desk.clock.now()).date()

    def load(self) -> None:
        """Read places and neighbourhoods."""
        reference, team = self.desk.services.reference, self.desk.services.officer.lpt_code

        def work() -> tuple[tuple[Choice, ...], ...]:
            return reference.neighbourhoods(team), reference.venues(), reference.schools()

        self._ask(work, self._on_read, newest="reference")

    def usual_end(self, kind: str, start: time) -> time:
        """When something of this kind that starts then usually ends."""
        minutes = engagement_type(kind).default_minutes if kind else 60
        at = start.hour * 60 + start.minute + minutes
        return time(min(at, 24 * 60 - 1) // 60, min(at, 24 * 60 - 1) % 60)

    def neighbourhood_of(self, place: str) -> str:
        """The neighbourhood of a known place."""
        for choice in (*self.venues, *self.schools):
            if choice.code == place:
                return str(choice.extra.get("neighbourhood_id") or "")
        return ""

    def add(
        self,
        *,
        kind: str,
        day: date,
        start: time | None,
        end: time | None,
        place: tuple[str, str],
        neighbourhood: str,
        purpose: str,
    ) -> None:
        """Add the line, or say what is missing.

        Args:
            kind: code of the engagement type.
            day: the day it is held.
            start: when it starts.
            end: when it ends.
            place: id (empty when typed) and name.
            neighbourhood: its code.
            purpose: what it is for; may be empty.
        """
        missing = self._missing(kind, day, start, end, neighbourhood)
        if missing or start is None or end is None:
            self.wrong.emit(*(missing or ("starts_at", NO_TIMES)))
            return
        form = engagement_type(kind)
        body: dict[str, Any] = {
            "engagement_type": kind,
            "starts_at": stored(from_local(day, start)),
            "ends_at": stored(from_local(day, end)),
            "neighbourhood_id": neighbourhood,
            "in_person": form.in_person,
            "open_to_public": form.open_to_public,
            "s34_intended": form.s34_candidate is True,
            "purpose": purpose.strip(),
            **self._place(form, place),
        }
        plan = self.desk.services.plan
        self._ask(lambda: plan.add(body), self.added.emit)

    def _missing(
        self, kind: str, day: date, start: time | None, end: time | None, area: str
    ) -> tuple[str, str] | None:
        if not kind:
            return "engagement_type", NO_KIND
        if start is None or end is None:
            return "starts_at", NO_TIMES
        if end <= start:
            return "ends_at", BACKWARDS
        if from_local(day, start) < self.desk.clock.now() - timedelta(minutes=1):
            return "starts_at", PAST
        if not area:
            return "neighbourhood_id", NO_AREA
        return None

    def _place(self, form: EngagementType, place: tuple[str, str]) -> dict[str, Any]:
        code, name = place
        if not name.strip():
            return {}
        known = next((c for c in (*self.schools, *self.venues) if c.code == code), None)
        if form.shows("school"):
            extra = dict(known.extra) if known else {}
            school = {"name": name.strip(), "urn": extra.get("urn"), "phase": extra.get("phase")}
            return {
                "school": {**school, "school_id": code or None},
                "venue": {"name": name.strip()},
            }
        venue: dict[str, Any] = {"name": name.strip()}
        if known is not None:
            venue["venue_id"] = code
            kept = ("address", "postcode", "lat", "lon")
            venue |= {key: known.extra[key] for key in kept if known.extra.get(key)}
        return {"venue": venue}

    def _on_read(self, read: tuple[tuple[Choice, ...], ...]) -> None:
        self.neighbourhoods, self.venues, self.schools = read
        self.ready.emit()
