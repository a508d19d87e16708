"""The sergeant's queue beside the entry being read."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from ui.presenters.approvals import SHOW, ApprovalsPresenter, Queue
from ui.views.looks import icon_of
from ui.views.review_detail import ReviewDetail
from ui.views.split import ListPane, Split
from ui.widgets.arrange import column
from ui.widgets.card import Line
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.empty_state import EmptyState
from ui.widgets.page import Page
from ui.widgets.queue_list import QueueList
from ui.widgets.queue_list import QueueRow as ListRow
from ui.widgets.tag import TagLook
from ui.widgets.text import Label
from ui.widgets.text_field import TextField

if TYPE_CHECKING:
    from fieldapp.services.values import QueueRow

TITLE = "Approvals"
_ORDER = "most pressing first"


class ApprovalsPage(Page):
    """List and detail; one tap approves and goes on.

    Keys: J next, K previous, A approve, R return; off with ``use_shortcuts``.
    """

    def __init__(self, presenter: ApprovalsPresenter) -> None:
        super().__init__(TITLE)
        self._presenter = presenter
        self._detail_title, self._list_words = ("", ""), ""
        self.search = TextField(
            "Search place, officer or neighbourhood", "Place, officer or neighbourhood"
        )
        self.show_only = Chips([Choice(*item) for item in SHOW.items()], "Show", multi=False)
        self.show_only.set_value("all")
        self.rows = QueueList("Entries waiting for approval")
        self.none = EmptyState(
            "approved", "Nothing waits for you", "New entries appear here after the tablet syncs."
        )
        self.no_match = Label("No entry fits.", "muted", wrap=True)
        self.no_match.setContentsMargins(20, 16, 20, 16)
        top = QWidget()
        top.setObjectName("plain")
        top.setLayout(column(self.search, self.show_only, margins=(20, 14, 16, 12), spacing=10))
        pane = ListPane()
        pane.setLayout(
            column(top, Line(), self.no_match, (self.rows, 1), (self.none, 1), spacing=0)
        )
        self.detail = ReviewDetail(presenter)
        self.split = Split(pane, self.detail)
        self.set_content(self.split, scrolls=False)
        self._foot = self.detail.deciding
        self._shortcuts = [
            self._key("J", self._next),
            self._key("K", self._previous),
            self._key("A", self._approve),
            self._key("R", self.detail.open_return),
        ]
        self.search.edited.connect(self._on_search)
        self.show_only.changed.connect(self._on_show)
        self.rows.chosen.connect(self._on_chosen)
        self.rows.opened.connect(self._on_tapped)
        self.split.narrowed.connect(self._on_narrowed)
        self.split.turned.connect(self._on_turned)
        self.detail.list_wanted.connect(self.split.open_list)
        self.detail.titled.connect(self._on_titled)
        presenter.queue_changed.connect(self.show_queue)
        self.detail.set_narrow(narrow=self.split.narrow)
        self.no_match.hide()
        self.none.hide()

    def entered(self) -> None:
        """The sergeant came here."""
        self._presenter.load()

    def use_shortcuts(self, *, on: bool) -> None:
        """Switch the single-letter keys on or off (WCAG 2.1.4)."""
        for shortcut in self._shortcuts:
            shortcut.setEnabled(on)

    def show_queue(self, queue: Queue) -> None:
        """Show the rows; the one being read keeps the highlight."""
        self.rows.set_rows([_list_row(one) for one in queue.rows])
        self.rows.select(self._presenter.current_id)
        self.rows.setVisible(bool(queue.rows))
        self.none.setVisible(not queue.waiting)
        self.no_match.setVisible(bool(queue.waiting) and not queue.rows)
        words = f"{queue.waiting:,} waiting, {_ORDER}" if queue.waiting else "Nothing waiting"
        if len(queue.rows) != queue.waiting and queue.waiting:
            words = f"{len(queue.rows):,} of {queue.waiting:,} waiting, {_ORDER}"
        self._list_words = words
        if not queue.rows and self.split.narrow:
            self.split.open_list()
        self._show_title()

    # ------------------------------------------------------------------ inside

    def _key(self, letter: str, act: Callable[[], None]) -> QShortcut:
        shortcut = QShortcut(QKeySequence(letter), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.setAutoRepeat(letter in "JK")
        shortcut.activated.connect(act)
        return shortcut

    def _next(self) -> None:
        self._presenter.step(1)

    def _previous(self) -> None:
        self._presenter.step(-1)

    def _approve(self) -> None:
        if self.split.detail_open and not self.detail.returning_now:
            self._presenter.approve()

    def _on_search(self) -> None:
        self._presenter.search(self.search.text())

    def _on_show(self) -> None:
        self._presenter.show_only(self.show_only.value())

    def _on_chosen(self, key: str) -> None:
        if key:
            self._presenter.choose(key)

    def _on_tapped(self, key: str) -> None:
        self._presenter.choose(key)
        self.split.open_detail()

    def _on_narrowed(self, narrow: bool) -> None:
        self.detail.set_narrow(narrow=narrow)
        self._show_title()

    def _on_turned(self, _opened: bool) -> None:
        self._show_title()

    def _on_titled(self, title: str, under: str) -> None:
        self._detail_title = (title, under)
        self.rows.select(self._presenter.current_id)
        self._show_title()

    def _show_title(self) -> None:
        title, under = self._detail_title
        if self.split.narrow and self.split.detail_open and title:
            self.set_title(title, under)
        else:
            self.set_title(TITLE, self._list_words)


def _list_row(entry: QueueRow) -> ListRow:
    tags = []
    if entry.amendment:
        tags.append(TagLook("Change to an approved entry", "info", "edit"))
    elif entry.resubmitted:
        tags.append(TagLook("Resubmitted", "info", "undo"))
    # The part after a comma is for the checks; in the list there is room for what it is.
    tags += [TagLook(words.split(", ")[0], "warning", "warning") for words in entry.flags]
    return ListRow(
        key=entry.record_id,
        title=entry.place or entry.neighbourhood,
        line=f"{entry.type_label}, {entry.officer_name}",
        meta="" if entry.age_words in entry.flags else entry.age_words,
        icon=icon_of(entry.icon),
        tags=tuple(tags),
        urgent=bool(entry.flags),
    )
