"""Drafts out of a rescue copy, laid where their author's next tablet finds them."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from fieldapp.domain import attachments
from fieldapp.domain.bodies import SCHEMA_VERSION
from fieldapp.domain.codes import RecordType, ReviewStatus
from fieldapp.domain.content import Json, content_hash
from fieldapp.domain.errors import ContentError
from fieldapp.domain.records import Record
from server.db import hold_last, hold_records
from server.services.centre import Centre
from server.services.own_hand import begin, end
from server.services.publishing import PUBLISH
from server.services.revisions import By
from server.services.writing import Writing
from sync.protocol.rescue import Contents, RescuedDraft

_LPT = "SELECT lpt_code FROM officer WHERE officer_id = ?"
_LATER = (
    "SELECT 1 FROM revision v JOIN ledger l ON l.op_id = v.op_id "
    "WHERE v.record_id = ? AND l.device_id = ? AND l.dseq > ? LIMIT 1"
)
_HANDED_IN = frozenset({ReviewStatus.PENDING_REVIEW, ReviewStatus.VOID})


def rescued_id(officer_id: str, record_id: str) -> str:
    """Id of the record that brings a draft back: always the same, so that it is there once."""
    text = f"rescued draft\x00{officer_id}\x00{record_id}"
    digest = hashlib.sha256(text.encode()).hexdigest()
    return f"{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"


def lay_out(centre: Centre, connection: Connection, contents: Contents) -> int:
    """Lay the drafts of a copy out for their author; how many are new or newer than before.

    One whose entry has been handed in, or that its tablet went on with after the copy was written,
    is over and left out.
    """
    if not contents.drafts:
        return 0
    drafts = [
        (rescued_id(contents.officer_id, draft.record_id), draft) for draft in contents.drafts
    ]
    ids = [id for id, _ in drafts] + [draft.record_id for _, draft in drafts]
    hold_records(connection, ids)
    hold_last(connection)
    writing = begin(centre, connection)
    writing.load(ids)
    lpt_code = connection.exec_driver_sql(_LPT, (contents.officer_id,)).scalar_one()
    laid = 0
    for id, draft in drafts:
        if _is_over(connection, writing, contents, draft):
            continue
        before = writing.get(id)
        if before is not None and _moment(before.body["saved_at"]) >= _moment(draft.saved_at):
            continue
        record = _record(writing, contents, draft, before, id=id, lpt_code=lpt_code)
        by = By(officer_id=contents.officer_id, kind=PUBLISH, device_id=contents.device_id)
        writing.put(record, by)
        laid += 1
    if laid:
        end(writing, "drafts_laid_out", contents.device_id, drafts=laid)
    return laid


def _is_over(
    connection: Connection, writing: Writing, contents: Contents, draft: RescuedDraft
) -> bool:
    entry = writing.get(draft.record_id)
    if entry is not None and (entry.deleted or entry.review_status in _HANDED_IN):
        return True
    later = (draft.record_id, contents.device_id, contents.last_dseq)
    return connection.exec_driver_sql(_LATER, later).first() is not None


def _record(
    writing: Writing,
    contents: Contents,
    draft: RescuedDraft,
    before: Record | None,
    *,
    id: str,
    lpt_code: str,
) -> Record:
    body: Json = {
        "draft_of": draft.record_id,
        "saved_at": _moment(draft.saved_at).isoformat(),
        "device_id": contents.device_id,
        "content": json.dumps(draft.content, ensure_ascii=True),
    }
    if draft.started_from is not None:
        body["started_from"] = json.dumps(draft.started_from, ensure_ascii=True)
    files = _files(draft.content.get("attached"))
    kind = RecordType.RESCUED_DRAFT
    return Record(
        id=id,
        record_type=kind,
        schema_version=SCHEMA_VERSION,
        owner_officer_id=contents.officer_id,
        lpt_code=lpt_code,
        neighbourhood_id=None,
        revision=before.revision + 1 if before else 1,
        review_status=ReviewStatus.NONE,
        body=body,
        content_hash=content_hash(kind, SCHEMA_VERSION, body, files),
        created_at=before.created_at if before else writing.at,
        received_at=writing.at,
        attachments=files,
    )


def _files(attached: Any) -> Json:  # noqa: ANN401 - whatever the copy held
    """What the draft puts on its entry, as a manifest; none when it cannot be read."""
    try:
        items = attached.items() if isinstance(attached, dict) else ()
        return attachments.checked(
            {sha: said["item"] for sha, said in items if said["state"] == "draft"}
        )
    except (ContentError, KeyError, TypeError):
        return {}


def _moment(text: str) -> datetime:
    """When a draft was saved; one that cannot be read counts as the oldest."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = _LONG_AGO
    return moment if moment.tzinfo else _LONG_AGO


_LONG_AGO = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
