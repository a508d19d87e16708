"""Joins a change with what is there now, part by part, and says where the two meet.

A *field* of a conflict is a path: names and element keys joined by ``/`` (in them ``~`` is written
``~0`` and ``/`` is written ``~1``, as in JSON Pointer): ``qualitative``, ``counts/adults``,
``issues/0199f0a2-…/mentions``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fieldapp.domain.content import Json
from fieldapp.domain.shapes import (
    Answer,
    Fields,
    Members,
    Parts,
    Shape,
    Value,
    body_shape,
    same,
    shape_of,
    text_of,
)

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two changes of one value.

    ``centre`` stays in the body and ``other`` is kept beside it; ``revived`` where the change is
    what stayed and the removal, which came first, is what is kept beside it.
    """

    field: str
    base: Value
    centre: Value
    other: Value
    revived: bool = False


@dataclass(frozen=True, slots=True)
class _Three:
    """What was there before, what is there now, and what the change makes of it."""

    base: Value
    now: Value
    to: Value

    def at(self, name: str) -> _Three:
        """The same of one field."""
        return _Three(*(_object(value).get(name) for value in (self.base, self.now, self.to)))


def join(
    record_type: str, name: str, *, base: Value, now: Value, to: Value
) -> tuple[Value, tuple[Meeting, ...]]:
    """What a field of a body holds after a change, and where the change met another one.

    Args:
        record_type: code of the record type.
        name: of the field.
        base: the value the change was made against.
        now: the value there is.
        to: the value the change made.
    """
    met: list[Meeting] = []
    joined = _join(body_shape(record_type), (name,), _Three(base, now, to), met)
    return joined, tuple(met)


def field_of(path: Iterable[str]) -> str:
    """The path as text."""
    return "/".join(part.replace("~", "~0").replace("/", "~1") for part in path)


def path_of(field: str) -> Path:
    """The path that a text names."""
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in field.split("/"))


def top_of(field: str) -> str:
    """The field of the body that a path is in."""
    return path_of(field)[0]


# ------------------------------------------------------------------------- joining


def _join(shapes: Fields, path: Path, three: _Three, met: list[Meeting]) -> Value:
    base, now, to = three.base, three.now, three.to
    if same(now, base) or same(now, to):
        return to
    if same(base, to):
        return now
    shape = shape_of(shapes, path[-1], base, now, to)
    if isinstance(shape, Members):
        return _members(three) or None
    if isinstance(shape, Parts):
        return _parts(shape, path, three, met) or None
    if isinstance(shape, Fields):
        return _fields(shape, path, three, met) or None
    met.append(Meeting(field_of(path), base, now, to))
    return now


def _members(three: _Three) -> list[Value]:
    before, after = _texts(three.base), _texts(three.to)
    kept = [one for one in three.now or () if text_of(one) not in before - after]
    there = _texts(kept)
    fresh = [one for one in three.to or () if text_of(one) not in before | there]
    return [*kept, *fresh]


def _texts(members: list[Value] | None) -> set[str]:
    return {text_of(member) for member in members or ()}


def _fields(shape: Fields, path: Path, three: _Three, met: list[Meeting]) -> Json:
    names = dict.fromkeys(
        name for value in (three.now, three.to, three.base) for name in _object(value)
    )
    torn = shape.together if _torn(shape.together, three) else frozenset()
    joined = _filled(
        (
            name,
            _object(three.now).get(name)
            if name in torn
            else _join(shape, (*path, name), three.at(name), met),
        )
        for name in names
    )
    if torn:
        other = _filled({**joined, **_those(torn, three.to)}.items())
        met.append(Meeting(field_of(path), three.base, joined, other))
    return joined


def _torn(names: frozenset[str], three: _Three) -> bool:
    """True when both changed what only makes sense together, and not to the same."""
    base, now, to = (_those(names, value) for value in (three.base, three.now, three.to))
    return not (same(now, base) or same(now, to) or same(base, to))


def _those(names: frozenset[str], value: Value) -> Json:
    return {name: _object(value).get(name) for name in sorted(names)}


def _filled(items: Iterable[tuple[str, Value]]) -> Json:
    return {name: value for name, value in items if value is not None}


def _parts(shape: Parts, path: Path, three: _Three, met: list[Meeting]) -> list[Json]:
    base, now, to = (_by_key(shape.key, value) for value in (three.base, three.now, three.to))
    joined = (
        _part(shape, (*path, key), _Three(base.get(key), now.get(key), to.get(key)), met)
        for key in dict.fromkeys([*now, *to])
    )
    return [part for part in joined if part is not None]


def _part(shape: Parts, path: Path, three: _Three, met: list[Meeting]) -> Json | None:
    base, now, to = three.base, three.now, three.to
    if base is not None and (now is None or to is None):
        return _changed_or_gone(path, three, met)
    if now is None or to is None:
        found: Json | None = to if now is None else now  # put in by one of the two
        return found
    return _fields(shape.shape, path, three, met)


def _changed_or_gone(path: Path, three: _Three, met: list[Meeting]) -> Json | None:
    """One of the two took the part out: what the other changed in it survives, and is told."""
    left: Json | None = three.now if three.to is None else three.to
    if left is None or same(left, three.base):
        return None
    met.append(Meeting(field_of(path), three.base, left, None, revived=three.now is None))
    return left


def _object(value: Value) -> Json:
    return value if isinstance(value, dict) else {}


def _by_key(key: str, parts: list[Json] | None) -> dict[str, Json]:
    return {part[key]: part for part in parts or ()}


# ------------------------------------------------------------------ one value in a body


def value_at(record_type: str, body: Json, field: str) -> Value:
    """The value a path names; ``None`` where there is none."""
    return _find(body_shape(record_type), body, path_of(field))


def _find(shapes: Fields, holder: Json, path: Path) -> Value:
    name, rest = path[0], path[1:]
    held: Value = holder.get(name)
    shape = shape_of(shapes, name, held)
    if rest and isinstance(shape, Parts):
        held, shape, rest = _by_key(shape.key, held).get(rest[0]), shape.shape, rest[1:]
    if not rest:
        return held
    return _find(shape, _object(held), rest) if isinstance(shape, Fields) else None


def prose_limit(record_type: str, field: str) -> int:
    """Most characters of a prose answer; 0 where a path names anything else."""
    shape: Shape = body_shape(record_type)
    steps = list(path_of(field))
    while steps:
        if isinstance(shape, Parts):
            shape = shape.shape
            steps.pop(0)
        elif isinstance(shape, Fields):
            shape = shape.shapes.get(steps.pop(0), _NOT_PROSE)
        else:
            return 0
    return shape.prose if isinstance(shape, Answer) else 0


_NOT_PROSE = Answer()


def with_value(record_type: str, body: Json, field: str, value: Value) -> Json:
    """The body with another value where a path says; ``None`` takes out what is there."""
    return _put(body_shape(record_type), body, path_of(field), value)


def _put(shapes: Fields, holder: Json, path: Path, value: Value) -> Json:
    name, rest = path[0], path[1:]
    if rest:
        value = _put_inside(shapes, name, holder.get(name), rest, value)
    if value is None:
        return {one: held for one, held in holder.items() if one != name}
    return {**holder, name: value}


def _put_inside(shapes: Fields, name: str, held: Value, path: Path, value: Value) -> Value:
    shape = shape_of(shapes, name, held)
    if isinstance(shape, Fields):
        return _put(shape, _object(held), path, value) or None
    if not isinstance(shape, Parts):
        return held  # no longer of the shape it had when the path was made
    key, rest = path[0], path[1:]
    parts = _by_key(shape.key, held)
    part: Value = value
    if rest:
        part = _put(shape.shape, parts.get(key, {shape.key: key}), rest, value)
    if part is None:
        parts.pop(key, None)
    else:
        parts[key] = part
    return list(parts.values()) or None
