"""Photos of an entry that is read: seen, opened, waited for, and needed before it is approved."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from fieldapp.domain.content import Json
from fieldapp.domain.exchange import PulledChange, PulledPage
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import from_wire
from fieldapp.services.attaching import ANY_LINE, PHOTO_LINE, WIFI_ONLY
from fieldapp.services.values import Link, Mark, SyncStatus
from fieldapp.store import attachments, records
from fieldapp.store.sync_port import SyncPort
from tests.ui.kit.test_pictures import bomb, picture
from tests.ui.review.entries import submit
from tests.ui.review.stage import Stage, texts, until
from ui.presenters.sync_words import look_of
from ui.views.approvals import ApprovalsPage
from ui.views.entry_view import EntryPage
from ui.views.photos_card import PhotosCard
from ui.views.settings import SettingsPage
from ui.views.sync_panel import SyncPage
from ui.widgets.photo_strip import PhotoSheet

pytestmark = pytest.mark.gui

NOW = datetime(2026, 11, 19, 13, 30, tzinfo=UTC)
PHOTOS = (picture(400, 300), picture(300, 400))


def port_of(made: Stage) -> SyncPort:
    officer = made.tablet.services.officer
    actor = Actor(officer.officer_id, officer.app_roles, officer.lpt_code, officer.neighbourhoods)
    return SyncPort(made.tablet.store, actor, made.tablet.services.title_of)


def with_photos(made: Stage, record_id: str, *photos: bytes) -> list[str]:
    """The centre says that an entry has photos, and that it has them all; their names."""
    names = [hashlib.sha256(data).hexdigest() for data in photos]
    with made.tablet.store.reading() as tx:
        wire: Json = records.base_wire(tx, record_id) or {}
    files = {
        sha: {"size": len(data), "media": "image/jpeg", "kind": "PHOTO"}
        for sha, data in zip(names, photos, strict=True)
    }
    record = replace(from_wire(wire), attachments=files)
    wire |= {
        "attachments": files,
        "attachments_received": names,
        "content_hash": record.hash_of(record.body),
        "revision": wire["revision"] + 1,
    }
    port = port_of(made)
    position = port.position()
    change = PulledChange("lpt:TA", record_id, 10_000, "up", wire)
    port.apply_page(PulledPage(position.epoch or "", (change,), position, more=True))
    return names


@pytest.fixture
def reading(tom: Stage, ids: dict[str, str]) -> ApprovalsPage:
    """Tom reads an entry with two photos that are at the centre and not on his tablet."""
    with_photos(tom, ids["plain"], *PHOTOS)
    page = tom.open("approvals")
    assert isinstance(page, ApprovalsPage)
    page.rows.opened.emit(ids["plain"])
    until(lambda: bool(cards(page)))
    tom.settle()
    return page


def cards(page: Any) -> list[PhotosCard]:
    return [one for one in page.findChildren(PhotosCard) if one.isVisibleTo(page)]


def decisions(made: Stage) -> int:
    with made.tablet.store.reading() as tx:
        return tx.number("SELECT count(*) FROM outbox WHERE kind='decide' AND state='queued'")


def test_photos_that_are_not_here_are_asked_for_and_keep_approval_waiting(
    tom: Stage, reading: ApprovalsPage
) -> None:
    assert [one.words for one in cards(reading)[-1].strip.photos] == ["Not on this tablet yet"] * 2
    assert [one.sha for one in port_of(tom).attachments.wanted(9)] != []
    reading.detail.approve.click()
    tom.settle()
    assert decisions(tom) == 0
    assert any("2 photos are not on this tablet yet" in words for words in texts(tom.shell))


def test_photos_that_arrive_are_shown_and_then_the_entry_is_approved(
    tom: Stage, reading: ApprovalsPage, ids: dict[str, str]
) -> None:
    for data in PHOTOS:
        sha = hashlib.sha256(data).hexdigest()
        assert port_of(tom).attachments.take_in(sha, 0, data) == "whole"
    until(lambda: bool(cards(reading)) and all(p.image for p in cards(reading)[-1].strip.photos))
    tom.settle()
    reading.detail.approve.click()
    until(lambda: decisions(tom) == 1)


def test_a_photo_that_cannot_be_shown_here_is_not_taken_as_seen(
    tom: Stage, ids: dict[str, str]
) -> None:
    port = port_of(tom)
    junk = bomb(9000)
    [sha] = with_photos(tom, ids["plain"], junk)
    with tom.tablet.store.transaction() as tx:
        attachments.want(tx, ids["plain"], sha, len(junk))
    assert port.attachments.take_in(sha, 0, junk) == "whole"
    page = tom.open("approvals")
    page.rows.opened.emit(ids["plain"])
    until(lambda: bool(cards(page)))
    tom.settle()
    until(lambda: cards(page)[-1].strip.photos[0].words == "Cannot be shown on this tablet")
    page.detail.approve.click()
    until(lambda: any("could not be shown on this tablet" in words for words in texts(tom.shell)))
    assert decisions(tom) == 0


def test_an_own_entry_shows_its_photos_and_how_many_have_been_received(priya: Stage) -> None:
    services = priya.tablet.services
    record_id = submit_with(priya, PHOTOS)
    priya.open("records")
    priya.router.open_entry(record_id)
    priya.settle()
    page = priya.shell.page()
    assert isinstance(page, EntryPage)
    until(lambda: bool(cards(page)) and all(p.image for p in cards(page)[-1].strip.photos))
    assert "0 of 2 photos received" in texts(page)
    assert services.entries.view(record_id).row.mark == Mark.WAITING
    card = cards(page)[-1]
    card.strip.opened.emit(card.strip.photos[0].key)
    until(lambda: priya.shell.findChild(PhotoSheet) is not None)
    sheet = priya.shell.findChild(PhotoSheet)
    assert sheet is not None
    assert sheet.picture.image is not None
    sheet.dismiss()


def submit_with(made: Stage, photos: tuple[bytes, ...]) -> str:
    """An entry with photos, handed in."""
    record_id = submit(made.tablet, "Harebell Library")
    services = made.tablet.services
    services.capture.recall(record_id)
    draft = services.capture.open(record_id)
    for data in photos:
        services.attaching.add(record_id, data)
    services.capture.submit(draft)
    return record_id


# ----------------------------------------------------------------------------- the words


def test_photos_wait_visibly_and_nothing_is_said_to_be_all_sent_before() -> None:
    sent = datetime(2026, 11, 19, 8, 12, tzinfo=UTC)
    status = SyncStatus(Link.ONLINE, last_sent_at=sent, photos=2, photo_bytes=812_000)
    look = look_of(status, NOW)
    assert (look.pill, look.title) == ("2 photos waiting", "2 photos waiting to send.")
    assert look.text == "They send by themselves: 0.8 MB. All text has been sent."
    one = look_of(replace(status, photos=1, photos_held=True), NOW)
    assert one.text == "It waits for Wi-Fi: 0.8 MB. All text has been sent."
    assert look_of(replace(status, photos=0), NOW).title == "All sent 08:12."


def test_offline_counts_photos_beside_the_records() -> None:
    status = SyncStatus(Link.OFFLINE, waiting=1, photos=2)
    assert look_of(status, NOW).text == "It sends by itself when you reconnect. 2 photos follow."
    alone = look_of(replace(status, waiting=0, photos=1), NOW)
    assert alone.title == "You are offline. 1 photo is safe on this tablet."
    assert alone.pill == "Offline, 1 photo"


def test_while_photos_are_sent_the_amount_is_said() -> None:
    status = SyncStatus(Link.ONLINE, sending=True, photo_progress=(400_000, 1_200_000))
    look = look_of(status, NOW)
    assert (look.pill, look.text) == ("Sending photos", "0.4 MB of 1.2 MB. All text has been sent.")


def test_a_stopped_tablet_says_that_photos_wait_on_it() -> None:
    words = look_of(SyncStatus(Link.SIGN_IN_NEEDED, waiting=1, photos=2), NOW).text
    assert "1 record and 2 photos wait on this tablet." in words


def test_sync_lists_the_photos_and_sends_them_on_demand(priya: Stage) -> None:
    submit_with(priya, PHOTOS)
    priya.tablet.syncing.line_is_metered(metered=True)
    page = priya.open("sync")
    assert isinstance(page, SyncPage)
    until(lambda: page.photos_now.isVisibleTo(page))
    assert "0.1 MB, waiting for Wi-Fi" in texts(page)
    assert any(words.startswith("2 photos to send") for words in texts(page))
    asked: list[str] = []
    priya.router.bridge.round_ended.connect(lambda status: asked.append(status.words))
    page.photos_now.click()
    until(lambda: bool(asked))
    assert priya.tablet.syncing.status().photos_held is False


def test_the_officer_chooses_which_line_photos_use(priya: Stage) -> None:
    page = priya.open("settings")
    assert isinstance(page, SettingsPage)
    assert page.photo_line.value() == WIFI_ONLY
    page.photo_line.chip(ANY_LINE).click()
    priya.settle()
    assert priya.tablet.services.preferences.get(PHOTO_LINE) == ANY_LINE
