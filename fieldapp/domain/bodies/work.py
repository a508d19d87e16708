"""What was promised and what is planned."""

from __future__ import annotations

from fieldapp.domain.bodies.engagement import School, Venue
from fieldapp.domain.bodies.fields import Body, Code, Moment, Part, Summary, Text


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
    raised_at: Moment | None = None
    due_at: Moment | None = None
    first_response_at: Moment | None = None
    response_channel: Code | None = None
    closed_at: Moment | None = None
    outcome: Summary | None = None
    status: Code | None = None


class Advert(Part):
    """Where and when a planned activity was advertised (R11)."""

    channel: Code
    at: Moment | None = None


class PlannedActivityBody(Body):
    """A line of the engagement plan."""

    engagement_type: Code | None = None
    title: Text | None = None
    lpt_code: Code | None = None
    neighbourhood_id: Code | None = None
    venue: Venue | None = None
    school: School | None = None
    starts_at: Moment | None = None
    ends_at: Moment | None = None
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
