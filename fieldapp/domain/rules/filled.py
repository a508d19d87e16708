"""What the app fills in by itself when an entry is submitted, so that nobody is asked for it."""

from __future__ import annotations

from datetime import datetime

from fieldapp.domain.bodies import (
    ActionPromised,
    Counts,
    EngagementBody,
    Participant,
)
from fieldapp.domain.rules.content_checks import PUBLIC_QUERY
from fieldapp.domain.rules.marking import holds_person_data, marking_of
from fieldapp.domain.rules.queries import query_due
from fieldapp.domain.rules.settings import RuleSettings
from fieldapp.domain.rules.timing import is_retrospective
from fieldapp.domain.times import elapsed
from resources.engagement_types import EngagementType, engagement_types

GENERAL = "GENERAL"
PUBLIC_TASK = "PUBLIC_TASK"
RESIDENT_CONTACT = "RESIDENT_CONTACT"


def filled_for_submit(
    body: EngagementBody,
    *,
    owner_officer_id: str,
    owner_role: str,
    created_at: datetime,
    settings: RuleSettings,
) -> EngagementBody:
    """A copy with everything that follows from what the officer entered; answers stay as they are.

    Marking is only ever raised (R23), a late entry is marked (R29), a question gets its due time
    (R12), the author is among those present, one resident is one adult.
    """
    full = body.model_copy(deep=True)
    kind = engagement_types().get(body.engagement_type or "")
    if kind is not None:
        _from_kind(full, kind)
        if kind.shows("people_present") and not full.participants:
            full.participants = [_author(full, owner_officer_id, owner_role)]
    full.created_at = full.created_at or created_at
    if full.started_at:
        full.retrospective = is_retrospective(full.started_at, full.created_at, settings=settings)
    full.actions_promised = _with_due_times(full, settings, owner_officer_id=owner_officer_id)
    full.contains_personal_data = holds_person_data(full)
    full.processing_regime = full.processing_regime or GENERAL
    full.lawful_basis = full.lawful_basis or PUBLIC_TASK
    full.gsc_marking = marking_of(full).value
    return full


def _from_kind(full: EngagementBody, kind: EngagementType) -> None:
    place = (full.venue.name if full.venue else None) or (full.school.name if full.school else None)
    full.title = full.title or kind.title_for(
        place=place or "",
        neighbourhood=full.neighbourhood_name_at_time or "",
        lpt=full.lpt_code or "",
    )
    if full.in_person is None:
        full.in_person = kind.in_person
    if full.open_to_public is None:
        full.open_to_public = kind.open_to_public
    if kind.record_type == RESIDENT_CONTACT and kind.shows("who_came") and full.counts is None:
        full.counts = Counts(adults=1, children_young_people=0)


def _author(full: EngagementBody, officer_id: str, role: str) -> Participant:
    minutes = None
    if full.started_at and full.ended_at:
        length = elapsed(full.started_at, full.ended_at).total_seconds()
        minutes = min(max(0, round(length / 60)), 16 * 60)
    return Participant(officer_id=officer_id, role_at_time=role, minutes=minutes)


def _with_due_times(
    full: EngagementBody, settings: RuleSettings, *, owner_officer_id: str
) -> list[ActionPromised] | None:
    if full.actions_promised is None:
        return None
    promises = []
    for promise in full.actions_promised:
        changes: dict[str, object] = {}
        if promise.owner_officer_id is None:
            changes["owner_officer_id"] = owner_officer_id
        if promise.kind == PUBLIC_QUERY and promise.raised_at and promise.due_at is None:
            changes["due_at"] = query_due(promise.raised_at, settings=settings)
        promises.append(promise.model_copy(update=changes))
    return promises
