from __future__ import annotations

import time
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.bodies import (
    ActionPromised,
    EngagementBody,
    Handout,
    Issue,
    KeptText,
    School,
    Venue,
)
from fieldapp.domain.rules.freetext import (
    FindingKind,
    free_texts,
    is_kept,
    screen_body,
    screen_text,
)
from resources.engagement_types import engagement_types

TODAY = date(2026, 11, 19)


def found(text: str, **more: object) -> list[tuple[str, str]]:
    return [
        (item.kind.value, text[item.start : item.end])
        for item in screen_text("qualitative", text, today=TODAY, **more)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a silver van AB12 CDE sped off", ("VEHICLE", "AB12 CDE")),
        ("a silver van ab12cde sped off", ("VEHICLE", "ab12cde")),
        ("an old P123 ABC", ("VEHICLE", "P123 ABC")),
        ("an old ABC 123D", ("VEHICLE", "ABC 123D")),
        ("ring 07700 900123", ("PHONE", "07700 900123")),
        ("ring 01632 960 123", ("PHONE", "01632 960 123")),
        ("ring (01632) 960123", ("PHONE", "01632) 960123")),
        ("ring +44 7700 900123", ("PHONE", "+44 7700 900123")),
        ("ring 0044 (0)7700 900123", ("PHONE", "0044 (0)7700 900123")),
        ("dob 01/02/2014", ("DATE_OF_BIRTH", "dob 01/02/2014")),
        ("born 3 May 2012", ("DATE_OF_BIRTH", "born 3 May 2012")),
        ("it is 12 January 2014 he says", ("DATE_OF_BIRTH", "12 January 2014")),
        ("it is 12.1.09 he says", ("DATE_OF_BIRTH", "12.1.09")),
        ("it is 2009-01-12 he says", ("DATE_OF_BIRTH", "2009-01-12")),
        ("write to ST16 2AB please", ("POSTCODE", "ST16 2AB")),
        ("write to b779zz please", ("POSTCODE", "b779zz")),
        ("write to ada@example.org please", ("EMAIL", "ada@example.org")),
        ("he lives at the corner", ("INTELLIGENCE", "lives at")),
        ("somebody is dealing from there", ("INTELLIGENCE", "dealing")),
        ("he carries a knife", ("INTELLIGENCE", "carries a knife")),
        ("a pupil called Tyler said so", ("CHILD_NAME", "Tyler")),
        ("her daughter Mia Stone said so", ("CHILD_NAME", "Mia Stone")),
        ("Jayden, 9, was upset", ("CHILD_NAME", "Jayden")),
        ("and Jayden (9) was upset", ("CHILD_NAME", "Jayden")),
        ("and Jayden aged 9 years old", ("CHILD_NAME", "Jayden")),
        ("and Zo\u00eb in Year 6 asked", ("CHILD_NAME", "Zo\u00eb")),
        ("the manager Janet is pleased", ("PERSON_NAME", "Janet")),
        ("the manager J is pleased", ("PERSON_NAME", "J")),
        ("Cllr Smith raised it", ("PERSON_NAME", "Smith")),
        ("Dr. A. Patel raised it", ("PERSON_NAME", "A. Patel")),
        ("today Ada Example came", ("PERSON_NAME", "Ada Example")),
        ("Today Ada Example came", ("PERSON_NAME", "Ada Example")),
        ("Ren\u00e9 O'Shea-\u00c9mile came", ("PERSON_NAME", "Ren\u00e9 O'Shea-\u00c9mile")),
    ],
)
def test_r16_what_does_not_belong_in_notes_is_found(text: str, expected: tuple[str, str]) -> None:
    assert found(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "People pleased to see team on foot. Shop managers asked for weekly visit.",
        "Felt reporting online is not answered. Asked about 101 and 999.",
        "Off-road bikes, mostly 15:30-17:00, about 9 times. 34 adults, 6 young people.",
        "Engaged group; school asks for a parents' session in January.",
        "Year 6 and Y6 2nd class. Key Stage 2. MG11 was done. Room 12, 30 people.",
        "Pupils in Year 6 asked about games. Children from Year 5 came too.",
        "They are dealing with the parking. Next meeting on 12/01/2027.",
        "The last one was on 12/1/26, the one before on 3.2.2026.",
        "Larkspur Precinct, Smart Alert, Places of Welcome, Neighbourhood Watch.",
        "Force-approved online safety pack v3. Adults, 9, children, 4.",
        "Girl Guides and Boy Scouts came. The Council will reply by Thu 3 Dec.",
        "A stall at the St Example's Hall on Market Street in Tamworth.",
        "",
    ],
)
def test_r16_ordinary_notes_are_left_alone(text: str) -> None:
    known = ("Tamworth", "Larkspur", "St Example's Hall")
    assert found(text, known_names=known) == []


def test_r16_no_phrase_of_ours_is_found() -> None:
    for kind in engagement_types().values():
        for phrase in kind.phrases:
            assert found(phrase) == [], phrase


def test_r16_known_places_and_colleagues_are_not_strangers() -> None:
    assert found("Priya Nandra was there") == [("PERSON_NAME", "Priya Nandra")]
    assert found("Priya Nandra was there", known_names=["Priya Nandra"]) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("The manager J Placeholder asked", "J Placeholder"),
        ("We saw J. Placeholder there", "J. Placeholder"),
        ("J K Placeholder asked", "J K Placeholder"),
    ],
)
def test_r16_an_initial_and_the_name_behind_it_are_one_finding(text: str, name: str) -> None:
    assert found(text) == [("PERSON_NAME", name)]


@pytest.mark.parametrize("text", ["Plan B. Several came.", "A Resident said", "Stop C. Rain."])
def test_r16_a_letter_that_tells_things_apart_is_no_initial(text: str) -> None:
    assert found(text) == []


def test_r16_the_venues_own_postcode_is_public() -> None:
    body = EngagementBody(
        venue=Venue(name="Larkspur Precinct", postcode="B77 9AA"),
        qualitative="Stand at b77 9aa, then B77 9AB.",
    )
    assert [item.kind for item in screen_body(body, today=TODAY)] == [FindingKind.POSTCODE]


def test_r16_every_finding_says_what_to_do() -> None:
    text = "AB12 CDE, 07700 900123, dob 1/2/2014, ST16 2AB, a@example.org, lives at, pupil Tyler"
    items = screen_text("qualitative", text, today=TODAY)
    assert len({item.kind for item in items}) == 7
    assert all("emove" in item.advice for item in items)
    assert all(item.stops for item in items)
    (name,) = screen_text("qualitative", "today Ada Example came", today=TODAY)
    assert not name.stops


def test_r16_all_free_text_of_an_entry_is_looked_at() -> None:
    body = EngagementBody(
        title="title",
        purpose="purpose",
        trigger="trigger",
        information_given="information",
        qualitative="notes",
        school=School(name="Foxglove", staff_lead_role="lead", resource_used="pack"),
        issues=[Issue(id="i1", category="ASB", summary="summary", place_note="place")],
        handouts=[Handout(id="h1", type="LEAFLET", title="leaflet")],
        actions_promised=[ActionPromised(id="a1", summary="promise")],
    )
    assert dict(free_texts(body)) == {
        "title": "title",
        "purpose": "purpose",
        "trigger": "trigger",
        "information_given": "information",
        "qualitative": "notes",
        "school.staff_lead_role": "lead",
        "school.resource_used": "pack",
        "issues.i1.summary": "summary",
        "issues.i1.place_note": "place",
        "handouts.h1.title": "leaflet",
        "actions_promised.a1.summary": "promise",
    }


def test_r15_with_a_concern_its_details_are_found_too() -> None:
    body = EngagementBody(qualitative="She disclosed a bruise.")
    assert screen_body(body, today=TODAY) == ()
    concern = body.model_copy(update={"safeguarding_concern": True})
    kinds = [item.kind for item in screen_body(concern, today=TODAY)]
    assert kinds == [FindingKind.SAFEGUARDING, FindingKind.SAFEGUARDING]


def test_r16_a_reason_keeps_one_kind_in_one_field() -> None:
    body = EngagementBody(
        qualitative="ring 07700 900123",
        purpose="ring 07700 900123",
        kept_text=[
            KeptText(field="qualitative", kind="PHONE", because="PUBLIC_ROLE"),
            KeptText(field="purpose", kind="PHONE", because="  "),
        ],
    )
    kept = {item.field: is_kept(item, body) for item in screen_body(body, today=TODAY)}
    assert kept == {"qualitative": True, "purpose": False}


def test_r16_the_path_of_any_field_fits_where_it_is_kept() -> None:
    name = "0199f0a2-1111-7abc-8000-000000000001"
    body = EngagementBody(
        actions_promised=[ActionPromised(id=name, summary="ring 07700 900123")],
    )
    (item,) = screen_body(body, today=TODAY)
    assert KeptText(field=item.field, kind=item.kind, because="x").field == item.field


@given(st.text(max_size=200))
def test_r16_any_text_is_screened_without_overlap(text: str) -> None:
    items = screen_text("qualitative", text, today=TODAY)
    for before, after in pairwise(items):
        assert before.end <= after.start
    assert all(0 <= item.start < item.end <= len(text) for item in items)


@pytest.mark.parametrize(
    "piece", ["a", "A", "Aa ", "Aa Aa-Aa'", "0 ", "1/1/", "a@", "a.", "AB12 ", "pupil ", "Mr "]
)
def test_r16_the_longest_notes_are_screened_at_once(piece: str) -> None:
    text = (piece * 8000)[:8000]
    started = time.perf_counter()
    screen_text("qualitative", text, today=TODAY)
    assert time.perf_counter() - started < 1
