"""What other systems of this kind got wrong about tablets, lines and sign-ins, by name.

Real tablets, a real centre and a line between them that can be spoilt.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.errors import SituationError, UserError
from fieldapp.services.values import Link
from fieldapp.store import outbox
from fieldapp.store.errors import StoreError, store_error
from fieldapp.store.transaction import Tx
from fieldapp.wiring import Tablet
from server.services.accounts import set_password
from server.services.centre import open_centre
from sync import engine
from sync.protocol.routes import PULL, PUSH
from sync.transport import Deadlines
from tests.conftest import MemoryKeyring
from tests.e2e.centre import PRIYA, TOM, Centre
from tests.e2e.conftest import (
    MovableClock,
    OpenTablet,
    centre,
    drop_in,
    force,
    open_tablet,
    signed_in,
    submit,
)
from tests.e2e.proxy import Line, as_it_is, line_to
from tests.e2e.test_spoilt_line import made_once
from tests.sync.rude_server import Request

__all__ = ["centre", "force", "open_tablet"]  # fixtures

pytestmark = pytest.mark.e2e

QUICK = Deadlines(connect=2.0, quiet=5.0, total=10.0)
LICHFIELD = ("17422", PRIYA[1])


@pytest.fixture
def line(centre: Centre) -> Iterator[Line]:
    with line_to(centre) as made:
        yield made


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
def priya(line: Line, open_tablet: OpenTablet, clock: MovableClock) -> Tablet:
    tablet = open_tablet("priya", server=line.url, deadlines=QUICK, clock=clock)
    return signed_in(tablet, PRIYA)


def _path(request: Request) -> str:
    return request.line.split()[1]


def shown(tablet: Tablet) -> set[str]:
    with tablet.store.reading() as tx:
        return {row[0] for row in tx.rows("SELECT id FROM record")}


def states(tablet: Tablet) -> dict[str, str]:
    with tablet.store.reading() as tx:
        return dict(tx.rows("SELECT op_id, state FROM outbox"))


def test_lost_acknowledgement_the_same_ids_retried_20_times_are_one_record(
    line: Line, centre: Centre, priya: Tablet
) -> None:
    entry = submit(priya)
    line.answers.clear()
    line.spoil = lambda request, answer: None if _path(request) == PUSH else answer
    for _ in range(20):
        assert priya.sync_now().waiting == 1
    assert [path for path, _ in line.answers] == [PUSH] * 20
    made_once(centre, [entry])
    line.spoil = as_it_is
    assert priya.sync_now().waiting == 0
    made_once(centre, [entry])
    assert centre.sql("SELECT count(*) FROM ledger") == [(2,)]


def test_offline_to_online_without_restart_sync_resumes_by_itself(
    line: Line, centre: Centre, priya: Tablet, clock: MovableClock
) -> None:
    line.spoil = lambda _request, _answer: None
    entry = submit(priya)
    for _ in range(15):
        clock.advance(seconds=max(1.0, priya.syncing.next_delay()))
        priya.sync_now(by_itself=True)
    status = priya.syncing.status()
    assert (status.link, status.waiting) == (Link.OFFLINE, 1)
    assert status.next_try_at is not None
    line.spoil = as_it_is
    # Nobody tells it that the network is back; the timer alone brings it there in five minutes.
    wait = max(1.0, priya.syncing.next_delay())
    assert wait <= 300
    clock.advance(seconds=wait)
    assert priya.sync_now(by_itself=True).waiting == 0
    made_once(centre, [entry])


def test_expired_session_offline_work_continues(
    line: Line, centre: Centre, priya: Tablet, open_tablet: OpenTablet
) -> None:
    centre.sql("UPDATE token SET expires_at='2026-01-01T00:00:00.000000+00:00'")
    first = submit(priya)
    assert priya.sync_now().words == "Sign in again to send. Your records are safe."
    line.spoil = lambda _request, _answer: None
    priya.close()
    again = open_tablet("priya", deadlines=QUICK)
    second = submit(again)
    drafted = drop_in(again).record_id
    status = again.sync_now()
    assert (status.link, status.waiting) == (Link.OFFLINE, 2)
    assert status.words == "You are offline. Your records are safe and send when you reconnect."
    line.spoil = as_it_is
    again.sign_in(*PRIYA)
    assert again.sync_now().waiting == 0
    made_once(centre, [first, second])
    assert again.services.capture.open(drafted).body["outcome"] == "HELD"


def test_a_password_changed_by_an_admin_in_mid_sync_recovers(
    line: Line, centre: Centre, priya: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [submit(priya) for _ in range(6)]
    monkeypatch.setattr(priya.syncing._engine, "_batch", 4)
    changed: list[str] = []

    def spoil(request: Request, answer: bytes) -> bytes:
        if _path(request) == PUSH and not changed:
            changed.append("after the first of several batches")
            opened = open_centre(centre.folder)
            set_password(opened, PRIYA[0], "another three words")
            opened.close()
        return answer

    line.spoil = spoil
    status = priya.sync_now()
    assert changed
    assert status.link == Link.SIGN_IN_NEEDED
    assert 0 < status.waiting < 6
    more = submit(priya)
    priya.sign_in(PRIYA[0], "another three words")
    status = priya.sync_now()
    assert (status.waiting, status.words) == (0, "")
    made_once(centre, [*entries, more])


def test_user_a_s_data_is_never_visible_to_user_b_on_one_tablet(
    line: Line,
    priya: Tablet,
    open_tablet: OpenTablet,
    memory_keyring: MemoryKeyring,
) -> None:
    words = "Only Priya has written this."
    draft = drop_in(priya, notes=words)
    priya.services.capture.finish_later(draft)
    entry = submit(priya, notes=words)
    priya.sync_now()
    with pytest.raises(UserError, match="another officer"):
        priya.sign_in(*LICHFIELD)
    other = signed_in(open_tablet("lichfield", server=line.url, deadlines=QUICK), LICHFIELD)
    assert not {entry, draft.record_id} & shown(other)
    assert other.services.entries.search("Priya") == ()
    assert other.services.entries.today().returned == ()
    keys = {
        secret for (_, name), secret in memory_keyring.secrets.items() if name.startswith("store")
    }
    assert len(keys) == 2
    for path in Path(other.data_dir).iterdir():
        assert words.encode() not in path.read_bytes()
    other.close()
    priya.close()
    (other.data_dir / "store.db").write_bytes((priya.data_dir / "store.db").read_bytes())
    with pytest.raises(SituationError, match="Nothing has been deleted"):
        open_tablet("lichfield")


def test_evidence_keeps_its_author_whoever_syncs(
    line: Line, centre: Centre, priya: Tablet, open_tablet: OpenTablet
) -> None:
    """Two officers take turns at one tablet under one number: each sends only their own."""
    tom = signed_in(open_tablet("tom", server=line.url, deadlines=QUICK), TOM)
    centre.sql("UPDATE device SET public_key=NULL")
    hers, his = submit(priya), submit(tom)
    for tablet in (tom, priya, tom):
        assert tablet.sync_now().waiting == 0
    rows = dict(centre.sql("SELECT id, owner_officer_id FROM record WHERE id IN (?,?)", hers, his))
    assert rows == {hers: "of-0001", his: "of-0010"}
    authors = centre.sql("SELECT DISTINCT officer_id FROM revision WHERE record_id=?", hers)
    assert authors == [("of-0001",)]


def test_one_bad_record_never_blocks_the_queue(
    line: Line, centre: Centre, priya: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = submit(priya)
    with priya.store.transaction() as tx:
        # What no form makes: the centre cannot read it.
        fields: dict[str, Any] = {"kind": "create", "record_type": "ENGAGEMENT", "body": "spoilt"}
        outbox.add(tx, priya.services.capture.new_id(), priya.services.capture.new_id(), fields)
    after = [submit(priya) for _ in range(3)]
    status = priya.sync_now()
    assert (status.waiting, status.held, status.words) == (0, 1, "")
    made_once(centre, [before, *after])
    (row,) = priya.services.waiting.pending()
    assert row.reason == "The centre could not read this entry."


def test_a_pull_that_fails_half_way_loses_no_push_and_leaves_the_rest_untouched(
    line: Line, centre: Centre, priya: Tablet, open_tablet: OpenTablet
) -> None:
    tom = signed_in(open_tablet("tom", server=line.url, deadlines=QUICK), TOM)
    theirs = [submit(tom) for _ in range(60)]
    assert tom.sync_now().waiting == 0
    entry = submit(priya)
    untouched = shown(priya)
    priya.syncing._engine._page = engine.SMALLEST_PAGE
    pulls: list[int] = []

    def spoil(request: Request, answer: bytes) -> bytes | None:
        if _path(request) != PULL:
            return answer
        pulls.append(len(answer))
        return answer if len(pulls) == 1 else answer[: len(answer) // 2]

    line.spoil = spoil
    status = priya.sync_now()
    assert len(pulls) == 2
    assert status.link == Link.OFFLINE
    made_once(centre, [entry])
    assert set(states(priya).values()) <= {"acked", "settled"}
    part = shown(priya)
    assert untouched <= part
    # The first page is here as a whole, of the second nothing.
    assert 0 < len(part - untouched) <= engine.SMALLEST_PAGE
    line.spoil = as_it_is
    assert priya.sync_now().words == ""
    assert set(theirs) | untouched <= shown(priya)
    assert set(states(priya).values()) == {"settled"}


@contextmanager
def full_at(tablet: Tablet, step: int) -> Iterator[list[int]]:
    """The disk is full at the so-manieth write, and from then on."""
    done: list[int] = []
    real: Callable[[], Any] = tablet.store.transaction

    @contextmanager
    def transaction() -> Iterator[Tx]:
        with real() as tx:
            yield tx
            done.append(len(done))
            if len(done) >= step:
                raise store_error("store_full")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tablet.store, "transaction", transaction)
        yield done


def test_disk_full_at_each_step_of_a_round(
    line: Line, centre: Centre, priya: Tablet, open_tablet: OpenTablet
) -> None:
    tom = signed_in(open_tablet("tom", server=line.url, deadlines=QUICK), TOM)
    made: list[str] = []
    for step in range(1, 40):
        theirs = submit(tom)
        assert tom.sync_now().waiting == 0
        entry = submit(priya)
        made.append(entry)
        with full_at(priya, step) as done, contextlib.suppress(StoreError):
            priya.sync_now()
        assert entry in shown(priya)
        status = priya.sync_now()
        assert (status.waiting, status.words) == (0, "")
        assert {entry, theirs} <= shown(priya)
        if len(done) < step:
            break
    else:
        pytest.fail("a round has no end of writes")
    assert step > 3
    made_once(centre, made)
