"""What was promised and asked, with the time that is left for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from ui.presenters.follow_ups import FollowUpGroup, FollowUpLine, FollowUpsPresenter, channels
from ui.widgets.arrange import Item, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Card, Line
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.empty_state import EmptyState
from ui.widgets.field import Field
from ui.widgets.growing_text import GrowingText
from ui.widgets.page import Page
from ui.widgets.sheet import Sheet
from ui.widgets.tag import Tag
from ui.widgets.text import Heading, Label
from ui.words import counted

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent

TITLE = "Follow-ups"
_OUTCOME_LIMIT = 300
_PRESSING = ("OVERDUE", "DUE_TODAY")


class AnswerSheet(Sheet):
    """How and what was answered, or what came of a promise."""

    def __init__(
        self, window: QWidget, presenter: FollowUpsPresenter, line: FollowUpLine, *, closing: bool
    ) -> None:
        title = "Done" if closing else "Answer"
        super().__init__(window, title, size=QSize(620, 0))
        self._presenter, self._closing = presenter, closing
        self._record_id = line.row.record_id
        self.channel = Chips([Choice(*one) for one in channels()], "How", multi=False)
        self.outcome = GrowingText("What came of it", limit=_OUTCOME_LIMIT, lines=3)
        self._error = Label("", "label", tone="danger", wrap=True)
        self._error.hide()
        self.add(Label(line.row.summary, "strong", wrap=True))
        self.add(Label(line.under, "muted", wrap=True))
        self.add(self._error)
        if not closing:
            self.add(Field("How did you answer?", self.channel))
        ask = "What came of it?" if closing else "What did you answer?"
        self.add(Field(ask, self.outcome, "In a few words, without names."))
        self.keep = Button("Done" if closing else "Save answer", "primary", "check", on=self._keep)
        self.add(row(None, Button("Cancel", on=self.dismiss), self.keep))
        presenter.needs.connect(self._on_needs)

    def _keep(self) -> None:
        words = self.outcome.text()
        kept = (
            self._presenter.close(self._record_id, words)
            if self._closing
            else self._presenter.answer(self._record_id, self.channel.value(), words)
        )
        if kept:
            self.dismiss()

    def _on_needs(self, words: str) -> None:
        self._error.setText(f"Error: {words}")
        self._error.setAccessibleName(self._error.text())
        self._error.show()


class FollowUpRow(QWidget):
    """One follow-up with its clock and its acts.

    Signals:
        answer_wanted(FollowUpLine): record an answer.
        close_wanted(FollowUpLine): record that it is done.
    """

    answer_wanted = Signal(object)
    close_wanted = Signal(object)

    def __init__(self, line: FollowUpLine) -> None:
        super().__init__()
        self.setObjectName("plain")
        self.line = line
        clock = Tag(line.clock_words, line.clock_kind, "clock")
        tags: list[Item] = [clock, Label(line.kind_words, "caption")]
        if line.row.waiting:
            tags.append(Tag("Waiting to send", "info", "waiting"))
        words = column(
            Label(line.row.summary, "strong", wrap=True),
            Label(line.under, "muted", wrap=True),
            row(*tags, None, spacing=10),
            spacing=5,
        )
        items: list[Item] = [(words, 1)]
        open_now = line.row.state not in ("DONE", "ANSWERED")
        about = line.row.summary
        if open_now and line.row.kind == "PUBLIC_QUERY":
            answer = Button("Answer", icon="comment", name=f"Answer: {about}")
            answer.clicked.connect(self._answer)
            items.append(answer)
        if line.row.state != "DONE":
            done = Button("Done", icon="check", name=f"Done: {about}")
            done.clicked.connect(self._close)
            items.append(done)
        self.setLayout(row(*items, margins=(0, 14), spacing=12))

    def _answer(self) -> None:
        self.answer_wanted.emit(self.line)

    def _close(self) -> None:
        self.close_wanted.emit(self.line)


class FollowUpsPage(Page):
    """Groups by how they press; the clocks move while the page is seen."""

    def __init__(self, presenter: FollowUpsPresenter) -> None:
        super().__init__(TITLE)
        self._presenter = presenter
        self._shown: tuple[FollowUpGroup, ...] | None = None
        self.whose = Chips([Choice("", "Team"), Choice("mine", "Mine")], "Whose", multi=False)
        self.whose.set_values(("",))
        self.none = EmptyState(
            "follow_ups",
            "Nothing to follow up",
            "Promises and questions from your entries appear here.",
        )
        self._groups = column(spacing=14)
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(
            column(self.whose, self._groups, self.none, None, margins=(24, 16, 24, 24), spacing=14)
        )
        self.set_content(body)
        self.none.hide()
        self.whose.setVisible(presenter.desk.services.officer.decides)
        self.whose.changed.connect(self._on_whose)
        presenter.shown.connect(self.show_groups)

    def entered(self) -> None:
        """The officer came here, or something changed."""
        self._presenter.load()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._presenter.rest()

    def show_groups(self, groups: tuple[FollowUpGroup, ...]) -> None:
        """Show them; nothing is rebuilt while nothing reads differently."""
        if groups == self._shown:
            return
        self._shown = groups
        place = self.area.verticalScrollBar().value() if self.area else 0
        clear(self._groups)
        for group in groups:
            self._groups.addWidget(self._card(group))
        self.none.setVisible(not groups)
        if self.area:
            self.area.verticalScrollBar().setValue(place)
        pressing = sum(len(g.lines) for g in groups if g.state in _PRESSING)
        total = sum(len(g.lines) for g in groups if g.state != "DONE")
        words = f"{counted(pressing, 'is', 'are')} due" if pressing else "None is due today"
        self.set_title(TITLE, f"{total} open, {words}" if total else "Nothing open")

    def _card(self, group: FollowUpGroup) -> Card:
        head = row(Heading(group.title, 1), None, Label(str(len(group.lines)), "muted"))
        items: list[Item] = [head, 8]
        for line in group.lines:
            part = FollowUpRow(line)
            part.answer_wanted.connect(self._ask_answer)
            part.close_wanted.connect(self._ask_close)
            items += [Line(), part]
        card = Card(*items, margins=(20, 16, 20, 6), spacing=0)
        card.setAccessibleName(f"{group.title}: {len(group.lines)}")
        return card

    def _on_whose(self) -> None:
        self._presenter.show_mine(mine=self.whose.value() == "mine")

    def _ask_answer(self, line: FollowUpLine) -> None:
        sheet = AnswerSheet(self, self._presenter, line, closing=False)
        sheet.present()

    def _ask_close(self, line: FollowUpLine) -> None:
        sheet = AnswerSheet(self, self._presenter, line, closing=True)
        sheet.present(sheet.outcome)
