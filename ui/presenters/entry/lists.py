"""Issues, handouts and partners: lists an officer fills by tapping a kind, kept by element."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from resources import code_list

if TYPE_CHECKING:
    from ui.presenters.entry.form import EntryForm


class CountedList:
    """A list of objects shown as a number for each kind.

    Args:
        form: the form it belongs to.
        name: field name of the list ("issues").
        kind: field of an element that names its kind ("category").
        number: field of an element that holds its number ("mentions").
        codes: code list of the kinds.
    """

    def __init__(self, form: EntryForm, name: str, kind: str, number: str, codes: str) -> None:
        self._form, self.name = form, name
        self._kind, self._number, self._codes = kind, number, codes

    def counts(self) -> dict[str, int]:
        """The number for each kind that is there; one without a number counts as 1."""
        counts: dict[str, int] = {}
        for element in self._form.answers.elements(self.name):
            number = element.get(self._number)
            code = str(element.get(self._kind, ""))
            counts[code] = counts.get(code, 0) + (number if isinstance(number, int) else 1)
        return counts

    def set_counts(self, wanted: Mapping[str, int]) -> None:
        """Bring the list to these numbers; what else is known of an element stays with it."""
        before = self.counts()
        for code in [code for code in before if not wanted.get(code)]:
            self._remove(code)
        for code, number in wanted.items():
            if number and number != before.get(code, 0):
                self._write(code, number)

    def element(self, code: str) -> dict[str, Any]:
        """The first element of a kind; empty when there is none."""
        return self._form.answers.element(self.name, self._kind, code) or {}

    def detail(self, code: str, field: str) -> str:
        """A further field of the first element of a kind, as text."""
        value = self.element(code).get(field)
        return value if isinstance(value, str) else ""

    def set_detail(self, code: str, **changes: object) -> None:
        """Say more about an element that is there."""
        element = self._form.answers.element(self.name, self._kind, code)
        if element is not None:
            self._form.put(self.name, "id", str(element["id"]), **changes)

    def label(self, code: str) -> str:
        """Words for a kind."""
        return code_list(self._codes).label(code)

    def summary(self) -> str:
        """Like Nuisance bikes 9, Parking 6."""
        return ", ".join(f"{self.label(code)} {number}" for code, number in self.counts().items())

    def _remove(self, code: str) -> None:
        while (element := self._form.answers.element(self.name, self._kind, code)) is not None:
            self._form.drop(self.name, self._kind, str(element[self._kind]))

    def _write(self, code: str, number: int) -> None:
        element = self._form.answers.element(self.name, self._kind, code)
        key = str(element["id"]) if element and element.get("id") else self._form.new_id()
        if element is not None and not element.get("id"):
            element["id"] = key
        twins = self.counts().get(code, 0) - (element or {}).get(self._number, 0)
        self._form.put(
            self.name,
            "id",
            key,
            **{self._kind: code, self._number: max(1, number - twins) if element else number},
        )


def issues(form: EntryForm) -> CountedList:
    """What people raised, with the number of mentions."""
    return CountedList(form, "issues", "category", "mentions", "issue_category")


def handouts(form: EntryForm) -> CountedList:
    """What was given out, with how many."""
    return CountedList(form, "handouts", "type", "qty", "handout_type")


def partners(form: EntryForm) -> CountedList:
    """Which partners were there, with how many people."""
    return CountedList(form, "partners_present", "partner_type", "people", "partner_type")
