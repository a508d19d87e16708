"""Last and next meeting for every neighbourhood, and planning the one that is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from ui.presenters.presenter import Presenter
from ui.words import counted, from_local, local, moment_words, near_day, parse, stored

if TYPE_CHECKING:
    from fieldapp.domain.content import Json
    from fieldapp.services.values import Choice, MeetingRow, MeetingsTable
    from ui.presenters.presenter import Desk

SORTS: Final = {
    "rag": "Most pressing",
    "name": "By name",
    "last": "Longest ago",
    "next": "Next date",
}
_RANK: Final = {"RED": 0, "AMBER": 1, "GREEN": 2}
_WORD: Final = {"RED": "Red", "AMBER": "Amber", "GREEN": "Green"}
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
    pending: str


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


@dataclass(frozen=True, slots=True)
class PlanOffer:
    """A plan line filled in as far as it can be, for the sheet that asks the rest."""

    body: Json
    neighbourhood: str
    venues: tuple[Choice, ...]
    day: date
    start: time
    end: time


class MeetingsPresenter(Presenter):
    """Shows the table for the officer's team or the whole force, and plans meetings.

    Signals:
        shown(MeetingsLook): the table to show.
        plan_offered(PlanOffer): ask day, time and place.
        planned(str): a plan line was added; words to say.
    """

    shown = Signal(object)
    plan_offered = Signal(object)
    planned = Signal(str)

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

    def offer_plan(self, neighbourhood_code: str) -> None:
        """Fill in a plan line for this neighbourhood and ask for what is missing."""
        services = self.desk.services
        self._ask(
            lambda: (
                services.meetings.plan_one(neighbourhood_code),
                services.reference.venues(neighbourhood_code),
            ),
            lambda answer: self._on_offer(neighbourhood_code, *answer),
        )

    def plan(
        self, offer: PlanOffer, *, day: date, start: time, end: time, venue: tuple[str, str]
    ) -> str:
        """Add the plan line; what is wrong in words, or nothing when it was added.

        Args:
            offer: what was filled in.
            day: when.
            start: from.
            end: to.
            venue: id (empty when typed) and name of the place.
        """
        starts, ends = from_local(day, start), from_local(day, end)
        if starts <= self.desk.clock.now():
            return "Choose a day and time that are still to come."
        if ends <= starts:
            return "The finish must be after the start."
        if not venue[1].strip():
            return "Say where it will be."
        body = dict(offer.body)
        body["starts_at"], body["ends_at"] = stored(starts), stored(ends)
        place: Json = {"name": venue[1].strip()}
        if venue[0]:
            place["venue_id"] = venue[0]
        body["venue"] = place
        words = f"Planned: {offer.neighbourhood}, {moment_words(starts, self.desk.clock.now())}."
        self._ask(lambda: self.desk.services.plan.add(body), lambda _: self._on_planned(words))
        return ""

    def _on_planned(self, words: str) -> None:
        self.planned.emit(words)
        self.load()

    def _on_offer(self, code: str, body: Json, venues: tuple[Choice, ...]) -> None:
        now = self.desk.clock.now()
        name = next(
            (
                r.neighbourhood
                for r in (self._table.rows if self._table else ())
                if r.neighbourhood_code == code
            ),
            str(body.get("title") or code),
        )
        starts, ends = parse(body.get("starts_at")), parse(body.get("ends_at"))
        self.plan_offered.emit(
            PlanOffer(
                body=body,
                neighbourhood=name,
                venues=venues,
                day=local(starts).date() if starts else local(now).date() + timedelta(days=7),
                start=local(starts).time() if starts else time(10),
                end=local(ends).time() if ends else time(12),
            )
        )

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
    as_at = f"As at {moment_words(table.as_at, now)}" if table.as_at else "Not received yet"
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
    pending = ""
    if row.pending or row.pending_here:
        pending = f"{row.pending} awaiting approval" if row.pending else ""
        here = f"{row.pending_here} on this tablet" if row.pending_here else ""
        pending = ", ".join(part for part in (pending, here) if part)
    return MeetingLine(
        row=row,
        name=name,
        last=_day(row.last_held, today),
        strict=_strict(row, today),
        people=_people(row),
        days="" if row.days_since is None else str(row.days_since),
        next=_day(row.next_planned, today, never="None booked"),
        rag_word=_WORD.get(row.rag, row.rag),
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
