"""What pill and banner say in each state: true, calm, and in the words agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fieldapp.services.values import Link, SyncStatus
from ui.presenters.sync_words import SyncLook, age_words, look_of, needs_you

NOW = datetime(2026, 11, 19, 13, 30, tzinfo=UTC)
SENT = datetime(2026, 11, 19, 8, 12, tzinfo=UTC)
OFFLINE = SyncStatus(Link.OFFLINE, waiting=3, last_sent_at=SENT, oldest_waiting_at=SENT)


def said(status: SyncStatus) -> SyncLook:
    return look_of(status, NOW)


def test_offline_is_calm_and_counts_what_is_safe() -> None:
    look = said(OFFLINE)
    assert look.title == "You are offline. 3 records are safe on this tablet."
    assert look.text == "They send by themselves when you reconnect. Last sent 08:12."
    assert (look.kind, look.pill_state, look.pill) == ("warning", "offline", "Offline, 3 waiting")


def test_one_record_is_spoken_of_as_one() -> None:
    look = said(replace(OFFLINE, waiting=1))
    assert look.title == "You are offline. 1 record is safe on this tablet."
    assert look.text.startswith("It sends by itself when you reconnect.")


def test_offline_with_nothing_waiting_promises_nothing() -> None:
    look = said(SyncStatus(Link.OFFLINE))
    assert look.title == "You are offline. Nothing is waiting to send."
    assert look.text == "You can keep recording."


def test_sending_counts_up_and_names_the_item() -> None:
    status = SyncStatus(
        Link.ONLINE,
        sending=True,
        sent_so_far=1,
        to_send=3,
        current_title="Drop-in session, Larkspur Precinct",
    )
    look = said(status)
    assert look.title == look.pill == "Sending 2 of 3"
    assert look.text == "Drop-in session, Larkspur Precinct"
    assert (look.kind, look.pill_state) == ("info", "sending")


def test_the_count_never_runs_past_the_end() -> None:
    status = SyncStatus(Link.ONLINE, sending=True, sent_so_far=3, to_send=3)
    assert said(status).pill == "Sending 3 of 3"


def test_all_clear_folds_to_the_pill() -> None:
    look = said(SyncStatus(Link.ONLINE, last_sent_at=SENT))
    assert (look.kind, look.pill_state, look.pill) == ("", "clear", "All sent 08:12")


def test_a_day_inside_a_sentence_has_no_capital() -> None:
    yesterday = NOW - timedelta(days=1)
    sent = look_of(SyncStatus(Link.ONLINE, last_sent_at=yesterday), NOW)
    assert sent.pill.startswith("All sent yesterday, ")
    offline = look_of(SyncStatus(Link.OFFLINE, last_sent_at=yesterday), NOW)
    assert "Last sent yesterday, " in offline.text


def test_an_expired_sign_in_keeps_recording_open() -> None:
    look = said(SyncStatus(Link.SIGN_IN_NEEDED, waiting=2))
    assert look.title == "Sign in again to send."
    assert look.text.startswith("Your records are safe.")
    assert "You can keep recording." in look.text
    assert (look.action, look.does) == ("Sign in", "sign_in")


def test_an_old_app_says_where_to_update_and_that_recording_goes_on() -> None:
    look = said(SyncStatus(Link.UPDATE_NEEDED, waiting=2))
    assert look.title == "Update at the station to send."
    assert look.text.startswith("You can keep recording.")
    assert said(SyncStatus(Link.UPDATE_NEEDED)).title == "Update at the station to receive."


def test_a_foreign_server_is_not_called_offline() -> None:
    look = said(SyncStatus(Link.NOT_OUR_SERVER, waiting=1))
    assert look.title == "No connection to the force server."
    assert "Wi-Fi" in look.text
    assert look.pill_state == "attention"


def test_work_older_than_two_days_says_how_old_it_is() -> None:
    old = NOW - timedelta(hours=50)
    text = said(replace(OFFLINE, oldest_waiting_at=old)).text
    assert "The oldest has waited 2 days, since Tue 17 Nov, 11:30." in text
    fresh = NOW - timedelta(hours=47)
    assert "oldest" not in said(replace(OFFLINE, oldest_waiting_at=fresh)).text


def test_what_needs_the_officer_is_counted_and_shown() -> None:
    status = SyncStatus(Link.ONLINE, held=1, not_accepted=1, choose=1)
    look = said(status)
    assert needs_you(status) == 3
    assert look.title == "3 records need you."
    assert look.does == "show_needs"


def test_a_stopped_tablet_says_the_records_are_kept() -> None:
    look = said(SyncStatus(Link.REVOKED, waiting=4))
    assert look.kind == "error"
    assert "kept" in look.text
    assert "Take it to the station." in look.text


@pytest.mark.parametrize("link", list(Link))
@pytest.mark.parametrize("waiting", [0, 1, 3])
def test_every_state_has_words_and_none_of_the_forbidden_ones(link: Link, waiting: int) -> None:
    look = said(SyncStatus(link, waiting=waiting, held=1))
    words = f"{look.pill} {look.title} {look.text} {look.action}".lower()
    assert look.pill
    assert look.title
    assert look.title.endswith(".")
    for forbidden in ("refused", "queued", "synced", "pending write", "error"):
        assert forbidden not in words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(hours=49), "2 days"),
        (timedelta(days=9), "9 days"),
    ],
)
def test_ages_are_short(span: timedelta, words: str) -> None:
    assert age_words(span) == words
