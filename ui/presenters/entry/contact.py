"""The person behind a contact: nobody by default, details only for a purpose, consent asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resources import code_list
from ui.words import stored

if TYPE_CHECKING:
    from resources.force import ConsentWording
    from ui.presenters.entry.form import EntryForm

GIVEN, REFUSED = "GIVEN", "REFUSED"
READ_BACK = "VERBAL_READBACK"


class Contact:
    """Reads and writes the person and the consents of a form (R19)."""

    def __init__(self, form: EntryForm) -> None:
        self._form = form
        self._set_aside: tuple[dict[str, Any], list[dict[str, Any]]] = ({}, [])

    @property
    def anonymous(self) -> bool:
        """True while no details are kept."""
        return not set(self._form.answers.person or {}) - {"id"}

    @property
    def purpose(self) -> str:
        """What the details are for."""
        person = self._form.answers.person or {}
        return str(person.get("created_for", ""))

    def keep_nothing(self) -> None:
        """No details; what was typed is put aside until the form is closed, not kept."""
        if not self.anonymous:
            person = dict(self._form.answers.person or {})
            self._set_aside = (person, list(self._form.answers.consents))
            self._form.set_person({"id": person["id"]} if "id" in person else None)
            self._form.set_consents([])

    def take_details(self, purpose: str) -> None:
        """Details are wanted for a purpose."""
        if self.anonymous:
            person, consents = self._set_aside
            self._form.set_person({**person, **(self._form.answers.person or {})})
            self._form.set_consents(consents)
        self._form.set("person.created_for", purpose)

    @property
    def purposes(self) -> tuple[str, ...]:
        """What can be asked for, in the order of the list."""
        return self._form.facts.asked_consents

    def wording(self, purpose: str) -> ConsentWording | None:
        """The words to read out."""
        return self._form.facts.wording(purpose)

    def status(self, purpose: str) -> str:
        """Given, refused, or nothing while it has not been asked."""
        return str(self._row(purpose).get("status", ""))

    def method(self, purpose: str) -> str:
        """How they answered; read back aloud unless the officer says otherwise."""
        return str(self._row(purpose).get("method", READ_BACK))

    def answer(self, purpose: str, status: str, method: str = "") -> None:
        """Keep a yes or a no, with the words that were read out and when."""
        row = dict(self._row(purpose))
        wording = self.wording(purpose)
        if row.get("status") != status:
            row["at"] = stored(self._form.clock.now())
        row.update(
            purpose=purpose,
            status=status,
            method=method or row.get("method") or READ_BACK,
            wording_version=wording.version if wording else "",
            language=wording.language if wording else "en",
            captured_by=self._form.officer_id,
        )
        others = [c for c in self._form.answers.consents if c.get("purpose") != purpose]
        self._form.set_consents([*others, row])

    def summary(self) -> str:
        """One line for the folded section; never the person's name."""
        if self.anonymous:
            return "No details kept"
        consents = [
            f"{code_list('consent_purpose').label(str(row.get('purpose')))}: "
            f"{'yes' if row.get('status') == GIVEN else 'no'}"
            for row in self._form.answers.consents
        ]
        return "; ".join(["Details kept", *consents])

    def _row(self, purpose: str) -> dict[str, Any]:
        rows = self._form.answers.consents
        return next((row for row in rows if row.get("purpose") == purpose), {})
