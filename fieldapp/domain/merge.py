"""Joins two people's changes field by field, and keeps both where they meet."""

from __future__ import annotations

from typing import Any

from fieldapp.domain.content import Json
from fieldapp.domain.operations import Patch
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record


def three_way(record: Record, op: Patch, actor: Actor) -> tuple[Json, tuple[Json, ...]]:
    """The body after a patch, and the conflicts then open.

    The patch brings the value each change was made against, so no older revision is needed. Where
    the centre holds another value by now, that one stays and the new one is kept as a conflict.
    """
    now = record.shown_body
    body = dict(now)
    settled = set(op.resolves)
    conflicts: list[Json] = []
    for name, change in sorted(op.changes.items()):
        current = now.get(name)
        if current in (change.from_, change.to):
            settled.add(name)
            _put(body, name, change.to)
            continue
        conflicts.append(
            {
                "field": name,
                "base": change.from_,
                "centre": current,
                "mine": change.to,
                "op_id": op.op_id,
                "by": actor.officer_id,
            }
        )
    fresh = {conflict["field"] for conflict in conflicts}
    kept = [
        old
        for old in record.conflicts
        if old["field"] not in settled
        and not (old["by"] == actor.officer_id and old["field"] in fresh)
    ]
    return body, (*kept, *conflicts)


def _put(body: Json, name: str, value: Any) -> None:  # noqa: ANN401 - any JSON value
    if value is None:
        body.pop(name, None)
    else:
        body[name] = value
