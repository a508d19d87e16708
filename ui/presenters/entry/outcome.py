"""How it went: held, nobody came, cancelled or called away, with a reason and a new date."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING

from resources import code_list
from ui.presenters.entry.counts import Counts
from ui.words import from_local, in_sentence, moment_words, parse, stored

if TYPE_CHECKING:
    from ui.presenters.entry.form import EntryForm
    from ui.presenters.entry.routing import Routing

HELD, NOBODY_CAME, CANCELLED, CALLED_AWAY = "HELD", "NOBODY_CAME", "CANCELLED", "CALLED_AWAY"

_ABOUT_PEOPLE = frozenset({"who_came", "issues", "handouts", "pulse", "person"})


class Outcome:
    """Reads and writes ``outcome``, its reason and the rebooking of a form."""

    def __init__(self, form: EntryForm, routing: Routing) -> None:
        self._form, self._routing = form, routing

    @property
    def code(self) -> str:
        """How it went; held while nobody says otherwise."""
        return self._form.answers.text("outcome") or HELD

    @property
    def needs_reason(self) -> bool:
        """True when the officers had to give it up."""
        return self.code in (CANCELLED, CALLED_AWAY)

    def choose(self, code: str) -> None:
        """Say how it went. With nobody there, nothing can have been counted or disclosed."""
        self._form.set("outcome", code)
        if code in (NOBODY_CAME, CANCELLED):
            self._routing.none_of_these()
        if code == NOBODY_CAME:
            for count in Counts(self._form).people:
                self._form.set(f"counts.{count}", 0)
        if code not in (CANCELLED, CALLED_AWAY):
            self._form.set("outcome_reason", None)
            self._form.set("rebooking", None)

    def hidden_sections(self) -> frozenset[str]:
        """Sections that make no sense with this outcome."""
        return _ABOUT_PEOPLE if self.code in (NOBODY_CAME, CANCELLED) else frozenset()

    @property
    def rebooked(self) -> datetime | None:
        """When it is to be held instead."""
        return parse(self._form.answers.get("rebooking.starts_at"))

    def rebook(self, day: date | None, clock: time | None) -> None:
        """Set the new date, or take it back."""
        at = from_local(day, clock) if day and clock else None
        self._form.set("rebooking.starts_at", stored(at) if at else None)

    def summary(self) -> str:
        """One line for the folded section."""
        words = code_list("outcome").label(self.code)
        reason = self._form.answers.text("outcome_reason")
        if reason:
            words += f", {code_list('cancel_reason').label(reason).lower()}"
        if self.rebooked:
            words += f"; again {in_sentence(moment_words(self.rebooked, self._form.clock.now()))}"
        return words
