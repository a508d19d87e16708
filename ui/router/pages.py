"""Each place's page, made with its presenter and tied to the rest of the app."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fieldapp.services.values import SyncStatus
    from fieldapp.wiring import Tablet
    from ui.presenters.entry_view import EntryViewPresenter
    from ui.presenters.presenter import Desk
    from ui.presenters.settings import SettingsPresenter
    from ui.rescue_bridge import RescueBridge
    from ui.router.capture_flow import CaptureFlow
    from ui.router.undoing import Undoing
    from ui.sync_bridge import SyncBridge
    from ui.widgets.page import Page


class Crossroads(Protocol):
    """What a page may ask of the app around it."""

    desk: Desk
    tablet: Tablet
    bridge: SyncBridge
    rescue: RescueBridge
    flow: CaptureFlow
    undoing: Undoing
    settings: SettingsPresenter
    entering: dict[str, Callable[[], object]]
    """What to do when the officer comes back to a place, beside the page's own."""

    def say(self, words: str) -> None:
        """Something was done."""

    def warn(self, words: str) -> None:
        """Something the officer must know."""

    def open_entry(self, record_id: str) -> None:
        """Read a record."""

    def open_compare(self, record_id: str) -> None:
        """Choose between two versions."""

    def open_picker(self) -> None:
        """Every other kind of engagement."""

    def open_sign_in(self) -> None:
        """Sign in again."""

    def act_on_sync(self, what: str) -> None:
        """What the banner offers."""

    def go_approvals(self) -> None:
        """What waits for a decision."""

    def go_follow_ups(self, _record_id: str = "") -> None:
        """What was promised and asked."""

    def show_queue(self, waiting: int) -> None:
        """How many entries wait for a decision."""

    def wire_entry(self, presenter: EntryViewPresenter) -> None:
        """Tie a shown entry to the rest."""

    def on_day_shown(self, _day: object) -> None:
        """Today shows records."""


def page_for(router: Crossroads, key: str) -> Page:
    """The page of a place; its code is imported when the officer first goes there."""
    return _MAKERS[key](router)


def _today(router: Crossroads) -> Page:
    from ui.presenters.plan import PlanPresenter
    from ui.presenters.today import TodayPresenter
    from ui.views.plan_sheet import PlanSheet
    from ui.views.today import TodayPage

    presenter = TodayPresenter(router.desk)
    page = TodayPage(presenter)
    presenter.setParent(page)
    page.new_wanted.connect(router.flow.start)
    page.picker_wanted.connect(router.open_picker)
    page.plan_started.connect(router.flow.start_planned)
    page.opened.connect(router.flow.open)
    page.choice_wanted.connect(router.open_compare)
    page.sync_acted.connect(router.act_on_sync)
    page.approvals_wanted.connect(router.go_approvals)
    page.follow_up_wanted.connect(router.go_follow_ups)
    plans = PlanPresenter(router.desk, page)
    page.plan_wanted.connect(plans.offer_any)
    plans.offered.connect(lambda offer: PlanSheet(page, plans, offer).present())
    plans.planned.connect(router.say)
    router.bridge.status_changed.connect(presenter.show_status)
    presenter.shown.connect(router.on_day_shown)
    router.entering["today"] = presenter.load
    presenter.load()
    return page


def _approvals(router: Crossroads) -> Page:
    from ui.presenters.approvals import ApprovalsPresenter
    from ui.views.approvals import ApprovalsPage

    presenter = ApprovalsPresenter(router.desk)
    page = ApprovalsPage(presenter)
    presenter.setParent(page)
    presenter.decided.connect(lambda words: router.undoing.offer(words, presenter.undo))
    presenter.undone.connect(router.say)
    presenter.said.connect(router.warn)
    presenter.queue_changed.connect(lambda queue: router.show_queue(queue.waiting))
    router.settings.shortcuts_changed.connect(lambda on: page.use_shortcuts(on=on))
    page.use_shortcuts(on=router.settings.shortcuts)
    return page


def _records(router: Crossroads) -> Page:
    from ui.presenters.entry_view import EntryViewPresenter
    from ui.presenters.records import RecordsPresenter
    from ui.views.records import RecordsPage

    presenter, entry = RecordsPresenter(router.desk), EntryViewPresenter(router.desk)
    page = RecordsPage(presenter, entry)
    presenter.setParent(page)
    entry.setParent(page)
    router.wire_entry(entry)
    return page


def _follow_ups(router: Crossroads) -> Page:
    from ui.presenters.follow_ups import FollowUpsPresenter
    from ui.views.follow_ups import FollowUpsPage

    presenter = FollowUpsPresenter(router.desk)
    page = FollowUpsPage(presenter)
    presenter.setParent(page)
    presenter.said.connect(router.say)
    return page


def _meetings(router: Crossroads) -> Page:
    from ui.presenters.meetings import MeetingsPresenter
    from ui.presenters.plan import PlanPresenter
    from ui.views.meetings import MeetingsPage

    presenter, plans = MeetingsPresenter(router.desk), PlanPresenter(router.desk)
    page = MeetingsPage(presenter, plans)
    presenter.setParent(page)
    plans.setParent(page)
    plans.planned.connect(router.say)
    return page


class _Line:
    """The tablet's way to the centre, as the Sync screen asks for it."""

    def __init__(self, router: Crossroads) -> None:
        self._router = router

    def status(self) -> SyncStatus:
        """How things stand."""
        return self._router.tablet.syncing.status()

    def sync_now(self, on_progress: Callable[[SyncStatus], object] | None = None) -> SyncStatus:
        """Send and receive now."""
        return self._router.bridge.sync_now(on_progress)

    def allow_photos(self) -> None:
        """Photos go with the next round."""
        self._router.tablet.syncing.send_photos_now()


def _sync(router: Crossroads) -> Page:
    from ui.presenters.sync_handing import HandInPresenter
    from ui.presenters.sync_panel import SyncPanelPresenter
    from ui.views.sync_panel import SyncPage

    presenter = SyncPanelPresenter(router.desk, _Line(router))
    handing = HandInPresenter(router.desk, router.tablet.handing_in)
    page = SyncPage(presenter, handing)
    presenter.setParent(page)
    handing.setParent(page)
    handing.said.connect(router.say)
    router.rescue.written.connect(handing.load_copy)
    presenter.draft_opened.connect(router.flow.open_draft)
    page.entry_wanted.connect(router.open_entry)
    page.draft_wanted.connect(router.flow.open)
    page.compare_wanted.connect(router.open_compare)
    page.sign_in_wanted.connect(router.open_sign_in)
    router.bridge.status_changed.connect(presenter.show_status)
    return page


def _settings(router: Crossroads) -> Page:
    from ui.views.settings import SettingsPage

    page = SettingsPage(router.settings)
    page.sign_in_wanted.connect(router.open_sign_in)
    return page


_MAKERS: dict[str, Callable[[Crossroads], Page]] = {
    "today": _today,
    "approvals": _approvals,
    "records": _records,
    "follow_ups": _follow_ups,
    "meetings": _meetings,
    "sync": _sync,
    "settings": _settings,
}
