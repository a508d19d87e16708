"""Which screens are pictured, and how each is brought about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.ui.review.stage import Stage, flush
from ui.widgets.sheet import Sheet

Shoot = Callable[..., None]


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
        page = made.shell.page()
        split = getattr(page, "split", None)
        if split is not None:
            split.open_list()

    return draw


def sergeant(made: Stage, shoot: Shoot) -> None:
    """Approvals and meetings."""
    shoot(made, "today-sergeant", place("today"))
    shoot(made, "approvals", place("approvals"))

    def detail(made: Stage) -> None:
        place("approvals")(made)
        made.shell.page().split.open_detail()

    def returning(made: Stage) -> None:
        detail(made)
        made.shell.page().detail.open_return()

    def commenting(made: Stage) -> None:
        detail(made)
        page = made.shell.page()
        page.detail._ask_comment(page.detail._view.lines[2].field)

    shoot(made, "approvals-detail", detail, ("night-portrait", "small"))
    shoot(made, "approvals-return", returning)
    shoot(made, "approvals-comment", commenting, ("day", "night-portrait"))
    made.shell.page()
    dismiss(made)
    shoot(made, "meetings", place("meetings"))

    def opened(made: Stage) -> None:
        place("meetings")(made)
        made.shell.page().rows.opened.emit(0)

    def planning(made: Stage) -> None:
        opened(made)
        made.shell.findChildren(Sheet)[-1].plan.click()
        made.settle()

    def force(made: Stage) -> None:
        place("meetings")(made)
        page = made.shell.page()
        page.whose.chip("force").click()
        made.settle()

    shoot(made, "meetings-row", opened, ("day", "night-portrait"))
    shoot(made, "meetings-plan", planning, ("day", "night-portrait", "small"))
    shoot(made, "meetings-force", force, ("day", "night-portrait"))
    dismiss(made)


def officer(made: Stage, shoot: Shoot) -> None:
    """Records, follow-ups, sync, settings."""
    shoot(made, "today", place("today"))
    shoot(made, "records", place("records"))

    def read(made: Stage) -> None:
        place("records")(made)
        page = made.shell.page()
        page.rows.opened.emit(page.rows.key_at(1))
        made.settle()
        page.split.open_detail()

    def filters(made: Stage) -> None:
        place("records")(made)
        made.shell.page().filter.click()

    shoot(made, "records-read", read)
    shoot(made, "records-filter", filters, ("day", "night-portrait"))
    dismiss(made)
    shoot(made, "follow-ups", place("follow_ups"))

    def answering(made: Stage) -> None:
        place("follow_ups")(made)
        page = made.shell.page()
        groups = page._shown
        if groups:
            page._ask_answer(groups[0].lines[0])

    shoot(made, "follow-ups-answer", answering, ("day", "night-portrait"))
    dismiss(made)
    shoot(made, "sync", place("sync"))
    shoot(made, "settings", place("settings"))


def outside(work: Path, shoot: Shoot) -> None:
    """Screens before there is a shell."""
