"""Time as officers meet it: stored in UTC with the offset of capture, shown in Europe/London.

Durations and deadlines are elapsed time; only days, and words on screen, follow the local clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from fieldapp.domain.errors import ContentError, UserError

LONDON = ZoneInfo("Europe/London")
SKEW_LIMIT = timedelta(minutes=5)
"""A larger difference between tablet and centre is noted on the entry."""
FIRST_YEAR = 1970
LAST_YEAR = 2200

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class LocalTimeError(UserError):
    """A local time that does not exist, or that exists twice."""


@dataclass(frozen=True, slots=True, order=True)
class Captured:
    """An instant with the offset the tablet's clock had, so that the local reading is never lost.

    Order is by the instant.
    """

    utc: datetime
    offset_minutes: int = 0

    @classmethod
    def of(cls, moment: datetime) -> Captured:
        """From any aware time; its offset is kept.

        Raises:
            ContentError: the time has no offset, or lies at the very end of the calendar.
        """
        offset = moment.utcoffset()
        if offset is None:
            raise ContentError("A time must say how far it is from UTC.", code="naive_time")
        try:
            utc = moment.astimezone(UTC)
        except OverflowError:
            raise ContentError("This is not a time.", code="bad_time") from None
        return cls(utc, round(offset / timedelta(minutes=1)))

    @classmethod
    def parse(cls, text: str) -> Captured:
        """Read ISO 8601 text with an offset.

        Raises:
            ContentError: it is not a time, or has no offset.
        """
        return cls.of(_parsed(text))

    def local(self) -> datetime:
        """The reading of the clock that captured it."""
        return self.utc.astimezone(timezone(timedelta(minutes=self.offset_minutes)))

    def to_text(self) -> str:
        """ISO 8601 with the offset of capture; ``parse`` gives the same value back."""
        return self.local().isoformat()


def known_moment(value: object) -> datetime | None:
    """A time as records hold it, for readers of what was stored; its offset is kept.

    ``None`` unless it is ISO 8601 text (or already a time) with an offset, in a year that an
    officer can mean: no arithmetic on it leaves the calendar.
    """
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime) or value.utcoffset() is None:
        return None
    return value if FIRST_YEAR <= value.year <= LAST_YEAR else None


def parse_utc(text: str) -> datetime:
    """Read ISO 8601 text with an offset as a time in UTC.

    Raises:
        ContentError: it is not a time, or has no offset.
    """
    return Captured.parse(text).utc


def utc_text(moment: datetime) -> str:
    """The one way a time is stored as text: UTC, ending in +00:00."""
    return Captured.of(moment).utc.isoformat()


def _parsed(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ContentError("This is not a time.", code="bad_time") from None


# ------------------------------------------------------------------ from the local clock


@dataclass(frozen=True, slots=True)
class LocalChoice:
    """One instant a local time may mean, with words that tell it from the other one."""

    utc: datetime
    words: str


def local_choices(day: date, clock: time) -> tuple[LocalChoice, ...]:
    """The instants a local day and time may mean.

    Nearly always one. None when the clocks skip that time in spring; two, earlier first, when they
    repeat it in autumn.
    """
    naive = datetime.combine(day, clock.replace(tzinfo=None, fold=0))
    found: dict[datetime, None] = {}
    for fold in (0, 1):
        utc = naive.replace(tzinfo=LONDON, fold=fold).astimezone(UTC)
        if utc.astimezone(LONDON).replace(tzinfo=None) == naive:
            found[utc] = None
    return tuple(LocalChoice(utc, show(utc)) for utc in sorted(found))


def from_local(day: date, clock: time, *, second: bool | None = None) -> datetime:
    """The instant of a local day and time.

    Args:
        day: the day on the wall calendar.
        clock: the time on the wall clock, without an offset.
        second: on the night the clocks go back, True for the second time the hour is read. Ignored
            when there is only one.

    Raises:
        LocalTimeError: code ``missing_hour`` when the clocks skip that time, ``repeated_hour``
            when it is read twice and ``second`` does not say which.
    """
    choices = local_choices(day, clock)
    if not choices:
        raise LocalTimeError(
            f"There is no {clock:%H:%M} on {show_day(day)}: the clocks go forward that night. "
            "Enter a time an hour later.",
            code="missing_hour",
        )
    if len(choices) == 1:
        return choices[0].utc
    if second is None:
        raise LocalTimeError(
            f"{clock:%H:%M} comes twice on {show_day(day)}, because the clocks go back. "
            "Choose the first or the second.",
            code="repeated_hour",
        )
    return choices[1 if second else 0].utc


# --------------------------------------------------------------------- days and deadlines


def london(moment: datetime) -> datetime:
    """The time on a wall clock in this country."""
    return Captured.of(moment).utc.astimezone(LONDON)


def day_of(moment: datetime) -> date:
    """The calendar day in this country."""
    return london(moment).date()


def start_of_day(day: date) -> datetime:
    """The first instant of a day in this country, in UTC."""
    return datetime.combine(day, time(), tzinfo=LONDON).astimezone(UTC)


def end_of_day(day: date) -> datetime:
    """The instant a day ends in this country, in UTC; itself the first of the next day.

    What was known "as of" a day is everything received before it.
    """
    return start_of_day(day + timedelta(days=1))


def after_hours(moment: datetime, hours: int) -> datetime:
    """So many hours later by the stopwatch, not by the wall clock; in UTC."""
    return Captured.of(moment).utc + timedelta(hours=hours)


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Time that really passed, whatever the clocks did; negative when ``end`` lies before."""
    return Captured.of(end).utc - Captured.of(start).utc


def skew(*, claimed: datetime, received: datetime) -> timedelta:
    """How far a tablet's clock is ahead of the centre's."""
    return elapsed(received, claimed)


def is_skewed(difference: timedelta, *, limit: timedelta = SKEW_LIMIT) -> bool:
    """True when the difference is more than the limit, either way."""
    return abs(difference) > limit


# ----------------------------------------------------------------------- words on screen


def show_clock(moment: datetime) -> str:
    """Such as 10:00; on the night the clocks go back, with BST or GMT where both are possible."""
    local = london(moment)
    text = f"{local.hour:02d}:{local.minute:02d}"
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return f"{text} {local.tzname()}" if twice else text


def show_day(day: date, *, this_year: int | None = None) -> str:
    """Such as Sat 22 Nov; with the year when ``this_year`` is given and is another one."""
    text = f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}"
    return text if this_year in (None, day.year) else f"{text} {day.year}"


def show(moment: datetime, *, now: datetime | None = None) -> str:
    """Such as Sat 22 Nov, 10:00; with the year when ``now`` lies in another one."""
    this_year = london(now).year if now else None
    return f"{show_day(day_of(moment), this_year=this_year)}, {show_clock(moment)}"


def show_span(start: datetime, end: datetime, *, now: datetime | None = None) -> str:
    """Such as Sat 22 Nov, 10:00 to 11:30."""
    if day_of(start) == day_of(end):
        return f"{show(start, now=now)} to {show_clock(end)}"
    return f"{show(start, now=now)} to {show(end, now=now)}"


def show_duration(length: timedelta) -> str:
    """Such as 2 h, 1 h 30 min or 45 min; a day or more also counts days."""
    minutes = max(0, round(length / timedelta(minutes=1)))
    days, minutes = divmod(minutes, 24 * 60)
    hours, minutes = divmod(minutes, 60)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 min"
