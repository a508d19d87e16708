"""The way through capture: Today, the form, the check, submitted, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from ui.presenters.capture import CapturePresenter
from ui.presenters.entry.screening import missing
from ui.presenters.plan_line import PlanLinePresenter
from ui.views.check import CheckPage
from ui.views.entry_form.page import EntryFormPage
from ui.views.plan_line import PlanLinePage
from ui.views.submitted import SubmittedPage
from ui.views.type_picker import TypePicker

if TYPE_CHECKING:
    from fieldapp.services.values import Check, Draft, Submitted
    from ui.presenters.entry.form import EntryForm
    from ui.presenters.presenter import Desk
    from ui.widgets.message_bar import MessageBar
    from ui.widgets.page import Page
    from ui.widgets.undo_toast import UndoToast

TODAY = "today"
_DELETED = "Draft deleted"


class Stage(Protocol):
    """Where pages are shown (see ``ui.shell.Shell``)."""

    undo: UndoToast
    messages: MessageBar

    def open_page(self, page: Page) -> None:
        """Lay a page on top."""

    def close_page(self) -> bool:
        """Close the page on top; False when it stays."""

    def choose(self, key: str) -> None:
        """Go to a place, closing what lies on top."""

    def page(self) -> Page | None:
        """The page on top."""


class Capture(QObject):
    """Opens and closes the pages of recording; every other screen starts it from here.

    Signals:
        recorded: something was submitted, kept or deleted; lists may look again.
    """

    recorded = Signal()

    def __init__(self, desk: Desk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self.presenter = CapturePresenter(desk, self)
        self.presenter.opened.connect(self._show_form)
        self.presenter.restored.connect(self.recorded)
        self._form: EntryForm | None = None
        self._page: EntryFormPage | None = None
        self._check: CheckPage | None = None
        self._leaving: list[EntryForm] = []
        self._undoing = False

    # ------------------------------------------------------------------- ways in

    def start(self, kind: str) -> None:
        """Record a new engagement of this kind."""
        self.presenter.start(kind)

    def start_planned(self, plan_id: str) -> None:
        """Record what this plan line says."""
        self.presenter.start_planned(plan_id)

    def open(self, record_id: str) -> None:
        """Go on with a draft or returned entry, or change an approved one."""
        self.presenter.open(record_id)

    def pick(self) -> None:
        """Choose from every kind of engagement."""
        picker = TypePicker(self.presenter.kinds())
        picker.chosen.connect(self._on_picked)
        self._stage.open_page(picker)

    def add_to_plan(self) -> None:
        """Add a line to the plan."""
        presenter = PlanLinePresenter(self._desk, self)
        page = PlanLinePage(presenter)
        page.added.connect(self._on_planned)
        self._stage.open_page(page)
        presenter.load()

    def settle(self) -> None:
        """Hand what is still unsaved to the store; called before the app closes."""
        if self._form is not None:
            self._form.leave(_nothing)

    @property
    def form_page(self) -> EntryFormPage | None:
        """The form that is open, if any."""
        return self._page

    @property
    def check_page(self) -> CheckPage | None:
        """The check that is open, if any."""
        return self._check

    # ------------------------------------------------------------------- the form

    def _show_form(self, form: EntryForm) -> None:
        if isinstance(self._stage.page(), TypePicker | SubmittedPage):
            self._stage.close_page()
        self._form = form
        page = EntryFormPage(form)
        self._page = page
        page.check_wanted.connect(form.check)
        page.later_wanted.connect(form.finish_later)
        page.going.connect(self._on_form_going)
        form.checked.connect(self._on_checked)
        form.submitted.connect(self._on_submitted)
        form.left.connect(self._on_left)
        form.deleted.connect(self._on_deleted)
        self._stage.open_page(page)

    def _on_form_going(self) -> None:
        """The page is left by Back or for another place: what it holds is saved all the same."""
        form = self._form
        if form is None or self.sender() is not self._page:
            return
        self._form = self._page = self._check = None
        self._leaving.append(form)
        form.leave(self._on_safe, self._on_unsafe)

    def _on_safe(self) -> None:
        self._leaving = [form for form in self._leaving if not form.autosave.clean]
        self.recorded.emit()

    def _on_unsafe(self) -> None:
        """The disk did not take it: the form comes back with everything that was written."""
        form = next((form for form in self._leaving if form.autosave.failing), None)
        if form is not None and self._form is None:
            self._leaving.remove(form)
            self._show_form(form)

    def _on_checked(self, check: Check) -> None:
        if self._page is None or self._form is None:
            return
        open_fields = missing(check.problems)
        if open_fields:
            if self._check is not None:
                self._back_to_form()
            self._page.show_problems(open_fields)
            return
        self._page.show_problems(())
        if self._check is not None:
            self._check.show_check(check)
            return
        page = CheckPage(self._form, check, can_change=self._page.has)
        page.change_wanted.connect(self._on_change)
        page.submit_wanted.connect(self._on_submit)
        page.later_wanted.connect(self._form.finish_later)
        page.going.connect(self._on_check_going)
        self._check = page
        self._stage.open_page(page)

    def _on_check_going(self) -> None:
        if self.sender() is self._check:
            self._check = None

    def _back_to_form(self) -> None:
        self._check = None
        self._stage.close_page()

    def _on_change(self, field: str) -> None:
        self._back_to_form()
        if self._page is not None:
            self._page.go_to(field)

    def _on_submit(self) -> None:
        if self._check is None or self._form is None:
            return
        if self._check.check.problems:
            self._check.show_stops()
        else:
            self._form.submit()

    # ------------------------------------------------------------------- the end of it

    def _on_submitted(self, submitted: Submitted) -> None:
        self._close_form()
        page = SubmittedPage(submitted, self._desk.clock)
        page.taken_back.connect(self.presenter.take_back)
        page.new_wanted.connect(self._on_new)
        page.today_wanted.connect(self._to_today)
        self._stage.open_page(page)
        self.recorded.emit()

    def _on_left(self) -> None:
        self._close_form()
        self.recorded.emit()

    def _on_deleted(self, draft: Draft) -> None:
        self._close_form()
        self.presenter.remember_deleted(draft)
        if not self._undoing:
            self._undoing = True
            self._stage.undo.undone.connect(self._on_undone)
            self._stage.undo.expired.connect(self._on_expired)
        self._stage.undo.offer(_DELETED)
        self.recorded.emit()

    def _close_form(self) -> None:
        """Take the check and the form away; there is nothing left to save."""
        check, page = self._check, self._page
        self._form = self._page = self._check = None
        if check is not None:
            self._stage.close_page()
        if page is not None:
            self._stage.close_page()

    def _on_undone(self) -> None:
        self._stop_undoing()
        self.presenter.restore()

    def _on_expired(self) -> None:
        self._stop_undoing()

    def _stop_undoing(self) -> None:
        self._undoing = False
        self._stage.undo.undone.disconnect(self._on_undone)
        self._stage.undo.expired.disconnect(self._on_expired)

    def _on_picked(self, kind: str) -> None:
        self.presenter.start(kind)

    def _on_new(self) -> None:
        self._stage.close_page()
        self.pick()

    def _to_today(self) -> None:
        self._stage.close_page()
        self._stage.choose(TODAY)

    def _on_planned(self, _record_id: str) -> None:
        self._stage.close_page()
        self._stage.messages.say("success", "Added to the plan.")
        self.recorded.emit()


def _nothing() -> None:
    """Nothing follows."""
