"""One thing that can be chosen: the code that is kept and the words that are shown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """A code of a code list with its words, a second line and an icon if it has them."""

    value: str
    text: str
    detail: str = ""
    icon: str = ""
