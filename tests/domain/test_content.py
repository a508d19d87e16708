"""Canonical JSON and the content hash."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.content import canonical_json, content_hash
from fieldapp.domain.errors import ContentError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
scalars = st.none() | st.booleans() | st.integers(-(2**63) + 1, 2**63 - 1) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"b": 1, "a": "x"}, '{"a":"x","b":1}'),
        ({"a": [True, None, "\u00e9"]}, '{"a":[true,null,"\u00e9"]}'),
        ({"name": "Cafe\u0301"}, '{"name":"Caf\u00e9"}'),
        ({}, "{}"),
    ],
)
def test_every_value_has_one_spelling(value: object, text: str) -> None:
    assert canonical_json(value) == text


@given(values)
def test_reading_back_and_writing_again_changes_nothing(value: object) -> None:
    once = canonical_json(value)
    assert canonical_json(json.loads(once)) == once


@given(st.dictionaries(texts, scalars, max_size=5))
def test_the_order_of_fields_does_not_matter(body: dict[str, object]) -> None:
    turned = dict(reversed(list(body.items())))
    assert content_hash("ENGAGEMENT", 1, body) == content_hash("ENGAGEMENT", 1, turned)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"lat": 52.6}, "not_canonical"),
        ({"n": 2**63}, "number_too_large"),
        ({"text": "\ud800"}, "not_canonical"),
        ({1: "x"}, "not_canonical"),
    ],
)
def test_what_machines_spell_differently_cannot_be_stored(value: object, code: str) -> None:
    with pytest.raises(ContentError) as caught:
        canonical_json(value)
    assert caught.value.code == code


def test_nesting_has_a_limit() -> None:
    deep: object = "x"
    for _ in range(40):
        deep = [deep]
    with pytest.raises(ContentError, match="nested too deeply"):
        canonical_json(deep)


def test_the_hash_names_form_version_fields_and_attachments() -> None:
    body = {"title": "Drop-in"}
    first = content_hash("ENGAGEMENT", 1, body)
    assert first == "3c05f78a4b6b16d835de8274d946df17d54ae7fcfdc8bd473ca199040c5a68dd"
    others = [
        content_hash("RESIDENT_CONTACT", 1, body),
        content_hash("ENGAGEMENT", 2, body),
        content_hash("ENGAGEMENT", 1, {"title": "Drop-in."}),
        content_hash("ENGAGEMENT", 1, body, {"a": {"size": 1}}),
    ]
    assert len({first, *others}) == 5
