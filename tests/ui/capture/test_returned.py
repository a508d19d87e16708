"""A return opens where the sergeant pointed; approved entries change by amendment."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fieldapp.domain.codes import RecordType
from fieldapp.domain.records import Record
from fieldapp.services.values import Mark
from tests.ui.capture.beat import Beat
from tests.ui.capture.finger import Finger, part
from ui.views.entry_form.bands import AMENDS, CommentStrip
from ui.views.entry_form.page import EntryFormPage
from ui.widgets.text import Label

RETURNED = "0199f0a2-1111-7abc-8000-000000000001"
BODY: dict[str, Any] = {
    "engagement_type": "DROP_IN",
    "title": "Drop-in, Larkspur Shopping Precinct",
    "lpt_code": "TA",
    "neighbourhood_id": "E05007070",
    "neighbourhood_name_at_time": "Glascote",
    "venue": {"name": "Larkspur Shopping Precinct"},
    "started_at": "2026-11-18T10:45:00+00:00",
    "ended_at": "2026-11-18T12:45:00+00:00",
    "in_person": True,
    "open_to_public": True,
    "outcome": "HELD",
    "participants": [{"officer_id": "of-0001", "role_at_time": "PCSO", "minutes": 120}],
    "counts": {"adults": 34, "businesses": 5},
    "issues": [{"id": "issue-1", "category": "PARKING", "mentions": 6, "summary": "Zig-zags."}],
    "qualitative": "Manager Jones asked for a weekly visit.",
    "discloses_crime": False,
    "safeguarding_concern": False,
    "created_at": "2026-11-18T12:50:00+00:00",
    "from_a_newer_version": {"kept": [1, 2, 3]},
}


def entry(status: str, decision: dict[str, Any] | None) -> Record:
    return Record(
        id=RETURNED,
        record_type=RecordType.ENGAGEMENT.value,
        schema_version=1,
        owner_officer_id="of-0001",
        lpt_code="TA",
        neighbourhood_id="E05007070",
        revision=2,
        review_status=status,
        body=BODY,
        content_hash="0" * 64,
        created_at="2026-11-18T12:50:00+00:00",
        decision=decision,
        approved_revision=2 if status == "APPROVED" else None,
        ref="TA-ENG-2026-004213" if status == "APPROVED" else None,
    )


@pytest.fixture
def returned(window: Beat, qtbot: QtBot) -> EntryFormPage:
    """The entry as the sergeant sent it back, opened."""
    decision = {
        "verdict": "RETURN",
        "by": "of-0010",
        "at": "2026-11-19T08:12:00+00:00",
        "reasons": ["PERSONAL_DATA", "COUNT_QUERY"],
        "comments": {
            "qualitative": "Take the manager's name out.",
            "counts.adults": "Does 34 include the 5 shop staff?",
            "": "Good session otherwise.",
        },
    }
    window.receive(entry("RETURNED", decision))
    window.flow.open(RETURNED)
    return window.form(qtbot)


def words_of(page: EntryFormPage) -> list[str]:
    return [label.text() for label in page.findChildren(Label) if label.isVisible()]


def test_the_sergeants_words_are_on_top_and_beside_each_field(
    window: Beat, returned: EntryFormPage
) -> None:
    said = words_of(returned)
    assert "PS Tom Ashworth returned this, 08:12" in said
    assert "Remove personal data and check the numbers" in said
    assert "“Good session otherwise.”" in said
    notes, counts = returned.parts["notes"].section, returned.parts["who_came"].section
    assert "Take the manager's name out." in {w.text() for w in notes.findChildren(Label)}
    assert "Does 34 include the 5 shop staff?" in {w.text() for w in counts.findChildren(Label)}
    assert not notes.folded
    assert not counts.folded


def test_it_opens_in_the_first_field_with_a_comment(returned: EntryFormPage, qtbot: QtBot) -> None:
    first = returned.fields.find("qualitative")
    assert first is not None
    qtbot.waitUntil(first.target.hasFocus, timeout=3000)


def test_the_way_leads_from_comment_to_comment(
    returned: EntryFormPage, finger: Finger, qtbot: QtBot
) -> None:
    first = returned.fields.find("qualitative")
    assert first is not None
    qtbot.waitUntil(first.target.hasFocus, timeout=3000)
    strip = returned.findChild(CommentStrip)
    assert strip is not None
    said = "PS Tom Ashworth returned this: Remove personal data and check the numbers"
    assert strip.accessibleName() == said
    onward = next(b for b in strip.findChildren(QPushButton) if b.text() == "Next comment")
    finger.tap(onward)
    counts = returned.fields.find("counts.adults")
    assert counts is not None
    assert counts.target.hasFocus()
    finger.tap(onward)
    assert first.target.hasFocus()


def test_it_is_mended_and_submitted_again_with_every_unknown_field_kept(
    window: Beat, returned: EntryFormPage, finger: Finger, qtbot: QtBot
) -> None:
    notes = returned.field("qualitative")
    assert notes is not None
    notes.target.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(notes.target, "Shops asked for a weekly visit.")
    assert returned.delete.isHidden()
    finger.tap(returned.check)
    check = window.check(qtbot)
    assert check.submit.text() == "Submit again"
    finger.tap(check.submit)
    window.submitted(qtbot)
    body = window.recorded(RETURNED)
    assert body["qualitative"] == "Shops asked for a weekly visit."
    assert body["from_a_newer_version"] == {"kept": [1, 2, 3]}
    assert body["issues"] == BODY["issues"]
    assert window.mark(RETURNED) == Mark.WAITING


def test_a_return_is_on_top_of_today_and_opens_from_there(
    window: Beat, returned: EntryFormPage, finger: Finger, qtbot: QtBot
) -> None:
    assert window.shell is not None
    window.shell.close_page()
    window.settle(qtbot)
    window.presenter.load()
    window.settle(qtbot)
    card = part(window.today, QPushButton, f"need:{RETURNED}")
    assert "Returned to you: Drop-in, Larkspur Shopping Precinct" in card.accessibleName()
    top = card.mapTo(window.today, card.rect().topLeft()).y()
    tile = window.today.tiles["DROP_IN"]
    assert top < tile.mapTo(window.today, tile.rect().topLeft()).y()
    finger.tap(card)
    assert window.form(qtbot).entry_form.draft.record_id == RETURNED


def test_a_comment_on_an_issue_is_found_by_its_id(window: Beat, qtbot: QtBot) -> None:
    decision = {
        "verdict": "RETURN",
        "by": "of-0010",
        "at": "2026-11-19T08:12:00+00:00",
        "reasons": ["MISSING_DETAIL"],
        "comments": {"issues.issue-1": "Which road?"},
    }
    window.receive(entry("RETURNED", decision))
    window.flow.open(RETURNED)
    page = window.form(qtbot)
    summary = page.fields.find("issues.PARKING.summary")
    assert summary is not None
    qtbot.waitUntil(summary.target.hasFocus, timeout=3000)


def test_an_approved_entry_opens_as_a_change_that_the_sergeant_decides_on(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    window.receive(entry("APPROVED", {"verdict": "APPROVE", "by": "of-0010"}))
    window.flow.open(RETURNED)
    page = window.form(qtbot)
    assert AMENDS in words_of(page)
    assert page.title == "Drop-in session"
    page.entry.counts.set_values({"adults": 36})
    finger.tap(page.check)
    check = window.check(qtbot)
    assert check.submit.text() == "Submit the change"
    finger.tap(check.submit)
    window.submitted(qtbot)
    view = window.services.entries.view(RETURNED)
    assert view.row.mark in (Mark.AMENDMENT, Mark.WAITING)
    assert {line.value for line in view.amendment_lines} == {"36"}
