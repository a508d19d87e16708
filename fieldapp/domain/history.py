"""The history of a record: one event for each revision, without its content."""

from __future__ import annotations

from dataclasses import replace

from fieldapp.domain.content import Json
from fieldapp.domain.operations import Decide, Operation, Patch, Submit, Void
from fieldapp.domain.permissions import Actor, participants
from fieldapp.domain.records import Record


def with_event(
    record: Record, op: Operation, actor: Actor, *, at: str, more: Json | None = None
) -> Record:
    """The record one revision on, with what its history says of it.

    Args:
        record: its new state.
        op: what was done.
        actor: by whom.
        at: time of receipt.
        more: what else is to be told of it.
    """
    event: Json = {
        "revision": record.revision + 1,
        "kind": op.kind,
        "by": actor.officer_id,
        "at": at,
        "claimed_at": op.claimed_at.isoformat(),
    }
    if isinstance(op, Patch):
        fields = [*sorted(op.changes), *(["attachments"] if op.attach or op.detach else [])]
        event |= {"fields": fields} if fields else {}
    event |= more or {}
    if isinstance(op, Decide):
        event |= {
            "verdict": op.verdict.value,
            "reasons": list(op.reasons),
            "comments": dict(op.comments),
        }
    if isinstance(op, Void):
        event["reason"] = op.reason
    if record.submitted_at and record.is_entry and isinstance(op, Submit | Patch):
        event["present"] = sorted(participants(record.shown_body))
    return replace(record, revision=record.revision + 1, history=(*record.history, event))
