"""A tablet that has been set up at the station, with its key in a real keyring."""

from __future__ import annotations

import faulthandler
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.kill.station import Station, station, why_no_keyring

FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Seeds and figures: shown at the end of the run also when nothing is wrong."""
    lines = request.config.stash.setdefault(FIGURES, [])

    def say(line: str) -> None:
        print(line)
        lines.append(f"{request.node.path.stem}: {line}")

    return say


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """The tablet as it leaves the station: each test works on a copy."""
    if why := why_no_keyring():
        pytest.skip(f"NO SECRET SERVICE HERE, so the app was not killed (run make test): {why}")
    with station(tmp_path_factory.mktemp("station")) as made:
        yield made


@pytest.fixture
def tablet(ground: Station, tmp_path: Path) -> Station:
    """A copy of it."""
    ground.air.out_of_range()
    return ground.twin(tmp_path / "tablet")


@pytest.fixture(autouse=True)
def no_alarm() -> None:
    """These tests take long and are not stuck; the time limit of each still holds."""
    faulthandler.cancel_dump_traceback_later()
