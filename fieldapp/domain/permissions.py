"""Who may do what to which record, and which scopes see it; deny by default."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fieldapp.domain.codes import ENTRY_TYPES, RecordType, ReviewStatus, Role
from fieldapp.domain.content import Json
from fieldapp.domain.records import Record

DECIDING_ROLES = frozenset({Role.SUPERVISOR, Role.LPT_COMMAND})
WRITING_ROLES = frozenset({Role.FIELD, Role.SUPERVISOR, Role.LPT_COMMAND})
PERSON_TYPES = frozenset({RecordType.PERSON, RecordType.CONSENT})


@dataclass(frozen=True, slots=True)
class Actor:
    """An officer as the rules see them."""

    officer_id: str
    app_roles: frozenset[str]
    lpt_code: str
    neighbourhoods: frozenset[str] = field(default_factory=frozenset)
    """Ids of the neighbourhoods they are assigned to."""


def may_write(actor: Actor, record_type: str, body: Json) -> str | None:
    """Why this officer may not create such a record, as a code; ``None`` when they may."""
    if not actor.app_roles & WRITING_ROLES:
        return "forbidden"
    if body.get("lpt_code") != actor.lpt_code:
        return "other_lpt"
    if record_type == RecordType.FOLLOW_UP and not body.get("owner_officer_id"):
        return "invalid"
    return None


def may_patch(actor: Actor, record: Record) -> str | None:
    """Why this officer may not change the record, as a code; ``None`` when they may.

    Entries, people and consents change only by their owner. Follow-ups and plan lines may also be
    changed by those they name and by supervisors of their LPT.
    """
    if not actor.app_roles & WRITING_ROLES:
        return "forbidden"
    if record.owner_officer_id == actor.officer_id:
        return None
    if record.record_type in ENTRY_TYPES | PERSON_TYPES:
        return "not_owner"
    if record.lpt_code != actor.lpt_code:
        return "not_owner"
    named = {record.body.get("owner_officer_id"), record.body.get("lead_officer_id")}
    named.update(record.body.get("officers_planned") or ())
    if actor.officer_id in named or actor.app_roles & DECIDING_ROLES:
        return None
    return "not_owner"


def may_take_back(actor: Actor, record: Record) -> str | None:
    """Why this officer may not recall, delete or withdraw the record; ``None`` when they may.

    Only the owner, and only while their account still writes: what a closed account left behind is
    kept for the inspector.
    """
    if actor.app_roles & WRITING_ROLES and record.owner_officer_id == actor.officer_id:
        return None
    return "forbidden"


def participants(body: Json) -> frozenset[str]:
    """Ids of the officers who took part, as far as the body can be read."""
    people: Any = body.get("participants")
    if not isinstance(people, list):
        return frozenset()
    return frozenset(
        person["officer_id"].strip()
        for person in people
        if isinstance(person, dict) and isinstance(person.get("officer_id"), str)
    )


def took_part(actor: Actor, record: Record) -> bool:
    """True for the owner, and for whoever the entry names or has ever named since it was handed in.

    R25: taking a supervisor out of a submitted entry does not make them its judge.
    """
    if actor.officer_id == record.owner_officer_id:
        return True
    named = participants(record.body) | participants(record.shown_body)
    return actor.officer_id in named.union(*(event.get("present", ()) for event in record.history))


def may_decide(actor: Actor, record: Record) -> str | None:
    """Why this officer may not approve, return or void the entry (R25); ``None`` when they may."""
    if not record.is_entry or not actor.app_roles & DECIDING_ROLES:
        return "forbidden"
    if record.lpt_code != actor.lpt_code:
        return "forbidden"
    if took_part(actor, record):
        return "own_entry"
    return None


def scopes_of_officer(actor: Actor, *, device_id: str) -> frozenset[str]:
    """The scopes an officer's tablet may pull (deny by default: roles without field work get none).

    People are seen by the officers of the beat and by the supervisors of the team that met them,
    and by no other team (ADR 0013).

    Args:
        actor: the officer.
        device_id: id of the tablet, for its own directives.
    """
    if not actor.app_roles & WRITING_ROLES:
        return frozenset({f"device:{device_id}"})
    scopes = {f"user:{actor.officer_id}", f"lpt:{actor.lpt_code}", f"device:{device_id}"}
    scopes |= {f"ref:{actor.lpt_code}", "ref:force"}
    scopes |= {f"person:{actor.lpt_code}:{beat}" for beat in actor.neighbourhoods}
    if actor.app_roles & DECIDING_ROLES:
        scopes.add(f"person:{actor.lpt_code}")
    return frozenset(scopes)


_FORCE_WIDE = frozenset({RecordType.NEIGHBOURHOOD, RecordType.SETTINGS, RecordType.MEETING_LEDGER})
_LPT_WIDE = frozenset({RecordType.OFFICER, RecordType.VENUE, RecordType.SCHOOL})


def scopes_of_record(record: Record) -> frozenset[str]:
    """The scopes that can see a record: a pure function of the record itself."""
    if record.deleted:
        return frozenset()
    kind = record.record_type
    if kind in _FORCE_WIDE:
        return frozenset({"ref:force"})
    if kind in _LPT_WIDE:
        return frozenset({f"ref:{record.lpt_code}"})
    own = f"user:{record.owner_officer_id}"
    if kind in PERSON_TYPES:
        team, beat = f"person:{record.lpt_code}", record.neighbourhood_id
        return frozenset({own, team, f"{team}:{beat}"} if beat else {own, team})
    is_draft = record.is_entry and record.review_status == ReviewStatus.DRAFT
    if is_draft or kind == RecordType.RESCUED_DRAFT:
        return frozenset({own})
    return frozenset({own, f"lpt:{record.lpt_code}"})
