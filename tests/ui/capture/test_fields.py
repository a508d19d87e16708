"""Each part of the form writes the fields it is named for, and nothing else."""

from __future__ import annotations

from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.capture.beat import Beat
from tests.ui.capture.finger import Finger, part, type_into
from ui.views.entry_form.issues_part import IssuesPart
from ui.views.entry_form.online_part import OnlinePart
from ui.views.entry_form.outcome_part import OutcomePart
from ui.views.entry_form.page import EntryFormPage
from ui.views.entry_form.people_part import PeoplePart
from ui.views.entry_form.when_part import WhenPart


def new_fields(before: dict[str, Any], page: EntryFormPage) -> dict[str, Any]:
    """Top-level fields that have another value than before."""
    after = page.entry_form.draft.body
    return {
        name: after.get(name) for name in {*before, *after} if after.get(name) != before.get(name)
    }


def test_when_writes_times_in_utc(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DROP_IN")
    before = window.body(page)
    when = page.part(WhenPart)
    type_into(page, "started_at", "0915")
    type_into(page, "ended_at", "10:30")
    assert new_fields(before, page) == {
        "started_at": "2026-11-19T09:15:00+00:00",
        "ended_at": "2026-11-19T10:30:00+00:00",
    }
    finger.tap(when.times.finish.later)
    assert window.body(page)["ended_at"] == "2026-11-19T10:45:00+00:00"
    assert when.length.text() == "1 h 30 min"


def test_a_running_session_is_finished_with_one_tap(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    window.clock.advance(minutes=47)
    page.running.refresh()
    finger.tap(page.running.stop)
    assert window.body(page)["ended_at"] == "2026-11-19T11:34:00+00:00"
    window.clock.advance(minutes=5)
    page.running.refresh()
    assert not page.running.isVisible()
    assert page.parts["when"].line() == "Today, 10:47 to 11:34"


def test_the_hour_that_comes_twice_is_asked_for(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DROP_IN")
    when = page.part(WhenPart)
    assert not when.twice["started_at"].isVisible()
    page.entry.when.set_day(date(2026, 10, 25))
    type_into(page, "started_at", "0130")
    asked = when.twice["started_at"]
    assert asked.isVisible()
    assert window.body(page)["started_at"] == "2026-10-25T00:30:00+00:00"
    window.settle(qtbot)
    finger.tap(asked.chip("2026-10-25T01:30:00+00:00"))
    assert window.body(page)["started_at"] == "2026-10-25T01:30:00+00:00"


def test_a_place_of_the_list_writes_what_is_known_of_it(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    before = window.body(page)
    page.field("venue.name")
    finger.tap(part(page, QRadioButton, "chip:venue-001"))
    fields = new_fields(before, page)
    assert fields["venue"]["name"] == "Larkspur Shopping Precinct"
    assert fields["venue"]["venue_id"] == "venue-001"
    assert fields["venue"]["location_source"] == "LIST"
    assert fields["neighbourhood_id"] == "E05007070"
    assert fields["neighbourhood_name_at_time"] == "Glascote"
    assert set(fields) == {"venue", "neighbourhood_id", "neighbourhood_name_at_time"}


def test_a_typed_place_and_a_chosen_neighbourhood(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    type_into(page, "venue.name", "The green by the lock")
    finger.tap(part(page, QRadioButton, "chip:E05007066"))
    body = window.body(page)
    assert body["venue"] == {"name": "The green by the lock", "location_source": "NONE"}
    assert body["neighbourhood_id"] == "E05007066"


def test_counts_are_tapped_typed_and_taken_back(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DROP_IN")
    page.field("counts.adults")
    plus = part(page, QPushButton, "plus:adults")
    for _ in range(3):
        finger.tap(plus)
    type_into(page, "counts.children_young_people", "12")
    assert window.body(page)["counts"] == {"adults": 3, "children_young_people": 12}
    tallies = page.parts["who_came"].section.findChildren(QPushButton)
    finger.tap(next(button for button in tallies if button.text() == "Undo last tap"))
    type_into(page, "counts.smart_alert_signups", "5")
    counts = window.body(page)["counts"]
    assert counts["adults"] == 3
    assert counts["smart_alert_signups"] == 5
    assert page.entry.counts.total() == 3 + counts["children_young_people"]


def test_issues_carry_mentions_words_kind_and_who_can_act(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    issues = page.part(IssuesPart)
    chip = issues.chips.chip("NUISANCE_BIKES")
    finger.tap(chip.word)
    for _ in range(8):
        finger.tap(chip.plus)
    finger.tap(part(page, QPushButton, "detail:NUISANCE_BIKES"))
    type_into(page, "issues.NUISANCE_BIKES.summary", "After school, by the field.")
    detail = issues.open["NUISANCE_BIKES"]
    assert detail.kind is not None
    finger.tap(detail.kind.chip("NUISANCE"))
    finger.tap(detail.leads.chip("police"))
    (issue,) = window.body(page)["issues"]
    assert issue.pop("id")
    assert issue == {
        "category": "NUISANCE_BIKES",
        "mentions": 9,
        "summary": "After school, by the field.",
        "asb_qualifier": "NUISANCE",
        "police_led": True,
    }
    finger.tap(chip.word)
    assert "issues" not in window.body(page)


def test_handouts_are_counted_by_kind_and_a_leaflet_has_a_title(window: Beat, qtbot: QtBot) -> None:
    page = window.start(qtbot, "DROP_IN")
    type_into(page, "handouts.PURSE_BELL", "20")
    type_into(page, "handouts.LEAFLET", "40")
    type_into(page, "handouts.LEAFLET.title", "How to report bikes")
    bells, leaflets = window.body(page)["handouts"]
    assert (bells["type"], bells["qty"]) == ("PURSE_BELL", 20)
    assert (leaflets["type"], leaflets["qty"], leaflets["title"]) == (
        "LEAFLET",
        40,
        "How to report bikes",
    )
    assert bells["id"] != leaflets["id"]


def test_officers_join_with_their_role_and_minutes(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    people = page.part(PeoplePart)
    assert people.chips is not None
    finger.tap(people.chips.chip("of-0005"))
    type_into(page, "participants.of-0005.minutes", "60")
    own, joined = window.body(page)["participants"]
    assert own == {"officer_id": "of-0001", "role_at_time": "PCSO"}
    assert joined == {"officer_id": "of-0005", "role_at_time": "PC", "minutes": 60}
    finger.tap(people.chips.chip("of-0005"))
    assert len(window.body(page)["participants"]) == 1


def test_partners_are_named_and_counted(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DROP_IN")
    page.field("partners_present")
    finger.tap(part(page, QWidget, "mention:FIRE"))
    type_into(page, "partners_present.FIRE.name", "Tamworth watch")
    (partner,) = window.body(page)["partners_present"]
    assert (partner["partner_type"], partner["people"], partner["name"]) == (
        "FIRE",
        1,
        "Tamworth watch",
    )
    assert window.body(page)["counts"] == {"partner_people": 1}


def test_notes_take_typing_and_phrases(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DROP_IN")
    type_into(page, "qualitative", "Busy morning.")
    phrase = next(
        button
        for button in page.parts["notes"].section.findChildren(QPushButton)
        if button.text() == "Asked for more visible patrols"
    )
    finger.tap(phrase)
    type_into(page, "information_given", "Told them about the patrols.")
    body = window.body(page)
    assert body["qualitative"] == "Busy morning. Asked for more visible patrols."
    assert body["information_given"] == "Told them about the patrols."


def test_the_quick_survey_and_the_mood(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DROP_IN")
    page.field("pulse.safe")
    finger.tap(part(page, QPushButton, "plus:safe"))
    finger.tap(part(page, QPushButton, "plus:unsafe"))
    finger.tap(part(page, QRadioButton, "chip:4"))
    body = window.body(page)
    assert body["pulse"] == {"safe": 1, "unsafe": 1}
    assert body["sentiment"] == 4


def test_the_reach_of_a_post_may_run_into_millions(window: Beat, qtbot: QtBot) -> None:
    page = window.start(qtbot, "SOCIAL_POST")
    page.part(OnlinePart)
    type_into(page, "online.reach", "1200000")
    type_into(page, "online.replies", "14")
    assert window.body(page)["online"] == {"reach": 1_200_000, "replies": 14}


def test_called_away_takes_a_reason_and_a_new_date(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    outcome = page.part(OutcomePart)
    finger.tap(outcome.chips.chip("CALLED_AWAY"))
    finger.tap(outcome.reason.chip("OPERATIONAL"))
    finger.tap(outcome.again)
    type_into(page, "rebooking.starts_at", "1400")
    body = window.body(page)
    assert body["outcome"] == "CALLED_AWAY"
    assert body["outcome_reason"] == "OPERATIONAL"
    assert body["rebooking"] == {"starts_at": "2026-11-26T14:00:00+00:00"}
    finger.tap(outcome.chips.chip("HELD"))
    body = window.body(page)
    assert body["outcome"] == "HELD"
    assert "outcome_reason" not in body
    assert "rebooking" not in body


def test_nobody_came_skips_what_makes_no_sense_and_can_be_taken_back(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    finger.tap(part(page, QPushButton, "nobody_came"))
    assert page.parts["issues"].section.isHidden()
    assert page.parts["who_came"].section.isHidden()
    assert page.skipped.isVisible()
    assert page.entry.routing.complete
    page.skipped.acted.emit()
    assert window.body(page)["outcome"] == "HELD"
    assert not page.parts["issues"].section.isHidden()


def test_a_contact_can_become_another_kind_and_keeps_its_answers(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DOORSTEP")
    type_into(page, "qualitative", "Asked about the bikes.")
    finger.tap(part(page, QRadioButton, "chip:PHONE_EMAIL"))
    window.settle(qtbot)
    body = window.body(page)
    assert body["engagement_type"] == "PHONE_EMAIL"
    assert body["in_person"] is False
    assert body["qualitative"] == "Asked about the bikes."
    assert "who_came" not in page.parts
    assert page.title == "New phone or email contact"


def test_the_last_session_gives_place_and_times_only(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Any
) -> None:
    first = window.start(qtbot, "DROP_IN")
    fill(first)
    type_into(first, "qualitative", "Words of the first.")
    type_into(first, "started_at", "0800")
    type_into(first, "ended_at", "0900")
    first.check.click()
    window.check(qtbot).submit.click()
    window.submitted(qtbot).today.click()
    page = window.start(qtbot, "DROP_IN")
    finger.tap(page.copy)
    window.settle(qtbot)
    body = window.body(page)
    assert body["venue"]["name"] == "The green"
    assert body["started_at"] == "2026-11-19T08:00:00+00:00"
    assert body["ended_at"] == "2026-11-19T09:00:00+00:00"
    assert "counts" not in body
    assert "qualitative" not in body
    assert page.subtitle.startswith("Place and times copied from")


def test_keys_alone_reach_and_answer_a_field(window: Beat, qtbot: QtBot) -> None:
    page = window.start(qtbot, "DROP_IN")
    assert page.go_to("counts.adults")
    spin = page.fields.find("counts.adults")
    assert spin is not None
    QTest.keyClick(spin.target, Qt.Key.Key_Up)
    QTest.keyClick(spin.target, Qt.Key.Key_Up)
    assert window.body(page)["counts"] == {"adults": 2}
