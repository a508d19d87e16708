"""Whether photos may use the line to the centre as it is now: not one that is paid by the byte."""

from __future__ import annotations

import threading

from fieldapp.services.attaching import ANY_LINE, PHOTO_LINE
from fieldapp.services.preferences import Preferences
from fieldapp.store import Store


class PhotoLine:
    """What is known of the line, what the officer prefers, and what they asked for once.

    Args:
        store: holds the preference.
    """

    def __init__(self, store: Store) -> None:
        self._preferences = Preferences(store)
        self._lock = threading.Lock()
        self._metered = False
        self._once = False

    def is_metered(self, *, metered: bool) -> bool:
        """The system says so; True when photos that were held back may go now."""
        with self._lock:
            freed, self._metered = self._metered and not metered, metered
        return freed

    def allow_once(self) -> None:
        """The officer asked for photos to go whatever it costs, this once."""
        with self._lock:
            self._once = True

    def sent(self) -> None:
        """Nothing of a photo waits any more: what was asked for once has been done."""
        with self._lock:
            self._once = False

    def allows(self) -> bool:
        """True when photos may go now."""
        with self._lock:
            free = self._once or not self._metered
        return free or self._preferences.get(PHOTO_LINE) == ANY_LINE
