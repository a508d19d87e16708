"""Dates, times and lists of things in the words of the screens: 24 hours, day first, plain."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from fieldapp.domain.times import (
    LONDON,
    day_of,
    local_choices,
    london,
    show_clock,
    show_day,
    show_duration,
    utc_text,
)

_LONG_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
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

_NEAR = {0: "Today", -1: "Yesterday", 1: "Tomorrow"}


def local(at: datetime) -> datetime:
    """The instant as clocks in the force show it."""
    return london(at)


def from_local(day: date, clock: time, *, second: bool = False) -> datetime:
    """The instant at which clocks in the force show this day and time, in UTC.

    Of a time that comes twice the first is meant unless ``second``; a time that the clocks skip is
    taken to be an hour later, which is what the clock then showed.
    """
    choices = local_choices(day, clock)
    if choices:
        return choices[-1 if second else 0].utc
    return datetime.combine(day, clock.replace(tzinfo=None), LONDON).astimezone(UTC)


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
    return utc_text(at.replace(microsecond=0))


def time_words(at: datetime) -> str:
    """Like 10:47."""
    return show_clock(at)


def short_day(day: date) -> str:
    """Like Thu 19 Nov."""
    return show_day(day)


def long_day(day: date) -> str:
    """Like Thursday 19 November 2026."""
    return f"{_LONG_DAYS[day.weekday()]} {day.day} {_LONG_MONTHS[day.month - 1]} {day.year}"


def near_day(day: date, today: date) -> str:
    """Today, Yesterday, Tomorrow, or the short day; the year only when it is another one."""
    near = _NEAR.get((day - today).days)
    return near or show_day(day, this_year=today.year)


def moment_words(at: datetime, now: datetime) -> str:
    """Like 10:47 today, else Yesterday, 10:47 or Thu 19 Nov, 10:47."""
    day, today = day_of(at), day_of(now)
    return show_clock(at) if day == today else f"{near_day(day, today)}, {show_clock(at)}"


def in_sentence(words: str) -> str:
    """The words of a day or moment where no sentence begins: yesterday, 10:47."""
    first = words.partition(",")[0]
    return words[:1].lower() + words[1:] if first in _NEAR.values() else words


def span_words(start: datetime, end: datetime | None, now: datetime) -> str:
    """Like Today, 10:47 to 12:46."""
    day = day_of(start)
    words = f"{near_day(day, day_of(now))}, {show_clock(start)}"
    if end is None:
        return words
    if day_of(end) != day:
        return f"{words} to {show_day(day_of(end))}, {show_clock(end)}"
    return f"{words} to {show_clock(end)}"


def length_words(span: timedelta) -> str:
    """Like 2 h 5 min."""
    return show_duration(span)


def counted(number: int, one: str, many: str = "") -> str:
    """Like 1 person, 2 people."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(parts: list[str] | tuple[str, ...]) -> str:
    """Like a, b and c."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
