"""The tag of each mark, so that a state looks the same in every list."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from fieldapp.services.values import MARK_WORDS, Mark
from resources import code_list
from ui.widgets.tag import TagLook

_LOOKS: Final = MappingProxyType(
    {
        Mark.DRAFT: ("quiet", "draft"),
        Mark.WAITING: ("info", "waiting"),
        Mark.WITH_SERGEANT: ("info", "with_sergeant"),
        Mark.RETURNED: ("warning", "return"),
        Mark.APPROVED: ("success", "approved"),
        Mark.WITHDRAWN: ("quiet", "withdrawn"),
        Mark.HELD: ("warning", "held"),
        Mark.NOT_ACCEPTED: ("error", "not_accepted"),
        Mark.CHOOSE_VERSION: ("warning", "choose"),
        Mark.AMENDMENT: ("info", "edit"),
    }
)


def mark_look(mark: Mark, *, own: bool = True) -> TagLook:
    """Words, kind and icon of a mark; another officer's entry was not returned "to you"."""
    kind, icon = _LOOKS[mark]
    words = MARK_WORDS[mark]
    if not own and mark == Mark.RETURNED:
        words = "Returned"
    if not own and mark == Mark.WITH_SERGEANT:
        words = "Awaiting approval"
    return TagLook(words, kind, icon)


def marking_words(marking: str) -> str:
    """A marking as it is written on paper."""
    return code_list("gsc_marking").label(marking)
