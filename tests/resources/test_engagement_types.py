from __future__ import annotations

import json
from collections.abc import Callable

import pytest

import resources
from fieldapp.domain.bodies import Counts, EngagementBody
from resources import code_list
from resources import engagement_types as types_module
from resources.engagement_types import EngagementType, engagement_type, engagement_types
from ui.theme.icons import NAMES
from ui.views.looks import WORDS

ALL = list(engagement_types().values())


def test_every_type_the_documents_name_is_there() -> None:
    assert len(ALL) >= 39


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)
def test_a_type_carries_all_that_a_screen_and_a_rule_need(kind: EngagementType) -> None:
    assert kind.record_type in {"ENGAGEMENT", "RESIDENT_CONTACT"}
    assert kind.venue in {"REQUIRED", "OPTIONAL", "NONE"}
    assert kind.group in {item.label for item in code_list("engagement_group").items}
    assert set(kind.sections) <= code_list("entry_section").codes
    assert len(set(kind.sections)) == len(kind.sections)
    assert set(kind.counts) <= code_list("count_field").codes
    assert set(kind.default_segments) <= code_list("community_segment").codes
    assert kind.icon in NAMES or WORDS.get(kind.icon) in NAMES
    assert 5 <= kind.default_minutes <= 16 * 60
    assert kind.shows("when")
    assert kind.shows("routing")
    assert 3 <= len(kind.short_label) <= 24
    for phrase in kind.phrases:
        assert len(phrase) <= 60
    title = kind.title_for(place="The hall", neighbourhood="Glascote", lpt="Tamworth")
    assert title.startswith(kind.short_label + ", ")
    assert "{" not in title


def test_an_item_that_misses_something_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    document = json.loads(resources.read_text("lists/engagement_type.json"))
    del document["items"][4]["phrases"], document["items"][4]["open_to_public"]
    shipped: Callable[[str], str] = lambda _path: json.dumps(document)  # noqa: E731
    monkeypatch.setattr(resources, "read_text", shipped)
    resources.code_list.cache_clear()
    types_module.engagement_types.cache_clear()
    try:
        with pytest.raises(TypeError, match="MEET_COMMANDER: open_to_public, phrases missing"):
            engagement_types()
    finally:
        monkeypatch.undo()
        resources.code_list.cache_clear()
        types_module.engagement_types.cache_clear()


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)
def test_a_section_and_what_it_shows_agree(kind: EngagementType) -> None:
    assert not kind.shows("who_came") or kind.counts
    assert kind.shows("online") == (kind.group == "Online and print")
    assert kind.shows("person") == (kind.record_type == "RESIDENT_CONTACT")
    if kind.venue == "REQUIRED":
        assert kind.shows("where")
        assert kind.in_person
    if kind.s34_candidate is not False:
        assert kind.in_person
        assert kind.shows("people_present")
        assert kind.shows("outcome")


def test_the_count_fields_are_those_of_the_body() -> None:
    assert code_list("count_field").codes == set(Counts.model_fields)


def test_a_resident_contact_and_a_school_visit_are_never_open_to_the_public() -> None:
    assert all(not kind.open_to_public for kind in ALL if kind.record_type == "RESIDENT_CONTACT")
    assert not engagement_type("SCHOOL_VISIT").open_to_public


def test_a_patrol_has_no_advert_and_a_post_no_place() -> None:
    assert not engagement_type("HIGH_VIS_PATROL").public_advert
    post = engagement_type("SOCIAL_POST")
    assert not post.shows("where")
    assert not post.shows("who_came")
    assert post.shows("online")


def test_review_types_leave_the_section_34_answer_to_the_supervisor() -> None:
    undecided = {kind.code for kind in ALL if kind.s34_candidate is None}
    assert undecided >= {"PARISH_COUNCIL", "RESIDENTS_ASSOC", "WALK_AND_TALK"}
    certain = {kind.code for kind in ALL if kind.s34_candidate}
    assert certain >= {
        "DROP_IN",
        "PUBLIC_MEETING",
        "LCM",
        "ISSUE_MEETING",
        "MEET_COMMANDER",
        "LOCALITY_FORUM",
    }


def test_the_title_falls_back_to_the_next_wider_place() -> None:
    drop_in = engagement_type("DROP_IN")
    assert drop_in.title_for(place="Larkspur Precinct") == "Drop-in, Larkspur Precinct"
    assert drop_in.title_for(neighbourhood="Glascote") == "Drop-in, Glascote"
    assert drop_in.title_for(lpt="Tamworth") == "Drop-in, Tamworth"
    assert drop_in.title_for() == "Drop-in"


def test_a_place_with_braces_is_taken_as_words() -> None:
    assert engagement_type("DROP_IN").title_for(place="{type}") == "Drop-in, {type}"


def test_an_unknown_type_is_named_in_words() -> None:
    with pytest.raises(KeyError, match="no engagement type MIND_READING"):
        engagement_type("MIND_READING")


def test_the_body_has_a_place_for_everything_a_type_can_show() -> None:
    assert {"counts", "school", "online", "participants", "issues", "outcome"} <= set(
        EngagementBody.model_fields
    )
