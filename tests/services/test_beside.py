"""The records that hang on an entry: person, consents, promises and the line of the plan."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from fieldapp.domain.codes import RecordType
from fieldapp.store import audit, records
from tests.services.desk import GLASCOTE, Desk, Review, contact


def test_a_contact_makes_person_consent_and_question_beside_the_entry(
    priya: Desk, review: Review
) -> None:
    draft = contact(priya)
    record_id = priya.services.capture.submit(draft).record_id
    priya.sync()
    types = [record.record_type for record in review.records.values()]
    for wanted in ("RESIDENT_CONTACT", "PERSON", "CONSENT", "FOLLOW_UP"):
        assert types.count(wanted) == 1, wanted
    entry = review.records[record_id]
    assert "Ada" not in json.dumps(entry.body)
    assert entry.body["gsc_marking"] == "OFFICIAL_SENSITIVE"
    person = review.records[entry.body["person_id"]]
    assert person.body["created_for"] == "REPLY"
    assert "id" not in person.body


def test_resubmitting_a_contact_changes_its_records_and_makes_none_twice(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = priya.services.capture.submit(contact(priya)).record_id
    priya.sync()
    tom.sync()
    view = tom.services.approvals.open(record_id)
    tom.services.approvals.send_back(
        record_id, view.content_hash, ["COUNT_QUERY"], {"counts": "Only one?"}
    )
    tom.clock.advance(seconds=11)
    tom.sync()
    priya.sync()
    draft = priya.services.capture.open(record_id)
    assert draft.person is not None
    person = {name: value for name, value in draft.person.items() if name != "id"}
    person["phone"] = "07700 900456"
    priya.services.capture.submit(replace(draft, person=person))
    priya.sync()
    people = [one for one in review.records.values() if one.record_type == RecordType.PERSON]
    assert [one.body["phone"] for one in people] == ["07700 900456"]
    kinds = [one.record_type for one in review.records.values()]
    assert kinds.count("CONSENT") == kinds.count("FOLLOW_UP") == 1


def test_opening_someones_details_is_kept_in_the_audit_trail(priya: Desk, tom: Desk) -> None:
    record_id = priya.services.capture.submit(contact(priya)).record_id
    priya.sync()
    tom.sync()
    tom.services.entries.view(record_id)
    with tom.store.reading() as tx:
        seen = [row.object.split("/")[0] for row in audit.trail(tx)]
        assert audit.broken_at(tx) is None
    assert seen == ["OFFICER", "RESIDENT_CONTACT", "PERSON"]


def plan_line(desk: Desk, **more: Any) -> str:
    return desk.services.plan.add(
        {
            "engagement_type": "DROP_IN",
            "title": "Glascote drop-in",
            "neighbourhood_id": GLASCOTE,
            "venue": {"name": "Larkspur Shopping Precinct"},
            "starts_at": "2026-03-19T12:00:00+00:00",
            "ends_at": "2026-03-19T14:00:00+00:00",
            **more,
        }
    )


@pytest.mark.parametrize(
    ("answers", "status", "rebooked"),
    [
        ({"outcome": "HELD"}, "DONE_PENDING", False),
        ({"outcome": "NOBODY_CAME", "counts": {"adults": 0}}, "DONE_PENDING", False),
        (
            {"outcome": "CANCELLED", "outcome_reason": "WEATHER", "counts": None},
            "CANCELLED",
            False,
        ),
        (
            {
                "outcome": "CANCELLED",
                "outcome_reason": "OPERATIONAL",
                "counts": None,
                "rebooking": {"starts_at": "2026-03-26T12:00:00+00:00"},
            },
            "RESCHEDULED",
            True,
        ),
        (
            {
                "outcome": "CALLED_AWAY",
                "outcome_reason": "OPERATIONAL",
                "rebooking": {"starts_at": "2026-03-26T12:00:00+00:00"},
            },
            "RESCHEDULED",
            True,
        ),
    ],
)
def test_the_outcome_tells_the_plan(
    priya: Desk, review: Review, answers: dict[str, Any], status: str, rebooked: bool
) -> None:
    plan_id = plan_line(priya)
    draft = priya.services.capture.start("DROP_IN", plan_id=plan_id)
    record_id = priya.services.capture.submit(priya.filled(draft, **answers)).record_id
    priya.sync()
    line = review.records[plan_id].body
    assert line["status"] == status
    assert line["linked_engagement_id"] == record_id
    lines = [one for one in review.records.values() if one.record_type == "PLANNED_ACTIVITY"]
    assert len(lines) == (2 if rebooked else 1)
    if rebooked:
        fresh = review.records[line["rescheduled_to"]].body
        assert fresh["starts_at"] == "2026-03-26T12:00:00+00:00"
        assert fresh["ends_at"] == "2026-03-26T14:00:00+00:00"
        assert fresh["venue"] == {"name": "Larkspur Shopping Precinct"}
        assert (
            review.records[record_id].body["rebooking"]["planned_activity_id"]
            == (line["rescheduled_to"])
        )


def test_a_line_of_other_officers_is_left_alone(priya: Desk, tom: Desk, review: Review) -> None:
    plan_id = plan_line(tom, lead_officer_id="of-0010")
    tom.sync()
    priya.sync()
    draft = priya.services.capture.start("DROP_IN", plan_id=plan_id)
    priya.services.capture.submit(priya.filled(draft))
    done = priya.sync()
    assert {one.status for one in done} == {"applied"}
    assert review.records[plan_id].body["status"] == "PLANNED"


def test_deleting_an_entry_takes_the_promises_and_the_persons_details_with_it(
    priya: Desk, review: Review
) -> None:
    """They were kept for this entry alone, so nothing is left to keep them for."""
    record_id = priya.services.capture.submit(contact(priya)).record_id
    priya.sync()
    priya.services.capture.recall(record_id)
    draft = priya.services.capture.open(record_id)
    priya.services.capture.delete(record_id)
    assert priya.services.follow_ups.due() == ()
    priya.services.capture.undelete(draft)
    assert len(priya.services.follow_ups.due()) == 1
    priya.services.capture.delete(record_id)
    priya.clock.advance(seconds=11)
    assert {one.status for one in priya.sync()} == {"applied"}
    beside = {"RESIDENT_CONTACT", "FOLLOW_UP", "PERSON", "CONSENT"}
    kept = [one for one in review.records.values() if one.record_type in beside]
    assert len(kept) == 4
    assert all(one.deleted for one in kept)


def test_details_that_another_entry_needs_stay(priya: Desk, review: Review) -> None:
    first = priya.services.capture.submit(contact(priya)).record_id
    promise = {"kind": "PUBLIC_QUERY", "summary": "Bins?"}
    person_id = review_body(priya, first)["person_id"]
    second = priya.submitted(person_id=person_id, is_query=True, actions_promised=[promise])
    priya.services.capture.recall(second)
    priya.services.capture.delete(second)
    priya.sync()
    people = [one for one in review.records.values() if one.record_type == "PERSON"]
    assert [one.deleted for one in people] == [False]


def review_body(desk: Desk, record_id: str) -> dict[str, Any]:
    with desk.store.reading() as tx:
        record = records.shown(tx, record_id)
    assert record is not None
    return record.body


def test_a_deleted_entry_gives_its_line_back_to_the_plan(priya: Desk, review: Review) -> None:
    plan_id = plan_line(priya)
    draft = priya.services.capture.start("DROP_IN", plan_id=plan_id)
    record_id = priya.services.capture.submit(priya.filled(draft)).record_id
    priya.services.capture.recall(record_id)
    priya.services.capture.delete(record_id)
    priya.sync()
    assert review.records[plan_id].body["status"] == "PLANNED"
    assert "linked_engagement_id" not in review.records[plan_id].body
    assert record_id not in review.records


def follow_ups(review: Review) -> list[tuple[str, str, bool]]:
    kept = [one for one in review.records.values() if one.record_type == RecordType.FOLLOW_UP]
    return [(one.body["summary"], one.body["status"], one.deleted) for one in kept]


@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize("outcome", ["HELD", "CANCELLED"])
def test_a_recalled_entry_gives_its_line_back_until_it_is_handed_in_again(
    priya: Desk, review: Review, sent: bool, outcome: str
) -> None:
    plan_id = plan_line(priya)
    draft = priya.services.capture.start("DROP_IN", plan_id=plan_id)
    answers: dict[str, Any] = {"outcome": outcome}
    if outcome == "CANCELLED":
        answers |= {"outcome_reason": "WEATHER", "counts": None}
    record_id = priya.services.capture.submit(priya.filled(draft, **answers)).record_id
    if sent:
        priya.sync()
        assert review.records[plan_id].body["linked_engagement_id"] == record_id
    priya.services.capture.recall(record_id)
    priya.sync()
    line = review.records[plan_id].body
    assert line["status"] == "PLANNED"
    assert not {"linked_engagement_id", "cancel_reason"} & line.keys()
    priya.services.capture.submit(priya.services.capture.open(record_id))
    priya.sync()
    assert review.records[plan_id].body["linked_engagement_id"] == record_id


def test_a_question_taken_out_before_handing_in_again_is_no_longer_open(
    priya: Desk, tom: Desk, review: Review
) -> None:
    asked = [
        {"kind": "PUBLIC_QUERY", "summary": "When?"},
        {"kind": "ACTION", "summary": "Ring back"},
    ]
    record_id = priya.submitted(actions_promised=asked)
    priya.sync()
    tom.sync()
    view = tom.services.approvals.open(record_id)
    tom.services.approvals.send_back(record_id, view.content_hash, ["PERSONAL_DATA"], {})
    tom.clock.advance(seconds=11)
    tom.sync()
    priya.sync()
    draft = priya.services.capture.open(record_id)
    body = {**draft.body, "actions_promised": draft.body["actions_promised"][1:]}
    priya.services.capture.submit(replace(draft, body=body))
    assert {one.status for one in priya.sync()} == {"applied"}
    assert sorted(follow_ups(review)) == [("Ring back", "OPEN", False), ("When?", "OPEN", True)]
    assert [row.summary for row in priya.services.follow_ups.due()] == ["Ring back"]


def test_withdrawing_an_entry_takes_its_promises_and_frees_its_line(
    priya: Desk, review: Review
) -> None:
    plan_id = plan_line(priya)
    draft = priya.services.capture.start("DROP_IN", plan_id=plan_id)
    promise = {"kind": "ACTION", "summary": "Ring back"}
    draft = priya.filled(draft, actions_promised=[promise])
    record_id = priya.services.capture.submit(draft).record_id
    priya.sync()
    priya.services.capture.withdraw(record_id, "Recorded twice")
    assert {one.status for one in priya.sync()} == {"applied"}
    assert follow_ups(review) == [("Ring back", "OPEN", True)]
    assert review.records[plan_id].body["status"] == "PLANNED"


def test_a_supervisor_who_withdraws_an_entry_closes_its_promises(
    priya: Desk, tom: Desk, review: Review
) -> None:
    record_id = priya.submitted(actions_promised=[{"kind": "ACTION", "summary": "Ring back"}])
    priya.sync()
    tom.sync()
    view = tom.services.approvals.open(record_id)
    tom.services.approvals.approve(record_id, view.content_hash)
    tom.clock.advance(seconds=11)
    tom.sync()
    tom.services.capture.withdraw(record_id, "Recorded twice")
    assert {one.status for one in tom.sync()} == {"applied"}
    assert follow_ups(review) == [("Ring back", "NOT_DONE", False)]
