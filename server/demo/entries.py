"""Bodies of invented entries: what officers of the demo force write."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from resources import code_list
from server.demo.cast import DemoOfficer

ISSUES: dict[str, str] = {
    "NUISANCE_BIKES": "Off-road bikes on the playing field after school.",
    "PARKING": "Parking on the zig-zags at the school run.",
    "SHOP_THEFT": "Repeat thefts from two shops.",
    "SPEEDING": "Speeding on the main road in the evening.",
    "YOUTH_ASB": "Groups gathering by the garages at weekends.",
    "ENVIRONMENT": "Fly-tipping behind the shops.",
    "BURGLARY": "Shed break-ins in two streets.",
    "FRAUD_CYBER": "Scam calls to older residents.",
    "VISIBILITY": "Would like to see officers on foot more often.",
    "DRUGS": "Smell of cannabis near the underpass.",
    "VEHICLE_CRIME": "Tools taken from vans overnight.",
    "STREET_DRINKING": "Drinking by the war memorial.",
}
NOTES = (
    "A steady stream of people; most had seen the patrols.",
    "Quiet start, busier after eleven. Crime prevention advice given.",
    "Good talk about reporting online. Several asked how to join Smart Alert.",
    "People were pleased with the extra patrols and asked that they go on.",
    "Parking took up most of the time; agreed to come back with the council.",
    "Leaflets handed out and questions answered. No concerns beyond those listed.",
    "Residents feel the area is calmer than last year.",
    "Lively discussion; agreed to report back at the next meeting.",
)
MEETINGS = ("DROP_IN", "DROP_IN", "PUBLIC_MEETING", "LCM")
OTHERS = (
    "COMMUNITY_EVENT",
    "RETAIL_EVENT",
    "COFFEE_WITH_COPS",
    "BUSINESS_VISIT",
    "HIGH_VIS_PATROL",
    "FAITH_VISIT",
    "CARE_HOME",
    "LOCAL_CLUB",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A neighbourhood with a venue in it."""

    neighbourhood_id: str
    neighbourhood: str
    lpt_code: str
    venue: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scribe:
    """Writes bodies; all chance comes from the seed."""

    chance: random.Random

    def engagement(  # noqa: PLR0917 - the few things that tell one entry from another
        self,
        engagement_type: str,
        place: Place,
        owner: DemoOfficer,
        with_officers: tuple[DemoOfficer, ...],
        started_at: datetime,
        adults: int,
    ) -> dict[str, Any]:
        """An engagement at a place, with issues, counts and handouts."""
        item = code_list("engagement_type").item(engagement_type)
        minutes = self.chance.choice((60, 90, 120))
        body: dict[str, Any] = {
            "engagement_type": engagement_type,
            "title": f"{item.label}, {place.venue['name']}",
            "lpt_code": place.lpt_code,
            "neighbourhood_id": place.neighbourhood_id,
            "neighbourhood_name_at_time": place.neighbourhood,
            "venue": venue(place.venue),
            "started_at": stamp(started_at),
            "ended_at": stamp(started_at + timedelta(minutes=minutes)),
            "in_person": item.flag("in_person"),
            "open_to_public": item.flag("open_to_public"),
            "outcome": "HELD" if adults else "NOBODY_CAME",
            "participants": [
                {"officer_id": who.officer_id, "role_at_time": who.role, "minutes": minutes}
                for who in (owner, *with_officers)
            ],
            "counts": {
                "adults": adults,
                "children_young_people": self.chance.randrange(8) if adults else 0,
                "smart_alert_signups": self.chance.randrange(5) if adults else 0,
            },
            "discloses_crime": False,
            "safeguarding_concern": False,
            "emergency": False,
            "intel_submitted": False,
            "gsc_marking": "OFFICIAL",
            "processing_regime": "GENERAL",
            "lawful_basis": "PUBLIC_TASK",
            "created_at": stamp(started_at + timedelta(minutes=minutes + 5)),
        }
        if adults:
            body["issues"] = self.issues(adults, started_at)
            body["qualitative"] = self.chance.choice(NOTES)
            body["sentiment"] = self.chance.choice((3, 4, 4, 5))
            body["handouts"] = [
                {"id": f"h-{started_at:%y%m%d}-1", "type": "LEAFLET", "qty": adults}
            ]
        return body

    def issues(self, adults: int, at: datetime) -> list[dict[str, Any]]:
        """One to three concerns with how often each was mentioned."""
        picked = self.chance.sample(sorted(ISSUES), k=self.chance.choice((1, 2, 3)))
        return [
            {
                "id": f"i-{at:%y%m%d%H}-{number}",
                "category": category,
                "mentions": self.chance.randint(1, max(1, adults // 2)),
                "summary": ISSUES[category],
                "police_led": category not in {"PARKING", "ENVIRONMENT"},
            }
            for number, category in enumerate(picked, start=1)
        ]

    def school_visit(
        self, place: Place, school: dict[str, Any], owner: DemoOfficer, started_at: datetime
    ) -> dict[str, Any]:
        """A talk at a school; numbers only, never a pupil's name (R21)."""
        pupils = self.chance.randint(24, 90)
        body = self.engagement("SCHOOL_VISIT", place, owner, (), started_at, 3)
        del body["venue"], body["issues"], body["handouts"]
        body |= {
            "title": f"School visit, {school['name']}",
            "open_to_public": False,
            "school": {
                "school_id": school["school_id"],
                "name": school["name"],
                "urn": school["urn"],
                "phase": school["phase"],
                "year_groups": [self.chance.choice(("Y4", "Y5", "Y6"))],
                "classes": 2,
                "pupils": pupils,
                "staff_present": 3,
                "visit_purpose": "EDUCATION",
                "topics": [
                    self.chance.choice(("ONLINE_SAFETY", "ROAD_SAFETY", "ROLE", "BULLYING"))
                ],
                "agreed_with_school": True,
                "staff_in_room_throughout": True,
                "signed_in": True,
            },
        }
        body["counts"] = {"adults": 3, "children_young_people": pupils, "smart_alert_signups": 0}
        return body

    def contact(self, place: Place, owner: DemoOfficer, started_at: datetime) -> dict[str, Any]:
        """A conversation on a doorstep, with nobody named."""
        body = self.engagement("DOORSTEP", place, owner, (), started_at, 1)
        del body["handouts"]
        body |= {
            "title": f"Resident contact, {place.neighbourhood}",
            "ended_at": stamp(started_at + timedelta(minutes=12)),
            "open_to_public": False,
            "channel": "IN_PERSON",
            "is_query": False,
            "counts": {"adults": 1, "children_young_people": 0},
        }
        del body["venue"]
        return body

    def plan_line(
        self,
        engagement_type: str,
        place: Place,
        lead: DemoOfficer,
        starts_at: datetime,
        *,
        title: str | None = None,
        officers: tuple[DemoOfficer, ...] = (),
        school: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        """A line of the engagement plan, advertised a week before when it is public."""
        item = code_list("engagement_type").item(engagement_type)
        public = item.flag("open_to_public")
        line: dict[str, Any] = {
            "engagement_type": engagement_type,
            "title": title or f"{item.label}, {place.venue['name']}",
            "lpt_code": place.lpt_code,
            "neighbourhood_id": place.neighbourhood_id,
            "starts_at": stamp(starts_at),
            "ends_at": stamp(starts_at + timedelta(minutes=120 if public else 60)),
            "in_person": item.flag("in_person"),
            "open_to_public": public,
            "s34_intended": public and item.extra.get("s34_candidate") is True,
            "lead_officer_id": lead.officer_id,
            "officers_planned": [who.officer_id for who in (lead, *officers)],
            "status": "ADVERTISED" if public else "PLANNED",
        }
        if school:
            line["school"] = {name: school[name] for name in ("school_id", "name", "urn", "phase")}
        else:
            line["venue"] = venue(place.venue)
        if public:
            week = timedelta(days=7)
            line["advertised"] = [{"channel": "SMART_ALERT", "at": stamp(starts_at - week)}]
        return line


def venue(row: dict[str, Any]) -> dict[str, Any]:
    """A venue as an entry holds it."""
    held = {"venue_id": row["venue_id"], "location_source": "LIST"}
    return held | {name: row[name] for name in ("name", "postcode", "lat", "lon") if row.get(name)}


def stamp(at: datetime) -> str:
    """A moment as bodies hold it."""
    return at.isoformat(timespec="seconds")
