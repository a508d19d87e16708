"""How this officer likes the app: theme, text size, handedness, shortcuts."""

from __future__ import annotations

from fieldapp.store import Store

_PREFIX = "preference."


class Preferences:
    """Single values by name, kept in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, name: str, default: str = "") -> str:
        """The value, or ``default`` where nothing was chosen."""
        with self._store.reading() as tx:
            found = tx.get(_PREFIX + name)
        return default if found is None else found

    def set(self, name: str, value: str) -> None:
        """Keep a choice."""
        with self._store.transaction() as tx:
            tx.put(_PREFIX + name, value)
