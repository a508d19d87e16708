"""The Sync screen: every single thing can be opened, and each says what it waits for."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from fieldapp.domain.exchange import OpOutcome
from fieldapp.services.values import Link, SyncStatus
from fieldapp.store.sync_port import SyncPort
from tests.ui.review.entries import HOSTILE, submit
from tests.ui.review.stage import Stage, texts, until
from ui.views.entry_form.page import EntryFormPage
from ui.views.entry_view import EntryPage
from ui.views.sync_panel import DiagnosticsSheet, PendingItem, SyncPage

pytestmark = pytest.mark.gui


def open_sync(made: Stage) -> SyncPage:
    page = made.open("sync")
    assert isinstance(page, SyncPage)
    return page


def answer(made: Stage, status: str, code: str) -> None:
    """The centre's answer to everything that waits."""
    services = made.tablet.services
    port = SyncPort(made.tablet.store, _actor(made), services.title_of)
    batch = port.take_batch(50, 1_000_000)
    epoch = port.position().epoch or ""
    port.record_outcomes(epoch, [OpOutcome(op.op_id, status, code=code) for op in batch])


def _actor(made: Stage) -> Any:
    from fieldapp.domain.permissions import Actor

    officer = made.tablet.services.officer
    return Actor(officer.officer_id, officer.app_roles, officer.lpt_code, officer.neighbourhoods)


def items(page: SyncPage) -> list[PendingItem]:
    return page.findChildren(PendingItem)


def test_what_waits_is_listed_and_opens(priya: Stage) -> None:
    record_id = submit(priya.tablet, "Harebell Library")
    page = open_sync(priya)
    (item,) = [one for one in items(page) if one.pending.record_id == record_id]
    words = texts(item)
    assert any("Harebell Library" in text for text in words)
    assert "Waiting to send" in words
    assert "It sends by itself." in words
    item.opened.emit(record_id)
    priya.settle()
    shown = priya.shell.page()
    assert isinstance(shown, EntryPage)
    assert "Harebell Library" in shown.title


def test_held_entries_say_why_and_open_as_a_new_draft(priya: Stage) -> None:
    record_id = submit(priya.tablet, "Harebell Library", qualitative=HOSTILE)
    answer(priya, "quarantined", "unknown_neighbourhood")
    page = open_sync(priya)
    item = next(one for one in items(page) if one.pending.record_id == record_id)
    words = " ".join(texts(item))
    assert "Held at the centre" in words
    assert "The neighbourhood is not one the force uses now." in words
    assert "Nothing is lost." in words
    item.draft_wanted.emit(item.pending.op_id)
    until(lambda: isinstance(priya.shell.page(), EntryFormPage))
    form = priya.shell.page()
    assert isinstance(form, EntryFormPage)
    assert form.entry_form.draft.body["qualitative"] == HOSTILE
    assert form.entry_form.draft.record_id != record_id


def test_a_command_that_was_not_accepted_can_be_dismissed(priya: Stage, ids: Any) -> None:
    priya.tablet.services.capture.recall(ids["plain"])
    answer(priya, "rejected", "approved_locked")
    page = open_sync(priya)
    (item,) = items(page)
    words = " ".join(texts(item))
    assert "Not accepted" in words
    assert "only be changed by an amendment" in words
    item.dismissed.emit(item.pending.op_id)
    until(page.none.isVisible)
    assert not [one for one in items(page) if one.isVisible()]


def test_trying_now_says_how_it_went(priya: Stage, qtbot: Any) -> None:
    submit(priya.tablet, "Harebell Library")
    page = open_sync(priya)
    qtbot.mouseClick(page.try_now, Qt.MouseButton.LeftButton)
    assert page.try_now.text() == "Trying…"
    until(lambda: page.try_now.text() == "Try now")
    priya.settle()
    assert page._panel is not None
    assert page._panel.status.link == Link.OFFLINE
    assert "You are offline. 1 record is safe on this tablet." in texts(page)


def test_progress_of_a_round_shows_at_once(priya: Stage) -> None:
    page = open_sync(priya)
    status = SyncStatus(
        Link.ONLINE, sending=True, sent_so_far=1, to_send=3, current_title="Drop-in session"
    )
    priya.router.bridge.status_changed.emit(status)
    priya.settle()
    assert "Sending 2 of 3" in texts(page.banner)
    assert priya.shell.header.pill.text() == "Sending 2 of 3"


def test_signing_in_again_is_one_press_away_and_keeps_everything(priya: Stage) -> None:
    page = open_sync(priya)
    priya.tablet.services.waiting.told(Link.SIGN_IN_NEEDED)
    page.entered()
    priya.settle()
    assert "Sign in again to send." in texts(page.banner)
    page.banner.acted.emit()
    shown = priya.shell.page()
    assert shown is not None
    assert shown.title == "Sign in again"
    assert shown.subtitle == "Your records are safe. You can keep recording."


def test_text_for_support_holds_nothing_about_anybody(priya: Stage) -> None:
    submit(priya.tablet, "Harebell Library", qualitative="Mrs Ada Example asked.")
    page = open_sync(priya)
    page._diagnostics()
    sheet = priya.shell.findChild(DiagnosticsSheet)
    assert isinstance(sheet, DiagnosticsSheet)
    text = sheet.text.toPlainText()
    assert "Waiting: 1" in text
    for word in ("Harebell", "Ada", "Priya", "16482"):
        assert word not in text
    sheet._copy()
    assert QGuiApplication.clipboard().text() == text


def test_hostile_titles_are_plain(priya: Stage) -> None:
    submit(priya.tablet, "<b>Green</b>")
    page = open_sync(priya)
    assert any("<b>Green</b>" in text for text in texts(items(page)[0]))
