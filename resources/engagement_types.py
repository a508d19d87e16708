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

    ``s34_candidate`` is None where a supervisor has to say (REVIEW in the list). ``venue`` is
    REQUIRED, OPTIONAL or NONE. ``sections`` are codes of the list ``entry_section`` in the order
    shown, ``counts`` codes of the list ``count_field``.
    """

    code: str
    label: str
    short_label: str
    icon: str
    group: str
    record_type: str
    in_person: bool
    open_to_public: bool
    public_advert: bool
    s34_candidate: bool | None
    venue: str
    sections: tuple[str, ...]
    counts: tuple[str, ...]
    default_minutes: int
    default_segments: tuple[str, ...]
    phrases: tuple[str, ...]
    title: str

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


def _engagement_type(item: CodeItem) -> EngagementType:
    candidate = item.extra["s34_candidate"]
    minutes = item.extra["default_minutes"]
    if not isinstance(minutes, int):
        raise TypeError(f"{item.code}: default_minutes must be a number.")
    return EngagementType(
        code=item.code,
        label=item.label,
        short_label=item.text("short_label", item.label),
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
