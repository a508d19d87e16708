"""From the words of the data to what the widgets show: choices, icons, tags."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from resources import CodeItem, code_list
from ui.theme.icons import NAMES
from ui.widgets.choice import Choice

if TYPE_CHECKING:
    from fieldapp.services.values import Choice as Known

WORDS: Final = {
    "coffee": "drop_in",
    "megaphone": "event",
    "badge": "brand",
    "scrutiny": "survey",
    "campus": "school",
    "shop": "stall",
    "faith": "visit",
    "home": "visit",
    "handshake": "partner",
    "council": "meeting",
    "farm": "place",
    "person": "resident",
    "car": "patrol",
    "chat": "online",
    "print": "record",
    "other": "engagement",
    "question": "comment",
    "share": "export",
    "cancelled": "withdrawn",
    "called_away": "phone",
}
"""Icons that code lists may name beside those of ``ui.theme.icons``."""
_ANY: Final = "engagement"


def icon_of(word: str) -> str:
    """An icon for a word of the data; one that is not known looks like any engagement."""
    if word in NAMES:
        return word
    known = WORDS.get(word, _ANY)
    return known if known in NAMES else _ANY


def choice_of(item: CodeItem) -> Choice:
    """An item of a code list as a choice."""
    return Choice(item.code, item.label, item.text("meaning"))


def choices_of(name: str, *, only: Iterable[str] | None = None) -> tuple[Choice, ...]:
    """The items of a code list as choices; with ``only``, those codes in the list's order."""
    wanted = None if only is None else set(only)
    items = code_list(name).items
    return tuple(choice_of(item) for item in items if wanted is None or item.code in wanted)


def shown(known: Iterable[Known]) -> tuple[Choice, ...]:
    """Reference values of the services as choices."""
    return tuple(Choice(item.code, item.label, item.detail) for item in known)
