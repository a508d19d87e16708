"""Kinetic scrolling for fingers that never presses what the finger slides over."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QInputDevice, QPointerEvent
from PySide6.QtWidgets import QAbstractScrollArea, QScroller, QScrollerProperties, QWidget

_KINETIC: Final = "kinetic"
_GRABBED: Final = "kineticGrabbed"


def kinetic(area: QAbstractScrollArea) -> None:
    """Let fingers flick this area once the window's TouchMode sees them."""
    area.setProperty(_KINETIC, True)
    area.setProperty(_GRABBED, False)
    scroller = QScroller.scroller(area.viewport())
    metrics, never = scroller.scrollerProperties(), QScrollerProperties.OvershootPolicy
    metric = QScrollerProperties.ScrollMetric
    metrics.setScrollMetric(metric.OvershootDragDistanceFactor, 0.1)
    metrics.setScrollMetric(metric.DragStartDistance, 0.0035)
    metrics.setScrollMetric(metric.HorizontalOvershootPolicy, never.OvershootAlwaysOff)
    metrics.setScrollMetric(metric.MousePressEventDelay, 0.12)
    scroller.setScrollerProperties(metrics)


def still(area: QAbstractScrollArea) -> None:
    """End a flick under way, which would override a jump."""
    if QScroller.hasScroller(area.viewport()):
        QScroller.scroller(area.viewport()).stop()


class TouchMode(QObject):
    """Switches the areas of one window between finger and mouse.

    Qt's touch gesture lets a drag that starts on a button press it as well. Its left-button
    gesture holds the press back and cancels it, but would also stop a mouse from selecting text.
    So the second is used from the first touch until a real mouse is pressed.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.winId()
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.TouchBegin:
            self.set_fingers(on=True)
        elif (
            kind == QEvent.Type.MouseButtonPress
            and isinstance(event, QPointerEvent)
            and event.device().type() != QInputDevice.DeviceType.TouchScreen
        ):
            self.set_fingers(on=False)
        return False

    def set_fingers(self, *, on: bool) -> None:
        """Hand the areas to fingers, or back to the mouse."""
        for area in self._window.findChildren(QAbstractScrollArea):
            if not area.property(_KINETIC) or area.property(_GRABBED) == on:
                continue
            area.setProperty(_GRABBED, on)
            if on:
                gesture = QScroller.ScrollerGestureType.LeftMouseButtonGesture
                QScroller.grabGesture(area.viewport(), gesture)
            else:
                QScroller.ungrabGesture(area.viewport())
