"""The entry a sergeant reads: checks, every line, history, and the two decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from ui.presenters.approvals import ApprovalsPresenter
from ui.theme import theme
from ui.views.photos_card import PhotosCard, show_large
from ui.views.return_panel import CommentSheet, ReturnPanel
from ui.views.review_lines import age_of, checks_card, history_card, lines_card
from ui.widgets.arrange import clear, column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, IconButton
from ui.widgets.empty_state import EmptyState
from ui.widgets.scroll import TouchScroll
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.text import Elided
from ui.words import counted

if TYPE_CHECKING:
    from fieldapp.services.values import ReviewView
    from ui.pictures import Image

SAVED_WORDS = ("Kept on this tablet", "Decisions send by themselves")
_MINE = ""
_ROOMY_FROM = 680


class ReviewDetail(QWidget):
    """Shows one entry and passes on what the sergeant decides.

    Signals:
        list_wanted: back to the list (narrow screens).
        titled(str, str): title and place of what is shown.
    """

    list_wanted = Signal()
    titled = Signal(str, str)

    def __init__(self, presenter: ApprovalsPresenter) -> None:
        super().__init__()
        self.setObjectName("ground")
        self._presenter = presenter
        self._view: ReviewView | None = None
        self.title = Elided("", "title")
        self.under = Elided("", "muted")
        self.back = IconButton("back", "Back to the list", on=self.list_wanted.emit)
        self.before = IconButton("up", "Previous entry", on=self._go_back)
        self.after = IconButton("down", "Next entry", on=self._go_on)
        head = QWidget()
        head.setObjectName("ground")
        words = column(self.title, self.under, spacing=1)
        head.setLayout(
            row(self.back, (words, 1), self.before, self.after, margins=(20, 12, 20, 8), spacing=10)
        )
        self.blocked = Banner("warning", "", icon="warning")
        self.panel = ReturnPanel()
        self._cards = column(spacing=14)
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(
            column(self.blocked, self.panel, self._cards, None, margins=(20, 4, 20, 20), spacing=14)
        )
        self.area = TouchScroll(body)
        self.approve = Button("Approve and next", "primary", "check", large=True, on=self._approve)
        self.send_back = Button("Return", icon="return", large=True, on=self.open_return)
        self.cancel = Button("Cancel", large=True, on=self.close_return)
        self.send = Button("Send back", "primary", "return", large=True, on=self._send_back)
        self.deciding = StickyBar(self.approve, self.send_back)
        self.returning = StickyBar(self.send, self.cancel)
        self.empty = EmptyState(
            "approvals", "Nothing to read", "Choose an entry from the list to read it."
        )
        self._head = head
        self.setLayout(
            column(head, (self.area, 1), (self.empty, 1), self.deciding, self.returning, spacing=0)
        )
        # The second press of a quick double tap must not decide on the entry that came up.
        for button in (self.approve, self.send):
            button.installEventFilter(self)
        self.panel.reasons_changed.connect(presenter.set_reasons)
        self.panel.words_changed.connect(self._on_words)
        presenter.opened.connect(self.show_entry)
        presenter.photos.opened.connect(self._on_photo)
        presenter.marks_changed.connect(self._on_marks)
        presenter.return_needs_reason.connect(self._on_needs_reason)
        theme.changed.connect(self._on_theme)
        self.deciding.set_saved("info", *SAVED_WORDS)
        self.returning.set_saved("info", "")
        self.show_entry(None, "")

    @property
    def returning_now(self) -> bool:
        """True while the return panel is open."""
        return self.panel.isVisibleTo(self)

    def show_entry(self, view: ReviewView | None, place: str) -> None:
        """Show an entry, or that there is none to read."""
        same = bool(view and self._view and view.row.record_id == self._view.row.record_id)
        self._view = view
        there = view is not None
        for part in (self._head, self.area):
            part.setVisible(there)
        self.empty.setVisible(not there)
        if not same:
            self.close_return()
        if view is None:
            self.titled.emit("", "")
            return
        self._show_head(view, place)
        self._show_cards(view)
        if not same:
            self.panel.fill(self._presenter.reasons, self._presenter.comments.get(_MINE, ""))
            self.area.verticalScrollBar().setValue(0)

    def open_return(self) -> None:
        """Ask what needs to change."""
        if self._view is None:
            return
        if self._view.blocked_words:
            self._presenter.send_back()
            return
        self.panel.show()
        self.deciding.hide()
        self.returning.show()
        self.area.verticalScrollBar().setValue(0)
        self.panel.start()

    def close_return(self) -> None:
        """Back to reading; what was written stays with the entry."""
        self.panel.hide()
        self.returning.hide()
        self.deciding.setVisible(self._view is not None)

    def set_narrow(self, *, narrow: bool) -> None:
        """The page's own header shows the title in the narrow form."""
        self.back.setVisible(narrow)
        self.title.setVisible(not narrow)
        self.under.setVisible(not narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Where the two decisions need the room, they say enough.
        roomy = event.size().width() >= theme.px(_ROOMY_FROM)
        self.deciding.set_saved("info", *(SAVED_WORDS if roomy else ("", "")))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return event.type() == QEvent.Type.MouseButtonDblClick

    # ------------------------------------------------------------------ inside

    def _show_head(self, view: ReviewView, place: str) -> None:
        entry = view.row
        title = ", ".join(part for part in (entry.type_label, entry.place) if part)
        under = f"{place}. {entry.officer_name}. {age_of(entry)}.".removeprefix(". ")
        self.title.setText(title)
        self.under.setText(under)
        self.titled.emit(title, under)
        self.blocked.setVisible(bool(view.blocked_words))
        if view.blocked_words:
            self.blocked.say("warning", "You cannot decide on this one now", view.blocked_words)

    def _show_cards(self, view: ReviewView) -> None:
        clear(self._cards)
        labels = {line.field: line.label for line in view.lines}
        self._cards.addWidget(checks_card(view.checks, view.findings, labels))
        card, lines = lines_card(
            view.lines, view.findings, view.changed_fields, self._presenter.comments
        )
        for line in lines:
            line.comment_wanted.connect(self._ask_comment)
        self._cards.addWidget(card)
        if view.photos:
            words = view.photo_words or f"{counted(len(view.photos), 'photo')} received"
            self._cards.addWidget(PhotosCard(self._presenter.photos, words))
        self._cards.addWidget(history_card(view.history, self._presenter.desk.clock.now()))

    def _on_photo(self, title: str, image: Image | None, words: str) -> None:
        show_large(self, title, image, words)

    def _ask_comment(self, name: str) -> None:
        if self._view is None:
            return
        line = next((one for one in self._view.lines if one.field == name), None)
        if line is None:
            return
        said = self._presenter.comments.get(name, "")
        sheet = CommentSheet(self, name, line.label, line.value, said)
        sheet.kept.connect(self._on_comment)
        sheet.present()

    def _on_comment(self, name: str, words: str) -> None:
        self._presenter.comment(name, words)
        if words.strip() and not self.returning_now:
            self.open_return()

    def _on_words(self, words: str) -> None:
        self._presenter.comment(_MINE, words)

    def _on_theme(self) -> None:
        """Widths that follow the text are set when the lines are made."""
        self._on_marks()

    def _on_marks(self) -> None:
        if self._view is None:
            return
        place = self.area.verticalScrollBar().value()
        self._show_cards(self._view)
        self.area.verticalScrollBar().setValue(place)

    def _on_needs_reason(self, words: str) -> None:
        self.panel.set_error(words)
        self.area.jump_to(self.panel)
        self.panel.start()

    def _approve(self) -> None:
        self._presenter.approve()

    def _send_back(self) -> None:
        self._presenter.send_back()

    def _go_on(self) -> None:
        self._presenter.step(1)

    def _go_back(self) -> None:
        self._presenter.step(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.returning_now:
            self.close_return()
        else:
            super().keyPressEvent(event)
