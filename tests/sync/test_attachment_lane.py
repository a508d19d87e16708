"""Photos between a real tablet's store and the real centre: after text, in pieces, whole or not."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest

from fieldapp.domain.permissions import Actor
from fieldapp.domain.pieces import PIECE_BYTES
from fieldapp.store import attachments
from fieldapp.store.rescue import WorkingCopy, take_up
from server.services.attachments.sweeping import sweep
from sync.faults import (
    CutShort,
    DeviceDraining,
    Fault,
    NotOurServer,
    NotTaken,
    Offline,
    ServerFault,
    SignInExpired,
    TimedOut,
)
from sync.lanes.attachments import PhotoProgress
from sync.ports import (
    BlobGetCall,
    BlobPart,
    BlobPutCall,
    BlobStatusCall,
    Call,
    PullCall,
    PushCall,
)
from sync.runner import drive
from tests.conftest import FixedClock
from tests.e2e.centre import make_force, sql
from tests.sync.tablet import PRIYA, Answering, TabletStore
from tests.sync.test_engine_at_the_centre import TOM, Called, Standing, tablet_of

SMALL, MIDDLE, LARGE = 40_000, 3 * PIECE_BYTES, 5 * PIECE_BYTES + 123


def photo(size: int, seed: int = 1) -> bytes:
    """Bytes that nobody else has; the lane does not look into them."""
    return Random(seed).randbytes(size)


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos") / "centre"
    make_force(folder)
    return folder


@pytest.fixture
def standing(force: Path, tmp_path: Path) -> Iterator[Standing]:
    shutil.copytree(force, tmp_path / "centre")
    made = Standing(tmp_path / "centre")
    yield made
    made.centre.close()


@pytest.fixture
def priya(standing: Standing, tmp_path: Path, clock: FixedClock) -> Iterator[TabletStore]:
    clock.set(standing.centre.clock.now())
    with tablet_of(PRIYA, tmp_path / "priya", clock, 1) as made:
        yield made


@pytest.fixture
def tom(standing: Standing, tmp_path: Path, clock: FixedClock) -> Iterator[TabletStore]:
    with tablet_of(TOM, tmp_path / "tom", clock, 3) as made:
        yield made


@pytest.fixture
def line(standing: Standing) -> Called:
    return Called(standing, PRIYA.officer_id)


Meddle = Callable[[Call, Callable[[], object]], object]
"""Gets a call and how to have it answered; gives the answer or raises the fault."""


class Meddled:
    """A link that a test stands in the middle of; remembers the calls."""

    def __init__(self, line: Called, meddle: Meddle) -> None:
        self._line, self._meddle = line, meddle
        self.calls: list[Call] = []

    def answer(self, call: Call) -> object:
        self.calls.append(call)
        return self._meddle(call, lambda: self._line.answer(call))


def through(_call: Call, answer: Callable[[], object]) -> object:
    return answer()


def puts(calls: list[Call]) -> list[BlobPutCall]:
    return [call for call in calls if isinstance(call, BlobPutCall)]


def whole_at_centre(standing: Standing) -> dict[str, int]:
    """Name to size, by plain SQL."""
    return dict(sql(standing.folder, "SELECT sha, size FROM blob"))


def bytes_at_centre(standing: Standing, sha: str) -> bytes:
    rows = sql(standing.folder, "SELECT data FROM piece WHERE sha=? ORDER BY idx", sha)
    return b"".join(row[0] for row in rows)


def states(tablet: TabletStore) -> dict[str, tuple[str, str, str]]:
    with tablet.store.reading() as tx:
        rows = tx.rows("SELECT sha, sent, bytes, problem FROM blob")
    return {row[0]: tuple(row[1:]) for row in rows}


def outbox_rows(tablet: TabletStore) -> int:
    with tablet.store.reading() as tx:
        return tx.number("SELECT count(*) FROM outbox")


def test_photos_follow_the_text_the_smallest_first_and_arrive_whole(
    standing: Standing, priya: TabletStore, line: Called
) -> None:
    small, large = photo(SMALL, 1), photo(LARGE, 2)
    record_id = priya.create_with(large, small)
    link = Meddled(line, through)
    report = drive(priya.engine.round(), link)
    kinds = [type(call) for call in link.calls]
    assert kinds == [PushCall, PullCall, BlobStatusCall, *[BlobPutCall] * 3, PullCall]
    assert [(call.sha, call.first) for call in puts(link.calls)] == [
        (name_of(small), 0),
        (name_of(large), 0),
        (name_of(large), 4),
    ]
    assert report.photos_sent == 2
    assert report.trouble is None
    assert whole_at_centre(standing) == {name_of(small): SMALL, name_of(large): LARGE}
    assert bytes_at_centre(standing, name_of(large)) == large
    assert priya.port.attachments.unsent().count == 0
    assert set(priya.base()[record_id]["attachments_received"]) == {name_of(small), name_of(large)}


def test_a_round_without_photos_to_send_asks_nothing_about_photos(
    priya: TabletStore, line: Called
) -> None:
    priya.create()
    link = Meddled(line, through)
    drive(priya.engine.round(), link)
    assert {type(call) for call in link.calls} == {PushCall, PullCall}


def test_on_a_dear_line_photos_stay_and_text_goes(
    standing: Standing, priya: TabletStore, line: Called
) -> None:
    priya.create_with(photo(SMALL))
    link = Meddled(line, through)
    drive(priya.engine.round(photos=False), link)
    assert {type(call) for call in link.calls} == {PushCall, PullCall}
    assert priya.port.attachments.unsent().bytes == SMALL
    assert whole_at_centre(standing) == {}


@pytest.mark.parametrize("fault", [Offline, TimedOut])
@pytest.mark.parametrize("cut_at", [(at, done) for at in range(9) for done in (False, True)])
def test_a_cut_at_any_call_costs_at_most_the_pieces_on_their_way(
    cut_at: tuple[int, bool],
    fault: type[Fault],
    standing: Standing,
    priya: TabletStore,
    line: Called,
) -> None:
    at, done = cut_at
    first, second = photo(LARGE, 1), photo(MIDDLE, 2)
    priya.create_with(first, second)
    count = 0

    def cut(_call: Call, answer: Callable[[], object]) -> object:
        nonlocal count
        count += 1
        if count == at + 1:
            if done:
                answer()
            raise fault
        return answer()

    link = Meddled(line, cut)
    try:
        drive(priya.engine.round(), link)
    except Offline:
        drive(priya.engine.round(), link)
    assert bytes_at_centre(standing, name_of(first)) == first
    assert bytes_at_centre(standing, name_of(second)) == second
    assert priya.port.attachments.unsent().count == 0
    sent = sum(len(call.data) for call in puts(link.calls))
    assert sent <= LARGE + MIDDLE + 4 * PIECE_BYTES


def test_after_a_cut_pieces_go_one_by_one_and_back_up(priya: TabletStore, line: Called) -> None:
    priya.create_with(photo(16 * PIECE_BYTES))
    broken = False

    def cut(call: Call, answer: Callable[[], object]) -> object:
        nonlocal broken
        if isinstance(call, BlobPutCall) and call.first == 4 and not broken:
            broken = True
            raise TimedOut
        return answer()

    link = Meddled(line, cut)
    drive(priya.engine.round(), link)
    sizes = [len(call.data) // PIECE_BYTES for call in puts(link.calls)]
    assert sizes == [4, 4, 1, 2, 4, 4, 1]


def test_a_line_that_lets_nothing_through_is_given_up_and_gone_on_with_later(
    standing: Standing, priya: TabletStore, line: Called
) -> None:
    data = photo(LARGE)
    priya.create_with(data)

    def cut(call: Call, answer: Callable[[], object]) -> object:
        if isinstance(call, BlobPutCall) and call.first == 4:
            raise Offline
        return answer()

    link = Meddled(line, cut)
    with pytest.raises(Offline):
        drive(priya.engine.round(), link)
    assert len(puts(link.calls)) == 3
    left = priya.port.attachments.unsent()
    assert left.bytes == LARGE - 4 * PIECE_BYTES
    priya.reopen()
    again = Meddled(line, through)
    drive(priya.engine.round(), again)
    assert [call.first for call in puts(again.calls)] == [4]
    assert bytes_at_centre(standing, name_of(data)) == data


def test_text_saved_while_photos_are_sent_goes_before_the_next_piece(
    priya: TabletStore, line: Called
) -> None:
    priya.create_with(photo(16 * PIECE_BYTES))

    def save(call: Call, answer: Callable[[], object]) -> object:
        if isinstance(call, BlobPutCall):
            priya.create(f"Written while piece {call.first} was sent")
        return answer()

    link = Meddled(line, save)
    drive(priya.engine.round(), link)
    kinds = [type(call) for call in link.calls]
    lane = kinds[kinds.index(BlobStatusCall) + 1 :]
    assert lane == [BlobPutCall, PushCall] * 3 + [BlobPutCall, PullCall]


def test_an_answer_that_comes_twice_changes_nothing(
    standing: Standing, priya: TabletStore, line: Called
) -> None:
    data = photo(LARGE)
    priya.create_with(data)

    def twice(call: Call, answer: Callable[[], object]) -> object:
        if isinstance(call, BlobPutCall | BlobStatusCall):
            answer()
        return answer()

    drive(priya.engine.round(), Meddled(line, twice))
    assert bytes_at_centre(standing, name_of(data)) == data
    assert priya.port.attachments.unsent().count == 0


@pytest.mark.parametrize("fault", [NotOurServer, SignInExpired])
def test_a_portal_page_or_an_expired_sign_in_in_the_middle_changes_nothing(
    fault: type[Fault], standing: Standing, priya: TabletStore, line: Called
) -> None:
    data = photo(LARGE)
    priya.create_with(data)

    def meddle(call: Call, answer: Callable[[], object]) -> object:
        if isinstance(call, BlobPutCall) and call.first == 4:
            raise fault
        return answer()

    with pytest.raises(fault):
        drive(priya.engine.round(), Meddled(line, meddle))
    assert states(priya)[name_of(data)] == ("sending", "whole", "")
    drive(priya.engine.round(), Meddled(line, through))
    assert bytes_at_centre(standing, name_of(data)) == data


@pytest.mark.parametrize("fault", [NotTaken, ServerFault])
def test_a_photo_the_centre_does_not_take_never_stops_the_others(
    fault: type[Fault], standing: Standing, priya: TabletStore, line: Called, clock: FixedClock
) -> None:
    bad, good = photo(SMALL, 1), photo(MIDDLE, 2)
    priya.create_with(bad, good)

    def meddle(call: Call, answer: Callable[[], object]) -> object:
        if isinstance(call, BlobPutCall) and call.sha == name_of(bad):
            raise fault
        return answer()

    report = drive(priya.engine.round(), Meddled(line, meddle))
    assert report.trouble is None
    assert set(whole_at_centre(standing)) == {name_of(good)}
    assert states(priya)[name_of(bad)] == ("local", "whole", fault.code)
    link = Meddled(line, through)
    drive(priya.engine.round(), link)
    assert puts(link.calls) == []
    clock.advance(hours=1)
    drive(priya.engine.round(), Meddled(line, through))
    assert set(whole_at_centre(standing)) == {name_of(bad), name_of(good)}


def test_a_centre_that_answers_nonsense_is_not_asked_for_ever(
    priya: TabletStore, line: Called
) -> None:
    priya.create_with(photo(SMALL))

    def nonsense(call: Call, answer: Callable[[], object]) -> object:
        said = answer()
        if isinstance(call, BlobPutCall) and isinstance(said, dict):
            return {**said, "blobs": {call.sha: {"complete": False, "have": []}}}
        return said

    link = Meddled(line, nonsense)
    drive(priya.engine.round(), link)
    assert len(puts(link.calls)) == 1


def test_attachment_missing_or_altered(
    standing: Standing, priya: TabletStore, line: Called
) -> None:
    altered, missing, good = photo(SMALL, 1), photo(MIDDLE, 2), photo(LARGE, 3)
    record_id = priya.create_with(altered, missing, good)
    manifest = priya.entries()[0].attachments
    with priya.store.transaction() as tx:
        for data, statement in (
            (altered, "UPDATE piece SET data=zeroblob(40000) WHERE blob=?"),
            (missing, "DELETE FROM piece WHERE blob=? AND number=1"),
        ):
            n = tx.number("SELECT n FROM blob WHERE sha=?", (name_of(data),))
            tx.run(statement, (n,))
    before = outbox_rows(priya)
    drive(priya.engine.round(), Meddled(line, through))
    assert set(whole_at_centre(standing)) == {name_of(good)}
    for data in (altered, missing):
        assert states(priya)[name_of(data)] == ("local", "damaged", "damaged")
    # It is no delete: nothing was queued, and the entry goes on saying what belongs to it.
    assert outbox_rows(priya) == before
    assert priya.base()[record_id]["attachments"] == manifest
    assert priya.port.attachments.unsent().count == 2


def test_a_photo_spoilt_after_it_was_received_is_fetched_from_the_centre(
    priya: TabletStore, line: Called
) -> None:
    data = photo(LARGE)
    record_id = priya.create_with(data)
    drive(priya.engine.round(), Meddled(line, through))
    with priya.store.transaction() as tx:
        tx.run("UPDATE piece SET data=zeroblob(65536) WHERE number=2")
        assert attachments.read(tx, name_of(data)) is None
        attachments.damaged(tx, name_of(data))
    link = Meddled(line, through)
    drive(priya.engine.round(), link)
    assert any(isinstance(call, BlobGetCall) for call in link.calls)
    with priya.store.reading() as tx:
        assert attachments.read(tx, name_of(data)) == data
    assert name_of(data) in priya.base()[record_id]["attachments"]


# ------------------------------------------------------------------------------ fetching


@pytest.fixture
def received(priya: TabletStore, tom: TabletStore, line: Called, standing: Standing) -> bytes:
    """A photo of Priya's that is at the centre; Tom's screen asks for it."""
    data = photo(LARGE)
    record_id = priya.create_with(data)
    priya.add(record_id, kind="submit")
    drive(priya.engine.round(), Meddled(line, through))
    assert "quarantined" not in priya.states().values()
    drive(tom.engine.round(), Called(standing, TOM.officer_id))
    with tom.store.transaction() as tx:
        attachments.want(tx, record_id, name_of(data), LARGE)
    return data


@pytest.mark.parametrize("at", range(4))
def test_a_photo_of_somebody_else_is_fetched_on_asking_and_resumed_after_a_cut(
    at: int, received: bytes, tom: TabletStore, standing: Standing
) -> None:
    gets = 0

    def cut(call: Call, answer: Callable[[], object]) -> object:
        nonlocal gets
        if isinstance(call, BlobGetCall):
            gets += 1
            if gets == at + 1:
                raise CutShort
        return answer()

    link = Meddled(Called(standing, TOM.officer_id), cut)
    report = drive(tom.engine.round(), link)
    assert report.photos_fetched == 1
    with tom.store.reading() as tx:
        assert attachments.read(tx, name_of(received)) == received
    asked = [call for call in link.calls if isinstance(call, BlobGetCall)]
    assert sum(call.end - call.start for call in asked) <= LARGE + 4 * PIECE_BYTES


def test_a_tablet_that_is_handed_in_sends_its_photos_though_it_waits_for_others(
    received: bytes, tom: TabletStore, standing: Standing
) -> None:
    link = Called(standing, TOM.officer_id)
    drive(tom.engine.round(), link)
    with tom.store.transaction() as tx:
        attachments.damaged(tx, name_of(received))
    sql(standing.folder, "UPDATE device SET state='draining'")
    mine = photo(SMALL, 7)
    tom.create_with(mine)
    report = drive(tom.engine.round(), link)
    assert isinstance(report.trouble, DeviceDraining)
    assert report.photos_sent == 1
    assert bytes_at_centre(standing, name_of(mine)) == mine


def test_fetching_goes_on_where_it_stopped(
    received: bytes, tom: TabletStore, standing: Standing
) -> None:
    line = Called(standing, TOM.officer_id)

    def cut(call: Call, answer: Callable[[], object]) -> object:
        if isinstance(call, BlobGetCall) and call.start > 0:
            raise Offline
        return answer()

    with pytest.raises(Offline):
        drive(tom.engine.round(), Meddled(line, cut))
    tom.reopen()
    link = Meddled(line, through)
    drive(tom.engine.round(), link)
    asked = [(c.start, c.end) for c in link.calls if isinstance(c, BlobGetCall)]
    assert asked == [(4 * PIECE_BYTES, LARGE)]
    with tom.store.reading() as tx:
        assert attachments.read(tx, name_of(received)) == received


def test_bytes_of_another_file_are_never_shown(
    received: bytes, tom: TabletStore, standing: Standing, clock: FixedClock
) -> None:
    line = Called(standing, TOM.officer_id)

    def swap(call: Call, answer: Callable[[], object]) -> object:
        said = answer()
        if isinstance(call, BlobGetCall) and isinstance(said, BlobPart):
            return BlobPart(b"\0" * len(said.data), said.start, said.total)
        return said

    drive(tom.engine.round(), Meddled(line, swap))
    with tom.store.reading() as tx:
        assert attachments.read(tx, name_of(received)) is None
        assert tx.number("SELECT count(*) FROM piece") == 0
    clock.advance(hours=1)
    drive(tom.engine.round(), Meddled(line, through))
    with tom.store.reading() as tx:
        assert attachments.read(tx, name_of(received)) == received


def test_a_photo_leaves_with_the_entry_it_was_fetched_for(
    received: bytes, priya: TabletStore, tom: TabletStore, line: Called, standing: Standing
) -> None:
    toms = Called(standing, TOM.officer_id)
    drive(tom.engine.round(), toms)
    priya.add(priya.entries()[0].id, kind="recall")
    drive(priya.engine.round(), line)
    drive(tom.engine.round(), toms)
    assert states(tom) == {}
    assert states(priya)[name_of(received)] == ("received", "whole", "")


# ------------------------------------------------------------------------- other histories


def test_a_restored_centre_gets_the_photos_again(
    standing: Standing, priya: TabletStore, line: Called
) -> None:
    standing.back_up()
    data = photo(LARGE)
    priya.create_with(data)
    drive(priya.engine.round(), line)
    standing.restore()
    assert whole_at_centre(standing) == {}
    drive(priya.engine.round(), line)
    assert bytes_at_centre(standing, name_of(data)) == data
    assert priya.port.attachments.unsent().count == 0


def test_a_restored_centre_gets_the_photos_of_a_rescued_draft_again(
    standing: Standing, priya: TabletStore, line: Called, tmp_path: Path, clock: FixedClock
) -> None:
    standing.back_up()
    data = photo(SMALL)
    record_id = priya.create_with(data)
    drive(priya.engine.round(), line)
    item = {"size": SMALL, "media": "image/jpeg", "kind": "PHOTO"}
    files = {name_of(data): {"state": "draft", "item": item}}
    copy = WorkingCopy(record_id, "2026-03-19T13:00:00+00:00", {"attached": files}, None)
    with tablet_of(PRIYA, tmp_path / "next", clock, 9) as another:
        drive(another.engine.round(), line)
        with another.store.transaction() as tx:
            assert take_up(tx, copy, session="s")
        drive(another.engine.round(), line)
        assert states(another)[name_of(data)] == ("received", "whole", "")
        with another.store.transaction() as tx:
            attachments.handed_in(tx, record_id)
        standing.restore()
        drive(another.engine.round(), line)
    assert bytes_at_centre(standing, name_of(data)) == data


def test_a_photo_that_the_centre_let_go_of_before_its_entry_came_goes_again(
    standing: Standing, priya: TabletStore, line: Called, clock: FixedClock
) -> None:
    """Its entry was set aside for longer than the centre keeps what nothing refers to."""
    data = photo(SMALL)
    record_id = priya.create_with(data)

    def without_text(call: Call, answer: Callable[[], object]) -> object:
        if isinstance(call, PushCall):
            raise NotTaken("too_large")
        return answer()

    drive(priya.engine.round(), Meddled(line, without_text))
    assert whole_at_centre(standing) == {name_of(data): SMALL}
    centre = standing.centre
    sweep(centre)
    later = FixedClock(centre.clock.now() + timedelta(days=31))
    assert sweep(replace(centre, clock=later)) == 1
    clock.advance(days=1)
    drive(priya.engine.round(), line)
    assert bytes_at_centre(standing, name_of(data)) == data
    assert priya.base()[record_id]["attachments_received"] == [name_of(data)]


def test_another_history_met_in_the_middle_of_a_photo_starts_over(
    standing: Standing, priya: TabletStore, line: Called
) -> None:
    drive(priya.engine.round(), line)
    data = photo(LARGE)
    priya.create_with(data)

    def restored(call: Call, answer: Callable[[], object]) -> object:
        said = answer()
        if isinstance(call, BlobPutCall) and call.first == 0 and isinstance(said, dict):
            sql(standing.folder, "UPDATE head SET epoch='another'")
            return {**said, "epoch": "another"}
        return said

    report = drive(priya.engine.round(), Meddled(line, restored))
    assert report.reset
    assert bytes_at_centre(standing, name_of(data)) == data
    assert priya.port.attachments.unsent().count == 0


def test_progress_says_files_and_bytes(priya: TabletStore, line: Called) -> None:
    priya.create_with(photo(SMALL, 1), photo(LARGE, 2))
    told: list[PhotoProgress] = []
    drive(
        priya.engine.round(lambda one: told.append(one.photos) if one.photos else None),
        Meddled(line, through),
    )
    assert told[0] == PhotoProgress(0, 2, 0, SMALL + LARGE)
    assert told[-1] == PhotoProgress(2, 2, SMALL + LARGE, SMALL + LARGE)
    assert [one.bytes_done for one in told] == sorted(one.bytes_done for one in told)


def test_who_is_signed_in_at_the_line_sends_their_own(standing: Standing) -> None:
    """The tests above would prove little if the centre took photos from anybody."""
    stranger = Actor("of-0002", frozenset({"FIELD"}), "TA", frozenset())
    link = Called(standing, stranger.officer_id)
    with pytest.raises(Fault):
        link.answer(BlobGetCall("0" * 64, 0, 10))
    assert Answering(link.answer).calls == []
