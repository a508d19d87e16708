"""Photos in the form: added from files, seen, taken off, put back, and there after a kill."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.capture.beat import Beat
from tests.ui.capture.finger import Finger, fill_least, part
from tests.ui.kit.test_pictures import picture
from ui.pictures import NOT_A_PHOTO
from ui.views.entry_form.page import EntryFormPage
from ui.views.entry_form.photos_part import REMINDER, SCHOOL, PhotosPart
from ui.widgets.photo_strip import PhotoSheet
from ui.widgets.text import Label

pytestmark = pytest.mark.gui


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Photos as a camera leaves them."""
    paths = [tmp_path / "one.jpg", tmp_path / "two.jpg"]
    for number, path in enumerate(paths, 1):
        path.write_bytes(picture(300 * number, 200 * number))
    return [str(path) for path in paths]


def added(window: Beat, qtbot: QtBot, page: EntryFormPage, paths: list[str]) -> PhotosPart:
    """The part with photos chosen in its dialog."""
    photos = page.part(PhotosPart)
    photos.choose.click()
    dialog = page.findChild(QFileDialog, "choose_photos")
    assert dialog is not None
    dialog.filesSelected.emit(paths)
    dialog.reject()
    window.settle(qtbot)
    qtbot.waitUntil(lambda: not window.runner.busy and len(photos.strip.photos) == len(paths))
    qtbot.waitUntil(lambda: all(one.image is not None for one in photos.strip.photos))
    return photos


def test_photos_are_added_from_files_and_seen_small_and_large(
    window: Beat, qtbot: QtBot, files: list[str]
) -> None:
    page = window.start(qtbot, "DROP_IN")
    photos = added(window, qtbot, page, files)
    assert photos.summary() == "2 photos"
    assert [one.words for one in photos.strip.photos] == ["Saved on this tablet"] * 2
    first = photos.strip.photos[0]
    look = part(page, QPushButton, f"photo:{first.key}")
    assert look.accessibleName() == "Photo 1 of 2, Saved on this tablet"
    look.click()
    window.settle(qtbot)
    sheet = page.window().findChild(PhotoSheet)
    assert sheet is not None
    assert sheet.isVisible()
    assert sheet.picture.image is not None
    sheet.dismiss()


def test_a_photo_is_taken_off_and_put_back(window: Beat, qtbot: QtBot, files: list[str]) -> None:
    page = window.start(qtbot, "DROP_IN")
    photos = added(window, qtbot, page, files)
    key = photos.strip.photos[0].key
    part(page, QPushButton, f"remove:{key}").click()
    window.settle(qtbot)
    assert key not in [one.key for one in photos.strip.photos]
    assert len(photos.strip.photos) == 1
    assert photos.undo.isVisibleTo(photos.section)
    photos.undo.click()
    window.settle(qtbot)
    assert {one.key for one in photos.strip.photos} > {key}
    assert photos.undo.isHidden()


def test_photos_are_there_after_a_kill(beat: Beat, qtbot: QtBot, files: list[str]) -> None:
    beat.open_window(qtbot)
    page = beat.start(qtbot, "DROP_IN")
    record_id = page.entry_form.draft.record_id
    added(beat, qtbot, page, files)
    beat.restart()
    assert len(beat.services.attaching.of_draft(record_id)) == 2


def test_what_is_no_photo_is_said_and_the_entry_goes_on(
    window: Beat, qtbot: QtBot, tmp_path: Path, files: list[str]
) -> None:
    path = tmp_path / "notes.jpg"
    path.write_text("not a picture")
    page = window.start(qtbot, "DROP_IN")
    photos = page.part(PhotosPart)
    page.entry.photos.add([str(path), files[0]])
    window.settle(qtbot)
    qtbot.waitUntil(lambda: len(photos.strip.photos) == 1)
    assert NOT_A_PHOTO in window.told
    assert photos.choose.text() == "Add photos"


def test_photos_go_with_the_entry_and_are_named_before_it_is_submitted(
    window: Beat, qtbot: QtBot, files: list[str]
) -> None:
    page = window.start(qtbot, "DROP_IN")
    record_id = page.entry_form.draft.record_id
    fill_least(page)
    added(window, qtbot, page, files)
    page.check.click()
    check = window.check(qtbot)
    assert "2 photos" in [label.text() for label in check.findChildren(Label)]
    window.services.capture.submit(page.entry_form.draft)
    assert window.services.entries.view(record_id).photo_words == "0 of 2 photos received"


def test_the_reminder_stands_beside_the_button(window: Beat, qtbot: QtBot) -> None:
    page = window.start(qtbot, "DROP_IN")
    words = [label.text() for label in page.part(PhotosPart).section.findChildren(Label)]
    assert REMINDER in words
    window.to_today()
    school = window.start(qtbot, "SCHOOL_VISIT")
    words = [label.text() for label in school.part(PhotosPart).section.findChildren(Label)]
    assert SCHOOL in words


def test_every_button_of_a_photo_is_large_enough_and_can_be_touched(
    window: Beat, qtbot: QtBot, finger: Finger, files: list[str]
) -> None:
    page = window.start(qtbot, "DROP_IN")
    photos = added(window, qtbot, page, files)
    key = photos.strip.photos[0].key
    for name in (f"photo:{key}", f"remove:{key}"):
        button = part(page, QPushButton, name)
        assert min(button.width(), button.height()) >= 48, name
    finger.tap(part(page, QPushButton, f"remove:{key}"))
    window.settle(qtbot)
    assert len(photos.strip.photos) == 1
