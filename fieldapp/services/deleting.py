"""Deleting an entry, with the promises and personal details that were kept for it alone."""

from __future__ import annotations

from datetime import datetime

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.permissions import may_patch, may_take_back
from fieldapp.domain.records import Record
from fieldapp.domain.times import utc_text
from fieldapp.services import recording
from fieldapp.services.context import Context
from fieldapp.store import Tx, outbox, records
from fieldapp.store.listing import Where, by_ids, entries, listed

_BESIDE = (RecordType.FOLLOW_UP, RecordType.PERSON, RecordType.CONSENT)
_OPEN = frozenset({"OPEN", "NONE"})
_ENDED = frozenset({"DONE_PENDING", "CANCELLED"})


def delete(tx: Tx, ctx: Context, record: Record, *, until: datetime) -> None:
    """Delete a record; what never left the tablet is gone at once.

    Args:
        tx: the transaction.
        ctx: the shared ground.
        record: as shown.
        until: so long a deletion that the centre must be told of is held back for undoing.
    """
    if records.of_centre(tx, record.id) is None and outbox.drop_unsent(tx, record.id):
        recording.settle(tx, ctx, record, "delete")
    else:
        recording.command(tx, ctx, record, "delete", not_before=until)


def delete_beside(tx: Tx, ctx: Context, entry: Record, *, until: datetime) -> None:
    """Delete what was recorded for this entry alone, and give its plan line back to the plan."""
    for record_id in _beside(tx, ctx, entry.id, entry.body):
        record = records.shown(tx, record_id)
        if record is not None and not record.deleted:
            delete(tx, ctx, record, until=until)
    free_plan_line(tx, ctx, entry)


def close_beside(tx: Tx, ctx: Context, entry: Record) -> None:
    """Take down what waits to be done for an entry that no longer counts."""
    close_promises(tx, ctx, entry.id)
    free_plan_line(tx, ctx, entry)


def close_promises(
    tx: Tx, ctx: Context, entry_id: str, *, but: frozenset[str] = frozenset()
) -> None:
    """Delete the open promises of an entry, but those named; those of others are closed.

    What has been answered is left as it is: somebody did it.
    """
    where = Where().among("record_type", [RecordType.FOLLOW_UP]).add("linked=?", entry_id)
    for row in listed(tx, where):
        record = records.shown(tx, row.id)
        if row.id in but or row.status not in _OPEN or record is None or record.deleted:
            continue
        if record.body.get("first_response_at"):
            continue
        if may_take_back(ctx.actor, record) is None:
            delete(tx, ctx, record, until=ctx.now())
        elif may_patch(ctx.actor, record) is None:
            closed = {"status": "NOT_DONE", "closed_at": utc_text(ctx.now())}
            recording.change(tx, ctx, record, {**record.body, **closed})


def _beside(tx: Tx, ctx: Context, entry_id: str, body: Json) -> list[str]:
    me = ctx.officer.officer_id
    promises = Where().among("record_type", [RecordType.FOLLOW_UP]).add("linked=?", entry_id)
    found = [row for row in listed(tx, promises.add("owner=?", me)) if row.status in _OPEN]
    person_id = body.get("person_id")
    if isinstance(person_id, str) and not _needed_elsewhere(tx, person_id, entry_id):
        found += [row for row in by_ids(tx, [person_id]).values() if row.owner == me]
        consents = Where().among("record_type", [RecordType.CONSENT]).add("owner=?", me)
        found += listed(tx, consents.add("person_id=?", person_id))
    return [row.id for row in found]


def _needed_elsewhere(tx: Tx, person_id: str, entry_id: str) -> bool:
    other = entries().add("person_id=?", person_id).add("id<>?", entry_id)
    return bool(listed(tx, other, limit=1))


def free_plan_line(tx: Tx, ctx: Context, entry: Record) -> None:
    """Give the line that an entry was begun from back to the plan; one that moved stays moved."""
    line = records.shown(tx, str(entry.body.get("planned_activity_id") or ""))
    if line is None or line.body.get("linked_engagement_id") != entry.id:
        return
    if line.body.get("status") in _ENDED and may_patch(ctx.actor, line) is None:
        gone = ("linked_engagement_id", "cancel_reason")
        kept = {name: value for name, value in line.body.items() if name not in gone}
        recording.change(tx, ctx, line, {**kept, "status": "PLANNED"})


def bring_back(tx: Tx, ctx: Context, entry_id: str) -> None:
    """Take back deletions that have not left: of the entry, and of what was recorded for it."""
    entry = records.shown(tx, entry_id)
    if entry is None or not outbox.take_back(tx, entry_id, "delete"):
        return
    records.refresh(tx, entry_id, ctx.actor)
    person_id = str(entry.body.get("person_id") or "")
    gone = Where().among("record_type", _BESIDE).add("status='DELETED'")
    gone.add("(linked=? OR person_id=? OR id=?)", entry_id, person_id, person_id)
    for row in listed(tx, gone):
        if outbox.take_back(tx, row.id, "delete"):
            records.refresh(tx, row.id, ctx.actor)
