"""When the centre has lost something, or the tablet has: all comes back, nothing is doubled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.content import Json
from fieldapp.domain.scope_check import state_number
from sync.ports import Call, PullCall, PushCall
from tests.conftest import FixedClock
from tests.sync.tablet import Answering, TabletStore, applied, page, tablet_store, up

THEIRS = "019d0000-0000-7000-8000-00000000000a"
HASH = "ab" * 32


@pytest.fixture
def tablet(tmp_path: Path, clock: FixedClock) -> Iterator[TabletStore]:
    with tablet_store(tmp_path, clock) as made:
        yield made


def at(call: Call, *changes: Json, head: int, epoch: str = "e1", **more: Any) -> Json:
    """A last page that brings the team's scope up to ``head``."""
    assert isinstance(call, PullCall)
    cursor = {"epoch": epoch, "scopes": {"lpt:TA": head}}
    return page(call, *changes, head=head, epoch=epoch, cursor=cursor, **more)


def sent(link: Answering) -> list[str]:
    return [op.op_id for call in link.calls if isinstance(call, PushCall) for op in call.ops]


# ------------------------------------------------------------------- an older store in place


def test_a_centre_that_is_behind_what_it_told_gets_everything_again_under_the_same_ids(
    tablet: TabletStore,
) -> None:
    held = tablet.add(tablet.create(), kind="submit")

    def before(call: Call) -> object:
        if isinstance(call, PullCall):
            return at(call, head=150)
        answer = applied(call, seq=150)
        for result in answer["results"]:
            if result["op_id"] == held:
                result |= {"status": "quarantined", "code": "incomplete", "seq": None}
        return answer

    tablet.round(before)
    assert set(tablet.states().values()) == {"settled", "quarantined"}
    wires = tablet.wires()

    def behind(call: Call) -> object:
        if isinstance(call, PushCall):
            return applied(call, seq=101)
        return at(call, head=100 + len(sent(link)), resync=["lpt:TA"] if not sent(link) else [])

    link = Answering(behind)
    report = tablet.round(link.answer)
    assert report.reset
    assert sorted(sent(link)) == sorted(wires)
    assert tablet.wires() == wires
    assert set(tablet.states().values()) == {"settled"}


def test_a_centre_that_only_stood_still_gets_nothing_again(tablet: TabletStore) -> None:
    tablet.create()
    tablet.round(
        lambda call: applied(call, seq=7) if isinstance(call, PushCall) else at(call, head=7)
    )
    link = Answering(lambda call: at(call, head=7))
    assert not tablet.round(link.answer).reset
    assert sent(link) == []


# ------------------------------------------------- what was done to somebody else's record


def decided(tablet: TabletStore) -> str:
    """A decision that the centre has answered for."""
    entry = up(THEIRS, 5, content_hash=HASH)
    tablet.round(lambda call: at(call, entry, head=5))
    op_id = tablet.add(
        THEIRS, kind="decide", verdict="APPROVE", content_hash=HASH, revision=1, reasons=[]
    )

    def takes(call: Call) -> object:
        if isinstance(call, PushCall):
            return applied(call, seq=6, revision=2)
        return at(call, up(THEIRS, 6, content_hash=HASH, revision=2), head=6)

    tablet.round(takes)
    assert tablet.states()[op_id] == "settled"
    return op_id


class Restored:
    """A centre under another epoch, which has got some records back already."""

    def __init__(self, *changes: Json, head: int = 3) -> None:
        self.changes = changes
        self.head = head
        self.pushed: list[str] = []

    def __call__(self, call: Call) -> object:
        if isinstance(call, PushCall):
            self.pushed += [op.op_id for op in call.ops]
            return applied(call, seq=self.head, epoch="e2")
        return at(call, *self.changes, head=self.head, epoch="e2")


def test_a_decision_waits_until_the_restored_centre_has_its_entry_again(
    tablet: TabletStore,
) -> None:
    op_id = decided(tablet)
    centre = Restored()
    tablet.round(centre)
    assert centre.pushed == []
    assert tablet.states()[op_id] == "sent"
    centre.changes, centre.head = (up(THEIRS, 4, content_hash="cd" * 32),), 4
    tablet.round(centre)
    assert centre.pushed == []  # not what was decided on yet
    centre.changes, centre.head = (up(THEIRS, 5, content_hash=HASH, revision=1),), 5
    tablet.round(centre)
    tablet.round(centre)
    assert centre.pushed == [op_id]
    assert tablet.states()[op_id] == "settled"


def test_a_decision_waits_for_the_photos_of_its_entry_too(tablet: TabletStore) -> None:
    op_id = decided(tablet)
    photo: Json = {"content_hash": HASH, "revision": 1, "attachments": {"ee" * 32: {"size": 9}}}
    centre = Restored(up(THEIRS, 4, **photo), head=4)
    tablet.round(centre)
    assert centre.pushed == []
    arrived = up(THEIRS, 5, **photo, attachments_received=["ee" * 32])
    centre.changes, centre.head = (arrived,), 5
    tablet.round(centre)
    tablet.round(centre)
    assert centre.pushed == [op_id]


def test_a_decision_whose_entry_has_gone_on_is_asked_about_at_once(tablet: TabletStore) -> None:
    op_id = decided(tablet)
    centre = Restored(up(THEIRS, 3, content_hash="cd" * 32, revision=2))
    tablet.round(centre)
    assert centre.pushed == [op_id]


def test_a_decision_whose_entry_never_comes_back_is_sent_after_a_day_all_the_same(
    tablet: TabletStore, clock: FixedClock
) -> None:
    op_id = decided(tablet)
    centre = Restored()
    tablet.round(centre)
    clock.advance(hours=23)
    tablet.port.retry_aside()
    tablet.round(centre)
    assert centre.pushed == []
    clock.advance(hours=2)
    tablet.round(centre)
    assert centre.pushed == [op_id]


def test_a_clock_that_was_set_back_does_not_keep_a_decision_for_years(
    tablet: TabletStore, clock: FixedClock
) -> None:
    op_id = decided(tablet)
    centre = Restored()
    tablet.round(centre)
    clock.set(clock.now() - timedelta(days=3650))
    tablet.round(centre)
    assert centre.pushed == [op_id]


# --------------------------------------------------------------------------- scope checks


def full(call: Call, *records: Json, head: int = 9) -> Json:
    """A last page with the checks of a scope that holds exactly these records."""
    scopes = dict(call.position.scopes) if isinstance(call, PullCall) else {}
    changes = records if not scopes.get("lpt:TA") else ()
    total = sum(
        state_number(one["record_id"], one["record"]["revision"], one["record"]["content_hash"])
        for one in records
    )
    checks: Json = {"check": {"lpt:TA": len(records)}, "check_sums": {"lpt:TA": total}}
    return at(call, *changes, head=head, **checks)


@pytest.fixture
def three() -> list[Json]:
    return [up(THEIRS[:-1] + letter, 5, content_hash=HASH) for letter in "abc"]


def answering(records: list[Json]) -> Answering:
    return Answering(
        lambda call: applied(call, seq=9) if isinstance(call, PushCall) else full(call, *records)
    )


DAMAGE = {
    "a record is gone": "DELETE FROM record WHERE id LIKE '%b'",
    "a record and its place are gone": "DELETE FROM member WHERE n=2",
    "a record is altered": "UPDATE record SET shown=replace(shown, 'DROP_IN', 'STOLEN')"
    " WHERE id LIKE '%b'",
    "a record was never told anew": "UPDATE member SET number=number+1 WHERE n=2",
}


@pytest.mark.parametrize("statement", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_was_silently_lost_or_altered_here_is_found_and_read_again(
    statement: str, three: list[Json], tablet: TabletStore
) -> None:
    link = answering(three)
    tablet.round(link.answer)
    mine = tablet.create()
    tablet.round(link.answer)
    waiting = tablet.add(mine, kind="submit")
    right, wires = tablet.base(), tablet.wires()
    with tablet.store.transaction() as tx:
        assert tx.run(statement)
    link.calls.clear()
    tablet.round(answering(three).answer)
    assert tablet.base() == right
    assert tablet.wires() == wires
    assert tablet.states()[waiting] == "settled"


def test_a_scope_that_cannot_be_made_to_add_up_is_not_read_over_and_over(
    three: list[Json], tablet: TabletStore
) -> None:
    def odd(call: Call) -> object:
        answer = full(call, *three)
        return {**answer, "check_sums": {"lpt:TA": 1}}

    link = Answering(odd)
    for _ in range(4):
        tablet.round(link.answer)
    starts = [
        call for call in link.calls if isinstance(call, PullCall) and not call.position.scopes
    ]
    assert len(starts) == 2  # the first reading, and one more
    assert len(tablet.base()) == 3


def test_a_centre_that_tells_counts_only_is_compared_by_counts(
    three: list[Json], tablet: TabletStore
) -> None:
    def older(call: Call) -> object:
        answer = full(call, *three)
        del answer["check_sums"]
        return answer

    link = Answering(older)
    tablet.round(link.answer)
    tablet.round(link.answer)
    assert len(link.calls) == 2


def test_looking_through_takes_its_time_and_comes_to_every_record(
    tablet: TabletStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fieldapp.store.incoming._SCRUB_ROWS", 2)
    records = [up(f"{THEIRS[:-2]}{number:02}", 5, content_hash=HASH) for number in range(7)]
    link = answering(records)
    tablet.round(link.answer)
    right = tablet.base()
    with tablet.store.transaction() as tx:
        tx.run("UPDATE record SET shown=replace(shown, 'DROP_IN', 'STOLEN') WHERE n=7")
        tx.run("DELETE FROM record WHERE n=6")
    rounds = 0
    while tablet.base() != right:
        tablet.round(link.answer)
        rounds += 1
        assert rounds < 8
    assert rounds > 1


def test_operations_that_were_held_back_for_undoing_stay_so(
    tablet: TabletStore, clock: FixedClock
) -> None:
    tablet.create()
    tablet.round(lambda call: applied(call, seq=7))
    held = tablet.add(tablet.new_id(), kind="submit", not_before=clock.now() + timedelta(seconds=9))
    centre = Restored(head=1)
    tablet.round(centre)
    assert held not in centre.pushed
    assert tablet.states()[held] == "queued"


ENTRIES_A_DAY = 12
NOTES = "Bikes on the path behind the shops again; spoke to the keyholder and two residents. " * 8


def test_the_journal_of_a_busy_officer_stays_at_five_weeks_and_a_few_megabytes(
    tablet: TabletStore, clock: FixedClock
) -> None:
    seq = 0
    for _ in range(60):
        for _ in range(ENTRIES_A_DAY):
            tablet.add(tablet.create(NOTES), kind="submit")
        seq += 1
        tablet.round(lambda call, seq=seq: applied(call, seq=seq) | {"durable": seq})  # type: ignore[misc]
        clock.advance(days=1)
    tablet.round(lambda call: page(call, head=seq, durable=seq))  # type: ignore[arg-type]
    with tablet.store.reading() as tx:
        kept, size = tx.rows("SELECT count(*), sum(length(wire)) FROM outbox")[0]
    assert 35 * ENTRIES_A_DAY * 2 <= kept <= 36 * ENTRIES_A_DAY * 2
    assert size < 2_000_000
