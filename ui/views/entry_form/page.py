"""The entry form: one page of parts that fold, an index beside it, one bar that tells the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import shiboken6
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from ui.presenters.entry.autosave import NOT_SAVED
from ui.presenters.entry.entry import Entry
from ui.views.entry_form.bands import (
    AMENDS,
    CommentStrip,
    KindBand,
    OutcomeBand,
    ReturnedBand,
    RunningBand,
)
from ui.views.entry_form.emergency import EmergencyStop
from ui.views.entry_form.fields import Fields, caret, focus_of, place_caret
from ui.views.entry_form.part import Part
from ui.views.entry_form.parts import parts_of
from ui.widgets.arrange import clear, column, row
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.error_summary import ErrorSummary
from ui.widgets.page import Page
from ui.widgets.scroll import TouchScroll
from ui.widgets.section_index import SectionIndex
from ui.widgets.sheet import ConfirmSheet
from ui.widgets.sticky_bar import StickyBar

if TYPE_CHECKING:
    from fieldapp.services.values import ProblemRow
    from ui.presenters.entry.form import EntryForm
    from ui.views.entry_form.fields import Entered

P = TypeVar("P", bound=Part)
_WIDTH = 920
_WATCHED = "caret watched"
_UNDER = "You can leave at any time; it stays here."


class EntryFormPage(Page):
    """Shows one entry being written.

    Signals:
        check_wanted: the officer wants to check and submit.
        later_wanted: the officer will finish it later.
    """

    check_wanted = Signal()
    later_wanted = Signal()

    def __init__(self, form: EntryForm) -> None:
        super().__init__("", form=True)
        self.entry_form = form
        self.entry = Entry(form)
        self.fields = Fields()
        self._emergency: EmergencyStop | None = None
        self._wrong: list[tuple[str, str]] = []
        self._make_frame()
        form.save_shown.connect(self._on_save)
        self._fill()
        form.changed.connect(self._on_changed)
        form.replaced.connect(self._refill)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._on_focus)
        if form.autosave.failing:
            self._on_save("failed", NOT_SAVED)
        QTimer.singleShot(0, self, self._settle)

    # ------------------------------------------------------------------- building

    def _make_frame(self) -> None:
        self.not_saved = Banner("error", "", icon="error")
        self.not_saved.setObjectName("not-saved")
        self.not_saved.hide()
        self.errors = ErrorSummary()
        self.errors.followed.connect(self.go_to)
        last = "contact" if self.entry_form.facts.siblings else "session"
        self.copy = Button(f"Copy last {last}", icon="copy", on=self.entry_form.copy_last)
        self.copy.setObjectName("copy_last")
        self.check = Button("Check and submit", "primary", "send", large=True, on=self._on_check)
        self.check.setObjectName("check")
        self.later = Button("Finish later", on=self.later_wanted.emit)
        self.later.setObjectName("later")
        self.bar = StickyBar(self.check, self.later)
        self.column = column(margins=(24, 16, 24, 24), spacing=14)
        body = QWidget()
        body.setObjectName("ground")
        body.setLayout(self.column)
        self._scroll = self.area = TouchScroll(body, width=_WIDTH)
        self._body = body
        self._middle = row((self._scroll, 1), spacing=0)
        returned = self.entry_form.opened.returned
        if returned is not None:
            strip = CommentStrip(returned, [name for name in returned.comments if name])
            strip.wanted.connect(self.go_to)
            self.box.addLayout(row((strip, 1), margins=(24, 8, 24, 0)))
        host = QWidget()
        host.setObjectName("ground")
        host.setLayout(self._middle)
        self.box.addLayout(row((self.not_saved, 1), margins=(24, 8, 24, 0)))
        self.box.addWidget(host, 1)
        self.index: SectionIndex | None = None
        self._host = host
        self.set_foot(self.bar)

    def _fill(self) -> None:
        form, opened = self.entry_form, self.entry_form.opened
        self.parts: dict[str, Part] = parts_of(self.entry, self.fields)
        self.column.addWidget(self.errors)
        if opened.returned is not None:
            self.column.addWidget(ReturnedBand(opened.returned, form.clock.now()))
        elif opened.amends:
            self.column.addWidget(Banner("info", "You are changing an approved entry.", AMENDS))
        self.running = RunningBand(self.entry)
        self.column.addWidget(self.running)
        self.skipped = OutcomeBand(self.entry)
        self.column.addWidget(self.skipped)
        # Not before they are in the page: a widget shown without a parent is a window of its own.
        self.running.refresh()
        self.skipped.refresh()
        if form.facts.siblings and opened.is_new:
            kinds = KindBand(self.entry)
            kinds.chosen.connect(form.change_kind)
            self.column.addWidget(kinds)
        for part in self.parts.values():
            part.open_first()
            self.column.addWidget(part.section)
        self.entry.photos.load()
        self._mark_comments()
        self.delete = Button("Delete this draft", "ghost", "delete", on=self._on_delete)
        self.delete.setObjectName("delete")
        self.column.addLayout(row(self.delete, None))
        self.delete.setVisible(not opened.amends and opened.returned is None)
        self.column.addStretch(1)
        self._show_hidden()
        self._show_head()
        if opened.saved_at is not None:
            form.autosave.opened_at(opened.saved_at)

    def _refill(self) -> None:
        """Kind or many answers have changed: the parts are made anew."""
        self._drop_index()
        self.column.removeWidget(self.errors)
        self.errors.clear()
        clear(self.column)
        self.fields = Fields()
        self.entry.renew()
        self._fill()

    def _show_head(self) -> None:
        form, opened = self.entry_form, self.entry_form.opened
        name = form.facts.type.label
        title = f"New {name[:1].lower()}{name[1:]}" if opened.is_new else name
        self.set_title(title, opened.origin or form.facts.officer.name)
        if not self.acts and opened.is_new and not opened.body.get("planned_activity_id"):
            self.add_action(self.copy)
        self._show_marking()

    def _show_hidden(self) -> None:
        """Leave out the parts that make no sense with this outcome, in the index too."""
        hidden = self.entry.outcome.hidden_sections()
        for key, part in self.parts.items():
            part.section.setVisible(key not in hidden)
        shown = [part.section for key, part in self.parts.items() if key not in hidden]
        self._drop_index()
        self.index = SectionIndex(self._scroll, shown)
        self._middle.insertWidget(0, self.index)
        self.index.fit(self._host.width() or self.width())

    def _drop_index(self) -> None:
        """At once and not later: it follows the scroll bar over parts that are going."""
        if self.index is not None:
            shiboken6.delete(self.index)
            self.index = None

    def _mark_comments(self) -> None:
        returned = self.entry_form.opened.returned
        if returned is None:
            return
        beside: dict[str, list[str]] = {}
        for name, words in returned.comments.items():
            part = self._part_of(name) if name else None
            if part is not None:
                beside.setdefault(part.key, []).append(words)
        for key, comments in beside.items():
            self.parts[key].section.mark("\n".join(comments))

    # ------------------------------------------------------------------- finding fields

    def part(self, kind: type[P]) -> P:
        """The part of a class, opened; the form must have it.

        Raises:
            KeyError: forms of this kind have no such part.
        """
        part = self.parts[kind.key]
        if not isinstance(part, kind):
            raise KeyError(kind.key)
        part.section.unfold()
        return part

    def has(self, name: str) -> bool:
        """True when this form has a part for a field of this name."""
        part = self._part_of(name)
        return part is not None and not part.section.isHidden()

    def field(self, name: str) -> Entered | None:
        """The field of a name, its part opened; None when this form has no such field."""
        part = self._part_of(name)
        if part is None:
            return None
        part.section.unfold()
        return part.locate(name)

    def go_to(self, name: str, position: int | None = None) -> bool:
        """Open the part, bring the field into view and take the focus to it."""
        entered = self.field(name)
        if entered is None:
            return False
        self.column.activate()
        self._body.adjustSize()
        place_caret(focus_of(entered.target), position)
        self._scroll.reveal(entered.visible_part)
        return True

    def show_problems(self, problems: tuple[ProblemRow, ...]) -> None:
        """Say what is missing, on top and beside each field."""
        for name in self.fields.names():
            entered = self.fields.find(name)
            if entered is not None and entered.frame is not None:
                entered.frame.set_error("")
        for problem in problems:
            entered = self.field(problem.field)
            if entered is not None and entered.frame is not None:
                entered.frame.set_error(problem.words)
        self._wrong = [(problem.field, problem.words) for problem in problems]
        self.errors.show_errors(self._wrong)
        if problems:
            self._scroll.jump_to(self.errors)

    def _part_of(self, name: str) -> Part | None:
        return next((part for part in self.parts.values() if part.owns(name)), None)

    # ------------------------------------------------------------------- following answers

    def _on_changed(self, name: str) -> None:
        for part in self.parts.values():
            part.follow(name)
        if name in ("started_at", "ended_at"):
            self.running.refresh()
        elif name == "outcome":
            self.skipped.refresh()
            self._show_hidden()
        elif name == "emergency" and self.entry.routing.answer("emergency"):
            self._stop_for_emergency()
        elif name in ("safeguarding_concern", "person"):
            self._show_marking()
        if not self.errors.isHidden():
            self._soften(name)

    def _soften(self, name: str) -> None:
        """A field that was wrong has been changed: what was said of it goes."""
        entered = self.fields.find(name)
        if entered is not None and entered.frame is not None:
            entered.frame.set_error("")
        self._wrong = [(key, words) for key, words in self._wrong if not _touches(name, key)]
        left = {f"error:{key}" for key, _words in self._wrong}
        for link in self.errors.findChildren(Button):
            if link.objectName().startswith("error:"):
                link.setVisible(link.objectName() in left)
        self.errors.setVisible(bool(left))

    def _show_marking(self) -> None:
        sensitive = self.entry.sensitive
        self.set_marking("OFFICIAL-SENSITIVE" if sensitive else "")

    def _stop_for_emergency(self) -> None:
        words = str(self.entry_form.facts.setting("emergency_stop"))
        self._emergency = EmergencyStop(self, words)
        self._emergency.called.connect(self._on_called)
        self._emergency.taken_back.connect(self._on_taken_back)
        self._emergency.present()

    def _on_called(self) -> None:
        self.go_to("control_room_log")

    def _on_taken_back(self) -> None:
        self.entry.routing.set_answer("emergency", yes=False)
        self.go_to("emergency")

    # ------------------------------------------------------------------- saving and leaving

    def _on_save(self, kind: str, words: str) -> None:
        under = _UNDER if kind == "saved" else ""
        failed = kind == "failed"
        self.bar.set_saved(kind, "Not saved" if failed else words, under)
        if failed:
            self.not_saved.say("error", words, icon="error")
        self.not_saved.setVisible(failed)

    def _on_check(self) -> None:
        self.entry.ready()
        self.check_wanted.emit()

    def _on_delete(self) -> None:
        sheet = ConfirmSheet(
            self,
            "Delete this draft?",
            "It has not been submitted. You can bring it back for ten seconds.",
            "Delete",
        )
        sheet.confirmed.connect(self.entry_form.delete)
        sheet.present()

    def leaving(self) -> bool:
        """Leaving never asks; it waits only while the disk does not take what is on screen."""
        return not self.entry_form.autosave.failing

    # ------------------------------------------------------------------- the caret

    def _settle(self) -> None:
        opened = self.entry_form.opened
        if opened.focus_field:
            self.go_to(opened.focus_field, opened.focus_position)

    def _on_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None or not shiboken6.isValid(self) or not self.isAncestorOf(new):
            return
        name = self.fields.holding(new)
        if not name:
            return
        self.entry_form.note_focus(name, caret(new))
        if isinstance(new, QLineEdit | QPlainTextEdit) and not new.property(_WATCHED):
            new.setProperty(_WATCHED, True)
            new.cursorPositionChanged.connect(self._on_caret)

    def _on_caret(self) -> None:
        widget = self.sender()
        if isinstance(widget, QWidget) and widget.hasFocus():
            name = self.fields.holding(widget)
            if name:
                self.entry_form.note_focus(name, caret(widget))


def _touches(name: str, key: str) -> bool:
    """True when changing a field may put right what is wrong under a key."""
    return name == key or name.startswith(f"{key}.") or key.startswith(f"{name}.")
