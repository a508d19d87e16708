"""The Sync screen says what is only on this tablet, and keeps, saves and carries rescue copies."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel

from fieldapp.services.rescue_values import Carried, HandInCard, Left, RescueCopy
from sync.protocol.rescue import LIST_NAME
from tests.ui.review.entries import submit
from tests.ui.review.stage import Stage, texts, until
from ui import rescue_bridge
from ui.presenters.sync_handing import copy_look, hand_in_look
from ui.views.entry_form.page import EntryFormPage
from ui.views.entry_view import EntryPage
from ui.views.sync_panel import SyncPage

pytestmark = pytest.mark.gui

NOW = datetime(2026, 3, 19, 14, 30, tzinfo=UTC)


def open_sync(made: Stage) -> SyncPage:
    page = made.open("sync")
    assert isinstance(page, SyncPage)
    return page


def verdict(page: SyncPage) -> str:
    label = page.hand_in.findChild(QLabel, "verdict")
    assert label is not None
    return label.text()


# ------------------------------------------------------------------------- handing in


def test_what_is_only_here_is_named_thing_by_thing(priya: Stage) -> None:
    record_id = submit(priya.tablet, "Harebell Library")
    priya.tablet.services.capture.start("DROP_IN")
    page = open_sync(priya)
    assert verdict(page) == "Not yet: 1 entry and 1 draft are only on this tablet."
    words = texts(page.hand_in)
    assert "Only on this tablet" in words
    assert any("Harebell Library" in text for text in words)
    assert "Waiting to send" in words
    assert "Draft: submit it or delete it" in words
    page.hand_in.opened.emit(record_id)
    priya.settle()
    assert isinstance(priya.shell.page(), EntryPage)


def test_a_draft_that_is_only_here_can_be_gone_on_with(priya: Stage) -> None:
    draft = priya.tablet.services.capture.start("DROP_IN")
    page = open_sync(priya)
    page.hand_in.draft_wanted.emit(draft.record_id)
    until(lambda: isinstance(priya.shell.page(), EntryFormPage))


def test_without_a_connection_nothing_is_said_to_be_safe(priya: Stage) -> None:
    page = open_sync(priya)
    assert verdict(page) == "Nothing waits on this tablet. Connect to check."
    page.hand_in.check.click()
    priya.settle()
    assert verdict(page) == "Connect to check."
    assert page.hand_in.findChild(QLabel, "receipt_code") is None


def test_the_centres_code_is_shown_in_large_until_something_is_written(
    priya: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    handing = priya.tablet.services.handing
    facts = handing.facts()
    handing.confirmed(facts, code="4F7K-92QX-0ABC", at=NOW.isoformat(), confirmed=12)
    page = open_sync(priya)
    assert verdict(page) == "Safe to hand in."
    code = page.hand_in.findChild(QLabel, "receipt_code")
    assert code is not None
    assert code.text() == "4F7K-92QX-0ABC"
    assert code.accessibleName() == "Receipt code 4 F 7 K - 9 2 Q X - 0 A B C"
    assert "Receipt code: read it out to your sergeant." in texts(page.hand_in)
    submit(priya.tablet, "Harebell Library")
    until(lambda: verdict(page).startswith("Not yet"))
    assert page.hand_in.findChild(QLabel, "receipt_code") is None or not _shown(page)


def _shown(page: SyncPage) -> bool:
    return "4F7K-92QX-0ABC" in texts(page.hand_in)


@pytest.mark.parametrize(
    ("card", "kind", "said", "under"),
    [
        (
            HandInCard((), entries=2, photos=1),
            "warning",
            "Not yet: 2 entries and 1 photo or voice note are only on this tablet.",
            "Connect, and what can be sent is sent. A draft is sent when you submit it.",
        ),
        (
            HandInCard((), words="Connect to check. You are offline. Your records are safe."),
            "warning",
            "Connect to check.",
            "You are offline. Your records are safe.",
        ),
        (
            HandInCard((), code="A", code_at=NOW, confirmed=1),
            "success",
            "Safe to hand in.",
            "The centre confirmed at 14:30 that it holds all 1 change made here.",
        ),
        (
            HandInCard((Left("Drop-in", "Held at the centre", only_here=False),)),
            "",
            "Nothing waits on this tablet. Connect to check.",
            "Only the centre can say that it has everything, and gives you a code for it.",
        ),
    ],
)
def test_the_verdict_in_words(card: HandInCard, kind: str, said: str, under: str) -> None:
    look = hand_in_look(card, NOW)
    assert (look.kind, look.verdict) == (kind, said)
    assert look.under == under


# ---------------------------------------------------------------------------- rescue copy


def test_the_copy_follows_what_is_recorded(priya: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rescue_bridge, "THROTTLE_MS", 1)
    priya.router.rescue._rest.setInterval(1)
    page = open_sync(priya)
    priya.router.rescue.start()
    rescue = priya.tablet.handing_in.rescue
    until(lambda: rescue.state().written_at is not None)
    submit(priya.tablet, "Harebell Library")
    until(lambda: rescue.state().entries == 1)
    until(lambda: "It holds 1 entry." in page.rescue.words.text())


def test_typing_on_does_not_hold_the_copy_back(
    priya: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya.router.rescue._rest.setInterval(20)
    priya.router.rescue.start()
    capture = priya.tablet.services.capture
    draft = capture.start("DROP_IN")
    rescue = priya.tablet.handing_in.rescue
    seen: set[Any] = set()
    typed = 0

    def typed_on() -> bool:
        nonlocal typed
        typed += 1
        draft.body["qualitative"] = f"word {typed}"
        capture.autosave(draft)
        seen.add(rescue.state().written_at)
        return len(seen) > 3

    until(typed_on)


def test_a_copy_is_saved_to_a_stick_and_says_so(priya: Stage, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    page = open_sync(priya)
    assert not page.rescue.write.isVisible()
    page.rescue.save.click()
    dialog = page.rescue.findChild(QFileDialog, "choose_place")
    assert dialog is not None
    dialog.fileSelected.emit(str(stick))
    dialog.reject()
    until(lambda: f"Also kept in {stick}" in page.rescue.place.text())
    assert page.rescue.write.isVisible()
    assert list(stick.glob(f"*/{LIST_NAME}"))
    assert priya.shell.messages.isVisible()


def test_a_folder_that_is_not_there_is_said_in_words(priya: Stage, tmp_path: Path) -> None:
    page = open_sync(priya)
    page._handing.save_copy(str(tmp_path / "gone"))
    priya.settle()
    assert ("error", "That folder is not there.") in [
        (kind if kind != "warning" else "error", words) for kind, words in priya.told
    ]


class _Carrying:
    """Stands in for the way to the centre, which cannot be hurt on command."""

    def __init__(self, rescue: Any) -> None:
        self.rescue = rescue
        self.paths: list[Path] = []

    def check(self) -> HandInCard:
        return HandInCard(())

    def carry(self, path: Path, on_progress: Any = None) -> Carried:
        self.paths.append(path)
        on_progress(0, 2)
        return Carried(12, 0, 3, 0, "taken", 0, "Taken: 12 entries and 3 photos and voice notes.")


def test_a_colleagues_copy_is_handed_in_and_only_numbers_are_shown(
    priya: Stage, tmp_path: Path
) -> None:
    page = open_sync(priya)
    carrying = _Carrying(priya.tablet.handing_in.rescue)
    page._handing._hands = carrying
    page.rescue.carry.click()
    dialog = page.rescue.findChild(QFileDialog, "choose_copy")
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / LIST_NAME))
    dialog.reject()
    priya.settle()
    assert carrying.paths == [tmp_path / LIST_NAME]
    assert page.rescue.told.text() == "Taken: 12 entries and 3 photos and voice notes."
    assert page.rescue.carry.text() == "Hand in a colleague's rescue copy"


def test_a_file_that_is_no_copy_is_said_in_words(priya: Stage, tmp_path: Path) -> None:
    page = open_sync(priya)
    page._handing.carry(str(tmp_path / "holiday.jpg"))
    priya.settle()
    (told,) = [words for _, words in priya.told]
    assert told == (
        "That is not a rescue copy. Choose the file rescue.fieldapp, with its parts beside it."
    )


def test_the_copy_in_words() -> None:
    copy = RescueCopy(written_at=NOW, entries=2, drafts=1, photos=3)
    look = copy_look(copy, NOW)
    assert look.words.startswith("Last written ")
    assert look.words.endswith("It holds 2 entries, 1 draft and 3 photos and voice notes.")
    assert not look.has_place
    empty = copy_look(replace(copy, entries=0, drafts=0, photos=0), NOW)
    assert empty.words.endswith(", when nothing was only on this tablet.")
    away = copy_look(
        replace(copy, place="/media/stick", place_written_at=NOW, place_problem="It is gone."), NOW
    )
    assert away.place_words.startswith("Also kept in /media/stick, last written ")
    assert away.place_trouble == "It is gone."
    assert copy_look(RescueCopy(problem="No room."), NOW).trouble == "No room."
    assert copy_look(RescueCopy(), NOW).words == "It is written as soon as you record something."


def test_text_for_support_holds_nothing_about_anybody(priya: Stage) -> None:
    """Markers in every kind of field; none of them reaches the text."""
    marker = "Quokka Zanzibar"
    submit(priya.tablet, marker, qualitative=f"{marker} said so", title=marker)
    draft = priya.tablet.services.capture.start("DROP_IN")
    draft.body["qualitative"] = marker
    priya.tablet.services.capture.autosave(draft)
    page = open_sync(priya)
    assert page._panel is not None
    assert any(marker in text for text in texts(page)), "it is on the screen"
    rows = (*page._panel.needs_rows, *page._panel.waiting_rows)
    said = page._presenter.diagnostics(page._panel.status, rows)
    officer = priya.tablet.services.officer
    for word in (*marker.split(), officer.name, officer.force_no, officer.officer_id):
        assert word not in said
    assert "Waiting: 1" in said
