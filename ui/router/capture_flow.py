"""From a tap on New to the confirmation: form, check, submitted, each on top of the last."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ui.presenters.presenter import Presenter

if TYPE_CHECKING:
    from fieldapp.services.values import Check, Draft, Submitted
    from ui.presenters.entry.facts import FormFacts
    from ui.presenters.entry.form import EntryForm
    from ui.presenters.presenter import Desk
    from ui.shell import Shell
    from ui.views.check import CheckPage
    from ui.views.entry_form.page import EntryFormPage


class CaptureFlow(Presenter):
    """Opens drafts in the form and takes them through to the end; one at a time.

    Signals:
        said(str): something was done.
        deleted(Draft): a draft was deleted and can be brought back.
        today_wanted: the officer goes back to Today.
    """

    said = Signal(str)
    deleted = Signal(object)
    today_wanted = Signal()

    def __init__(self, desk: Desk, shell: Shell, parent: QObject | None = None) -> None:
        super().__init__(desk, parent)
        self._shell = shell
        self._form: EntryForm | None = None
        self._page: EntryFormPage | None = None
        self._check: CheckPage | None = None
        self._last_kind, self._done = "", False
        self._opening = False
        self._leaving: list[EntryForm] = []
        shell.page_closed.connect(self._on_page_closed)

    @property
    def page(self) -> EntryFormPage | None:
        """The form that is open."""
        return self._page

    @staticmethod
    def preload() -> None:
        """Import the form while the officer reads Today, so that the first tap finds it ready."""
        import ui.views.check
        import ui.views.entry_form.page
        import ui.views.submitted  # noqa: F401

    # ------------------------------------------------------------------ opening

    def start(self, engagement_type: str, plan_id: str | None = None) -> None:
        """Begin an entry, from a tile or from a line of the plan."""
        capture = self.desk.services.capture
        self._open(lambda: capture.start(engagement_type, plan_id=plan_id))

    def start_planned(self, plan_id: str) -> None:
        """Begin the entry of a line of the plan."""
        services = self.desk.services

        def work() -> Draft:
            line = next((one for one in services.plan.today() if one.record_id == plan_id), None)
            return services.capture.start(line.engagement_type if line else "", plan_id=plan_id)

        self._open(work)

    def open(self, record_id: str) -> None:
        """Go on with a draft, mend a returned entry, or change an approved one."""
        capture = self.desk.services.capture
        self._open(lambda: capture.open(record_id))

    def open_draft(self, draft: Draft) -> None:
        """Show a draft that has been opened already."""
        self._open(lambda: draft)

    def _open(self, get: Callable[[], Draft]) -> None:
        if self._opening:
            return  # a second tap on the same button would begin a second entry
        self._opening = True
        services = self.desk.services

        def work() -> tuple[Draft, FormFacts]:
            from ui.presenters.entry.facts import FormFacts

            draft = get()
            return draft, FormFacts.read(services, draft.engagement_type)

        self._ask(work, self._on_opened, failed=self._on_not_opened)

    def _on_opened(self, answer: tuple[Draft, FormFacts]) -> None:
        from ui.presenters.entry.form import EntryForm

        self._opening = False
        draft, facts = answer
        self._show_form(EntryForm(self.desk, draft, facts))

    def _on_not_opened(self, error: Exception) -> None:
        self._opening = False
        self._tell(error)

    def _show_form(self, form: EntryForm) -> None:
        from ui.views.entry_form.page import EntryFormPage

        if self._page is not None:
            self._close_all()
        page = EntryFormPage(form)
        page.check_wanted.connect(form.check)
        page.later_wanted.connect(form.finish_later)
        form.checked.connect(self._on_checked)
        form.submitted.connect(self._on_submitted)
        form.left.connect(self._on_left)
        form.deleted.connect(self._on_deleted)
        self._form, self._page, self._done = form, page, False
        self._shell.open_page(page)

    # ----------------------------------------------------------------- checking

    def _on_checked(self, check: Check) -> None:
        from ui.presenters.entry.screening import TEXT
        from ui.views.check import CheckPage

        page, form = self._page, self._form
        if page is None or form is None:
            return
        missing = tuple(p for p in check.problems if not p.code.startswith(TEXT))
        if missing and self._check is not None:
            self._shell.close_page()
        page.show_problems(missing)
        if missing:
            return
        if self._check is not None:
            self._check.show_check(check)
            return
        shown = CheckPage(form, check, can_change=page.has)
        shown.change_wanted.connect(self._on_change_wanted)
        shown.submit_wanted.connect(self._on_submit_wanted)
        shown.later_wanted.connect(form.finish_later)
        self._check = shown
        self._shell.open_page(shown)

    def _on_change_wanted(self, name: str) -> None:
        if self._check is not None and self._shell.close_page() and self._page is not None:
            self._page.go_to(name)

    def _on_submit_wanted(self) -> None:
        if self._check is None or self._form is None:
            return
        if self._check.check.problems:
            self._check.show_stops()
        else:
            self._form.submit()

    # ------------------------------------------------------------------- ending

    def _on_submitted(self, submitted: Submitted) -> None:
        from ui.views.submitted import SubmittedPage

        kind = self._form.opened.engagement_type if self._form else ""
        self._done = True
        self._close_all()
        page = SubmittedPage(submitted, self.desk.clock)
        page.taken_back.connect(self._on_taken_back)
        page.new_wanted.connect(self._on_new_wanted)
        page.today_wanted.connect(self._on_today_wanted)
        self._last_kind = kind
        self._shell.open_page(page)

    def _on_taken_back(self, record_id: str) -> None:
        capture = self.desk.services.capture

        def work() -> str:
            capture.recall(record_id)
            return record_id

        self._ask(work, self._on_recalled)

    def _on_recalled(self, record_id: str) -> None:
        self._shell.close_page()
        self.said.emit("Taken back. It is a draft again.")
        self.open(record_id)

    def _on_new_wanted(self) -> None:
        self._shell.close_page()
        self.start(self._last_kind)

    def _on_today_wanted(self) -> None:
        self._shell.close_page()
        self.today_wanted.emit()

    def _on_left(self) -> None:
        self._done = True
        self._close_all()
        self.said.emit("Kept as a draft on this tablet.")

    def _on_deleted(self, draft: Draft) -> None:
        self._done = True
        self._close_all()
        self.deleted.emit(draft)

    def undelete(self, draft: Draft) -> None:
        """Bring a deleted draft back."""
        capture = self.desk.services.capture
        self._ask(lambda: capture.undelete(draft), lambda _: self.said.emit("The draft is back."))

    def save(self) -> None:
        """Hand what is on screen now to the store, without waiting for the throttle."""
        if self._form is not None:
            self._form.leave(_nothing)

    def close(self) -> None:
        """The app ends: the draft on screen is put down, so that it is not taken for a crash."""
        if self._form is not None and not self._done:
            self._put_down(self._form)

    def _close_all(self) -> None:
        while self._shell.page() in (self._check, self._page) and self._shell.close_page():
            pass

    def _on_page_closed(self, page: object) -> None:
        if page is self._check:
            self._check = None
        elif page is self._page and self._form is not None:
            form, self._form, self._page = self._form, None, None
            if self._done:
                return
            # The page has gone; what was typed a moment ago is still on its way to the disk.
            self._leaving.append(form)
            form.leave(self._on_safe, self._on_unsafe)

    def _on_safe(self) -> None:
        for form in [one for one in self._leaving if one.autosave.clean]:
            self._leaving.remove(form)
            self._put_down(form)

    def _put_down(self, form: EntryForm) -> None:
        """Leaving never asks: the draft is found in Records from now on."""
        draft, capture = form.draft, self.desk.services.capture
        form.autosave.stop()
        self._ask(lambda: capture.finish_later(draft), _nothing)

    def _on_unsafe(self) -> None:
        """The disk did not take it: the form comes back with everything that was written."""
        form = next((form for form in self._leaving if form.autosave.failing), None)
        if form is not None and self._form is None:
            self._leaving.remove(form)
            self._show_form(form)


def _nothing(_answer: object = None) -> None:
    """Nothing follows."""
