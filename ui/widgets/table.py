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

    `least` is the width in pixels under which the table leaves it out; columns without it stay.
    """

    title: str
    share: int = 1
    number: bool = False
    least: int = 0


Cell = str | Rag
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


def _words(cell: Cell) -> str:
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
        room = area.adjusted(12, 0, -12, 0)
        cell = index.data(_CELL)
        if isinstance(cell, Rag):
            look = rag_look(cell)
            size = tag_size(look, QFontMetrics(theme.font("tag")))
            width = min(size.width(), room.width())
            top = room.top() + (room.height() - size.height()) / 2
            painter.setClipRect(room)
            paint_tag(painter, QRectF(room.left(), top, width, size.height()), look)
        else:
            first = index.column() == 0
            painter.setFont(theme.font("strong" if first else "body"))
            painter.setPen(theme.colour("on_primary_tint" if chosen else "text"))
            words = painter.fontMetrics().elidedText(
                str(index.data()), Qt.TextElideMode.ElideRight, room.width()
            )
            align = index.data(Qt.ItemDataRole.TextAlignmentRole)
            plain = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(room, align if align is not None else plain, words)
        painter.restore()


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
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        header = self.horizontalHeader()
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
        width = self.viewport().width()
        shown = [c for c in self._table.columns if not c.least or width >= c.least]
        shares = sum(column.share for column in shown) or 1
        left = width
        for place, column in enumerate(self._table.columns):
            self.setColumnHidden(place, column not in shown)
            if column not in shown:
                continue
            part = left if column is shown[-1] else round(width * column.share / shares)
            self.setColumnWidth(place, max(part, 48))
            left -= part
