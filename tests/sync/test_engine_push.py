"""Sending: nothing is lost, doubled, changed on the way or held up by its neighbour."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.content import Json
from sync import faults
from sync.engine import Progress
from sync.ports import Call, PullCall, PushCall
from sync.runner import drive
from tests.conftest import FixedClock
from tests.sync.tablet import Answering, TabletStore, applied, tablet_store


@pytest.fixture
def tablet(tmp_path: Path, clock: FixedClock) -> Iterator[TabletStore]:
    with tablet_store(tmp_path, clock) as made:
        yield made


def test_what_waits_is_sent_oldest_first_and_settles_once_read_back(tablet: TabletStore) -> None:
    first = tablet.create("first")
    second = tablet.create("second")
    link = Answering(applied)
    report = drive(tablet.engine.round(), link)
    push, pull = link.calls
    assert isinstance(push, PushCall)
    assert isinstance(pull, PullCall)
    assert [op.record_id for op in push.ops] == [first, second]
    assert report.pushed == 2
    assert set(tablet.states().values()) == {"settled"}
    assert tablet.port.waiting().operations == 0


def test_an_operation_is_marked_sent_on_disk_before_it_leaves(tablet: TabletStore) -> None:
    tablet.create()
    seen: list[str] = []

    def look(call: Call) -> object:
        if isinstance(call, PushCall):
            seen.extend(tablet.states().values())
        return applied(call)

    tablet.round(look)
    assert seen == ["sent"]


def test_after_a_lost_reply_and_a_restart_the_same_bytes_are_sent_again(
    tablet: TabletStore,
) -> None:
    record_id = tablet.create()
    sent: list[str] = []

    def lose(call: Call) -> object:
        assert isinstance(call, PushCall)
        sent.extend(op.wire for op in call.ops)
        return faults.TimedOut()

    with pytest.raises(faults.TimedOut):
        tablet.round(lose)
    assert set(tablet.states().values()) == {"sent"}
    tablet.reopen()
    with tablet.store.transaction() as tx:
        from fieldapp.store import outbox

        changes = {"notes": {"from": "Bikes again", "to": "Bikes and dogs"}}
        outbox.put_changes(tx, tablet.new_id(), record_id, changes, base_revision=1)
    link = Answering(applied)
    drive(tablet.engine.round(), link)
    push = link.calls[0]
    assert isinstance(push, PushCall)
    assert push.ops[0].wire == sent[0]
    assert json.loads(push.ops[1].wire)["kind"] == "patch"


@pytest.mark.parametrize(
    "fault",
    [
        faults.Offline(),
        faults.TimedOut(),
        faults.CutShort(),
        faults.NotOurServer(),
        faults.CertificateProblem(),
        faults.Busy(retry_after=30),
        faults.SignInExpired(),
        faults.DeviceRevoked(),
        faults.DeviceMismatch(),
        faults.Forbidden(),
        faults.Stopped(),
    ],
)
def test_no_fault_of_the_way_touches_what_is_on_the_tablet(
    fault: faults.Fault, tablet: TabletStore
) -> None:
    tablet.create()
    before = tablet.wires()
    with pytest.raises(type(fault)):
        tablet.round(lambda _call: fault)
    assert tablet.wires() == before
    assert tablet.port.waiting().records == 1
    tablet.round(applied)
    assert tablet.port.waiting().records == 0


def with_results(call: Call, results: Any) -> Json:
    return {**applied(call), "results": results}


@pytest.mark.parametrize(
    "strange",
    [
        "<html>",
        None,
        [],
        {},
        {"results": []},
        {"epoch": 7, "results": []},
        {"epoch": "e1"},
        {"epoch": "e1", "results": [], "head": 0, "durable": 0, "server_time": ""},
    ],
)
def test_what_is_not_an_answer_of_the_centre_is_no_receipt(
    strange: object, tablet: TabletStore
) -> None:
    tablet.create()
    with pytest.raises((faults.NotOurServer, faults.ServerFault)):
        tablet.round(lambda _call: strange)
    assert set(tablet.states().values()) == {"sent"}


def test_an_answer_must_name_each_operation_exactly_once(tablet: TabletStore) -> None:
    tablet.create()
    tablet.create()

    def twisted(call: Call, twist: str) -> object:
        good = applied(call)["results"]
        twists = {
            "one missing": good[:1],
            "one twice": [good[0], good[0]],
            "a stranger": [good[0], {**good[1], "op_id": "other"}],
            "one more": [*good, good[0]],
        }
        return with_results(call, twists[twist])

    for twist in ("one missing", "one twice", "a stranger", "one more"):
        with pytest.raises(faults.ServerFault):
            tablet.round(lambda call, twist=twist: twisted(call, twist))  # type: ignore[misc]
        assert set(tablet.states().values()) == {"sent"}


def test_each_result_is_kept_with_its_own_operation(tablet: TabletStore) -> None:
    created = tablet.create()
    decide = tablet.add(
        created, kind="decide", verdict="APPROVE", content_hash="0" * 64, revision=1
    )
    ids = list(tablet.states())
    other = tablet.create("held")
    held = next(op_id for op_id in tablet.states() if op_id not in ids)
    patch = tablet.add(other, kind="patch", base_revision=1, changes={})
    said = {
        decide: {"status": "rejected", "code": "own_entry"},
        held: {"status": "quarantined", "code": "invalid"},
        patch: {"status": "something_new"},
    }

    def some(call: Call) -> object:
        answer = applied(call)
        if isinstance(call, PushCall):
            answer["results"] = [
                {**result, **said.get(result["op_id"], {})} for result in answer["results"]
            ]
        return answer

    report = tablet.round(some)
    states = tablet.states()
    assert (states[decide], states[held], states[patch]) == (
        "rejected",
        "quarantined",
        "quarantined",
    )
    assert (report.not_accepted, report.held, report.pushed) == (1, 2, 4)


def poison(*op_ids: str, fault: type[faults.Fault] = faults.NotTaken) -> Any:
    def behave(call: Call) -> object:
        if isinstance(call, PushCall) and {op.op_id for op in call.ops} & set(op_ids):
            return fault()
        return applied(call)

    return behave


def test_one_that_the_centre_cannot_take_is_set_aside_and_never_blocks_the_others(
    tablet: TabletStore,
) -> None:
    for number in range(60):
        tablet.create(f"entry {number}")
    bad = list(tablet.states())[17]
    report = tablet.round(poison(bad))
    states = tablet.states()
    assert states.pop(bad) == "sent"
    assert set(states.values()) == {"settled"}
    assert report.set_aside == 1
    assert report.pushed == 59
    assert tablet.port.waiting().records == 1


def test_one_set_aside_is_tried_later_by_itself_and_at_once_when_asked(
    tablet: TabletStore, clock: FixedClock
) -> None:
    tablet.create()
    (bad,) = tablet.states()
    tablet.round(poison(bad))
    link = Answering(applied)
    drive(tablet.engine.round(), link)
    assert not any(isinstance(call, PushCall) for call in link.calls)
    tablet.port.retry_aside()
    tablet.round(poison(bad))
    clock.advance(hours=7)
    tablet.round(applied)
    assert tablet.states() == {bad: "settled"}


def test_later_work_on_the_same_record_waits_for_the_one_set_aside(tablet: TabletStore) -> None:
    record_id = tablet.create()
    (bad,) = tablet.states()
    tablet.round(poison(bad))
    tablet.add(record_id, kind="submit")
    other = tablet.create("another")
    link = Answering(applied)
    drive(tablet.engine.round(), link)
    pushed = [op.record_id for call in link.calls if isinstance(call, PushCall) for op in call.ops]
    assert pushed == [other]


def test_when_nothing_at_all_is_taken_the_round_stops_instead_of_setting_all_aside(
    tablet: TabletStore,
) -> None:
    for _ in range(40):
        tablet.create()
    with pytest.raises(faults.NotTaken):
        tablet.round(lambda _call: faults.NotTaken())
    with tablet.store.reading() as tx:
        assert tx.number("SELECT count(*) FROM outbox WHERE not_before IS NOT NULL") == 10


def test_batches_start_at_fifty_and_grow_by_a_quarter(tablet: TabletStore) -> None:
    for _ in range(200):
        tablet.create()
    link = Answering(applied)
    drive(tablet.engine.round(), link)
    sizes = [len(call.ops) for call in link.calls if isinstance(call, PushCall)]
    assert sizes == [50, 62, 77, 11]


@pytest.mark.parametrize("fault", [faults.TimedOut, faults.ServerFault])
def test_after_a_call_that_came_down_the_next_round_sends_half(
    fault: type[faults.Fault], tablet: TabletStore
) -> None:
    for _ in range(60):
        tablet.create()
    sizes: list[int] = []

    def behave(call: Call) -> object:
        if isinstance(call, PushCall):
            sizes.append(len(call.ops))
            return fault()
        return applied(call)

    for _ in range(7):
        try:
            report = tablet.round(behave)
        except faults.TimedOut:
            continue
        assert isinstance(report.trouble, faults.ServerFault)
    assert sizes == [50, 25, 12, 6, 3, 1, 1]


@pytest.mark.parametrize("fault", [faults.TimedOut, faults.ServerFault])
def test_one_that_brings_the_centre_down_each_time_lets_the_others_go_first(
    fault: type[faults.Fault], tablet: TabletStore
) -> None:
    tablet.create("bad")
    (bad,) = tablet.states()
    for number in range(5):
        tablet.create(f"good {number}")
    for _ in range(12):
        try:
            tablet.round(poison(bad, fault=fault))
        except faults.TimedOut:
            continue
    states = tablet.states()
    assert states.pop(bad) == "sent"
    assert set(states.values()) == {"settled"}


def test_trouble_at_the_centre_with_sending_does_not_stop_receiving(tablet: TabletStore) -> None:
    tablet.create()
    asked: list[type[object]] = []

    def behave(call: Call) -> object:
        asked.append(type(call))
        return faults.ServerFault() if isinstance(call, PushCall) else applied(call)

    report = tablet.round(behave)
    assert asked == [PushCall, PullCall]
    assert isinstance(report.trouble, faults.ServerFault)


def test_a_batch_keeps_to_its_bytes_and_one_large_operation_still_goes_alone(
    tablet: TabletStore,
) -> None:
    for _ in range(3):
        tablet.create("x" * 100_000)
    tablet.create("y" * 400_000)
    link = Answering(applied)
    drive(tablet.engine.round(), link)
    sizes = [len(call.ops) for call in link.calls if isinstance(call, PushCall)]
    assert sizes == [2, 1, 1]


def test_a_decision_held_back_is_not_sent_and_neither_is_what_follows_it(
    tablet: TabletStore, clock: FixedClock
) -> None:
    record_id = tablet.create()
    tablet.round(applied)
    until = clock.now() + timedelta(seconds=10)
    decide = tablet.add(
        record_id,
        not_before=until,
        kind="decide",
        verdict="APPROVE",
        content_hash="0" * 64,
        revision=1,
    )
    after = tablet.add(record_id, kind="void", reason="Made twice")
    other = tablet.create("another")
    link = Answering(applied)
    drive(tablet.engine.round(), link)
    pushed = [op.record_id for call in link.calls if isinstance(call, PushCall) for op in call.ops]
    assert pushed == [other]
    clock.advance(seconds=11)
    link = Answering(applied)
    drive(tablet.engine.round(), link)
    push = link.calls[0]
    assert isinstance(push, PushCall)
    assert [op.op_id for op in push.ops] == [decide, after]


def test_progress_names_the_item_and_counts_records(tablet: TabletStore) -> None:
    for number in range(3):
        record_id = tablet.create(venue={"name": f"Place {number}"})
        tablet.add(record_id, kind="submit")
    tablet.engine._batch = 2
    seen: list[Progress] = []
    drive(tablet.engine.round(seen.append), Answering(applied))
    assert seen[0] == Progress(0, 3, "DROP_IN_SESSION, Place 0")
    assert (seen[-1].done, seen[-1].total) == (3, 3)
    assert [p.done for p in seen] == sorted(p.done for p in seen)


def test_the_heartbeat_says_how_much_waits_and_since_when(
    tablet: TabletStore, clock: FixedClock
) -> None:
    since = clock.now()
    tablet.create()
    clock.advance(hours=50)
    tablet.create()
    link = Answering(applied)
    drive(tablet.engine.round(), link)
    push = link.calls[0]
    assert isinstance(push, PushCall)
    assert push.waiting.operations == 2
    assert push.waiting.oldest_at == since
