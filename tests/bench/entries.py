"""Made-up engagement bodies of about 1 KB, the same for the same number."""

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
FIRST = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def notes(number: int) -> str:
    """Two to four hundred letters of words, with one word that only this entry holds."""
    chance = random.Random(number)
    words = [chance.choice(WORDS) for _ in range(chance.randint(32, 50))]
    words.insert(chance.randrange(len(words)), f"mark{number}")
    return " ".join(words).capitalize() + "."


def body(number: int, *, officer_id: str = "of-0001") -> dict[str, Any]:
    """A complete drop-in that passes every rule for submitting."""
    chance = random.Random(number)
    started = FIRST + timedelta(minutes=37 * (number % 10_000))
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
