"""Where it happened: the places used lately in one tap, any other by its first letters."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, QStringListModel, Qt, Signal
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView, QWidget

from ui.theme import theme
from ui.widgets.arrange import column
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.text_field import TextField


class PlaceField(QWidget):
    """Typed text, helped by the known places; what is typed is kept even if it is not known.

    Signals:
        picked(str): a known place was chosen, by chip, list or by typing its whole name.
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
        self._places: dict[str, Choice] = {}
        self.edit = TextField(name, "Search or type a place", limit=limit)
        self.edit.setObjectName("place")
        self._names = QStringListModel(self)
        completer = QCompleter(self._names, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setMaxVisibleItems(6)
        popup = QListView()
        popup.setObjectName("completions")
        popup.setAccessibleName(f"{name}: known places")
        completer.setPopup(popup)
        # A popup is a window of its own, so the window's sheet does not reach it.
        theme.adopt(popup)
        self.edit.setCompleter(completer)
        completer.activated[str].connect(self._on_completed)  # type: ignore[index]
        self.recent = Chips(recent, "Places used lately", multi=False)
        self.recent.setVisible(bool(recent))
        self.recent.changed.connect(self._on_recent)
        self.edit.edited.connect(self._on_edited)
        self.set_places(places)
        self.setLayout(column(self.edit, self.recent, spacing=12))

    @property
    def target(self) -> QLineEdit:
        """The box that takes the focus."""
        return self.edit

    def set_places(self, places: Sequence[Choice], *, recent: Sequence[Choice] = ()) -> None:
        """Know these places from now on."""
        self._places = {_label(place): place for place in places}
        self._names.setStringList(list(self._places))
        if recent:
            self.recent.set_choices(recent)
            self.recent.setVisible(True)

    def text(self) -> str:
        """The place as it reads."""
        return self.edit.text()

    def value(self) -> str:
        """The known place's value, "" for one that was only typed."""
        return self._value

    def set_place(self, value: str, text: str) -> None:
        """Show a place without a signal."""
        self._value = value
        blocker = QSignalBlocker(self.edit)
        self.edit.setText(text)
        blocker.unblock()
        self.recent.set_value(value)

    def _on_completed(self, label: str) -> None:
        place = self._places.get(label)
        if place is not None:
            self._take(place)

    def _on_recent(self) -> None:
        value = self.recent.value()
        chip = self.recent.chip(value)
        known = next((p for p in self._places.values() if p.value == value), None)
        self._take(known or Choice(value, chip.text()))

    def _take(self, place: Choice) -> None:
        self.set_place(place.value, place.text)
        self.edited.emit()
        self.picked.emit(place.value)

    def _on_edited(self) -> None:
        typed = self.edit.text().strip().casefold()
        known = next((p for p in self._places.values() if p.text.casefold() == typed), None)
        before, self._value = self._value, known.value if known else ""
        self.recent.set_value(self._value)
        self.edited.emit()
        if known is not None and known.value != before:
            self.picked.emit(known.value)


def _label(place: Choice) -> str:
    return f"{place.text}, {place.detail}" if place.detail else place.text
