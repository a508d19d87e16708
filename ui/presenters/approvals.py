"""The sergeant's queue: read one, decide on exactly that, and on to the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from fieldapp.domain.errors import FieldappError
from fieldapp.domain.reasons import reason_for
from resources import code_list
from ui.presenters.photos import Gallery
from ui.presenters.presenter import Presenter

if TYPE_CHECKING:
    from fieldapp.services.approvals import UndoToken
    from fieldapp.services.values import QueueRow, ReviewView
    from ui.presenters.presenter import Desk

SHOW: Final = {"all": "All", "flagged": "Flagged", "resubmitted": "Resubmitted"}
"""What the filter offers."""

_STALE: Final = reason_for("rejected", "stale_revision")
CHANGED_WORDS: Final = f"{_STALE.words} {_STALE.next_step}"
GONE_WORDS: Final = "That entry is no longer waiting for you."
NO_REASON_WORDS: Final = "Choose at least one reason, so that the officer knows what to change."
COMMENTED_WORDS: Final = (
    "You have written comments. Return the entry to send them, or remove them to approve."
)
TOO_LATE_WORDS: Final = "Too late to undo: the decision has been sent."


@dataclass(frozen=True, slots=True)
class Queue:
    """The list as it is shown."""

    rows: tuple[QueueRow, ...]
    waiting: int
    counts: dict[str, int]


@dataclass(slots=True)
class _Notes:
    """What the sergeant has begun to say about one entry."""

    reasons: tuple[str, ...] = ()
    comments: dict[str, str] = field(default_factory=dict)


class ApprovalsPresenter(Presenter):
    """Keeps the queue, the entry being read and what may still be undone.

    Signals:
        queue_changed(Queue): the rows to show.
        opened(ReviewView | None, str): the entry to read and where it stands ("3 of 12").
        decided(str): words for the toast that offers Undo.
        undone(str): words to say; the entry is back.
        said(str): something the sergeant must know.
        return_needs_reason(str): the return was not made; words say why.
        marks_changed: reasons or comments of the entry being read are new.
    """

    queue_changed = Signal(object)
    opened = Signal(object, str)
    decided = Signal(str)
    undone = Signal(str)
    said = Signal(str)
    return_needs_reason = Signal(str)
    marks_changed = Signal()

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self.photos = Gallery(desk, self)
        """Photos of the entry on the screen."""
        self._rows: tuple[QueueRow, ...] = ()
        self._shown: tuple[QueueRow, ...] = ()
        self._show, self._words = "all", ""
        self._wanted = ""
        self._view: ReviewView | None = None
        self._notes: dict[str, _Notes] = {}
        self._token: UndoToken | None = None
        self._last: QueueRow | None = None
        self._just_decided: set[str] = set()

    # ------------------------------------------------------------------ the list

    def load(self) -> None:
        """Read the queue again; the entry being read stays in front when it still waits."""
        self._ask(self.desk.services.approvals.queue, self._on_queue, newest="queue")

    def show_only(self, what: str) -> None:
        """Filter: all, flagged or resubmitted."""
        self._show = what
        self._publish()

    def search(self, words: str) -> None:
        """Narrow the list to rows that hold every word."""
        self._words = words.casefold()
        self._publish()

    def choose(self, record_id: str) -> None:
        """Open an entry of the list."""
        if record_id == self._wanted and self._view is not None:
            return
        self._open(record_id)

    def step(self, by: int) -> None:
        """Open the one after (or before) the entry being read."""
        ids = [row.record_id for row in self._shown]
        if not ids:
            return
        here = ids.index(self._wanted) if self._wanted in ids else -1 if by > 0 else 1
        there = here + by
        if 0 <= there < len(ids):
            self._open(ids[there])

    @property
    def current_id(self) -> str:
        """The entry being read, or empty."""
        return self._wanted

    # -------------------------------------------------------------- what is said

    @property
    def reasons(self) -> tuple[str, ...]:
        """Reasons chosen so far for the entry being read."""
        return self._notes_here().reasons

    @property
    def comments(self) -> dict[str, str]:
        """Comments on single fields; the empty name is the whole entry."""
        return dict(self._notes_here().comments)

    def set_reasons(self, codes: tuple[str, ...]) -> None:
        """The reasons of a return."""
        self._notes_here().reasons = codes

    def comment(self, name: str, words: str) -> None:
        """Comment on one field, or on the whole entry; no words takes it back."""
        notes = self._notes_here()
        if words.strip():
            notes.comments[name] = words.strip()
        else:
            notes.comments.pop(name, None)
        self.marks_changed.emit()

    # ------------------------------------------------------------------ deciding

    def approve(self) -> None:
        """Approve what is on the screen, named by its hash, and go on."""
        view = self._decidable()
        if view is None:
            return
        if self._notes_here().comments:
            self.said.emit(COMMENTED_WORDS)
            return
        if view.photo_words:
            self.said.emit(view.photo_words)
            return
        approvals, named, seen = self.desk.services.approvals, view, self.photos.seen
        self._decide(
            view,
            "Approved",
            lambda: approvals.approve(named.row.record_id, named.content_hash, shown=seen),
        )

    def send_back(self) -> None:
        """Return what is on the screen with the reasons and comments given, and go on."""
        view = self._decidable()
        if view is None:
            return
        notes = self._notes_here()
        if not notes.reasons:
            self.return_needs_reason.emit(NO_REASON_WORDS)
            return
        approvals, named = self.desk.services.approvals, view
        reasons, comments = notes.reasons, dict(notes.comments)
        self._decide(
            view,
            "Returned",
            lambda: approvals.send_back(named.row.record_id, named.content_hash, reasons, comments),
        )

    def undo(self) -> None:
        """Take the last decision back while it has not been sent."""
        token, self._token = self._token, None
        if token is not None:
            self._ask(lambda: self.desk.services.approvals.undo(token), self._on_undone)

    # ------------------------------------------------------------------ inside

    def _notes_here(self) -> _Notes:
        return self._notes.setdefault(self._wanted, _Notes())

    def _decidable(self) -> ReviewView | None:
        view = self._view
        if view is None:
            return None
        if view.blocked_words:
            self.said.emit(view.blocked_words)
            return None
        return view

    def _decide(self, view: ReviewView, did: str, work: Callable[[], UndoToken]) -> None:
        row = view.row
        self._view = None
        self._just_decided.add(row.record_id)
        following = self._following(row.record_id)
        self._rows = tuple(other for other in self._rows if other.record_id != row.record_id)
        self._wanted = following
        self._publish()
        self._ask(
            work,
            lambda token: self._on_decided(token, row, did),
            failed=lambda error: self._not_decided(error, row),
        )
        if following:
            self._open(following)
        else:
            self.opened.emit(None, "")

    def _following(self, record_id: str) -> str:
        ids = [row.record_id for row in self._shown]
        if record_id not in ids:
            return ids[0] if ids else ""
        place = ids.index(record_id)
        rest = ids[place + 1 :] or ids[:place][-1:]
        return rest[0] if rest else ""

    def _on_decided(self, token: UndoToken, row: QueueRow, did: str) -> None:
        self._token, self._last = token, row
        self._notes.pop(row.record_id, None)
        self.decided.emit(f"{did}: {row.place or row.type_label}")

    def _not_decided(self, error: Exception, row: QueueRow) -> None:
        """The entry comes back, whatever the reason, and is shown as it is now (R26)."""
        self._just_decided.discard(row.record_id)
        if isinstance(error, FieldappError):
            self.said.emit(error.words)
        else:
            self._tell(error)
        self._wanted, self._view = row.record_id, None
        self.load()

    def _on_undone(self, taken_back: bool) -> None:
        if not taken_back or self._last is None:
            self.said.emit(TOO_LATE_WORDS)
            return
        self._just_decided.discard(self._last.record_id)
        self._wanted, self._view = self._last.record_id, None
        self.undone.emit(f"Undone: {self._last.place or self._last.type_label} is waiting again.")
        self.load()

    def _open(self, record_id: str) -> None:
        self._wanted, self._view = record_id, None
        self._ask(
            lambda: self.desk.services.approvals.open(record_id),
            lambda view: self._on_opened(view, before=""),
            newest="open",
            failed=self._not_opened,
        )

    def _on_opened(self, view: ReviewView, *, before: str) -> None:
        if view.row.record_id != self._wanted:
            return
        self._view = view
        self.photos.show(view.row.record_id, view.photos)
        self.opened.emit(view, self._place_words())
        if before and before != view.content_hash:
            self.said.emit(CHANGED_WORDS)

    def _not_opened(self, error: Exception) -> None:
        self._wanted = ""
        self.opened.emit(None, "")
        self._tell(error)

    def _on_queue(self, rows: tuple[QueueRow, ...]) -> None:
        self._just_decided &= {row.record_id for row in rows}
        self._rows = tuple(row for row in rows if row.record_id not in self._just_decided)
        ids = {row.record_id for row in self._rows}
        lost = bool(self._wanted) and self._wanted not in ids
        read = self._view
        if lost:
            self._wanted, self._view = "", None
        self._publish()
        if lost and read is not None:
            self.said.emit(GONE_WORDS)
        if self._wanted:
            self._open_again(read.content_hash if read else "")
        elif self._shown:
            self._open(self._shown[0].record_id)
        else:
            self.opened.emit(None, "")

    def _open_again(self, before: str) -> None:
        record_id = self._wanted
        self._ask(
            lambda: self.desk.services.approvals.open(record_id),
            lambda view: self._on_opened(view, before=before),
            newest="open",
            failed=self._not_opened,
        )

    def _publish(self) -> None:
        self._shown = tuple(row for row in self._rows if self._fits(row))
        counts = {name: sum(_is(name, row) for row in self._rows) for name in SHOW}
        self.queue_changed.emit(Queue(self._shown, len(self._rows), counts))

    def _fits(self, row: QueueRow) -> bool:
        if not _is(self._show, row):
            return False
        text = f"{row.place} {row.officer_name} {row.neighbourhood} {row.type_label}".casefold()
        return all(word in text for word in self._words.split())

    def _place_words(self) -> str:
        ids = [row.record_id for row in self._shown]
        if self._wanted not in ids:
            return ""
        return f"{ids.index(self._wanted) + 1} of {len(ids)}"


def _is(what: str, row: QueueRow) -> bool:
    return {"flagged": bool(row.flags), "resubmitted": row.resubmitted}.get(what, True)


def reason_choices() -> tuple[tuple[str, str, str], ...]:
    """Code, words and meaning of every reason for a return."""
    return tuple(
        (item.code, item.label, item.text("meaning")) for item in code_list("return_reason").items
    )
