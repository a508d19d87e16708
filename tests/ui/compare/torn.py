"""How an entry comes to have two versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fieldapp.wiring import Tablet
from tests.ui.review.entries import drop_in

FIRST = (
    "Quiet morning at the precinct. Two shopkeepers asked when the new lights come. "
    "<b>Bikes</b> on the path behind the shops again, about six riders."
)
SECOND = (
    "Busy morning at the precinct. Two shopkeepers asked when the new lights come. "
    "Bikes on the path behind the shops again, about nine riders, one without a helmet."
)
ISSUE = {"id": "i-1", "category": "NUISANCE_BIKES", "mentions": 9}


def two_versions(first: Tablet, second: Tablet, tom: Tablet) -> str:
    """Change an entry on both tablets without sight of each other, and send both; its id."""
    draft = drop_in(first, "Larkspur Precinct")
    first.services.capture.finish_later(draft)
    for tablet in (first, second):
        assert tablet.sync_now().words == ""
    edit(
        first,
        draft.record_id,
        hand_in=True,
        qualitative=FIRST,
        counts={"adults": 34, "children_young_people": 9},
        issues=[ISSUE | {"mentions": 12, "summary": "Riding through the passage"}],
    )
    edit(
        second,
        draft.record_id,
        qualitative=SECOND,
        counts={"adults": 34, "children_young_people": 11},
        issues=[],
        sentiment=4,
    )
    for tablet in (first, second, tom):
        assert tablet.sync_now().words == ""
    return draft.record_id


def edit(tablet: Tablet, record_id: str, *, hand_in: bool = False, **changes: Any) -> None:
    """The entry changed in the form, then handed in or put down."""
    capture = tablet.services.capture
    draft = capture.open(record_id)
    draft = replace(draft, body={**draft.body, **changes})
    if hand_in:
        capture.submit(draft)
    else:
        capture.finish_later(draft)
