"""Last and next meeting for every neighbourhood, in the words of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from ui.presenters.presenter import Presenter
from ui.words import counted, in_sentence, local, moment_words, near_day

if TYPE_CHECKING:
    from fieldapp.services.meeting_values import MeetingRow, MeetingsTable
    from ui.presenters.presenter import Desk

SORTS: Final = {
    "rag": "Most pressing",
    "name": "By name",
    "last": "Longest ago",
    "next": "Next date",
}
_RANK: Final = {"RED": 0, "AMBER": 1, "GREEN": 2}
_WORD: Final = {"RED": "Red", "AMBER": "Amber", "GREEN": "Green"}
_WHY: Final = {
    "never": "Never met",
    "never_booked": "Never met, one is booked",
    "over_limit": "Over the limit",
    "over_limit_booked": "Over the limit, one is booked",
    "nobody_came": "Nobody came last time",
    "pcso_only": "PCSOs only last time",
    "booked_too_late": "Next one comes too late",
    "no_next_date": "No next date",
    "booked": "Next one is booked",
    "recent": "Met lately",
}
"""The reason in a few words; the whole sentence is one tap away."""
_NEVER: Final = "Never"
_LONGEST: Final = 10**6


@dataclass(frozen=True, slots=True)
class MeetingLine:
    """One neighbourhood in the words of the table."""

    row: MeetingRow
    name: str
    last: str
    strict: str
    people: str
    days: str
    next: str
    rag_word: str
    why: str
    waits: str
    """Entries that are not counted yet, in few words."""
    pending: str
    """The same, with how many of them are still on this tablet."""


@dataclass(frozen=True, slots=True)
class MeetingsLook:
    """The table as it is shown."""

    lines: tuple[MeetingLine, ...]
    as_at: str
    note: str
    summary: str
    whole_force: bool
    reds: int
    ambers: int
    greens: int


class MeetingsPresenter(Presenter):
    """Shows the table for the officer's team or the whole force.

    Signals:
        shown(MeetingsLook): the table to show.
    """

    shown = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._whole_force = False
        self._sort = "rag"
        self._words = ""
        self._table: MeetingsTable | None = None

    @property
    def whole_force(self) -> bool:
        """True while every neighbourhood of the force is shown."""
        return self._whole_force

    def load(self) -> None:
        """Read the table again."""
        services = self.desk.services
        lpt = None if self._whole_force else services.officer.lpt_code
        self._ask(lambda: services.meetings.table(lpt=lpt), self._on_table, newest="table")

    def show_force(self, *, whole: bool) -> None:
        """Every neighbourhood of the force, or those of the own team."""
        self._whole_force = whole
        self.load()

    def sort(self, by: str) -> None:
        """Order of the rows (see ``SORTS``)."""
        self._sort = by
        self._show()

    def search(self, words: str) -> None:
        """Narrow the table by name."""
        self._words = words.casefold().strip()
        self._show()

    def _on_table(self, table: MeetingsTable) -> None:
        self._table = table
        self._show()

    def _show(self) -> None:
        if self._table is not None:
            now = self.desk.clock.now()
            self.shown.emit(
                look_of(
                    self._table,
                    now,
                    sort=self._sort,
                    words=self._words,
                    whole_force=self._whole_force,
                )
            )


def look_of(
    table: MeetingsTable, now: datetime, *, sort: str, words: str, whole_force: bool
) -> MeetingsLook:
    """The table's rows in order and in words."""
    today = local(now).date()
    rows = [row for row in table.rows if words in row.neighbourhood.casefold()]
    rows.sort(key=_order(sort))
    counts = {code: sum(row.rag == code for row in table.rows) for code in _RANK}
    as_at = "Not received yet"
    if table.as_at:
        as_at = f"As at {in_sentence(moment_words(table.as_at, now))}"
    pending = sum(row.pending for row in table.rows)
    waiting = f", {counted(pending, 'entry', 'entries')} awaiting approval" if pending else ""
    return MeetingsLook(
        lines=tuple(line_of(row, today, whole_force=whole_force) for row in rows),
        as_at=as_at,
        note=table.note,
        summary=f"{counted(len(table.rows), 'neighbourhood')}. {as_at}{waiting}.",
        whole_force=whole_force,
        reds=counts["RED"],
        ambers=counts["AMBER"],
        greens=counts["GREEN"],
    )


def line_of(row: MeetingRow, today: date, *, whole_force: bool) -> MeetingLine:
    """One row of the table in words."""
    name = f"{row.neighbourhood} ({row.lpt_code})" if whole_force else row.neighbourhood
    pending = waits = f"{row.pending} awaiting approval" if row.pending else ""
    if row.pending_here:
        here = "" if row.pending_here == row.pending else f"{row.pending_here} of them "
        pending += f", {here}on this tablet"
    return MeetingLine(
        row=row,
        name=name,
        last=_last(row, today),
        strict=_strict(row, today),
        people=_people(row),
        days="" if row.days_since is None else str(row.days_since),
        next=_day(row.next_planned, today, never="None booked"),
        rag_word=_WORD.get(row.rag, row.rag),
        why=_WHY.get(row.reason_code, row.reason_words),
        waits=waits,
        pending=pending,
    )


def _order(sort: str) -> Callable[[MeetingRow], tuple[int | str, ...]]:
    """The key that puts rows in this order; never held counts as longest ago."""

    def key(row: MeetingRow) -> tuple[int | str, ...]:
        name = row.neighbourhood.casefold()
        gone = _LONGEST if row.days_since is None else row.days_since
        orders: dict[str, tuple[int | str, ...]] = {
            "rag": (_RANK.get(row.rag, len(_RANK)), -gone, name),
            "name": (name, row.lpt_code),
            "last": (-gone, name),
            "next": (row.next_planned or "9999", name),
        }
        return orders[sort]

    return key


def _last(row: MeetingRow, today: date) -> str:
    """The last date, marked when no constable was there (strict reading of section 34)."""
    day = _day(row.last_held, today)
    only = row.last_held is not None and row.last_held_strict != row.last_held
    return f"{day} (PCSO)" if only else day


def _people(row: MeetingRow) -> str:
    if row.last_held is None:
        return ""
    if row.attendance == 0:
        return "Nobody came"
    return "" if row.attendance is None else f"{row.attendance:,}"


def _strict(row: MeetingRow, today: date) -> str:
    if row.last_held is None:
        return ""
    if row.last_held_strict == row.last_held:
        return "Constable there"
    if row.last_held_strict is None:
        return "PCSO only"
    return f"PCSO only; with a constable {_day(row.last_held_strict, today)}"


def _day(text: str | None, today: date, *, never: str = _NEVER) -> str:
    if not text:
        return never
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return near_day(day, today)
