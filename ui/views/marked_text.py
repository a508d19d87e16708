"""Words with parts of them marked, painted as plain text however they are written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import (
    QFont,
    QPainter,
    QPaintEvent,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import theme

Span = tuple[int, int]
_LEAST: Final = 120


class MarkedText(QWidget):
    """Wraps like a label; marked parts stand on a tint and are underlined, never colour alone."""

    def __init__(self, text: str, spans: Sequence[Span] = (), *, tone: str = "text") -> None:
        super().__init__()
        self._text = text.replace("\r\n", "\n").replace("\n", "\u2028")
        self._spans, self._tone = tuple(spans), tone
        theme.dress(self, "body")
        self.setAccessibleName(text)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def spans(self) -> tuple[Span, ...]:
        """The marked parts as (start, end)."""
        return self._spans

    @property
    def text(self) -> str:
        """The words."""
        return self._text.replace("\u2028", "\n")

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._laid_out(width)[1]

    def sizeHint(self) -> QSize:
        wide = min(560, self.fontMetrics().horizontalAdvance(self._text) + 4)
        return QSize(max(_LEAST, wide), self.heightForWidth(max(_LEAST, wide)))

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        layout, _ = self._laid_out(self.width())
        painter = QPainter(self)
        painter.setPen(theme.colour(self._tone))
        layout.draw(painter, QPointF(0, 0), self._ranges())
        painter.end()

    def _laid_out(self, width: int) -> tuple[QTextLayout, int]:
        layout = QTextLayout(self._text, self.font())
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        layout.setTextOption(option)
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1, width))
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        return layout, int(height + 0.999)

    def _ranges(self) -> list[QTextLayout.FormatRange]:
        ranges = []
        for start, end in self._spans:
            look = QTextCharFormat()
            look.setBackground(theme.colour("warning_tint"))
            look.setForeground(theme.colour("on_warning_tint"))
            look.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DashUnderline)
            look.setUnderlineColor(theme.colour("warning"))
            look.setFontWeight(QFont.Weight.DemiBold)
            part = QTextLayout.FormatRange()
            part.start, part.length, part.format = start, end - start, look
            ranges.append(part)
        return ranges


def spans_in(text: str, found: Sequence[tuple[int, int, str]]) -> tuple[Span, ...]:
    """Where findings stand in a text that may be only part of what was searched, or more.

    Args:
        text: what is shown.
        found: (start, end, words) of each finding in the field it was found in.
    """
    spans: set[Span] = set()
    for start, end, words in found:
        if text[start:end] == words:
            spans.add((start, end))
            continue
        at = text.find(words) if words else -1
        while at >= 0:
            spans.add((at, at + len(words)))
            at = text.find(words, at + len(words))
    return _apart(sorted(spans))


def _apart(spans: list[Span]) -> tuple[Span, ...]:
    """Spans that touch become one, so that nothing is marked twice."""
    whole: list[Span] = []
    for start, end in spans:
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return tuple(whole)
