from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.bodies import Counts, EngagementBody, OfficerBody, Participant
from fieldapp.domain.codes import Outcome, Rag, ReviewStatus
from fieldapp.domain.rules.meetings import (
    Meeting,
    is_candidate,
    is_counted,
    is_responsible,
    last_meeting,
    meeting_gaps,
    meeting_of,
    section_34,
    standing,
)
from fieldapp.domain.rules.settings import RuleSettings, default_settings, rule_settings

GLASCOTE, BELGRAVE = "E05007070", "E05007067"
AS_OF = date(2026, 11, 22)
DEFAULT = default_settings()


def officer(
    role: str,
    *,
    neighbourhoods: list[str],
    lpt: str = "TA",
    supervisor: str | None = None,
    number: str = "5127",
) -> OfficerBody:
    return OfficerBody(
        force_no=number,
        name="Somebody Else",
        role=role,
        lpt_code=lpt,
        neighbourhoods=neighbourhoods,
        supervisor_id=supervisor,
    )


OFFICERS = {
    "pcso": officer("PCSO", neighbourhoods=[GLASCOTE], supervisor="ps", number="16482"),
    "pc": officer("PC", neighbourhoods=[GLASCOTE]),
    "pc-belgrave": officer("PC", neighbourhoods=[BELGRAVE]),
    "ps": officer("PS", neighbourhoods=[]),
    "insp": officer("INSP", neighbourhoods=["ALL_LPT"]),
    "insp-lichfield": officer("INSP", neighbourhoods=["ALL_LPT"], lpt="LI"),
}


def drop_in(*present: tuple[str, str], **changes: object) -> EngagementBody:
    body = EngagementBody(
        engagement_type="DROP_IN",
        neighbourhood_id=GLASCOTE,
        lpt_code="TA",
        started_at=datetime(2026, 11, 19, 10, 47, tzinfo=UTC),
        in_person=True,
        open_to_public=True,
        outcome=Outcome.HELD,
        counts=Counts(adults=34, children_young_people=6, businesses=5, partner_people=1),
        participants=[Participant(officer_id=who, role_at_time=role) for who, role in present],
    )
    return body.model_copy(update=changes)


PCSO_AND_PC = (("pcso", "PCSO"), ("pc", "PC"))


# ---------------------------------------------------------------------------- R1


def test_r1_an_open_drop_in_held_in_person_is_a_section_34_meeting() -> None:
    assert is_candidate(drop_in(*PCSO_AND_PC))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"in_person": False}, "not held in person"),
        ({"open_to_public": False}, "not open to the public"),
        ({"open_to_public": None}, "not open to the public"),
        ({"neighbourhood_id": None}, "no neighbourhood"),
        ({"outcome": Outcome.CANCELLED}, "not held"),
        ({"outcome": Outcome.CALLED_AWAY}, "not held"),
        ({"engagement_type": "SCHOOL_VISIT"}, "does not count"),
        ({"engagement_type": "ONLINE_CHAT"}, "does not count"),
        ({"engagement_type": "FROM_THE_FUTURE"}, "does not count"),
        ({"engagement_type": None}, "does not count"),
    ],
)
def test_r1_what_lacks_one_part_is_none(changes: dict[str, object], reason: str) -> None:
    answer = section_34(drop_in(*PCSO_AND_PC, **changes), OFFICERS)
    assert not answer.broad
    assert not answer.strict
    assert reason in answer.reason


def test_r1_a_review_type_counts_only_when_the_supervisor_says_so() -> None:
    parish = drop_in(*PCSO_AND_PC, engagement_type="PARISH_COUNCIL")
    assert not is_candidate(parish)
    assert is_candidate(parish.model_copy(update={"s34_reviewed": True}))
    school = drop_in(*PCSO_AND_PC, engagement_type="SCHOOL_VISIT", s34_reviewed=True)
    assert not is_candidate(school)


def test_r1_an_entry_without_outcome_was_held() -> None:
    assert is_candidate(drop_in(*PCSO_AND_PC, outcome=None))


# ---------------------------------------------------------------------------- R2


def test_r2_only_approved_entries_count() -> None:
    assert {status for status in ReviewStatus if is_counted(status)} == {ReviewStatus.APPROVED}


# ---------------------------------------------------------------------------- R3


def test_r3_a_constable_assigned_to_the_neighbourhood_makes_it_strict() -> None:
    answer = section_34(drop_in(*PCSO_AND_PC), OFFICERS)
    assert (answer.broad, answer.strict) == (True, True)
    assert answer.reason == "Open to the public; PC 5127 responsible for the neighbourhood."


def test_r3_pcsos_alone_are_a_meeting_in_the_broad_sense_only() -> None:
    answer = section_34(drop_in(("pcso", "PCSO")), OFFICERS)
    assert (answer.broad, answer.strict) == (True, False)
    assert "no police officer" in answer.reason


@pytest.mark.parametrize(
    ("present", "strict"),
    [
        (("pc-belgrave", "PC"), False),
        (("ps", "PS"), True),
        (("insp", "INSP"), True),
        (("insp-lichfield", "INSP"), False),
        (("nobody-we-know", "PC"), False),
        (("pc", "PCSO"), False),
        (("pc", "WARLORD"), False),
        (("pcso", "PC"), False),
    ],
)
def test_r3_responsibility_is_by_assignment_or_supervision(
    present: tuple[str, str], *, strict: bool
) -> None:
    assert section_34(drop_in(present), OFFICERS).strict is strict


def test_r3_nobody_present_is_not_strict() -> None:
    assert not section_34(drop_in(), OFFICERS).strict
    assert not is_responsible("ghost", GLASCOTE, "TA", OFFICERS)


def test_r3_the_meeting_carries_day_people_and_strictness() -> None:
    meeting = meeting_of(drop_in(*PCSO_AND_PC), OFFICERS, ref="TA-ENG-2026-004213")
    assert meeting == Meeting(
        GLASCOTE, date(2026, 11, 19), 40, strict=True, ref="TA-ENG-2026-004213"
    )
    assert meeting_of(drop_in(*PCSO_AND_PC, open_to_public=False), OFFICERS) is None
    assert meeting_of(drop_in(*PCSO_AND_PC, started_at=None), OFFICERS) is None


def test_r3_a_meeting_late_in_the_evening_belongs_to_the_day_on_the_wall() -> None:
    late = drop_in(*PCSO_AND_PC, started_at=datetime(2026, 7, 1, 23, 30, tzinfo=UTC))
    meeting = meeting_of(late, OFFICERS)
    assert meeting is not None
    assert meeting.held_on == date(2026, 7, 2)


# ------------------------------------------------------------------------ R4 and R6


def held(days_ago: int, *, attendance: int = 12, strict: bool = True) -> Meeting:
    return Meeting(GLASCOTE, AS_OF - timedelta(days=days_ago), attendance, strict=strict)


def stands(
    last: Meeting | None, *, next_in: int | None = None, settings: RuleSettings = DEFAULT
) -> tuple[Rag, str]:
    planned = None if next_in is None else AS_OF + timedelta(days=next_in)
    answer = standing(last, next_planned=planned, as_of=AS_OF, settings=settings)
    return answer.rag, answer.code


@pytest.mark.parametrize(
    ("last", "next_in", "expected"),
    [
        (None, None, (Rag.RED, "never")),
        (None, 5, (Rag.RED, "never_booked")),
        (held(115), 11, (Rag.RED, "over_limit_booked")),
        (held(93), None, (Rag.RED, "over_limit")),
        (held(93, attendance=0), None, (Rag.RED, "over_limit")),
        (held(87, attendance=0), None, (Rag.AMBER, "nobody_came")),
        (held(3, attendance=0), 20, (Rag.AMBER, "nobody_came")),
        (held(3, strict=False), 20, (Rag.AMBER, "pcso_only")),
        (held(3), 25, (Rag.GREEN, "booked")),
        (held(81), 4, (Rag.GREEN, "booked")),
        (held(92), 0, (Rag.GREEN, "booked")),
        (held(69), None, (Rag.GREEN, "recent")),
        (held(69), 80, (Rag.GREEN, "recent")),
        (held(70), None, (Rag.AMBER, "no_next_date")),
        (held(92), None, (Rag.AMBER, "no_next_date")),
        (held(80), 40, (Rag.AMBER, "booked_too_late")),
        (held(0), None, (Rag.GREEN, "recent")),
    ],
)
def test_r4_red_amber_green_in_the_order_laid_down(
    last: Meeting | None, next_in: int | None, expected: tuple[Rag, str]
) -> None:
    assert stands(last, next_in=next_in) == expected


def test_r4_a_booked_date_does_not_turn_red_to_green_it_only_says_so() -> None:
    answer = standing(held(115), next_planned=date(2026, 12, 3), as_of=AS_OF, settings=DEFAULT)
    assert answer.rag is Rag.RED
    assert answer.sentence == (
        "The last meeting was 115 days ago; the limit is 92 days. "
        "The next one is planned for Thu 3 Dec."
    )


def test_r4_the_limit_is_a_setting() -> None:
    assert stands(held(50), settings=rule_settings({"s34_limit_days": 42})) == (
        Rag.RED,
        "over_limit",
    )


def test_r4_a_next_date_in_another_year_shows_the_year() -> None:
    answer = standing(held(80), next_planned=date(2027, 1, 12), as_of=AS_OF, settings=DEFAULT)
    assert "Tue 12 Jan 2027" in answer.sentence


def test_r6_nobody_came_counts_as_held_but_never_better_than_amber() -> None:
    empty, full = held(10, attendance=0), held(60)
    assert last_meeting([empty, full], as_of=AS_OF, settings=DEFAULT) == empty
    assert stands(empty)[0] is Rag.AMBER


def test_r6_by_setting_a_meeting_that_nobody_attended_does_not_count() -> None:
    settings = rule_settings({"zero_attendance_counts": False})
    last = last_meeting([held(10, attendance=0), held(60)], as_of=AS_OF, settings=settings)
    assert last == held(60)
    assert last_meeting([held(10, attendance=0)], as_of=AS_OF, settings=settings) is None


def test_r6_the_outcome_nobody_came_is_an_attendance_of_nought() -> None:
    meeting = meeting_of(drop_in(*PCSO_AND_PC, outcome=Outcome.NOBODY_CAME, counts=None), OFFICERS)
    assert meeting is not None
    assert meeting.attendance == 0


def test_r3_the_mode_decides_what_pcso_only_means() -> None:
    pcso, strict = held(5, strict=False), held(80)
    both = [pcso, strict]
    assert last_meeting(both, as_of=AS_OF, settings=DEFAULT) == pcso
    assert stands(pcso)[1] == "pcso_only"
    broad = rule_settings({"s34_mode": "BROAD"})
    assert stands(pcso, settings=broad) == (Rag.GREEN, "recent")
    only_strict = rule_settings({"s34_mode": "STRICT"})
    assert last_meeting(both, as_of=AS_OF, settings=only_strict) == strict


def test_r4_meetings_after_the_day_asked_about_are_not_known_yet() -> None:
    assert last_meeting([held(-1), held(30)], as_of=AS_OF, settings=DEFAULT) == held(30)


def test_r4_of_two_on_one_day_the_better_one_is_taken() -> None:
    rows = [held(5, strict=False), held(5, attendance=0), held(5, attendance=3)]
    assert last_meeting(rows, as_of=AS_OF, settings=DEFAULT) == held(5, attendance=3)


meetings = st.builds(
    held,
    st.integers(0, 400),
    attendance=st.integers(0, 3),
    strict=st.booleans(),
)


@given(st.none() | meetings, st.none() | st.integers(0, 400))
def test_r4_every_neighbourhood_stands_somewhere_and_says_why(
    last: Meeting | None, next_in: int | None
) -> None:
    planned = None if next_in is None else AS_OF + timedelta(days=next_in)
    answer = standing(last, next_planned=planned, as_of=AS_OF, settings=DEFAULT)
    assert answer.rag in Rag
    assert answer.code
    assert answer.sentence.endswith(".")
    over = last is None or (AS_OF - last.held_on).days > DEFAULT.s34_limit_days
    assert (answer.rag is Rag.RED) == over
    capped = last is not None and (last.attendance == 0 or not last.strict)
    if capped and not over:
        assert answer.rag is Rag.AMBER


@given(meetings, st.none() | st.integers(0, 400), st.integers(0, 400))
def test_r4_booking_a_date_never_makes_it_worse(
    last: Meeting, next_in: int | None, sooner: int
) -> None:
    order = {Rag.RED: 0, Rag.AMBER: 1, Rag.GREEN: 2}
    without = stands(last)[0]
    assert order[stands(last, next_in=sooner)[0]] >= order[without]


def test_r4_of_two_on_one_day_with_a_constable_the_attended_one_is_taken() -> None:
    empty = held(5, attendance=0)
    pcso = held(5, attendance=1, strict=False)
    assert last_meeting([empty, pcso], as_of=AS_OF, settings=DEFAULT) == pcso


# ---------------------------------------------------------------------------- R5


def test_r5_mean_and_longest_gap_with_the_gap_up_to_today() -> None:
    days = [date(2026, 9, 1), date(2026, 9, 29), date(2026, 11, 3)]
    gaps = meeting_gaps(days, today=date(2026, 11, 20), settings=DEFAULT)
    assert (gaps.mean, gaps.longest, gaps.open) == (31.5, 35, 17)
    assert not gaps.mean_met
    assert gaps.limit_met


def test_r5_a_team_that_stopped_meeting_does_not_look_good() -> None:
    days = [date(2026, 6, 1), date(2026, 6, 22), date(2026, 7, 13)]
    gaps = meeting_gaps(days, today=AS_OF, settings=DEFAULT)
    assert gaps.longest == gaps.open == 132
    assert gaps.mean == pytest.approx((21 + 21 + 132) / 3)
    assert not gaps.limit_met
    assert not gaps.mean_met


def test_r5_a_limit_of_six_weeks_is_kept_on_the_forty_second_day_and_not_on_the_next() -> None:
    assert meeting_gaps([AS_OF - timedelta(days=42)], today=AS_OF, settings=DEFAULT).limit_met
    assert not meeting_gaps([AS_OF - timedelta(days=43)], today=AS_OF, settings=DEFAULT).limit_met


def test_r5_a_mean_of_thirty_days_is_met_and_a_meeting_today_counts() -> None:
    days = [AS_OF - timedelta(days=60), AS_OF - timedelta(days=30), AS_OF]
    gaps = meeting_gaps(days, today=AS_OF, settings=DEFAULT)
    assert (gaps.mean, gaps.open) == (30, 0)
    assert gaps.mean_met


def test_r5_no_meeting_at_all_meets_nothing() -> None:
    gaps = meeting_gaps([AS_OF + timedelta(days=3)], today=AS_OF, settings=DEFAULT)
    assert gaps.mean is None
    assert not gaps.limit_met
