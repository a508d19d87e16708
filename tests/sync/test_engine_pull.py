"""Receiving: a page counts as a whole or not at all, and the position never runs ahead of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.content import Json
from sync import faults
from sync.ports import Call, PullCall, PushCall
from sync.runner import drive
from tests.conftest import FixedClock
from tests.sync.tablet import Answering, TabletStore, applied, page, tablet_store, up


@pytest.fixture
def tablet(tmp_path: Path, clock: FixedClock) -> Iterator[TabletStore]:
    with tablet_store(tmp_path, clock) as made:
        yield made


def position(*scopes: tuple[str, int], epoch: str = "e1") -> Json:
    return {"epoch": epoch, "scopes": dict(scopes)}


def test_pages_are_read_until_there_are_no_more(tablet: TabletStore) -> None:
    ids = [tablet.new_id() for _ in range(3)]
    pages: list[Json] = [
        {
            "changes": [up(ids[0], 1), up(ids[1], 2)],
            "cursor": position(("lpt:TA", 2)),
            "more": True,
            "head": 3,
        },
        {
            "changes": [up(ids[2], 3)],
            "cursor": position(("lpt:TA", 3)),
            "check": {"lpt:TA": 3},
            "head": 3,
        },
    ]
    asked: list[Json] = []

    def behave(call: Call) -> object:
        assert isinstance(call, PullCall)
        asked.append(dict(call.position.scopes))
        part = pages[len(asked) - 1]
        return page(call, **{**part, "count": len(part["changes"])})

    report = tablet.round(behave)
    assert asked == [{}, {"lpt:TA": 2}]
    assert tablet.shown() == set(ids)
    assert report.pulled == 3
    assert report.record_types == {"ENGAGEMENT"}
    assert tablet.port.position().scopes == {"lpt:TA": 3}


BAD_PAGES: dict[str, Json] = {
    "fewer changes than announced": {"count": 2},
    "more changes than announced": {"count": 0},
    "a position of another history": {"cursor": position(epoch="e2")},
    "no position": {"cursor": None},
    "no head": {"head": None},
    "a change of unknown kind": {"op": "merge"},
    "a record that is not there": {"record": None},
    "a record under another id": {"record_id": "other"},
    "a record of another shape": {"record": [1]},
    "a scope that is no text": {"scope": 7},
}


@pytest.mark.parametrize("case", BAD_PAGES)
def test_of_a_page_that_does_not_add_up_nothing_is_used(case: str, tablet: TabletStore) -> None:
    twist = BAD_PAGES[case]
    good = up(tablet.new_id(), 1)
    change = {**good, **{name: value for name, value in twist.items() if name in good}}
    outer = {name: value for name, value in twist.items() if name not in good}

    def behave(call: Call) -> object:
        assert isinstance(call, PullCall)
        return page(call, change, **{"cursor": position(("lpt:TA", 1)), **outer})

    with pytest.raises((faults.CutShort, faults.ServerFault, faults.NotOurServer)):
        tablet.round(behave)
    assert tablet.shown() == set()
    assert tablet.port.position().scopes == {}


def test_records_of_kinds_this_version_does_not_know_are_kept_as_they_came(
    tablet: TabletStore,
) -> None:
    record_id = tablet.new_id()
    change = up(record_id, 1, record_type="DRONE_FLIGHT", body={"height_m": 30}, new_field=[1])

    def behave(call: Call) -> object:
        assert isinstance(call, PullCall)
        return page(call, change, cursor=position(("lpt:TA", 1)))

    tablet.round(behave)
    with tablet.store.reading() as tx:
        (shown,) = tx.rows("SELECT shown FROM record WHERE id=?", (record_id,))
    assert json.loads(shown[0]) == change["record"]


def test_a_page_that_leads_nowhere_does_not_turn_in_circles(tablet: TabletStore) -> None:
    link = Answering(lambda call: page(call, more=True))  # type: ignore[arg-type]
    with pytest.raises(faults.ServerFault):
        drive(tablet.engine.round(), link)
    assert len(link.calls) <= 2


def test_a_scope_that_does_not_add_up_is_read_again_once_and_work_of_ours_stays(
    tablet: TabletStore,
) -> None:
    known = up(tablet.new_id(), 1)
    missed = up(tablet.new_id(), 1)
    asked: list[Json] = []

    def behave(call: Call) -> object:
        if isinstance(call, PushCall):
            return applied(call)
        assert isinstance(call, PullCall)
        asked.append(dict(call.position.scopes))
        changes = [known, echo] if len(asked) == 1 else [known, missed, echo]
        return page(call, *changes, cursor=position(("lpt:TA", 1)), check={"lpt:TA": 2})

    mine = tablet.create()
    echo = up(mine, 1, "user:of-0001", owner_officer_id="of-0001", review_status="DRAFT")
    tablet.add(mine, kind="submit", not_before=tablet.clock.now() + timedelta(seconds=9))
    tablet.round(behave)
    assert asked == [{}, {}, {"lpt:TA": 1}]  # once more after what was sent again
    assert {known["record_id"], missed["record_id"], mine} <= tablet.shown()
    assert "queued" in tablet.states().values()


def test_a_count_that_never_adds_up_is_left_for_the_next_round(tablet: TabletStore) -> None:
    link = Answering(
        lambda call: page(call, cursor=position(("lpt:TA", 1)), check={"lpt:TA": 9})  # type: ignore[arg-type]
    )
    drive(tablet.engine.round(), link)
    assert len(link.calls) == 2


@pytest.mark.parametrize("fault", [faults.UpdateNeeded, faults.DeviceDraining])
def test_a_tablet_that_may_not_receive_still_sends(
    fault: type[faults.Fault], tablet: TabletStore
) -> None:
    tablet.create()
    report = tablet.round(lambda call: applied(call) if isinstance(call, PushCall) else fault())
    assert report.pushed == 1
    assert isinstance(report.trouble, fault)
    assert set(tablet.states().values()) == {"acked"}
    assert tablet.port.waiting().records == 0


def test_what_was_sent_stays_on_top_until_it_has_been_read_back(tablet: TabletStore) -> None:
    record_id = tablet.create()

    def behind(call: Call) -> object:
        return page(call, head=8) if isinstance(call, PullCall) else applied(call, seq=9)

    tablet.round(behind)
    assert set(tablet.states().values()) == {"acked"}
    assert tablet.shown() == {record_id}
    echo = up(record_id, 9, "user:of-0001", owner_officer_id="of-0001", review_status="DRAFT")

    def caught_up(call: Call) -> object:
        assert isinstance(call, PullCall)
        return page(call, echo, head=9, cursor=position(("user:of-0001", 9)))

    tablet.round(caught_up)
    assert set(tablet.states().values()) == {"settled"}
    assert tablet.shown() == {record_id}


def test_the_journal_is_kept_until_the_centre_has_it_in_a_backup(
    tablet: TabletStore, clock: FixedClock
) -> None:
    tablet.create()
    tablet.round(lambda call: applied(call, seq=5))
    assert list(tablet.states().values()) == ["settled"]
    clock.advance(days=36)
    tablet.round(lambda call: page(call, head=6, durable=4))  # type: ignore[arg-type]
    assert list(tablet.states().values()) == ["settled"]
    assert tablet.port.journal_floor() == 4
    tablet.round(lambda call: page(call, head=6, durable=5))  # type: ignore[arg-type]
    assert tablet.states() == {}
    assert tablet.port.journal_floor() == 5


def test_what_a_backup_has_is_kept_for_five_weeks_in_case_that_backup_is_damaged(
    tablet: TabletStore, clock: FixedClock
) -> None:
    tablet.create()
    tablet.round(lambda call: applied(call, seq=5))
    clock.advance(days=34)
    tablet.round(lambda call: page(call, head=6, durable=6))  # type: ignore[arg-type]
    assert list(tablet.states().values()) == ["settled"]
    assert tablet.port.journal_floor() == 4


def test_a_clock_that_was_years_ahead_does_not_keep_the_journal_for_ever(
    tablet: TabletStore, clock: FixedClock
) -> None:
    now = clock.now()
    clock.set(now + timedelta(days=3650))
    tablet.create()
    clock.set(now)
    tablet.create()
    tablet.round(lambda call: applied(call, seq=5))
    clock.advance(days=36)
    tablet.round(lambda call: page(call, head=6, durable=6))  # type: ignore[arg-type]
    assert tablet.states() == {}


def restored(call: Call, **more: Any) -> Json:
    return applied(call, epoch="e2", **more)


@pytest.mark.parametrize("noticed_by", ["push", "pull"])
def test_a_restored_centre_gets_everything_again_in_the_same_round_under_the_same_ids(
    noticed_by: str, tablet: TabletStore
) -> None:
    for number in range(3):
        tablet.create(f"entry {number}")
    tablet.round(applied)
    before = tablet.wires()
    if noticed_by == "push":
        tablet.create("after the restore")
    link = Answering(restored)
    report = drive(tablet.engine.round(), link)
    assert report.reset
    again = {
        op.op_id: op.wire for call in link.calls if isinstance(call, PushCall) for op in call.ops
    }
    assert {op_id: again[op_id] for op_id in before} == before
    assert set(tablet.states().values()) == {"settled"}
    assert tablet.port.position().epoch == "e2"


def test_a_centre_restored_twice_before_the_tablet_comes_back_loses_nothing(
    tablet: TabletStore,
) -> None:
    tablet.create()
    tablet.round(lambda call: applied(call, seq=900))
    tablet.round(lambda call: restored(call, seq=3))
    link = Answering(lambda call: applied(call, epoch="e3", seq=1))
    drive(tablet.engine.round(), link)
    assert sum(len(call.ops) for call in link.calls if isinstance(call, PushCall)) == 1
    assert set(tablet.states().values()) == {"settled"}


def test_a_centre_whose_history_changes_with_every_answer_does_not_hold_the_tablet(
    tablet: TabletStore,
) -> None:
    tablet.create()
    count = iter(range(10_000))
    link = Answering(lambda call: applied(call, epoch=f"e{next(count)}"))
    drive(tablet.engine.round(), link)
    assert len(link.calls) <= 10


def test_after_a_slow_pull_the_next_one_asks_for_less(tablet: TabletStore) -> None:
    limits: list[int] = []

    def slow(call: Call) -> object:
        assert isinstance(call, PullCall)
        limits.append(call.limit)
        return faults.TimedOut() if len(limits) < 8 else page(call)

    for _ in range(7):
        with pytest.raises(faults.TimedOut):
            tablet.round(slow)
    tablet.round(slow)
    tablet.round(slow)
    assert limits == [500, 250, 125, 62, 31, 20, 20, 20, 40]
