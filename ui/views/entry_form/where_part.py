"""Where: the place by one tap or a few letters, and the neighbourhood it lies in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.presenters.entry.facts import CHIPS_AT_MOST
from ui.views.entry_form.part import Part
from ui.views.entry_form.yes_no import YesNo
from ui.views.looks import shown
from ui.widgets.choice import Choice
from ui.widgets.choice_field import choice_field
from ui.widgets.field import Field
from ui.widgets.place_field import PlaceField

if TYPE_CHECKING:
    from fieldapp.services.values import Choice as Known

_PUBLIC = "Could anyone have come?"
_NEAR = 6
"""So many places are offered as chips before the search."""


class WherePart(Part):
    """Places used lately and those of the beat first; the neighbourhood fills itself in."""

    key = "where"
    names = ("venue", "neighbourhood_id", "neighbourhood_name_at_time", "open_to_public")

    def make(self) -> None:
        self.place: PlaceField | None = None
        facts = self.form.facts
        if facts.type.venue == "REQUIRED":
            self._make_place(optional=False)
        self.area = choice_field(self._areas(), "Neighbourhood")
        self.area.changed.connect(self._on_area)
        self.area_frame = Field("Neighbourhood", self.area)
        self.add(self.area_frame)
        self.fields.put("neighbourhood_id", self.area, self.area_frame)
        if facts.type.venue == "OPTIONAL":
            self._make_place(optional=True)
        self.public: YesNo | None = None
        if facts.type.shows("outcome") and facts.type.in_person:
            self.public = YesNo(_PUBLIC)
            self.public.changed.connect(self._on_public)
            frame = Field(_PUBLIC, self.public)
            self.add(frame)
            self.fields.put("open_to_public", self.public, frame)

    def _make_place(self, *, optional: bool) -> None:
        self.place = PlaceField(
            "Place", shown(self.form.facts.venues), recent=shown(self._near(optional=optional))
        )
        self.place.picked.connect(self.entry.where.pick)
        self.place.edited.connect(self._on_typed)
        frame = Field("Place", self.place, optional=optional)
        self.add(frame)
        self.fields.put("venue.name", self.place.target, frame)

    def show(self) -> None:
        where = self.entry.where
        if self.place is not None and self.place.text().strip() != where.name:
            self.place.set_place(where.code, where.name)
        self.area.set_value(where.neighbourhood)
        self.area_frame.set_origin(where.origin if where.neighbourhood else "")
        if self.public is not None:
            self.public.set_answer(self.form.answers.flag("open_to_public"))

    def summary(self) -> str:
        return self.entry.where.summary()

    def done(self) -> bool:
        where = self.entry.where
        placed = self.form.facts.type.venue != "REQUIRED" or bool(where.name)
        return placed and bool(where.neighbourhood)

    def starts_folded(self) -> bool:
        return self.done()

    def depends_on(self, name: str) -> bool:
        return name == "school.school_id"

    def _near(self, *, optional: bool) -> tuple[Known, ...]:
        """Places used lately, then those of the beat, which a doorstep has no use for."""
        facts = self.form.facts
        if optional:
            return facts.recent[:_NEAR]
        seen: dict[str, Known] = {}
        for choice in (*facts.recent, *facts.beat_venues):
            seen.setdefault(choice.label.casefold(), choice)
        return tuple(seen.values())[:_NEAR]

    def _areas(self) -> tuple[Choice, ...]:
        """The team's neighbourhoods, the officer's own first; one from elsewhere if it is set."""
        facts = self.form.facts
        known = list(facts.neighbourhoods)
        if len(known) > CHIPS_AT_MOST or len(facts.beat) < len(known):
            known.sort(key=lambda choice: choice.code not in facts.beat)
        choices = [Choice(choice.code, choice.label) for choice in known]
        current = self.entry.where.neighbourhood
        if current and current not in {choice.value for choice in choices}:
            name = self.form.answers.text("neighbourhood_name_at_time") or current
            choices.append(Choice(current, name))
        return tuple(choices)

    def _on_typed(self) -> None:
        if self.place is not None and not self.place.value():
            self.entry.where.type(self.place.text())

    def _on_public(self) -> None:
        if self.public is not None:
            self.form.set("open_to_public", self.public.answer())

    def _on_area(self) -> None:
        self.entry.where.choose_neighbourhood(self.area.value())
