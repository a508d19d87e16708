"""Joins two people's changes to a record, and keeps both where they meet."""

from __future__ import annotations

from collections.abc import Iterable

from fieldapp.domain.content import Json
from fieldapp.domain.joining import (
    Meeting,
    field_of,
    join,
    path_of,
    top_of,
    value_at,
    with_value,
)
from fieldapp.domain.operations import Patch
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record
from fieldapp.domain.shapes import Value, same


def three_way(record: Record, op: Patch, actor: Actor) -> tuple[Json, tuple[Json, ...]]:
    """The body after a patch, and the conflicts then open.

    The patch brings the value each change was made against, so no older revision is needed. Where
    the centre holds another value by now, that one stays and the new one is kept as a conflict.

    A conflict ends when a patch settles it whose author had seen it, when its author writes over
    what was kept of theirs, or when both versions have become the same. It says what the record
    shows (``centre``, by ``centre_by`` at ``centre_at``), what is kept beside it (``mine``, by
    ``by`` at ``at``), what both began with (``base``), which operation met it (``op_id``) and at
    which revision of the record.
    """
    before = record.shown_body
    body = dict(before)
    fresh: list[Json] = []
    for name, change in sorted(op.changes.items()):
        joined, met = join(
            record.record_type, name, base=change.from_, now=before.get(name), to=change.to
        )
        body = {key: value for key, value in body.items() if key != name}
        if joined is not None:
            body[name] = joined
        fresh += [_conflict(record, op, actor, one) for one in met]
    kept = [
        told
        for old in record.conflicts
        if not _settles(op, old) and not _written_over(record, op, actor, old)
        if (told := _as_it_is_now(record, op, actor, old, body)) is not None
    ]
    return body, (*kept, *(one for one in fresh if not _known(one, kept)))


def _conflict(record: Record, op: Patch, actor: Actor, met: Meeting) -> Json:
    mine = {"by": actor.officer_id, "at": op.claimed_at.isoformat()}
    theirs = last_change(record, top_of(met.field))
    shown, beside = (mine, theirs) if met.revived else (theirs, mine)
    return {
        "field": met.field,
        "base": met.base,
        "centre": met.centre,
        "mine": met.other,
        "op_id": op.op_id,
        "revision": record.revision + 1,
        **beside,
        **_shown_by(shown),
    }


def _shown_by(who: Json) -> Json:
    return {"centre_by": who["by"], "centre_at": who["at"]}


def met(record: Record, op: Patch, body: Json, in_conflict: tuple[str, ...]) -> Json:
    """What the history says of a patch beside its fields, in names of fields and no words.

    Args:
        record: as it was.
        op: the patch.
        body: after it.
        in_conflict: fields in which it met another change.

    Returns:
        ``merged`` where it was made without sight of another change and meets none of it;
        ``conflicts`` with the fields in which it does; ``settled`` with the choices it made.
    """
    told: Json = {}
    if in_conflict:
        told["conflicts"] = list(in_conflict)
    elif any(
        event.get("kind") == "patch" and event["revision"] > op.base_revision
        for event in record.history
    ):
        told["merged"] = True
    settled = [_choice(record, old, body) for old in record.conflicts if _settles(op, old)]
    return {**told, "settled": settled} if settled else told


def _choice(record: Record, old: Json, body: Json) -> Json:
    """Whose words were kept.

    ``centre`` is what the record showed, ``mine`` what was kept beside it, and ``both`` anything
    else, which was written with both in sight.
    """
    now = value_at(record.record_type, body, old["field"])
    then = value_at(record.record_type, record.shown_body, old["field"])
    kept = "mine" if same(now, old["mine"]) else "centre" if same(now, then) else "both"
    return {
        "field": old["field"],
        "kept": kept,
        "by": old["by"],
        "centre_by": old.get("centre_by", record.owner_officer_id),
    }


def only_settles(record: Record, op: Patch, actor: Actor) -> bool:
    """True when a patch does nothing but choose between versions of which its author wrote one."""
    wrote = {
        old["field"]
        for old in record.conflicts
        if actor.officer_id in (old["by"], old.get("centre_by"))
    }
    if not op.resolves or not wrote.issuperset(op.resolves) or op.attach or op.detach:
        return False
    return all(_only_at(record.record_type, name, op) for name in op.changes)


def _only_at(record_type: str, name: str, op: Patch) -> bool:
    """True when a field changes nowhere but where the patch settles something."""
    change = op.changes[name]
    old, new = ({} if value is None else {name: value} for value in (change.from_, change.to))
    for field in op.resolves:
        if top_of(field) == name:
            old = with_value(record_type, old, field, value_at(record_type, new, field))
    return same(old, new)


def last_change(record: Record, name: str) -> Json:
    """Who last changed a field of the body, and when by their tablet (``by``, ``at``)."""
    for event in reversed(record.history):
        if event.get("kind") == "create" or name in (event.get("fields") or ()):
            return {"by": event.get("by"), "at": event.get("claimed_at")}
    return {"by": record.owner_officer_id, "at": record.created_at}


def _settles(op: Patch, old: Json) -> bool:
    """Only what its author can have seen: another version may have come in meanwhile."""
    return old["field"] in op.resolves and old.get("revision", 0) <= op.base_revision


def _written_over(record: Record, op: Patch, actor: Actor, old: Json) -> bool:
    """True when the author of a kept value has gone on from it: what they wrote stands for it."""
    change = op.changes.get(top_of(old["field"]))
    if change is None or old["by"] != actor.officer_id:
        return False
    was, now = (
        value_at(record.record_type, {top_of(old["field"]): value}, old["field"])
        for value in (change.from_, change.to)
    )
    return same(was, old["mine"]) and not same(was, now)


def _as_it_is_now(record: Record, op: Patch, actor: Actor, old: Json, body: Json) -> Json | None:
    """A conflict that stays open, with what the record shows now; ``None`` when it is over."""
    now = value_at(record.record_type, body, old["field"])
    then = value_at(record.record_type, record.shown_body, old["field"])
    if same(now, then):
        return old
    told = {**old, "centre": now, **_shown_by({"by": actor.officer_id, "at": _at(op)})}
    if now is None:
        told = _widened(record, told, body)
    return None if same(told["centre"], told["mine"]) else told


def _widened(record: Record, old: Json, body: Json) -> Json:
    """What was kept of a part that is gone now is kept as the whole part."""
    path = path_of(old["field"])
    for length in range(1, len(path)):
        part = field_of(path[:length])
        before = value_at(record.record_type, record.shown_body, part)
        if value_at(record.record_type, body, part) is None and isinstance(before, dict):
            whole = {part: before}
            mine = _inside(record.record_type, part, before, old)
            return {**old, "field": part, "base": whole[part], "mine": mine}
    return old


def _inside(record_type: str, part: str, before: Json, old: Json) -> Value:
    body = with_value(record_type, {}, part, before)
    return value_at(record_type, with_value(record_type, body, old["field"], old["mine"]), part)


def _known(one: Json, kept: Iterable[Json]) -> bool:
    return any(
        (old["field"], old["by"]) == (one["field"], one["by"]) and same(old["mine"], one["mine"])
        for old in kept
    )


def _at(op: Patch) -> str:
    return op.claimed_at.isoformat()
