"""Today: what the day holds, what needs the officer, what is still being written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from ui.presenters.presenter import Desk, Presenter
from ui.presenters.sync_words import SyncLook, look_of

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from fieldapp.services.values import Choice, SyncStatus, Today


@dataclass(frozen=True, slots=True)
class Tile:
    """A kind of engagement that has its own large button."""

    code: str
    title: str
    hint: str
    icon: str


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the screen shows."""

    today: Today
    now: datetime
    next_plan: str
    """The plan line to start next: the one button that is filled."""


class TodayPresenter(Presenter):
    """Reads the day again whenever something was recorded or has arrived.

    Signals:
        shown(object): the ``Day`` to show.
        sync_shown(object): the ``SyncLook`` of the banner.
    """

    shown = Signal(object)
    sync_shown = Signal(object)
    _touched = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        # Told on the thread that committed; the queued signal brings it to this one.
        self._touched.connect(self._on_touched, Qt.ConnectionType.QueuedConnection)
        self._stop = desk.services.changed.subscribe(self._touched.emit)
        self.destroyed.connect(self._stop)

    def tiles(self) -> tuple[Tile, ...]:
        """The kinds with a large button, as the data says; the first is the most likely."""
        return tiles_of(self.desk.services.capture.types())

    def load(self) -> None:
        """Read the day and how sync stands."""
        entries, waiting = self.desk.services.entries, self.desk.services.waiting
        self._ask(entries.today, self._on_today, newest="today")
        self._ask(waiting.status, self.show_status, newest="status")

    def show_status(self, status: SyncStatus) -> None:
        """Show how sync stands, as just read or as a running sync tells it."""
        self.sync_shown.emit(self.look(status))

    def look(self, status: SyncStatus) -> SyncLook:
        """The words for a state of sync."""
        return look_of(status, self.desk.clock.now())

    def stop(self) -> None:
        """Hear of no more changes."""
        self._stop()

    def _on_touched(self, _types: object) -> None:
        self.load()

    def _on_today(self, today: Today) -> None:
        now = self.desk.clock.now()
        self.shown.emit(Day(today, now, next_line(today, now)))


def tiles_of(kinds: tuple[Choice, ...]) -> tuple[Tile, ...]:
    """Kinds whose data gives them a tile, in its order."""
    found = []
    for kind in kinds:
        place = kind.extra.get("tile")
        if isinstance(place, int):
            title = str(kind.extra.get("tile_label") or kind.label)
            hint = str(kind.extra.get("tile_hint") or "")
            found.append((place, Tile(kind.code, title, hint, str(kind.extra.get("icon", "")))))
    return tuple(tile for _place, tile in sorted(found, key=lambda pair: pair[0]))


def next_line(today: Today, now: datetime) -> str:
    """The first line of the plan that has not been begun and is not over."""
    for line in today.plan:
        over = line.ends_at is not None and line.ends_at < now
        if line.started_record_id is None and line.status not in _SETTLED and not over:
            return line.record_id
    return ""


_SETTLED = frozenset({"DONE", "DONE_PENDING", "MISSED"})
