"""Which body model belongs to which record type, and reading JSON by it."""

from __future__ import annotations

from pydantic import ValidationError

from fieldapp.domain.bodies.engagement import EngagementBody
from fieldapp.domain.bodies.fields import Body
from fieldapp.domain.bodies.people import ConsentBody, PersonBody
from fieldapp.domain.bodies.reference import (
    MeetingLedgerBody,
    NeighbourhoodBody,
    OfficerBody,
    SchoolBody,
    SettingsBody,
    VenueBody,
)
from fieldapp.domain.bodies.rescued import RescuedDraftBody
from fieldapp.domain.bodies.work import FollowUpBody, PlannedActivityBody
from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError

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
    RecordType.RESCUED_DRAFT: RescuedDraftBody,
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
