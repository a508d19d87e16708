"""What every test stands on: a screen without a display, a keyring in memory, a settable clock."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

# Qt reads these once, when it is first imported.
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={Path(__file__).parent / 'offscreen.json'}"
for name in ("QT_SCALE_FACTOR", "QT_STYLE_OVERRIDE", "QT_QPA_PLATFORMTHEME", "QT_FONT_DPI"):
    os.environ.pop(name, None)

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from fieldapp import vault

if TYPE_CHECKING:
    from collections.abc import Iterator

# The app takes the keyrings of operating systems only; in tests also the one below.
vault.SAFE_BACKENDS = (*vault.SAFE_BACKENDS, __name__, "tests.")


class MemoryKeyring(KeyringBackend):
    """Secrets that end with the test."""

    def __init__(self) -> None:
        super().__init__()
        self.secrets: dict[tuple[str, str], str] = {}

    @property
    def priority(self) -> float:
        return 0.1

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.secrets.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class FixedClock:
    """A clock that stands still until a test moves it (see ``fieldapp.domain.clock.Clock``)."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, **timedelta_parts: float) -> None:
        """Time passes, on the wall and on the stopwatch alike."""
        step = timedelta(**timedelta_parts)
        self._now += step
        self._monotonic += step.total_seconds()

    def set(self, now: datetime) -> None:
        """Somebody changes the wall clock; the stopwatch does not notice."""
        self._now = now


@pytest.fixture(autouse=True)
def memory_keyring() -> Iterator[MemoryKeyring]:
    """No test of this process reads or writes the keyring of whoever runs it."""
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a test leaves in the user's folders ends with the test."""
    for variable, folder in (
        ("XDG_DATA_HOME", "data"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_STATE_HOME", "state"),
    ):
        monkeypatch.setenv(variable, str(tmp_path / "home" / folder))


@pytest.fixture
def clock() -> FixedClock:
    """Thursday 19 March 2026, 14:30 in the United Kingdom."""
    return FixedClock(datetime(2026, 3, 19, 14, 30, tzinfo=UTC))


LONG = (
    "sim/",
    "kill/test_patrol_kill.py",
    "kill/test_photo_kill.py",
    "kill/test_postgres_stops.py",
    "kill/test_power_cut.py",
    "kill/test_the_kill_test.py",
    "e2e/test_clocks_that_jump.py",
    "e2e/test_devices.py",
    "e2e/test_every_byte.py",
    "e2e/test_full_disk.py",
    "e2e/test_photos_and_kills.py",
    "e2e/test_restore_drill.py",
    "e2e/test_versions.py",
    "server/test_backup_postgres.py",
    "server/test_backup_restore.py",
    "server/test_herd.py",
    "server/test_postgres_stress.py",
    "sync/test_long_offline.py",
    "sync/test_status_matrix.py",
)
"""Proofs that take their time: ``make prove`` runs them, ``make test`` the others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the long proofs, in whole files."""
    here = Path(__file__).parent
    for item in items:
        if item.path.relative_to(here).as_posix().startswith(LONG):
            item.add_marker("long")
