"""Last and next meeting for every neighbourhood, offline, with the reason for each colour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from resources.force import attribution
from ui.presenters.meetings import SORTS, MeetingLine, MeetingsLook, MeetingsPresenter
from ui.presenters.plan import PlanOffer, PlanPresenter
from ui.views.plan_sheet import PlanSheet
from ui.widgets.arrange import Item, column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.empty_state import EmptyState
from ui.widgets.glyph import Glyph
from ui.widgets.list_picker import ListPicker
from ui.widgets.page import Page
from ui.widgets.reflow import Reflow
from ui.widgets.sheet import Sheet
from ui.widgets.summary_list import SummaryItem, SummaryList
from ui.widgets.table import Cell, Column, Rag, Table, Twofold, rag_look
from ui.widgets.tag import Tag
from ui.widgets.text import Elided, Label
from ui.widgets.text_field import TextField

if TYPE_CHECKING:
    from fieldapp.services.meeting_values import MeetingRow

TITLE = "Meetings"
_COLUMNS: Final = (
    Column("Neighbourhood", 22),
    Column("Status", 13),
    Column("Why", 27, drop=3),
    Column("Last held", 24),
    Column("People", 15, number=True, drop=2),
    Column("Days", 8, number=True),
    Column("Next", 17, drop=1),
)


_NAME_ROOM: Final = 26
_STATS: Final = {
    "RED": ("Red", "Never met, or over the limit"),
    "AMBER": ("Amber", "Needs a date or a meeting"),
    "GREEN": ("Green", "Met, and in time"),
}
_LOOKS: Final = {
    "RED": ("error", "on_danger_tint", "error"),
    "AMBER": ("warning", "on_warning_tint", "warning"),
    "GREEN": ("success", "on_success_tint", "done"),
}


class RagCount(Card):
    """How many neighbourhoods are red, amber or green: a number, a word, an icon."""

    def __init__(self, code: str) -> None:
        kind, tone, icon = _LOOKS[code]
        word, meaning = _STATS[code]
        self._word, self._meaning = word, meaning
        self.number = Label("0", "display", tone=tone)
        super().__init__(
            row(
                Glyph(icon, tone, 28),
                self.number,
                (
                    column(
                        Elided(word, "strong", tone=tone),
                        Elided(meaning, "caption", tone=tone),
                        spacing=0,
                    ),
                    1,
                ),
                spacing=12,
            ),
            kind=kind,
            margins=(16, 8),
        )
        self.set_number(0)

    def set_number(self, count: int) -> None:
        """Show another number."""
        self.number.setText(str(count))
        self.setAccessibleName(f"{self._word}: {count}. {self._meaning}")


class MeetingSheet(Sheet):
    """Everything known about one neighbourhood's meetings, and why it has its colour."""

    def __init__(self, window: QWidget, plans: PlanPresenter, line: MeetingLine) -> None:
        super().__init__(window, line.name, size=QSize(620, 0))
        self._plans, self._row = plans, line.row
        look = rag_look(Rag(line.row.rag, line.rag_word))
        facts: list[Item] = [
            row(Tag(look.words, look.kind, look.icon), None),
            Label(line.row.reason_words, "strong", wrap=True),
            SummaryList(
                [
                    SummaryItem(key, label, value)
                    for key, label, value in (
                        ("last", "Last held", line.last),
                        ("strict", "Who was there", line.strict),
                        ("people", "People who came", line.people),
                        ("days", "Days since", line.days),
                        ("next", "Next date", line.next),
                        ("pending", "Not counted yet", line.pending),
                    )
                    if value
                ]
            ),
        ]
        for item in facts:
            self.add(item)
        self.plan = Button("Plan one", "primary", "plan", on=self._plan)
        self.add(row(None, Button("Close", on=self.dismiss), self.plan))

    def _plan(self) -> None:
        self.dismiss()
        self._plans.offer_meeting(self._row.neighbourhood_code, self._row.neighbourhood)


class MeetingsPage(Page):
    """The table of the own team, or of the whole force, with its as-at line."""

    def __init__(self, presenter: MeetingsPresenter, plans: PlanPresenter) -> None:
        super().__init__(TITLE)
        self._presenter, self._plans = presenter, plans
        self._look: MeetingsLook | None = None
        self.whose = Chips(
            [Choice("team", "My team"), Choice("force", "Whole force")], "Show", multi=False
        )
        self.whose.set_value("team")
        self.order = ListPicker([Choice(*one) for one in SORTS.items()], "Order")
        self.order.set_value("rag")
        self.search = TextField("Find a neighbourhood", "Find a neighbourhood")
        self.search.setMinimumWidth(200)
        self.stats = {code: RagCount(code) for code in _STATS}
        self.rows = Table("Last and next meeting by neighbourhood", _COLUMNS)
        self.none = EmptyState(
            "meetings", "Not received yet", "The table arrives when the tablet syncs."
        )
        self.no_match = Label("No neighbourhood fits.", "muted", wrap=True)
        self.note = Label("", "caption", wrap=True)
        card = Card((self.rows, 1), margins=6, spacing=0)
        self._card = card
        self._tools = QWidget()
        self._tools.setObjectName("plain")
        self._tools.setLayout(row((self.whose, 3), (self.order, 2), (self.search, 3), spacing=12))
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(
            column(
                Reflow(list(self.stats.values()), 200, most=3),
                self._tools,
                self.no_match,
                (card, 1),
                (self.none, 1),
                self.note,
                margins=(24, 16, 24, 14),
                spacing=12,
            )
        )
        self.set_content(body, scrolls=False)
        self.no_match.hide()
        self.none.hide()
        self.whose.changed.connect(self._on_whose)
        self.order.changed.connect(self._on_order)
        self.search.textChanged.connect(presenter.search)
        self.rows.opened.connect(self._open)
        presenter.shown.connect(self.show_look)
        plans.offered.connect(self._offer_plan)

    def entered(self) -> None:
        """The officer came here, or something changed."""
        self._presenter.load()

    def show_look(self, look: MeetingsLook) -> None:
        """Show the table; nothing moves while nothing is new."""
        if look == self._look:
            return
        self._look = look
        counts = {"RED": look.reds, "AMBER": look.ambers, "GREEN": look.greens}
        for code, count in self.stats.items():
            count.set_number(counts[code])
        self.rows.set_rows([_cells(line) for line in look.lines])
        known = bool(look.reds + look.ambers + look.greens)
        self._card.setVisible(bool(look.lines))
        self.no_match.setVisible(known and not look.lines)
        self.none.setVisible(not known)
        self.note.setText(f"How counted: {look.note} {attribution()}" if known else "")
        self.set_title(TITLE, look.summary if known else "")

    # ------------------------------------------------------------------ inside

    def _open(self, place: int) -> None:
        if self._look is not None and 0 <= place < len(self._look.lines):
            MeetingSheet(self, self._plans, self._look.lines[place]).present()

    def _offer_plan(self, offer: PlanOffer) -> None:
        PlanSheet(self, self._plans, offer).present()

    def _on_whose(self) -> None:
        self._presenter.show_force(whole=self.whose.value() == "force")

    def _on_order(self) -> None:
        self._presenter.sort(self.order.value())


def _cells(line: MeetingLine) -> tuple[Cell, ...]:
    held: MeetingRow = line.row
    return (
        Twofold(_short(line), line.waits) if line.waits else _short(line),
        Rag(held.rag, line.rag_word),
        line.why,
        line.last,
        line.people,
        line.days,
        line.next,
    )


def _short(line: MeetingLine) -> str:
    """The name with room left for the dates; the whole of it is one tap away."""
    name = line.row.neighbourhood
    if len(line.name) <= _NAME_ROOM:
        return line.name
    tail = line.name.removeprefix(name)
    return f"{name[: _NAME_ROOM - len(tail)].rstrip(' ,&')}…{tail}"
