"""Sending: one result for each operation, once and for ever, and nothing an officer wrote lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from server.services.centre import Centre
from tests.conftest import FixedClock
from tests.contract.fixtures import SignInAs
from tests.contract.force import drop_in
from tests.contract.ports import RefusedError
from tests.contract.stored import held, revisions, stored
from tests.contract.tablet import create, decide, new_id, operation, patch, submit


def test_an_entry_is_taken_with_a_result_for_each_operation(
    tablet: SignInAs, centre: Centre
) -> None:
    priya = tablet("of-priya")
    made = create()
    answer = priya.push(made, submit(made["record_id"]))
    first, second = answer["results"]
    assert (first["status"], first["revision"]) == ("applied", 1)
    assert (second["status"], second["revision"]) == ("applied", 2)
    assert first["seq"] == second["seq"] == stored(centre, made["record_id"]).seq
    assert [first["op_id"], second["op_id"]] == [made["op_id"], answer["results"][1]["op_id"]]
    assert stored(centre, made["record_id"]).record.review_status == "PENDING_REVIEW"
    assert answer["head"] >= first["seq"]


@pytest.mark.parametrize(
    ("claimed", "noted"),
    [
        ("2026-03-19T14:36:00+00:00", 360),
        ("2026-03-19T15:36:00+01:00", 360),
        ("2026-03-19T14:35:00+00:00", None),
        ("2026-03-19T14:30:00+00:00", None),
        ("2026-03-12T09:00:00+00:00", None),  # a week without a network
    ],
)
def test_a_tablets_clock_that_runs_ahead_is_noted_beside_the_entry(
    tablet: SignInAs, centre: Centre, clock: FixedClock, claimed: str, noted: int | None
) -> None:
    clock.set(datetime(2026, 3, 19, 14, 30, tzinfo=UTC))
    early, late = create(), create()
    late["claimed_at"] = claimed
    early["claimed_at"] = "2026-03-12T08:00:00+00:00"
    tablet("of-priya").send(early, late)
    for made in (early, late):
        record = stored(centre, made["record_id"]).record
        assert record.history[-1].get("skew_seconds") == noted
        assert "skew_seconds" not in record.body


def test_the_owner_is_whoever_the_token_says(tablet: SignInAs, centre: Centre) -> None:
    made = create(drop_in(owner_officer_id="of-callum", review_status="APPROVED", ref="TA-ENG-1"))
    tablet("of-priya").send(made)
    record = stored(centre, made["record_id"]).record
    assert record.owner_officer_id == "of-priya"
    assert record.review_status == "DRAFT"
    assert record.ref is None
    assert record.body["ref"] == "TA-ENG-1"


@pytest.mark.parametrize(
    "extra", [{"owner_officer_id": "of-tom"}, {"revision": 9}, {"review_status": "APPROVED"}]
)
def test_an_operation_says_nothing_but_what_it_may(
    tablet: SignInAs, centre: Centre, extra: dict[str, Any]
) -> None:
    made = create()
    (result,) = tablet("of-priya").send(made | extra)
    assert (result["status"], result["code"]) == ("quarantined", "malformed")
    assert stored(centre, made["record_id"]) is None


def test_a_lost_reply_neither_loses_nor_doubles_an_entry(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    made = create()
    ops = (made, submit(made["record_id"]))
    first = priya.send(*ops)
    again = priya.send(*ops)
    assert again == [result | {"replay": True} for result in first]
    assert len(revisions(centre, made["record_id"])) == 2


def test_an_operation_sent_twice_in_one_batch_counts_once(tablet: SignInAs, centre: Centre) -> None:
    made = create()
    first, second = tablet("of-priya").send(made, made)
    assert second == first | {"replay": True}
    assert len(revisions(centre, made["record_id"])) == 1


def test_results_of_every_kind_are_given_again_as_they_were(tablet: SignInAs) -> None:
    priya, tom = tablet("of-priya"), tablet("of-tom")
    made = create()
    priya.send(made, submit(made["record_id"]))
    decision = decide(made["record_id"], drop_in(title="Something else"))
    (rejected,) = tom.send(decision)
    assert (rejected["status"], rejected["code"]) == ("rejected", "stale_revision")
    assert tom.send(decision) == [rejected | {"replay": True}]
    broken = operation("create", new_id())
    (kept,) = priya.send(broken)
    assert priya.send(broken) == [kept | {"replay": True}]


def test_the_same_number_with_other_content_is_kept_apart(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    made = create()
    other = made | {"body": drop_in(title="Not what was sent before")}
    priya.send(made)
    (result,) = priya.send(other)
    assert (result["status"], result["code"]) == ("quarantined", "op_id_reuse")
    assert stored(centre, made["record_id"]).record.body == made["body"]
    assert json.loads(held(centre)[-1].raw)["body"]["title"] == "Not what was sent before"


def test_a_command_under_a_used_number_is_not_accepted(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    made = create()
    priya.send(made, submit(made["record_id"]))
    recall = operation("recall", made["record_id"])
    (result,) = priya.send(recall | {"op_id": made["op_id"]})
    assert (result["status"], result["code"]) == ("rejected", "op_id_reuse")


def test_another_officer_cannot_ask_what_became_of_an_operation(tablet: SignInAs) -> None:
    made = create()
    tablet("of-priya").send(made)
    (result,) = tablet("of-callum").send(made)
    assert (result["status"], result["code"]) == ("quarantined", "op_id_reuse")
    assert "revision" not in result


UNREADABLE: list[Any] = [
    5,
    None,
    [],
    "create",
    {},
    {"kind": "create"},
    {"op_id": 7, "kind": "submit"},
    {"op_id": "x" * 500, "kind": "submit"},
    operation("submit", "not-an-id"),
    operation("create", new_id(), record_type="ENGAGEMENT", schema_version=1, body=[]),
]


@pytest.mark.parametrize("broken", UNREADABLE, ids=range(len(UNREADABLE)))
def test_one_that_cannot_be_read_costs_no_other(
    tablet: SignInAs, centre: Centre, broken: Any
) -> None:
    before, after = create(), create()
    results = tablet("of-priya").send(before, broken, after)
    assert [result["status"] for result in results] == ["applied", "quarantined", "applied"]
    assert results[1]["code"] == "malformed"
    assert json.loads(held(centre)[0].raw) == broken


@pytest.mark.parametrize(
    ("op", "code"),
    [
        (create(drop_in(sentiment=9)), "invalid"),
        (create(drop_in(started_at=1_700_000_000)), "invalid"),
        (create(drop_in(started_at="1700000000")), "invalid"),
        (create(drop_in(started_at="0001-01-01T00:00:00+14:00")), "invalid"),
        (create(drop_in(rebooking={"starts_at": "9999-12-31T23:59:59-14:00"})), "invalid"),
        (create(drop_in(lat=52.6)), "not_canonical"),
        (create(record_type="MEETING_LEDGER"), "unknown_type"),
        (create(record_type="HOROSCOPE"), "unknown_type"),
        (create() | {"schema_version": 99}, "unknown_form"),
        (create(drop_in(lpt_code="LI")), "other_lpt"),
        (operation("frobnicate", new_id()), "unknown_kind"),
        (operation("reassign", new_id(), owner="of-tom"), "unknown_kind"),
        (submit(new_id()), "unknown_record"),
        (patch(new_id(), title=("a", "b")), "unknown_record"),
    ],
)
def test_what_cannot_be_applied_is_held_word_for_word(
    tablet: SignInAs, centre: Centre, op: dict[str, Any], code: str
) -> None:
    (result,) = tablet("of-priya").send(op)
    assert (result["status"], result["code"]) == ("quarantined", code)
    (item,) = held(centre)
    assert (item.code, item.officer_id, item.op_id) == (code, "of-priya", op["op_id"])
    assert json.loads(item.raw) == op


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (drop_in(neighbourhood_id="E09999999"), "unknown_neighbourhood"),
        (drop_in(started_at="2026-03-25T10:00:00+00:00"), "invalid"),
        (drop_in(counts=None), "incomplete"),
        (drop_in(discloses_crime=True), "incomplete"),
    ],
)
def test_a_submit_that_breaks_a_rule_is_held_and_the_entry_stays_a_draft(
    tablet: SignInAs, centre: Centre, body: dict[str, Any], code: str
) -> None:
    made = create(body)
    first, second = tablet("of-priya").send(made, submit(made["record_id"]))
    assert first["status"] == "applied"
    assert (second["status"], second["code"]) == ("quarantined", code)
    assert stored(centre, made["record_id"]).record.review_status == "DRAFT"


def test_fields_of_a_newer_version_are_kept_and_handed_out(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    made = create(drop_in(horoscope={"sign": "Leo", "stars": [1, 2]}))
    priya.send(made)
    priya.send(patch(made["record_id"], title=("Drop-in, Larkspur Precinct", "Another")))
    priya.follow()
    body = priya.records[made["record_id"]]["body"]
    assert body["horoscope"] == {"sign": "Leo", "stars": [1, 2]}
    assert body["title"] == "Another"


def test_two_who_change_the_same_field_are_both_kept(tablet: SignInAs, centre: Centre) -> None:
    first, second = tablet("of-priya"), tablet("of-priya")
    made = create()
    id = made["record_id"]
    first.send(made, submit(id))
    first.send(patch(id, title=("Drop-in, Larkspur Precinct", "From the first")))
    (result,) = second.send(patch(id, title=("Drop-in, Larkspur Precinct", "From the second")))
    assert (result["status"], result["fields"]) == ("conflict", ["title"])
    record = stored(centre, id).record
    assert record.body["title"] == "From the first"
    assert record.conflicts[0]["mine"] == "From the second"
    (refused,) = tablet("of-tom").send(decide(id, record.body))
    assert (refused["status"], refused["code"]) == ("rejected", "open_conflicts")


def test_old_and_future_versions_of_the_protocol_may_send(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    for proto in (0, 1, 99):
        (result,) = priya.send(create(), proto=proto)
        assert result["status"] == "applied"


def test_an_empty_push_is_a_heartbeat(tablet: SignInAs, centre: Centre) -> None:
    priya = tablet("of-priya")
    answer = priya.push(hb={"depth": 3, "oldest_at": "2026-03-19T09:00:00Z"}, journal_floor=7)
    assert answer["results"] == []
    with centre.db.read() as connection:
        row = connection.exec_driver_sql(
            "SELECT depth, oldest_at, journal_floor FROM device WHERE device_id = ?",
            (priya.device_id,),
        ).one()
    assert tuple(row) == (3, "2026-03-19T09:00:00Z", 7)


def test_a_push_beyond_the_limit_is_turned_away_whole(tablet: SignInAs, centre: Centre) -> None:
    with pytest.raises(RefusedError, match="bad_request"):
        tablet("of-priya").send(*[operation("submit", new_id())] * 501)
    assert held(centre) == []


def test_a_huge_operation_is_held_and_does_not_block_the_feed(tablet: SignInAs) -> None:
    priya = tablet("of-priya")
    good = create()
    results = priya.send(create(drop_in(extra="x" * 300_000)), good)
    assert [result["status"] for result in results] == ["quarantined", "applied"]
    priya.follow()
    assert priya.sees(good["record_id"])
