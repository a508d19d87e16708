from __future__ import annotations

from datetime import UTC, datetime

from fieldapp.domain.bodies import (
    ActionPromised,
    ConsentBody,
    EngagementBody,
    PersonBody,
    School,
)
from fieldapp.domain.rules.people import (
    consent_problems,
    person_problems,
    personal_data_problems,
    photo_problems,
)

ADA = PersonBody(full_name="Mrs Ada Example", phone="07700 900123", created_for="REPLY")
ENTRY = EngagementBody(person_id="pe-01")
AT = datetime(2026, 11, 19, 13, 38, tzinfo=UTC)
AGREED = ConsentBody(
    purpose="LOCAL_UPDATES",
    status="GIVEN",
    method="VERBAL_READBACK",
    wording_version="CN-3",
    at=AT,
)


def codes(body: EngagementBody, person: PersonBody | None, *consents: ConsentBody) -> list[str]:
    found = person_problems(body, person=person, consents=consents)
    return [problem.code for problem in found if problem.blocking]


def test_r19_an_entry_without_a_person_needs_no_purpose() -> None:
    assert codes(EngagementBody(), None) == []


def test_r19_a_persons_details_need_a_purpose() -> None:
    assert codes(ENTRY, ADA) == []
    for_nothing = ADA.model_copy(update={"created_for": None})
    assert codes(ENTRY, for_nothing) == ["purpose_missing"]
    for_gossip = ADA.model_copy(update={"created_for": "GOSSIP"})
    assert codes(ENTRY, for_gossip) == ["purpose_missing"]
    assert codes(ENTRY, None) == ["purpose_missing"]


def test_r19_a_question_or_a_consent_is_a_purpose() -> None:
    assert codes(ENTRY.model_copy(update={"is_query": True}), None) == []
    asked = [ActionPromised(id="fu-03", kind="PUBLIC_QUERY")]
    assert codes(ENTRY.model_copy(update={"actions_promised": asked}), None) == []
    assert codes(ENTRY, None, AGREED) == []
    assert codes(ENTRY, None, ConsentBody()) == ["purpose_missing"]


def test_r19_a_nameless_person_needs_none() -> None:
    assert personal_data_problems(PersonBody(age_band="18_PLUS")) == ()


def test_r19_who_wants_to_stay_unnamed_is_pointed_at() -> None:
    shy = ADA.model_copy(update={"wants_anonymity": True})
    (found,) = personal_data_problems(shy)
    assert found.code == "wants_anonymity"
    assert not found.blocking


def test_r19_a_consent_says_for_what_how_by_which_words_and_when() -> None:
    assert consent_problems(AGREED) == ()
    bare = ConsentBody(status="GIVEN")
    assert [problem.field for problem in consent_problems(bare)] == [
        "consent.purpose",
        "consent.wording_version",
        "consent.method",
        "consent.at",
    ]
    assert [problem.field for problem in consent_problems(ConsentBody())] == [
        "consent.purpose",
        "consent.status",
    ]


def test_r19_a_no_is_stored_without_more_ado() -> None:
    assert consent_problems(ConsentBody(purpose="SMART_ALERT", status="REFUSED")) == ()


def test_r19_a_child_under_thirteen_cannot_agree() -> None:
    child = PersonBody(age_band="UNDER_13")
    assert [problem.code for problem in consent_problems(AGREED, person=child)] == ["child"]
    no = ConsentBody(purpose="SMART_ALERT", status="REFUSED")
    assert consent_problems(no, person=child) == ()


def test_r21_a_photo_of_people_names_its_consent() -> None:
    manifest = {
        "at-01": {"kind": "PHOTO", "shows_people": False},
        "at-02": {"kind": "PHOTO", "shows_people": True, "consent_id": "co-1"},
        "at-03": {"kind": "PHOTO", "shows_people": True},
        "at-04": {"kind": "DOCUMENT", "shows_people": True},
        "at-05": "not a manifest entry",
    }
    (found,) = photo_problems(manifest)
    assert (found.field, found.code) == ("attachments.at-03", "photo_consent_missing")


def test_r21_a_school_visit_has_no_place_for_a_pupils_name() -> None:
    assert not [name for name in School.model_fields if "pupil" in name and name != "pupils"]
