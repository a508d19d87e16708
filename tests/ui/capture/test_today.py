"""Today: what needs the officer on top, one filled Start, drafts with what is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fieldapp.domain.errors import FieldappError
from resources.engagement_types import engagement_types
from tests.conftest import FixedClock
from tests.ui.capture.beat import MORNING, Beat
from tests.ui.capture.finger import Finger, part
from ui.presenters.today import TodayPresenter, tiles_of
from ui.views.today_rows import NeedCard
from ui.views.type_picker import TypePicker
from ui.widgets.text import Label


def said(window: Beat) -> list[str]:
    return [label.text() for label in window.today.findChildren(Label) if label.isVisible()]


def again(window: Beat, qtbot: QtBot) -> None:
    window.presenter.load()
    window.settle(qtbot)


def test_the_day_greets_and_says_where(window: Beat) -> None:
    assert window.today.title == "Good morning, Priya"
    assert window.today.subtitle == "Thu 19 Nov. Belgrave, Glascote"


def test_out_of_signal_is_calm_and_says_what_is_safe(window: Beat, qtbot: QtBot) -> None:
    assert window.today.sync.isVisible()
    draft = window.services.capture.start("DOORSTEP")
    window.services.capture.finish_later(draft)
    again(window, qtbot)
    words = window.today.sync.accessibleName()
    assert "You are offline. 1 record is safe on this tablet." in words
    assert window.today.sync.property("card") == "warning"


def test_the_tiles_come_from_the_data_and_the_first_is_filled(window: Beat) -> None:
    tiles = tiles_of(window.services.capture.types())
    assert [tile.title for tile in tiles][:3] == [
        "Drop-in session",
        "School visit",
        "Resident contact",
    ]
    kinds = [window.today.tiles[tile.code].property("kind") for tile in tiles]
    assert kinds == ["tile-primary", *["tile"] * (len(tiles) - 1)]


def test_the_plan_stands_in_order_and_only_the_next_start_is_filled(window: Beat) -> None:
    rows = window.today.plan_rows
    assert list(rows) == [window.plan[name] for name in ("drop_in", "school", "meeting")]
    filled = [row.button.property("kind") == "primary" for row in rows.values()]
    assert filled == [True, False, False]


def test_a_line_that_was_started_goes_on_instead_of_starting_twice(
    window: Beat, finger: Finger, qtbot: QtBot
) -> None:
    finger.tap(window.today.plan_rows[window.plan["drop_in"]].button)
    first = window.form(qtbot).entry_form.draft.record_id
    assert window.shell is not None
    window.shell.close_page()
    window.settle(qtbot)
    again(window, qtbot)
    row = window.today.plan_rows[window.plan["drop_in"]]
    assert row.button.text() == "Continue"
    finger.tap(row.button)
    assert window.form(qtbot).entry_form.draft.record_id == first
    assert len(window.services.entries.today().drafts) == 1


def test_drafts_say_what_is_missing(window: Beat, finger: Finger, qtbot: QtBot) -> None:
    draft = window.services.capture.start("DOORSTEP")
    window.services.capture.finish_later(draft)
    again(window, qtbot)
    row = part(window.today, QPushButton, f"draft:{draft.record_id}")
    assert "Still needed: Where, Crime and safeguarding" in row.accessibleName()
    finger.tap(row)
    assert window.form(qtbot).entry_form.draft.record_id == draft.record_id


def test_a_draft_that_an_unclean_stop_left_is_on_top_with_its_time(
    beat: Beat, tmp_path: Path, beat_clock: FixedClock, qtbot: QtBot, finger: Finger
) -> None:
    draft = beat.services.capture.start("DROP_IN")
    beat_clock.advance(minutes=54)
    draft.body["qualitative"] = "Half a sentence"
    beat.services.capture.autosave(draft)
    beat.store.close()
    beat_clock.advance(minutes=9)
    restarted = Beat(tmp_path / "tablet", beat_clock)
    try:
        restarted.open_window(qtbot)
        card = part(restarted.today, NeedCard, f"need:{draft.record_id}")
        assert card.accessibleName().startswith("We kept your draft from 11:41")
        assert card.accessibleDescription() == "Continue"
        finger.tap(card)
        page = restarted.form(qtbot)
        assert restarted.body(page)["qualitative"] == "Half a sentence"
    finally:
        restarted.close()


def test_follow_ups_that_are_due_are_shown_with_their_clock(
    window: Beat, qtbot: QtBot, finger: Finger
) -> None:
    draft = window.services.capture.start("DOORSTEP")
    draft.body.update(
        neighbourhood_id="E05007070",
        counts={"adults": 1},
        discloses_crime=False,
        safeguarding_concern=False,
        is_query=True,
        actions_promised=[
            {
                "id": window.services.capture.new_id(),
                "kind": "PUBLIC_QUERY",
                "summary": "What is done about the bikes?",
                "raised_at": "2026-11-19T10:47:00+00:00",
            }
        ],
    )
    window.services.capture.submit(draft)
    again(window, qtbot)
    assert "What is done about the bikes?" in {
        label.text() for label in window.today.findChildren(Label)
    }
    wanted: list[str] = []
    window.today.follow_up_wanted.connect(wanted.append)
    (row,) = window.services.entries.today().follow_ups
    finger.tap(part(window.today, QPushButton, f"follow_up:{row.record_id}"))
    assert wanted == [row.record_id]


def test_a_supervisor_sees_how_many_entries_wait(
    tmp_path: Path, qtbot: QtBot, finger: Finger
) -> None:
    from tests.ui.capture.test_returned import entry

    sergeant = Beat(tmp_path, FixedClock(MORNING), "of-0010")
    sergeant.receive_force()
    sergeant.receive(entry("PENDING_REVIEW", None))
    try:
        sergeant.open_window(qtbot)
        wanted: list[bool] = []
        sergeant.today.approvals_wanted.connect(lambda: wanted.append(True))
        card = part(sergeant.today, NeedCard, "need:approvals")
        assert card.accessibleName().startswith("1 entry waiting for your decision")
        finger.tap(card)
        assert wanted == [True]
    finally:
        sergeant.close()


def test_today_reads_itself_again_when_something_was_recorded(window: Beat, qtbot: QtBot) -> None:
    before = len(window.today.findChildren(QPushButton))
    draft = window.services.capture.start("DROP_IN")
    with qtbot.waitSignal(window.presenter.shown, timeout=3000):
        window.services.capture.finish_later(draft)
    window.settle(qtbot)
    assert len(window.today.findChildren(QPushButton)) > before


def test_every_kind_is_offered_by_group_and_found_by_a_word(window: Beat, qtbot: QtBot) -> None:
    assert window.shell is not None
    picker = TypePicker(window.services.capture.types())
    window.shell.open_page(picker)
    assert set(picker.buttons) == set(engagement_types())
    picker.search.setText("school")
    picker.search.edited.emit()
    assert "SCHOOL_VISIT" in picker.buttons
    assert "DROP_IN" not in picker.buttons
    chosen: list[str] = []
    picker.chosen.connect(chosen.append)
    picker.search.returnPressed.emit()
    assert chosen == ["SCHOOL_VISIT"]


def test_a_day_that_cannot_be_read_is_said_and_the_tiles_still_work(
    window: Beat, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, finger: Finger
) -> None:
    def broken(_self: object) -> object:
        raise FieldappError("The day could not be read.")

    monkeypatch.setattr("fieldapp.services.entries.Entries.today", broken)
    presenter = TodayPresenter(window.desk)
    presenter.load()
    window.settle(qtbot)
    presenter.stop()
    assert window.told
    finger.tap(window.today.tiles["DROP_IN"])
    window.form(qtbot)
