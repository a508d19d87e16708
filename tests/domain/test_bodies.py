"""What the typed bodies take as a time, and how they give it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, get_type_hints

import pytest
from pydantic import BaseModel, ValidationError

from fieldapp.domain import bodies
from fieldapp.domain.bodies import Body, FollowUpBody, Moment, parse_body
from fieldapp.domain.errors import ContentError
from fieldapp.domain.times import Captured, known_moment

ODD = (
    1_700_000_000,
    1_700_000_000.5,
    "1700000000",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "1969-12-31T23:59:59+00:00",
    "2201-01-01T00:00:00+00:00",
    "2026-03-18T10:00:00",
    "2026-03-18",
    "soon",
    True,
    ["2026-03-18T10:00:00+00:00"],
    datetime(2026, 3, 18, 10),  # noqa: DTZ001 - the case
)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_a_time_is_text_with_an_offset_in_a_year_somebody_can_mean(odd: Any) -> None:
    with pytest.raises(ContentError) as caught:
        parse_body("FOLLOW_UP", {"due_at": odd})
    assert caught.value.code == "invalid"
    assert known_moment(odd) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("2026-03-18T10:00:00+00:00", "2026-03-18T10:00:00Z"),
        ("2026-07-18T10:00:00+01:00", "2026-07-18T10:00:00+01:00"),
        ("1970-01-01T00:00:00+14:00", "1970-01-01T00:00:00+14:00"),
        ("2200-12-31T23:59:59-14:00", "2200-12-31T23:59:59-14:00"),
    ],
)
def test_a_time_keeps_its_offset(text: str, kept: str) -> None:
    assert parse_body("FOLLOW_UP", {"due_at": text}).to_json() == {"due_at": kept}
    assert Captured.parse(text).to_text() == text


def test_our_own_code_may_hand_over_a_time_as_it_is() -> None:
    at = datetime(2026, 3, 18, 10, tzinfo=UTC)
    assert FollowUpBody(due_at=at).due_at == at


def _times(model: type[BaseModel]) -> Iterator[tuple[type[BaseModel], str]]:
    for name, hint in get_type_hints(model, include_extras=True).items():
        if "datetime" in str(hint).lower():
            yield model, name


def test_every_time_in_a_body_is_checked_this_way() -> None:
    models = {m for m in vars(bodies).values() if isinstance(m, type) and issubclass(m, Body)}
    found = [pair for model in models for pair in _times(model)]
    assert len(found) > 15
    for model, name in found:
        with pytest.raises(ValidationError) as caught:
            model.model_validate({name: 1_700_000_000})
        assert (name, "datetime_type") in {
            (error["loc"][0], error["type"]) for error in caught.value.errors()
        }


class _Held(BaseModel):
    at: Moment


def test_the_moment_stands_alone() -> None:
    assert _Held.model_validate({"at": "2026-03-18T10:00Z"}).at == datetime(
        2026, 3, 18, 10, tzinfo=UTC
    )


@pytest.mark.parametrize("text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_at_the_very_end_of_the_calendar_is_no_time(text: str) -> None:
    with pytest.raises(ContentError) as caught:
        Captured.parse(text)
    assert caught.value.code == "bad_time"
