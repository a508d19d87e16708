"""The codes that rules and protocol turn on; everything else is a code list in ``resources``."""

from __future__ import annotations

from enum import StrEnum


class RecordType(StrEnum):
    """What a record is. The first two go through review and are called entries."""

    ENGAGEMENT = "ENGAGEMENT"
    RESIDENT_CONTACT = "RESIDENT_CONTACT"
    FOLLOW_UP = "FOLLOW_UP"
    PLANNED_ACTIVITY = "PLANNED_ACTIVITY"
    PERSON = "PERSON"
    CONSENT = "CONSENT"
    NEIGHBOURHOOD = "NEIGHBOURHOOD"
    OFFICER = "OFFICER"
    VENUE = "VENUE"
    SCHOOL = "SCHOOL"
    SETTINGS = "SETTINGS"
    MEETING_LEDGER = "MEETING_LEDGER"
    RESCUED_DRAFT = "RESCUED_DRAFT"


ENTRY_TYPES = frozenset({RecordType.ENGAGEMENT, RecordType.RESIDENT_CONTACT})
"""Record types that are reviewed by a supervisor."""

WRITTEN_TYPES = ENTRY_TYPES | {
    RecordType.FOLLOW_UP,
    RecordType.PLANNED_ACTIVITY,
    RecordType.PERSON,
    RecordType.CONSENT,
}
"""Record types a tablet may write; the others are published by the centre."""


class ReviewStatus(StrEnum):
    """Where an entry stands (one column, the same on tablet and centre)."""

    NONE = "NONE"
    DRAFT = "DRAFT"
    SUBMITTED = "SUBMITTED"
    PENDING_REVIEW = "PENDING_REVIEW"
    RETURNED = "RETURNED"
    APPROVED = "APPROVED"
    VOID = "VOID"


class Verdict(StrEnum):
    """What a supervisor decides."""

    APPROVE = "APPROVE"
    RETURN = "RETURN"


class OpStatus(StrEnum):
    """What became of one operation at the centre."""

    APPLIED = "applied"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"
    REJECTED = "rejected"


class Role(StrEnum):
    """What an account may do (``app_role`` code list)."""

    FIELD = "FIELD"
    SUPERVISOR = "SUPERVISOR"
    LPT_COMMAND = "LPT_COMMAND"
    FORCE_LEAD = "FORCE_LEAD"
    ANALYST = "ANALYST"
    ENGAGEMENT_TEAM = "ENGAGEMENT_TEAM"
    RECORDS = "RECORDS"
    ADMIN = "ADMIN"
    SCRUTINY = "SCRUTINY"


class Outcome(StrEnum):
    """How a planned engagement went; attendance of nobody is a result, not a gap (R6)."""

    HELD = "HELD"
    NOBODY_CAME = "NOBODY_CAME"
    CANCELLED = "CANCELLED"
    CALLED_AWAY = "CALLED_AWAY"


class Rag(StrEnum):
    """Red, amber, green of the meeting ledger."""

    RED = "RED"
    AMBER = "AMBER"
    GREEN = "GREEN"


class Marking(StrEnum):
    """Government security classification used here (GSC)."""

    OFFICIAL = "OFFICIAL"
    OFFICIAL_SENSITIVE = "OFFICIAL_SENSITIVE"
