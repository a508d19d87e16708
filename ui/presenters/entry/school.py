"""A school visit: which school, which years, how many; no pupil is ever named (R21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resources import code_list
from ui.words import counted

if TYPE_CHECKING:
    from resources import CodeItem
    from ui.presenters.entry.form import EntryForm
    from ui.presenters.entry.where import Where

_STAGES = {
    "NURSERY": ("EYFS",),
    "PRIMARY": ("EYFS", "KS1", "KS2"),
    "MIDDLE": ("KS2", "KS3"),
    "SECONDARY": ("KS3", "KS4", "KS5"),
    "SIXTEEN_PLUS": ("KS5",),
}
_COUNTED = {
    "school.pupils": "counts.children_young_people",
    "school.staff_present": "counts.adults",
}


class SchoolVisit:
    """Reads and writes ``school`` of a form."""

    def __init__(self, form: EntryForm, where: Where) -> None:
        self._form, self._where = form, where
        self._before = {name: form.answers.number(name) for name in _COUNTED}

    @property
    def school_id(self) -> str:
        """The school of the list, or nothing."""
        return self._form.answers.text("school.school_id")

    @property
    def name(self) -> str:
        """The school in words."""
        return self._form.answers.text("school.name")

    def pick(self, code: str) -> None:
        """A school of the list; it is the place too, and gives the neighbourhood."""
        school = self._form.facts.school(code)
        if school is None:
            return
        self._form.set("school.school_id", code)
        self._form.set("school.urn", school.extra.get("urn"))
        self._form.set("school.phase", school.extra.get("phase"))
        self._form.set("school.name", school.label)
        offered = {item.code for item in self.years}
        years = [code for code in self._form.answers.codes("school.year_groups") if code in offered]
        self.set_years(tuple(years))
        self._where.pick_school(code)

    @property
    def years(self) -> tuple[CodeItem, ...]:
        """Year groups of this kind of school; all of them while the school is not known."""
        items = code_list("year_group").items
        stages = _STAGES.get(self._form.answers.text("school.phase"))
        if stages is None:
            return items
        return tuple(item for item in items if item.text("key_stage") in stages)

    def set_years(self, codes: tuple[str, ...]) -> None:
        """Which year groups took part; the key stage follows when it is one only."""
        self._form.set("school.year_groups", list(codes))
        stages = {code_list("year_group").item(code).text("key_stage") for code in codes}
        self._form.set("school.key_stage", stages.pop() if len(stages) == 1 else None)

    def follow(self, name: str) -> None:
        """Pupils and staff are the people met, unless they were counted otherwise."""
        before, now = self._before[name], self._form.answers.number(name)
        self._before[name] = now
        count = _COUNTED[name]
        if count.removeprefix("counts.") not in self._form.facts.type.counts:
            return
        if self._form.answers.number(count) == before:
            self._form.set(count, now)

    @property
    def complete(self) -> bool:
        """True when the school and the number of pupils are known."""
        return bool(self.name) and self._form.answers.get("school.pupils") is not None

    def summary(self) -> str:
        """Like Foxglove Primary School, Year 6, 58 pupils."""
        years = code_list("year_group")
        parts = [self.name]
        parts += [years.label(code) for code in self._form.answers.codes("school.year_groups")]
        pupils = self._form.answers.number("school.pupils")
        if pupils:
            parts.append(counted(pupils, "pupil"))
        return ", ".join(part for part in parts if part)
