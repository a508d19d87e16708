from __future__ import annotations

from itertools import product

import pytest

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.codes import Marking
from fieldapp.domain.rules.marking import highest, marking_of

LOW, HIGH = Marking.OFFICIAL, Marking.OFFICIAL_SENSITIVE


@pytest.mark.parametrize("parts", list(product([LOW, HIGH, None], repeat=3)))
def test_r23_the_highest_part_wins(parts: tuple[Marking | None, ...]) -> None:
    assert highest(parts) == (HIGH if HIGH in parts else LOW)


@pytest.mark.parametrize(
    ("body", "marking"),
    [
        (EngagementBody(), LOW),
        (EngagementBody(gsc_marking="OFFICIAL"), LOW),
        (EngagementBody(gsc_marking="OFFICIAL_SENSITIVE"), HIGH),
        (EngagementBody(person_id="pe-01"), HIGH),
        (EngagementBody(contains_personal_data=True, gsc_marking="OFFICIAL"), HIGH),
        (EngagementBody(safeguarding_concern=True), HIGH),
        (EngagementBody(safeguarding_concern=False), LOW),
        (EngagementBody(processing_regime="LAW_ENFORCEMENT"), HIGH),
        (EngagementBody(processing_regime="GENERAL"), LOW),
    ],
)
def test_r23_an_entry_is_marked_as_its_highest_part(body: EngagementBody, marking: Marking) -> None:
    assert marking_of(body) == marking


def test_r15_a_safeguarding_concern_forces_the_marking() -> None:
    body = EngagementBody(safeguarding_concern=True, gsc_marking="OFFICIAL")
    assert marking_of(body) == HIGH
