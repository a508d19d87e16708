"""Records that the centre itself writes: reference data and the meeting ledger."""

from __future__ import annotations

from fieldapp.domain.bodies import SCHEMA_VERSION
from fieldapp.domain.codes import ReviewStatus
from fieldapp.domain.content import Json, content_hash
from fieldapp.domain.records import Record
from server.audit import CENTRE
from server.services.revisions import By
from server.services.writing import Writing

SETTINGS_ID = "settings"
"""Id of the record with the force's settings."""

PUBLISH = "publish"
"""Kind of a revision that no operation made."""


def publish(
    writing: Writing,
    id: str,
    record_type: str,
    body: Json,
    *,
    lpt_code: str = "",
    neighbourhood_id: str | None = None,
    ignoring: frozenset[str] = frozenset(),
) -> bool:
    """Put a published record; nothing happens when it says that already.

    Args:
        writing: the transaction; the record must have been loaded.
        id: the record's id.
        record_type: its type.
        body: what it says.
        lpt_code: the LPT whose tablets get it, where that matters.
        neighbourhood_id: the neighbourhood it is about.
        ignoring: fields whose change alone is no news.

    Returns:
        True when there was something to publish.
    """
    before = writing.get(id)
    if before and not before.deleted and _news(before.body, ignoring) == _news(body, ignoring):
        return False
    record = Record(
        id=id,
        record_type=record_type,
        schema_version=SCHEMA_VERSION,
        owner_officer_id=CENTRE,
        lpt_code=lpt_code,
        neighbourhood_id=neighbourhood_id,
        revision=before.revision + 1 if before else 1,
        review_status=ReviewStatus.NONE,
        body=body,
        content_hash=content_hash(record_type, SCHEMA_VERSION, body),
        created_at=before.created_at if before else writing.at,
        received_at=writing.at,
    )
    writing.put(record, By(officer_id=CENTRE, kind=PUBLISH))
    return True


def _news(body: Json, ignoring: frozenset[str]) -> Json:
    return {name: value for name, value in body.items() if name not in ignoring}
