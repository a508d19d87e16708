"""Answers that do not even have the right shape, told in words and by field."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import ValidationError

from fieldapp.domain.bodies import BODY_MODELS, Body
from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.rules.problem import Problem

_WORDS: Mapping[str, str] = {
    "string_too_long": "This is too long: at most {max_length:,} characters fit.",
    "greater_than_equal": "This must be {ge:,} or more.",
    "less_than_equal": "This must be {le:,} or less.",
    "int_parsing": "Enter a whole number.",
    "int_type": "Enter a whole number.",
    "int_from_float": "Enter a whole number.",
    "string_type": "Enter words here.",
    "string_pattern_mismatch": "This is not written the way it has to be.",
    "bool_type": "Answer yes or no.",
    "bool_parsing": "Answer yes or no.",
    "datetime_from_date_parsing": "This is not a day and a time.",
    "datetime_parsing": "This is not a day and a time.",
    "datetime_type": "This is not a day and a time.",
    "datetime_object_invalid": "This is not a day and a time.",
    "timezone_aware": "This time does not say how far it is from UTC.",
    "missing": "This is needed.",
    "list_type": "This must be a list.",
    "model_type": "This must be a group of answers.",
    "extra_forbidden": "This is not known here.",
}
_OTHERWISE = "This answer does not fit its question."


def shape_problems(record_type: RecordType, body: Json) -> tuple[Problem, ...]:
    """What keeps a JSON body from being read as its typed model; empty when nothing does."""
    return read_body(record_type, body)[1]


def read_body(record_type: RecordType, body: Json) -> tuple[Body | None, tuple[Problem, ...]]:
    """The typed body, or every field of the wrong shape with words for the officer."""
    try:
        return BODY_MODELS[record_type].model_validate(body), ()
    except ValidationError as error:
        return None, tuple(
            Problem(
                field=_path(body, item["loc"]),
                code=item["type"],
                words=_words(item["type"], item.get("ctx", {})),
            )
            for item in error.errors(include_input=False, include_url=False)
        )


def _words(code: str, context: Mapping[str, object]) -> str:
    return _WORDS.get(code, _OTHERWISE).format_map(dict(context))


def _path(body: object, location: tuple[int | str, ...]) -> str:
    """Path of a field, with an element's own key in place of its number."""
    parts: list[str] = []
    here = body
    for step in location:
        here = _step(here, step)
        key = here.get("id", here.get("officer_id")) if isinstance(here, Mapping) else None
        parts.append(str(key if isinstance(step, int) and key else step))
    return ".".join(parts)


def _step(here: object, step: int | str) -> object:
    if isinstance(here, Mapping):
        return here.get(step)
    if isinstance(here, list) and isinstance(step, int) and step < len(here):
        return here[step]
    return None
