"""Officers who took part: who, in which role, and for how long."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from resources import code_list

if TYPE_CHECKING:
    from fieldapp.services.values import Choice
    from ui.presenters.entry.form import EntryForm
    from ui.presenters.entry.when import When


class People:
    """Reads and writes ``participants`` of a form.

    Minutes follow the length of the entry until an officer's own are typed in.
    """

    def __init__(self, form: EntryForm, when: When) -> None:
        self._form, self._when = form, when
        self._length = self._minutes(when.length())

    @property
    def offered(self) -> tuple[Choice, ...]:
        """Officers of the team, the one signed in first."""
        return self._form.facts.colleagues

    def present(self) -> tuple[str, ...]:
        """Ids of those who took part, in the order they were added."""
        elements = self._form.answers.elements("participants")
        return tuple(str(item["officer_id"]) for item in elements if item.get("officer_id"))

    def set_present(self, officers: tuple[str, ...]) -> None:
        """Those who took part; the owner of the entry always does."""
        before, owner = self.present(), self._form.officer_id
        for officer in before:
            if officer not in officers and officer != owner:
                self._form.drop("participants", "officer_id", officer)
        for officer in officers:
            if officer not in before:
                self.add(officer)

    def add(self, officer: str) -> None:
        """One more, there for the whole time."""
        choice = self._form.facts.officer_choice(officer)
        role = str(choice.extra.get("role", "")) if choice else ""
        self._form.put(
            "participants",
            "officer_id",
            officer,
            role_at_time=role or "STAFF",
            minutes=self._minutes(self._when.length()),
        )

    def name(self, officer: str) -> str:
        """The officer's name; the id of one from elsewhere."""
        choice = self._form.facts.officer_choice(officer)
        if choice is not None:
            return str(choice.extra.get("name") or choice.label)
        own = self._form.facts.officer
        return own.name if officer == own.officer_id else officer

    def role(self, officer: str) -> str:
        """The role in words."""
        element = self._form.answers.element("participants", "officer_id", officer) or {}
        return code_list("officer_role").label(str(element.get("role_at_time", "")))

    def minutes(self, officer: str) -> int | None:
        """How long; the whole of the entry unless said otherwise, None while it has no length."""
        element = self._form.answers.element("participants", "officer_id", officer) or {}
        value = element.get("minutes")
        return value if isinstance(value, int) else self._minutes(self._when.length())

    def set_minutes(self, officer: str, minutes: int) -> None:
        """An officer was there for another time than the whole of it."""
        self._form.put("participants", "officer_id", officer, minutes=minutes)

    def follow_length(self) -> None:
        """Start or finish has changed: whoever was there for all of it still was."""
        before, now = self._length, self._minutes(self._when.length())
        if now is None or now == before:
            return  # half a time has been typed: what it was before is still known
        self._length = now
        for element in self._form.answers.elements("participants"):
            if before is not None and element.get("minutes") == before:
                officer = str(element.get("officer_id"))
                self._form.put("participants", "officer_id", officer, minutes=self._length)

    def fill(self) -> None:
        """Whoever has no minutes of their own was there for all of it."""
        for element in self._form.answers.elements("participants"):
            if element.get("minutes") is None and element.get("officer_id"):
                officer = str(element["officer_id"])
                self._form.put("participants", "officer_id", officer, minutes=self._length)

    def summary(self) -> str:
        """Like Priya Nandra, Hannah Oduya 60 min."""
        parts = []
        for officer in self.present():
            minutes = self.minutes(officer)
            part_time = minutes is not None and minutes != self._length
            parts.append(f"{self.name(officer)} {minutes} min" if part_time else self.name(officer))
        return ", ".join(parts)

    @staticmethod
    def _minutes(span: timedelta | None) -> int | None:
        return None if span is None else int(span.total_seconds()) // 60
