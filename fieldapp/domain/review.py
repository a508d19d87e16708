"""What an operation does to a record: one pure function for the centre and for tablets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fieldapp.domain import attachments
from fieldapp.domain.bodies import SCHEMA_VERSION, parse_body
from fieldapp.domain.codes import (
    ENTRY_TYPES,
    WRITTEN_TYPES,
    OpStatus,
    ReviewStatus,
    Verdict,
)
from fieldapp.domain.content import Json, content_hash
from fieldapp.domain.errors import ContentError
from fieldapp.domain.history import with_event
from fieldapp.domain.merge import met, only_settles, three_way
from fieldapp.domain.operations import (
    Create,
    Decide,
    Delete,
    Operation,
    Patch,
    Recall,
    Submit,
    Void,
)
from fieldapp.domain.permissions import (
    PERSON_TYPES,
    Actor,
    may_decide,
    may_patch,
    may_take_back,
    may_write,
)
from fieldapp.domain.records import Amendment, Record

SubmitCheck = Callable[[Record], str | None]
"""Why an entry may not be submitted, as a code; ``None`` when it may."""

Arrived = Callable[[Record], bool]
"""True when every photo and voice note of an entry as it is shown is at the centre."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of an operation.

    ``record`` is the new state when anything changed; ``code`` explains every status but
    ``applied``; ``fields`` names fields in conflict.
    """

    status: OpStatus
    record: Record | None = None
    code: str | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Checks:
    """What only the centre can say; a tablet leaves it to the centre."""

    submit: SubmitCheck | None
    arrived: Arrived | None


class _Held(Exception):  # noqa: N818 - a signal inside this module
    """Content that cannot be applied: kept verbatim and shown, never dropped."""


class _TurnedDown(Exception):  # noqa: N818 - a signal inside this module
    """A command that cannot be carried out."""


def settle(
    record: Record | None,
    op: Operation,
    actor: Actor,
    *,
    at: str,
    submit_check: SubmitCheck | None = None,
    arrived: Arrived | None = None,
) -> Settled:
    """Apply one operation to the present state of its record.

    Args:
        record: the record now, or ``None`` when there is none with that id.
        op: the operation.
        actor: who sends it; at the centre always taken from the token, never from the payload.
        at: receipt time, ISO 8601 UTC; authority is judged at receipt, a tablet's clock is a claim.
        submit_check: the rules a submitted entry must meet.
        arrived: whether all its photos and voice notes are there, without which nobody approves it.

    Returns:
        ``applied`` or ``conflict`` with the new record; ``quarantined`` for content that cannot be
        applied (custody); ``rejected`` for commands that cannot be carried out.
    """
    try:
        if isinstance(op, Create):
            return _create(record, op, actor, at=at)
        if record is None:
            raise _missing(op)
        if isinstance(op, Patch):
            return _patch(record, op, actor, at=at)
        checks = _Checks(submit_check, arrived)
        changed = _command(record, op, actor, at=at, checks=checks)
    except _Held as held:
        return Settled(OpStatus.QUARANTINED, code=str(held))
    except _TurnedDown as turned_down:
        return Settled(OpStatus.REJECTED, code=str(turned_down))
    except ContentError as error:
        return Settled(OpStatus.QUARANTINED, code=error.code)
    return Settled(OpStatus.APPLIED, record=changed)


def _missing(op: Operation) -> Exception:
    return (
        _Held("unknown_record") if isinstance(op, Patch | Submit) else _TurnedDown("unknown_record")
    )


def _create(record: Record | None, op: Create, actor: Actor, *, at: str) -> Settled:
    if record is not None:
        raise _Held("exists")
    if op.record_type not in WRITTEN_TYPES:
        raise _Held("unknown_type")
    if op.schema_version > SCHEMA_VERSION:
        raise _Held("unknown_form")
    files = _kept_files(op.record_type, attachments.checked(op.attachments))
    parse_body(op.record_type, op.body)
    denied = may_write(actor, op.record_type, op.body)
    if denied:
        raise _Held(denied)
    made = Record(
        id=op.record_id,
        record_type=op.record_type,
        schema_version=op.schema_version,
        owner_officer_id=actor.officer_id,
        lpt_code=actor.lpt_code,
        neighbourhood_id=op.body.get("neighbourhood_id"),
        revision=0,
        review_status=ReviewStatus.DRAFT if op.record_type in ENTRY_TYPES else ReviewStatus.NONE,
        body=op.body,
        content_hash=content_hash(op.record_type, op.schema_version, op.body, files),
        created_at=op.claimed_at.isoformat(),
        received_at=at,
        attachments=files,
    )
    return Settled(OpStatus.APPLIED, record=with_event(made, op, actor, at=at))


def _patch(record: Record, op: Patch, actor: Actor, *, at: str) -> Settled:
    if record.deleted:
        raise _Held("deleted")
    if record.review_status == ReviewStatus.VOID:
        raise _Held("void")
    denied = may_patch(actor, record)
    if denied and not (denied == "not_owner" and only_settles(record, op, actor)):
        raise _Held(denied)
    body, conflicts = three_way(record, op, actor)
    parse_body(record.record_type, body)
    if body.get("lpt_code") != record.lpt_code:
        raise _Held("other_lpt")
    files = attachments.changed(record.shown_attachments, attach=op.attach, detach=op.detach)
    _kept_files(record.record_type, files)
    in_conflict = tuple(one["field"] for one in conflicts if one["op_id"] == op.op_id)
    if record.review_status == ReviewStatus.APPROVED:
        changed = _amended(record, body, files)
    else:
        changed = replace(
            record,
            body=body,
            content_hash=record.hash_of(body, files),
            attachments=files,
            neighbourhood_id=body.get("neighbourhood_id"),
        )
    changed = replace(changed, conflicts=conflicts)
    changed = with_event(changed, op, actor, at=at, more=met(record, op, body, in_conflict))
    status = OpStatus.CONFLICT if in_conflict else OpStatus.APPLIED
    return Settled(status, record=changed, fields=in_conflict)


def _kept_files(record_type: str, files: Json) -> Json:
    """R21: a person is written down, not photographed."""
    if files and record_type in PERSON_TYPES:
        raise _Held(attachments.BAD)
    return files


def _amended(record: Record, body: Json, files: Json) -> Record:
    """R28: the approved revision stands; the change waits for a decision of its own."""
    status = ReviewStatus.PENDING_REVIEW
    if record.amendment and record.amendment.review_status == ReviewStatus.RETURNED:
        status = ReviewStatus.RETURNED
    amendment = Amendment(
        amends=record.approved_revision or record.revision,
        body=body,
        content_hash=record.hash_of(body, files),
        review_status=status,
        decision=record.amendment.decision if record.amendment else None,
        attachments=files,
    )
    same = body == record.body and files == record.attachments
    return replace(record, amendment=None if same else amendment)


def _command(record: Record, op: Operation, actor: Actor, *, at: str, checks: _Checks) -> Record:
    if isinstance(op, Submit):
        changed = _submit(record, actor, at=at, submit_check=checks.submit)
    elif isinstance(op, Recall):
        changed = _recall(record, actor)
    elif isinstance(op, Delete):
        changed = _delete(record, actor)
    elif isinstance(op, Void):
        changed = _void(record, actor)
    elif isinstance(op, Decide):
        changed = _decide(record, op, actor, at=at, checks=checks)
    else:
        raise _Held("unknown_kind")
    if changed is record:
        return record
    return with_event(changed, op, actor, at=at)


def _submit(record: Record, actor: Actor, *, at: str, submit_check: SubmitCheck | None) -> Record:
    if record.deleted:
        raise _Held("deleted")
    if record.review_status == ReviewStatus.VOID:
        raise _Held("void")
    if not record.is_entry:
        raise _Held("not_reviewed")
    denied = may_patch(actor, record)
    if denied:
        raise _Held(denied)
    problem = submit_check(_as_shown(record)) if submit_check else None
    if problem:
        raise _Held(problem)
    amendment = record.amendment
    if amendment and amendment.review_status == ReviewStatus.RETURNED:
        pending = replace(amendment, review_status=ReviewStatus.PENDING_REVIEW)
        return replace(record, amendment=pending, submitted_at=at)
    if record.review_status in (ReviewStatus.DRAFT, ReviewStatus.RETURNED):
        return replace(record, review_status=ReviewStatus.PENDING_REVIEW, submitted_at=at)
    return record


def _as_shown(record: Record) -> Record:
    """The record with what its reader sees in the place of what was approved before."""
    return replace(record, body=record.shown_body, attachments=record.shown_attachments)


def _recall(record: Record, actor: Actor) -> Record:
    if record.deleted:
        raise _TurnedDown("deleted")
    denied = may_take_back(actor, record)
    if denied:
        raise _TurnedDown(denied)
    if record.review_status == ReviewStatus.APPROVED:
        raise _TurnedDown("approved_locked")
    if record.review_status == ReviewStatus.DRAFT:
        return record
    if record.review_status != ReviewStatus.PENDING_REVIEW:
        raise _TurnedDown("not_submitted")
    return replace(record, review_status=ReviewStatus.DRAFT)


def _delete(record: Record, actor: Actor) -> Record:
    denied = may_take_back(actor, record)
    if denied:
        raise _TurnedDown(denied)
    if record.deleted:
        return record
    if record.review_status in (ReviewStatus.APPROVED, ReviewStatus.VOID):
        raise _TurnedDown("approved_locked")
    return replace(record, deleted=True)


def _void(record: Record, actor: Actor) -> Record:
    if record.deleted:
        raise _TurnedDown("deleted")
    if not record.is_entry:
        raise _TurnedDown("forbidden")
    approved = record.review_status == ReviewStatus.APPROVED
    denied = may_decide(actor, record) if approved else may_take_back(actor, record)
    if denied:
        raise _TurnedDown(denied)
    if record.review_status == ReviewStatus.VOID:
        return record
    return replace(record, review_status=ReviewStatus.VOID, amendment=None)


def _decide(record: Record, op: Decide, actor: Actor, *, at: str, checks: _Checks) -> Record:
    """R25, R26, R27, in the order in which a refusal is most useful to read."""
    if record.deleted:
        raise _TurnedDown("deleted")
    denied = may_decide(actor, record)
    if denied:
        raise _TurnedDown(denied)
    if op.verdict == Verdict.RETURN and not op.reasons:
        raise _TurnedDown("reasons_required")
    if not record.awaits_decision:
        return _decided_before(record, op, actor)
    if op.content_hash != record.shown_hash:
        raise _TurnedDown("stale_revision")
    if record.conflicts:
        raise _TurnedDown("open_conflicts")
    lacking = _lacking(record, op, checks)
    if lacking:
        raise _TurnedDown(lacking)
    return _decided(record, op, actor, at=at)


def _lacking(record: Record, op: Decide, checks: _Checks) -> str | None:
    """Why the entry cannot be approved yet, as a code; a return may have that for its reason.

    What was changed after handing in has not met the rules of an entry yet.
    """
    if op.verdict == Verdict.RETURN:
        return None
    shown = _as_shown(record)
    if checks.arrived and not checks.arrived(shown):
        return "attachments_incomplete"
    return "incomplete" if checks.submit and checks.submit(shown) is not None else None


def _decided_before(record: Record, op: Decide, actor: Actor) -> Record:
    """The same decision of the same officer again changes nothing; any other comes too late."""
    last = (record.amendment.decision if record.amendment else None) or record.decision
    if record.review_status != ReviewStatus.VOID and last and _same(last, op, actor):
        return record
    raise _TurnedDown("already_decided")


def _same(last: Json, op: Decide, actor: Actor) -> bool:
    """True for the decision that was made, made once more; what another wrote is another one."""
    then = (last["by"], last["verdict"], last["content_hash"], last["reasons"], last["comments"])
    now = (actor.officer_id, op.verdict, op.content_hash, list(op.reasons), dict(op.comments))
    return then == now


def _decided(record: Record, op: Decide, actor: Actor, *, at: str) -> Record:
    decision: Json = {
        "verdict": op.verdict.value,
        "content_hash": op.content_hash,
        "by": actor.officer_id,
        "at": at,
        "claimed_at": op.claimed_at.isoformat(),
        "reasons": list(op.reasons),
        "comments": dict(op.comments),
    }
    if op.verdict == Verdict.RETURN:
        if record.amendment:
            returned = replace(
                record.amendment, review_status=ReviewStatus.RETURNED, decision=decision
            )
            return replace(record, amendment=returned)
        return replace(record, review_status=ReviewStatus.RETURNED, decision=decision)
    body = record.shown_body
    return replace(
        record,
        body=body,
        content_hash=record.shown_hash,
        attachments=record.shown_attachments,
        neighbourhood_id=body.get("neighbourhood_id"),
        amendment=None,
        review_status=ReviewStatus.APPROVED,
        approved_revision=record.revision + 1,
        decision=decision,
    )


def overlay(record: Record | None, ops: list[Operation], actor: Actor, *, at: str) -> Record | None:
    """What the tablet shows: what the centre said, with this officer's unsettled work on top.

    An operation that cannot be applied here is passed over: the centre decides, and its result is
    shown with the operation. A submitted entry shows as SUBMITTED until the centre has answered.
    """
    shown = record
    submitted = False
    for op in ops:
        step = settle(shown, op, actor, at=at)
        if step.record is not None:
            shown = step.record
            submitted = submitted or isinstance(op, Submit)
    if shown and submitted and shown.review_status == ReviewStatus.PENDING_REVIEW:
        shown = replace(shown, review_status=ReviewStatus.SUBMITTED)
    return shown
