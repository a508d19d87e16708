from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.bodies import (
    ActionPromised,
    ConsentBody,
    Counts,
    EngagementBody,
    Issue,
    KeptText,
    Participant,
    PersonBody,
    Rebooking,
    Safeguarding,
    School,
    Segment,
    Venue,
)
from fieldapp.domain.reasons import HELD
from fieldapp.domain.rules.problem import Problem, blocking
from fieldapp.domain.rules.submit import (
    SubmitContext,
    hints_for_submit,
    open_findings,
    problems_for_submit,
    why_held,
)
from resources.engagement_types import EngagementType, engagement_types

GLASCOTE = "E05007070"
NOW = datetime(2026, 11, 19, 13, 1, tzinfo=UTC)
START = datetime(2026, 11, 19, 10, 47, tzinfo=UTC)
END = datetime(2026, 11, 19, 12, 46, tzinfo=UTC)
CONTEXT = SubmitContext(now=NOW, owner_officer_id="of-0001", neighbourhoods={GLASCOTE})

DROP_IN = EngagementBody(
    engagement_type="DROP_IN",
    title="Glascote drop-in, Larkspur Precinct",
    neighbourhood_id=GLASCOTE,
    lpt_code="TA",
    venue=Venue(name="Larkspur Shopping Precinct", lat="52.6236", lon="-1.6691"),
    started_at=START,
    ended_at=END,
    in_person=True,
    open_to_public=True,
    outcome="HELD",
    participants=[
        Participant(officer_id="of-0001", role_at_time="PCSO", minutes=119),
        Participant(officer_id="of-0005", role_at_time="PC", minutes=60),
    ],
    counts=Counts(adults=34, children_young_people=6, businesses=5, partner_people=1),
    segments=[Segment(segment="OLDER", approx=14)],
    issues=[
        Issue(id="i1", category="NUISANCE_BIKES", mentions=9, asb_qualifier="NUISANCE"),
        Issue(id="i2", category="PARKING", mentions=6, lead_partner_type="LOCAL_AUTHORITY"),
    ],
    qualitative="People pleased to see team on foot. Shop managers asked for weekly visit.",
    actions_promised=[ActionPromised(id="fu-01", summary="Patrol the field after school")],
    discloses_crime=False,
    safeguarding_concern=False,
)

SCHOOL_VISIT = EngagementBody(
    engagement_type="SCHOOL_VISIT",
    neighbourhood_id=GLASCOTE,
    lpt_code="TA",
    started_at=NOW - timedelta(hours=3),
    ended_at=NOW - timedelta(hours=2),
    school=School(
        name="Foxglove Primary School",
        urn="999901",
        year_groups=["Y6"],
        pupils=58,
        visit_purpose="EDUCATION",
        topics=["ONLINE_SAFETY"],
        staff_in_room_throughout=True,
    ),
    participants=[Participant(officer_id="of-0001", role_at_time="PCSO", minutes=60)],
    counts=Counts(adults=3, children_young_people=58),
    discloses_crime=False,
    safeguarding_concern=True,
    safeguarding=Safeguarding(
        routed_to="SCHOOL_DSL",
        routed_at=NOW - timedelta(hours=2, minutes=10),
        force_referral_ref="CP-REF-EXAMPLE-0091",
    ),
)

DOORSTEP = EngagementBody(
    engagement_type="DOORSTEP",
    neighbourhood_id=GLASCOTE,
    lpt_code="TA",
    started_at=NOW - timedelta(minutes=30),
    ended_at=NOW - timedelta(minutes=18),
    participants=[Participant(officer_id="of-0001", role_at_time="PCSO", minutes=12)],
    counts=Counts(adults=1),
    person_id="pe-01",
    is_query=True,
    actions_promised=[
        ActionPromised(
            id="fu-03",
            kind="PUBLIC_QUERY",
            summary="What is being done about bikes behind the garages?",
            raised_at=NOW - timedelta(minutes=22),
        )
    ],
    discloses_crime=False,
    safeguarding_concern=False,
)


def with_(body: EngagementBody, **changes: object) -> EngagementBody:
    return body.model_copy(update=changes, deep=True)


def problems(body: EngagementBody, context: SubmitContext = CONTEXT) -> set[tuple[str, str]]:
    found = problems_for_submit(body, context)
    assert all(problem.blocking for problem in found)
    assert all(problem.words.endswith((".", "?")) for problem in found)
    return {(problem.field, problem.code) for problem in found}


def hints(body: EngagementBody, context: SubmitContext = CONTEXT) -> set[tuple[str, str]]:
    found = hints_for_submit(body, context)
    assert not any(problem.blocking for problem in found)
    return {(problem.field, problem.code) for problem in found}


# ------------------------------------------------------------- the three main screens


@pytest.mark.parametrize("body", [DROP_IN, SCHOOL_VISIT, DOORSTEP])
def test_an_ordinary_entry_is_submitted_without_a_word(body: EngagementBody) -> None:
    assert problems(body) == set()
    assert hints(body) == set()


def test_an_empty_entry_is_asked_for_its_kind_first() -> None:
    assert problems(EngagementBody()) == {("engagement_type", "required")}
    assert problems(EngagementBody(engagement_type="MIND_READING")) == {
        ("engagement_type", "unknown_type")
    }
    assert hints(EngagementBody()) == set()


def test_an_empty_drop_in_is_told_everything_it_needs() -> None:
    assert problems(EngagementBody(engagement_type="DROP_IN")) == {
        ("lpt_code", "required"),
        ("neighbourhood_id", "required"),
        ("venue.name", "required"),
        ("started_at", "required"),
        ("ended_at", "required"),
        ("counts", "nobody_counted"),
        ("discloses_crime", "required"),
        ("safeguarding_concern", "required"),
    }


@pytest.mark.parametrize("kind", engagement_types().values(), ids=lambda kind: kind.code)
def test_every_type_can_be_submitted_with_what_its_form_shows(kind: EngagementType) -> None:
    body = EngagementBody(
        engagement_type=kind.code,
        lpt_code="TA",
        started_at=START,
        ended_at=END,
    )
    if kind.shows("where"):
        body.neighbourhood_id = GLASCOTE
    if kind.venue == "REQUIRED":
        body.venue = Venue(name="Larkspur Shopping Precinct")
    if kind.shows("who_came"):
        body.counts = Counts(adults=3)
    if kind.shows("school"):
        body.school = School(name="Foxglove Primary School")
    body.discloses_crime = False
    body.safeguarding_concern = False
    assert problems(body) == set()


def test_a_type_without_a_place_or_people_is_asked_for_neither() -> None:
    post = EngagementBody(engagement_type="SOCIAL_POST", lpt_code="TA")
    assert problems(post) == {
        ("started_at", "required"),
        ("ended_at", "required"),
        ("discloses_crime", "required"),
        ("safeguarding_concern", "required"),
    }


# --------------------------------------------------------------------------- place


def test_a_neighbourhood_that_is_not_in_use_is_named() -> None:
    old = with_(DROP_IN, neighbourhood_id="E05999901")
    assert problems(old) == {("neighbourhood_id", "unknown_neighbourhood")}
    assert problems(old, replace(CONTEXT, neighbourhoods=None)) == set()


def test_a_place_of_blanks_is_no_place() -> None:
    nowhere = with_(DROP_IN, venue=Venue(name="  "))
    (held,) = problems_for_submit(nowhere, CONTEXT)
    assert (held.field, held.words) == ("venue.name", "Enter where it was held.")
    cancelled = with_(nowhere, outcome="CANCELLED", outcome_reason="VENUE")
    (planned,) = problems_for_submit(cancelled, CONTEXT)
    assert planned.words == "Enter where it was to be held."


# ------------------------------------------------------------------------- outcome


def test_r6_nobody_came_is_a_result() -> None:
    nobody = with_(DROP_IN, outcome="NOBODY_CAME", counts=None, issues=None)
    assert problems(nobody) == set()
    assert problems(with_(nobody, counts=Counts(adults=0))) == set()


def test_held_with_nobody_counted_is_asked_about() -> None:
    for counts in (None, Counts(), Counts(adults=0, children_young_people=0)):
        assert problems(with_(DROP_IN, counts=counts)) == {("counts", "nobody_counted")}


def test_nobody_came_and_people_counted_cannot_both_be_true() -> None:
    body = with_(DROP_IN, outcome="NOBODY_CAME")
    assert problems(body) == {("counts", "counted_although_nobody_came")}


def test_a_cancelled_one_needs_its_reason_and_no_people() -> None:
    ahead = {"started_at": NOW + timedelta(days=3), "ended_at": NOW + timedelta(days=3, hours=2)}
    cancelled = with_(DROP_IN, outcome="CANCELLED", counts=None, participants=None, **ahead)
    assert problems(cancelled) == {("outcome_reason", "required")}
    with_reason = with_(cancelled, outcome_reason="WEATHER")
    assert problems(with_reason) == set()
    assert hints(with_reason) == {("rebooking", "not_rebooked")}
    rebooked = with_(with_reason, rebooking=Rebooking(starts_at=NOW + timedelta(days=10)))
    assert hints(rebooked) == set()


def test_called_away_asks_for_a_new_date() -> None:
    body = with_(DROP_IN, outcome="CALLED_AWAY", counts=None, issues=None)
    assert problems(body) == set()
    assert hints(body) == {("rebooking", "not_rebooked")}


# ------------------------------------------------------------------ school and promises


def test_r21_an_operational_visit_is_not_an_engagement() -> None:
    school = School(name="Foxglove Primary School", visit_purpose="OPERATIONAL")
    assert problems(with_(SCHOOL_VISIT, school=school)) == {
        ("school.visit_purpose", "operational_visit")
    }


def test_a_school_visit_names_its_school() -> None:
    assert problems(with_(SCHOOL_VISIT, school=None)) == {("school.name", "required")}


def test_numbers_of_a_school_visit_that_differ_are_pointed_at() -> None:
    body = with_(SCHOOL_VISIT, counts=Counts(adults=3, children_young_people=57))
    body.school = School(name="Foxglove Primary School", pupils=58)
    assert hints(body) == {
        ("school.pupils", "pupils_differ"),
        ("school.staff_in_room_throughout", "staff_not_confirmed"),
    }


def test_r12_a_question_is_written_down_with_the_time_of_asking() -> None:
    assert problems(with_(DOORSTEP, actions_promised=None)) == {
        ("actions_promised", "query_missing")
    }
    bare = with_(DOORSTEP, actions_promised=[ActionPromised(id="fu-03", kind="PUBLIC_QUERY")])
    assert problems(bare) == {
        ("actions_promised.fu-03.summary", "required"),
        ("actions_promised.fu-03.raised_at", "required"),
    }


def test_r12_a_due_time_beyond_the_promise_is_stopped() -> None:
    raised = NOW - timedelta(minutes=22)
    late = ActionPromised(
        id="fu-03",
        kind="PUBLIC_QUERY",
        summary="What is being done?",
        raised_at=raised,
        due_at=raised + timedelta(hours=73),
    )
    assert problems(with_(DOORSTEP, actions_promised=[late])) == {
        ("actions_promised.fu-03.due_at", "due_too_late")
    }


def test_a_promise_says_what_was_promised_and_a_question_what_was_asked() -> None:
    body = with_(DROP_IN, actions_promised=[ActionPromised(id="fu-01", summary=" ")])
    (promise,) = problems_for_submit(body, CONTEXT)
    assert (promise.field, promise.words) == (
        "actions_promised.fu-01.summary",
        "Write down what was promised.",
    )
    asked = ActionPromised(id="fu-01", kind="PUBLIC_QUERY", raised_at=START)
    (question,) = problems_for_submit(with_(body, actions_promised=[asked]), CONTEXT)
    assert question.words == "Write down what was asked."


def test_a_concern_that_fits_no_category_is_described() -> None:
    twice = [Issue(id="i1", category="OTHER"), Issue(id="i1", category="ASB")]
    assert problems(with_(DROP_IN, issues=twice)) == {
        ("issues.i1.summary", "required"),
        ("issues.i1", "listed_twice"),
    }


# -------------------------------------------------------------------- other rules, joined


def test_r13_to_r16_the_stops_stand_in_the_way() -> None:
    body = with_(
        DROP_IN,
        discloses_crime=True,
        emergency=True,
        safeguarding_concern=True,
        intel_submitted=True,
    )
    assert {code for _, code in problems(body)} >= {
        "crime_ref_missing",
        "log_number_missing",
        "route_missing",
        "referral_ref_missing",
        "intel_ref_missing",
    }


def test_r16_a_finding_stops_until_it_is_removed_or_kept_with_a_reason() -> None:
    body = with_(DROP_IN, qualitative="Ring 07700 900123 about the bikes.")
    assert problems(body) == {("qualitative", "text_phone")}
    kept = KeptText(field="qualitative", kind="PHONE", because="PUBLIC_ROLE")
    assert problems(with_(body, kept_text=[kept])) == set()
    assert problems(with_(body, qualitative="Ring the shop about the bikes.")) == set()


def test_r16_a_name_is_pointed_at_and_stops_nothing() -> None:
    body = with_(DROP_IN, qualitative="The manager Janet asked for a weekly visit.")
    assert problems(body) == set()
    assert hints(body) == {("qualitative", "text_person_name")}
    known = replace(CONTEXT, known_names=("Janet",))
    assert hints(body, known) == set()


def test_r21_at_a_school_a_childs_name_is_never_kept() -> None:
    body = with_(SCHOOL_VISIT, qualitative="A pupil called Tyler asked about games.")
    kept = KeptText(field="qualitative", kind="CHILD_NAME", because="He is known to us")
    assert problems(with_(body, kept_text=[kept])) == {("qualitative", "text_child_name")}
    elsewhere = with_(DROP_IN, qualitative=body.qualitative, kept_text=[kept])
    assert problems(elsewhere) == set()
    phone = with_(SCHOOL_VISIT, qualitative="Ring 07700 900123.")
    office = KeptText(field="qualitative", kind="PHONE", because="PUBLIC_ROLE")
    assert problems(with_(phone, kept_text=[office])) == set()
    not_a_child = KeptText(field="qualitative", kind="CHILD_NAME", because="NOT_PERSONAL")
    assert open_findings(with_(body, kept_text=[not_a_child]), CONTEXT) == ()


def test_r19_a_person_for_no_purpose_is_stopped() -> None:
    body = with_(DOORSTEP, is_query=None, actions_promised=None)
    assert problems(body) == {("person_id", "purpose_missing")}
    person = PersonBody(full_name="Mrs Ada Example", created_for="REPLY")
    assert problems(body, replace(CONTEXT, person=person)) == set()


def test_r19_consents_are_looked_at_too() -> None:
    context = replace(CONTEXT, consents=(ConsentBody(purpose="SURVEY", status="GIVEN"),))
    assert problems(DOORSTEP, context) == {
        ("consent.wording_version", "required"),
        ("consent.method", "required"),
        ("consent.at", "required"),
    }
    shy = replace(CONTEXT, person=PersonBody(phone="1", wants_anonymity=True, created_for="REPLY"))
    assert hints(DOORSTEP, shy) == {("person.phone", "wants_anonymity")}


def test_r21_a_photo_of_people_needs_its_consent() -> None:
    context = replace(CONTEXT, attachments={"at-1": {"kind": "PHOTO", "shows_people": True}})
    assert problems(DROP_IN, context) == {("attachments.at-1", "photo_consent_missing")}


def test_r23_a_marking_that_will_be_raised_is_said() -> None:
    assert hints(with_(SCHOOL_VISIT, gsc_marking="OFFICIAL")) == {("gsc_marking", "marking_raised")}


def test_r29_times_and_counts_are_looked_at() -> None:
    future = with_(DROP_IN, started_at=NOW + timedelta(hours=1), ended_at=NOW + timedelta(hours=2))
    assert problems(future) == {("started_at", "future")}
    many = with_(DROP_IN, counts=Counts(adults=501))
    assert hints(many) == {("counts.adults", "confirm_count")}
    late = with_(DROP_IN, started_at=START - timedelta(days=3), ended_at=END - timedelta(days=3))
    assert hints(late) == {("started_at", "retrospective")}


def test_a_choice_this_version_does_not_know_is_named() -> None:
    body = with_(
        DROP_IN,
        outcome="POSTPONED_FOREVER",
        issues=[Issue(id="i1", category="DRAGONS")],
        participants=[Participant(officer_id="of-0001", role_at_time="WIZARD", minutes=1)],
        venue=Venue(name="Larkspur", location_source="ASTROLOGY"),
        school=School(topics=["ROLE", "MAGIC"]),
    )
    assert problems(body) == {
        ("outcome", "unknown_code"),
        ("issues.i1.category", "unknown_code"),
        ("participants.of-0001.role_at_time", "unknown_code"),
        ("venue.location_source", "unknown_code"),
        ("school.topics", "unknown_code"),
    }


# --------------------------------------------------------------------- second looks


def test_who_was_there_is_looked_at_twice() -> None:
    assert hints(with_(DROP_IN, participants=None)) == {("participants", "nobody_present")}
    other = [Participant(officer_id="of-0005", role_at_time="PC")]
    assert hints(with_(DROP_IN, participants=other)) == {
        ("participants", "owner_not_present"),
        ("participants.of-0005.minutes", "minutes_missing"),
    }
    own = [Participant(officer_id="of-0001", role_at_time="PCSO")]
    assert hints(with_(DROP_IN, participants=own)) == set()
    just = [Participant(officer_id="of-0001", role_at_time="PCSO", minutes=120)]
    assert hints(with_(DROP_IN, participants=just)) == set()
    assert hints(with_(DROP_IN, participants=just, ended_at=None)) == set()
    long = [Participant(officer_id="of-0001", role_at_time="PCSO", minutes=121)]
    assert hints(with_(DROP_IN, participants=long)) == {
        ("participants.of-0001.minutes", "minutes_too_many")
    }


def test_numbers_that_do_not_go_together_are_pointed_at() -> None:
    body = with_(
        DROP_IN,
        counts=Counts(adults=2, businesses=5),
        issues=[Issue(id="i1", category="ASB", mentions=9)],
    )
    assert hints(body) == {
        ("issues", "more_mentions_than_people"),
        ("counts.businesses", "more_businesses_than_adults"),
    }
    even = with_(
        DROP_IN,
        counts=Counts(adults=5, businesses=5),
        issues=[Issue(id="i1", category="ASB", mentions=5)],
    )
    assert hints(even) == set()


def test_a_school_left_on_an_entry_of_another_kind_is_passed_over() -> None:
    body = with_(DROP_IN, school=School(name="Foxglove Primary School", pupils=58))
    assert hints(body) == set()
    assert hints(with_(SCHOOL_VISIT, school=None)) == set()


# ------------------------------------------------------------------------- the centre


def test_the_centre_holds_what_is_incomplete_and_says_which_way() -> None:
    def held(body: EngagementBody) -> str | None:
        return why_held(problems_for_submit(body, CONTEXT))

    assert held(DROP_IN) is None
    assert held(EngagementBody()) == "incomplete"
    assert held(with_(DROP_IN, neighbourhood_id="E05999901")) == "unknown_neighbourhood"
    assert held(with_(DROP_IN, ended_at=START)) == "invalid"
    assert held(with_(DROP_IN, discloses_crime=True)) == "incomplete"
    assert held(with_(DROP_IN, qualitative="Ring 07700 900123.")) is None
    assert held(with_(DROP_IN, outcome="POSTPONED_FOREVER")) is None
    assert {"incomplete", "unknown_neighbourhood", "invalid"} <= set(HELD)


def test_only_blocking_problems_hold() -> None:
    soft = Problem("counts", "required", "Look.", blocking=False)
    hard = replace(soft, blocking=True)
    assert why_held([soft]) is None
    assert why_held([hard]) == "incomplete"
    assert blocking([soft, hard]) == (hard,)


# -------------------------------------------------------------------- whatever it holds


@given(
    st.builds(
        EngagementBody,
        engagement_type=st.none() | st.sampled_from(sorted(engagement_types())),
        outcome=st.none() | st.sampled_from(["HELD", "NOBODY_CAME", "CANCELLED", "CALLED_AWAY"]),
        counts=st.none() | st.builds(Counts, adults=st.none() | st.integers(0, 5000)),
        discloses_crime=st.none() | st.booleans(),
        safeguarding_concern=st.none() | st.booleans(),
        qualitative=st.none() | st.text(max_size=40),
        started_at=st.none() | st.just(START),
        ended_at=st.none() | st.just(END),
        neighbourhood_id=st.none() | st.just(GLASCOTE),
    )
)
def test_any_draft_is_checked_and_no_problem_is_told_twice(body: EngagementBody) -> None:
    found = problems_for_submit(body, CONTEXT)
    told = [(problem.field, problem.words) for problem in found]
    assert len(told) - len(set(told)) == sum(
        told.count(item) - 1 for item in set(told) if item[0] == "qualitative"
    )
    hints_for_submit(body, CONTEXT)
