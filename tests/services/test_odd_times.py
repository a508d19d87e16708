"""A time that nobody can mean, stored by an older version, takes no screen down."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.store.columns import moment, seconds
from tests.services.desk import GLASCOTE, Desk, Review, published

ODD = (
    1_700_000_000,
    "1700000000",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-03-19T10:00:00",
)


def _arrives(review: Review, record_type: str, record_id: str, body: Json) -> None:
    record = published(record_type, record_id, {"lpt_code": "TA", **body})
    review.put(replace(record, owner_officer_id="of-0002"))


def _every_screen(desk: Desk, record_id: str) -> None:
    desk.sync()
    services = desk.services
    services.entries.today()
    services.entries.search("larkspur")
    services.follow_ups.due()
    services.plan.upcoming(7)
    services.meetings.table()
    services.entries.list()
    services.entries.view(record_id)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_time_takes_no_screen_down(priya: Desk, tom: Desk, review: Review, odd: Any) -> None:
    entry = priya.submitted(actions_promised=[{"kind": "PUBLIC_QUERY", "summary": "When?"}])
    priya.sync()
    plan, promise, other = (priya.services.capture.new_id() for _ in range(3))
    line: Json = {"engagement_type": "DROP_IN", "neighbourhood_id": GLASCOTE, "status": "PLANNED"}
    line |= {"lead_officer_id": "of-0010", "officers_planned": ["of-0001"]}
    _arrives(review, RecordType.PLANNED_ACTIVITY, plan, {**line, "starts_at": odd, "ends_at": odd})
    promised = {"kind": "PUBLIC_QUERY", "summary": "x", "owner_officer_id": "of-0001"}
    promised |= {"status": "OPEN", "source_id": entry, "raised_at": odd, "due_at": odd}
    _arrives(review, RecordType.FOLLOW_UP, promise, promised)
    body = review.records[entry].body
    body = {**body, "started_at": odd, "ended_at": odd, "rebooking": {"starts_at": odd}}
    review.put(replace(review.records[entry], id=other, owner_officer_id="of-0002", body=body))
    for desk in (priya, tom):
        _every_screen(desk, other)
    assert entry in {row.record_id for row in tom.services.approvals.queue()}
    tom.services.approvals.open(other)
    draft = priya.services.capture.start("DROP_IN", plan_id=plan)
    assert draft.body["started_at"] != odd


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_odd_time_is_not_known_to_lists(odd: Any) -> None:
    assert seconds(odd) is None


def test_a_column_filled_by_an_older_version_is_read_as_not_known() -> None:
    assert moment(-62_135_647_200) is None
    assert moment(253_402_351_199) is None
