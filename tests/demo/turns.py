"""The turns of the day, by name."""

from __future__ import annotations

from tests.demo import priya, tom
from tests.demo.duty import Script

TURNS: dict[str, Script] = {
    "priya-morning": priya.morning,
    "priya-afternoon": priya.afternoon,
    "priya-friday": priya.friday,
    "tom-friday": tom.friday,
    "tom-later": tom.later,
}
