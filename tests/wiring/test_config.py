"""The tablet's settings are whole or not there, and hold no secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fieldapp.config import FILE_NAME, TabletConfig, read_config, write_config
from fieldapp.domain.errors import SituationError

CONFIG = TabletConfig("https://centre.example", "dev-1", "of-0001", "abcd")


def test_a_tablet_that_was_never_set_up_has_none(tmp_path: Path) -> None:
    assert read_config(tmp_path) is None


def test_settings_come_back_as_written_and_only_their_owner_reads_the_file(tmp_path: Path) -> None:
    write_config(tmp_path, CONFIG)
    assert read_config(tmp_path) == CONFIG
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert json.loads((tmp_path / FILE_NAME).read_text())["version"] == 1


def test_a_field_of_a_later_release_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text('{"version": 1, "server": "https://a.example", "x": 1}')
    assert read_config(tmp_path) == TabletConfig("https://a.example")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('{"version": 2}', "config_future"),
        ("{", "config_damaged"),
        ("[]", "config_damaged"),
        ("{}", "config_damaged"),
        ("\x00\x00", "config_damaged"),
    ],
)
def test_settings_that_cannot_be_read_are_left_alone(text: str, code: str, tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(SituationError) as caught:
        read_config(tmp_path)
    assert caught.value.code == code
    assert (tmp_path / FILE_NAME).read_text() == text


def test_a_disk_that_fills_leaves_the_old_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(tmp_path, CONFIG)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(SituationError) as caught:
        write_config(tmp_path, TabletConfig("https://other.example"))
    assert caught.value.code == "config_not_written"
    assert read_config(tmp_path) == CONFIG
