"""A table of plain rows with a traffic light that is a word and an icon as well."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.theme import theme
from ui.widgets.tag import TagLook, paint_tag, tag_size
from ui.widgets.touch_mode import kinetic

# Enough rows to know how wide a column must be, few enough to measure at once.
_MEASURED: Final = 400
_CELL: Final = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class Rag:
    """A traffic light: RED, AMBER or GREEN, and the word that says why."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its title, its share of the width, and whether it holds numbers.

    Where width is short, the column with the highest `drop` is left out first; 0 always stays.
    """

    title: str
    share: int = 1
    number: bool = False
    drop: int = 0


@dataclass(frozen=True, slots=True)
class Twofold:
    """Words with smaller ones below, for what only some rows have to say."""

    words: str
    below: str


Cell = str | Rag | Twofold
_RAG: Final = MappingProxyType(
    {
        "RED": ("error", "error"),
        "AMBER": ("warning", "warning"),
        "GREEN": ("success", "done"),
    }
)


def rag_look(rag: Rag) -> TagLook:
    """The tag that shows a traffic light."""
    kind, icon = _RAG[rag.code]
    return TagLook(rag.words, kind, icon)


def _room(area: QRect, *, number: bool) -> QRect:
    return area.adjusted(12, 0, -28 if number else -12, 0)


def _words(cell: Cell) -> str:
    if isinstance(cell, Twofold):
        return f"{cell.words}, {cell.below}"
    return f"{cell.code.capitalize()}: {cell.words}" if isinstance(cell, Rag) else cell


class TableModel(QAbstractTableModel):
    """Rows of cells, as they are."""

    def __init__(self, columns: Sequence[Column], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: tuple[tuple[Cell, ...], ...] = ()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        cell = self._rows[index.row()][index.column()]
        if role == _CELL:
            return cell
        if role == Qt.ItemDataRole.DisplayRole:
            return _words(cell)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self.columns[index.column()].title}: {_words(cell)}"
        if role == Qt.ItemDataRole.TextAlignmentRole and self.columns[index.column()].number:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.columns[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if self.columns[section].number
                else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """What is shown."""
        return self._rows

    def set_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self._rows = tuple(tuple(row) for row in rows)
        self.endResetModel()


class _Delegate(QStyledItemDelegate):
    def __init__(self, columns: Sequence[Column], parent: QObject) -> None:
        super().__init__(parent)
        self._numbers = {place for place, column in enumerate(columns) if column.number}

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        cell = index.data(_CELL)
        if isinstance(cell, Rag):
            metrics = QFontMetrics(theme.font("tag"))
            return tag_size(rag_look(cell), metrics) + QSize(24, 0)
        return super().sizeHint(option, index) + QSize(24, 0)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(area, theme.colour("primary_tint"))
        painter.fillRect(area.left(), area.bottom(), area.width(), 1, theme.colour("border"))
        room = _room(area, number=index.column() in self._numbers)
        cell = index.data(_CELL)
        if isinstance(cell, Rag):
            look = rag_look(cell)
            size = tag_size(look, QFontMetrics(theme.font("tag")))
            width = min(size.width(), room.width())
            top = room.top() + (room.height() - size.height()) / 2
            painter.setClipRect(room)
            paint_tag(painter, QRectF(room.left(), top, width, size.height()), look)
        elif isinstance(cell, Twofold):
            _paint_twofold(painter, room, cell, chosen=chosen)
        else:
            first = index.column() == 0
            number = index.column() in self._numbers
            painter.setFont(theme.font("strong" if first else "figure" if number else "body"))
            painter.setPen(theme.colour("on_primary_tint" if chosen else "text"))
            words = painter.fontMetrics().elidedText(
                str(index.data()), Qt.TextElideMode.ElideRight, room.width()
            )
            align = index.data(Qt.ItemDataRole.TextAlignmentRole)
            plain = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, align if align is not None else plain, words)
        painter.restore()


def _paint_twofold(painter: QPainter, room: QRect, cell: Twofold, *, chosen: bool) -> None:
    above, under = QRect(room), QRect(room)
    above.setBottom(room.top() + room.height() * 11 // 20)
    under.setTop(above.bottom())
    for words, role, tone, area, side in (
        (cell.words, "strong", "text", above, Qt.AlignmentFlag.AlignBottom),
        (cell.below, "caption", "text_muted", under, Qt.AlignmentFlag.AlignTop),
    ):
        painter.setFont(theme.font(role))
        painter.setPen(theme.colour("on_primary_tint" if chosen else tone))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | side, shown)


class _Header(QHeaderView):
    """Column titles with the same air around numbers as the cells below."""

    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        model = self.model()
        painter.save()
        painter.fillRect(rect, theme.colour("surface"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("border_strong"))
        painter.setFont(theme.font("tag"))
        painter.setPen(theme.colour("text_muted"))
        across, align = Qt.Orientation.Horizontal, Qt.ItemDataRole.TextAlignmentRole
        number = isinstance(model, TableModel) and model.columns[logicalIndex].number
        room = _room(rect, number=number)
        words = painter.fontMetrics().elidedText(
            str(model.headerData(logicalIndex, across)), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, model.headerData(logicalIndex, across, align), words)
        painter.restore()

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), max(48, theme.px(44)))


class Table(QTableView):
    """A read-only table that fits its width and drops its least columns where it is narrow.

    Signals:
        opened(int): a row was tapped, or Enter pressed on it; its place among the rows.
    """

    opened = Signal(int)

    def __init__(self, name: str, columns: Sequence[Column]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._table = TableModel(columns, self)
        self.setModel(self._table)
        self.setItemDelegate(_Delegate(columns, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = _Header(Qt.Orientation.Horizontal, self)
        self.setHorizontalHeader(header)
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        theme.dress(header, "tag")
        theme.dress(self, "body")
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._refit)
        kinetic(self)
        self._refit()

    def set_rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Show these rows instead."""
        self._table.set_rows(rows)
        self._refit()

    def table(self) -> TableModel:
        """The model behind the cells."""
        return self._table

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._refit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)

    def _on_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    def _refit(self) -> None:
        self.verticalHeader().setDefaultSectionSize(max(56, theme.px(56)))
        columns = self._table.columns
        needs = [self._needed(place) for place in range(len(columns))]
        shown = list(range(len(columns)))
        width = self.viewport().width()
        while sum(needs[place] for place in shown) > width:
            place = max(shown, key=lambda at: columns[at].drop)
            if not columns[place].drop:
                break
            shown.remove(place)
        spare = max(0, width - sum(needs[place] for place in shown))
        shares = sum(columns[place].share for place in shown) or 1
        for place, column in enumerate(columns):
            self.setColumnHidden(place, place not in shown)
            if place in shown:
                self.setColumnWidth(place, needs[place] + spare * column.share // shares)

    def _needed(self, place: int) -> int:
        """The width at which no word of a column is cut off."""
        column = self._table.columns[place]
        title = QFontMetrics(theme.font("tag")).horizontalAdvance(column.title)
        words = QFontMetrics(theme.font("strong" if place == 0 else "body"))
        tags = QFontMetrics(theme.font("tag"))
        most = title
        for cells in self._table.rows()[:_MEASURED]:
            cell = cells[place]
            if isinstance(cell, Rag):
                wide = tag_size(rag_look(cell), tags).width()
            elif isinstance(cell, Twofold):
                wide = max(words.horizontalAdvance(cell.words), tags.horizontalAdvance(cell.below))
            else:
                wide = words.horizontalAdvance(cell)
            most = max(most, wide)
        return most + (42 if column.number else 26)
