"""The Sync screen: what is on this tablet, what the centre has, and what needs the officer."""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from fieldapp import __version__
from fieldapp.services.photo_rows import megabytes
from fieldapp.services.values import Link, Mark, PendingRow, SyncStatus
from ui.presenters.presenter import Presenter
from ui.presenters.sync_words import SyncLook, look_of, needs_you, until_words
from ui.tasks import Lane
from ui.words import in_sentence, moment_words

if TYPE_CHECKING:
    from datetime import datetime

    from fieldapp.services.values import Draft
    from ui.presenters.presenter import Desk

NEEDS = (Mark.HELD, Mark.NOT_ACCEPTED, Mark.CHOOSE_VERSION)


class Sender(Protocol):
    """Whoever runs rounds with the centre."""

    def status(self) -> SyncStatus:
        """How things stand."""
        ...

    def sync_now(self, on_progress: Callable[[SyncStatus], object] | None = None) -> SyncStatus:
        """Send and receive now; returns how it went."""
        ...

    def allow_photos(self) -> None:
        """Let photos go with the next round, whatever the line costs."""
        ...


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the Sync screen shows."""

    status: SyncStatus
    look: SyncLook
    next_words: str
    waiting_under: str
    photos_under: str
    needs: int
    sent_words: str
    needs_rows: tuple[PendingRow, ...]
    waiting_rows: tuple[PendingRow, ...]


class SyncPanelPresenter(Presenter):
    """Shows the state of sending and acts on single things that wait.

    Signals:
        shown(Panel): there is something new to show.
        draft_opened(Draft): something held was opened as a new draft.
        busy_changed(bool): a round that the officer asked for began or ended.
    """

    shown = Signal(object)
    draft_opened = Signal(object)
    busy_changed = Signal(bool)

    def __init__(self, desk: Desk, sender: Sender, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._sender = sender
        self._busy = False
        self._status: SyncStatus | None = None

    def load(self) -> None:
        """Read what waits, and show it."""
        waiting, sender = self.desk.services.waiting, self._sender
        self._ask(lambda: (sender.status(), waiting.pending()), self._show, newest="panel")

    def show_status(self, status: SyncStatus) -> None:
        """The bridge heard something new."""
        self._status = status
        self.load()

    def try_now(self) -> None:
        """Send and receive now; what happens shows as progress."""
        if self._busy:
            return
        self._set_busy(busy=True)
        self.desk.runner.run(
            Lane.NETWORK, self._sender.sync_now, then=self._tried, failed=self._not_tried
        )

    def photos_now(self) -> None:
        """Send photos too, this once, though the line is paid for by the byte."""
        self._sender.allow_photos()
        self.try_now()

    def open_as_new_draft(self, op_id: str) -> None:
        """Take what is held back into the form, as an entry of its own."""
        waiting = self.desk.services.waiting
        self._ask(lambda: waiting.open_as_new_draft(op_id), self._on_draft)

    def dismiss(self, op_id: str) -> None:
        """Take something that was not accepted off the list."""
        waiting = self.desk.services.waiting
        self._ask(lambda: waiting.dismiss(op_id), lambda _: self.load())

    def diagnostics(self, status: SyncStatus, rows: tuple[PendingRow, ...]) -> str:
        """What support needs to know: numbers, codes and times, nothing about anybody."""
        now = self.desk.clock.now()
        lines = [
            f"Fieldapp {__version__}, Python {platform.python_version()}, {platform.system()}",
            f"Now: {now.isoformat(timespec='seconds')}",
            f"Link: {status.link.value}, sending: {'yes' if status.sending else 'no'}",
            f"Waiting: {status.waiting}, held: {status.held}",
            f"Not accepted: {status.not_accepted}, to choose: {status.choose}",
            f"Last sent: {_iso(status.last_sent_at)}, last contact: {_iso(status.last_contact_at)}",
            f"Photos: {status.photos}, {status.photo_bytes} bytes, held: {status.photos_held}",
            f"Next try: {_iso(status.next_try_at)}, oldest: {_iso(status.oldest_waiting_at)}",
        ]
        lines += [
            f"{row.op_id} {row.mark.value}, tries: {row.attempts}, made: {_iso(row.made_at)}"
            for row in rows
        ]
        return "\n".join(lines)

    def _show(self, answer: tuple[SyncStatus, tuple[PendingRow, ...]]) -> None:
        status, rows = answer
        if self._status is not None and self._status.sending:
            status = self._status
        self.shown.emit(panel_of(status, rows, self.desk.clock.now()))

    def _on_draft(self, draft: Draft) -> None:
        self.draft_opened.emit(draft)
        self.load()

    def _tried(self, status: SyncStatus) -> None:
        self._set_busy(busy=False)
        self.show_status(status)

    def _not_tried(self, error: Exception) -> None:
        self._set_busy(busy=False)
        self._tell(error)
        self.load()

    def _set_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self.busy_changed.emit(busy)


def panel_of(status: SyncStatus, rows: tuple[PendingRow, ...], now: datetime) -> Panel:
    """The screen's words and rows for a state."""
    oldest = status.oldest_waiting_at
    sent = status.last_sent_at
    return Panel(
        status=status,
        look=look_of(status, now),
        next_words=_next_words(status, now),
        waiting_under=(
            f"Oldest from {in_sentence(moment_words(oldest, now))}" if oldest else "Nothing waits"
        ),
        photos_under=_photos_under(status),
        needs=needs_you(status),
        sent_words=moment_words(sent, now) if sent else "Not yet",
        needs_rows=_one_each(tuple(row for row in rows if row.mark in NEEDS)),
        waiting_rows=tuple(row for row in rows if row.mark not in NEEDS),
    )


def _photos_under(status: SyncStatus) -> str:
    if not status.photos:
        return "Nothing waits"
    how = ", waiting for Wi-Fi" if status.photos_held else ""
    return f"{megabytes(status.photo_bytes)}{how}"


def _one_each(rows: tuple[PendingRow, ...]) -> tuple[PendingRow, ...]:
    """One line for an entry that is held, however many of its changes are."""
    first: dict[tuple[str, Mark], PendingRow] = {}
    for row in rows:
        # What was not accepted is one act each, and is taken off one by one.
        own = row.op_id if row.mark == Mark.NOT_ACCEPTED else row.record_id
        first.setdefault((own, row.mark), row)
    return tuple(first.values())


def _next_words(status: SyncStatus, now: datetime) -> str:
    if status.next_try_at is None or status.sending:
        return ""
    does = (
        "Next try"
        if status.waiting or status.photos or status.link != Link.ONLINE
        else "Looks for news"
    )
    return f"{does} {until_words(status.next_try_at, now)}."


def _iso(at: datetime | None) -> str:
    return at.isoformat(timespec="seconds") if at else "never"
