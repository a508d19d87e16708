"""Which screens are pictured, and how each is brought about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QScrollArea, QWidget

from fieldapp.domain.errors import SituationError
from fieldapp.domain.exchange import OpOutcome
from fieldapp.domain.permissions import Actor
from fieldapp.services.values import Link
from fieldapp.store.sync_port import SyncPort
from fieldapp.system import SystemClock
from fieldapp.wiring import Tablet
from sync.faults import WrongPassword
from tests.ui.review.entries import Later, submit
from tests.ui.review.stage import Stage, flush, until
from ui.application.window import PlainWindow
from ui.notify import Notifier
from ui.presenters.recovery import look_of
from ui.presenters.sign_in import Credentials, SignInPresenter
from ui.tasks import TaskRunner
from ui.theme import theme
from ui.views.recovery import RecoveryScreen
from ui.views.sign_in import FirstSignIn
from ui.widgets.sheet import Sheet

Shoot = Callable[..., None]


def page_of(made: Stage) -> Any:
    """The page in front."""
    return made.shell.page()


def past(priya: Tablet, tom: Tablet) -> None:
    """A queue with something of everything."""
    twice = submit(priya, "Bittern Hall", counts={"adults": 84, "children_young_people": 6})
    for tablet in (priya, tom):
        status = tablet.sync_now()
        assert not status.words, status.words
    shown = tom.services.approvals.open(twice)
    tom.services.approvals.send_back(twice, shown.content_hash, ["COUNT_QUERY"], {})
    tom.store.clock = Later(tom.store.clock)
    tom.sync_now()
    priya.sync_now()
    draft = priya.services.capture.open(twice)
    draft.body["counts"] = {"adults": 24, "children_young_people": 6}
    priya.services.capture.submit(draft)
    submit(
        priya,
        "Larkspur Precinct",
        qualitative="People were pleased to see the team on foot. Shop manager Jane Milburn asked "
        "for a weekly visit. Reporting online is felt to go unanswered.",
    )
    for tablet in (priya, tom, priya):
        status = tablet.sync_now()
        assert not status.words, status.words


def dismiss(made: Stage) -> None:
    """Take open sheets away."""
    for sheet in made.shell.findChildren(Sheet):
        sheet.dismiss()
    flush()


def place(key: str) -> Callable[[Stage], Any]:
    """A place as it opens."""

    def draw(made: Stage) -> None:
        dismiss(made)
        made.router.go(key)
        made.settle()
        page = page_of(made)
        split = getattr(page, "split", None)
        if split is not None:
            split.open_list()

    return draw


def queued(title: str, down: int) -> Callable[[Stage], None]:
    """An entry of the queue, opened and scrolled."""

    def draw(made: Stage) -> None:
        place("approvals")(made)
        page = page_of(made)
        key = next(row.key for row in page.rows.queue().rows() if row.title == title)
        page.rows.opened.emit(key)
        made.settle()
        page.detail.area.verticalScrollBar().setValue(down)

    return draw


def detail(made: Stage) -> None:
    """The first entry of the queue, in front."""
    place("approvals")(made)
    page_of(made).split.open_detail()


def returning(made: Stage) -> None:
    """What needs to change?"""
    detail(made)
    page_of(made).detail.open_return()


def commenting(made: Stage) -> None:
    """A comment on a line."""
    detail(made)
    page = page_of(made)
    page.detail._ask_comment(page.detail._view.lines[2].field)


def approved(made: Stage) -> None:
    """One has just been approved."""
    detail(made)
    page_of(made).detail.approve.click()
    made.settle()
    made.shell.undo._place()


def neighbourhood(made: Stage) -> None:
    """One neighbourhood of the table."""
    place("meetings")(made)
    page_of(made).rows.opened.emit(0)


def planning(made: Stage) -> None:
    """A meeting to be planned."""
    neighbourhood(made)
    sheet: Any = made.shell.findChildren(Sheet)[-1]
    sheet.plan.click()
    made.settle()


def force(made: Stage) -> None:
    """Every neighbourhood."""
    place("meetings")(made)
    page_of(made).whose.chip("force").click()
    made.settle()


def sergeant(made: Stage, shoot: Shoot) -> None:
    """Approvals and meetings."""
    shoot(made, "today-sergeant", place("today"))
    shoot(made, "approvals", place("approvals"))
    flagged = queued("Larkspur Precinct", 380)
    shoot(made, "approvals-flagged", flagged, ("day", "night-portrait", "outdoor"))
    shoot(made, "approvals-resubmitted", queued("Bittern Hall", 340), ("day",))
    shoot(made, "approvals-approved", approved, ("day", "night-portrait"))
    made.shell.undo.withdraw()
    shoot(made, "approvals-detail", detail, ("night-portrait", "small"))
    shoot(made, "approvals-return", returning)
    shoot(made, "approvals-comment", commenting, ("day", "night-portrait"))
    dismiss(made)
    shoot(made, "meetings", place("meetings"))
    shoot(made, "meetings-row", neighbourhood, ("day", "night-portrait"))
    shoot(made, "meetings-plan", planning, ("day", "night-portrait", "small"))
    shoot(made, "meetings-force", force, ("day", "night-portrait"))
    dismiss(made)


def officer(made: Stage, shoot: Shoot) -> None:
    """Records, follow-ups, sync, settings."""
    shoot(made, "today", place("today"))
    shoot(made, "records", place("records"))

    def read(made: Stage) -> None:
        place("records")(made)
        page = page_of(made)
        page.rows.opened.emit(page.rows.key_at(1))
        made.settle()
        page.split.open_detail()

    def filters(made: Stage) -> None:
        place("records")(made)
        page_of(made).filter.click()

    shoot(made, "records-read", read)
    shoot(made, "records-filter", filters, ("day", "night-portrait"))
    dismiss(made)
    shoot(made, "follow-ups", place("follow_ups"))

    def answering(made: Stage) -> None:
        place("follow_ups")(made)
        page = page_of(made)
        groups = page._shown
        if groups:
            page._ask_answer(groups[0].lines[0])

    shoot(made, "follow-ups-answer", answering, ("day", "night-portrait"))
    dismiss(made)
    shoot(made, "sync-clear", place("sync"), ("day",))
    made.tablet.handing_in.check()
    shoot(made, "sync-safe", hand_in, ("day", "night-portrait", "130"))
    submit(made.tablet, "Sorrel Methodist Hall")
    trouble(made)
    submit(made.tablet, "Harebell Library")
    submit(made.tablet, "Whinchat Parade")
    made.tablet.services.waiting.told(Link.OFFLINE)
    shoot(made, "sync", place("sync"))
    made.tablet.services.capture.start("DROP_IN")
    shoot(made, "sync-not-yet", hand_in, ("day", "night-portrait", "130", "outdoor"))
    shoot(made, "sync-rescue", rescue_copy, ("day", "night-portrait", "130"))
    shoot(made, "today-offline", place("today"), ("day", "night-portrait"))
    shoot(made, "settings", place("settings"))


def hand_in(made: Stage) -> None:
    """The card that says whether the tablet can be handed in."""
    place("sync")(made)
    made.settle()
    _bring_up(made, page_of(made).hand_in)


def rescue_copy(made: Stage) -> None:
    """The card of the rescue copy, kept on a stick as well."""
    stick = made.tablet.data_dir / "stick"
    stick.mkdir(exist_ok=True)
    made.tablet.handing_in.rescue.save_to(stick)
    place("sync")(made)
    made.settle()
    _bring_up(made, page_of(made).rescue)


def _bring_up(made: Stage, part: QWidget) -> None:
    flush()
    area = page_of(made).findChild(QScrollArea)
    area.verticalScrollBar().setValue(part.y() - 12)


def trouble(made: Stage) -> None:
    """One entry is held at the centre, one decision was not accepted."""
    officer = made.tablet.services.officer
    actor = Actor(officer.officer_id, officer.app_roles, officer.lpt_code, officer.neighbourhoods)
    port = SyncPort(made.tablet.store, actor, made.tablet.services.title_of)
    batch = port.take_batch(50, 1_000_000)
    outcomes = [OpOutcome(op.op_id, "quarantined", code="unknown_neighbourhood") for op in batch]
    port.record_outcomes(port.position().epoch or "", outcomes)


class Nowhere:
    """A sign-in that has no signal."""

    def __call__(self, _typed: Credentials) -> object:
        raise WrongPassword


def outside(work: Path, save: Callable[[QWidget, str], None]) -> None:
    """Screens before there is a shell."""
    runner = TaskRunner()
    notifier = Notifier(work / "crashes", SystemClock().now)
    for look, size in (("day", (1280, 800)), ("night", (800, 1280)), ("outdoor", (1024, 600))):
        theme.use(name=look, scale=100)
        presenter = SignInPresenter(runner, notifier, Nowhere())
        first = FirstSignIn(presenter)
        window = PlainWindow(first)
        window.resize(*size)
        window.show()
        flush()
        save(window, f"sign-in-{look}")
        for edit, words in ((first.form.server, "fieldapp.example"), (first.form.force_no, "1")):
            edit.setText(words)
        first.form.password.setText("secret")
        first.form.go.click()
        until(lambda: not runner.busy)
        flush()
        save(window, f"sign-in-wrong-{look}")
        window.close()
        for code in ("key_missing", "store_future", "store_in_use"):
            screen = RecoveryScreen(look_of(SituationError("", code=code)))
            window = PlainWindow(screen)
            window.resize(*size)
            window.show()
            flush()
            save(window, f"recovery-{code}-{look}")
            window.close()
    runner.close(5)
