"""Days the way officers write them: "Sat 22 Nov", in English whatever the machine speaks."""

from __future__ import annotations

from datetime import date
from typing import Final

DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LONG_DAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def short_day(day: date, *, year: bool = False) -> str:
    """Sat 22 Nov, with the year when asked."""
    words = f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1][:3]}"
    return f"{words} {day.year}" if year else words


def long_day(day: date) -> str:
    """Saturday 22 November 2025."""
    return f"{LONG_DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"
