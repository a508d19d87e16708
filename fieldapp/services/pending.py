"""What the centre has not settled or has not accepted, in words, with the next step."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

from fieldapp.domain.codes import RecordType, Verdict
from fieldapp.domain.pieces import UnsentPhotos
from fieldapp.domain.reasons import Reason, reason_for
from fieldapp.services import alongside, photo_rows
from fieldapp.services.context import Context
from fieldapp.services.values import Mark, PendingRow
from fieldapp.store import Tx, attachments, outbox
from fieldapp.store.listing import Listed, by_ids
from fieldapp.store.outbox import Waiting
from resources import code_list

_VERBS = {
    "create": "recorded",
    "patch": "changed",
    "submit": "submitted",
    "recall": "recalled",
    "delete": "deleted",
    "void": "withdrawn",
}
_SHOWN = (outbox.QUEUED, outbox.SENT, outbox.REJECTED, outbox.QUARANTINED)
_STATUS = {outbox.REJECTED: "rejected", outbox.QUARANTINED: "quarantined"}
_PHOTOS_FOLLOW = "Its text has been received. Photos follow by themselves."
_DAMAGED_STEP = "Its text has been received. Take the photo off the entry, or add it again."
_ASIDE = "The centre cannot take this now. Everything else goes on."
_AGAIN = "The centre was restored from a backup. This goes when its entry is there again."


def rows_of(tx: Tx, ctx: Context, *, record_id: str | None = None) -> tuple[PendingRow, ...]:
    """Everything that is not settled, of one record or of all.

    One line for each record that waits, and one for each operation that is held or not accepted.
    Of all records, what goes along with an entry that waits is told at the entry's line.
    """
    if record_id is None:
        found = outbox.in_states(tx, _SHOWN)
    else:
        found = [one for one in outbox.of_record(tx, record_id) if one.state in _SHOWN]
    items = by_ids(tx, [one.record_id for one in found])
    troubles = [one for one in found if one.state not in outbox.UNSENT]
    waiting = [one for one in found if one.state in outbox.UNSENT]
    rows = [_trouble(one, items.get(one.record_id), ctx) for one in troubles]
    order = {one.record_id: one.dseq for one in reversed(waiting)}
    waiting.sort(key=lambda one: (order[one.record_id], one.dseq))
    hosts = alongside.hosts(tx, outbox.unsettled(tx)) if record_id is None else {}
    photos = attachments.unsent_by_record(tx)
    if record_id is not None:
        photos = {one: left for one, left in photos.items() if one == record_id}
    besides: dict[str, list[str]] = {}
    for beside, host in hosts.items():
        besides.setdefault(host, []).append(items[beside].record_type)
    for group_id, group in groupby(waiting, key=lambda one: one.record_id):
        if group_id not in hosts:
            row = _waiting(list(group), items.get(group_id), ctx)
            also = [alongside.words(besides.get(group_id, ()))]
            if left := photos.pop(group_id, None):
                also.append(photo_rows.left_words(left))
            rows.append(replace(row, also=", ".join(part for part in also if part)))
    away = by_ids(tx, list(photos))
    rows += [_photos(one, left, away.get(one), ctx) for one, left in photos.items()]
    return tuple(rows)


def _photo_trouble(left: UnsentPhotos) -> str:
    if left.damaged:
        return "1 photo is damaged." if left.damaged == 1 else f"{left.damaged} photos are damaged."
    return _ASIDE if left.next_try_at else ""


def _photos(record_id: str, left: UnsentPhotos, item: Listed | None, ctx: Context) -> PendingRow:
    """What waits of an entry whose text has been sent: its photos."""
    title = (
        title_of(item.record_type, item.kind, item.place, ctx, item.title)
        if item
        else "An entry that is no longer on this tablet"
    )
    return PendingRow(
        op_id=f"photos:{record_id}",
        record_id=record_id,
        title=title,
        what=f"{title}: {photo_rows.left_words(left)}",
        mark=Mark.WAITING,
        reason=_photo_trouble(left),
        next_step=_DAMAGED_STEP if left.damaged else _PHOTOS_FOLLOW,
        made_at=left.since or ctx.now(),
        next_try_at=left.next_try_at,
        attempts=0,
    )


def reason_of(tx: Tx, record_id: str) -> str:
    """Why a record is held or something about it was not accepted, in one sentence."""
    for one in outbox.of_record(tx, record_id):
        if one.state in _STATUS:
            return _reason(one).words
    return ""


def title_of(record_type: str, kind: str | None, place: str, ctx: Context, title: str = "") -> str:
    """What the officer calls a record."""
    if record_type == RecordType.FOLLOW_UP:
        return f"{code_list('follow_up_kind').label(kind)}: {title}" if title else "Follow-up"
    if record_type in (RecordType.PERSON, RecordType.CONSENT, RecordType.RESCUED_DRAFT):
        return code_list("record_type").label(record_type)
    name = ctx.names.title(kind, title=title, place=place, neighbourhood=None)
    return f"Plan line: {name}" if record_type == RecordType.PLANNED_ACTIVITY else name


def _title(item: Listed | None, operation: Waiting, ctx: Context) -> str:
    if item is None:
        body = operation.wire.get("body") or {}
        return str(body.get("title") or "An entry that is no longer on this tablet")
    return title_of(item.record_type, item.kind, item.place, ctx, item.title)


def _verb(operation: Waiting) -> str:
    if operation.kind == "decide":
        return "approved" if operation.wire.get("verdict") == Verdict.APPROVE else "returned"
    return _VERBS.get(operation.kind, "changed")


def _reason(operation: Waiting) -> Reason:
    lost = operation.kind == "decide" and bool(operation.result.get("again"))
    return reason_for(_STATUS[operation.state], operation.result.get("code"), lost=lost)


def _trouble(operation: Waiting, item: Listed | None, ctx: Context) -> PendingRow:
    reason = _reason(operation)
    title = _title(item, operation, ctx)
    return PendingRow(
        op_id=operation.op_id,
        record_id=operation.record_id,
        title=title,
        what=f"{title}: {_verb(operation)}",
        mark=Mark.NOT_ACCEPTED if operation.state == outbox.REJECTED else Mark.HELD,
        reason=reason.words,
        next_step=reason.next_step,
        made_at=operation.made_at,
        next_try_at=None,
        attempts=operation.attempts,
    )


def _waiting(group: list[Waiting], item: Listed | None, ctx: Context) -> PendingRow:
    last = group[-1]
    aside = [one for one in group if one.state == outbox.SENT and one.not_before]
    title = _title(item, group[0], ctx)
    times = [one.not_before for one in group if one.not_before]
    return PendingRow(
        op_id=last.op_id,
        record_id=last.record_id,
        title=title,
        what=f"{title}: {_verb(last)}",
        mark=Mark.WAITING,
        reason=(_AGAIN if aside[0].again else _ASIDE) if aside else "",
        next_step="It is tried again by itself." if aside else "It sends by itself.",
        made_at=group[0].made_at,
        next_try_at=min(times) if times else None,
        attempts=max(one.attempts for one in group),
    )
