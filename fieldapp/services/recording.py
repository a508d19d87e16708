"""Writing what an officer did: record, outbox and audit, always together in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from fieldapp.domain.bodies import SCHEMA_VERSION
from fieldapp.domain.codes import ENTRY_TYPES
from fieldapp.domain.content import Json, canonical_json
from fieldapp.domain.errors import UserError
from fieldapp.domain.operations import changes_between
from fieldapp.domain.records import Record
from fieldapp.services.context import Context
from fieldapp.store import Tx, audit, outbox, records, search
from fieldapp.store.transaction import all_paired

_AUDITED = {
    "create": "COLLECTION",
    "patch": "ALTERATION",
    "submit": "ALTERATION",
    "recall": "ALTERATION",
    "delete": "ERASURE",
    "void": "ALTERATION",
}


def create(tx: Tx, ctx: Context, record_id: str, record_type: str, body: Json) -> Record:
    """Make a new record of this officer's.

    Raises:
        ContentError: a value cannot be stored.
        UserError: the account may not record this.
    """
    queue_creation(tx, ctx, record_id, record_type, body)
    try:
        return settled(tx, ctx, record_id, record_type, "create")
    except UserError:
        canonical_json(body)  # says which value cannot be stored, when that was the reason
        raise


def queue_creation(
    tx: Tx,
    ctx: Context,
    record_id: str,
    record_type: str,
    body: Json,
    *,
    attachments: Json | None = None,
) -> None:
    """Queue the making of a record; ``settled`` must follow."""
    fields: Json = {
        "kind": "create",
        "record_type": record_type,
        "schema_version": SCHEMA_VERSION,
        "body": all_paired(body),
    }
    if attachments:
        fields["attachments"] = attachments
    outbox.add(tx, ctx.new_id(), record_id, fields)


def change(
    tx: Tx,
    ctx: Context,
    record: Record,
    body: Json,
    *,
    started_from: Json | None = None,
    resolves: tuple[str, ...] = (),
) -> Record:
    """Change single fields of a record; nothing happens when none differs.

    Args:
        tx: the transaction.
        ctx: the shared ground.
        record: as shown now.
        body: what it is to say.
        started_from: what the officer saw when the work began; only what differs from it counts as
            theirs, so that what arrived meanwhile is merged and not overwritten.
        resolves: paths of the conflicts this settles, of those the centre has told.
    """
    if not queue_change(tx, ctx, record, body, started_from=started_from, resolves=resolves):
        return record
    return settled(tx, ctx, record.id, record.record_type, "patch")


def queue_change(
    tx: Tx,
    ctx: Context,
    record: Record,
    body: Json,
    *,
    started_from: Json | None = None,
    resolves: tuple[str, ...] = (),
    attach: Json | None = None,
    detach: Sequence[str] = (),
) -> bool:
    """Queue a change; False when nothing differs. ``settled`` must follow."""
    body = all_paired(body)
    canonical_json(body)
    old = record.shown_body if started_from is None else started_from
    changes = {
        name: change.model_dump(by_alias=True)
        for name, change in changes_between(old, body).items()
    }
    if not (changes or resolves or attach or detach):
        return False
    outbox.put_changes(
        tx,
        ctx.new_id(),
        record.id,
        changes,
        base_revision=_seen(tx, record) if resolves else record.revision,
        resolves=resolves,
        attach=attach,
        detach=detach,
    )
    return True


def _seen(tx: Tx, record: Record) -> int:
    """Revision of the centre up to which its conflicts have been seen here.

    That of a record with own work on top counts the work as well, which the centre may have put
    after somebody else's.
    """
    told = records.of_centre(tx, record.id)
    return told.revision if told else 0


def command(
    tx: Tx,
    ctx: Context,
    record: Record,
    kind: str,
    *,
    reason: str = "",
    not_before: datetime | None = None,
    action: str | None = None,
    **fields: Any,  # noqa: ANN401 - what the kind of operation carries
) -> str:
    """Queue a command on a record; its operation's id."""
    op_id = ctx.new_id()
    if reason and kind == "void":
        fields["reason"] = reason
    outbox.add(tx, op_id, record.id, {"kind": kind, **fields}, not_before=not_before)
    settled(tx, ctx, record.id, record.record_type, kind, reason=reason, action=action)
    return op_id


def settle(tx: Tx, ctx: Context, record: Record, kind: str, *, reason: str = "") -> None:
    """Show and audit what taking back an operation that never left has changed."""
    shown = records.refresh(tx, record.id, ctx.actor)
    tx.touched.add(record.record_type)
    audit.log(
        tx,
        ctx.officer.officer_id,
        _AUDITED[kind],
        f"{record.record_type}/{record.id}",
        revision=shown.revision if shown else 0,
        reason=reason or kind,
    )


def settled(
    tx: Tx,
    ctx: Context,
    record_id: str,
    record_type: str,
    kind: str,
    *,
    reason: str = "",
    action: str | None = None,
) -> Record:
    """Show, audit and index what queued operations made of a record.

    Raises:
        UserError: the account may not record this.
    """
    record = records.refresh(tx, record_id, ctx.actor, index_later=False)
    audit.log(
        tx,
        ctx.officer.officer_id,
        action or _AUDITED[kind],
        f"{record_type}/{record_id}",
        revision=record.revision if record else 0,
        reason=reason,
    )
    if record_type in ENTRY_TYPES and record is not None:
        search.index_record(tx, record_id)
    elif record_type == "PERSON":
        search.people_changed(tx, [record_id])
    if record is None:
        raise UserError("The account of this tablet may not record this.", code="forbidden")
    return record


def required(tx: Tx, record_id: str) -> Record:
    """The record as shown.

    Raises:
        UserError: it is not on this tablet.
    """
    found = records.shown(tx, record_id)
    if found is None or found.deleted:
        raise UserError(
            "This is no longer on this tablet. It may have been deleted or moved.",
            code="not_here",
        )
    return found


def without_empty(body: Mapping[str, Any]) -> Json:
    """The body without fields that were emptied: an empty answer is no answer."""
    return {name: value for name, value in body.items() if value not in (None, "", [], {})}
