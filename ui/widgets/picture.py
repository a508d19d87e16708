"""A photo, drawn within whatever room it gets; without one, the icon of a photo."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import theme
from ui.theme.icons import paint_icon

_ICON = 36
_RADIUS = 8


class Picture(QWidget):
    """Shows an image with its sides as they are; it says nothing of its own to a screen reader.

    Args:
        image: what to show; ``None`` shows that there is nothing to show.
        least: the smallest size it may be given, in pixels of normal text size.
        fills: cut off what does not fit, rather than leave a margin.
    """

    def __init__(self, image: QImage | None, least: QSize, *, fills: bool = False) -> None:
        super().__init__()
        self._image, self._least, self._fills = image, least, fills
        grows = QSizePolicy.Policy.Expanding
        fixed = QSizePolicy.Policy.Fixed
        self.setSizePolicy(fixed if fills else grows, fixed if fills else grows)

    @property
    def image(self) -> QImage | None:
        """What is shown."""
        return self._image

    def set_image(self, image: QImage | None) -> None:
        """Show another image."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(self._least.width()), theme.px(self._least.height()))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(
            QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform
        )
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self.rect()), _RADIUS, _RADIUS)
        painter.setClipPath(frame)
        if self._image is None:
            painter.fillRect(self.rect(), theme.colour("surface_alt"))
            middle = QPointF((self.width() - _ICON) / 2, (self.height() - _ICON) / 2)
            paint_icon(painter, middle, "photo", "text_muted", _ICON)
        else:
            painter.drawImage(self._place(self._image), self._image)
        painter.end()

    def _place(self, image: QImage) -> QRectF:
        mode = Qt.AspectRatioMode
        keep = mode.KeepAspectRatioByExpanding if self._fills else mode.KeepAspectRatio
        size = image.size().scaled(self.size(), keep)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        return QRectF(left, top, size.width(), size.height())
