from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import resources
from fieldapp.domain.codes import Outcome, Rag, RecordType, ReviewStatus, Role
from resources import code_list, code_list_names

LISTS = Path(resources.__file__).parent / "lists"
EVERY_LIST = sorted(code_list_names())
REFERENCE_LISTS = [
    "record_type",
    "engagement_type",
    "issue_category",
    "asb_qualifier",
    "review_status",
    "return_reason",
    "plan_item_status",
    "cancel_reason",
    "advert_channel",
    "contact_channel",
    "handout_type",
    "community_segment",
    "community_kind",
    "participation_level",
    "officer_role",
    "app_role",
    "partner_type",
    "consent_status",
    "consent_purpose",
    "lawful_basis",
    "processing_regime",
    "gsc_marking",
    "mopi_group",
    "audit_action",
    "self_defined_ethnicity",
    "ns_reason",
    "officer_observed_ethnicity",
    "search_type",
    "search_object",
    "search_outcome",
    "gowisely",
    "misper_risk",
    "da_risk",
    "school_phase",
    "key_stage",
    "visit_purpose",
    "session_topic",
    "sara_stage",
    "prevention_tier",
    "strategy_strand",
    "npg_pillar",
    "abstraction_reason",
    "rag",
    "lpt",
]


def test_all_lists_of_the_reference_are_shipped() -> None:
    assert set(REFERENCE_LISTS) <= set(EVERY_LIST)
    assert len(REFERENCE_LISTS) == 44


@pytest.mark.parametrize("name", EVERY_LIST)
def test_a_list_names_its_source_and_how_far_to_trust_it(name: str) -> None:
    found = code_list(name)
    assert found.name == name
    assert found.source.strip()
    assert found.confidence in {"document", "verified", "known", "design", "mixed"}
    assert found.items


@pytest.mark.parametrize("name", EVERY_LIST)
def test_labels_are_short_sentence_case_words_fit_for_a_chip(name: str) -> None:
    for item in code_list(name).items:
        assert 1 <= len(item.label) <= 42, item
        assert item.label == item.label.strip()
        assert not re.search(r" / | - |\(.*\bseed\b|  |;$|\.$", item.label), item
        first = item.label[0]
        assert first.isupper() or first.isdigit() or first == '"', item


@pytest.mark.parametrize("name", EVERY_LIST)
def test_codes_are_unique_and_labels_too(name: str) -> None:
    raw = json.loads((LISTS / f"{name}.json").read_text(encoding="utf-8"))
    codes = [item["code"] for item in raw["items"]]
    labels = [item["label"] for item in raw["items"]]
    assert len(set(codes)) == len(codes)
    assert len(set(labels)) == len(labels)


def test_an_unknown_list_is_named_in_words() -> None:
    with pytest.raises(KeyError, match="no code list called nonsense"):
        code_list("nonsense")


def test_a_list_cannot_be_asked_for_by_a_path() -> None:
    with pytest.raises(KeyError, match="no code list called"):
        code_list("../reference/settings")


def test_an_unknown_code_is_named_in_words() -> None:
    with pytest.raises(KeyError, match="rag has no code PURPLE"):
        code_list("rag").item("PURPLE")


def test_a_code_from_a_newer_version_is_shown_as_it_is() -> None:
    assert code_list("rag").label("PURPLE") == "PURPLE"
    assert code_list("rag").label(None) == ""
    assert code_list("rag").label("RED") == "Red"


def test_a_list_is_read_once_and_cannot_be_changed() -> None:
    first = code_list("officer_role")
    assert first is code_list("officer_role")
    with pytest.raises(TypeError):
        first.item("PC").extra["constable"] = False  # type: ignore[index]


def test_constable_ranks_are_marked_and_a_pcso_is_not_one() -> None:
    constables = {item.code for item in code_list("officer_role").items if item.flag("constable")}
    assert {"SC", "PC", "PS", "INSP", "CH_INSP"} <= constables
    assert not constables & {"PCSO", "STAFF", "PSV"}


def test_the_words_of_the_review_states_are_those_of_every_screen() -> None:
    words = {item.code: item.label for item in code_list("review_status").items}
    assert words == {
        "DRAFT": "Draft",
        "SUBMITTED": "Waiting to send",
        "PENDING_REVIEW": "With your sergeant",
        "RETURNED": "Returned to you",
        "APPROVED": "Approved",
        "VOID": "Withdrawn",
    }


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("record_type", set(RecordType)),
        ("review_status", set(ReviewStatus) - {ReviewStatus.NONE}),
        ("outcome", set(Outcome)),
        ("app_role", set(Role)),
        ("rag", set(Rag)),
    ],
)
def test_every_code_the_rules_turn_on_has_a_label(name: str, codes: set[str]) -> None:
    assert {str(code) for code in codes} <= code_list(name).codes


def test_no_list_says_refused_queued_or_synced() -> None:
    for name in EVERY_LIST:
        for item in code_list(name).items:
            assert not re.search(r"refused|queued|synced", item.label, re.IGNORECASE), item
