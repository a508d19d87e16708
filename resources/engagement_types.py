"""Engagement types as screens and rules use them; adding one is one item in the list's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from resources import CodeItem, code_list


@dataclass(frozen=True, slots=True)
class EngagementType:
    """What one kind of engagement shows, counts and requires.

    An item of the list must have every field named here, and a ``source``. It may also have
    ``tile`` (its place among the large buttons of Today), with ``tile_label`` and ``tile_hint``.
    """

    code: str
    """Permanent name, as records hold it."""
    label: str
    """What the picker calls it."""
    short_label: str
    """What lists and titles call it: at most 24 characters."""
    icon: str
    """A name of ``ui.theme.icons`` or a word of ``ui.views.looks``."""
    group: str
    """Where the picker has it: a label of the list ``engagement_group``."""
    record_type: str
    """ENGAGEMENT, or RESIDENT_CONTACT with one person."""
    in_person: bool
    """Officers and public are in one place."""
    open_to_public: bool
    """Anybody may come."""
    public_advert: bool
    """It is announced beforehand."""
    s34_candidate: bool | None
    """May answer the public's question (s.34); None where a supervisor has to say (REVIEW)."""
    venue: str
    """REQUIRED, OPTIONAL or NONE."""
    sections: tuple[str, ...]
    """Parts of the form in the order shown: codes of the list ``entry_section``."""
    counts: tuple[str, ...]
    """What is counted: codes of the list ``count_field``."""
    default_minutes: int
    """How long it usually takes."""
    default_segments: tuple[str, ...]
    """Whom it usually reaches: codes of the list ``community_segment``."""
    phrases: tuple[str, ...]
    """Ready-made notes of at most 60 characters; may be empty."""
    title: str
    """Made of ``{type}``, ``{place}``, ``{neighbourhood}`` and ``{lpt}``."""

    def shows(self, section: str) -> bool:
        """True when the form of this type has the section."""
        return section in self.sections

    def title_for(self, *, place: str = "", neighbourhood: str = "", lpt: str = "") -> str:
        """The title an entry gets by itself, such as "Drop-in, Larkspur Precinct".

        Where the wanted part is empty, the next wider one stands in.
        """
        lpt = lpt.strip()
        neighbourhood = neighbourhood.strip() or lpt
        place = place.strip() or neighbourhood
        parts = {"type": self.short_label, "place": place, "neighbourhood": neighbourhood}
        return self.title.format_map({**parts, "lpt": lpt}).strip().rstrip(",")


@cache
def engagement_types() -> Mapping[str, EngagementType]:
    """All engagement types by code, in the order of the picker."""
    items = code_list("engagement_type").items
    return MappingProxyType({item.code: _engagement_type(item) for item in items})


def engagement_type(code: str) -> EngagementType:
    """The engagement type with this code.

    Raises:
        KeyError: there is no such type; the words name it.
    """
    try:
        return engagement_types()[code]
    except KeyError:
        raise KeyError(f"There is no engagement type {code}.") from None


_NEEDED = (
    *("short_label", "icon", "group", "record_type", "in_person", "open_to_public"),
    *("public_advert", "s34_candidate", "venue", "sections", "counts", "default_minutes"),
    *("default_segments", "phrases", "title", "source"),
)


def _engagement_type(item: CodeItem) -> EngagementType:
    missing = [name for name in _NEEDED if name not in item.extra]
    if missing:
        raise TypeError(f"{item.code}: {', '.join(missing)} missing.")
    candidate = item.extra["s34_candidate"]
    minutes = item.extra["default_minutes"]
    if not isinstance(minutes, int):
        raise TypeError(f"{item.code}: default_minutes must be a number.")
    return EngagementType(
        code=item.code,
        label=item.label,
        short_label=item.text("short_label"),
        icon=item.text("icon"),
        group=item.text("group"),
        record_type=item.text("record_type"),
        in_person=item.flag("in_person"),
        open_to_public=item.flag("open_to_public"),
        public_advert=item.flag("public_advert"),
        s34_candidate=None if candidate == "REVIEW" else candidate is True,
        venue=item.text("venue"),
        sections=_texts(item, "sections"),
        counts=_texts(item, "counts"),
        default_minutes=minutes,
        default_segments=_texts(item, "default_segments"),
        phrases=_texts(item, "phrases"),
        title=item.text("title"),
    )


def _texts(item: CodeItem, name: str) -> tuple[str, ...]:
    values = item.extra[name]
    if not isinstance(values, tuple):
        raise TypeError(f"{item.code}: {name} must be a list.")
    return tuple(str(value) for value in values)
