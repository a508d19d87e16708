"""The place, and the neighbourhood that follows from it until the officer says otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ui.presenters.entry.form import EntryForm

FROM_PLACE = "Filled in from the place; change it if needed"
FROM_SCHOOL = "Filled in from the school; change it if needed"
FROM_PLAN = "Filled in from the plan; change it if needed"

_KEPT = ("venue_id", "address", "postcode", "lat", "lon")


class Where:
    """Reads and writes ``venue`` and the neighbourhood of a form."""

    def __init__(self, form: EntryForm) -> None:
        self._form = form
        self._chosen = bool(form.opened.body.get("neighbourhood_id")) and not form.opened.is_new
        self.origin = ""
        """Where the neighbourhood came from, in words; empty when the officer chose it."""
        if form.opened.body.get("planned_activity_id") and form.opened.is_new:
            self.origin = FROM_PLAN

    @property
    def name(self) -> str:
        """The place in words."""
        return self._form.answers.text("venue.name")

    @property
    def code(self) -> str:
        """The place as the lists know it; nothing when it was typed."""
        name = self.name
        known = (*self._form.facts.venues, *self._form.facts.recent)
        return next((choice.code for choice in known if choice.label == name), "") if name else ""

    @property
    def neighbourhood(self) -> str:
        """Code of the neighbourhood."""
        return self._form.answers.text("neighbourhood_id")

    def pick(self, code: str) -> None:
        """A place of the list; the neighbourhood comes with it."""
        venue = self._form.facts.venue(code)
        if venue is None:
            return
        inner = venue.extra.get("venue")
        extra = inner if isinstance(inner, dict) else {**venue.extra, "venue_id": venue.code}
        self._write(venue.label, extra=extra, source="LIST")
        self._suggest(venue.extra.get("neighbourhood_id"), FROM_PLACE)

    def type(self, words: str) -> None:
        """A place that is on no list; nothing of an earlier one may stick to it."""
        if words.strip() != self.name:
            self._write(words.strip(), extra={}, source="NONE" if words else None)

    def pick_school(self, code: str) -> None:
        """The school visited is the place and gives the neighbourhood."""
        school = self._form.facts.school(code)
        if school is None:
            return
        self._write(school.label, extra=school.extra, source="LIST")
        self._suggest(school.extra.get("neighbourhood_id"), FROM_SCHOOL)

    def choose_neighbourhood(self, code: str) -> None:
        """The officer says which; no place changes it after that."""
        self._chosen, self.origin = True, ""
        self._set_neighbourhood(code)

    def summary(self) -> str:
        """One line for the folded section."""
        code = self.neighbourhood
        area = self._form.facts.neighbourhood_name(code) if code else ""
        return ", ".join(part for part in (self.name, area) if part)

    def _suggest(self, code: object, origin: str) -> None:
        if isinstance(code, str) and code and not self._chosen:
            self.origin = origin
            self._set_neighbourhood(code)

    def _set_neighbourhood(self, code: str) -> None:
        name = self._form.facts.neighbourhood_name(code)
        self._form.set("neighbourhood_name_at_time", name)
        self._form.set("neighbourhood_id", code)

    def _write(self, name: str, *, extra: dict[str, Any], source: str | None) -> None:
        for field in _KEPT:
            self._form.set(f"venue.{field}", extra.get(field))
        self._form.set("venue.location_source", source)
        self._form.set("venue.accuracy_m", None)
        self._form.set("venue.name", name)
