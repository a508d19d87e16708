"""How many people: those who came, and what else is counted, each under its own field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from resources import code_list
from ui.words import counted

if TYPE_CHECKING:
    from ui.presenters.entry.form import EntryForm

PEOPLE = ("adults", "children_young_people")
"""Counts of people met; the others say what else came of it and never add to the total."""


class Counts:
    """Reads and writes ``counts`` of a form."""

    def __init__(self, form: EntryForm) -> None:
        self._form = form

    @property
    def people(self) -> tuple[str, ...]:
        """Count fields of this type that are people who came."""
        return tuple(code for code in self._form.facts.type.counts if code in PEOPLE)

    @property
    def others(self) -> tuple[str, ...]:
        """The other count fields of this type."""
        return tuple(code for code in self._form.facts.type.counts if code not in PEOPLE)

    def label(self, code: str) -> str:
        """Words for a count field."""
        return code_list("count_field").label(code)

    def values(self) -> dict[str, int]:
        """All counts of this type; one that has not been answered is 0."""
        number = self._form.answers.number
        return {code: number(f"counts.{code}") for code in self._form.facts.type.counts}

    def set_values(self, values: Mapping[str, int]) -> None:
        """Keep numbers; a counter that was never touched stays unanswered."""
        for code, number in values.items():
            name = f"counts.{code}"
            if number or self._form.answers.get(name) is not None:
                self._form.set(name, number)

    def total(self) -> int:
        """Everybody who came."""
        values = self.values()
        return sum(values[code] for code in self.people)

    @property
    def answered(self) -> bool:
        """True when at least one kind of people has a number, 0 included."""
        return any(self._form.answers.get(f"counts.{code}") is not None for code in self.people)

    def summary(self) -> str:
        """Like 40 people: Adults 34, Children and young people 6."""
        values = self.values()
        parts = [f"{self.label(code)} {number}" for code, number in values.items() if number]
        if not parts:
            return "Nobody" if self.answered else ""
        total = counted(self.total(), "person", "people")
        return f"{total}: {', '.join(parts)}"
