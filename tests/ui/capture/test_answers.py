"""Answers by name: edited in place, nothing unknown is touched, nothing empty is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest
from pytestqt.qtbot import QtBot

from tests.conftest import FixedClock
from tests.ui.capture.beat import Beat
from ui.presenters.entry.answers import Answers
from ui.presenters.entry.entry import Entry
from ui.presenters.entry.facts import FormFacts
from ui.presenters.entry.form import EntryForm


def form_of(beat: Beat, kind: str = "DROP_IN") -> Entry:
    draft = beat.services.capture.start(kind)
    facts = FormFacts.read(beat.services, kind)
    return Entry(EntryForm(beat.desk, draft, facts))


def test_fields_a_newer_version_wrote_survive_editing() -> None:
    body = {
        "weather": {"code": "RAIN", "by": "a newer version"},
        "counts": {"adults": 3, "dogs": 2},
        "issues": [{"id": "i1", "category": "PARKING", "colour": "red"}],
    }
    answers = Answers(body, None, ())
    answers.set("counts.adults", 4)
    answers.put("issues", "id", "i1", mentions=5)
    kept, _person, _consents = answers.copies()
    assert kept["weather"] == {"code": "RAIN", "by": "a newer version"}
    assert kept["counts"] == {"adults": 4, "dogs": 2}
    assert kept["issues"] == [{"id": "i1", "category": "PARKING", "colour": "red", "mentions": 5}]


def test_the_body_handed_in_is_never_changed() -> None:
    body = {"counts": {"adults": 3}}
    Answers(body, None, ()).set("counts.adults", 9)
    assert body == {"counts": {"adults": 3}}


def test_an_answer_taken_back_leaves_nothing_empty_behind() -> None:
    answers = Answers({"venue": {"name": "Hall"}, "qualitative": "Words"}, None, ())
    assert answers.set("venue.name", "")
    assert answers.set("qualitative", None)
    assert answers.body == {}


def test_nought_and_no_are_answers() -> None:
    answers = Answers({}, None, ())
    answers.set("counts.adults", 0)
    answers.set("emergency", False)
    assert answers.body == {"counts": {"adults": 0}, "emergency": False}


def test_a_person_begins_with_the_first_detail() -> None:
    answers = Answers({}, None, ())
    answers.set("person.full_name", "Ada Example")
    assert answers.person == {"full_name": "Ada Example"}
    assert answers.body == {}


@pytest.fixture
def entry(beat: Beat, qtbot: QtBot) -> Entry:
    return form_of(beat)


def test_a_finish_before_the_start_means_the_next_day(entry: Entry) -> None:
    entry.when.set_start(time(22, 0))
    entry.when.set_end(time(0, 30))
    assert entry.when.ended == datetime(2026, 11, 20, 0, 30, tzinfo=UTC)
    assert entry.when.length_line() == "2 h 30 min, finishing tomorrow"


def test_a_finish_that_would_make_it_too_long_stays_on_its_day(entry: Entry) -> None:
    entry.when.set_start(time(10, 0))
    entry.when.set_end(time(9, 0))
    assert entry.when.ended == datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
    assert entry.when.length() is None


def test_another_day_moves_both_times(entry: Entry) -> None:
    entry.when.set_start(time(10, 0))
    entry.when.set_end(time(11, 30))
    entry.when.set_day(date(2026, 11, 18))
    assert entry.when.started == datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
    assert entry.when.ended == datetime(2026, 11, 18, 11, 30, tzinfo=UTC)


def test_a_half_typed_time_does_not_lose_the_day(entry: Entry) -> None:
    entry.when.set_day(date(2026, 11, 12))
    entry.when.set_start(None)
    entry.when.set_start(time(9, 30))
    assert entry.when.started == datetime(2026, 11, 12, 9, 30, tzinfo=UTC)


def test_the_hour_that_comes_twice_can_be_told_apart(entry: Entry) -> None:
    entry.when.set_day(date(2026, 10, 25))
    entry.when.set_start(time(1, 30))
    assert entry.when.started == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    first, second = entry.when.readings("started_at")
    assert "BST" in first.words
    assert "GMT" in second.words
    entry.when.choose_reading("started_at", second.utc)
    entry.when.set_end(time(2, 30))
    assert entry.when.started == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert entry.when.start_time == time(1, 30)


def test_the_hour_that_does_not_exist_is_taken_an_hour_later(
    beat: Beat, beat_clock: FixedClock, qtbot: QtBot
) -> None:
    beat_clock.set(datetime(2027, 3, 28, 12, 0, tzinfo=UTC))
    entry = form_of(beat)
    entry.when.set_start(time(1, 30))
    assert entry.when.start_time == time(2, 30)


def test_minutes_of_officers_follow_the_length_until_they_are_set(entry: Entry) -> None:
    entry.when.set_start(time(9, 0))
    entry.when.set_end(time(10, 0))
    entry.people.add("of-0005")
    entry.people.set_minutes("of-0005", 20)
    entry.ready()
    entry.when.set_end(time(10, 45))
    assert entry.people.minutes("of-0001") == 105
    assert entry.people.minutes("of-0005") == 20
    assert entry.people.summary() == "Priya Nandra, Hannah Oduya 20 min"


def test_a_place_brings_its_neighbourhood_until_the_officer_chooses(entry: Entry) -> None:
    entry.where.pick("venue-001")
    assert entry.where.neighbourhood == "E05007070"
    assert entry.where.origin == "Filled in from the place; change it if needed"
    entry.where.choose_neighbourhood("E05007067")
    entry.where.pick("venue-001")
    assert entry.where.neighbourhood == "E05007067"
    assert entry.where.origin == ""


def test_nothing_of_a_known_place_sticks_to_a_typed_one(entry: Entry) -> None:
    entry.where.pick("venue-001")
    entry.where.type("The green")
    assert entry.form.answers.get("venue") == {"name": "The green", "location_source": "NONE"}


def test_partners_are_counted_once_and_the_officers_own_number_stays(entry: Entry) -> None:
    entry.partners.set_counts({"FIRE": 2})
    assert entry.form.answers.number("counts.partner_people") == 2
    entry.partners.set_counts({"FIRE": 2, "HOUSING": 1})
    assert entry.form.answers.number("counts.partner_people") == 3
    entry.counts.set_values({"partner_people": 5})
    entry.partners.set_counts({"FIRE": 2})
    assert entry.form.answers.number("counts.partner_people") == 5


def test_a_question_is_due_72_hours_after_it_was_asked_also_over_a_clock_change(
    beat: Beat, beat_clock: FixedClock, qtbot: QtBot
) -> None:
    beat_clock.set(datetime(2026, 10, 23, 12, 0, tzinfo=UTC))
    entry = form_of(beat, "DOORSTEP")
    key = entry.follow_ups.add_query()
    assert entry.follow_ups.due(key) == datetime(2026, 10, 26, 12, 0, tzinfo=UTC)
    entry.follow_ups.set_asked(key, datetime(2026, 10, 23, 10, 15, tzinfo=UTC))
    assert entry.follow_ups.due(key) == datetime(2026, 10, 26, 10, 15, tzinfo=UTC)
    entry.follow_ups.set_due(key, date(2026, 11, 20))
    assert entry.follow_ups.due(key) == datetime(2026, 10, 26, 10, 15, tzinfo=UTC)


def test_two_old_elements_of_one_kind_keep_what_each_says(entry: Entry) -> None:
    entry.form.set(
        "issues",
        [
            {"id": "a", "category": "PARKING", "mentions": 2, "summary": "By the school"},
            {"id": "b", "category": "PARKING", "mentions": 3, "summary": "By the shops"},
        ],
    )
    assert entry.issues.counts() == {"PARKING": 5}
    entry.issues.set_counts({"PARKING": 6})
    assert [issue["mentions"] for issue in entry.form.answers.elements("issues")] == [3, 3]
    entry.issues.set_counts({})
    assert entry.form.answers.elements("issues") == []
