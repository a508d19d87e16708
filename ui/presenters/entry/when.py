"""Day, start and finish as an officer says them, and the clock that runs during a session."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from ui.words import (
    from_local,
    length_words,
    local,
    near_day,
    parse,
    span_words,
    stored,
    time_words,
)

if TYPE_CHECKING:
    from ui.presenters.entry.form import EntryForm

OVERNIGHT_HOURS = 12
"""A finish before the start means the next day when that makes it no longer than this."""


class When:
    """Reads and writes ``started_at`` and ``ended_at`` of a form."""

    def __init__(self, form: EntryForm) -> None:
        self._form = form

    @property
    def started(self) -> datetime | None:
        """The start."""
        return parse(self._form.answers.get("started_at"))

    @property
    def ended(self) -> datetime | None:
        """The finish."""
        return parse(self._form.answers.get("ended_at"))

    @property
    def today(self) -> date:
        """The day it is in the force."""
        return local(self._form.clock.now()).date()

    @property
    def day(self) -> date:
        """The day it started; today while nothing is known."""
        start = self.started
        return local(start).date() if start else self.today

    @property
    def start_time(self) -> time | None:
        """The start as clocks showed it."""
        return local(self.started).time() if self.started else None

    @property
    def end_time(self) -> time | None:
        """The finish as clocks showed it."""
        return local(self.ended).time() if self.ended else None

    @property
    def overnight(self) -> bool:
        """True when it finished on a later day than it started."""
        start, end = self.started, self.ended
        return bool(start and end and local(end).date() > local(start).date())

    @property
    def running(self) -> bool:
        """True while a session started today has no finish."""
        start = self.started
        if start is None or self.ended is not None:
            return False
        gone = self._form.clock.now() - start
        return timedelta(0) <= gone <= timedelta(hours=self._form.facts.hours("longest_hours"))

    def set_day(self, day: date) -> None:
        """Move start and finish to another day."""
        self._write(day, self.start_time, self.end_time)

    def set_start(self, clock: time | None) -> None:
        """Another start on the same day."""
        self._write(self.day, clock, self.end_time)

    def set_end(self, clock: time | None) -> None:
        """Another finish; before the start it means the next day."""
        self._write(self.day, self.start_time, clock)

    def stop_now(self) -> None:
        """It is over."""
        start, now = self.started, self._form.clock.now()
        if start is not None:
            now = max(now, start + timedelta(minutes=1))
        self._form.set("ended_at", stored(now))

    def length(self) -> timedelta | None:
        """How long it took."""
        start, end = self.started, self.ended
        return end - start if start and end and end > start else None

    def running_words(self) -> str:
        """Like Started 10:47. Running 1 h 12 min."""
        start, now = self.started, self._form.clock.now()
        if start is None:
            return ""
        gone = now - start
        began = f"Started {time_words(start)}"
        if gone < timedelta(minutes=1):
            return f"{began}. Just started."
        return f"{began}. Running {length_words(gone)}."

    def length_line(self) -> str:
        """What start and finish come to, said beneath them."""
        span = self.length()
        if span is None:
            return ""
        end = self.ended
        later = f", finishing {near_day(local(end).date(), self.today)}" if end else ""
        return f"{length_words(span)}{later if self.overnight else ''}"

    def summary(self) -> str:
        """One line for the folded section."""
        start = self.started
        if start is None:
            return ""
        if self.running:
            day = near_day(self.day, self.today)
            return f"{day}, started {time_words(start)}"
        return span_words(start, self.ended, self._form.clock.now())

    def _write(self, day: date, start: time | None, end: time | None) -> None:
        begun = from_local(day, start) if start is not None else None
        over = from_local(day, end) if end is not None else None
        if begun and over and over <= begun:
            next_day = from_local(day + timedelta(days=1), end or time())
            if next_day - begun <= timedelta(hours=OVERNIGHT_HOURS):
                over = next_day
        self._form.set("started_at", stored(begun) if begun else None)
        self._form.set("ended_at", stored(over) if over else None)
