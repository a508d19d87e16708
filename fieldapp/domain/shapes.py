"""How two people's changes to a value are joined: read off the body's model, or off the value.

A field is one answer unless something says otherwise: a list of parts with a ``KEY`` is joined part
by part and field by field, any other list by what was put in and taken out, a part that is not
``WHOLE`` field by field. A field this version does not know is joined by its look: a list of
objects with an ``id`` by that, a list of different texts as a set, anything else as one answer.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from fieldapp.domain.bodies import (
    BODY_MODELS,
    NOTES_LIMIT,
    SUMMARY_LIMIT,
    Body,
    Notes,
    Part,
    Summary,
)
from fieldapp.domain.codes import RecordType

Value = Any
"""Any JSON value; ``None`` is an empty field, which a body does not hold."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer: two changes of it meet."""

    prose: int = 0
    """Most characters, where it is prose that two can have written one after the other."""


@dataclass(frozen=True, slots=True)
class Fields:
    """An object whose fields are joined each on its own."""

    shapes: Mapping[str, Shape] = field(default_factory=dict)
    together: frozenset[str] = frozenset()
    """Names of those that only make sense together."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A list of objects, each known by the text under ``key``."""

    key: str
    shape: Fields


@dataclass(frozen=True, slots=True)
class Members:
    """A list whose order says nothing: what was put in and taken out is all that counts."""


Shape = Answer | Fields | Parts | Members

_ANSWER, _MEMBERS = Answer(), Members()
_LONGEST = 64
"""Longest name or key that a path holds; a longer one is joined with what it is in."""
_BY_LOOK = Parts("id", Fields())


@cache
def body_shape(record_type: str) -> Fields:
    """The shape of a body; that of an unknown type knows no field."""
    try:
        return _of_model(BODY_MODELS[RecordType(record_type)])
    except (ValueError, KeyError):
        return Fields()


def shape_of(shapes: Fields, name: str, *values: Value) -> Shape:
    """The shape by which these values of a field can be joined; one answer where they do not fit.

    Args:
        shapes: of the object the field is in.
        name: of the field.
        values: all that are to be joined; ``None`` where there is none.
    """
    held = [value for value in values if value is not None]
    known = shapes.shapes.get(name)
    for shape in (known,) if known is not None else (_BY_LOOK, _MEMBERS):
        if all(_fits(shape, value, known=known is not None) for value in held):
            return shape
    return _ANSWER


def _fits(shape: Shape, value: Value, *, known: bool) -> bool:
    if isinstance(shape, Fields):
        return isinstance(value, dict)
    if isinstance(shape, Answer):
        return True
    if not isinstance(value, list):
        return False
    if isinstance(shape, Parts):
        return _keyed(shape.key, value)
    texts = known or all(isinstance(member, str) for member in value)
    return texts and len({text_of(member) for member in value}) == len(value)


def _keyed(key: str, parts: list[Value]) -> bool:
    """True when each is an object with a key of its own, and every name fits into a path."""
    if not all(isinstance(part, dict) for part in parts):
        return False
    keys = [part.get(key) for part in parts]
    names = {name for part in parts for name in part}
    return (
        all(isinstance(one, str) and 0 < len(one) <= _LONGEST for one in keys)
        and len({*keys}) == len(keys)
        and all(len(name) <= _LONGEST for name in names)
    )


def text_of(value: Value) -> str:
    """Text by which equal JSON values are known; a number is never a yes or a no."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def same(one: Value, other: Value) -> bool:
    """True when the two are the same JSON value."""
    return bool(one == other) and (
        isinstance(one, str) or one is None or text_of(one) == text_of(other)
    )


def _of_model(model: type[Body]) -> Fields:
    together = model.TOGETHER if issubclass(model, Part) else frozenset()
    named = {name: _of_type(info.annotation) for name, info in model.model_fields.items()}
    return Fields(named, together)


def _of_type(annotation: Any) -> Shape:  # noqa: ANN401 - a type as pydantic gives it
    origin = get_origin(annotation)
    if annotation in (Notes, Summary):
        return Answer(NOTES_LIMIT if annotation == Notes else SUMMARY_LIMIT)
    if origin is Annotated:
        return _of_type(get_args(annotation)[0])
    if origin in (Union, types.UnionType):
        (inner,) = (arg for arg in get_args(annotation) if arg is not type(None))
        return _of_type(inner)
    if origin is list:
        (item,) = get_args(annotation)
        keyed = isinstance(item, type) and issubclass(item, Part) and item.KEY
        return Parts(item.KEY, _of_model(item)) if keyed else _MEMBERS
    if isinstance(annotation, type) and issubclass(annotation, Part) and not annotation.WHOLE:
        return _of_model(annotation)
    return _ANSWER
