"""Icons by the product's own words, drawn from the Phosphor outlines that qtawesome carries.

qtawesome itself is not imported: its import and first icon cost about 150 ms, where reading its
font and character map costs 3 ms and gives outlines that are sharp at every scale.
"""

from __future__ import annotations

import json
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPainterPath, QPixmap, QRawFont

from ui.theme.fonts import package_file
from ui.theme.theme import theme

NAMES: Final = MappingProxyType(
    {
        # places
        "today": "house",
        "records": "file-text",
        "contacts": "address-book",
        "follow_ups": "flag",
        "sync": "arrows-clockwise",
        "approvals": "clipboard-text",
        "team": "users-three",
        "settings": "gear-six",
        "meetings": "calendar-check",
        "search": "magnifying-glass",
        # kinds of work
        "drop_in": "coffee",
        "school": "student",
        "resident": "user",
        "event": "megaphone",
        "walk": "map-trifold",
        "meeting": "users-four",
        "survey": "list-bullets",
        "online": "globe",
        "visit": "door",
        "partner": "handshake",
        "stall": "storefront",
        "patrol": "bicycle",
        "engagement": "chats",
        "draft": "note-pencil",
        "record": "file-text",
        "follow_up": "flag",
        "plan": "calendar-blank",
        "handout": "gift",
        # acts
        "back": "caret-left",
        "forward": "caret-right",
        "down": "caret-down",
        "up": "caret-up",
        "plus": "plus",
        "minus": "minus",
        "check": "check",
        "close": "x",
        "undo": "arrow-counter-clockwise",
        "return": "arrow-u-up-left",
        "send": "paper-plane-tilt",
        "copy": "copy",
        "edit": "pencil-simple",
        "delete": "trash",
        "camera": "camera",
        "microphone": "microphone",
        "photo": "image",
        "compare": "git-diff",
        "export": "export",
        "filter": "funnel",
        "menu": "list",
        "more": "dots-three",
        "keyboard": "keyboard",
        "phone": "phone",
        "sign_out": "sign-out",
        "unlock": "lock-key-open",
        # states
        "done": "check-circle",
        "todo": "circle",
        "partly": "circle-half",
        "info": "info",
        "warning": "warning",
        "error": "warning-octagon",
        "offline": "cloud-slash",
        "online_clear": "cloud-check",
        "sending": "cloud-arrow-up",
        "saved": "shield-check",
        "waiting": "hourglass",
        "with_sergeant": "user-focus",
        "approved": "check-circle",
        "withdrawn": "prohibit",
        "held": "hand-palm",
        "choose": "git-diff",
        "not_accepted": "x-circle",
        "empty": "tray",
        "lock": "lock",
        "clock": "clock",
        "calendar": "calendar-blank",
        "place": "map-pin",
        "people": "users",
        "person": "user",
        "emergency": "phone-call",
        "storage": "hard-drives",
        "history": "clock-counter-clockwise",
        "comment": "chat-text",
        "day": "sun",
        "night": "moon",
        "outdoor": "sun-horizon",
        "text_size": "text-aa",
        "hand": "hand",
        "help": "lifebuoy",
        "table": "table",
        "brand": "shield-checkered",
    }
)
_CHARMAP: Final = "phosphor-charmap-1.3.0.json"
_OUTLINES: Final = "phosphor-1.3.0.ttf"
_EM: Final = 256
GAP: Final = 8  # px between an icon and its word; Qt's own gap of 4 is counted in


@lru_cache(maxsize=1)
def _charmap() -> dict[str, str]:
    path = package_file("qtawesome", "fonts", _CHARMAP)
    glyphs: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return glyphs


@lru_cache(maxsize=1)
def _outlines() -> QRawFont:
    return QRawFont(str(package_file("qtawesome", "fonts", _OUTLINES)), _EM)


def _stroke(size: int, *, filled: bool) -> str:
    """The weight whose lines come out near 2 px at this size."""
    if filled:
        return "-fill"
    if size < 32:
        return "-bold"
    return "" if size < 56 else "-light"


@lru_cache(maxsize=512)
def outline(name: str, size: int, *, filled: bool = False) -> QPainterPath:
    """The path of an icon in a square of `size` px; an unknown word raises KeyError."""
    charmap, stem = _charmap(), NAMES[name]
    code = charmap.get(stem + _stroke(size, filled=filled)) or charmap[stem]
    glyphs = _outlines().glyphIndexesForString(chr(int(code, 16)))
    path = _outlines().pathForGlyph(glyphs[0])
    factor = size / _EM
    placed = QPainterPath()
    placed.addPath(path.translated(0, _EM))
    return _scaled(placed, factor)


def _scaled(path: QPainterPath, factor: float) -> QPainterPath:
    from PySide6.QtGui import QTransform

    return QTransform.fromScale(factor, factor).map(path)


def paint_icon(
    painter: QPainter, at: QPointF, name: str, tone: str, size: int, *, filled: bool = False
) -> None:
    """Paint an icon in the current palette with its top left corner at `at`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(at)
    painter.fillPath(outline(name, size, filled=filled), QColor(theme.palette.tone(tone)))
    painter.restore()


@lru_cache(maxsize=512)
def _pixmap(name: str, colour: str, size: int, ratio: float, filled: bool) -> QPixmap:
    image = QPixmap(round(size * ratio), round(size * ratio))
    image.fill(Qt.GlobalColor.transparent)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillPath(outline(name, size, filled=filled), QColor(colour))
    painter.end()
    return image


def pixmap(name: str, tone: str, size: int, *, ratio: float = 1.0, filled: bool = False) -> QPixmap:
    """A tinted picture of an icon, cached by word, colour, size and screen scale."""
    return _pixmap(name, theme.palette.tone(tone), size, ratio, filled)


class _ToneEngine(QIconEngine):
    """Draws an icon in the colours of the moment, so a theme change needs no new icons."""

    def __init__(self, name: str, tone: str, on: str, size: int, gap: int, *, after: bool) -> None:
        super().__init__()
        self._look = (name, tone, on, size, gap, after)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        name, tone, on, size, gap, after = self._look
        if mode == QIcon.Mode.Disabled:
            tone = "text_muted"
        elif state == QIcon.State.On:
            tone = on
        x = rect.x() + (gap if after else 0)
        y = rect.y() + (rect.height() - size) / 2
        paint_icon(painter, QPointF(QRectF(x, y, size, size).topLeft()), name, tone, size)

    def scaledPixmap(
        self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float
    ) -> QPixmap:
        image = QPixmap(round(size.width() * scale), round(size.height() * scale))
        image.fill(Qt.GlobalColor.transparent)
        image.setDevicePixelRatio(scale)
        painter = QPainter(image)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return image

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return self.scaledPixmap(size, mode, state, 1.0)

    def clone(self) -> QIconEngine:
        name, tone, on, size, gap, after = self._look
        return _ToneEngine(name, tone, on, size, gap, after=after)


def icon(
    name: str, tone: str, size: int, *, on: str = "", gap: int = 0, after: bool = False
) -> QIcon:
    """A QIcon that follows the theme; `gap` px of air are kept beside it for a word."""
    outline(name, size)
    return QIcon(_ToneEngine(name, tone, on or tone, size, gap, after=after))
