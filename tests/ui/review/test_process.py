"""The app as a process: what the system sees of its start, its second start and its end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = [pytest.mark.gui, pytest.mark.e2e]

PROGRAM = """
import sys
from fieldapp.bootstrap import run
raise SystemExit(run(sys.argv[1:], on_stage=lambda stage: print(stage, flush=True)))
"""


class App:
    """One running app over a folder."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "--data-dir", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ},
            cwd=Path(__file__).parents[3],
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def end(self) -> tuple[int, str]:
        _out, err = self.process.communicate(timeout=30)
        return self.process.returncode, err


@pytest.fixture
def start(tmp_path: Path) -> Iterator[list[App]]:
    apps: list[App] = []
    yield apps
    for app in apps:
        if app.process.poll() is None:
            app.process.kill()
            app.process.communicate()


def begun(apps: list[App], folder: Path) -> App:
    apps.append(App(folder))
    return apps[-1]


def noise(err: str) -> list[str]:
    """What was said on the way that is not the screenless platform's own."""
    return [line for line in err.splitlines() if "This plugin does not support" not in line]


def test_a_polite_request_to_end_is_followed(start: list[App], tmp_path: Path) -> None:
    app = begun(start, tmp_path / "tablet")
    assert (app.line(), app.line()) == ("painted", "usable")
    app.process.send_signal(signal.SIGTERM)
    status, err = app.end()
    assert status == 0
    assert noise(err) == []
    assert (tmp_path / "tablet" / "look.json").exists()
    assert not (tmp_path / "tablet" / "window.lock").exists()


def test_a_second_start_gives_way_and_a_killed_one_leaves_the_way_free(
    start: list[App], tmp_path: Path
) -> None:
    first = begun(start, tmp_path / "tablet")
    assert (first.line(), first.line()) == ("painted", "usable")
    second = begun(start, tmp_path / "tablet")
    status, err = second.end()
    assert (status, noise(err)) == (0, [])
    assert first.process.poll() is None
    first.process.kill()
    first.end()
    third = begun(start, tmp_path / "tablet")
    assert (third.line(), third.line()) == ("painted", "usable")
    third.process.send_signal(signal.SIGTERM)
    assert third.end()[0] == 0


def test_a_folder_that_cannot_be_made_is_said_in_the_window(
    start: list[App], tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    app = begun(start, tmp_path / "file" / "tablet")
    assert app.line() == "painted"
    app.process.send_signal(signal.SIGTERM)
    status, err = app.end()
    assert (status, noise(err)) == (0, [])
