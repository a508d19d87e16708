"""What an officer writes about an engagement or a resident contact, piece by piece."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from fieldapp.domain.bodies.fields import (
    COUNT_LIMIT,
    Body,
    Code,
    Count,
    Degrees,
    Moment,
    Notes,
    Part,
    Reach,
    Summary,
    Text,
)


class Venue(Part):
    """Where it happened; positions are decimal degrees WGS 84, written as text."""

    WHOLE = True

    venue_id: Code | None = None
    name: Text | None = None
    address: Text | None = None
    postcode: Annotated[str, Field(max_length=10)] | None = None
    lat: Degrees | None = None
    lon: Degrees | None = None
    location_source: Code | None = None
    accuracy_m: Annotated[int, Field(ge=0, le=100_000)] | None = None


class Counts(Part):
    """How many people, by kind; never derived from named persons (R19)."""

    adults: Count | None = None
    children_young_people: Count | None = None
    businesses: Count | None = None
    partner_people: Count | None = None
    smart_alert_signups: Count | None = None
    survey_responses: Count | None = None
    new_kin: Count | None = None


class Issue(Part):
    """A concern raised ("you said"); keyed by ``id``."""

    KEY = "id"

    id: Code
    category: Code
    mentions: Annotated[int, Field(ge=1, le=COUNT_LIMIT)] = 1
    summary: Summary | None = None
    asb_qualifier: Code | None = None
    place_note: Text | None = None
    police_led: bool | None = None
    lead_partner_type: Code | None = None


class Participant(Part):
    """An officer who took part; keyed by ``officer_id`` (R3, R25)."""

    KEY = "officer_id"

    officer_id: Code
    role_at_time: Code
    minutes: Annotated[int, Field(ge=0, le=16 * 60)] | None = None


class PartnerPresent(Part):
    """A partner organisation that was there; keyed by ``id``."""

    KEY = "id"

    id: Code
    partner_type: Code
    name: Text | None = None
    people: Count | None = None


class Handout(Part):
    """Things given out; keyed by ``id``."""

    KEY = "id"

    id: Code
    type: Code
    qty: Count = 0
    title: Text | None = None


class Segment(Part):
    """Approximate audience label on the record, never on a person (R22)."""

    KEY = "segment"

    segment: Code
    approx: Count | None = None


class Online(Part):
    """Reach of an online activity."""

    reach: Reach | None = None
    reactions: Reach | None = None
    replies: Reach | None = None


class School(Part):
    """A school visit; there is no field for a pupil's name (R21)."""

    TOGETHER = frozenset({"school_id", "name", "urn", "phase"})

    school_id: Code | None = None
    name: Text | None = None
    urn: Annotated[str, Field(pattern=r"^\d{6}$")] | None = None
    phase: Code | None = None
    key_stage: Code | None = None
    year_groups: list[Code] | None = None
    classes: Count | None = None
    pupils: Count | None = None
    staff_present: Count | None = None
    staff_lead_role: Text | None = None
    visit_purpose: Code | None = None
    topics: list[Code] | None = None
    resource_used: Text | None = None
    agreed_with_school: bool | None = None
    staff_in_room_throughout: bool | None = None
    signed_in: bool | None = None


class Safeguarding(Part):
    """Where a concern was routed; the details are never held here (R15)."""

    WHOLE = True

    routed_to: Code | None = None
    routed_at: Moment | None = None
    emergency: bool | None = None
    force_referral_ref: Text | None = None
    reference_by_control_room: bool | None = None


class Pulse(Part):
    """Totals of a short survey at the stand."""

    safe: Count | None = None
    unsure: Count | None = None
    unsafe: Count | None = None


class ActionPromised(Part):
    """A promise or query made during the entry; becomes a FOLLOW_UP record with the same id."""

    KEY = "id"

    id: Code
    kind: Code = "ACTION"
    summary: Summary | None = None
    owner_officer_id: Code | None = None
    raised_at: Moment | None = None
    due_at: Moment | None = None
    lead_partner_type: Code | None = None


class Rebooking(Part):
    """When and where a cancelled or interrupted engagement is to be held instead."""

    WHOLE = True

    starts_at: Moment | None = None
    planned_activity_id: Code | None = None


class KeptText(Part):
    """A finding of the free-text screen that the officer kept, and why (R16)."""

    field: Code
    kind: Code
    because: Text


class EngagementBody(Body):
    """What happened: an engagement, or a resident contact (``record_type`` tells which)."""

    engagement_type: Code | None = None
    title: Text | None = None
    purpose: Text | None = None
    formality: Code | None = None
    participation_level: Code | None = None
    planned_activity_id: Code | None = None
    neighbourhood_id: Code | None = None
    neighbourhood_name_at_time: Text | None = None
    lpt_code: Code | None = None
    venue: Venue | None = None
    started_at: Moment | None = None
    ended_at: Moment | None = None
    in_person: bool | None = None
    open_to_public: bool | None = None
    s34_reviewed: bool | None = None
    outcome: Code | None = None
    outcome_reason: Code | None = None
    rebooking: Rebooking | None = None
    participants: list[Participant] | None = None
    partners_present: list[PartnerPresent] | None = None
    counts: Counts | None = None
    online: Online | None = None
    segments: list[Segment] | None = None
    handouts: list[Handout] | None = None
    issues: list[Issue] | None = None
    information_given: Notes | None = None
    qualitative: Notes | None = None
    sentiment: Annotated[int, Field(ge=1, le=5)] | None = None
    pulse: Pulse | None = None
    school: School | None = None
    actions_promised: list[ActionPromised] | None = None
    channel: Code | None = None
    person_id: Code | None = None
    is_query: bool | None = None
    discloses_crime: bool | None = None
    crime_or_incident_ref: Text | None = None
    reported_to_control_at: Moment | None = None
    emergency: bool | None = None
    control_room_log: Text | None = None
    safeguarding_concern: bool | None = None
    safeguarding: Safeguarding | None = None
    intel_submitted: bool | None = None
    intel_ref: Text | None = None
    kept_text: list[KeptText] | None = None
    bwv: bool | None = None
    operation_name: Text | None = None
    trigger: Text | None = None
    gsc_marking: Code | None = None
    processing_regime: Code | None = None
    lawful_basis: Code | None = None
    contains_personal_data: bool | None = None
    created_at: Moment | None = None
    retrospective: bool | None = None
    confirmed: list[Code] | None = None
