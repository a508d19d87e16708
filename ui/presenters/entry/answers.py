"""The answers of an entry by field name, edited in place so that unknown fields survive."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from fieldapp.domain.content import Json

Element = dict[str, Any]
_PERSON = "person."


class Answers:
    """The body of an entry, with the person and the consents beside it.

    A name is a path with dots ("counts.adults", "venue.name"); names that start with "person." are
    fields of the person, which is a record of its own.
    """

    def __init__(self, body: Json, person: Json | None, consents: tuple[Json, ...]) -> None:
        self.body: Json = deepcopy(body)
        self.person: Json | None = deepcopy(person)
        self.consents: list[Json] = [deepcopy(consent) for consent in consents]

    def copies(self) -> tuple[Json, Json | None, tuple[Json, ...]]:
        """Body, person and consents as they are now, safe to hand to another thread."""
        return deepcopy(self.body), deepcopy(self.person), tuple(deepcopy(self.consents))

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - JSON holds anything
        """The value under a name, or ``default`` where nothing has been answered."""
        place: Any
        place, parts = self._start(name)
        for part in parts:
            if not isinstance(place, dict) or part not in place:
                return default
            place = place[part]
        return default if place is None else place

    def text(self, name: str) -> str:
        """The value as text; empty where there is none."""
        value = self.get(name)
        return value if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """The value as a whole number; 0 where there is none."""
        value = self.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0

    def flag(self, name: str) -> bool | None:
        """Yes, no, or None while nobody has said."""
        value = self.get(name)
        return value if isinstance(value, bool) else None

    def codes(self, name: str) -> list[str]:
        """The value as a list of codes."""
        value = self.get(name)
        return [code for code in value if isinstance(code, str)] if isinstance(value, list) else []

    def set(self, name: str, value: object) -> bool:
        """Answer a field; nothing at all (None, empty text or list) takes the answer out.

        Returns:
            True when this changed anything.
        """
        if self.get(name) == value and type(self.get(name)) is type(value):
            return False
        top, parts = self._start(name, make=not _empty(value))
        if top is None:
            return False
        if _empty(value):
            return _take_out(top, parts)
        place = top
        for part in parts[:-1]:
            inner = place.get(part)
            if not isinstance(inner, dict):
                inner = place[part] = {}
            place = inner
        place[parts[-1]] = value
        return True

    def elements(self, name: str) -> list[Element]:
        """The elements of a list of objects, such as the issues."""
        value = self.get(name)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def element(self, name: str, key: str, wanted: str) -> Element | None:
        """The first element whose ``key`` is ``wanted``."""
        return next((item for item in self.elements(name) if item.get(key) == wanted), None)

    def put(self, name: str, key: str, wanted: str, /, **changes: object) -> Element:
        """Change fields of an element, adding it at the end when it is not there yet.

        An empty change takes the field out; fields not named stay as they are.
        """
        found = self.element(name, key, wanted)
        if found is None:
            found = {key: wanted}
            self.set(name, [*(self.get(name) or []), found])
        for field, value in changes.items():
            if _empty(value):
                found.pop(field, None)
            else:
                found[field] = value
        return found

    def drop(self, name: str, key: str, unwanted: str) -> bool:
        """Take an element out; True when it was there."""
        before = self.get(name) or []
        after = [
            item for item in before if not (isinstance(item, dict) and item.get(key) == unwanted)
        ]
        return len(after) != len(before) and self.set(name, after)

    def _start(self, name: str, *, make: bool = False) -> tuple[Json | None, list[str]]:
        if not name.startswith(_PERSON):
            return self.body, name.split(".")
        if self.person is None and make:
            self.person = {}
        return self.person, name.removeprefix(_PERSON).split(".")


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _take_out(place: Json, parts: list[str]) -> bool:
    first, *rest = parts
    if first not in place:
        return False
    if not rest:
        del place[first]
        return True
    inner = place[first]
    changed = isinstance(inner, dict) and _take_out(inner, rest)
    if changed and not inner:
        del place[first]
    return changed
