"""One fault at every point of a short history; ``make simulate`` sweeps many."""

from __future__ import annotations

import pytest

from tests.sim.faults import KINDS
from tests.sim.sweep import points, sweep

pytestmark = pytest.mark.timeout(300)


@pytest.mark.slow
def test_a_fault_at_any_single_point_breaks_no_promise() -> None:
    found = points(1)
    assert {planned.kind for _, planned in found} == set(KINDS)
    swept = sweep(found[::12])
    assert swept.broken == {}
    # One fault each; a point may be a step later when the history has changed before it.
    assert swept.struck.total() >= swept.count
