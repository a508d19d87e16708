"""What waits is counted and listed as an officer counts it: entries with what goes along."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fieldapp.domain.exchange import OpOutcome
from fieldapp.domain.times import utc_text
from tests.services.desk import GLASCOTE, Desk, contact

if TYPE_CHECKING:
    from fieldapp.services.values import PendingRow


def plan_line(desk: Desk) -> str:
    return desk.services.plan.add(
        {
            "engagement_type": "DROP_IN",
            "title": "Glascote drop-in",
            "neighbourhood_id": GLASCOTE,
            "venue": {"name": "Larkspur Shopping Precinct"},
            "starts_at": utc_text(desk.clock.now() - timedelta(hours=2)),
            "ends_at": utc_text(desk.clock.now()),
        }
    )


def started_from(desk: Desk, plan_id: str, **more: Any) -> str:
    draft = desk.services.capture.start("DROP_IN", plan_id=plan_id)
    return desk.services.capture.submit(desk.filled(draft, **more)).record_id


def waiting(desk: Desk) -> int:
    return desk.services.waiting.status().waiting


def rows(desk: Desk) -> dict[str, PendingRow]:
    return {row.record_id: row for row in desk.services.waiting.pending()}


def test_what_goes_along_with_a_waiting_entry_is_part_of_it(priya: Desk) -> None:
    contact_id = priya.services.capture.submit(contact(priya)).record_id
    promise = {"kind": "ACTION", "summary": "Ask the council about the lamps"}
    session_id = started_from(priya, plan_line(priya), actions_promised=[promise])
    plain_id = priya.submitted()
    assert waiting(priya) == 3
    assert priya.services.waiting.status().to_send > 3
    assert {key: row.also for key, row in rows(priya).items()} == {
        contact_id: "with 1 follow-up, contact details",
        session_id: "with 1 follow-up, plan line",
        plain_id: "",
    }
    priya.sync()
    assert waiting(priya) == 0
    assert rows(priya) == {}


def test_a_plan_line_or_follow_up_of_an_entry_that_has_gone_counts_by_itself(priya: Desk) -> None:
    own = plan_line(priya)
    assert waiting(priya) == 1
    priya.services.capture.submit(contact(priya))
    priya.sync()
    follow_up = next(row for row in priya.services.follow_ups.due())
    priya.services.follow_ups.answer(follow_up.record_id, "PHONE", "Told what is being done")
    priya.services.plan.cancel(own, "STAFFING")
    assert waiting(priya) == 2
    assert set(rows(priya)) == {follow_up.record_id, own}


def test_a_record_that_the_centre_holds_shows_on_its_own_beside_its_waiting_entry(
    priya: Desk,
) -> None:
    entry_id = priya.services.capture.submit(contact(priya)).record_id
    sent = [
        OpOutcome(op.op_id, "quarantined", "unknown_type")
        for op in priya.port.take_batch(50, 1_000_000)
        if '"FOLLOW_UP"' in op.wire
    ]
    assert len(sent) == 1
    priya.port.record_outcomes("one", sent)
    status = priya.services.waiting.status()
    assert (status.waiting, status.held) == (1, 1)
    shown = rows(priya)
    assert len(shown) == 2
    assert shown[entry_id].also == "with contact details"


def test_a_record_the_centre_cannot_take_now_is_told_by_itself(priya: Desk) -> None:
    entry_id = priya.services.capture.submit(contact(priya)).record_id
    follow_up = next(iter(priya.services.follow_ups.due())).record_id
    ops = priya.port.take_batch(50, 1_000_000)
    asked = next(op for op in ops if '"FOLLOW_UP"' in op.wire)
    priya.port.set_aside(asked.op_id, "unknown_type", retry_in=timedelta(minutes=5))
    assert waiting(priya) == 2
    assert rows(priya)[follow_up].reason
    assert rows(priya)[entry_id].also == "with contact details"


def test_details_changed_with_an_entry_that_is_recalled_go_along_with_it(priya: Desk) -> None:
    record_id = priya.services.capture.submit(contact(priya)).record_id
    priya.sync()
    priya.services.capture.recall(record_id)
    draft = priya.services.capture.open(record_id)
    assert draft.person is not None
    person = {**draft.person, "phone": "07700 900456"}
    priya.services.capture.submit(replace(draft, person=person))
    assert waiting(priya) == 1
    assert rows(priya)[record_id].also == "with contact details"
