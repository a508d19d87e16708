"""The meeting ledger that reaches every tablet: one published record for each neighbourhood."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fieldapp.domain.bodies import MeetingLedgerBody
from fieldapp.domain.codes import RecordType
from fieldapp.domain.rules.meetings import Meeting, last_meeting
from fieldapp.domain.rules.settings import RuleSettings, rule_settings
from fieldapp.domain.times import parse_utc
from fieldapp.reports.meetings import Area, heirs_on
from server.services.meeting_facts import PlannedMeeting, areas, meeting_facts
from server.services.publishing import SETTINGS_ID, publish
from server.services.writing import Writing

_AS_AT = frozenset({"as_at"})


def ledger_id(code: str) -> str:
    """Id of a neighbourhood's ledger record."""
    return f"meetings-{code}"


def refresh_all(writing: Writing) -> None:
    """Bring every neighbourhood's record up to date: dates pass without anybody writing."""
    everywhere = areas(writing.connection)
    _refresh(writing, everywhere, {area.code for area in everywhere})


def refresh(writing: Writing, codes: Iterable[str]) -> None:
    """Bring the records of these neighbourhoods up to date, in the transaction that changed them.

    Only what says something new is published.
    """
    touched = set(codes)
    if touched:
        _refresh(writing, areas(writing.connection, touched), touched)


def _refresh(writing: Writing, everywhere: Sequence[Area], touched: set[str]) -> None:
    heirs = heirs_on(everywhere, writing.today)
    # What was held in a neighbourhood that has ended counts for the one that took its place.
    wanted = {heirs[code] for code in touched if code in heirs}
    forebears = {code: heir for code, heir in heirs.items() if heir in wanted}
    if not wanted:
        return
    facts = meeting_facts(
        writing.connection,
        forebears,
        known_before=None,
        today=writing.today,
        after=parse_utc(writing.at),
    )
    held: dict[str, list[Meeting]] = {}
    for meeting in facts.held:
        held.setdefault(forebears[meeting.neighbourhood_id], []).append(meeting)
    planned: dict[str, PlannedMeeting] = {}
    for plan in facts.planned:
        planned.setdefault(plan.neighbourhood_id, plan)
    settings = force_settings(writing)
    writing.load(ledger_id(code) for code in wanted)
    for area in everywhere:
        if area.code in wanted:
            body = _body(area, held.get(area.code, ()), planned.get(area.code), settings, writing)
            body.pending = facts.pending.get(area.code, 0)
            publish(
                writing,
                ledger_id(area.code),
                RecordType.MEETING_LEDGER,
                body.to_json(),
                lpt_code=area.lpt_code,
                neighbourhood_id=area.code,
                ignoring=_AS_AT,
            )
    writing.flush()


def force_settings(writing: Writing) -> RuleSettings:
    """The limits in force."""
    writing.load([SETTINGS_ID])
    record = writing.get(SETTINGS_ID)
    return rule_settings(record.body.get("values") if record else None)


def _body(
    area: Area,
    held: Sequence[Meeting],
    following: PlannedMeeting | None,
    settings: RuleSettings,
    writing: Writing,
) -> MeetingLedgerBody:
    today = writing.today
    last = last_meeting(held, as_of=today, settings=settings)
    strict = last_meeting([m for m in held if m.strict], as_of=today, settings=settings)
    return MeetingLedgerBody(
        neighbourhood_id=area.code,
        lpt_code=area.lpt_code,
        as_at=parse_utc(writing.at),
        last_held=last.held_on.isoformat() if last else None,
        last_held_strict=strict.held_on.isoformat() if strict else None,
        last_attendance=last.attendance if last else None,
        last_strict=last.strict if last else None,
        last_ref=last.ref if last else None,
        next_planned=following.day.isoformat() if following else None,
        next_venue=following.venue if following else None,
    )
