"""R23: the marking of an entry is the highest of its parts."""

from __future__ import annotations

from collections.abc import Iterable

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.codes import Marking

LAW_ENFORCEMENT = "LAW_ENFORCEMENT"


def highest(markings: Iterable[str | None]) -> Marking:
    """R23: the highest of several markings; OFFICIAL when there is none."""
    sensitive = Marking.OFFICIAL_SENSITIVE in set(markings)
    return Marking.OFFICIAL_SENSITIVE if sensitive else Marking.OFFICIAL


def holds_person_data(body: EngagementBody) -> bool:
    """True when the entry points at a person, or its author says that it holds their data."""
    return bool(body.person_id) or body.contains_personal_data is True


def marking_of(body: EngagementBody) -> Marking:
    """R15 and R23: what an entry has to be marked with, never lower than its author chose."""
    parts = (
        holds_person_data(body),
        body.safeguarding_concern is True,
        body.processing_regime == LAW_ENFORCEMENT,
    )
    return highest([body.gsc_marking, Marking.OFFICIAL_SENSITIVE if any(parts) else None])
