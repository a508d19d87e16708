"""A tablet that the force has wiped says so, in the middle of work and at every later start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldapp.wiring import Tablet
from server.services import devices
from server.services.centre import open_centre
from tests.ui.review.centre import PRIYA, CentreProcess, make_force
from tests.ui.review.entries import submit
from tests.ui.review.stage import flush, texts, until
from ui.application import Application, Options
from ui.theme import theme
from ui.views.recovery import RecoveryScreen

pytestmark = pytest.mark.gui

TITLE = "This tablet has been wiped by the force"


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[CentreProcess]:
    make_force(tmp_path / "centre")
    made = CentreProcess(tmp_path / "centre")
    made.start()
    yield made
    made.stop()


def _opened(folder: Path) -> Application:
    application = Application(Options(data_dir=folder))
    assert application.start()
    return application


def _ended(application: Application) -> None:
    application.end()
    if application.window is not None:
        application.window.deleteLater()
    application.deleteLater()
    flush()


def _recovery(application: Application) -> RecoveryScreen:
    until(
        lambda: bool(application.window and application.window.findChild(RecoveryScreen)),
        seconds=20,
    )
    window = application.window
    assert window is not None
    screen = window.findChild(RecoveryScreen)
    assert isinstance(screen, RecoveryScreen)
    return screen


def test_a_wipe_in_the_middle_of_work_leaves_one_screen_that_says_so(
    centre: CentreProcess, tmp_path: Path, qtbot: Any
) -> None:
    folder = tmp_path / "priya"
    tablet = Tablet.open(folder, server=centre.url)
    tablet.sign_in(*PRIYA)
    assert tablet.sync_now().words == ""
    submit(tablet, "Larkspur Precinct")
    device_id = tablet.config.device_id
    tablet.close()
    opened = open_centre(tmp_path / "centre")
    devices.wipe(opened, device_id, mode="drain_then_wipe")
    opened.close()

    application = _opened(folder)
    screen = _recovery(application)
    assert TITLE in texts(screen)
    assert "Take the tablet to the station." in texts(screen)
    assert application.router is None
    assert not (folder / "store.db").exists()
    _ended(application)

    again = _opened(folder)
    assert TITLE in texts(_recovery(again))
    _ended(again)
    theme.use(name="day", scale=100, left_handed=False)
