"""The numbers the rules turn on, read from the force's settings; none is written into a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from typing import cast

from fieldapp.domain.errors import ContentError
from resources.force import setting_defaults

S34_MODES = frozenset({"STRICT", "BROAD", "BOTH"})


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Force settings as typed values; ``rule_settings`` fills in the shipped defaults."""

    s34_limit_days: int
    s34_green_percent: int
    s34_mode: str
    zero_attendance_counts: bool
    lcm_limit_days: int
    lcm_mean_days: int
    query_hours: int
    review_target_days: int
    review_escalate_days: int
    retrospective_hours: int
    future_start_minutes: int
    longest_hours: int
    count_max: int
    count_confirm_above: int
    duplicate_metres: int
    duplicate_minutes: int


_KINDS: Mapping[str, type] = {"s34_mode": str, "zero_attendance_counts": bool}


def rule_settings(values: Mapping[str, object] | None = None) -> RuleSettings:
    """The shipped defaults with the force's own values on top; other keys are passed over.

    Raises:
        ContentError: a value has the wrong type or makes no sense; the words name the setting.
    """
    names = [item.name for item in fields(RuleSettings)]
    if not values or not any(name in values for name in names):
        return default_settings()
    merged = {**setting_defaults(), **values}
    return _checked({name: merged[name] for name in names})


@cache
def default_settings() -> RuleSettings:
    """The shipped defaults."""
    defaults = setting_defaults()
    return _checked({item.name: defaults[item.name] for item in fields(RuleSettings)})


def _checked(values: dict[str, object]) -> RuleSettings:
    for name, value in values.items():
        if type(value) is not _KINDS.get(name, int):
            raise ContentError(f"The setting {name} has the wrong kind of value.", code="setting")
        if isinstance(value, int) and value < 0:
            raise ContentError(f"The setting {name} cannot be below nought.", code="setting")
    if values["s34_mode"] not in S34_MODES:
        raise ContentError("The setting s34_mode must be STRICT, BROAD or BOTH.", code="setting")
    # Each value's kind was checked above, which the type checker cannot see.
    return RuleSettings(**cast("dict[str, int]", values))  # type: ignore[arg-type]  # as said
