"""Promises and questions with their clocks: what is due, what was answered, what is done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from resources import code_list
from ui.presenters.presenter import Presenter
from ui.words import in_sentence, length_words, moment_words

if TYPE_CHECKING:
    from fieldapp.services.values import FollowUpRow
    from ui.presenters.presenter import Desk

GROUPS: Final = {
    "OVERDUE": "Overdue",
    "DUE_TODAY": "Due today",
    "OPEN": "Coming up",
    "ANSWERED": "Answered, to close",
    "DONE": "Done",
}
_MINUTE_MS: Final = 30_000


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """One follow-up in the words of the screen."""

    row: FollowUpRow
    kind_words: str
    clock_words: str
    clock_kind: str
    """Kind of the tag: error, warning, info or success."""
    under: str


@dataclass(frozen=True, slots=True)
class FollowUpGroup:
    """Follow-ups that stand alike, the most pressing first."""

    state: str
    title: str
    lines: tuple[FollowUpLine, ...]


class FollowUpsPresenter(Presenter):
    """Lists follow-ups, keeps their clocks moving, and records answers.

    Signals:
        shown(tuple[FollowUpGroup, ...]): what to show.
        said(str): what was done.
        needs(str): what is still missing, for the sheet that is open.
    """

    shown = Signal(object)
    said = Signal(str)
    needs = Signal(str)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._rows: tuple[FollowUpRow, ...] = ()
        self._mine = False
        self._minute = QTimer(self)
        self._minute.setInterval(_MINUTE_MS)
        self._minute.timeout.connect(self._show)

    def load(self) -> None:
        """Read them again."""
        self._ask(self.desk.services.follow_ups.due, self._on_rows, newest="rows")
        self._minute.start()

    def rest(self) -> None:
        """Nobody looks: the clocks need not move."""
        self._minute.stop()

    def show_mine(self, *, mine: bool) -> None:
        """Only the officer's own, or the whole team's."""
        self._mine = mine
        self._show()

    def answer(self, record_id: str, channel: str, outcome: str) -> bool:
        """Record that the person got an answer; False when something is missing."""
        missing = "" if channel else "Choose how you answered."
        if channel and not outcome.strip():
            missing = "Say in a few words what you answered."
        if missing:
            self.needs.emit(missing)
            return False
        follow_ups, words = self.desk.services.follow_ups, outcome.strip()
        self._ask(
            lambda: follow_ups.answer(record_id, channel, words),
            lambda _: self._done("Answer recorded."),
        )
        return True

    def close(self, record_id: str, outcome: str) -> bool:
        """Record that it is done; False when the outcome is missing."""
        if not outcome.strip():
            self.needs.emit("Say in a few words what came of it.")
            return False
        follow_ups, words = self.desk.services.follow_ups, outcome.strip()
        self._ask(lambda: follow_ups.close(record_id, words), lambda _: self._done("Done."))
        return True

    def _done(self, words: str) -> None:
        self.said.emit(words)
        self.load()

    def _on_rows(self, rows: tuple[FollowUpRow, ...]) -> None:
        self._rows = rows
        self._show()

    def _show(self) -> None:
        now = self.desk.clock.now()
        rows = tuple(row for row in self._rows if row.mine or not self._mine)
        self.shown.emit(grouped(rows, now))


def channels() -> tuple[tuple[str, str], ...]:
    """How an answer can be given, as (code, words)."""
    return tuple((item.code, item.label) for item in code_list("contact_channel").items)


def grouped(rows: tuple[FollowUpRow, ...], now: datetime) -> tuple[FollowUpGroup, ...]:
    """Follow-ups by state, in the order in which they press."""
    groups = []
    for state, title in GROUPS.items():
        lines = tuple(line_of(row, now) for row in rows if row.state == state)
        if lines:
            groups.append(FollowUpGroup(state, title, lines))
    return tuple(groups)


def line_of(row: FollowUpRow, now: datetime) -> FollowUpLine:
    """One follow-up with its clock read off."""
    words, kind = _clock(row, now)
    who = "Yours" if row.mine else row.owner_name
    asked = f"Asked {in_sentence(moment_words(row.raised_at, now))}"
    parts = [row.source_title, row.neighbourhood, asked, who]
    return FollowUpLine(
        row=row,
        kind_words=code_list("follow_up_kind").label(row.kind),
        clock_words=words,
        clock_kind=kind,
        under=". ".join(part for part in parts if part) + ".",
    )


def _clock(row: FollowUpRow, now: datetime) -> tuple[str, str]:
    if row.state == "DONE":
        return "Done", "success"
    if row.state == "ANSWERED":
        return "Answered", "success"
    if row.due_at is None:
        return "No date", "info"
    if row.due_at <= now:
        return f"Overdue since {in_sentence(moment_words(row.due_at, now))}", "error"
    left = row.due_at - now
    when = in_sentence(moment_words(row.due_at, now))
    if left >= timedelta(days=3):
        return f"By {when}", "info"
    kind = "warning" if row.state == "DUE_TODAY" or left < timedelta(hours=24) else "info"
    return f"By {when}, {_left(left)} left", kind


def _left(span: timedelta) -> str:
    if span >= timedelta(hours=10):
        return f"{int(span.total_seconds()) // 3600} h"
    return length_words(span)
