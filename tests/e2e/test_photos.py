"""A photo from one tablet to another over real HTTP, and what the line does to it on the way."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageWriter

from fieldapp.domain.errors import UserError
from fieldapp.domain.pieces import PIECE_BYTES
from fieldapp.services.attaching import ANY_LINE, PHOTO_LINE
from fieldapp.services.values import Link, Mark, ReviewView
from fieldapp.wiring import Tablet
from tests.e2e.centre import PRIYA, TOM, Centre
from tests.e2e.conftest import MovableClock, OpenTablet, drop_in, signed_in
from tests.e2e.proxy import Line, line_to
from tests.sync.rude_server import Request, http

pytestmark = pytest.mark.e2e

PORTAL = http(b"<html>Welcome to the cafe</html>", headers="Content-Type: text/html\r\n")


def jpeg(seed: int, side: int = 700) -> bytes:
    """A picture with so much noise that it fills several pieces."""
    image = QImage(Random(seed).randbytes(side * side * 4), side, side, QImage.Format.Format_RGB32)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"jpeg"))
    writer.setQuality(80)
    assert writer.write(image)
    return bytes(buffer.data().data())


@pytest.fixture(scope="module")
def large() -> bytes:
    made = jpeg(1)
    assert 4 * PIECE_BYTES < len(made) < 12 * PIECE_BYTES
    return made


def name_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def submitted(tablet: Tablet, *photos: bytes) -> str:
    """A drop-in session with photos, handed to the sergeant."""
    draft = drop_in(tablet)
    for data in photos:
        tablet.services.attaching.add(draft.record_id, data)
    return tablet.services.capture.submit(draft).record_id


def at_centre(centre: Centre) -> set[str]:
    return {row[0] for row in centre.sql("SELECT sha FROM blob")}


def read_review(tablet: Tablet, record_id: str) -> ReviewView:
    """What Tom's screen does when he opens the entry: reads it, and fetches its photos."""
    tablet.services.attaching.fetch(record_id)
    tablet.sync_now()
    return tablet.services.approvals.open(record_id)


@pytest.fixture
def line(centre: Centre) -> Iterator[Line]:
    with line_to(centre) as made:
        yield made


@pytest.fixture
def behind(line: Line, open_tablet: OpenTablet) -> Tablet:
    """Priya's tablet behind a line that a test can spoil."""
    return signed_in(open_tablet("priya", server=line.url), PRIYA)


def is_put(request: Request) -> bool:
    return request.line.startswith("PUT /v1/blobs/")


def test_an_entry_with_photos_reaches_the_sergeant_who_approves_once_they_are_seen(
    priya: Tablet, tom: Tablet, centre: Centre, large: bytes
) -> None:
    small = jpeg(2, 200)
    record_id = submitted(priya, large, small)
    before = priya.services.entries.view(record_id)
    assert before.row.mark == Mark.WAITING
    assert before.photo_words == "0 of 2 photos received"
    assert [one.words for one in before.photos] == ["Saved on this tablet"] * 2
    status = priya.sync_now()
    assert (status.waiting, status.photos, status.photo_bytes) == (0, 0, 0)
    after = priya.services.entries.view(record_id)
    assert after.row.mark == Mark.WITH_SERGEANT
    assert after.photo_words == "2 of 2 photos received"
    assert {one.words for one in after.photos} == {"Received"}
    tom.sync_now()
    shown = tom.services.approvals.open(record_id)
    assert shown.photo_words.startswith("2 photos are not on this tablet yet.")
    with pytest.raises(UserError, match="not on this tablet yet"):
        tom.services.approvals.approve(record_id, shown.content_hash, shown={name_of(large)})
    shown = read_review(tom, record_id)
    assert shown.photo_words == ""
    assert {tom.services.attaching.read(one.sha) for one in shown.photos} == {large, small}
    with pytest.raises(UserError, match="could not be shown"):
        tom.services.approvals.approve(record_id, shown.content_hash, shown={name_of(large)})
    seen = {one.sha for one in shown.photos}
    tom.services.approvals.approve(record_id, shown.content_hash, shown=seen)


def test_nobody_approves_while_a_photo_is_missing_at_the_centre_but_may_return(
    behind: Tablet, line: Line, tom: Tablet, large: bytes
) -> None:
    record_id = submitted(behind, jpeg(2, 200), large)
    big = f"/v1/blobs/{name_of(large)}/"
    line.spoil = lambda request, answer: None if big in request.line else answer
    status = behind.sync_now()
    assert status.link is Link.OFFLINE
    assert status.photos == 1
    own = behind.services.entries.view(record_id)
    assert own.photo_words == "1 of 2 photos received"
    assert own.row.mark == Mark.WAITING
    shown = read_review(tom, record_id)
    assert shown.photo_words.startswith("1 of 2 photos received.")
    assert shown.blocked_words == ""
    seen = {one.sha for one in shown.photos}
    with pytest.raises(UserError, match="1 of 2 photos received"):
        tom.services.approvals.approve(record_id, shown.content_hash, shown=seen)
    tom.services.approvals.send_back(record_id, shown.content_hash, ["COUNT_QUERY"], {})


@pytest.mark.parametrize("cut_at", [1, 2, 3, 4])
def test_a_line_that_breaks_after_any_piece_goes_on_where_it_stopped(
    cut_at: int, behind: Tablet, line: Line, centre: Centre, large: bytes
) -> None:
    submitted(behind, large)
    puts = 0

    def cut(request: Request, answer: bytes) -> bytes | None:
        nonlocal puts
        puts += is_put(request)
        return None if is_put(request) and puts == cut_at else answer

    line.spoil = cut
    behind.sync_now()
    line.spoil = lambda _request, answer: answer
    behind.sync_now()
    assert at_centre(centre) == {name_of(large)}
    sent = sum(len(one.body) for one in line.server.requests if is_put(one))
    assert sent <= len(large) + 4 * PIECE_BYTES


def test_a_portal_page_in_the_middle_of_a_photo_changes_nothing(
    behind: Tablet, line: Line, centre: Centre, large: bytes
) -> None:
    record_id = submitted(behind, large)
    line.spoil = lambda request, answer: PORTAL if is_put(request) else answer
    assert behind.sync_now().link is Link.NOT_OUR_SERVER
    assert behind.services.entries.view(record_id).photo_words == "0 of 1 photo received"
    assert behind.services.attaching.read(name_of(large)) == large
    line.spoil = lambda _request, answer: answer
    assert behind.sync_now().photos == 0
    assert at_centre(centre) == {name_of(large)}


def test_a_sign_in_that_expires_in_the_middle_keeps_every_piece(
    priya: Tablet, centre: Centre, large: bytes
) -> None:
    record_id = submitted(priya, large)
    centre.sql("UPDATE token SET expires_at='2000-01-01T00:00:00.000000Z'")
    assert priya.sync_now().link is Link.SIGN_IN_NEEDED
    assert priya.services.attaching.read(name_of(large)) == large
    priya.sign_in(*PRIYA)
    assert priya.sync_now().photos == 0
    assert priya.services.entries.view(record_id).photo_words == "1 of 1 photo received"


def test_on_a_line_paid_by_the_byte_photos_wait_until_the_officer_says_so(
    priya: Tablet, centre: Centre, large: bytes
) -> None:
    priya.syncing.line_is_metered(metered=True)
    submitted(priya, large)
    priya.sync_now()
    status = priya.syncing.status()
    assert (status.waiting, status.photos, status.photos_held) == (0, 1, True)
    assert at_centre(centre) == set()
    priya.syncing.send_photos_now()
    priya.sync_now()
    assert at_centre(centre) == {name_of(large)}
    other = jpeg(3, 300)
    submitted(priya, other)
    priya.sync_now()
    assert at_centre(centre) == {name_of(large)}, "asked for once is not asked for ever"
    priya.services.preferences.set(PHOTO_LINE, ANY_LINE)
    priya.sync_now()
    assert at_centre(centre) == {name_of(large), name_of(other)}


def test_photos_that_waited_for_wifi_go_by_themselves_when_it_comes(
    priya: Tablet, centre: Centre, large: bytes
) -> None:
    priya.syncing.line_is_metered(metered=True)
    submitted(priya, large)
    priya.sync_now()
    assert priya.syncing.next_delay() > 10
    priya.syncing.line_is_metered(metered=False)
    assert priya.syncing.next_delay() <= 2
    priya.sync_now()
    assert at_centre(centre) == {name_of(large)}


def test_a_photo_taken_off_a_returned_entry_is_gone_from_it_and_one_put_on_arrives(
    priya: Tablet, tom: Tablet, centre: Centre, large: bytes
) -> None:
    record_id = submitted(priya, large)
    priya.sync_now()
    tom.sync_now()
    shown = tom.services.approvals.open(record_id)
    tom.services.approvals.send_back(record_id, shown.content_hash, ["COUNT_QUERY"], {})
    assert isinstance(tom.clock, MovableClock)
    tom.clock.advance(seconds=11)
    tom.sync_now()
    priya.sync_now()
    other = jpeg(4, 300)
    draft = priya.services.capture.open(record_id)
    attaching = priya.services.attaching
    assert [one.sha for one in attaching.of_draft(record_id)] == [name_of(large)]
    attaching.remove(record_id, name_of(large))
    attaching.add(record_id, other)
    priya.services.capture.submit(draft)
    priya.sync_now()
    tom.sync_now()
    shown = read_review(tom, record_id)
    assert [one.sha for one in shown.photos] == [name_of(other)]
    tom.services.approvals.approve(record_id, shown.content_hash, shown={name_of(other)})


@pytest.fixture
def tom(centre: Centre, open_tablet: OpenTablet) -> Tablet:
    """The sergeant's tablet, with a clock that can be put forward."""
    return signed_in(open_tablet("tom", server=centre.url, clock=MovableClock()), TOM)


def test_photos_of_a_long_time_without_a_line_all_arrive(priya: Tablet, centre: Centre) -> None:
    photos = [jpeg(seed, 60 + seed) for seed in range(12)]
    for start in range(0, 12, 3):
        submitted(priya, *photos[start : start + 3])
    status = priya.sync_now()
    assert status.photos == 0
    assert at_centre(centre) == {name_of(data) for data in photos}
    assert priya.clock.now() - timedelta(minutes=1) < (status.last_sent_at or priya.clock.now())
