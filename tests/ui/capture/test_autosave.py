"""Saved means on the disk: throttled while typing, told only afterwards, never lost by leaving."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit
from pytestqt.qtbot import QtBot

from fieldapp.services.capture import Capture
from fieldapp.services.values import Draft, Mark
from fieldapp.store.errors import store_error
from tests.conftest import FixedClock
from tests.ui.capture.beat import Beat
from tests.ui.capture.finger import Finger
from ui.presenters.entry.autosave import NOT_SAVED
from ui.views.entry_form.page import EntryFormPage
from ui.views.today import TodayPage


def notes_of(page: EntryFormPage) -> QPlainTextEdit:
    entered = page.field("qualitative")
    assert entered is not None
    assert isinstance(entered.target, QPlainTextEdit)
    return entered.target


def saved_notes(beat: Beat, page: EntryFormPage) -> str:
    return str(beat.kept(page.entry_form.draft.record_id).body.get("qualitative", ""))


def test_steady_typing_is_saved_while_it_goes_on(
    window: Beat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.start(qtbot, "DROP_IN")
    saves: list[tuple[float, int]] = []
    keep = Capture.autosave

    def noted(self: Capture, draft: Draft) -> object:
        answer = keep(self, draft)
        saves.append((time.monotonic(), len(str(draft.body.get("qualitative", "")))))
        return answer

    monkeypatch.setattr(Capture, "autosave", noted)
    notes = notes_of(page)
    notes.setFocus()
    begun = time.monotonic()
    typed = 0
    while time.monotonic() - begun < 2.0:
        QTest.keyClick(notes, Qt.Key.Key_A, delay=25)
        typed += 1
    qtbot.waitUntil(lambda: bool(saves) and saves[-1][1] == typed, timeout=3000)
    moments = [begun, *(at for at, _length in saves)]
    gaps = [later - earlier for earlier, later in pairwise(moments)]
    assert max(gaps) < 0.5 + 0.25, "a save came too late (0.25 s grace for a busy machine)"
    assert len(saves) >= 4
    assert len(saves) < typed / 4, "every key would have been a save of its own"


def test_saved_is_said_only_after_the_disk_has_it(window: Beat, qtbot: QtBot) -> None:
    page = window.start(qtbot, "DROP_IN")
    assert page.bar.words() == "Saved on this tablet 10:47"
    window.clock.advance(minutes=54)
    notes_of(page).insertPlainText("Bikes again.")
    assert page.bar.words() == "Saving…"
    qtbot.waitUntil(lambda: page.bar.words() == "Saved on this tablet 11:41", timeout=3000)
    assert saved_notes(window, page) == "Bikes again."


def test_a_full_disk_is_said_in_red_and_nothing_on_screen_is_lost(
    window: Beat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.start(qtbot, "DROP_IN")
    keep = Capture.autosave

    def full(self: Capture, draft: Draft) -> object:
        raise store_error("store_full")

    monkeypatch.setattr(Capture, "autosave", full)
    notes = notes_of(page)
    notes.insertPlainText("The precinct was busy.")
    qtbot.waitUntil(page.not_saved.isVisible, timeout=3000)
    assert page.not_saved.accessibleName() == NOT_SAVED
    assert page.bar.words() == "Not saved"
    assert window.shell is not None
    assert not window.shell.close_page(), "leaving would lose the words"
    notes.insertPlainText(" And loud.")
    assert notes.isEnabled()
    monkeypatch.setattr(Capture, "autosave", keep)
    notes.insertPlainText(" Very.")
    qtbot.waitUntil(lambda: page.bar.words().startswith("Saved on"), timeout=6000)
    assert not page.not_saved.isVisible()
    assert saved_notes(window, page) == "The precinct was busy. And loud. Very."


def test_what_was_typed_a_moment_before_going_back_is_kept(window: Beat, qtbot: QtBot) -> None:
    page = window.start(qtbot, "DROP_IN")
    record_id = page.entry_form.draft.record_id
    notes_of(page).insertPlainText("Last words.")
    assert window.shell is not None
    assert window.shell.close_page()
    window.settle(qtbot)
    window.page(TodayPage)
    assert window.kept(record_id).body["qualitative"] == "Last words."


def test_a_disk_that_fails_on_the_way_out_brings_the_form_back(
    window: Beat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = window.start(qtbot, "DROP_IN")

    def full(self: Capture, draft: Draft) -> object:
        raise store_error("store_full")

    monkeypatch.setattr(Capture, "autosave", full)
    notes_of(page).insertPlainText("Not lost.")
    shell = window.shell
    assert shell is not None
    assert shell.close_page()
    qtbot.waitUntil(lambda: isinstance(shell.page(), EntryFormPage), timeout=3000)
    again = window.page(EntryFormPage)
    assert again is not page
    assert notes_of(again).toPlainText() == "Not lost."
    assert again.not_saved.isVisible()


@pytest.mark.parametrize("at", [0, 9, 22])
def test_an_app_that_was_killed_comes_back_to_the_field_and_the_caret(
    window: Beat, qtbot: QtBot, tmp_path: Path, beat_clock: FixedClock, at: int
) -> None:
    page = window.start(qtbot, "DROP_IN")
    notes = notes_of(page)
    notes.setFocus()
    QTest.keyClicks(notes, "Four people were angry")
    cursor = notes.textCursor()
    cursor.setPosition(at)
    notes.setTextCursor(cursor)
    record_id = page.entry_form.draft.record_id
    qtbot.waitUntil(lambda: window.kept(record_id).focus_position == at, timeout=3000)
    assert window.kept(record_id).focus_field == "qualitative"
    window.flow.open(record_id)
    again = window.form(qtbot)
    box = notes_of(again)
    qtbot.waitUntil(box.hasFocus, timeout=3000)
    assert box.textCursor().position() == at
    QTest.keyClicks(box, "X")
    assert box.toPlainText() == f"{'Four people were angry'[:at]}X{'Four people were angry'[at:]}"


def test_the_caret_of_a_folded_part_opens_it(window: Beat, qtbot: QtBot) -> None:
    page = window.start(qtbot, "SCHOOL_VISIT")
    entered = page.field("school.resource_used")
    assert entered is not None
    assert isinstance(entered.target, QLineEdit)
    entered.target.setFocus()
    QTest.keyClicks(entered.target, "Pack v3")
    record_id = page.entry_form.draft.record_id
    qtbot.waitUntil(lambda: window.kept(record_id).focus_position == 7, timeout=3000)
    window.flow.open(record_id)
    again = window.form(qtbot)
    found = again.field("school.resource_used")
    assert found is not None
    qtbot.waitUntil(found.target.hasFocus, timeout=3000)


def test_a_caret_that_moves_during_submitting_leaves_no_ghost_of_a_draft(
    window: Beat, qtbot: QtBot, finger: Finger, fill: Callable[[EntryFormPage], None]
) -> None:
    page = window.start(qtbot, "DROP_IN")
    fill(page)
    page.check.click()
    check = window.check(qtbot)
    check.submit.click()
    page.entry_form.note_focus("qualitative", 3)
    page.entry_form.set("qualitative", "Too late.")
    done = window.submitted(qtbot)
    window.settle(qtbot)
    assert window.mark(done.record_id) == Mark.WAITING
    assert window.services.entries.today().drafts == ()
    assert window.recorded(done.record_id).get("qualitative") is None


def test_a_second_tap_on_a_tile_does_not_begin_a_second_entry(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    tile = window.today.tiles["DROP_IN"]
    finger.tap(tile)
    finger.tap(tile)
    window.form(qtbot)
    assert len(window.services.entries.today().drafts) == 1
