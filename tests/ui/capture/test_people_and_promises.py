"""Promises, questions, people and schools: the parts that hold more than a number."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.capture.beat import Beat
from tests.ui.capture.finger import Finger, part, type_into
from ui.views.entry_form.follow_ups_part import FollowUpsPart
from ui.views.entry_form.person_part import PersonPart
from ui.views.entry_form.school_part import SchoolPart
from ui.widgets.list_picker import PickSheet


def test_a_promise_by_one_tap_has_an_owner_and_a_date(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    page.field("actions_promised")
    finger.tap(part(page, QPushButton, "phrase:COUNCIL"))
    (promise,) = window.body(page)["actions_promised"]
    assert promise.pop("id")
    assert promise == {
        "kind": "REFERRAL",
        "summary": "Ask the council to look at it",
        "owner_officer_id": "of-0001",
        "raised_at": "2026-11-19T10:47:00+00:00",
        "due_at": "2026-11-26T17:00:00+00:00",
        "lead_partner_type": "LOCAL_AUTHORITY",
    }
    part_ = page.part(FollowUpsPart)
    (card,) = part_.cards.values()
    assert card.due.text() == "By Thu 26 Nov"
    assert card.owner.text() == "Me"
    finger.tap(card.owner)
    sheet = window.shell.findChild(PickSheet) if window.shell else None
    assert sheet is not None
    sheet.picked.emit("of-0005")
    assert card.owner.text() == "PC Hannah Oduya"
    assert window.body(page)["actions_promised"][0]["owner_officer_id"] == "of-0005"
    sheet.dismiss()
    part_.take_out(card.key)
    assert "actions_promised" not in window.body(page)
    finger.tap(part_.back)
    assert len(window.body(page)["actions_promised"]) == 1


def test_a_question_runs_from_when_it_was_asked(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DOORSTEP")
    person = page.part(PersonPart)
    finger.tap(person.asks.chip("yes"))
    (promise,) = window.body(page)["actions_promised"]
    key = promise["id"]
    assert window.body(page)["is_query"] is True
    assert promise["due_at"] == "2026-11-22T10:47:00+00:00"
    type_into(page, f"actions_promised.{key}.summary", "What is done about the bikes?")
    type_into(page, f"actions_promised.{key}.raised_at", "0930")
    (promise,) = window.body(page)["actions_promised"]
    assert promise["summary"] == "What is done about the bikes?"
    assert promise["raised_at"] == "2026-11-19T09:30:00+00:00"
    assert promise["due_at"] == "2026-11-22T09:30:00+00:00"
    card = page.part(FollowUpsPart).cards[key]
    assert card.due_words.text() == "Answer by Sun 22 Nov, 09:30 (72 hours)"


def test_nobody_is_named_until_a_purpose_needs_it(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DOORSTEP")
    person = page.part(PersonPart)
    assert person.purpose.value() == "none"
    assert page.findChild(QLineEdit, "person.full_name") is None
    finger.tap(person.purpose.chip("REPLY"))
    type_into(page, "person.full_name", "Ada Example")
    type_into(page, "person.phone", "07700 900123")
    held = page.entry_form.draft.person
    assert held is not None
    assert held["created_for"] == "REPLY"
    assert held["full_name"] == "Ada Example"
    finger.tap(person.purpose.chip("none"))
    assert set(page.entry_form.draft.person or {}) <= {"id"}
    assert page.entry_form.draft.consents == ()


def test_consent_is_never_ticked_beforehand_and_a_refusal_is_kept(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DOORSTEP")
    person = page.part(PersonPart)
    finger.tap(person.purpose.chip("CONSENT"))
    for card in person.consents.values():
        assert card.asked.answer() is None
    finger.tap(person.consents["LOCAL_UPDATES"].asked.chip("yes"))
    finger.tap(person.consents["SMART_ALERT"].asked.chip("no"))
    given, refused = page.entry_form.draft.consents
    assert given == {
        "at": "2026-11-19T10:47:00+00:00",
        "purpose": "LOCAL_UPDATES",
        "status": "GIVEN",
        "method": "VERBAL_READBACK",
        "wording_version": "CN-3",
        "language": "en",
        "captured_by": "of-0001",
    }
    assert (refused["purpose"], refused["status"]) == ("SMART_ALERT", "REFUSED")


def test_a_school_visit_holds_numbers_and_no_name_of_a_pupil(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    window.flow.start_planned(window.plan["school"])
    page = window.form(qtbot)
    school = page.part(SchoolPart)
    finger.tap(school.years.chip("Y6"))
    type_into(page, "school.pupils", "58")
    type_into(page, "school.staff_present", "3")
    finger.tap(school.topics.chip("ONLINE_SAFETY"))
    finger.tap(school.purpose.chip("EDUCATION"))
    finger.tap(school.safe["staff_in_room_throughout"].chip("yes"))
    body = window.body(page)
    assert body["school"] == {
        "school_id": "school-001",
        "name": "Foxglove Primary School",
        "urn": "999901",
        "phase": "PRIMARY",
        "year_groups": ["Y6"],
        "key_stage": "KS2",
        "pupils": 58,
        "staff_present": 3,
        "topics": ["ONLINE_SAFETY"],
        "visit_purpose": "EDUCATION",
        "staff_in_room_throughout": True,
    }
    assert body["counts"] == {"children_young_people": 58, "adults": 3}
    names = [name for name in page.fields.names() if "name" in name]
    assert set(names) <= {"school.name", "venue.name"}
