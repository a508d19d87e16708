"""Today: start something new, go on with what waits, see what is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.theme import theme
from ui.theme.tokens import TARGET
from ui.views.looks import icon_of
from ui.views.today_rows import NeedCard, draft_line, follow_up_line, plan_line
from ui.widgets.arrange import clear, column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Line
from ui.widgets.page import Page
from ui.widgets.reflow import Reflow
from ui.widgets.rows import DraftRow, PlanRow, RecordRow
from ui.widgets.skeleton import Skeleton
from ui.widgets.tag import Tag
from ui.widgets.text import Heading, Label
from ui.widgets.tile import NewTile
from ui.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QVBoxLayout

    from ui.presenters.sync_words import SyncLook
    from ui.presenters.today import Day, Tile, TodayPresenter

_DRAFTS = 5


class TodayPage(Page):
    """One screen for the start of a shift and the minutes between two visits.

    Signals:
        new_wanted(str): record an engagement of this kind.
        picker_wanted: record something else.
        plan_started(str): begin the entry of this plan line.
        opened(str): go on with this draft or returned entry.
        choice_wanted(str): choose between two versions of this entry.
        plan_wanted: add a line to the plan.
        sync_acted(str): the banner's act ("sign_in", "show_waiting", "show_needs").
        approvals_wanted: look at what waits for a decision.
        follow_up_wanted(str): look at this follow-up.
    """

    new_wanted = Signal(str)
    picker_wanted = Signal()
    plan_started = Signal(str)
    opened = Signal(str)
    choice_wanted = Signal(str)
    plan_wanted = Signal()
    sync_acted = Signal(str)
    approvals_wanted = Signal()
    follow_up_wanted = Signal(str)

    def __init__(self, presenter: TodayPresenter) -> None:
        super().__init__("Today")
        self._presenter = presenter
        self._does, self._day_shown = "", False
        self.sync = Banner("warning", "")
        self.sync.setObjectName("sync-banner")
        self.sync.acted.connect(self._on_sync)
        self.sync.hide()
        self.needs: QVBoxLayout = column(spacing=10)
        self.approvals: QVBoxLayout = column(spacing=0)
        self.plan = Card(margins=(20, 14, 20, 14), spacing=0)
        self.side: QVBoxLayout = column(spacing=14)
        side = QWidget()
        side.setObjectName("plain")
        side.setLayout(self.side)
        self.skeleton = Skeleton(rows=4)
        self.columns = Reflow(
            [self.plan, side], theme.px(440), most=2, spacing=16, stretches=(3, 2)
        )
        self.columns.hide()
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(
            column(
                self.sync,
                self.needs,
                self.approvals,
                self._tiles(presenter.tiles()),
                self.skeleton,
                self.columns,
                None,
                margins=(24, 18, 24, 24),
                spacing=14,
            )
        )
        self.set_content(body, width=1320)
        presenter.shown.connect(self.show_day)
        presenter.sync_shown.connect(self.show_sync)

    def show_sync(self, look: SyncLook) -> None:
        """Show how sync stands, when there is more to say than the pill says."""
        self._does = look.does
        self.sync.setVisible(bool(look.kind))
        if look.kind:
            self.sync.say(look.kind, look.title, look.text, icon=look.icon, action=look.action)

    def show_day(self, day: Day) -> None:
        """Show everything afresh; the page stays where it was scrolled to."""
        today = day.today
        self.set_title(today.greeting, f"{today.date_words}. {today.beat_words}")
        self._show_needs(day)
        self._show_approvals(today.approvals_waiting)
        self._show_plan(day)
        clear(self.side)
        self.side.addWidget(self._drafts(day))
        if today.follow_ups:
            self.side.addWidget(self._follow_ups(day))
        self.side.addStretch(1)
        self.skeleton.hide()
        self.columns.show()

    # ------------------------------------------------------------------- new

    def _tiles(self, tiles: Sequence[Tile]) -> QWidget:
        self.tiles: dict[str, NewTile] = {}
        for index, tile in enumerate(tiles):
            button = NewTile(icon_of(tile.icon), tile.title, tile.hint, primary=index == 0)
            button.setObjectName(f"new:{tile.code}")
            button.clicked.connect(self._on_tile)
            self.tiles[tile.code] = button
        other = NewTile("more", "Something else", "Every other kind", on=self.picker_wanted.emit)
        other.setAccessibleName("Record something else")
        other.setObjectName("new:other")
        return Reflow([*self.tiles.values(), other], 200, most=4, spacing=14)

    def _on_tile(self) -> None:
        button = self.sender()
        if isinstance(button, NewTile):
            self.new_wanted.emit(button.objectName().removeprefix("new:"))

    # ------------------------------------------------------------------- needs you

    def _show_needs(self, day: Day) -> None:
        today = day.today
        clear(self.needs)
        cards: list[QWidget] = []
        for entry in today.recovered:
            card = NeedCard(
                entry.record_id,
                "history",
                f"{entry.detail}",
                entry.title,
                "Continue",
                kind="warning-card",
            )
            card.opened.connect(self.opened)
            cards.append(card)
        for entry in today.returned:
            card = NeedCard(
                entry.record_id,
                "return",
                f"Returned to you: {entry.title}",
                entry.detail,
                "Open",
                kind="warning-card",
            )
            card.opened.connect(self.opened)
            cards.append(card)
        for entry in today.needs_choice:
            card = NeedCard(
                entry.record_id,
                "choose",
                f"Choose version: {entry.title}",
                entry.detail or "Changed by two people.",
                "Compare",
                kind="warning-card",
            )
            card.opened.connect(self.choice_wanted)
            cards.append(card)
        if not cards:
            return
        tag = Tag(counted(len(cards), "thing"), "warning", "warning")
        self.needs.addLayout(row(Heading("Needs you", 1), tag, None, spacing=12))
        self.needs.addWidget(Reflow(cards, 480, most=2, spacing=12))

    def _show_approvals(self, count: int) -> None:
        clear(self.approvals)
        if not count:
            return
        words = f"{counted(count, 'entry', 'entries')} waiting for your decision"
        card = NeedCard("approvals", "approvals", words, "Read, then approve or return.", "Review")
        card.opened.connect(self._on_approvals)
        self.approvals.addWidget(card)

    def _on_approvals(self, _key: str) -> None:
        self.approvals_wanted.emit()

    # ------------------------------------------------------------------- plan

    def _show_plan(self, day: Day) -> None:
        clear(self.plan.box)
        add = Button("Add to plan", "ghost", "plus", on=self.plan_wanted.emit)
        add.setObjectName("add_to_plan")
        self.plan.add(_head("Today's plan", add))
        self.plan_rows: dict[str, PlanRow] = {}
        self._started = {line.record_id: line.started_record_id for line in day.today.plan}
        for line in day.today.plan:
            following = line.record_id == day.next_plan
            shown = PlanRow(plan_line(line, day.now, following=following))
            shown.started.connect(self._on_start)
            self.plan_rows[line.record_id] = shown
            self.plan.add(Line())
            self.plan.add(shown)
        if not day.today.plan:
            self.plan.add(Line())
            words = "Nothing is planned for you today. What you start above needs no plan."
            empty = Label(words, "muted", wrap=True)
            empty.setContentsMargins(0, 14, 0, 10)
            self.plan.add(empty)
        self.plan.add(None)

    def _on_start(self, key: str) -> None:
        begun = self._started.get(key)
        if begun:
            self.opened.emit(begun)
        else:
            self.plan_started.emit(key)

    # ------------------------------------------------------------------- drafts and promises

    def _drafts(self, day: Day) -> Card:
        drafts = day.today.drafts
        count = Label(f"{len(drafts)} on this tablet" if drafts else "", "caption")
        card = Card(_head("Drafts", count), margins=(20, 14, 20, 10), spacing=4)
        for entry in drafts[:_DRAFTS]:
            shown = DraftRow(draft_line(entry, day.now))
            shown.setObjectName(f"draft:{entry.record_id}")
            shown.opened.connect(self.opened)
            card.add(Line())
            card.add(shown)
        if not drafts:
            words = Label("What you leave unfinished is kept here.", "muted", wrap=True)
            words.setContentsMargins(0, 4, 0, 8)
            card.add(words)
        elif len(drafts) > _DRAFTS:
            more = f"and {len(drafts) - _DRAFTS} more in Records"
            card.add(Label(more, "muted"))
        return card

    def _follow_ups(self, day: Day) -> Card:
        card = Card(_head("Follow-ups due"), margins=(20, 14, 20, 10), spacing=4)
        for item in day.today.follow_ups[:_DRAFTS]:
            shown = RecordRow(follow_up_line(item, day.now))
            shown.setObjectName(f"follow_up:{item.record_id}")
            shown.opened.connect(self.follow_up_wanted)
            card.add(Line())
            card.add(shown)
        return card

    def _on_sync(self) -> None:
        self.sync_acted.emit(self._does)


def _head(title: str, *after: QWidget) -> QWidget:
    """The head of a card, as tall as one with a button in it, so that heads stand in line."""
    head = QWidget()
    head.setObjectName("plain")
    head.setLayout(row((Heading(title, 1), 1), *after, spacing=8))
    head.setMinimumHeight(TARGET["default"])
    return head
