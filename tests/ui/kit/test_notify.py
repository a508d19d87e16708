"""What the officer is told about faults, and what support is left with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from fieldapp.domain.errors import BugError, SituationError, UserError
from ui.notify import APOLOGY, Notifier

NOW = datetime(2026, 11, 19, 11, 41, tzinfo=UTC)


@pytest.fixture
def told(qapp: QApplication, tmp_path: Path) -> tuple[Notifier, list[tuple[str, str]], Path]:
    notifier, words = Notifier(tmp_path / "crashes", lambda: NOW), []
    notifier.told.connect(lambda kind, text: words.append((kind, text)))
    return notifier, words, tmp_path / "crashes"


def raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught


Told = tuple[Notifier, list[tuple[str, str]], Path]


def test_what_the_officer_can_put_right_is_said_each_time(told: Told) -> None:
    notifier, words, crashes = told
    for _ in range(2):
        notifier.tell(raised(UserError("Finish time must be after the start time.")))
    assert words == [("warning", "Finish time must be after the start time.")] * 2
    assert not crashes.exists()


def test_a_situation_is_said_once_until_it_is_over(told: Told) -> None:
    notifier, words, crashes = told
    errors = [raised(SituationError("No signal. Kept on this tablet.")) for _ in range(3)]
    for error in errors:
        notifier.tell(error)
    assert words == [("warning", "No signal. Kept on this tablet.")]
    notifier.over(errors[0])
    notifier.tell(errors[1])
    assert len(words) == 2
    assert not crashes.exists()


@pytest.mark.parametrize(
    "make", [lambda: BugError("promise broken"), lambda: KeyError("Mrs Example, Mill Lane")]
)
def test_our_own_fault_is_a_plain_apology_and_a_file_without_what_was_typed(
    told: Told, make: Callable[[], Exception]
) -> None:
    notifier, words, crashes = told
    errors = [raised(make()) for _ in range(2)]
    for error in errors:
        notifier.tell(error)
    assert words == [("error", APOLOGY)]
    (file,) = crashes.iterdir()
    text = file.read_text(encoding="utf-8")
    assert type(errors[0]).__qualname__ in text
    assert "test_notify.py" in text
    assert "Mill Lane" not in text
    assert "promise" not in text
    assert file.stat().st_mode & 0o077 == 0


def test_a_full_disk_does_not_silence_the_apology(qapp: QApplication, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    notifier, words = Notifier(blocked / "crashes", lambda: NOW), []
    notifier.told.connect(lambda kind, text: words.append(text))
    notifier.tell(raised(RuntimeError("x")))
    assert words == [APOLOGY]
