from __future__ import annotations

from typing import Any

import pytest

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.codes import RecordType
from fieldapp.domain.rules.known_codes import unknown_codes
from fieldapp.domain.rules.shape import read_body, shape_problems


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"counts": {"adults": 5001}}, "counts.adults", "This must be 5,000 or less."),
        ({"counts": {"adults": -1}}, "counts.adults", "This must be 0 or more."),
        ({"counts": {"adults": "many"}}, "counts.adults", "Enter a whole number."),
        (
            {"qualitative": "x" * 8001},
            "qualitative",
            "This is too long: at most 8,000 characters fit.",
        ),
        ({"started_at": "tomorrow"}, "started_at", "This is not a day and a time."),
        (
            {"started_at": "2026-11-19T10:47:00"},
            "started_at",
            "This time does not say how far it is from UTC.",
        ),
        ({"in_person": "perhaps"}, "in_person", "Answer yes or no."),
        ({"issues": {}}, "issues", "This must be a list."),
        ({"venue": []}, "venue", "This must be a group of answers."),
        (
            {"issues": [{"id": "i7", "category": "ASB", "summary": "x" * 301}]},
            "issues.i7.summary",
            "This is too long: at most 300 characters fit.",
        ),
        ({"issues": [{"category": "ASB"}]}, "issues.0.id", "This is needed."),
        (
            {"participants": [{"officer_id": "of-0005", "role_at_time": 7}]},
            "participants.of-0005.role_at_time",
            "Enter words here.",
        ),
        (
            {"school": {"urn": "12"}},
            "school.urn",
            "This is not written the way it has to be.",
        ),
    ],
)
def test_an_answer_of_the_wrong_shape_is_named_in_words(
    body: dict[str, Any], field: str, words: str
) -> None:
    (problem,) = shape_problems(RecordType.ENGAGEMENT, body)
    assert (problem.field, problem.words, problem.blocking) == (field, words, True)


def test_a_body_of_the_right_shape_is_read_and_unknown_fields_are_kept() -> None:
    body, problems = read_body(RecordType.ENGAGEMENT, {"title": "Drop-in", "from_v9": [1]})
    assert problems == ()
    assert isinstance(body, EngagementBody)
    assert body.to_json() == {"title": "Drop-in", "from_v9": [1]}


def test_no_pydantic_message_reaches_the_screen() -> None:
    body = {"sentiment": 9, "venue": {"lat": "north"}, "person_id": 4, "participants": 3}
    for problem in shape_problems(RecordType.ENGAGEMENT, body):
        assert problem.words.endswith(".")
        assert "input" not in problem.words.lower()


def test_known_choices_pass() -> None:
    body = EngagementBody(outcome="HELD", participation_level="CONSULT", channel="PHONE")
    assert unknown_codes(body) == ()
