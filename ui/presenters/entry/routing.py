"""The four questions that send a matter elsewhere; a yes takes a reference, never the content."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING

from fieldapp.domain.bodies import entry_body
from fieldapp.domain.errors import ContentError
from fieldapp.domain.rules.routing import routing_problems
from ui.words import from_local, local, parse, stored

if TYPE_CHECKING:
    from ui.presenters.entry.form import EntryForm

QUESTIONS = ("discloses_crime", "emergency", "safeguarding_concern", "intel_submitted")
"""In the order they are asked."""

_BEHIND = {
    "discloses_crime": ("crime_or_incident_ref", "reported_to_control_at"),
    "emergency": ("control_room_log",),
    "safeguarding_concern": ("safeguarding",),
    "intel_submitted": ("intel_ref",),
}


class Routing:
    """Reads and writes the answers that route a matter away."""

    def __init__(self, form: EntryForm) -> None:
        self._form = form

    def answer(self, question: str) -> bool | None:
        """Yes, no, or not asked yet."""
        return self._form.answers.flag(question)

    def set_answer(self, question: str, *, yes: bool) -> None:
        """Answer a question; a no takes back what a yes had asked for."""
        self._form.set(question, yes)
        if yes and question == "safeguarding_concern" and not self.routed_at:
            self._form.set("safeguarding.routed_at", stored(self._form.clock.now()))
        if not yes:
            for name in _BEHIND[question]:
                self._form.set(name, None)

    def none_of_these(self) -> None:
        """No to everything that has not been answered with yes."""
        for question in QUESTIONS:
            if not self.answer(question):
                self.set_answer(question, yes=False)

    @property
    def complete(self) -> bool:
        """True when nothing is missing: what must be asked was, and every yes has its reference."""
        try:
            body = entry_body(self._form.answers.body)
        except ContentError:
            return False
        return not routing_problems(body, now=self._form.clock.now())

    @property
    def notes_locked(self) -> bool:
        """True while a safeguarding concern keeps free text out (R15)."""
        return self.answer("safeguarding_concern") is True

    @property
    def routed_at(self) -> datetime | None:
        """When a safeguarding concern was passed on."""
        return parse(self._form.answers.get("safeguarding.routed_at"))

    def set_routed_time(self, clock: time | None) -> None:
        """The time it was passed on, on the day of the entry."""
        start = parse(self._form.answers.get("started_at")) or self._form.clock.now()
        at = from_local(local(start).date(), clock) if clock else None
        self._form.set("safeguarding.routed_at", stored(at) if at else None)

    def told_control_now(self) -> None:
        """The control room has been told of a crime just now."""
        self._form.set("reported_to_control_at", stored(self._form.clock.now()))

    def summary(self) -> str:
        """One line for the folded section."""
        words = {
            "discloses_crime": "Crime",
            "emergency": "Emergency",
            "safeguarding_concern": "Safeguarding",
            "intel_submitted": "Intelligence",
        }
        if any(self.answer(question) is None for question in QUESTIONS):
            return ""
        yes = [words[question] for question in QUESTIONS if self.answer(question)]
        return ", ".join(yes) or "None of these"
