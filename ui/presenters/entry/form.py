"""The entry form without its widgets: one place where answers change, are kept and are sent on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from fieldapp.domain.errors import UserError
from ui.presenters.entry.answers import Answers
from ui.presenters.entry.autosave import Autosave
from ui.presenters.entry.facts import FormFacts
from ui.presenters.presenter import Desk, Presenter

if TYPE_CHECKING:
    from fieldapp.services.values import Check, Draft, Submitted


class EntryForm(Presenter):
    """One entry being written.

    Every change goes through ``set``, ``put`` or ``drop``; each is told to the views by name and
    kept by the autosave. Fields that no screen shows are never touched.

    Signals:
        changed(str): a field has another answer; for lists the name of the list.
        replaced: many answers changed at once (copied from the last session, kind changed).
        save_shown(str, str): kind and words of the save line.
        checked(object): a ``Check`` to be shown.
        submitted(object): a ``Submitted``; the form is done.
        left: finished for now, everything is safe.
        deleted(object): the ``Draft`` that was deleted, for undoing it.
    """

    changed = Signal(str)
    replaced = Signal()
    save_shown = Signal(str, str)
    checked = Signal(object)
    submitted = Signal(object)
    left = Signal()
    deleted = Signal(object)

    def __init__(self, desk: Desk, draft: Draft, facts: FormFacts) -> None:
        super().__init__(desk)
        self.clock, self.facts = desk.clock, facts
        self._services, self._draft = desk.services, draft
        self.answers = Answers(draft.body, draft.person, draft.consents)
        self.autosave = Autosave(desk.runner, self._snapshot)
        self.autosave.shown.connect(self.save_shown)

    # ------------------------------------------------------------------- what it is

    @property
    def draft(self) -> Draft:
        """The entry as it is on screen now; a copy."""
        body, person, consents = self.answers.copies()
        return replace(self._draft, body=body, person=person, consents=consents)

    @property
    def opened(self) -> Draft:
        """The entry as it was opened: origin, what was returned, where the officer was."""
        return self._draft

    @property
    def officer_id(self) -> str:
        """Who is writing."""
        return self.facts.officer.officer_id

    def new_id(self) -> str:
        """A name for a new element."""
        return self._services.capture.new_id()

    # ------------------------------------------------------------------- answering

    def set(self, name: str, value: object) -> None:
        """Answer one field; nothing at all takes the answer out."""
        if self.answers.set(name, value):
            self._touched(name)

    def put(self, name: str, key: str, wanted: str, /, **changes: object) -> None:
        """Change an element of a list, or add it."""
        self.answers.put(name, key, wanted, **changes)
        self._touched(name)

    def drop(self, name: str, key: str, unwanted: str) -> None:
        """Take an element out of a list."""
        if self.answers.drop(name, key, unwanted):
            self._touched(name)

    def set_consents(self, consents: list[dict[str, object]]) -> None:
        """Replace what was asked of the person and how they answered."""
        self.answers.consents = list(consents)
        self._touched("consents")

    def set_person(self, person: dict[str, object] | None) -> None:
        """Keep details of a person, or none."""
        self.answers.person = person
        self._touched("person")

    def note_focus(self, field: str | None, position: int | None = None) -> None:
        """Remember where the officer is, so that a killed app comes back to it."""
        if (field, position) == (self._draft.focus_field, self._draft.focus_position):
            return
        self._draft = replace(self._draft, focus_field=field, focus_position=position)
        self.autosave.touch(quiet=True)

    # ------------------------------------------------------------------- acts

    def copy_last(self) -> None:
        """Place and times of the last entry of this type; counts and notes start empty."""
        draft = self.draft
        capture = self._services.capture
        self._ask(lambda: capture.copy_last(draft), self._on_copied)

    def change_kind(self, type_code: str) -> None:
        """Make a contact another kind of contact; what was answered stays."""
        services, draft = self._services, self.draft

        def work() -> FormFacts:
            return FormFacts.read(services, type_code)

        def then(facts: FormFacts) -> None:
            self.facts = facts
            self._draft = replace(draft, engagement_type=type_code)
            self.set("engagement_type", type_code)
            self.set("in_person", facts.type.in_person)
            self.replaced.emit()

        self._ask(work, then)

    def finish_later(self) -> None:
        """Keep the draft and leave."""
        self.autosave.flush(self._finish_later)

    def leave(self, then: Callable[[], None], failed: Callable[[], None] | None = None) -> None:
        """Call ``then`` when all is safe, or ``failed`` while the disk does not take it."""
        self.autosave.flush(then, failed)

    def check(self) -> None:
        """Read everything as it will be submitted, and say what is missing."""
        self.autosave.flush(self._check)

    def submit(self) -> None:
        """Hand the entry to the sergeant; what is missing is said instead when something is."""
        self.autosave.flush(self._submit)

    def delete(self) -> None:
        """Delete this draft; ``deleted`` carries what is needed to bring it back."""
        draft = self.draft
        capture = self._services.capture
        self.autosave.hold()

        def then(_: object) -> None:
            self.autosave.stop()
            self.deleted.emit(draft)

        self._ask(lambda: capture.delete(draft.record_id), then, failed=self._on_stayed)

    # ------------------------------------------------------------------- inside

    def _touched(self, name: str) -> None:
        self.changed.emit(name)
        self.autosave.touch()

    def _snapshot(self) -> Callable[[], datetime]:
        draft = self.draft
        capture = self._services.capture
        return lambda: capture.autosave(draft)

    def _check(self) -> None:
        draft = self.draft
        capture = self._services.capture

        def work() -> Check:
            return capture.check(draft)

        self._ask(work, self.checked.emit)

    def _submit(self) -> None:
        draft = self.draft
        capture = self._services.capture
        self.autosave.hold()

        def work() -> Submitted:
            return capture.submit(draft)

        self._ask(work, self._on_submitted, failed=self._on_submit_failed)

    def _finish_later(self) -> None:
        draft = self.draft
        capture = self._services.capture
        self.autosave.hold()

        def then(_: object) -> None:
            self.autosave.stop()
            self.left.emit()

        self._ask(lambda: capture.finish_later(draft), then, failed=self._on_stayed)

    def _on_submitted(self, submitted: Submitted) -> None:
        self.autosave.stop()
        self.submitted.emit(submitted)

    def _on_submit_failed(self, error: Exception) -> None:
        if isinstance(error, UserError):
            self.autosave.release()
            self._check()
        else:
            self._on_stayed(error)

    def _on_stayed(self, error: Exception) -> None:
        """It could not be done: everything is still here, and saved as before."""
        self.autosave.release()
        self._tell(error)

    def _on_copied(self, draft: Draft) -> None:
        self._draft = replace(draft, focus_field=self._draft.focus_field)
        self.answers = Answers(draft.body, draft.person, draft.consents)
        self.replaced.emit()
        self.autosave.touch()
