"""A small label for a state: always an icon and a word, never a colour alone."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import theme
from ui.theme.icons import paint_icon

_ICON: Final = 16
_PAD: Final = 9
_TONES: Final = MappingProxyType(
    {
        "info": ("primary_tint", "on_primary_tint", "primary"),
        "success": ("success_tint", "on_success_tint", "success"),
        "warning": ("warning_tint", "on_warning_tint", "warning"),
        "error": ("danger_tint", "on_danger_tint", "danger"),
        "quiet": ("surface_alt", "text_muted", "border"),
    }
)


@dataclass(frozen=True, slots=True)
class TagLook:
    """Words, kind and icon of a tag."""

    words: str
    kind: str = "info"
    icon: str = ""


STATUS: Final = MappingProxyType(
    {
        "DRAFT": TagLook("Draft", "quiet", "draft"),
        "SUBMITTED": TagLook("Waiting to send", "info", "waiting"),
        "PENDING_REVIEW": TagLook("With your sergeant", "info", "with_sergeant"),
        "RETURNED": TagLook("Returned to you", "warning", "return"),
        "APPROVED": TagLook("Approved", "success", "approved"),
        "VOID": TagLook("Withdrawn", "quiet", "withdrawn"),
        "QUARANTINED": TagLook("Held at the centre", "warning", "held"),
        "CONFLICT": TagLook("Choose version", "warning", "choose"),
        "REJECTED": TagLook("Not accepted", "error", "not_accepted"),
    }
)


def tag_size(look: TagLook, metrics: QFontMetrics) -> QSize:
    """Room for a tag in a font."""
    icon = _ICON + 6 if look.icon else 0
    return QSize(metrics.horizontalAdvance(look.words) + icon + 2 * _PAD, theme.px(26))


def paint_tag(painter: QPainter, area: QRectF, look: TagLook) -> None:
    """Paint a tag; delegates use it for their rows."""
    ground, ink, edge = _TONES[look.kind]
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(theme.colour(ground))
    if theme.palette.border_width > 1 or look.kind == "quiet":
        # Where tints are white, a line keeps the tag a tag.
        painter.setPen(QPen(theme.colour(edge), 1))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 7.5, 7.5)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawRoundedRect(area, 8, 8)
    x = area.left() + _PAD
    if look.icon:
        top = area.top() + (area.height() - _ICON) / 2
        paint_icon(painter, QPointF(x, top), look.icon, ink, _ICON)
        x += _ICON + 6
    painter.setFont(theme.font("tag"))
    painter.setPen(theme.colour(ink))
    room = QRectF(x, area.top(), area.right() - x, area.height())
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, look.words)
    painter.restore()


class Tag(QWidget):
    """A tag beside a title; a screen reader hears its words."""

    def __init__(self, words: str, kind: str = "info", icon: str = "") -> None:
        super().__init__()
        self._look = TagLook(words, kind, icon)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.dress(self, "tag")

    @property
    def look(self) -> TagLook:
        """What it shows."""
        return self._look

    def set_look(self, look: TagLook) -> None:
        """Show another state."""
        self._look = look
        self.setAccessibleName(look.words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return tag_size(self._look, self.fontMetrics())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_tag(painter, QRectF(self.rect()), self._look)
        painter.end()


class StatusTag(Tag):
    """The tag of a review status or of what became of an operation."""

    def __init__(self, code: str) -> None:
        look = STATUS[code]
        super().__init__(look.words, look.kind, look.icon)

    def set_status(self, code: str) -> None:
        """Show another status."""
        self.set_look(STATUS[code])
