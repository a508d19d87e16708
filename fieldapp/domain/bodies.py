"""Typed views of record bodies; a body is stored as JSON, and fields we do not know are kept.

Field names are those of the field's reference (engagement, issue, follow-up ...). Nothing is
required here: a draft may hold anything. What a submitted entry needs is the business of
``fieldapp.domain.rules.submit``.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError

SCHEMA_VERSION = 1
"""Version of the bodies below; a form's number is ``TYPE@version``."""

NOTES_LIMIT = 8000
SUMMARY_LIMIT = 300
TEXT_LIMIT = 500
COUNT_LIMIT = 5000

Code = Annotated[str, Field(max_length=64)]
Text = Annotated[str, Field(max_length=TEXT_LIMIT)]
Summary = Annotated[str, Field(max_length=SUMMARY_LIMIT)]
Notes = Annotated[str, Field(max_length=NOTES_LIMIT)]
Count = Annotated[int, Field(ge=0, le=COUNT_LIMIT)]
Reach = Annotated[int, Field(ge=0, le=10_000_000)]
Degrees = Annotated[str, Field(pattern=r"^-?\d{1,3}(\.\d{1,8})?$")]


class Body(BaseModel):
    """Common ground of all bodies: unknown fields are kept, assignment is checked."""

    model_config = ConfigDict(extra="allow", validate_assignment=True)

    def to_json(self) -> Json:
        """The body as stored: JSON values only, empty fields left out."""
        return self.model_dump(mode="json", exclude_none=True)


class Part(Body):
    """A piece of a body."""


class Venue(Part):
    """Where it happened; positions are decimal degrees WGS 84, written as text."""

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

    officer_id: Code
    role_at_time: Code
    minutes: Annotated[int, Field(ge=0, le=16 * 60)] | None = None


class PartnerPresent(Part):
    """A partner organisation that was there; keyed by ``id``."""

    id: Code
    partner_type: Code
    name: Text | None = None
    people: Count | None = None


class Handout(Part):
    """Things given out; keyed by ``id``."""

    id: Code
    type: Code
    qty: Count = 0
    title: Text | None = None


class Segment(Part):
    """Approximate audience label on the record, never on a person (R22)."""

    segment: Code
    approx: Count | None = None


class Online(Part):
    """Reach of an online activity."""

    reach: Reach | None = None
    reactions: Reach | None = None
    replies: Reach | None = None


class School(Part):
    """A school visit; there is no field for a pupil's name (R21)."""

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

    routed_to: Code | None = None
    routed_at: AwareDatetime | None = None
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

    id: Code
    kind: Code = "ACTION"
    summary: Summary | None = None
    owner_officer_id: Code | None = None
    raised_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    lead_partner_type: Code | None = None


class Rebooking(Part):
    """When and where a cancelled or interrupted engagement is to be held instead."""

    starts_at: AwareDatetime | None = None
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
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
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
    reported_to_control_at: AwareDatetime | None = None
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
    created_at: AwareDatetime | None = None
    retrospective: bool | None = None
    confirmed: list[Code] | None = None


class FollowUpBody(Body):
    """A promise, a public query with its 72-hour clock (R12), or a referral."""

    kind: Code | None = None
    source_id: Code | None = None
    person_id: Code | None = None
    summary: Summary | None = None
    owner_officer_id: Code | None = None
    lpt_code: Code | None = None
    neighbourhood_id: Code | None = None
    lead_partner_type: Code | None = None
    raised_at: AwareDatetime | None = None
    due_at: AwareDatetime | None = None
    first_response_at: AwareDatetime | None = None
    response_channel: Code | None = None
    closed_at: AwareDatetime | None = None
    outcome: Summary | None = None
    status: Code | None = None


class Advert(Part):
    """Where and when a planned activity was advertised (R11)."""

    channel: Code
    at: AwareDatetime | None = None


class PlannedActivityBody(Body):
    """A line of the engagement plan."""

    engagement_type: Code | None = None
    title: Text | None = None
    lpt_code: Code | None = None
    neighbourhood_id: Code | None = None
    venue: Venue | None = None
    school: School | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    in_person: bool | None = None
    open_to_public: bool | None = None
    s34_intended: bool | None = None
    lead_officer_id: Code | None = None
    officers_planned: list[Code] | None = None
    target_segments: list[Code] | None = None
    advertised: list[Advert] | None = None
    purpose: Text | None = None
    status: Code | None = None
    cancel_reason: Code | None = None
    rescheduled_to: Code | None = None
    linked_engagement_id: Code | None = None


class PersonBody(Body):
    """A person we need to reply to; held apart from entries, with its own scope."""

    full_name: Text | None = None
    address_line: Text | None = None
    postcode: Annotated[str, Field(max_length=10)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    preferred_channel: Code | None = None
    best_time: Text | None = None
    accessibility_needs: Text | None = None
    language: Text | None = None
    wants_anonymity: bool | None = None
    age_band: Code | None = None
    created_for: Code | None = None
    lpt_code: Code | None = None
    neighbourhood_id: Code | None = None


class ConsentBody(Body):
    """One consent for one purpose; a refusal is stored too."""

    person_id: Code | None = None
    purpose: Code | None = None
    status: Code | None = None
    method: Code | None = None
    wording_version: Code | None = None
    language: Text | None = None
    at: AwareDatetime | None = None
    captured_by: Code | None = None
    withdrawn_at: AwareDatetime | None = None
    lpt_code: Code | None = None
    neighbourhood_id: Code | None = None


class NeighbourhoodBody(Body):
    """A neighbourhood as fixed by the chief officer (s.34(4)); published by the centre."""

    code: Code
    name: Text
    lpt_code: Code
    valid_from: str
    valid_to: str | None = None
    successors: list[Code] = []
    lat: Degrees | None = None
    lon: Degrees | None = None


class OfficerBody(Body):
    """An officer as colleagues see them; published by the centre."""

    force_no: Code
    name: Text
    role: Code
    lpt_code: Code
    neighbourhoods: list[Code] = []
    supervisor_id: Code | None = None
    active: bool = True


class VenueBody(Body):
    """A place where engagements are held; published by the centre."""

    name: Text
    neighbourhood_id: Code
    lpt_code: Code
    postcode: str | None = None
    lat: Degrees | None = None
    lon: Degrees | None = None


class SchoolBody(Body):
    """A school; published by the centre."""

    name: Text
    urn: str
    phase: Code
    neighbourhood_id: Code
    lpt_code: Code


class SettingsBody(Body):
    """Force settings with their values; published by the centre."""

    values: dict[str, Any]


class MeetingLedgerBody(Body):
    """The facts behind one neighbourhood's row of the meetings answer; published by the centre."""

    neighbourhood_id: Code
    lpt_code: Code
    as_at: AwareDatetime
    last_held: str | None = None
    last_held_strict: str | None = None
    last_attendance: int | None = None
    last_strict: bool | None = None
    last_ref: str | None = None
    next_planned: str | None = None
    next_venue: str | None = None
    pending: int = 0


BODY_MODELS: dict[RecordType, type[Body]] = {
    RecordType.ENGAGEMENT: EngagementBody,
    RecordType.RESIDENT_CONTACT: EngagementBody,
    RecordType.FOLLOW_UP: FollowUpBody,
    RecordType.PLANNED_ACTIVITY: PlannedActivityBody,
    RecordType.PERSON: PersonBody,
    RecordType.CONSENT: ConsentBody,
    RecordType.NEIGHBOURHOOD: NeighbourhoodBody,
    RecordType.OFFICER: OfficerBody,
    RecordType.VENUE: VenueBody,
    RecordType.SCHOOL: SchoolBody,
    RecordType.SETTINGS: SettingsBody,
    RecordType.MEETING_LEDGER: MeetingLedgerBody,
}
"""Adding a record type starts here: its body model, registered once."""


def parse_body(record_type: str, body: Json) -> Body:
    """Read a JSON body as its typed model.

    Args:
        record_type: code of the record type.
        body: the stored JSON object.

    Raises:
        ContentError: unknown type, or a field of the wrong shape; the words name the field.
    """
    try:
        model = BODY_MODELS[RecordType(record_type)]
    except ValueError:
        raise ContentError(
            f"This version does not know records of type {record_type}.", code="unknown_type"
        ) from None
    try:
        return model.model_validate(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ContentError(f"{where}: {first['msg']}.", code="invalid") from None


def entry_body(body: Json) -> EngagementBody:
    """Read the body of an entry.

    Raises:
        ContentError: a field has the wrong shape.
    """
    parsed = parse_body(RecordType.ENGAGEMENT, body)
    assert isinstance(parsed, EngagementBody)  # noqa: S101 - narrows the type for the checker
    return parsed
