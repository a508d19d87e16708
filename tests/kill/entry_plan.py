"""What an officer is going to write, drawn from a seed: both ends of a kill test know it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Any

Content = dict[str, Any]
"""What an entry holds, in the few answers that the test looks at."""

AREA = "E05007070"
ISSUES = ("NUISANCE_BIKES", "PARKING", "SPEEDING", "SHOP_THEFT")
STEPS = ("place", "first_words", "adults", "children", "issues", "more_words", "promises")
WORDS = tuple(
    re.findall(
        r"\w+",
        "steady morning shops asked for patrols after school near the green bins parking speeding"
        " along the main road people pleased to see the team on foot again today this week",
    )
)


def blank() -> Content:
    """A form that has just been opened."""
    return {
        "place": "",
        "area": "",
        "notes": "",
        "adults": 0,
        "children": 0,
        "issues": {},
        "promises": 0,
    }


@dataclass(frozen=True, slots=True)
class EntryPlan:
    """One drop-in session: every answer, in which order, and the turns it takes."""

    number: int
    content: Content
    steps: tuple[str, ...]
    half: int
    """So much of the notes is written in one go."""
    types_adults: bool
    """The number is typed, not tapped."""
    leaves_before: str
    """The officer puts it aside before this step and takes it up again; empty for never."""
    takes_back: bool
    """The officer takes it back once after submitting."""
    pauses: frozenset[int]
    """Letters after which the officer looks up until the save line says saved."""


def plan_of(seed: int, number: int) -> EntryPlan:
    """The plan of one entry; the same each time."""
    chance = Random(f"{seed}:{number}")
    words = " ".join(chance.choice(WORDS) for _ in range(chance.randint(9, 16)))
    notes = f"{mark(number)} {words}"
    issues = {code: chance.randint(1, 3) for code in chance.sample(ISSUES, chance.randint(1, 2))}
    steps = list(STEPS)
    chance.shuffle(steps)
    if steps.index("first_words") > steps.index("more_words"):
        first, more = steps.index("first_words"), steps.index("more_words")
        steps[first], steps[more] = steps[more], steps[first]
    return EntryPlan(
        number=number,
        content={
            "place": f"Stall {number:04d}",
            "area": AREA,
            "notes": notes,
            "adults": chance.randint(1, 14),
            "children": chance.randint(1, 4),
            "issues": issues,
            "promises": chance.randint(0, 2),
        },
        steps=tuple(steps),
        half=chance.randint(5, len(notes)),
        types_adults=chance.random() < 0.5,
        leaves_before=chance.choice(steps[2:]) if chance.random() < 0.3 else "",
        takes_back=chance.random() < 0.3,
        pauses=frozenset(chance.sample(range(len(notes)), 2)),
    )


def mark(number: int) -> str:
    """The first word of an entry's notes: by it the entry is known, whatever its id."""
    return f"k{number:04d}"
