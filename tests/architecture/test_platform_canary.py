"""Qt for Python gives no reference to None or True away: on 3.11 that ends in an aborted process.

PySide6 6.12.0 does so on every void-returning call and on every emission. A short run survives it,
an officer's afternoon does not; hence the pin in pyproject.toml (docs/adr/0005) and this canary.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="None and True are immortal from Python 3.12 on"
)


class Bell(QObject):
    rung = Signal(bool)


def references_lost(work: Callable[[], object], times: int) -> int:
    """How many references to None and True go; stops early, before the process would abort."""
    before = sys.getrefcount(None) + sys.getrefcount(True)
    lost = 0
    for _ in range(times // 50):
        for _ in range(50):
            work()
        lost = before - (sys.getrefcount(None) + sys.getrefcount(True))
        if lost >= 40:
            break
    return lost


def test_a_call_that_returns_nothing_keeps_its_reference_to_none() -> None:
    bell = Bell()
    assert references_lost(lambda: bell.setObjectName("bell"), 500) < 40


def test_an_emission_keeps_its_reference_to_true() -> None:
    bell = Bell()
    heard: list[bool] = []
    bell.rung.connect(heard.append)
    bell.rung.connect(lambda _: heard.clear())
    assert references_lost(lambda: bell.rung.emit(True), 20_000) < 40


def test_the_canary_notices_a_lost_reference() -> None:
    kept = [None] * 100
    assert references_lost(kept.pop, 50) >= 40
