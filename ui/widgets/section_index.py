"""The list of a form's parts beside it: what is done, where one is, one tap to go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QSizePolicy, QWidget

from ui.theme import theme
from ui.theme.icons import paint_icon
from ui.theme.tokens import INDEX_FROM_WIDTH
from ui.widgets.arrange import column
from ui.widgets.scroll import TouchScroll
from ui.widgets.section import Section

# A part is the current one once its top has come this near to the top of the page.
_READING_LINE: Final = 72
# Widths in pixels: of the index at least and at most, and of what stands around a title.
_LEAST, _MOST, _AROUND = 220, 300, 78


class _Entry(QRadioButton):
    def __init__(self, section: Section) -> None:
        super().__init__(section.title)
        self.section = section
        self.setProperty("kind", "index")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        theme.dress(self, "chip")
        self.show_done()

    def show_done(self) -> None:
        done = "done" if self.section.done else "still to do"
        self.setAccessibleName(f"{self.section.title}, {done}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, max(50, theme.px(46)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, max(50, theme.px(46)))

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.isChecked()
        if here or self.isDown():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("primary_tint"))
            painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        ink = "on_primary_tint" if here else "text"
        done = self.section.done
        tone = "success" if done else "border_strong"
        if theme.palette.primary_tint == theme.palette.tone(tone):
            tone = ink
        top = (self.height() - 22) / 2
        paint_icon(painter, QPointF(12, top), "done" if done else "todo", tone, 22)
        painter.setFont(theme.font("chip-on" if here else "chip"))
        painter.setPen(theme.colour(ink))
        room = QRect(46, 0, self.width() - 56, self.height())
        words = painter.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        painter.end()


class SectionIndex(QWidget):
    """Follows the scroll area it belongs to; shows itself only where there is room for it."""

    def __init__(self, scroll: TouchScroll, sections: Sequence[Section]) -> None:
        self._host: QWidget | None = None
        super().__init__()
        self.setObjectName("ground")
        self.setAccessibleName("Parts of this form")
        self._scroll, self._quiet = scroll, False
        self._entries = {section.key: _Entry(section) for section in sections}
        self._group = QButtonGroup(self)
        for entry in self._entries.values():
            self._group.addButton(entry)
            entry.section.done_changed.connect(self._on_done)
        entries = QWidget()
        entries.setLayout(column(*self._entries.values(), None, margins=(20, 18, 0, 18), spacing=4))
        # A form of many parts is longer than a low screen.
        self._list = TouchScroll(entries)
        self._list.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setLayout(column((self._list, 1)))
        self._group.buttonClicked.connect(self._on_clicked)
        scroll.verticalScrollBar().valueChanged.connect(self._follow)
        scroll.verticalScrollBar().rangeChanged.connect(self._follow)
        theme.changed.connect(self._widen)
        self._widen()

    def _widen(self) -> None:
        """Room for the longest title, within reason."""
        metrics = QFontMetrics(theme.font("chip-on"))
        longest = max(
            (metrics.horizontalAdvance(e.text()) for e in self._entries.values()), default=0
        )
        self.setFixedWidth(min(max(_LEAST, longest + _AROUND), theme.px(_MOST)))

    def jump(self, key: str) -> None:
        """Unfold a section and bring it to the top."""
        section = self._entries[key].section
        section.unfold()
        layout = self._scroll.inner.layout()
        if layout is not None:
            layout.activate()
        self._quiet = True
        self._scroll.jump_to(section)
        self._quiet = False
        self._entries[key].setChecked(True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        QTimer.singleShot(0, self, self._follow)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ParentChange:
            self._watch()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._fit()
        return False

    def fit(self, width: int) -> None:
        """Show the index where the page is `width` wide, if that is wide enough."""
        self.setVisible(width >= INDEX_FROM_WIDTH)

    def _watch(self) -> None:
        parent = self.parentWidget()
        if parent is not None and parent is not self._host:
            if self._host is not None:
                self._host.removeEventFilter(self)
            self._host = parent
            parent.installEventFilter(self)

    def _fit(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.fit(parent.width())

    def _on_clicked(self, button: QRadioButton) -> None:
        if isinstance(button, _Entry):
            self.jump(button.section.key)

    def _on_done(self, key: str, _done: bool) -> None:
        self._entries[key].show_done()

    def _follow(self, *_: int) -> None:
        if self._quiet:
            return
        bar = self._scroll.verticalScrollBar()
        entries = list(self._entries.values())
        if not entries:
            return
        if bar.maximum() and bar.value() >= bar.maximum():
            entries[-1].setChecked(True)
            return
        current = entries[0]
        inner = self._scroll.inner
        for entry in entries:
            if entry.section.mapTo(inner, QPoint(0, 0)).y() <= bar.value() + _READING_LINE:
                current = entry
        current.setChecked(True)
        self._list.reveal(current)
