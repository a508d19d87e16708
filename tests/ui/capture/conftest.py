"""Everything a test of capture starts from: a tablet on the beat, a window, a finger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.conftest import FixedClock
from tests.ui.capture.beat import MORNING, Beat, Finger
from ui.theme import theme


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


@pytest.fixture
def beat(tmp_path: Path, beat_clock: FixedClock) -> Iterator[Beat]:
    """PCSO Nandra's tablet, filled at the station, out of signal."""
    beat = Beat(tmp_path, beat_clock)
    beat.receive_force()
    beat.plan = beat.receive_plan()
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
