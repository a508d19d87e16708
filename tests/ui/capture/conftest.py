"""Everything a test of capture starts from: a tablet on the beat, a window, a finger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import copytree

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import FixedClock
from tests.ui.capture.beat import MORNING, Beat
from tests.ui.capture.finger import Finger, fill_least
from ui.theme import theme
from ui.views.entry_form.page import EntryFormPage


@pytest.fixture(autouse=True)
def day(qapp: QApplication) -> Iterator[None]:
    """Every test starts by day, at normal text size, for a right hand."""
    theme.use(name="day", scale=100, left_handed=False)
    theme.start(qapp)
    yield
    theme.use(name="day", scale=100, left_handed=False)


@pytest.fixture
def beat_clock() -> FixedClock:
    """Thursday 19 November 2026, 10:47."""
    return FixedClock(MORNING)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A tablet as it leaves the station, and the ids of its plan; each test gets a copy."""
    folder = tmp_path_factory.mktemp("station")
    beat = Beat(folder, FixedClock(MORNING))
    beat.receive_force()
    plan = beat.receive_plan()
    beat.close()
    return folder, plan


@pytest.fixture
def beat(
    filled: tuple[Path, dict[str, str]], tmp_path: Path, beat_clock: FixedClock
) -> Iterator[Beat]:
    """PCSO Nandra's tablet, filled at the station, out of signal."""
    station, plan = filled
    folder = tmp_path / "tablet"
    copytree(station, folder)
    beat = Beat(folder, beat_clock)
    beat.plan = dict(plan)
    yield beat
    beat.close()


@pytest.fixture
def window(beat: Beat, qtbot: QtBot) -> Beat:
    """The same with its window open on Today."""
    beat.open_window(qtbot)
    return beat


@pytest.fixture
def finger() -> Finger:
    """A finger that counts."""
    return Finger()


@pytest.fixture
def fill() -> Callable[[EntryFormPage], None]:
    """Answer the least that an entry needs, by pressing what is on screen."""
    return fill_least
