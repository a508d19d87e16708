"""R13-R16 on screen: a yes goes elsewhere, and only its reference stays here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.capture.beat import Beat
from tests.ui.capture.finger import Finger, part
from ui.views.entry_form.emergency import TITLE, EmergencyStop
from ui.views.entry_form.notes_part import NotesPart
from ui.views.entry_form.page import EntryFormPage
from ui.views.entry_form.routing_part import RoutingPart
from ui.widgets.text import Label

Fill = Callable[[EntryFormPage], None]


def enter(page: EntryFormPage, name: str, words: str) -> None:
    entered = page.field(name)
    assert entered is not None
    assert isinstance(entered.target, QLineEdit)
    QTest.keyClicks(entered.target, words)


def wrong_fields(page: EntryFormPage) -> set[str]:
    """Fields named in the summary of errors."""
    return {
        link.objectName().removeprefix("error:")
        for link in page.errors.findChildren(QPushButton)
        if link.objectName().startswith("error:") and not link.isHidden()
    }


def test_a_crime_needs_its_number_or_the_time_the_control_room_was_told(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    routing = page.part(RoutingPart)
    finger.tap(routing.questions["discloses_crime"].chip("yes"))
    assert routing.behind["discloses_crime"].isVisible()
    finger.tap(page.check)
    window.form(qtbot)
    assert wrong_fields(page) == {"crime_or_incident_ref"}
    finger.tap(routing.tell)
    assert window.body(page)["reported_to_control_at"] == "2026-11-19T10:47:00+00:00"
    assert routing.told.text() == "Control room told at 10:47"
    finger.tap(page.check)
    window.check(qtbot)


def test_a_no_takes_back_what_a_yes_had_asked_for(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    routing = page.part(RoutingPart)
    finger.tap(routing.questions["discloses_crime"].chip("yes"))
    enter(page, "crime_or_incident_ref", "CR-1")
    finger.tap(routing.questions["discloses_crime"].chip("no"))
    body = window.body(page)
    assert body["discloses_crime"] is False
    assert "crime_or_incident_ref" not in body


def test_an_emergency_covers_the_screen_and_then_asks_for_the_log_number(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    routing = page.part(RoutingPart)
    finger.tap(routing.questions["emergency"].chip("yes"))
    shell = window.shell
    assert shell is not None
    stop = shell.findChild(EmergencyStop)
    assert stop is not None
    assert stop.isVisible()
    assert stop.geometry() == shell.rect()
    assert TITLE in {label.text() for label in stop.findChildren(Label)}
    shell.resize(800, 1280)
    assert stop.geometry() == shell.rect()
    finger.tap(stop.yes)
    log = page.fields.find("control_room_log")
    assert log is not None
    qtbot.waitUntil(log.target.hasFocus, timeout=3000)
    finger.tap(page.check)
    window.form(qtbot)
    assert wrong_fields(page) == {"control_room_log"}
    enter(page, "control_room_log", "LOG-214")
    finger.tap(page.check)
    window.check(qtbot)


def test_a_slip_on_emergency_is_taken_back(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DROP_IN")
    routing = page.part(RoutingPart)
    finger.tap(routing.questions["emergency"].chip("yes"))
    assert window.shell is not None
    stop = window.shell.findChild(EmergencyStop)
    assert stop is not None
    finger.tap(stop.no)
    assert window.body(page)["emergency"] is False
    assert not routing.behind["emergency"].isVisible()


def test_a_safeguarding_concern_takes_a_route_a_time_and_a_reference_and_locks_the_notes(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "SCHOOL_VISIT")
    fill(page)
    notes = page.part(NotesPart)
    QTest.keyClicks(notes.notes, "A good session")
    routing = page.part(RoutingPart)
    finger.tap(routing.questions["safeguarding_concern"].chip("yes"))
    assert page.marking == "OFFICIAL-SENSITIVE"
    assert notes.lock.isVisible()
    assert not notes.phrases.isVisible()
    QTest.keyClicks(notes.notes, " and then a pupil said")
    assert window.body(page)["qualitative"] == "A good session"
    assert notes.notes.text() == "A good session"
    finger.tap(page.check)
    window.form(qtbot)
    assert wrong_fields(page) == {
        "safeguarding.routed_to",
        "safeguarding.force_referral_ref",
    }
    finger.tap(routing.route.chip("SCHOOL_DSL"))
    finger.tap(routing.by_control)
    assert window.body(page)["safeguarding"] == {
        "routed_to": "SCHOOL_DSL",
        "routed_at": "2026-11-19T10:47:00+00:00",
        "reference_by_control_room": True,
    }
    finger.tap(page.check)
    check = window.check(qtbot)
    assert check.marking == "OFFICIAL-SENSITIVE"


def test_with_no_notes_a_concern_leaves_one_fixed_line_and_no_box(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "SCHOOL_VISIT")
    notes, routing = page.part(NotesPart), page.part(RoutingPart)
    finger.tap(routing.questions["safeguarding_concern"].chip("yes"))
    assert [box for box in notes.section.findChildren(QPlainTextEdit) if box.isVisible()] == []
    assert "Concern passed on. No details are held here." in {
        label.text() for label in notes.section.findChildren(Label)
    }
    finger.tap(routing.questions["safeguarding_concern"].chip("no"))
    assert notes.notes.isVisible()


def test_the_school_is_a_route_only_at_a_school(window: Beat, qtbot: QtBot) -> None:
    at_school = window.start(qtbot, "SCHOOL_VISIT").part(RoutingPart)
    assert at_school.route.chip("SCHOOL_DSL").text() == "School safeguarding lead"
    elsewhere = window.start(qtbot, "DROP_IN").part(RoutingPart)
    values = {
        chip.objectName()
        for chip in elsewhere.route.findChildren(type(at_school.route.chip("MASH")))
    }
    assert "chip:SCHOOL_DSL" not in values
    assert "chip:MASH" in values


def test_intelligence_takes_a_reference_only(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    routing = page.part(RoutingPart)
    finger.tap(routing.questions["intel_submitted"].chip("yes"))
    finger.tap(page.check)
    window.form(qtbot)
    assert wrong_fields(page) == {"intel_ref"}
    enter(page, "intel_ref", "INT-7")
    finger.tap(page.check)
    window.check(qtbot)


def test_none_of_these_never_overrides_a_yes(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DROP_IN")
    routing = page.part(RoutingPart)
    finger.tap(routing.questions["discloses_crime"].chip("yes"))
    finger.tap(part(page, QPushButton, "routing.none"))
    body = window.body(page)
    assert body["discloses_crime"] is True
    assert [body[name] for name in ("emergency", "safeguarding_concern", "intel_submitted")] == [
        False,
        False,
        False,
    ]
    assert not routing.none.isVisible()
