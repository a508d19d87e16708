"""Which screen is shown, what lies on top of it, and what is read again when something changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut

from fieldapp.domain.codes import RecordType
from ui.presenters.entry_view import EntryViewPresenter
from ui.presenters.presenter import Desk, Presenter
from ui.presenters.settings import SettingsPresenter
from ui.presenters.sync_words import look_of, needs_you
from ui.rescue_bridge import RescueBridge
from ui.router.capture_flow import CaptureFlow
from ui.router.changes import Changes
from ui.router.pages import page_for
from ui.router.storage import StorageWatch
from ui.router.undoing import Undoing
from ui.sync_bridge import SyncBridge
from ui.views.entry_view import EntryPage
from ui.words import counted

if TYPE_CHECKING:
    from fieldapp.domain.content import Json
    from fieldapp.services.values import Choice, Draft, SyncStatus
    from fieldapp.wiring import Tablet
    from ui.presenters.look import Look, LookFile
    from ui.presenters.sign_in import Credentials
    from ui.shell import Shell

_PRESSING: Final = ("OVERDUE", "DUE_TODAY")
_PRELOAD_MS: Final = 150


class Router(Presenter):
    """Makes the page of a place when the officer first goes there, and keeps what is seen fresh.

    Signals:
        look_changed(Look): theme, text size or hand are to be used from now on.
        usable: the first screen shows records.
        officer_changed: signing in again brought other rights; the screens must be made anew.
    """

    look_changed = Signal(object)
    usable = Signal()
    officer_changed = Signal()

    def __init__(
        self,
        shell: Shell,
        desk: Desk,
        tablet: Tablet,
        *,
        looks: LookFile,
        look: Look,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(desk, parent)
        self.shell, self.tablet = shell, tablet
        self.bridge = SyncBridge(tablet, desk.runner, self)
        self.rescue = RescueBridge(tablet.handing_in.rescue, desk.runner, self)
        self.settings = SettingsPresenter(desk, looks, look, self)
        self.settings.look_changed.connect(self.look_changed)
        self.undoing = Undoing(shell.undo, self)
        self.flow = CaptureFlow(desk, shell, self)
        self.flow.said.connect(self.say)
        self.flow.deleted.connect(self._on_draft_deleted)
        self.flow.today_wanted.connect(self.go_today)
        self.storage = StorageWatch(tablet.data_dir, self)
        self.storage.low.connect(self.warn)
        self.entering: dict[str, Callable[[], object]] = {}
        self._made: set[str] = set()
        self._used = False
        self._changes = Changes(desk.services, self)
        self._changes.happened.connect(self._on_changed)
        self.bridge.status_changed.connect(self.show_status)
        shell.chosen.connect(self._on_chosen)
        shell.sync_wanted.connect(self.go_sync)
        shell.page_closed.connect(self._on_page_closed)
        undo = QShortcut(QKeySequence(QKeySequence.StandardKey.Undo), shell)
        undo.setContext(Qt.ShortcutContext.WindowShortcut)
        undo.activated.connect(self.undoing.press)

    # ------------------------------------------------------------------ coming and going

    def start(self) -> None:
        """Show Today, or what was tapped while the records opened.

        Today is read in either case: sending and the rest begin when it shows.
        """
        tapped = self.shell.key
        self._read_emergency_words()
        self.go("today")
        if tapped not in ("", "today"):
            self.go(tapped)

    def _read_emergency_words(self) -> None:
        def show(settings: Json) -> None:
            self.shell.set_emergency(str(settings["emergency_banner"]))

        self._ask(self.desk.services.reference.settings, show, newest="emergency")

    def close(self) -> None:
        """The app ends: what is on screen is handed to the store's lane."""
        self.bridge.stop()
        self.rescue.stop()
        self._changes.stop()
        self.flow.close()

    def save(self) -> None:
        """Save what is on screen now."""
        self.flow.save()

    def go(self, key: str) -> None:
        """Go to a place."""
        fresh = key not in self._made
        self._make(key)
        self.shell.choose(key)
        if not fresh and key in self.entering:
            self.entering[key]()
        self._enter()

    def go_today(self) -> None:
        """Back to the day."""
        self.go("today")

    def go_sync(self) -> None:
        """What waits, and what needs the officer."""
        self.go("sync")

    def go_approvals(self) -> None:
        """What waits for a decision."""
        self.go("approvals")

    def go_follow_ups(self, _record_id: str = "") -> None:
        """What was promised and asked; a supervisor has no place for it, so it lies on top."""
        if not self.desk.services.officer.decides:
            self.go("follow_ups")
            return
        self.shell.open_page(page_for(self, "follow_ups"))
        self._enter()

    def act_on_sync(self, what: str) -> None:
        """What the banner on Today offers."""
        if what == "sign_in":
            self.open_sign_in()
        else:
            self.go_sync()

    def open_entry(self, record_id: str) -> None:
        """Read a record on a page of its own."""
        presenter = EntryViewPresenter(self.desk)
        page = EntryPage(presenter)
        presenter.setParent(page)
        self.wire_entry(presenter)
        self.shell.open_page(page)
        presenter.open(record_id)

    def open_compare(self, record_id: str) -> None:
        """Two versions of something in a record, beside each other."""
        from ui.presenters.compare import ComparePresenter
        from ui.views.compare import ComparePage

        presenter = ComparePresenter(self.desk)
        page = ComparePage(presenter)
        presenter.setParent(page)
        presenter.saved.connect(self._on_chosen_version)
        self.shell.open_page(page)
        presenter.open(record_id)

    def open_picker(self) -> None:
        """Every other kind of engagement."""
        self._ask(self.desk.services.capture.types, self._show_picker, newest="picker")

    def open_sign_in(self) -> None:
        """Sign in again; everything on the tablet stays."""
        from ui.presenters.sign_in import SignInPresenter
        from ui.views.sign_in import SignInPage

        def sign_in(typed: Credentials) -> object:
            return self.tablet.sign_in(typed.force_no, typed.password)

        presenter = SignInPresenter(
            self.desk.runner,
            self.desk.notifier,
            sign_in,
            server=self.tablet.config.server,
            force_no=self.desk.services.officer.force_no,
            again=True,
        )
        page = SignInPage(presenter)
        presenter.setParent(page)
        page.signed_in.connect(self._on_signed_in)
        self.shell.open_page(page)
        page.entered()

    def say(self, words: str) -> None:
        """Tell the officer that something was done."""
        self.shell.messages.say("success", words)

    def warn(self, words: str) -> None:
        """Tell the officer something they must know."""
        self.shell.messages.say("warning", words)

    def wire_entry(self, presenter: EntryViewPresenter) -> None:
        """What a shown entry may ask of the rest of the app."""
        presenter.draft_opened.connect(self.flow.open_draft)
        presenter.compare_wanted.connect(self.open_compare)
        presenter.said.connect(self.say)
        presenter.deleted.connect(lambda words: self.undoing.offer(words, presenter.undelete))

    # ----------------------------------------------------------------------------- pages

    def _make(self, key: str) -> None:
        if key not in self._made:
            self._made.add(key)
            self.shell.set_page(key, page_for(self, key))

    def _on_chosen(self, key: str) -> None:
        self.go(key)

    def _enter(self) -> None:
        entered = getattr(self.shell.page(), "entered", None)
        if entered is not None:
            entered()

    def _on_page_closed(self, _page: object) -> None:
        self._enter()

    def _on_chosen_version(self, words: str) -> None:
        self.shell.close_page()
        self.say(words)

    def _show_picker(self, kinds: tuple[Choice, ...]) -> None:
        from ui.views.type_picker import TypePicker

        page = TypePicker(kinds)
        page.chosen.connect(self._on_kind)
        self.shell.open_page(page)

    def _on_kind(self, code: str) -> None:
        self.shell.close_page()
        self.flow.start(code)

    def _on_signed_in(self, _officer: object) -> None:
        if self.tablet.services is not self.desk.services:
            self.officer_changed.emit()
            return
        self.say("Signed in. What is waiting is being sent.")
        self.bridge.signed_in()

    # ------------------------------------------------------------------------- freshness

    def on_day_shown(self, _day: object) -> None:
        """Today shows records: the app can be used, and what the first look did not need begins."""
        if self._used:
            return
        self._used = True
        self.usable.emit()
        self.settings.load()
        self._load_badges()
        self._index_more()
        self.bridge.start()
        self.rescue.start()
        self.storage.start()
        QTimer.singleShot(_PRELOAD_MS, self, self.flow.preload)

    def _on_changed(self, types: frozenset[str]) -> None:
        self._enter()
        if RecordType.SETTINGS in types:
            self._read_emergency_words()
        self._load_badges()
        self._index_more()

    def _index_more(self, left: int = 1) -> None:
        """What was received is made ready for searching, a little at a time."""
        if left:
            self._ask(self.desk.services.entries.index_some, self._index_more, newest="index")

    def _load_badges(self) -> None:
        services = self.desk.services
        if services.officer.decides:
            # While the queue is on screen, its own reading of it counts.
            if self.shell.key != "approvals":
                self._ask(lambda: len(services.approvals.queue()), self.show_queue, newest="badges")
            return

        def due() -> int:
            return sum(row.state in _PRESSING for row in services.follow_ups.due())

        self._ask(due, self._show_due, newest="badges")

    def show_queue(self, waiting: int) -> None:
        """How many entries wait for this officer's decision, at their place."""
        self.shell.set_badge("approvals", waiting, f"{waiting} waiting")

    def _show_due(self, due: int) -> None:
        self.shell.set_badge("follow_ups", due, f"{due} due")

    def show_status(self, status: SyncStatus) -> None:
        """How sending stands, on the pill and at Sync's place."""
        look = look_of(status, self.desk.clock.now())
        self.shell.set_sync(look.pill_state, look.pill)
        waits = status.waiting + needs_you(status)
        self.shell.set_badge("sync", waits, counted(waits, "thing"))

    # ---------------------------------------------------------------------------- drafts

    def _on_draft_deleted(self, draft: Draft) -> None:
        venue = draft.body.get("venue")
        name = str(venue.get("name") or "") if isinstance(venue, dict) else ""
        self.undoing.offer(f"Deleted: {name or 'draft'}", lambda: self.flow.undelete(draft))
