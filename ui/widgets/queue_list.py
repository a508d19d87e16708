"""Long lists in two lines a row, painted: five hundred rows cost no more than ten."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui.theme import theme
from ui.theme.icons import paint_icon
from ui.widgets.tag import TagLook, paint_tag, tag_size
from ui.widgets.touch_mode import kinetic

ROW: Final = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One row: title and line, a short word at the right, tags below."""

    key: str
    title: str
    line: str = ""
    meta: str = ""
    icon: str = ""
    tags: tuple[TagLook, ...] = ()
    urgent: bool = False

    @property
    def spoken(self) -> str:
        """What a screen reader says for the row."""
        parts = (self.title, self.line, self.meta, *(tag.words for tag in self.tags))
        return ". ".join(part for part in parts if part)


class QueueModel(QAbstractListModel):
    """Rows as they are; small differences keep the selection and the place in the list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[QueueRow, ...] = ()

    def rows(self) -> tuple[QueueRow, ...]:
        """What is shown."""
        return self._rows

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken
        return None

    def set_rows(self, rows: Sequence[QueueRow]) -> None:
        """Show these rows; one removed or added is told to the view as just that."""
        new, old = tuple(rows), self._rows
        if new == old:
            return
        if [r.key for r in new] == [r.key for r in old]:
            self._rows = new
            self.dataChanged.emit(self.index(0), self.index(len(new) - 1))
            return
        at = next((i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), None)
        at = min(len(old), len(new)) if at is None else at
        if len(new) == len(old) - 1 and new[at:] == old[at + 1 :]:
            self.beginRemoveRows(QModelIndex(), at, at)
            self._rows = new
            self.endRemoveRows()
        elif len(new) == len(old) + 1 and new[at + 1 :] == old[at:]:
            self.beginInsertRows(QModelIndex(), at, at)
            self._rows = new
            self.endInsertRows()
        else:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()


class QueueDelegate(QStyledItemDelegate):
    """Paints a row: icon, title, line, meta, tags, and a bar at the row that is open."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        row = index.data(ROW)
        if not isinstance(row, QueueRow):
            return QSize(200, 0)
        if row.tags:
            return QSize(200, theme.px(96))
        return QSize(200, theme.px(72) if row.line else max(56, theme.px(56)))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        row = index.data(ROW)
        if not isinstance(row, QueueRow):
            return
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter, area, chosen=chosen)
        ink = "on_primary_tint" if chosen else "text"
        quiet = "on_primary_tint" if chosen else "text_muted"
        left = area.left() + 20
        middle = not row.tags and not row.line
        if row.icon:
            tone = "on_primary_tint" if chosen else "primary"
            top = area.top() + ((area.height() - 26) / 2 if not row.tags else theme.px(14))
            paint_icon(painter, QPointF(left, top), row.icon, tone, 26)
            left += 42
        room = QRect(left, area.top(), area.right() - 16 - left, area.height())
        meta_tone = "warning" if row.urgent and not chosen else quiet
        taken = self._text(painter, room, row.meta, "caption", meta_tone, middle=middle, right=True)
        title_room = room.adjusted(0, 0, -(taken + 12) if taken else 0, 0)
        self._text(painter, title_room, row.title, "strong", ink, middle=middle)
        under = room.adjusted(0, theme.px(24), 0, 0)
        self._text(painter, under, row.line, "muted", quiet)
        self._tags(painter, room, row.tags)
        painter.restore()

    def _ground(self, painter: QPainter, area: QRect, *, chosen: bool) -> None:
        if chosen:
            painter.fillRect(area, theme.colour("primary_tint"))
            painter.fillRect(area.left(), area.top(), 5, area.height(), theme.colour("primary"))
        line = QRect(area.left() + 20, area.bottom(), area.width() - 20, 1)
        painter.fillRect(line, theme.colour("border"))

    def _text(
        self,
        painter: QPainter,
        room: QRect,
        words: str,
        role: str,
        tone: str,
        *,
        middle: bool = False,
        right: bool = False,
    ) -> int:
        """Paint one line in its place; the width it took."""
        if not words:
            return 0
        painter.setFont(theme.font(role))
        painter.setPen(theme.colour(tone))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        box = QRect(room)
        if not middle:
            box.setTop(room.top() + theme.px(11))
            box.setHeight(theme.px(25))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, side | Qt.AlignmentFlag.AlignVCenter, text)
        return metrics.horizontalAdvance(text)

    def _tags(self, painter: QPainter, room: QRect, tags: Sequence[TagLook]) -> None:
        metrics = QFontMetrics(theme.font("tag"))
        x, top = float(room.left()), room.top() + theme.px(61)
        for look in tags:
            size = tag_size(look, metrics)
            if x + size.width() > room.right():
                break
            paint_tag(painter, QRectF(x, top, size.width(), size.height()), look)
            x += size.width() + 8


class QueueList(QListView):
    """A list for fingers and keys.

    Signals:
        chosen(str): the highlight is on another row, by finger, keys or because one went.
        opened(str): the row was tapped, or Enter pressed on it.
    """

    chosen = Signal(str)
    opened = Signal(str)

    def __init__(self, name: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.verticalScrollBar().setSingleStep(40)
        theme.dress(self, "body")
        self._model = QueueModel(self)
        self.setModel(self._model)
        self.setItemDelegate(QueueDelegate(self))
        self.selectionModel().currentChanged.connect(self._on_current)
        self.clicked.connect(self._on_clicked)
        theme.changed.connect(self._relayout)
        kinetic(self)

    def queue(self) -> QueueModel:
        """The model behind the rows."""
        return self._model

    def set_rows(self, rows: Sequence[QueueRow]) -> None:
        """Show these rows; the chosen row stays chosen while it is among them."""
        kept = self.current_key()
        blocker = QSignalBlocker(self)
        self._model.set_rows(rows)
        if kept and self.current_key() != kept:
            self.select(kept)
        blocker.unblock()
        if self.current_key() != kept:
            self.chosen.emit(self.current_key())

    def key_at(self, row: int) -> str:
        """The key of a row by its place, or ""."""
        rows = self._model.rows()
        return rows[row].key if 0 <= row < len(rows) else ""

    def current_key(self) -> str:
        """The key of the chosen row, or ""."""
        return self.key_at(self.currentIndex().row()) if self.currentIndex().isValid() else ""

    def select(self, key: str) -> None:
        """Move the highlight to a row, without a signal."""
        for place, row in enumerate(self._model.rows()):
            if row.key == key:
                blocker = QSignalBlocker(self)
                index = self._model.index(place)
                self.selectionModel().setCurrentIndex(
                    index, QItemSelectionModel.SelectionFlag.ClearAndSelect
                )
                self.scrollTo(index)
                blocker.unblock()
                return

    def step(self, places: int) -> None:
        """Move the highlight up or down."""
        index = self._model.index(self.currentIndex().row() + places)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current_key():
            self.opened.emit(self.current_key())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        # Single letters are the queue's shortcuts, not a search.
        return

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if not self.signalsBlocked():
            self.chosen.emit(self.key_at(current.row()) if current.isValid() else "")

    def _on_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(self.key_at(index.row()))

    def _relayout(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.viewport().update()
