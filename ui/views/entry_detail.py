"""One entry for reading: what it says, where it stands, what happened, what may be done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from fieldapp.services.values import Mark
from resources import code_list
from ui.presenters.entry_view import REASON_WORDS, EntryViewPresenter
from ui.presenters.photos import Gallery
from ui.theme import theme
from ui.views.marks import mark_look, marking_words
from ui.views.photos_card import PhotosCard, show_large
from ui.views.review_lines import history_card
from ui.widgets.arrange import Item, clear, column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, IconButton
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.field import Field
from ui.widgets.growing_text import GrowingText
from ui.widgets.scroll import TouchScroll
from ui.widgets.sheet import ConfirmSheet, Sheet
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.summary_list import SummaryItem, SummaryList
from ui.widgets.tag import Tag
from ui.widgets.text import Heading, Label
from ui.words import moment_words

if TYPE_CHECKING:
    from fieldapp.services.values import EntryView, PendingRow, Returned
    from ui.pictures import Image

_EDIT_WORDS: Final = {
    Mark.DRAFT: "Continue",
    Mark.RETURNED: "Fix and send again",
    Mark.APPROVED: "Change",
    Mark.AMENDMENT: "Change",
}


class WithdrawSheet(Sheet):
    """Asks why an entry is withdrawn.

    Signals:
        kept(str): the reason.
    """

    kept = Signal(str)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window, "Withdraw this entry?", size=QSize(600, 0))
        self.reason = GrowingText("Reason", "Like: recorded twice by mistake", limit=1000, lines=2)
        self._field = Field("Why is it withdrawn?", self.reason)
        self.add(Label("It is kept with its history, and no longer counted.", wrap=True))
        self.add(self._field)
        self.yes = Button("Withdraw", "danger", "withdrawn", on=self._keep)
        self.add(row(None, Button("Keep it", on=self.dismiss), self.yes))

    def present(self, focus: QWidget | None = None) -> None:
        """Show it, ready to type."""
        super().present(focus or self.reason)

    def _keep(self) -> None:
        if not self.reason.text().strip():
            self._field.set_error(REASON_WORDS)
            self.reason.setFocus()
            return
        self.kept.emit(self.reason.text())
        self.dismiss()


class EntryDetail(QWidget):
    """Shows the presenter's entry with the acts its officer has.

    Signals:
        list_wanted: back to the list (narrow screens).
        titled(str, str, str): title, line under it and marking of what is shown.
    """

    list_wanted = Signal()
    titled = Signal(str, str, str)

    def __init__(self, presenter: EntryViewPresenter, *, headed: bool = True) -> None:
        super().__init__()
        self.setObjectName("ground")
        self._presenter, self._headed = presenter, headed
        self._view: EntryView | None = None
        self._gallery = Gallery(presenter.desk, self)
        self._gallery.opened.connect(self._on_photo)
        self.back = IconButton("back", "Back to the list", on=self.list_wanted.emit)
        self.title = Heading("", 1, wrap=True)
        self._head = QWidget()
        self._head.setObjectName("ground")
        self._head.setLayout(
            row(self.back, (self.title, 1), None, margins=(20, 12, 20, 4), spacing=10)
        )
        self._cards = column(spacing=14)
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(column(self._cards, None, margins=(20, 12, 20, 20)))
        self.area = TouchScroll(body, width=920)
        self.edit = Button("Change", "primary", "edit", large=True, on=presenter.edit)
        self.recall = Button("Recall", icon="undo", large=True, on=presenter.recall)
        self.withdraw = Button("Withdraw", icon="withdrawn", large=True, on=self._ask_withdraw)
        self.delete = Button("Delete draft", "danger", "delete", large=True, on=self._ask_delete)
        self.bar = StickyBar(self.edit, self.delete, self.withdraw, self.recall)
        self.empty = EmptyState("records", "Nothing open", "Choose a record to read it.")
        self.setLayout(column(self._head, (self.area, 1), (self.empty, 1), self.bar, spacing=0))
        theme.changed.connect(self._on_theme)
        presenter.shown.connect(self.show_entry)
        presenter.gone.connect(self.show_nothing)
        self.show_nothing()
        self.set_narrow(narrow=False)

    @property
    def view(self) -> EntryView | None:
        """What is shown."""
        return self._view

    def show_nothing(self) -> None:
        """Nothing is open."""
        self._view = None
        for part in (self._head, self.area, self.bar):
            part.hide()
        self.empty.show()
        self.titled.emit("", "", "")

    def show_entry(self, view: EntryView) -> None:
        """Show an entry, keeping the place when it is the same one."""
        same = self._view is not None and self._view.row.record_id == view.row.record_id
        place = self.area.verticalScrollBar().value() if same else 0
        self._view = view
        self.empty.hide()
        self.area.show()
        self.title.setText(view.row.title)
        self._gallery.show(view.row.record_id, view.photos)
        self._fill(view)
        self._offer(view)
        self._show_head()
        self.area.verticalScrollBar().setValue(place)
        under = ", ".join(part for part in (view.row.type_label, view.row.ref) if part)
        self.titled.emit(view.row.title, under, marking_words(view.marking))

    def set_narrow(self, *, narrow: bool) -> None:
        """In the narrow form the page's header has the title, and the list is one press away."""
        self.back.setVisible(narrow)
        self.title.setVisible(not narrow)
        self._show_head()

    # ------------------------------------------------------------------ inside

    def _on_theme(self) -> None:
        """Widths that follow the text are set when the lines are made."""
        if self._view is not None:
            self._fill(self._view)

    def _show_head(self) -> None:
        shown = self._view is not None and self._headed
        self._head.setVisible(shown)

    def _fill(self, view: EntryView) -> None:
        clear(self._cards)
        for card in self._notices(view):
            self._cards.addWidget(card)
        self._cards.addWidget(self._status_card(view))
        if view.amendment_lines:
            changes = SummaryList(
                [SummaryItem(one.field, one.label, one.value) for one in view.amendment_lines]
            )
            heading = Heading("Changes awaiting approval", 2)
            self._cards.addWidget(Card(heading, changes, kind="info", margins=(20, 14)))
        comments = view.returned.comments if view.returned else {}
        lines = SummaryList(
            [
                SummaryItem(one.field, one.label, one.value, comment=comments.get(one.field, ""))
                for one in view.lines
            ]
        )
        self._cards.addWidget(Card(lines, margins=(20, 6)))
        if view.photos:
            self._cards.addWidget(PhotosCard(self._gallery, view.photo_words))
        if view.history:
            self._cards.addWidget(history_card(view.history, self._presenter.desk.clock.now()))

    def _notices(self, view: EntryView) -> list[QWidget]:
        notices: list[QWidget] = []
        if view.returned and view.row.mark == Mark.RETURNED:
            notices.append(_returned_banner(view.returned))
        if view.choosing:
            notices.append(self._choice_banner(view))
        notices += [self._pending_banner(one) for one in view.pending if one.reason]
        return notices

    def _choice_banner(self, view: EntryView) -> Banner:
        if not view.can_choose:
            words = f"Waiting for {view.choosing} to choose."
            return Banner("info", "Changed by two people", words, icon="choose")
        words = "Both versions are kept. Choose what to keep."
        act = "Compare"
        banner = Banner("warning", "Changed by two people", words, icon="choose", action=act)
        banner.acted.connect(self._presenter.compare)
        return banner

    def _pending_banner(self, pending: PendingRow) -> Banner:
        held = pending.mark == Mark.HELD
        banner = Banner(
            "warning",
            mark_look(pending.mark).words,
            f"{pending.reason} {pending.next_step}".strip(),
            icon=mark_look(pending.mark).icon,
            action="Open as new draft" if held else "",
        )
        if held:
            op_id = pending.op_id
            banner.acted.connect(lambda: self._presenter.open_as_new_draft(op_id))
        return banner

    def _status_card(self, view: EntryView) -> Card:
        entry, now = view.row, self._presenter.desk.clock.now()
        look = mark_look(entry.mark, own=entry.own)
        when = moment_words(entry.started_at, now) if entry.started_at else "No time yet"
        where = ", ".join(part for part in (entry.place, entry.neighbourhood) if part)
        facts = [when, where, entry.officer_name]
        head: list[Item] = [Tag(look.words, look.kind, look.icon)]
        if entry.ref:
            head.append(Label(entry.ref, "muted", selectable=True))
        words = Label(". ".join(part for part in facts if part), "muted", wrap=True)
        return Card(row(*head, None), words, margins=(20, 14), spacing=8)

    def _on_photo(self, title: str, image: Image | None, words: str) -> None:
        show_large(self, title, image, words)

    def _offer(self, view: EntryView) -> None:
        self.edit.setVisible(view.can_edit)
        self.edit.set_words(_EDIT_WORDS.get(view.row.mark, "Change"))
        self.recall.setVisible(view.can_recall)
        self.withdraw.setVisible(view.can_withdraw)
        self.delete.setVisible(view.can_delete)
        self.bar.setVisible(
            view.can_edit or view.can_recall or view.can_withdraw or view.can_delete
        )

    def _ask_withdraw(self) -> None:
        sheet = WithdrawSheet(self)
        sheet.kept.connect(self._presenter.withdraw)
        sheet.present()

    def _ask_delete(self) -> None:
        sheet = ConfirmSheet(
            self,
            "Delete this draft?",
            "You can bring it back for 10 seconds. After that it is gone from this tablet.",
            "Delete draft",
        )
        sheet.confirmed.connect(self._presenter.delete)
        sheet.present()


def _returned_banner(returned: Returned) -> Banner:
    reasons = code_list("return_reason")
    words = [reasons.label(code) for code in returned.reasons]
    said = returned.comments.get("", "")
    text = ". ".join([*words, said] if said else words)
    return Banner("warning", f"Returned to you by {returned.by_name}", text, icon="return")
