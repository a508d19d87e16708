"""Dates, times and lists of things in the words of the screens: 24 hours, day first, plain."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
"""Where the force works; everything stored is UTC, everything shown is this."""

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LONG_MONTHS = (
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


def local(at: datetime) -> datetime:
    """The instant as clocks in the force show it."""
    return at.astimezone(LONDON)


def from_local(day: date, clock: time) -> datetime:
    """The instant at which clocks in the force show this day and time, in UTC.

    On the night the clocks go back the first of the two is meant, unless ``clock.fold`` is set.
    """
    return datetime.combine(day, clock, LONDON).astimezone(UTC)


def parse(text: object) -> datetime | None:
    """A stored time as an aware instant; ``None`` when there is none that can be read."""
    if not isinstance(text, str) or not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None


def stored(at: datetime) -> str:
    """The instant as bodies hold it: UTC, to the second."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def time_words(at: datetime) -> str:
    """Like 10:47."""
    return f"{local(at):%H:%M}"


def short_day(day: date) -> str:
    """Like Thu 19 Nov."""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"


def long_day(day: date) -> str:
    """Like Thursday 19 November 2026."""
    return f"{_LONG_DAYS[day.weekday()]} {day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"


def near_day(day: date, today: date) -> str:
    """Today, Yesterday, Tomorrow, or the short day; the year only when it is another one."""
    near = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}.get((day - today).days)
    if near:
        return near
    return short_day(day) if day.year == today.year else f"{short_day(day)} {day.year}"


def moment_words(at: datetime, now: datetime) -> str:
    """Like 10:47 today, else Yesterday, 10:47 or Thu 19 Nov, 10:47."""
    day, today = local(at).date(), local(now).date()
    return time_words(at) if day == today else f"{near_day(day, today)}, {time_words(at)}"


def span_words(start: datetime, end: datetime | None, now: datetime) -> str:
    """Like Today, 10:47 to 12:46."""
    day = local(start).date()
    words = f"{near_day(day, local(now).date())}, {time_words(start)}"
    if end is None:
        return words
    if local(end).date() != day:
        return f"{words} to {short_day(local(end).date())}, {time_words(end)}"
    return f"{words} to {time_words(end)}"


def length_words(span: timedelta) -> str:
    """Like 2 h 5 min."""
    minutes = max(0, int(span.total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def counted(number: int, one: str, many: str = "") -> str:
    """Like 1 person, 2 people."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: list[str] | tuple[str, ...]) -> str:
    """Like a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
