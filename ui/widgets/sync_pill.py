"""How sync stands, on every screen, in three words."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from ui.widgets.announce import announce
from ui.widgets.buttons import Button
from ui.widgets.restyle import restyle

_LOOKS: Final = MappingProxyType(
    {
        "offline": ("offline", "on_warning_tint"),
        "attention": ("warning", "on_warning_tint"),
        "sending": ("sending", "on_primary_tint"),
        "clear": ("online_clear", "on_success_tint"),
    }
)


class SyncPill(Button):
    """A pill with icon and words; pressed, it opens Sync."""

    def __init__(self) -> None:
        super().__init__("Connected", "pill")
        self._state = ""
        self.show_state("clear", "Connected")

    def show_state(self, state: str, words: str) -> None:
        """Show offline, attention, sending or clear; a new state is announced once."""
        if (state, words) == (self._state, self.text()):
            return
        new = bool(self._state) and state != self._state
        self._state = state
        icon, tone = _LOOKS[state]
        self.set_words(words, name=f"Sync: {words}")
        self.set_icon(icon, tone=tone, size=22)
        restyle(self, state=state)
        self.updateGeometry()
        if new:
            announce(self, words)
