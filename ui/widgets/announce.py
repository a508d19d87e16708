"""One voice for changes of state, for those who hear the screen instead of seeing it."""

from __future__ import annotations

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, words: str, *, urgent: bool = False) -> None:
    """Have a screen reader say the words once, after what it is saying unless urgent."""
    if not words:
        return
    event = QAccessibleAnnouncementEvent(widget, words)
    polite = QAccessible.AnnouncementPoliteness.Polite
    event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive if urgent else polite)
    QAccessible.updateAccessibility(event)
