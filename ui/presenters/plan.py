"""Putting something into the plan: filled in as far as it can be, the rest is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.presenters.presenter import Presenter
from ui.words import from_local, in_sentence, local, moment_words, parse, stored

if TYPE_CHECKING:
    from fieldapp.domain.content import Json
    from fieldapp.services.values import Choice
    from ui.presenters.presenter import Desk


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A plan line begun: what is known, and what there is to choose from.

    ``kinds`` and ``areas`` are empty where the line's own kind and neighbourhood stand.
    """

    title: str
    body: Json
    venues: tuple[Choice, ...]
    day: date
    start: time
    end: time
    kinds: tuple[Choice, ...] = ()
    areas: tuple[Choice, ...] = ()

    def places(self, area: str) -> tuple[Choice, ...]:
        """Known places of a neighbourhood; all of them while none is chosen."""
        return tuple(
            venue
            for venue in self.venues
            if not area or venue.extra.get("neighbourhood_id") == area
        )


@dataclass(frozen=True, slots=True)
class PlanAnswers:
    """What the officer chose; the venue is its id (empty when typed) and its name."""

    kind: str
    area: str
    day: date
    start: time | None
    end: time | None
    venue: tuple[str, str]


class PlanPresenter(Presenter):
    """Offers plan lines and adds them.

    Signals:
        offered(PlanOffer): ask what is missing.
        planned(str): a line was added; words to say.
    """

    offered = Signal(object)
    planned = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)

    def offer_meeting(self, neighbourhood_code: str, name: str) -> None:
        """A meeting for this neighbourhood."""
        services = self.desk.services

        def work() -> PlanOffer:
            body = services.meetings.plan_one(neighbourhood_code)
            venues = services.reference.venues(neighbourhood_code)
            return self._offer(f"Plan a meeting: {name}", body, venues)

        self._ask(work, self.offered.emit, newest="offer")

    def offer_any(self) -> None:
        """Any kind of engagement, in any neighbourhood of the team."""
        services = self.desk.services

        def work() -> PlanOffer:
            offer = self._offer("Add to plan", {}, services.reference.venues())
            return replace(
                offer,
                kinds=services.capture.types(),
                areas=services.reference.neighbourhoods(services.officer.lpt_code),
            )

        self._ask(work, self.offered.emit, newest="offer")

    def add(self, offer: PlanOffer, answers: PlanAnswers) -> str:
        """Add the line; what is wrong in words, or nothing when it is on its way."""
        wrong = self._wrong(offer, answers)
        if wrong or answers.start is None or answers.end is None:
            return wrong or "Enter both times."
        starts = from_local(answers.day, answers.start)
        body: Json = dict(offer.body)
        if offer.kinds:
            kind = next(one for one in offer.kinds if one.code == answers.kind)
            body["engagement_type"] = kind.code
            body["title"] = f"{kind.label}, {answers.venue[1].strip()}"
        if offer.areas:
            body["neighbourhood_id"] = answers.area
        body["starts_at"] = stored(starts)
        body["ends_at"] = stored(from_local(answers.day, answers.end))
        place: Json = {"name": answers.venue[1].strip()}
        if answers.venue[0]:
            place["venue_id"] = answers.venue[0]
        body["venue"] = place
        when = in_sentence(moment_words(starts, self.desk.clock.now()))
        words = f"Planned: {place['name']}, {when}."
        plan = self.desk.services.plan
        self._ask(lambda: plan.add(body), lambda _: self.planned.emit(words))
        return ""

    def _wrong(self, offer: PlanOffer, answers: PlanAnswers) -> str:
        if offer.kinds and not answers.kind:
            return "Choose what is planned."
        if offer.areas and not answers.area:
            return "Choose the neighbourhood."
        if answers.start is None or answers.end is None:
            return "Enter both times."
        if answers.end <= answers.start:
            return "The finish must be after the start."
        if from_local(answers.day, answers.start) <= self.desk.clock.now():
            return "Choose a day and time that are still to come."
        return "" if answers.venue[1].strip() else "Say where it will be."

    def _offer(self, title: str, body: Json, venues: tuple[Choice, ...]) -> PlanOffer:
        now = self.desk.clock.now()
        starts, ends = parse(body.get("starts_at")), parse(body.get("ends_at"))
        return PlanOffer(
            title=title,
            body=body,
            venues=venues,
            day=_day(starts, now),
            start=local(starts).time() if starts else time(10),
            end=local(ends).time() if ends else time(12),
        )


def _day(starts: datetime | None, now: datetime) -> date:
    if starts is not None:
        return local(starts).date()
    return local(now).date() + timedelta(days=1)
