from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.domain.bodies import EngagementBody, Safeguarding
from fieldapp.domain.rules.problem import Problem
from fieldapp.domain.rules.routing import is_emergency, routing_problems

NOW = datetime(2026, 11, 19, 10, 30, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=25)
LATER = NOW + timedelta(minutes=25)


def quiet(**changes: object) -> EngagementBody:
    """An entry with nothing to route."""
    return EngagementBody(discloses_crime=False, safeguarding_concern=False).model_copy(
        update=changes
    )


def concern(**changes: object) -> EngagementBody:
    """A concern passed on as it should be."""
    routed = Safeguarding(
        routed_to="SCHOOL_DSL",
        routed_at=EARLIER,
        emergency=False,
        force_referral_ref="CP-REF-EXAMPLE-0091",
    )
    return quiet(safeguarding_concern=True, safeguarding=routed.model_copy(update=changes))


def codes(body: EngagementBody) -> set[tuple[str, str]]:
    found = routing_problems(body, now=NOW)
    assert all(problem.blocking and problem.words.endswith(".") for problem in found)
    return {(problem.field, problem.code) for problem in found}


def test_nothing_to_route_stops_nothing() -> None:
    assert codes(quiet()) == set()


def test_r13_and_r15_both_questions_have_to_be_answered() -> None:
    assert codes(EngagementBody()) == {
        ("discloses_crime", "required"),
        ("safeguarding_concern", "required"),
    }


def test_r13_a_disclosed_crime_needs_its_reference_or_the_call() -> None:
    told = quiet(discloses_crime=True)
    assert codes(told) == {("crime_or_incident_ref", "crime_ref_missing")}
    blank = told.model_copy(update={"crime_or_incident_ref": "  "})
    assert codes(blank) == {("crime_or_incident_ref", "crime_ref_missing")}
    assert codes(told.model_copy(update={"crime_or_incident_ref": "INC-214"})) == set()
    assert codes(told.model_copy(update={"reported_to_control_at": EARLIER})) == set()


def test_r13_a_call_that_is_still_to_come_is_no_call() -> None:
    assert codes(quiet(discloses_crime=True, reported_to_control_at=NOW)) == set()
    assert codes(concern(routed_at=NOW)) == set()
    body = quiet(discloses_crime=True, reported_to_control_at=LATER)
    assert codes(body) == {("reported_to_control_at", "future")}


def test_r14_an_emergency_needs_the_log_number() -> None:
    body = quiet(emergency=True)
    assert codes(body) == {("control_room_log", "log_number_missing")}
    assert codes(body.model_copy(update={"control_room_log": "LOG 77"})) == set()
    (problem,) = routing_problems(body, now=NOW)
    assert problem == Problem(
        "control_room_log",
        "log_number_missing",
        "Call 999 or the control room now. Then enter their log number.",
    )


def test_r14_danger_named_with_a_concern_is_an_emergency_too() -> None:
    assert is_emergency(concern(emergency=True))
    assert codes(concern(emergency=True)) == {("control_room_log", "log_number_missing")}
    assert not is_emergency(quiet(safeguarding=Safeguarding(emergency=True)))


def test_r15_a_concern_passed_on_with_its_reference_goes_through() -> None:
    assert codes(concern()) == set()
    assert codes(concern(force_referral_ref=None, reference_by_control_room=True)) == set()


def test_r15_a_concern_needs_route_time_and_reference() -> None:
    missing = {
        ("safeguarding.routed_to", "route_missing"),
        ("safeguarding.routed_at", "required"),
        ("safeguarding.force_referral_ref", "referral_ref_missing"),
    }
    assert codes(quiet(safeguarding_concern=True)) == missing
    assert codes(quiet(safeguarding_concern=True, safeguarding=Safeguarding())) == missing


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"routed_to": "A_FRIEND"}, ("safeguarding.routed_to", "route_missing")),
        ({"routed_at": LATER}, ("safeguarding.routed_at", "future")),
        ({"force_referral_ref": ""}, ("safeguarding.force_referral_ref", "referral_ref_missing")),
    ],
)
def test_r15_each_part_is_looked_at(changes: dict[str, object], expected: tuple[str, str]) -> None:
    assert codes(concern(**changes)) == {expected}


def test_r15_there_is_no_field_for_what_was_said() -> None:
    assert set(Safeguarding.model_fields) == {
        "routed_to",
        "routed_at",
        "emergency",
        "force_referral_ref",
        "reference_by_control_room",
    }


def test_r16_intelligence_needs_the_reference_of_its_report() -> None:
    assert codes(quiet(intel_submitted=True)) == {("intel_ref", "intel_ref_missing")}
    assert codes(quiet(intel_submitted=True, intel_ref="IR 12")) == set()
    assert codes(quiet(intel_submitted=False)) == set()
