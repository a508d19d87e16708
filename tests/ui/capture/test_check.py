"""Check before you submit: problems first, every line leads back, words are settled one by one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from fieldapp.domain.codes import RecordType
from fieldapp.domain.records import Record
from fieldapp.services.values import Draft, Mark
from tests.ui.capture.beat import Beat
from tests.ui.capture.finger import Finger, part
from ui.views.entry_form.page import EntryFormPage
from ui.views.submitted import SAFE
from ui.widgets.text import Label

Fill = Callable[[EntryFormPage], None]


def write(page: EntryFormPage, name: str, words: str) -> QPlainTextEdit:
    entered = page.field(name)
    assert entered is not None
    assert isinstance(entered.target, QPlainTextEdit)
    QTest.keyClicks(entered.target, words)
    return entered.target


def test_what_is_missing_is_said_on_top_with_the_focus_and_beside_each_field(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    finger.tap(page.check)
    window.form(qtbot)
    qtbot.waitUntil(page.errors.hasFocus, timeout=3000)
    said = [link.text() for link in page.errors.findChildren(QPushButton) if link.isVisible()]
    assert said == [
        "Choose the neighbourhood.",
        "Enter where it was held.",
        "Count who came, or choose Nobody came.",
        "Say whether anyone told you about a crime.",
        "Say whether there is a safeguarding concern.",
    ]
    place = page.fields.find("venue.name")
    assert place is not None
    assert place.frame is not None
    assert place.frame.error == "Enter where it was held."
    assert page.check.isEnabled(), "submit explains, it is never switched off"


def test_a_line_of_the_summary_leads_to_its_field_and_goes_when_it_is_put_right(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    finger.tap(page.check)
    window.form(qtbot)
    finger.tap(part(page.errors, QPushButton, "error:venue.name"))
    place = page.fields.find("venue.name")
    assert place is not None
    assert place.target.hasFocus()
    QTest.keyClicks(place.target, "The green")
    assert place.frame is not None
    assert place.frame.error == ""
    assert part_names(page) == {
        "error:neighbourhood_id",
        "error:counts",
        "error:discloses_crime",
        "error:safeguarding_concern",
    }


def part_names(page: EntryFormPage) -> set[str]:
    return {
        link.objectName() for link in page.errors.findChildren(QPushButton) if not link.isHidden()
    }


def test_every_change_link_lands_in_its_field(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    page.entry.issues.set_counts({"PARKING": 2})
    page.entry.follow_ups.add_phrase("PATROL")
    page.entry.handouts.set_counts({"LEAFLET": 5})
    write(page, "qualitative", "Busy.")
    finger.tap(page.check)
    links = [
        link.objectName().removeprefix("change:")
        for link in window.check(qtbot).findChildren(QPushButton)
        if link.objectName().startswith("change:")
    ]
    assert {"started_at", "venue.name", "counts.adults", "qualitative", "discloses_crime"} <= set(
        links
    )
    assert any(name.startswith("issues.") for name in links)
    assert any(name.startswith("actions_promised.") for name in links)
    for name in links:
        check = window.check(qtbot)
        finger.tap(part(check, QPushButton, f"change:{name}"))
        form = window.form(qtbot)
        focus = form.focusWidget()
        landed = form.fields.holding(focus)
        assert landed.split(".")[0] == name.split(".")[0], (name, landed)
        finger.tap(form.check)


def test_a_name_and_a_number_are_removed_or_kept_with_a_reason(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    write(page, "qualitative", "Spoke to Mrs Patel. Ring 01632 960123 about the hall.")
    finger.tap(page.check)
    check = window.check(qtbot)
    assert [card.finding.text for card in check.findings] == ["Patel", "01632 960123"]
    finger.tap(check.submit)
    assert check.errors.isVisible(), "a number stops until it is settled"
    name, _number = check.findings
    finger.tap(name.remove)
    window.settle(qtbot)
    assert window.body(page)["qualitative"] == "Spoke to. Ring 01632 960123 about the hall."
    (number,) = check.findings
    finger.tap(number.keeps["PUBLIC_ROLE"])
    window.settle(qtbot)
    assert check.findings == []
    assert window.body(page)["kept_text"] == [
        {"field": "qualitative", "kind": "PHONE", "because": "PUBLIC_ROLE"}
    ]
    finger.tap(check.submit)
    window.submitted(qtbot)


def test_a_finding_in_an_issue_is_taken_out_there(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    page.entry.issues.set_counts({"PARKING": 2})
    page.entry.issues.set_detail("PARKING", summary="Van AB12 CDE on the zig-zags")
    finger.tap(page.check)
    check = window.check(qtbot)
    (plate,) = check.findings
    finger.tap(plate.remove)
    window.settle(qtbot)
    assert window.body(page)["issues"][0]["summary"] == "Van on the zig-zags"


def test_a_large_number_is_confirmed_once(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "FESTIVAL")
    fill(page)
    page.entry.counts.set_values({"adults": 1200})
    finger.tap(page.check)
    check = window.check(qtbot)
    finger.tap(part(check, QPushButton, "confirm:counts.adults"))
    window.settle(qtbot)
    assert check.findChild(QPushButton, "confirm:counts.adults") is None or not part_of(check)
    assert window.body(page)["confirmed"] == ["counts.adults"]


def part_of(check: object) -> bool:
    from ui.views.check import CheckPage

    assert isinstance(check, CheckPage)
    return any(hint.code == "confirm_count" for hint in check.check.hints)


def test_a_colleagues_record_of_the_same_event_is_pointed_out(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    window.receive(
        Record(
            id="0199f0a2-5555-7abc-8000-00000000ffff",
            record_type=RecordType.ENGAGEMENT.value,
            schema_version=1,
            owner_officer_id="of-0002",
            lpt_code="TA",
            neighbourhood_id="E05007070",
            revision=1,
            review_status="PENDING_REVIEW",
            body={
                "engagement_type": "DROP_IN",
                "title": "Drop-in, The green",
                "lpt_code": "TA",
                "neighbourhood_id": "E05007070",
                "venue": {"name": "The green"},
                "started_at": "2026-11-19T10:30:00+00:00",
                "ended_at": "2026-11-19T12:00:00+00:00",
            },
            content_hash="0" * 64,
            created_at="2026-11-19T10:30:00+00:00",
        )
    )
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    finger.tap(page.check)
    check = window.check(qtbot)
    said = {label.text() for label in check.findChildren(Label)}
    assert "Drop-in, The green, recorded by PCSO Callum Reeve" in said
    finger.tap(check.submit)
    window.submitted(qtbot)


def test_submitted_is_safe_and_can_be_taken_back(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    finger.tap(page.check)
    finger.tap(window.check(qtbot).submit)
    done = window.submitted(qtbot)
    assert SAFE == "Safe on this tablet. It sends by itself."
    assert SAFE in {label.text() for label in done.findChildren(Label)}
    assert done.back.text() == "Undo"
    window.clock.advance(seconds=11)
    qtbot.waitUntil(lambda: done.back.text() == "Recall", timeout=4000)
    finger.tap(done.back)
    again = window.form(qtbot)
    assert again.entry_form.draft.record_id == done.record_id
    assert window.body(again)["counts"] == {"adults": 1}
    assert window.mark(done.record_id) == Mark.DRAFT


def test_a_session_that_runs_is_over_when_it_is_checked(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    window.clock.set(datetime(2026, 11, 19, 11, 20, tzinfo=UTC))
    finger.tap(page.check)
    window.check(qtbot)
    body = window.body(page)
    assert body["ended_at"] == "2026-11-19T11:20:00+00:00"
    assert body["participants"][0]["minutes"] == 33


def test_a_finish_that_was_chosen_is_not_moved_by_checking(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Fill
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    entered = page.field("ended_at")
    assert entered is not None
    QTest.keyClicks(entered.target, "")
    page.entry.when.set_end(datetime(2026, 11, 19, 12, 0, tzinfo=UTC).time())
    window.clock.advance(minutes=30)
    finger.tap(page.check)
    window.check(qtbot)
    assert window.body(page)["ended_at"] == "2026-11-19T12:00:00+00:00"


def test_keep_as_draft_leaves_and_the_draft_says_what_is_missing(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    page = window.start(qtbot, "DROP_IN")
    finger.tap(page.later)
    window.settle(qtbot)
    (draft,) = window.services.entries.today().drafts
    assert draft.detail.startswith("Still needed: Where, Who came")


def test_a_deleted_draft_can_be_brought_back(window: Beat, qtbot: QtBot, finger: Finger) -> None:
    page = window.start(qtbot, "DROP_IN")
    write(page, "qualitative", "Words.")
    record_id = page.entry_form.draft.record_id
    gone: list[Draft] = []
    window.flow.deleted.connect(gone.append)
    page.entry_form.delete()
    window.settle(qtbot)
    assert window.services.entries.today().drafts == ()
    window.flow.undelete(gone[0])
    window.settle(qtbot)
    assert window.kept(record_id).body["qualitative"] == "Words."
