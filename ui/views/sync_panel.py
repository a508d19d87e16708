"""What is on this tablet, what the centre has, and what each thing waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from fieldapp.services.values import Mark
from ui.presenters.sync_panel import Panel, SyncPanelPresenter
from ui.presenters.sync_words import until_words
from ui.theme import theme
from ui.views.marks import mark_look
from ui.views.sync_panel_handing import HandInPart, RescuePart
from ui.widgets.arrange import Item, clear, column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Line
from ui.widgets.empty_state import EmptyState
from ui.widgets.page import Page
from ui.widgets.reflow import Reflow
from ui.widgets.sheet import Sheet
from ui.widgets.stat_card import StatCard
from ui.widgets.tag import Tag
from ui.widgets.text import Heading, Label
from ui.words import in_sentence, moment_words

if TYPE_CHECKING:
    from datetime import datetime

    from fieldapp.services.values import PendingRow
    from ui.presenters.sync_handing import HandInPresenter

TITLE = "Sync"
UNDER = "This tablet and the centre"


class PendingItem(QWidget):
    """One thing that waits or needs the officer.

    Signals:
        opened(str): read the record.
        compare_wanted(str): choose between two versions of something in the record.
        draft_wanted(str): open as a new draft; the operation's id.
        dismissed(str): take it off the list; the operation's id.
    """

    opened = Signal(str)
    compare_wanted = Signal(str)
    draft_wanted = Signal(str)
    dismissed = Signal(str)

    def __init__(self, pending: PendingRow, now: datetime) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.pending = pending
        look = mark_look(pending.mark)
        words: list[Item] = [Label(pending.title, "strong", wrap=True)]
        did = pending.what.removeprefix(f"{pending.title}: ")
        made = in_sentence(moment_words(pending.made_at, now))
        under = f"{did[:1].upper()}{did[1:]}, {made}"
        words.append(Label(under, "muted", wrap=True))
        if pending.also:
            words.append(Label(f"{pending.also[:1].upper()}{pending.also[1:]}", wrap=True))
        said = " ".join(part for part in (pending.reason, pending.next_step) if part)
        if said:
            words.append(Label(said, "body", wrap=True))
        if pending.attempts and pending.next_try_at:
            again = (
                f"Tried {pending.attempts} times. Next try {until_words(pending.next_try_at, now)}."
            )
            words.append(Label(again.replace("1 times", "once"), "caption", wrap=True))
        words.append(row(Tag(look.words, look.kind, look.icon), None))
        acts = column(*self._acts(), None, spacing=8)
        self.setLayout(row((column(*words, spacing=4), 1), acts, margins=(0, 14), spacing=16))

    def _acts(self) -> list[Item]:
        pending = self.pending
        acts: list[Item] = []
        if pending.mark == Mark.HELD:
            again = Button(
                "Open as new draft", "primary", name=f"Open as new draft: {pending.title}"
            )
            again.clicked.connect(self._draft)
            acts.append(again)
        if pending.mark == Mark.CHOOSE_VERSION:
            choose = Button("Compare", "primary", name=f"Compare: {pending.title}")
            choose.clicked.connect(self._compare)
            acts.append(choose)
        elif pending.record_id:
            read = Button("Open", name=f"Open: {pending.title}")
            read.clicked.connect(self._open)
            acts.append(read)
        if pending.mark == Mark.NOT_ACCEPTED:
            done = Button("Dismiss", icon="check", name=f"Dismiss: {pending.title}")
            done.clicked.connect(self._dismiss)
            acts.append(done)
        return acts

    def _open(self) -> None:
        self.opened.emit(self.pending.record_id)

    def _compare(self) -> None:
        self.compare_wanted.emit(self.pending.record_id)

    def _draft(self) -> None:
        self.draft_wanted.emit(self.pending.op_id)

    def _dismiss(self) -> None:
        self.dismissed.emit(self.pending.op_id)


class DiagnosticsSheet(Sheet):
    """Text for support, to read and to copy."""

    def __init__(self, window: QWidget, text: str) -> None:
        super().__init__(window, "For support", size=QSize(680, 0))
        self.text = QPlainTextEdit()
        self.text.setPlainText(text)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName("Text for support")
        self.text.setMinimumHeight(240)
        theme.dress(self.text, "muted")
        self.copied = Label("", "label", tone="success")
        self.add(Label("Numbers, codes and times. Nothing about anybody.", "muted", wrap=True))
        self.add(self.text)
        self.add(row((self.copied, 1), Button("Copy", "primary", "copy", on=self._copy)))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copied.setText("Copied.")


class SyncPage(Page):
    """The state in large, the counts, and every single thing under its heading.

    Signals:
        entry_wanted(str): read this record.
        compare_wanted(str): choose between two versions of something in this record.
        draft_wanted(str): go on with this draft.
        sign_in_wanted: sign in again.
    """

    entry_wanted = Signal(str)
    compare_wanted = Signal(str)
    draft_wanted = Signal(str)
    sign_in_wanted = Signal()

    def __init__(self, presenter: SyncPanelPresenter, handing: HandInPresenter) -> None:
        super().__init__(TITLE, UNDER)
        self._presenter, self._handing = presenter, handing
        self._panel: Panel | None = None
        self.try_now = Button("Try now", "primary", "sync", on=presenter.try_now)
        self.add_action(self.try_now)
        self.banner = Banner("info", "")
        self.waiting = StatCard("0", "Waiting to send")
        self.needs = StatCard("0", "Needs you")
        self.sent = StatCard("", "Last sent")
        self.contact = StatCard("", "Last contact")
        self.photos = StatCard("0", "Photos to send")
        self.photos_now = Button("Send photos now", icon="photo", on=presenter.photos_now)
        self.photos_now.hide()
        self._lists = column(spacing=14)
        self.none = EmptyState(
            "saved", "Nothing is waiting", "Everything you recorded has reached the centre."
        )
        self.hand_in, self.rescue = HandInPart(handing), RescuePart(handing)
        self.hand_in.opened.connect(self.entry_wanted)
        self.hand_in.draft_wanted.connect(self.draft_wanted)
        support = Button("Text for support", "ghost", "help", on=self._diagnostics)
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(
            column(
                self.banner,
                Reflow(
                    [self.waiting, self.photos, self.needs, self.sent, self.contact], 200, most=5
                ),
                row(self.photos_now, None),
                self._lists,
                self.none,
                self.hand_in,
                self.rescue,
                row(support, None),
                None,
                margins=(24, 18, 24, 24),
                spacing=14,
            )
        )
        self.set_content(body)
        self.banner.hide()
        self.none.hide()
        self.banner.acted.connect(self._on_banner)
        presenter.shown.connect(self.show_panel)
        presenter.busy_changed.connect(self._on_busy)

    def entered(self) -> None:
        """The officer came here, or something changed."""
        self._presenter.load()
        self._handing.load()

    def show_panel(self, panel: Panel) -> None:
        """Show the state and everything that waits."""
        before, self._panel = self._panel, panel
        now = self._presenter.desk.clock.now()
        look, status = panel.look, panel.status
        text = " ".join(part for part in (look.text, panel.next_words) if part)
        self.banner.show()
        action = look.action if look.does == "sign_in" else ""
        self.banner.say(look.kind or "success", look.title, text, icon=look.icon, action=action)
        kind = "warning" if panel.needs else ""
        self.waiting.set_values(str(status.waiting), "Waiting to send", panel.waiting_under)
        self.needs.set_values(str(panel.needs), "Needs you", _needs_words(panel), kind=kind)
        self.sent.set_values(panel.sent_words, "Last sent")
        self.photos.set_values(str(status.photos), "Photos to send", panel.photos_under)
        held = status.photos_held and bool(status.photos or status.photos_wanted)
        self.photos_now.setVisible(held and not status.sending)
        contact = status.last_contact_at
        self.contact.set_values(
            moment_words(contact, now) if contact else "Not yet", "Last contact with the centre"
        )
        if before is None or (before.needs_rows, before.waiting_rows) != (
            panel.needs_rows,
            panel.waiting_rows,
        ):
            self._fill(panel, now)
            # Whether the tablet can be handed in is said of the same moment.
            self._handing.load()

    # ------------------------------------------------------------------ inside

    def _fill(self, panel: Panel, now: datetime) -> None:
        clear(self._lists)
        for title, rows in (
            ("Needs you", panel.needs_rows),
            ("Waiting to send", panel.waiting_rows),
        ):
            if rows:
                self._lists.addWidget(self._card(title, rows, now))
        self.none.setVisible(not panel.needs_rows and not panel.waiting_rows)

    def _card(self, title: str, rows: tuple[PendingRow, ...], now: datetime) -> Card:
        items: list[Item] = [Heading(title, 1)]
        for pending in rows:
            part = PendingItem(pending, now)
            part.opened.connect(self.entry_wanted)
            part.compare_wanted.connect(self.compare_wanted)
            part.draft_wanted.connect(self._presenter.open_as_new_draft)
            part.dismissed.connect(self._presenter.dismiss)
            items += [Line(), part]
        return Card(*items, margins=(20, 16, 20, 6), spacing=6)

    def _on_banner(self) -> None:
        if self._panel is not None and self._panel.look.does == "sign_in":
            self.sign_in_wanted.emit()

    def _on_busy(self, busy: bool) -> None:
        self.try_now.set_words("Trying…" if busy else "Try now")

    def _diagnostics(self) -> None:
        if self._panel is not None:
            rows = (*self._panel.needs_rows, *self._panel.waiting_rows)
            text = self._presenter.diagnostics(self._panel.status, rows)
            DiagnosticsSheet(self, text).present()


def _needs_words(panel: Panel) -> str:
    status = panel.status
    parts = []
    if status.held:
        parts.append(f"{status.held} held")
    if status.not_accepted:
        parts.append(f"{status.not_accepted} not accepted")
    if status.choose:
        parts.append(f"{status.choose} to choose")
    return ", ".join(parts) or "Nothing"
