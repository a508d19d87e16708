"""Which scopes hold a record today: what the rules say, less what has been on tablets too long."""

from __future__ import annotations

from datetime import date, timedelta

from fieldapp.domain.codes import RecordType, ReviewStatus
from fieldapp.domain.permissions import scopes_of_record
from fieldapp.domain.records import Record
from server.settings import Policy

_SETTLED = frozenset({ReviewStatus.APPROVED, ReviewStatus.VOID})
_ISO_DATE = 10


def settled_on(record: Record) -> str | None:
    """The date from which a record's time on tablets counts; ``None`` while work on it is open."""
    body = record.body
    moment: object = None
    if record.is_entry:
        if record.review_status in _SETTLED and record.amendment is None:
            moment = body.get("started_at") or record.created_at
    elif record.record_type == RecordType.FOLLOW_UP:
        moment = body.get("closed_at")
    elif record.record_type == RecordType.PLANNED_ACTIVITY:
        moment = body.get("ends_at") or body.get("starts_at")
    return moment[:_ISO_DATE] if isinstance(moment, str) and len(moment) >= _ISO_DATE else None


def limits(policy: Policy, today: date) -> tuple[str, str]:
    """Dates before which settled records leave an LPT's tablets, and their owner's."""
    return (
        (today - timedelta(days=policy.team_days)).isoformat(),
        (today - timedelta(days=policy.own_days)).isoformat(),
    )


def scopes_today(record: Record, policy: Policy, today: date) -> frozenset[str]:
    """The scopes whose tablets hold the record today."""
    scopes = scopes_of_record(record)
    since = settled_on(record)
    if since is None:
        return scopes
    team_limit, own_limit = limits(policy, today)
    if since >= team_limit:
        return scopes
    scopes = frozenset(scope for scope in scopes if not scope.startswith("lpt:"))
    if since >= own_limit:
        return scopes
    return frozenset(scope for scope in scopes if not scope.startswith("user:"))
