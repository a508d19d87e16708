"""What the free-text screen found: taken out, or kept with a reason (R16)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from resources import code_list

if TYPE_CHECKING:
    from fieldapp.services.values import Finding, ProblemRow
    from resources import CodeItem
    from ui.presenters.entry.form import EntryForm

_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Rev)\.?\s+$")
TEXT = "text_"
"""How the codes of problems begin that the screen of free text found."""

NOT_PERSONAL = "NOT_PERSONAL"
"""The reason that fits a kind for which the list has none of its own."""


class Screening:
    """Settles findings of a form; each change is kept like any other answer."""

    def __init__(self, form: EntryForm) -> None:
        self._form = form

    def reasons(self, finding: Finding) -> tuple[CodeItem, ...]:
        """Why something of this kind may stay."""
        items = code_list("keep_reason").items
        fitting = [item for item in items if finding.kind in _kinds(item)]
        return tuple(fitting) or tuple(item for item in items if item.code == NOT_PERSONAL)

    def text_of(self, field: str) -> str:
        """The whole text a finding is in."""
        head, _, rest = field.partition(".")
        key, _, name = rest.partition(".")
        element = self._form.answers.element(head, "id", key) if name else None
        if element is not None:
            value = element.get(name)
            return value if isinstance(value, str) else ""
        return self._form.answers.text(field)

    def remove(self, finding: Finding) -> None:
        """Take the words out, and the title before a name; the sentence closes over the gap."""
        text = self.text_of(finding.field)
        before = text[: finding.start]
        if "NAME" in finding.kind:
            before = _TITLE.sub("", before)
        before = before.rstrip(" ")
        after = text[finding.end :].lstrip(" ")
        gap = " " if before and after and after[0] not in ".,;:!?" else ""
        self._write(finding.field, f"{before}{gap}{after}".strip())

    def keep(self, finding: Finding, because: str) -> None:
        """Leave the words, and keep the reason with the entry."""
        kept = self._form.answers.elements("kept_text")
        others = [
            item
            for item in kept
            if (item.get("field"), item.get("kind")) != (finding.field, finding.kind)
        ]
        reason = {"field": finding.field, "kind": str(finding.kind), "because": because}
        self._form.set("kept_text", [*others, reason])

    def confirm(self, hint: ProblemRow) -> None:
        """The officer says that an unusual number is right."""
        confirmed = self._form.answers.codes("confirmed")
        if hint.field not in confirmed:
            self._form.set("confirmed", [*confirmed, hint.field])

    def _write(self, field: str, text: str) -> None:
        head, _, rest = field.partition(".")
        key, _, name = rest.partition(".")
        if name and self._form.answers.element(head, "id", key) is not None:
            self._form.put(head, "id", key, **{name: text})
        else:
            self._form.set(field, text)


def missing(problems: tuple[ProblemRow, ...]) -> tuple[ProblemRow, ...]:
    """Problems to put right in the form; what the text screen found is settled at the check."""
    return tuple(problem for problem in problems if not problem.code.startswith(TEXT))


def _kinds(item: CodeItem) -> tuple[str, ...]:
    kinds = item.extra.get("kinds")
    return tuple(str(kind) for kind in kinds) if isinstance(kinds, tuple) else ()
