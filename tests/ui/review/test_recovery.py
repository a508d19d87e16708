"""When the records cannot be opened: each cause has its words, and nothing on the disk changes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fieldapp.config import read_config
from fieldapp.domain.errors import SituationError
from fieldapp.wiring import Tablet
from tests.conftest import MemoryKeyring
from tests.ui.review.stage import flush, texts, until
from ui.application import Application, Options
from ui.presenters.recovery import look_of
from ui.shell import Shell
from ui.views.recovery import RecoveryScreen

TITLES = {
    "key_missing": "The key to your records is missing",
    "store_wrong_key": "This key does not open your records",
    "store_corrupt": "The records on this tablet are damaged",
    "store_future": "These records need a newer version of the app",
    "store_in_use": "The app is already open",
    "keyring_missing": "The tablet's keyring cannot be found",
    "keyring_locked": "The tablet's keyring is locked",
    "store_full": "This tablet is full",
    "store_migration": "Your records could not be brought up to this version",
}
Open = Callable[[Path], Application]


@pytest.mark.parametrize("code", list(TITLES))
def test_every_cause_has_its_own_words_and_a_next_step(code: str) -> None:
    look = look_of(SituationError("words", code=code))
    assert look.title == TITLES[code]
    assert look.steps
    said = f"{look.title} {look.text} {' '.join(look.steps)}".lower()
    kept = ("nothing has been deleted", "still on this tablet", "as they were", "are safe")
    assert any(words in said for words in kept)
    assert "refused" not in said


def test_an_unknown_cause_is_worded_by_itself_and_a_fault_of_ours_apologises() -> None:
    assert look_of(SituationError("The moon is in the way.")).text == "The moon is in the way."
    ours = look_of(RuntimeError("boom"))
    assert ours.title == "The app could not start"
    assert "boom" not in f"{ours.text}{ours.steps}"


@pytest.fixture
def open_app(qtbot: Any) -> Any:
    made: list[Application] = []

    def open_(folder: Path) -> Application:
        application = Application(Options(data_dir=folder, size=(1280, 800)))
        made.append(application)
        assert application.start()
        until(lambda: application.window is not None and not application.runner.busy)
        flush()
        return application

    yield open_
    for application in made:
        application.end()
        if application.window is not None:
            application.window.deleteLater()
        application.deleteLater()
    flush()


def digest(folder: Path) -> dict[str, str]:
    """Every file of the records as it is."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("store.db*"))
        if not path.name.endswith((".lock", "-shm"))
    }


def screen_of(application: Application) -> RecoveryScreen:
    until(lambda: bool(application.window and application.window.findChild(RecoveryScreen)))
    assert application.window is not None
    screen = application.window.findChild(RecoveryScreen)
    assert isinstance(screen, RecoveryScreen)
    return screen


@pytest.fixture
def folder(tablet_of: Callable[[str], Tablet], tmp_path: Path) -> Path:
    """A tablet's folder, closed."""
    tablet_of("priya").close()
    return tmp_path / "priya"


@pytest.mark.gui
def test_a_missing_key_makes_nothing_new_over_the_store(
    folder: Path, memory_keyring: MemoryKeyring, open_app: Open
) -> None:
    before, kept = digest(folder), dict(memory_keyring.secrets)
    memory_keyring.secrets.clear()
    application = open_app(folder)
    screen = screen_of(application)
    assert TITLES["key_missing"] in texts(screen)
    assert digest(folder) == before
    assert not memory_keyring.secrets
    memory_keyring.secrets.update(kept)
    screen.retry.click()
    until(lambda: isinstance(application.window, Shell))
    until(lambda: application.router is not None and application.router._used)


@pytest.mark.gui
def test_a_wrong_key_is_told_from_damage(
    folder: Path, memory_keyring: MemoryKeyring, open_app: Open
) -> None:
    before = digest(folder)
    for account in list(memory_keyring.secrets):
        if account[1].startswith("store-key:"):
            memory_keyring.secrets[account] = "1:" + "ab" * 32
    screen = screen_of(open_app(folder))
    assert TITLES["store_wrong_key"] in texts(screen)
    assert digest(folder) == before


@pytest.mark.gui
def test_a_damaged_file_is_left_for_support(folder: Path, open_app: Open) -> None:
    store = folder / "store.db"
    store.write_bytes(b"\x00" * 200 + store.read_bytes()[200:])
    before = digest(folder)
    screen = screen_of(open_app(folder))
    assert TITLES["store_corrupt"] in texts(screen)
    assert digest(folder) == before


@pytest.mark.gui
def test_another_copy_that_runs_without_a_window_is_named(
    folder: Path, open_app: Open, memory_keyring: MemoryKeyring
) -> None:
    other = Tablet.open(folder)
    try:
        application = open_app(folder)
        screen = screen_of(application)
        assert TITLES["store_in_use"] in texts(screen)
    finally:
        other.close()
    screen.retry.click()
    until(lambda: application.router is not None and application.router._used)
    assert read_config(folder) is not None
