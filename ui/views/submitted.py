"""Submitted: it is safe, it sends by itself, and it can still be taken back."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from ui.widgets.arrange import column
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.glyph import Glyph
from ui.widgets.page import Page
from ui.widgets.sticky_bar import StickyBar
from ui.widgets.text import Heading, Label
from ui.words import time_words

if TYPE_CHECKING:
    from fieldapp.domain.clock import Clock
    from fieldapp.services.values import Submitted

SAFE = "Safe on this tablet. It sends by itself."
_SECOND = 1000


class SubmittedPage(Page):
    """Confirms in plain words; Undo for ten seconds, Recall after that.

    Signals:
        taken_back(str): the entry with this id is to come back as a draft.
        new_wanted: record another one.
        today_wanted: back to Today.
    """

    taken_back = Signal(str)
    new_wanted = Signal()
    today_wanted = Signal()

    def __init__(self, submitted: Submitted, clock: Clock) -> None:
        super().__init__("Submitted", submitted.title)
        self._submitted, self._clock = submitted, clock
        middle = Qt.AlignmentFlag.AlignHCenter
        card = Card(margins=(24, 36), spacing=12)
        title = Heading(submitted.title, 1, wrap=True)
        safe = Label(SAFE, "heading", tone="success", wrap=True)
        at = time_words(submitted.at)
        under = Label(
            f"Submitted {at}. Your reference until it is approved: {submitted.local_ref}",
            "muted",
            wrap=True,
        )
        card.box.addWidget(Glyph("saved", "success", 72), 0, middle)
        for label in (title, safe, under):
            label.setAlignment(middle)
            card.add(label)
        self.back = Button("", icon="undo", on=self._on_back)
        self.back.setObjectName("take_back")
        self.back_words = Label("", "caption")
        card.box.addSpacing(8)
        card.box.addWidget(self.back, 0, middle)
        card.box.addWidget(self.back_words, 0, middle)
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(column(None, card, None, None, margins=24))
        self.set_content(body, width=760)
        self.again = Button("New", "primary", "plus", large=True, on=self.new_wanted.emit)
        self.again.setObjectName("new")
        self.today = Button("Today", icon="today", on=self.today_wanted.emit)
        self.today.setObjectName("today")
        self.set_foot(StickyBar(self.again, self.today))
        self._timer = QTimer(self)
        self._timer.setInterval(_SECOND)
        self._timer.timeout.connect(self._tick)
        self._timer.start()
        self._tick()

    @property
    def record_id(self) -> str:
        """The entry that was submitted."""
        return self._submitted.record_id

    def _tick(self) -> None:
        left = (self._submitted.undo_until - self._clock.now()).total_seconds()
        if left > 0:
            self.back.set_words("Undo", name=f"Undo: {self._submitted.title}")
            self.back_words.setText(f"{ceil(left)} s")
            return
        self._timer.stop()
        self.back.set_words("Recall", name=f"Recall: {self._submitted.title}")
        self.back_words.setText("You can recall it until your sergeant has decided.")

    def _on_back(self) -> None:
        self.taken_back.emit(self._submitted.record_id)
