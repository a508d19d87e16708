"""Every record on the tablet that the officer may see: search, filter, list and detail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QWidget

from ui.presenters.entry_view import EntryViewPresenter
from ui.presenters.records import Filters, Found, Offers, RecordsPresenter
from ui.views.entry_detail import EntryDetail
from ui.views.looks import icon_of
from ui.views.marks import mark_look
from ui.views.split import ListPane, Split
from ui.widgets.arrange import column, row
from ui.widgets.buttons import Button
from ui.widgets.card import Line
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.empty_state import EmptyState
from ui.widgets.field import Field
from ui.widgets.list_picker import ListPicker
from ui.widgets.page import Page
from ui.widgets.queue_list import QueueList, QueueRow
from ui.widgets.sheet import Sheet
from ui.widgets.text import Label
from ui.widgets.text_field import TextField
from ui.words import local, near_day

if TYPE_CHECKING:
    from datetime import date

    from fieldapp.services.values import EntryRow

TITLE = "Records"
_ANY = ""


class FilterSheet(Sheet):
    """State, kind, neighbourhood, date and whose.

    Signals:
        narrowed(dict): filters by name, at every change.
        cleared: show everything again.
    """

    narrowed = Signal(dict)
    cleared = Signal()

    def __init__(self, window: QWidget, offers: Offers, filters: Filters) -> None:
        super().__init__(window, "Filter records", size=QSize(640, 0))
        self.state = Chips(_chips(offers.states, "Any state"), "State", multi=False)
        self.kind = ListPicker(_chips(offers.types, "Any kind"), "Kind")
        self.area = ListPicker(_chips(offers.neighbourhoods, "Any neighbourhood"), "Neighbourhood")
        self.period = Chips([Choice(*one) for one in offers.periods], "Date", multi=False)
        self.whose = Chips([Choice("", "Everyone"), Choice("mine", "Mine")], "Whose", multi=False)
        self.add(Field("State", self.state))
        self.add(row((Field("Kind", self.kind), 1), (Field("Neighbourhood", self.area), 1)))
        self.add(Field("Date", self.period))
        self.add(Field("Whose", self.whose))
        self.add(
            row(
                None,
                Button("Clear all", on=self._clear),
                Button("Show records", "primary", on=self.dismiss),
            )
        )
        self._fill(filters)
        for part in (self.state, self.kind, self.area, self.period, self.whose):
            part.changed.connect(self._narrow)

    def _fill(self, filters: Filters) -> None:
        self.state.set_values((filters.mark,))
        self.kind.set_value(filters.engagement_type)
        self.area.set_value(filters.neighbourhood)
        self.period.set_values((filters.days,))
        self.whose.set_values(("mine" if filters.mine else "",))

    def _narrow(self) -> None:
        self.narrowed.emit(
            {
                "mark": self.state.value(),
                "engagement_type": self.kind.value(),
                "neighbourhood": self.area.value(),
                "days": self.period.value(),
                "mine": self.whose.value() == "mine",
            }
        )

    def _clear(self) -> None:
        self._fill(Filters())
        self.cleared.emit()


class RecordsPage(Page):
    """Search as you type; what is tapped opens beside the list."""

    def __init__(self, presenter: RecordsPresenter, entry: EntryViewPresenter) -> None:
        super().__init__(TITLE)
        self._presenter, self._entry = presenter, entry
        self._offers: Offers | None = None
        self._under, self._detail_title = "", ("", "")
        self._detail_marking = ""
        self.search = TextField("Search words, places, people or dates", "Words, places, people")
        self.search.setClearButtonEnabled(True)
        self.filter = Button("Filter", icon="filter", on=self._open_filters)
        self.chosen = Label("", "caption", wrap=True)
        self.clear = Button("Clear", "ghost", name="Clear filters", on=self._clear)
        self.rows = QueueList("Records")
        self.none = EmptyState(
            "records", "No records fit", "Try other words, or clear the filters."
        )
        pane = ListPane()
        top = QWidget()
        top.setObjectName("plain")
        self._filters_line = QWidget()
        self._filters_line.setObjectName("plain")
        self._filters_line.setLayout(row((self.chosen, 1), self.clear, spacing=8))
        top.setLayout(
            column(
                row((self.search, 1), self.filter, spacing=10),
                self._filters_line,
                margins=(20, 14, 16, 12),
                spacing=6,
            )
        )
        pane.setLayout(column(top, Line(), (self.rows, 1), (self.none, 1), spacing=0))
        self.detail = EntryDetail(entry)
        self.split = Split(pane, self.detail)
        self._foot = self.detail.bar
        self.set_content(self.split, scrolls=False)
        self.none.hide()
        self._filters_line.hide()
        self.search.textChanged.connect(presenter.search)
        self.rows.chosen.connect(self._on_chosen)
        self.rows.opened.connect(self._on_tapped)
        self.split.narrowed.connect(self._on_narrowed)
        self.split.turned.connect(self._on_turned)
        self.detail.list_wanted.connect(self.split.open_list)
        self.detail.titled.connect(self._on_titled)
        entry.gone.connect(self._on_gone)
        presenter.found.connect(self.show_found)
        presenter.offers_changed.connect(self._on_offers)

    def entered(self) -> None:
        """The officer came here, or something changed."""
        if self._offers is None:
            self._presenter.load_offers()
        self._presenter.load()
        self._entry.load()

    def show_found(self, found: Found) -> None:
        """Show these rows; the open one keeps the highlight."""
        today = local(self._presenter.desk.clock.now()).date()
        self.rows.set_rows([_list_row(one, today) for one in found.rows])
        if self._entry.record_id:
            self.rows.select(self._entry.record_id)
        self.rows.setVisible(bool(found.rows))
        self.none.setVisible(not found.rows)
        self._under = found.words
        self._show_filters()
        self._show_title()

    # ------------------------------------------------------------------ inside

    def _on_offers(self, offers: Offers) -> None:
        self._offers = offers

    def _open_filters(self) -> None:
        if self._offers is None:
            return
        sheet = FilterSheet(self, self._offers, self._presenter.filters)
        sheet.narrowed.connect(self._on_narrowed_by)
        sheet.cleared.connect(self._clear)
        sheet.present()

    def _on_narrowed_by(self, changes: dict[str, object]) -> None:
        self._presenter.narrow(**changes)

    def _clear(self) -> None:
        self._presenter.clear_filters()

    def _show_filters(self) -> None:
        filters, offers = self._presenter.filters, self._offers
        parts = []
        if offers is not None:
            for value, known in (
                (filters.mark, offers.states),
                (filters.engagement_type, offers.types),
                (filters.neighbourhood, offers.neighbourhoods),
                (filters.days, offers.periods),
            ):
                parts += [words for code, words in known if value and code == value]
        parts += ["Mine"] if filters.mine else []
        self.chosen.setText(", ".join(parts))
        self._filters_line.setVisible(bool(parts))
        self.filter.set_words(f"Filter ({len(parts)})" if parts else "Filter")

    def _on_chosen(self, key: str) -> None:
        if key and not self.split.narrow and key != self._entry.record_id:
            self._entry.open(key)

    def _on_tapped(self, key: str) -> None:
        self.rows.select(key)
        self._entry.open(key)
        self.split.open_detail()

    def _on_gone(self) -> None:
        self.split.open_list()
        self._presenter.load()

    def _on_narrowed(self, narrow: bool) -> None:
        self.detail.set_narrow(narrow=narrow)
        self._show_title()

    def _on_turned(self, _opened: bool) -> None:
        self._show_title()

    def _on_titled(self, title: str, under: str, marking: str) -> None:
        self._detail_title, self._detail_marking = (title, under), marking
        self._show_title()

    def _show_title(self) -> None:
        title, under = self._detail_title
        shown = self.split.detail_open and bool(title)
        self.marking = self._detail_marking if shown else ""
        if shown and self.split.narrow:
            self.set_title(title, under)
        else:
            self.set_title(TITLE, self._under)


def _chips(known: tuple[tuple[str, str], ...], anything: str) -> list[Choice]:
    return [Choice(_ANY, anything), *(Choice(code, words) for code, words in known)]


def _list_row(entry: EntryRow, today: date) -> QueueRow:
    who = "" if entry.own else entry.officer_name
    line = ", ".join(part for part in (entry.type_label, entry.neighbourhood, who) if part)
    when = near_day(local(entry.started_at).date(), today) if entry.started_at else ""
    return QueueRow(
        key=entry.record_id,
        title=entry.place or entry.title,
        line=line,
        meta=when,
        icon=icon_of(entry.icon),
        tags=(mark_look(entry.mark, own=entry.own),),
    )
