"""What the pill, the banner and the Sync screen say about sending, in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from fieldapp.services.photo_rows import megabytes
from fieldapp.services.values import Link, SyncStatus
from ui.words import counted, in_sentence, length_words, local, moment_words

OLD: Final = timedelta(hours=48)
"""Work that has waited longer is named with its age."""


@dataclass(frozen=True, slots=True)
class SyncLook:
    """One state of sending, ready to show.

    ``pill_state`` is a state of the pill (offline, sending, clear, attention); ``kind`` is the
    banner's, empty while the pill alone says enough; ``does`` is what the action does (sign_in,
    show_waiting or show_needs).
    """

    pill_state: str
    pill: str
    title: str
    text: str
    kind: str = "warning"
    icon: str = "warning"
    action: str = ""
    does: str = ""


def needs_you(status: SyncStatus) -> int:
    """How many things wait for the officer rather than for a connection."""
    return status.held + status.not_accepted + status.choose


def look_of(status: SyncStatus, now: datetime) -> SyncLook:
    """The words for a state, the most pressing first."""
    if status.sending:
        return _sending(status)
    known = {
        Link.REVOKED: _stopped,
        Link.SIGN_IN_NEEDED: _sign_in,
        Link.UPDATE_NEEDED: _update,
        Link.NOT_OUR_SERVER: _not_ours,
        Link.BUSY: _busy,
        Link.OFFLINE: _offline,
        Link.ONLINE: _online,
    }
    look = known[status.link](status, now)
    return replace(look, text=" ".join(part for part in (look.text, _age(status, now)) if part))


def _sending(status: SyncStatus) -> SyncLook:
    if status.photo_progress is not None:
        gone, whole = status.photo_progress
        return SyncLook(
            pill_state="sending",
            pill="Sending photos",
            kind="info",
            icon="sending",
            title="Sending photos",
            text=f"{megabytes(gone)} of {megabytes(whole)}. All text has been sent.",
        )
    number = min(status.sent_so_far + 1, status.to_send)
    words = f"Sending {number} of {status.to_send}" if status.to_send else "Receiving"
    return SyncLook(
        pill_state="sending",
        pill=words,
        kind="info",
        icon="sending",
        title=words,
        text=status.current_title,
    )


def _offline(status: SyncStatus, now: datetime) -> SyncLook:
    waiting = status.waiting
    if not waiting and status.photos:
        return SyncLook(
            pill_state="offline",
            pill=f"Offline, {counted(status.photos, 'photo')}",
            icon="offline",
            title=f"You are offline. {_photos_are(status)} safe on this tablet.",
            text=f"{_by_themselves(status.photos)} when you reconnect.{_last(status, now)}",
            action="See what is waiting",
            does="show_waiting",
        )
    if not waiting:
        return SyncLook(
            pill_state="offline",
            pill="Offline",
            icon="offline",
            title="You are offline. Nothing is waiting to send.",
            text=f"You can keep recording.{_last(status, now)}",
        )
    are = "is" if waiting == 1 else "are"
    return SyncLook(
        pill_state="offline",
        pill=f"Offline, {waiting} waiting",
        icon="offline",
        title=f"You are offline. {counted(waiting, 'record')} {are} safe on this tablet.",
        text=f"{_by_themselves(waiting)} when you reconnect.{_and_photos(status)}"
        f"{_last(status, now)}",
        action="See what is waiting",
        does="show_waiting",
    )


def _online(status: SyncStatus, now: datetime) -> SyncLook:
    needs = needs_you(status)
    if needs:
        does = "needs" if needs == 1 else "need"
        return SyncLook(
            pill_state="attention",
            pill=f"{needs} {does} you",
            title=f"{counted(needs, 'record')} {does} you.",
            text="Nothing is lost. See what happened and what to do next.",
            action="See what needs you",
            does="show_needs",
        )
    if status.waiting:
        return SyncLook(
            pill_state="sending",
            pill=f"{status.waiting} waiting",
            kind="info",
            icon="waiting",
            title=f"{counted(status.waiting, 'record')} waiting to send.",
            text=f"{_by_themselves(status.waiting)}.{_and_photos(status)} {status.words}".strip(),
            action="See what is waiting",
            does="show_waiting",
        )
    if status.photos:
        return _photos(status)
    sent = (
        f"All sent {in_sentence(moment_words(status.last_sent_at, now))}"
        if status.last_sent_at
        else ""
    )
    return SyncLook(
        pill_state="clear",
        pill=sent or "Online",
        kind="",
        icon="online_clear",
        title=f"{sent or 'Online. Nothing is waiting to send'}.",
        text="",
    )


def _photos(status: SyncStatus) -> SyncLook:
    """All text has been received; photos have not."""
    held = "They wait for Wi-Fi" if status.photos > 1 else "It waits for Wi-Fi"
    left = megabytes(status.photo_bytes)
    how = held if status.photos_held else _by_themselves(status.photos)
    return SyncLook(
        pill_state="sending",
        pill=f"{counted(status.photos, 'photo')} waiting",
        kind="info",
        icon="waiting",
        title=f"{counted(status.photos, 'photo')} waiting to send.",
        text=f"{how}: {left}. All text has been sent. {status.words}".strip(),
        action="See what is waiting",
        does="show_waiting",
    )


def _photos_are(status: SyncStatus) -> str:
    return f"{counted(status.photos, 'photo')} {'is' if status.photos == 1 else 'are'}"


def _and_photos(status: SyncStatus) -> str:
    if not status.photos:
        return ""
    follow = "follows" if status.photos == 1 else "follow"
    return f" {counted(status.photos, 'photo')} {follow}."


def _sign_in(status: SyncStatus, _now: datetime) -> SyncLook:
    return SyncLook(
        pill_state="attention",
        pill="Sign in again",
        icon="unlock",
        title="Sign in again to send.",
        text=f"Your records are safe.{_here(status)} You can keep recording.",
        action="Sign in",
        does="sign_in",
    )


def _update(status: SyncStatus, _now: datetime) -> SyncLook:
    # An older app may still hand over what it holds; then only receiving waits for the update.
    what = "send" if status.waiting else "receive"
    return SyncLook(
        pill_state="attention",
        pill="Update needed",
        title=f"Update at the station to {what}.",
        text=f"You can keep recording.{_here(status)}",
    )


def _not_ours(status: SyncStatus, now: datetime) -> SyncLook:
    words = status.words or (
        "No connection to the force server. This Wi-Fi may want you to sign in to it first. "
        "Your records are safe."
    )
    title, _, rest = words.partition(". ")
    return SyncLook(
        pill_state="attention",
        pill="No connection",
        icon="offline",
        title=f"{title.rstrip('.')}.",
        text=f"{rest}{_here(status)}{_last(status, now)}".strip(),
    )


def _busy(status: SyncStatus, now: datetime) -> SyncLook:
    at = in_sentence(moment_words(status.next_try_at, now)) if status.next_try_at else ""
    again = f" Next try {at if at[:1].isalpha() else f'at {at}'}." if at else ""
    return SyncLook(
        pill_state="offline",
        pill=f"{status.waiting} waiting" if status.waiting else "Centre busy",
        icon="waiting",
        title="The centre is busy.",
        text=f"Your records are safe and send by themselves in a little while.{again}",
    )


def _stopped(status: SyncStatus, _now: datetime) -> SyncLook:
    return SyncLook(
        pill_state="attention",
        pill="Tablet stopped",
        kind="error",
        icon="not_accepted",
        title="This tablet has been stopped by the force.",
        text=f"Your records are kept on it.{_here(status)} Take it to the station.",
    )


def _by_themselves(waiting: int) -> str:
    return "It sends by itself" if waiting == 1 else "They send by themselves"


def _last(status: SyncStatus, now: datetime) -> str:
    if status.last_sent_at is None:
        return ""
    return f" Last sent {in_sentence(moment_words(status.last_sent_at, now))}."


def _here(status: SyncStatus) -> str:
    things = [(status.waiting, "record"), (status.photos, "photo")]
    left = " and ".join(counted(number, noun) for number, noun in things if number)
    if not left:
        return ""
    waits = "waits" if status.waiting + status.photos == 1 else "wait"
    return f" {left} {waits} on this tablet."


def _age(status: SyncStatus, now: datetime) -> str:
    since = status.oldest_waiting_at
    if since is None or not status.waiting or now - since <= OLD:
        return ""
    when = in_sentence(moment_words(since, now))
    return (
        f"The oldest has waited {age_words(now - since)}, since {when}."
        " Find a connection, or go to the station."
    )


def age_words(span: timedelta) -> str:
    """Like 25 min, 3 h or 4 days."""
    if span < timedelta(hours=1):
        return length_words(span)
    if span < OLD:
        return f"{int(span.total_seconds()) // 3600} h"
    return counted(span.days, "day")


def until_words(at: datetime, now: datetime) -> str:
    """Like in 4 minutes, or the time when it is further off."""
    seconds = (at - now).total_seconds()
    if seconds < 60:
        return "in less than a minute"
    if seconds < 3600:
        return f"in {counted(int(seconds) // 60, 'minute')}"
    return f"at {local(at):%H:%M}"
