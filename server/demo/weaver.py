"""Weaves the year of one team: meetings, other work, what is sent back, recorded twice or late."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from fieldapp.domain.times import LONDON
from server.demo.cast import DemoForce, DemoOfficer
from server.demo.entries import MEETINGS, OTHERS, Place, Scribe, stamp
from server.demo.log import Log

STATES = ("never", "nobody", "pcso_only", "overdue", "pending_only")
YEAR = 365
BOOKED = 0.75
WITH_CONSTABLE = 0.8
WITH_QUERY = 0.5
RECORDED_LATE = 0.03
RECORDED_TWICE = 0.02
SENT_BACK = 0.05


@dataclass(slots=True)
class Weaver:
    """Writes the history of teams into a log."""

    force: DemoForce
    today: date
    chance: random.Random
    log: Log
    scribe: Scribe
    sent_back: float = SENT_BACK
    recorded_twice: float = RECORDED_TWICE

    def team(self, lpt_code: str) -> None:
        """The year of one local policing team."""
        wards = self.force.current(lpt_code)
        team = self.force.team(lpt_code)
        states = dict(zip(self.chance.sample(range(len(wards)), len(STATES)), STATES, strict=True))
        for number, ward in enumerate(wards):
            place = self.place(ward)
            near = [
                who for who in team if ward["code"] in who.neighbourhoods and who.role == "PCSO"
            ]
            owner = near[0] if near else team[0]
            self.meetings(place, team, owner, states.get(number, "regular"))
            self.other_work(place, team, owner)

    def place(self, ward: dict[str, Any]) -> Place:
        """The neighbourhood with a venue in it."""
        here = [v for v in self.force.venues if v["neighbourhood_id"] == ward["code"]]
        venue = self.chance.choice(here) if here else {"venue_id": "none", "name": ward["name"]}
        return Place(ward["code"], ward["name"], ward["lpt_code"], venue)

    def at(self, days_ago: int, hour: int = 10) -> datetime:
        """A moment in the past, at a whole hour of London time."""
        day = self.today - timedelta(days=days_ago)
        return datetime.combine(day, time(hour), LONDON).astimezone(UTC)

    def meetings(
        self, place: Place, team: tuple[DemoOfficer, ...], owner: DemoOfficer, state: str
    ) -> None:
        """The public meetings of one neighbourhood over the year, and the next one."""
        days = self._meeting_days(state)
        for number, days_ago in enumerate(days):
            last = number == len(days) - 1
            adults = 0 if last and state == "nobody" else self.chance.randint(4, 40)
            alone = last and state == "pcso_only"
            others = () if alone else self._constable(team, place)
            self.entry(place, team, owner, others, days_ago, adults)
        if state == "pending_only":
            self.entry(place, team, owner, (), 2, 12, fate="pending")
        if state in {"overdue", "regular"} and self.chance.random() < BOOKED:
            starts_at = self.at(-self.chance.randint(3, 35), self.chance.choice((10, 14, 18)))
            line = self.scribe.plan_line("DROP_IN", place, owner, starts_at)
            made = self.at(20)
            self.log.create(
                owner.officer_id, "PLANNED_ACTIVITY", line, made_at=made, received_at=made
            )

    def _meeting_days(self, state: str) -> list[int]:
        if state in {"never", "pending_only"}:
            return []
        newest = {"nobody": 60, "pcso_only": 30, "overdue": 120}.get(state)
        latest = newest or self.chance.choice((12, 25, 40, 55, 66, 80, 88, 101, 130))
        count = self.chance.randint(1, 6)
        gap = self.chance.randint(28, 60)
        return [latest + gap * step for step in range(count) if latest + gap * step < YEAR][::-1]

    def _constable(self, team: tuple[DemoOfficer, ...], place: Place) -> tuple[DemoOfficer, ...]:
        near = [
            who for who in team if who.role == "PC" and place.neighbourhood_id in who.neighbourhoods
        ]
        return (near[0],) if near and self.chance.random() < WITH_CONSTABLE else ()

    def other_work(self, place: Place, team: tuple[DemoOfficer, ...], owner: DemoOfficer) -> None:
        """Events, school visits and doorstep contacts of one neighbourhood."""
        for _ in range(self.chance.randint(2, 5)):
            days_ago = self.chance.randint(5, YEAR - 5)
            self.entry(
                place,
                team,
                owner,
                (),
                days_ago,
                self.chance.randint(3, 60),
                kind=self.chance.choice(OTHERS),
            )
        started = self.at(self.chance.randint(6, 200), 15)
        body = self.scribe.contact(place, owner, started)
        self.write("RESIDENT_CONTACT", body, team, owner, started)
        if self.chance.random() < WITH_QUERY:
            self.follow_up(place, owner, self.at(self.chance.randint(3, 90)))

    def entry(  # noqa: PLR0917 - one call for one entry
        self,
        place: Place,
        team: tuple[DemoOfficer, ...],
        owner: DemoOfficer,
        others: tuple[DemoOfficer, ...],
        days_ago: int,
        adults: int,
        *,
        kind: str | None = None,
        fate: str | None = None,
    ) -> None:
        """One engagement from recording to decision."""
        started = self.at(days_ago, self.chance.choice((9, 10, 11, 13, 14, 17)))
        engagement_type = kind or self.chance.choice(MEETINGS)
        body = self.scribe.engagement(engagement_type, place, owner, others, started, adults)
        self.write("ENGAGEMENT", body, team, owner, started, fate=fate)

    def write(
        self,
        record_type: str,
        body: dict[str, Any],
        team: tuple[DemoOfficer, ...],
        owner: DemoOfficer,
        started: datetime,
        *,
        fate: str | None = None,
    ) -> str:
        """Record, submit and decide; ``fate`` fixes what chance would choose."""
        late = fate is None and self.chance.random() < RECORDED_LATE
        made = started + (timedelta(days=3) if late else timedelta(hours=2))
        if late:
            body = body | {"created_at": stamp(made), "retrospective": True}
        received = made + timedelta(hours=3)
        record_id = self.log.create(
            owner.officer_id, record_type, body, made_at=made, received_at=received
        )
        self.log.submit(owner.officer_id, record_id, received_at=received)
        if fate is None and self.chance.random() < self.recorded_twice:
            self._twice(record_type, body, team, owner, received)
        if fate == "pending" or (fate is None and received > self.at(3)):
            return record_id
        self._decide(record_id, record_type, body, team, received)
        return record_id

    def _twice(
        self,
        record_type: str,
        body: dict[str, Any],
        team: tuple[DemoOfficer, ...],
        owner: DemoOfficer,
        received: datetime,
    ) -> None:
        """The same event, recorded by a colleague too (R9); waits for someone to notice."""
        others = [who for who in team if who.role == "PCSO" and who != owner]
        if not others:
            return
        colleague = others[0].officer_id
        copy_id = self.log.create(
            colleague, record_type, body, made_at=received, received_at=received
        )
        self.log.submit(colleague, copy_id, received_at=received)
        self.log.patch(
            colleague,
            copy_id,
            {"title": (body["title"], f"{body['title']} (joint)")},
            at=received + timedelta(minutes=5),
        )
        sergeant = _decider(team, body, owner_id=colleague)
        self.log.decide(
            sergeant.officer_id,
            copy_id,
            record_type,
            body | {"title": f"{body['title']} (joint)"},
            at=received + timedelta(days=1),
            reasons=("DUPLICATE",),
            comments={"": "The same event is already recorded."},
        )

    def _decide(
        self,
        record_id: str,
        record_type: str,
        body: dict[str, Any],
        team: tuple[DemoOfficer, ...],
        received: datetime,
    ) -> None:
        owner_id = body["participants"][0]["officer_id"]
        sergeant = _decider(team, body, owner_id=owner_id).officer_id
        decided = received + timedelta(hours=self.chance.choice((15, 18, 40, 66)))
        if self.chance.random() < self.sent_back:
            self.log.decide(
                sergeant,
                record_id,
                record_type,
                body,
                at=decided,
                reasons=("COUNT_QUERY",),
                comments={"counts.adults": "Please check this number."},
            )
            return
        self.log.decide(sergeant, record_id, record_type, body, at=decided)

    def follow_up(
        self, place: Place, owner: DemoOfficer, raised: datetime, *, answered: bool = True
    ) -> None:
        """A public query with its 72-hour clock (R12)."""
        query = {
            "kind": "PUBLIC_QUERY",
            "summary": "When is the next meeting, and what is being done about parking?",
            "owner_officer_id": owner.officer_id,
            "lpt_code": place.lpt_code,
            "neighbourhood_id": place.neighbourhood_id,
            "raised_at": stamp(raised),
            "due_at": stamp(raised + timedelta(hours=72)),
            "status": "ANSWERED" if answered else "OPEN",
        }
        if answered:
            query["first_response_at"] = stamp(raised + timedelta(hours=30))
            query["response_channel"] = "PHONE"
        received = raised + timedelta(hours=4 if not answered else 31)
        self.log.create(owner.officer_id, "FOLLOW_UP", query, made_at=raised, received_at=received)


def _decider(team: tuple[DemoOfficer, ...], body: dict[str, Any], *, owner_id: str) -> DemoOfficer:
    """R25: the sergeant, or the inspector where the sergeant was there."""
    there = {person["officer_id"] for person in body["participants"]} | {owner_id}
    able = [who for who in team if {"SUPERVISOR", "LPT_COMMAND"} & set(who.app_roles)]
    return next(who for who in able if who.officer_id not in there)
