"""Data the product ships with, and the one loader that reads it: code lists and their items.

Every list is one small file in ``lists/``, read when it is first asked for and kept. ``confidence``
tells how far to trust a list: ``document`` (named in a founding document), ``verified`` (seen in a
public source), ``known`` (general knowledge, not checked), ``design`` (ours), or ``mixed``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType

__all__ = [
    "CodeItem",
    "CodeList",
    "code_list",
    "code_list_names",
    "read_json",
    "read_text",
    "read_words",
]


@dataclass(frozen=True, slots=True)
class CodeItem:
    """One choice: its code, the words on screen, and whatever else the list says about it."""

    code: str
    label: str
    extra: Mapping[str, object] = field(default_factory=dict)

    def flag(self, name: str) -> bool:
        """True when the item carries ``name`` as true."""
        return self.extra.get(name) is True

    def text(self, name: str, default: str = "") -> str:
        """The item's ``name`` as text, or ``default`` when it has none."""
        value = self.extra.get(name)
        return value if isinstance(value, str) else default


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list of choices with where it comes from; ``items`` are in the order shown on screen."""

    name: str
    source: str
    confidence: str
    items: tuple[CodeItem, ...]
    _by_code: Mapping[str, CodeItem] = field(repr=False, compare=False)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    @property
    def codes(self) -> frozenset[str]:
        """All codes of the list."""
        return frozenset(self._by_code)

    def item(self, code: str) -> CodeItem:
        """The item with this code.

        Raises:
            KeyError: the list has no such code; the words name both.
        """
        try:
            return self._by_code[code]
        except KeyError:
            raise KeyError(f"The code list {self.name} has no code {code}.") from None

    def label(self, code: str | None) -> str:
        """Words for a code; a code from a newer version is shown as it is, never as an error."""
        if code is None:
            return ""
        found = self._by_code.get(code)
        return found.label if found else code


def read_text(path: str) -> str:
    """The text of a shipped file.

    Args:
        path: place below ``resources``, with forward slashes.

    Raises:
        KeyError: there is no such file.
    """
    try:
        return files("resources").joinpath(*path.split("/")).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        raise KeyError(f"There is no resource called {path}.") from None


def read_words(path: str) -> frozenset[str]:
    """The words of a shipped file, in small letters.

    Raises:
        KeyError: there is no such file.
    """
    return frozenset(read_text(path).lower().split())


def read_json(path: str) -> Mapping[str, object]:
    """A shipped JSON file whose top is an object, frozen all the way down.

    Raises:
        KeyError: there is no such file.
    """
    content = _frozen(json.loads(read_text(path)))
    if not isinstance(content, Mapping):
        raise TypeError(f"The resource {path} must be a JSON object.")
    return content


@cache
def code_list(name: str) -> CodeList:
    """The code list called ``name``.

    Raises:
        KeyError: there is no such list; the words say which was asked for.
    """
    if name not in code_list_names():
        raise KeyError(f"There is no code list called {name}.")
    raw = json.loads(read_text(f"lists/{name}.json"))
    items = tuple(_item(entry) for entry in raw["items"])
    by_code = MappingProxyType({item.code: item for item in items})
    if len(by_code) != len(items):
        raise ValueError(f"The code list {name} has a code twice.")
    return CodeList(
        name=raw["name"],
        source=raw["source"],
        confidence=raw["confidence"],
        items=items,
        _by_code=by_code,
    )


@cache
def code_list_names() -> frozenset[str]:
    """Names of all lists that are shipped."""
    folder = files("resources").joinpath("lists")
    return frozenset(
        entry.name.removesuffix(".json")
        for entry in folder.iterdir()
        if entry.name.endswith(".json")
    )


def _item(entry: dict[str, object]) -> CodeItem:
    extra = {key: _frozen(value) for key, value in entry.items() if key not in ("code", "label")}
    return CodeItem(
        code=str(entry["code"]), label=str(entry["label"]), extra=MappingProxyType(extra)
    )


def _frozen(value: object) -> object:
    if isinstance(value, dict):
        return MappingProxyType({key: _frozen(item) for key, item in value.items()})
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value
