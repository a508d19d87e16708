"""Finding an entry: search as you type, narrowed by state, kind, neighbourhood and date."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

from fieldapp.services.values import MARK_WORDS, Mark
from ui.presenters.presenter import Presenter
from ui.words import counted, from_local, local

if TYPE_CHECKING:
    from fieldapp.services.values import Choice, EntryRow
    from ui.presenters.presenter import Desk

LIMIT: Final = 200
SEARCH_LIMIT: Final = 50
PERIODS: Final = {"": "Any date", "7": "Last 7 days", "31": "Last 31 days", "92": "Last 92 days"}
STATES: Final = (
    Mark.DRAFT,
    Mark.WAITING,
    Mark.WITH_SERGEANT,
    Mark.RETURNED,
    Mark.APPROVED,
    Mark.WITHDRAWN,
)
_PAUSE_MS: Final = 120


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty means anything."""

    mark: str = ""
    engagement_type: str = ""
    neighbourhood: str = ""
    days: str = ""
    mine: bool = False

    @property
    def chosen(self) -> int:
        """How many of them are in use."""
        return sum(
            map(bool, (self.mark, self.engagement_type, self.neighbourhood, self.days, self.mine))
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The list as it is shown."""

    rows: tuple[EntryRow, ...]
    words: str
    searching: bool


@dataclass(frozen=True, slots=True)
class Offers:
    """What the filters offer, as (code, words)."""

    states: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    neighbourhoods: tuple[tuple[str, str], ...]
    periods: tuple[tuple[str, str], ...]


class RecordsPresenter(Presenter):
    """Asks the store for entries as the officer types and chooses.

    Signals:
        found(Found): the rows to show.
        offers_changed(Offers): what the filters offer.
    """

    found = Signal(object)
    offers_changed = Signal(object)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._words = ""
        self._filters = Filters()
        self._names: dict[str, str] = {}
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.load)

    @property
    def filters(self) -> Filters:
        """What the list is narrowed to."""
        return self._filters

    def load_offers(self) -> None:
        """Ask what there is to choose from."""
        services = self.desk.services
        self._ask(
            lambda: (services.capture.types(), services.reference.neighbourhoods()),
            self._on_offers,
            newest="offers",
        )

    def load(self) -> None:
        """Ask for the list with the words and filters of the moment."""
        entries, words, filters = self.desk.services.entries, self._words, self._filters
        since = self._since()
        if words:
            self._ask(lambda: entries.search(words, SEARCH_LIMIT), self._on_found, newest="list")
            return
        self._ask(
            lambda: entries.list(
                marks=(Mark(filters.mark),) if filters.mark else (),
                types=(filters.engagement_type,) if filters.engagement_type else (),
                neighbourhood=filters.neighbourhood or None,
                since=since,
                mine=filters.mine,
                limit=LIMIT,
            ),
            self._on_found,
            newest="list",
        )

    def search(self, words: str) -> None:
        """The officer typed; asked after a short pause, so that typing stays smooth."""
        self._words = words.strip()
        self._pause.start()

    def narrow(self, **changes: object) -> None:
        """Change filters by name (see ``Filters``)."""
        self._filters = replace(self._filters, **changes)  # type: ignore[arg-type]
        self.load()

    def clear_filters(self) -> None:
        """Show everything again."""
        self._filters = Filters()
        self.load()

    def _since(self) -> datetime | None:
        if not self._filters.days:
            return None
        first = local(self.desk.clock.now()).date() - timedelta(days=int(self._filters.days))
        return from_local(first, time(0))

    def _on_offers(self, answer: tuple[tuple[Choice, ...], tuple[Choice, ...]]) -> None:
        types, areas = answer
        self._names = {area.code: area.label for area in areas}
        self.offers_changed.emit(
            Offers(
                states=tuple((mark.value, MARK_WORDS[mark]) for mark in STATES),
                types=tuple((kind.code, kind.label) for kind in types),
                neighbourhoods=tuple((area.code, area.label) for area in areas),
                periods=tuple(PERIODS.items()),
            )
        )

    def _on_found(self, rows: tuple[EntryRow, ...]) -> None:
        searching = bool(self._words)
        if searching:
            rows = tuple(row for row in rows if self._fits(row))
        self.found.emit(Found(rows, self._count_words(len(rows), searching=searching), searching))

    def _fits(self, row: EntryRow) -> bool:
        filters, since = self._filters, self._since()
        area = self._names.get(filters.neighbourhood, filters.neighbourhood)
        return (
            (not filters.mark or row.mark == filters.mark)
            and (not filters.engagement_type or row.engagement_type == filters.engagement_type)
            and (not area or row.neighbourhood == area)
            and (not filters.mine or row.own)
            and (since is None or (row.started_at is not None and row.started_at >= since))
        )

    def _count_words(self, count: int, *, searching: bool) -> str:
        limit = SEARCH_LIMIT if searching else LIMIT
        if count >= limit:
            return f"The newest {limit}. Search or filter to see others."
        return counted(count, "record") if count else "No records"
