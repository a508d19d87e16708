"""Made-up engagement bodies of about 1 KB, the same for the same number and day."""

from __future__ import annotations

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

WORDS = re.findall(
    r"\w+",
    """
bikes field evening shops leaflet patrol school street garage lights council meeting advice
residents parking library precinct walkway bench corner market church youth club gate fence
camera window bicycle trolley noise litter worry calm pleased helpful busy quiet early late
asked agreed promised offered explained listened thanked walked cycled parked blocked repaired
""",
)
CATEGORIES = ("NUISANCE_BIKES", "PARKING", "SHOP_THEFT", "SPEEDING", "YOUTH_ASB", "ENVIRONMENT")
WARDS = ("E05007066", "E05007067", "E05007070", "E05007073")
_YEAR = timedelta(days=300)
_APART = timedelta(minutes=37)


def day_began() -> datetime:
    """Midnight of today in UTC: everything here happened before it."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def began(number: int) -> datetime:
    """When an entry began: 10,000 of them fill most of a year."""
    return day_began() - _YEAR + _APART * (number % 10_000)


def notes(number: int) -> str:
    """Two to four hundred letters of words, with one word that only this entry holds."""
    chance = random.Random(number)
    words = [chance.choice(WORDS) for _ in range(chance.randint(32, 50))]
    words.insert(chance.randrange(len(words)), f"mark{number}")
    return " ".join(words).capitalize() + "."


def body(
    number: int, *, officer_id: str = "of-0001", started: datetime | None = None
) -> dict[str, Any]:
    """A complete drop-in that passes every rule for submitting."""
    chance = random.Random(number)
    started = started or began(number)
    return {
        "engagement_type": "DROP_IN",
        "title": f"Drop-in session, {chance.choice(WORDS)} hall",
        "lpt_code": "TA",
        "neighbourhood_id": chance.choice(WARDS),
        "venue": {"name": f"{chance.choice(WORDS).title()} Hall", "location_source": "LIST"},
        "started_at": started.isoformat(),
        "ended_at": (started + timedelta(minutes=90)).isoformat(),
        "in_person": True,
        "open_to_public": True,
        "outcome": "HELD",
        "participants": [{"officer_id": officer_id, "role_at_time": "PCSO", "minutes": 90}],
        "counts": {"adults": chance.randint(1, 40), "children_young_people": chance.randint(0, 9)},
        "issues": [
            {
                "id": f"i-{place}",
                "category": chance.choice(CATEGORIES),
                "mentions": chance.randint(1, 9),
                "police_led": True,
            }
            for place in range(2)
        ],
        "qualitative": notes(number),
        "discloses_crime": False,
        "safeguarding_concern": False,
        "emergency": False,
        "intel_submitted": False,
        "gsc_marking": "OFFICIAL",
        "processing_regime": "GENERAL",
        "lawful_basis": "PUBLIC_TASK",
        "created_at": (started + timedelta(minutes=95)).isoformat(),
    }
