"""Last and next meeting of every neighbourhood, as the panel asks for it (R1-R6).

Every neighbourhood of the day has its row, also those where nothing was ever recorded. The same
rows come from the centre's records and from the ledger a tablet holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from fieldapp.domain.bodies import MeetingLedgerBody
from fieldapp.domain.content import Json
from fieldapp.domain.rules.meetings import Meeting, Standing, last_meeting, standing
from fieldapp.domain.rules.settings import RuleSettings
from fieldapp.domain.times import utc_text
from fieldapp.reports.tables import Column


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood with the days between which it exists; ``successors`` took its place."""

    code: str
    name: str
    lpt_code: str
    valid_from: date
    valid_to: date | None = None
    successors: tuple[str, ...] = ()

    def valid_on(self, day: date) -> bool:
        """True when the neighbourhood exists on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class MeetingAnswer:
    """One neighbourhood's row of the answer."""

    lpt: str
    neighbourhood_code: str
    neighbourhood: str
    last_held: date | None
    last_held_strict: date | None
    attendance: int | None
    next_planned: date | None
    days_since: int | None
    standing: Standing
    pending: int
    last_ref: str | None = None
    next_venue: str | None = None

    def to_json(self) -> Json:
        """The row as published; dates are ISO 8601."""
        return {
            "lpt": self.lpt,
            "neighbourhood_code": self.neighbourhood_code,
            "neighbourhood": self.neighbourhood,
            "last_held": _iso(self.last_held),
            "last_held_strict": _iso(self.last_held_strict),
            "attendance": self.attendance,
            "next_planned": _iso(self.next_planned),
            "days_since": self.days_since,
            "rag": self.standing.rag.value,
            "reason": {"code": self.standing.code, "sentence": self.standing.sentence},
            "pending": self.pending,
        }


def meetings_answer(
    areas: Iterable[Area],
    meetings: Iterable[Meeting],
    planned: Iterable[tuple[str, date]],
    *,
    pending: Mapping[str, int],
    as_of: date,
    settings: RuleSettings,
    lpt: str | None = None,
) -> tuple[MeetingAnswer, ...]:
    """The answer on a day, by team and name.

    Args:
        areas: neighbourhoods, past and present; those of the day get a row.
        meetings: approved meetings. One held in a neighbourhood that has ended counts for its
            successor when there is exactly one; where it was split nobody can say which part met.
        planned: code and day of each public plan line that may still be held.
        pending: number of meetings awaiting approval, by code.
        as_of: the day asked about.
        settings: limits in force.
        lpt: only this team, or all.
    """
    areas = list(areas)
    current = [area for area in areas if area.valid_on(as_of)]
    heirs = _heirs(areas, current)
    held: dict[str, list[Meeting]] = {}
    for meeting in meetings:
        held.setdefault(heirs.get(meeting.neighbourhood_id, ""), []).append(meeting)
    following: dict[str, date] = {}
    for code, day in planned:
        if day >= as_of:
            following[code] = min(day, following.get(code, day))
    return tuple(
        answer_for(
            area,
            held.get(area.code, ()),
            next_planned=following.get(area.code),
            pending=pending.get(area.code, 0),
            as_of=as_of,
            settings=settings,
        )
        for area in sorted(current, key=_order)
        if lpt is None or area.lpt_code == lpt
    )


def answer_for(
    area: Area,
    meetings: Sequence[Meeting],
    *,
    next_planned: date | None,
    pending: int,
    as_of: date,
    settings: RuleSettings,
    next_venue: str | None = None,
) -> MeetingAnswer:
    """One neighbourhood's row from its own meetings."""
    last = last_meeting(meetings, as_of=as_of, settings=settings)
    strict = last_meeting(
        [meeting for meeting in meetings if meeting.strict], as_of=as_of, settings=settings
    )
    return _answer(
        area,
        last,
        strict_on=strict.held_on if strict else None,
        next_planned=next_planned,
        next_venue=next_venue,
        pending=pending,
        as_of=as_of,
        settings=settings,
    )


def answer_from_ledger(
    ledger: MeetingLedgerBody,
    *,
    name: str,
    as_of: date,
    settings: RuleSettings,
    pending_here: int = 0,
) -> MeetingAnswer:
    """One neighbourhood's row from the ledger a tablet holds; red, amber, green are of ``as_of``.

    Args:
        ledger: the facts as the centre published them.
        name: the neighbourhood's name.
        as_of: today.
        settings: limits in force.
        pending_here: this tablet's own meetings that the centre does not have yet.
    """
    code = ledger.neighbourhood_id
    area = Area(code=code, name=name, lpt_code=ledger.lpt_code, valid_from=date.min)
    last = None
    if ledger.last_held:
        last = Meeting(
            neighbourhood_id=code,
            held_on=date.fromisoformat(ledger.last_held),
            attendance=ledger.last_attendance or 0,
            strict=ledger.last_strict is True,
            ref=ledger.last_ref,
        )
    following = date.fromisoformat(ledger.next_planned) if ledger.next_planned else None
    if following and following < as_of:
        following = None
    return _answer(
        area,
        last,
        strict_on=date.fromisoformat(ledger.last_held_strict) if ledger.last_held_strict else None,
        next_planned=following,
        next_venue=ledger.next_venue if following else None,
        pending=ledger.pending + pending_here,
        as_of=as_of,
        settings=settings,
    )


def meetings_document(
    rows: Iterable[MeetingAnswer], *, as_of: date, generated_at: datetime
) -> Json:
    """The whole answer as published in JSON."""
    return {
        "as_of": as_of.isoformat(),
        "generated_at": utc_text(generated_at),
        "rows": [row.to_json() for row in rows],
    }


MEETING_COLUMNS: tuple[Column[MeetingAnswer], ...] = (
    Column("lpt", "LPT", lambda row: row.lpt),
    Column("neighbourhood_code", "Code", lambda row: row.neighbourhood_code),
    Column("neighbourhood", "Neighbourhood", lambda row: row.neighbourhood),
    Column("last_held", "Last held", lambda row: _iso(row.last_held)),
    Column("last_held_strict", "With an officer", lambda row: _iso(row.last_held_strict)),
    Column("attendance", "People", lambda row: row.attendance),
    Column("next_planned", "Next", lambda row: _iso(row.next_planned)),
    Column("days_since", "Days", lambda row: row.days_since),
    Column("rag", "RAG", lambda row: row.standing.rag.value),
    Column("reason_code", "Reason", lambda row: row.standing.code),
    Column("reason", "In words", lambda row: row.standing.sentence),
    Column("pending", "Pending", lambda row: row.pending),
)
"""The answer's columns for the terminal and for CSV."""


def _answer(
    area: Area,
    last: Meeting | None,
    *,
    strict_on: date | None,
    next_planned: date | None,
    next_venue: str | None,
    pending: int,
    as_of: date,
    settings: RuleSettings,
) -> MeetingAnswer:
    return MeetingAnswer(
        lpt=area.lpt_code,
        neighbourhood_code=area.code,
        neighbourhood=area.name,
        last_held=last.held_on if last else None,
        last_held_strict=strict_on,
        attendance=last.attendance if last else None,
        next_planned=next_planned,
        days_since=(as_of - last.held_on).days if last else None,
        standing=standing(last, next_planned=next_planned, as_of=as_of, settings=settings),
        pending=pending,
        last_ref=last.ref if last else None,
        next_venue=next_venue,
    )


def heirs_on(areas: Sequence[Area], day: date) -> dict[str, str]:
    """For every neighbourhood the one of the day that its meetings count for."""
    return _heirs(areas, [area for area in areas if area.valid_on(day)])


def _heirs(areas: Sequence[Area], current: Sequence[Area]) -> dict[str, str]:
    by_code = {area.code: area for area in areas}
    alive = {area.code for area in current}
    heirs = {}
    for area in areas:
        here, seen = area, {area.code}
        while here.code not in alive and len(here.successors) == 1:
            following = by_code.get(here.successors[0])
            if following is None or following.code in seen:
                break
            here = following
            seen.add(here.code)
        if here.code in alive:
            heirs[area.code] = here.code
    return heirs


def _order(area: Area) -> tuple[str, str, str]:
    return area.lpt_code, area.name.casefold(), area.code


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
