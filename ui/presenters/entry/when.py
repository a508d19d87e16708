"""Day, start and finish as an officer says them, and the clock that runs during a session."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from fieldapp.domain.times import LocalChoice, local_choices
from ui.words import (
    from_local,
    in_sentence,
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
        self._day: date | None = None
        self.end_chosen = not form.opened.is_new
        """True once the officer has said when it finished; nothing moves it by itself then."""

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
        return local(start).date() if start else self._day or self.today

    @property
    def start_time(self) -> time | None:
        """The start as clocks showed it."""
        return _clock(self.started)

    @property
    def end_time(self) -> time | None:
        """The finish as clocks showed it."""
        return _clock(self.ended)

    @property
    def overnight(self) -> bool:
        """True when it finished on a later day than it started."""
        start, end = self.started, self.ended
        return bool(start and end and local(end).date() > local(start).date())

    @property
    def running(self) -> bool:
        """True from the start until the finish, which may be the planned one still to come."""
        start, end, now = self.started, self.ended, self._form.clock.now()
        if start is None or start > now:
            return False
        if end is not None:
            return end > now
        return now - start <= timedelta(hours=self._form.facts.hours("longest_hours"))

    @property
    def can_stop(self) -> bool:
        """True when finishing now leaves a length of time."""
        start = self.started
        gone = self._form.clock.now() - start if start else timedelta(0)
        return self.running and gone >= timedelta(minutes=1)

    def set_day(self, day: date) -> None:
        """Move start and finish to another day."""
        self._write(day, self.start_time, self.end_time)

    def set_start(self, clock: time | None) -> None:
        """Another start on the same day."""
        self._write(self.day, clock, self.end_time)

    def set_end(self, clock: time | None) -> None:
        """Another finish; before the start it means the next day."""
        self.end_chosen = clock is not None
        self._write(self.day, self.start_time, clock)

    def stop_now(self) -> None:
        """It is over."""
        if self.started is not None:
            self._form.set("ended_at", stored(self._form.clock.now()))

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
        later = f", finishing {in_sentence(near_day(local(end).date(), self.today))}" if end else ""
        return f"{length_words(span)}{later if self.overnight else ''}"

    def summary(self) -> str:
        """One line for the folded section."""
        start = self.started
        if start is None:
            return ""
        if self.ended is None:
            return f"{near_day(self.day, self.today)}, started {time_words(start)}"
        return span_words(start, self.ended, self._form.clock.now())

    def readings(self, name: str) -> tuple[LocalChoice, ...]:
        """The two instants a time may mean on the night the clocks go back; else nothing."""
        at = parse(self._form.answers.get(name))
        if at is None:
            return ()
        found = local_choices(local(at).date(), local(at).time().replace(second=0))
        return found if len(found) > 1 else ()

    def choose_reading(self, name: str, at: datetime) -> None:
        """The officer says which of the two it was."""
        self._form.set(name, stored(at))

    def _write(self, day: date, start: time | None, end: time | None) -> None:
        self._day = day
        begun = _instant(day, start, self.started)
        over = _instant(day, end, self.ended)
        if begun and over and over <= begun:
            tomorrow = day + timedelta(days=1)
            next_day = _instant(tomorrow, end, self.ended)
            if next_day and next_day - begun <= timedelta(hours=OVERNIGHT_HOURS):
                over = next_day
        self._form.set("started_at", stored(begun) if begun else None)
        self._form.set("ended_at", stored(over) if over else None)


def _clock(at: datetime | None) -> time | None:
    return local(at).time().replace(second=0, microsecond=0, fold=0) if at else None


def _instant(day: date, clock: time | None, before: datetime | None) -> datetime | None:
    """The instant of a day and time; the one known before when it reads the same."""
    if clock is None:
        return None
    if before is not None and local(before).date() == day and _clock(before) == clock:
        return before
    return from_local(day, clock)
