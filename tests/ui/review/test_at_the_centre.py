"""With a real centre in reach: what is recorded goes, what is decided comes back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QLabel

from fieldapp.services.values import Mark
from fieldapp.system import SystemClock
from fieldapp.wiring import Tablet
from tests.ui.review.centre import PRIYA, TOM, CentreProcess, make_force
from tests.ui.review.entries import submit
from tests.ui.review.stage import Stage, stage, texts, until
from ui.views.approvals import ApprovalsPage
from ui.views.sync_panel import SyncPage

pytestmark = pytest.mark.gui


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    make_force(tmp_path / "centre")
    made = CentreProcess(tmp_path / "centre")
    made.start()
    yield made
    made.stop()


@pytest.fixture
def windows(centre: CentreProcess, tmp_path: Path, qtbot: Any) -> Iterator[tuple[Stage, Stage]]:
    """Priya's window and Tom's, signed in and up to date."""
    tablets = []
    for name, who in (("priya", PRIYA), ("tom", TOM)):
        tablet = Tablet.open(tmp_path / name, server=centre.url)
        tablet.sign_in(*who)
        assert tablet.sync_now().words == ""
        tablets.append(tablet)
    with (
        stage(tablets[0], tmp_path / "priya", SystemClock()) as priya,
        stage(tablets[1], tmp_path / "tom", SystemClock()) as tom,
    ):
        yield priya, tom
    for tablet in tablets:
        tablet.close()


def try_now(made: Stage) -> SyncPage:
    page = made.open("sync")
    assert isinstance(page, SyncPage)
    page.try_now.click()
    until(lambda: page.try_now.text() == "Try now", seconds=20)
    made.settle()
    return page


def test_an_entry_travels_to_the_sergeant_and_the_screens_say_so(
    windows: tuple[Stage, Stage],
) -> None:
    priya, tom = windows
    record_id = submit(priya.tablet, "Larkspur Precinct")
    page = try_now(priya)
    assert "Nothing is waiting" in texts(page)
    assert priya.shell.header.pill.text().startswith("All sent ")
    row = next(r for r in priya.desk.services.entries.list() if r.record_id == record_id)
    assert row.mark == Mark.WITH_SERGEANT
    queue = tom.open("approvals")
    assert isinstance(queue, ApprovalsPage)
    assert "Nothing waits for you" in texts(queue)
    try_now(tom)
    queue = tom.open("approvals")
    until(lambda: [row.key for row in queue.rows.queue().rows()] == [record_id])


def test_without_the_centre_everything_stays_and_the_words_are_calm(
    windows: tuple[Stage, Stage], centre: CentreProcess
) -> None:
    priya, _tom = windows
    submit(priya.tablet, "Larkspur Precinct")
    centre.stop()
    page = try_now(priya)
    assert "You are offline. 1 record is safe on this tablet." in texts(page)
    assert priya.shell.header.pill.text() == "Offline, 1 waiting"
    centre.start()


def test_a_tablet_is_handed_in_and_its_lost_neighbours_copy_too(
    windows: tuple[Stage, Stage], centre: CentreProcess, tmp_path: Path
) -> None:
    priya, tom = windows
    submit(priya.tablet, "Harebell Library")
    copy = priya.tablet.handing_in.rescue.write_now()
    page = tom.open("sync")
    assert isinstance(page, SyncPage)
    page._handing.carry(copy.path)
    until(lambda: page.rescue.told.text() == "Taken: 1 entry.", seconds=20)
    page.hand_in.check.click()
    until(lambda: any(words == "Safe to hand in." for words in texts(page.hand_in)), seconds=20)
    code = page.hand_in.findChild(QLabel, "receipt_code")
    assert code is not None
    centre.stop()
    command = [sys.executable, "-m", "server", "handin", "check", code.text()]
    folder = str(tmp_path / "centre")
    told = subprocess.run(
        [*command, "--data-dir", folder], check=True, capture_output=True, text=True
    )
    assert tom.tablet.config.device_id in told.stdout
