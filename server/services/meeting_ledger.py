"""The meeting ledger that reaches every tablet: one published record for each neighbourhood."""

from __future__ import annotations

import json
from collections.abc import Iterable

from fieldapp.domain.bodies import MeetingLedgerBody
from fieldapp.domain.codes import RecordType
from fieldapp.domain.rules.meetings import last_meeting
from fieldapp.domain.rules.settings import RuleSettings, rule_settings
from fieldapp.domain.times import parse_utc
from server.services.meeting_facts import MeetingFacts, meeting_facts
from server.services.publishing import publish
from server.services.writing import Writing

_CURRENT = (
    "SELECT code, lpt_code FROM neighbourhood WHERE (valid_to IS NULL OR valid_to > ?) "
    "AND code IN (SELECT value FROM json_each(?))"
)
_ALL = "SELECT code FROM neighbourhood"
_AS_AT = frozenset({"as_at"})


def ledger_id(code: str) -> str:
    """Id of a neighbourhood's ledger record."""
    return f"meetings-{code}"


def refresh_all(writing: Writing) -> None:
    """Bring every neighbourhood's record up to date: dates pass without anybody writing."""
    refresh(writing, [row[0] for row in writing.connection.exec_driver_sql(_ALL)])


def refresh(writing: Writing, codes: Iterable[str]) -> None:
    """Bring the records of these neighbourhoods up to date, in the transaction that changed them.

    Only what says something new is published.
    """
    wanted = json.dumps(sorted(codes))
    current = writing.connection.exec_driver_sql(_CURRENT, (writing.today.isoformat(), wanted))
    lpts = {row[0]: row[1] for row in current}
    if not lpts:
        return
    facts = meeting_facts(
        writing.connection,
        lpts,
        known_before=None,
        today=writing.today,
        after=parse_utc(writing.at),
    )
    settings = force_settings(writing)
    writing.load(ledger_id(code) for code in lpts)
    for code, found in facts.items():
        body = _body(code, lpts[code], found, settings, writing)
        publish(
            writing,
            ledger_id(code),
            RecordType.MEETING_LEDGER,
            body.to_json(),
            lpt_code=lpts[code],
            neighbourhood_id=code,
            ignoring=_AS_AT,
        )
    writing.flush()


def force_settings(writing: Writing) -> RuleSettings:
    """The limits in force."""
    writing.load(["settings"])
    record = writing.get("settings")
    return rule_settings(record.body.get("values") if record else None)


def _body(
    code: str, lpt_code: str, facts: MeetingFacts, settings: RuleSettings, writing: Writing
) -> MeetingLedgerBody:
    last = last_meeting(facts.held, as_of=writing.today, settings=settings)
    strict = last_meeting(
        [meeting for meeting in facts.held if meeting.strict],
        as_of=writing.today,
        settings=settings,
    )
    return MeetingLedgerBody(
        neighbourhood_id=code,
        lpt_code=lpt_code,
        as_at=parse_utc(writing.at),
        last_held=last.held_on.isoformat() if last else None,
        last_held_strict=strict.held_on.isoformat() if strict else None,
        last_attendance=last.attendance if last else None,
        last_strict=last.strict if last else None,
        last_ref=last.ref if last else None,
        next_planned=facts.next_planned.isoformat() if facts.next_planned else None,
        next_venue=facts.next_venue,
        pending=facts.pending,
    )
