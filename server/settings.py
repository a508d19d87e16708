"""What an operator may set, with the values that hold when nothing is set."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

from resources.force import setting_defaults

STORE_FILE = "centre.db"
KEY_FILE = "centre.key"
KEY_VARIABLE = "FIELDAPP_CENTRE_KEY"
"""Environment variable that holds the key instead of the file: 64 hexadecimal digits."""
DATABASE_FILE = "centre.database"
DATABASE_VARIABLE = "FIELDAPP_CENTRE_DATABASE"
"""Environment variable that names a PostgreSQL database instead of the file."""


def _rooms() -> dict[str, int]:
    return {"sign_in": 8, "push": 20, "pull": 12, "hello": 64, "files": 4}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the centre takes on at once; beyond it a tablet is told when to come back."""

    rooms: dict[str, int] = field(default_factory=_rooms)
    """Requests of each kind that are worked on at once; together no more than there are threads.

    Photos and voice notes (``files``) have threads of their own: text never waits for one.
    """
    patience_seconds: float = 6.0
    """Seconds of work of each kind that may wait besides; beyond it a tablet is told to return."""
    body_seconds: float = 30.0
    """How long the body of a request may take to arrive."""
    head_seconds: float = 10.0
    """How long the head of a request may take to arrive."""
    idle_seconds: int = 75
    """How long an open connection may say nothing."""


_DAYS_IN_A_MONTH = 30.5


def _shipped(setting: str) -> int:
    value = setting_defaults()[setting]
    assert isinstance(value, int)  # noqa: S101 - the file ships with the program
    return value


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules of the force about accounts and about what tablets hold."""

    token_days: int = 14
    free_tries: int = 5
    """Wrong passwords in a row before the centre asks for a pause."""
    first_pause_seconds: int = 30
    longest_pause_seconds: int = 900
    team_days: int = field(default_factory=lambda: _shipped("team_entries_days"))
    """Days that settled records of others stay on a team's tablets."""
    own_days: int = field(
        default_factory=lambda: math.ceil(_shipped("own_entries_months") * _DAYS_IN_A_MONTH)
    )
    """Days that an officer's own settled records stay on their tablet."""
    unclaimed_bytes: int = 64 * 1024 * 1024
    """Photos and voice notes of one officer that no entry of theirs refers to."""
    lease_days: int = field(default_factory=lambda: _shipped("device_purge_days"))
    """Days without contact after which what belongs to others leaves a tablet."""
    code_hours: int = 24
    """How long a code for enrolling a tablet is good."""
    challenge_seconds: int = 300
    """How long a tablet has to sign what hello gave it."""


def store_path(data_dir: Path) -> Path:
    """The file that holds everything the centre knows."""
    return data_dir / STORE_FILE


def key_path(data_dir: Path) -> Path:
    """The file that holds the store's key, unless the environment does."""
    return data_dir / KEY_FILE


def database_path(data_dir: Path) -> Path:
    """The file that says which PostgreSQL database the centre has, where it has one."""
    return data_dir / DATABASE_FILE
