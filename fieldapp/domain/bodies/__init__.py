"""Typed views of record bodies; a body is stored as JSON, and fields we do not know are kept.

Field names are those of the field's reference (engagement, issue, follow-up ...). Nothing is
required here: a draft may hold anything. What a submitted entry needs is the business of
``fieldapp.domain.rules.submit``.
"""

from fieldapp.domain.bodies.engagement import (
    ActionPromised,
    Counts,
    EngagementBody,
    Handout,
    Issue,
    KeptText,
    Online,
    Participant,
    PartnerPresent,
    Pulse,
    Rebooking,
    Safeguarding,
    School,
    Segment,
    Venue,
)
from fieldapp.domain.bodies.fields import (
    COUNT_LIMIT,
    NOTES_LIMIT,
    SCHEMA_VERSION,
    SUMMARY_LIMIT,
    TEXT_LIMIT,
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
from fieldapp.domain.bodies.people import ConsentBody, PersonBody
from fieldapp.domain.bodies.reference import (
    MeetingLedgerBody,
    NeighbourhoodBody,
    OfficerBody,
    SchoolBody,
    SettingsBody,
    VenueBody,
)
from fieldapp.domain.bodies.registry import BODY_MODELS, entry_body, parse_body
from fieldapp.domain.bodies.work import Advert, FollowUpBody, PlannedActivityBody

__all__ = [
    "BODY_MODELS",
    "COUNT_LIMIT",
    "NOTES_LIMIT",
    "SCHEMA_VERSION",
    "SUMMARY_LIMIT",
    "TEXT_LIMIT",
    "ActionPromised",
    "Advert",
    "Body",
    "Code",
    "ConsentBody",
    "Count",
    "Counts",
    "Degrees",
    "EngagementBody",
    "FollowUpBody",
    "Handout",
    "Issue",
    "KeptText",
    "MeetingLedgerBody",
    "Moment",
    "NeighbourhoodBody",
    "Notes",
    "OfficerBody",
    "Online",
    "Part",
    "Participant",
    "PartnerPresent",
    "PersonBody",
    "PlannedActivityBody",
    "Pulse",
    "Reach",
    "Rebooking",
    "Safeguarding",
    "School",
    "SchoolBody",
    "Segment",
    "SettingsBody",
    "Summary",
    "Text",
    "Venue",
    "VenueBody",
    "entry_body",
    "parse_body",
]
