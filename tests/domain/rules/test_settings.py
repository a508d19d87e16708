from __future__ import annotations

from dataclasses import replace

import pytest

from fieldapp.domain.errors import ContentError
from fieldapp.domain.rules.settings import default_settings, rule_settings


def test_without_anything_the_shipped_numbers_hold() -> None:
    assert rule_settings() == rule_settings({}) == default_settings()
    assert rule_settings({"commissioner_office": "The office"}) == default_settings()
    assert default_settings().s34_limit_days == 92


def test_the_forces_own_numbers_win() -> None:
    assert rule_settings({"s34_limit_days": 60}) == replace(default_settings(), s34_limit_days=60)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("s34_limit_days", "92"),
        ("s34_limit_days", True),
        ("s34_limit_days", -1),
        ("s34_limit_days", None),
        ("zero_attendance_counts", 1),
        ("s34_mode", "SOMETIMES"),
        ("s34_mode", 3),
    ],
)
def test_a_setting_that_makes_no_sense_is_named(key: str, value: object) -> None:
    with pytest.raises(ContentError, match=key):
        rule_settings({key: value})
