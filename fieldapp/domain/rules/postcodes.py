"""Finds UK postcodes in free text, for the screen of R16."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

from resources import read_words

_POSTCODE = re.compile(
    r"(?<![A-Z0-9])(?P<area>[A-Z]{1,2})\d[A-Z\d]?\s?\d(?P<unit>[ABD-HJLNP-UW-Z]{2})(?![A-Z0-9])",
    re.IGNORECASE,
)
_ORDINALS = frozenset({"st", "nd", "rd", "th"})


@cache
def _areas() -> frozenset[str]:
    """The letters a UK postcode can begin with."""
    return read_words("words/postcode_areas.txt")


def postcodes(text: str, *, known: Collection[str] = ()) -> Iterator[tuple[int, int]]:
    """Where postcodes stand in the text; those of known public places are passed over."""
    public = {_plain(code) for code in known}
    for match in _POSTCODE.finditer(text):
        if match["area"].lower() not in _areas() or match["unit"] in _ORDINALS:
            continue
        if _plain(match[0]) not in public:
            yield match.span()


def _plain(code: str) -> str:
    return code.upper().replace(" ", "")
