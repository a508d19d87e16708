"""Where it happened: the places used lately in one tap, any other by its first letters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from ui.widgets.announce import announce
from ui.widgets.arrange import column
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.text_field import TextField

_OFFERED: Final = 6


class PlaceField(QWidget):
    """Typed text, helped by the known places; what is typed is kept even if it is not known.

    The chips under the box are the places used lately and, while typing, the known places that
    fit: one row of targets in one spot, and no list that opens over the page or its keyboard.

    Signals:
        picked(str): a known place was chosen, by chip or by typing its whole name.
        edited: the text changed by the officer's hand.
    """

    picked = Signal(str)
    edited = Signal()

    def __init__(
        self,
        name: str,
        places: Sequence[Choice],
        *,
        recent: Sequence[Choice] = (),
        limit: int = 200,
    ) -> None:
        super().__init__()
        self.setObjectName("plain")
        self._value = ""
        self._places: tuple[Choice, ...] = tuple(places)
        self._lately: tuple[Choice, ...] = tuple(recent)
        self._offered: tuple[Choice, ...] = ()
        self.edit = TextField(name, "Search or type a place", limit=limit)
        self.edit.setObjectName("place")
        self.recent = Chips((), "Places used lately", multi=False)
        self.recent.changed.connect(self._on_chip)
        self.edit.edited.connect(self._on_edited)
        self.setLayout(column(self.edit, self.recent, spacing=12))
        self._offer()

    @property
    def target(self) -> QLineEdit:
        """The box that takes the focus."""
        return self.edit

    def set_places(self, places: Sequence[Choice], *, recent: Sequence[Choice] = ()) -> None:
        """Know these places from now on."""
        self._places = tuple(places)
        if recent:
            self._lately = tuple(recent)
        self._offer()

    def text(self) -> str:
        """The place as it reads."""
        return self.edit.text()

    def value(self) -> str:
        """The known place's value, "" for one that was only typed."""
        return self._value

    def set_place(self, value: str, text: str) -> None:
        """Show a place without a signal."""
        self._value = value
        self.edit.set_text(text)
        self._offer()

    def _on_chip(self) -> None:
        place = next((p for p in self._offered if p.value == self.recent.value()), None)
        if place is not None:
            # The chips stay as they are under the finger.
            self._value = place.value
            self.edit.set_text(place.text)
            self.edited.emit()
            self.picked.emit(place.value)

    def _on_edited(self) -> None:
        typed = self.edit.text().strip().casefold()
        known = next((p for p in self._places if p.text.casefold() == typed), None)
        before, self._value = self._value, known.value if known else ""
        self._offer()
        self.edited.emit()
        if known is not None and known.value != before:
            self.picked.emit(known.value)

    def _offer(self) -> None:
        """Offer what fits the words typed, or else the places used lately."""
        words = self.edit.text().casefold().split()
        fitting: tuple[Choice, ...] = ()
        if words and not self._value:
            fitting = tuple(
                p
                for p in self._places
                if all(word in f"{p.text} {p.detail}".casefold() for word in words)
            )[:_OFFERED]
        offered = fitting or self._lately
        if offered != self._offered:
            self._offered = offered
            self.recent.set_choices(offered)
            self.recent.setVisible(bool(offered))
            self.recent.setAccessibleName("Known places" if fitting else "Places used lately")
            if fitting:
                announce(self, f"{len(fitting)} known {'place' if len(fitting) == 1 else 'places'}")
        self.recent.set_value(self._value)
