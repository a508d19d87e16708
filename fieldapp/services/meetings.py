"""Last and next meeting of every neighbourhood, worked out on the tablet."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from fieldapp.domain.bodies import MeetingLedgerBody, parse_body
from fieldapp.domain.codes import RecordType, ReviewStatus
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError, UserError
from fieldapp.domain.records import from_wire
from fieldapp.domain.rules.meetings import is_candidate
from fieldapp.domain.times import day_of, from_local, show, utc_text
from fieldapp.reports.meetings import answer_from_ledger
from fieldapp.services.context import Context
from fieldapp.services.meeting_values import MeetingRow, MeetingsTable
from fieldapp.services.names import Area
from fieldapp.services.queue import checks_body
from fieldapp.store import Tx
from fieldapp.store.listing import contents, live_entries, others
from fieldapp.store.transaction import load

_EVENING = 18
_DEFAULT_KIND = "PUBLIC_MEETING"


class Meetings:
    """The meetings table, offline."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    def table(self, *, lpt: str | None = None, as_of: date | None = None) -> MeetingsTable:
        """Every current neighbourhood with its last and next meeting.

        Args:
            lpt: one team, or all.
            as_of: the day asked about; today when not given.
        """
        ctx = self._ctx
        day = as_of or day_of(ctx.now())
        with ctx.store.reading() as tx:
            ledger = self._ledger(tx)
            here = self._waiting_here(tx)
        areas = [
            area
            for area in ctx.names.areas().values()
            if area.current and lpt in (None, area.lpt_code)
        ]
        areas.sort(key=lambda area: (area.lpt_code, area.name, area.code))
        rows = tuple(
            self._row(area, ledger.get(area.code), here.get(area.code, 0), day) for area in areas
        )
        as_at = max((facts.as_at for facts in ledger.values()), default=None)
        return MeetingsTable(
            as_at=as_at, as_of=day.isoformat(), rows=rows, note=self._note(as_at, rows)
        )

    def _ledger(self, tx: Tx) -> dict[str, MeetingLedgerBody]:
        where = others(RecordType.MEETING_LEDGER)
        found: dict[str, MeetingLedgerBody] = {}
        for text in contents(tx, where):
            try:
                facts = parse_body(RecordType.MEETING_LEDGER, load(text)["body"])
            except ContentError:
                continue
            assert isinstance(facts, MeetingLedgerBody)  # noqa: S101 - narrows the type
            found[facts.neighbourhood_id] = facts
        return found

    def _waiting_here(self, tx: Tx) -> dict[str, int]:
        """Meetings on this tablet that the centre has not counted as pending yet."""
        where = live_entries().add("status=?", ReviewStatus.SUBMITTED)
        found: dict[str, int] = {}
        for text in contents(tx, where):
            body = checks_body(from_wire(load(text)))
            if body is not None and body.neighbourhood_id and is_candidate(body):
                found[body.neighbourhood_id] = found.get(body.neighbourhood_id, 0) + 1
        return found

    def _row(
        self, area: Area, facts: MeetingLedgerBody | None, waiting: int, day: date
    ) -> MeetingRow:
        known = facts or MeetingLedgerBody(
            neighbourhood_id=area.code, lpt_code=area.lpt_code, as_at=self._ctx.now()
        )
        answer = answer_from_ledger(
            known, name=area.name, as_of=day, settings=self._ctx.rules(), pending_here=waiting
        ).to_json()
        return MeetingRow(
            lpt_code=area.lpt_code,
            neighbourhood_code=area.code,
            neighbourhood=area.name,
            last_held=answer["last_held"],
            last_held_strict=answer["last_held_strict"],
            attendance=answer["attendance"],
            next_planned=answer["next_planned"],
            days_since=answer["days_since"],
            rag=answer["rag"],
            reason_code=answer["reason"]["code"],
            reason_words=answer["reason"]["sentence"],
            pending=answer["pending"],
            pending_here=waiting,
        )

    def _note(self, as_at: datetime | None, rows: tuple[MeetingRow, ...]) -> str:
        if as_at is None:
            return "Nothing has been received from the centre yet."
        note = f"As the centre knew it on {show(as_at, now=self._ctx.now())}. Approved entries only"
        pending = sum(row.pending for row in rows)
        here = sum(row.pending_here for row in rows)
        if pending:
            note += f"; {pending} awaiting approval"
        if here:
            note += f", {here} of them on this tablet"
        return note + "."

    def plan_one(self, neighbourhood_code: str) -> Json:
        """A plan line for a meeting there, filled in as far as it can be.

        Raises:
            UserError: the neighbourhood is not known.
        """
        area = self._ctx.names.areas().get(neighbourhood_code)
        if area is None:
            raise UserError("This neighbourhood is not known here.", code="unknown_neighbourhood")
        day = day_of(self._ctx.now()) + timedelta(days=14)
        start = from_local(day, time(_EVENING))
        return {
            "engagement_type": _DEFAULT_KIND,
            "title": f"Public meeting, {area.name}",
            "neighbourhood_id": area.code,
            "lpt_code": self._ctx.officer.lpt_code,
            "starts_at": utc_text(start),
            "ends_at": utc_text(start + timedelta(hours=1, minutes=30)),
            "in_person": True,
            "open_to_public": True,
            "s34_intended": True,
            "lead_officer_id": self._ctx.officer.officer_id,
            "status": "PLANNED",
        }
