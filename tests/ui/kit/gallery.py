"""Every component on pages like the real ones, rendered to build/gallery to be looked at.

Run it: `python tests/ui/kit/gallery.py [page ...]`. The audits of tests/ui/kit walk the same pages.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

if __name__ == "__main__":
    _SCREEN = Path(__file__).parents[2] / "offscreen.json"
    os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={_SCREEN}"
    sys.path.insert(0, str(Path(__file__).parents[3]))

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.ui.kit.pages_capture import check_page, errors_page, form_page, open_page, today_page
from tests.ui.kit.pages_review import (
    approvals_page,
    controls_page,
    empty_page,
    meetings_page,
    sync_page,
)
from tests.ui.kit.sample import MORE, TODAY, WARDS
from ui.shell import Place, Shell
from ui.theme import theme
from ui.widgets.date_picker import DatePicker
from ui.widgets.list_picker import PickSheet
from ui.widgets.page import Page
from ui.widgets.sheet import ConfirmSheet

PLACES = (
    Place("today", "Today", "today"),
    Place("records", "Records", "records"),
    Place("contacts", "Contacts", "contacts"),
    Place("follow_ups", "Follow-ups", "follow_ups"),
    Place("sync", "Sync", "sync"),
)

PAGES: dict[str, tuple[Callable[[], Page], str]] = {
    "today": (today_page, "today"),
    "form": (form_page, "today"),
    "open": (open_page, "today"),
    "errors": (errors_page, "today"),
    "check": (check_page, "today"),
    "approvals": (approvals_page, "records"),
    "sync": (sync_page, "sync"),
    "controls": (controls_page, "contacts"),
    "meetings": (meetings_page, "follow_ups"),
    "empty": (empty_page, "records"),
}


def build(name: str) -> Shell:
    """A window showing one page of the gallery."""
    make, key = PAGES[name]
    shell = Shell(PLACES, marking="OFFICIAL-SENSITIVE" if name == "check" else "OFFICIAL")
    shell.set_sync("offline", "Offline, 3 waiting")
    shell.set_badge("sync", 3, "3 records waiting to send")
    page = make()
    if page.form:
        shell.set_page(key, empty_page())
        shell.choose(key)
        shell.open_page(page)
    else:
        shell.set_page(key, page)
        shell.choose(key)
    return shell


LOOKS = (
    ("day", (1280, 800), 100),
    ("night", (1280, 800), 100),
    ("outdoor", (1280, 800), 100),
    ("day", (800, 1280), 100),
    ("night", (800, 1280), 100),
    ("day", (1280, 800), 130),
    ("day", (800, 1280), 130),
    ("day", (1024, 600), 100),
)


def dress_up(name: str, shell: Shell) -> None:
    """Things that lie over a page."""
    if name == "approvals":
        shell.undo.offer("Approved: Market Hall")
    if name == "empty":
        shell.messages.say(
            "error",
            "Not saved. Your last change is still on screen. Free some space or copy the notes.",
        )
        shell.set_emergency("Emergency 999. This app does not report crime.")


def main(wanted: list[str]) -> None:
    app = QApplication([])
    theme.start(app)
    folder = Path(__file__).parents[3] / "build" / "gallery"
    folder.mkdir(parents=True, exist_ok=True)
    for name in wanted or [*PAGES, "picker", "calendar", "confirm"]:
        for look, (width, height), scale in LOOKS:
            theme.use(name=look, scale=scale)
            shell = build(name if name in PAGES else "form")
            shell.resize(width, height)
            shell.show()
            QTest.qWait(30)
            dress_up(name, shell)
            _sheet(name, shell)
            QTest.qWait(60)
            shell.grab().save(str(folder / f"{name}-{look}-{width}-{scale}.png"))
            shell.close()
            shell.deleteLater()
            QTest.qWait(1)


def _sheet(name: str, shell: Shell) -> None:
    if name == "picker":
        PickSheet(shell, "Neighbourhood", tuple(WARDS) + MORE, "glascote").present()
    elif name == "calendar":
        DatePicker(shell, date(2026, 11, 12), today=TODAY, latest=TODAY).present()
    elif name == "confirm":
        ConfirmSheet(
            shell,
            "Delete this draft?",
            "The drop-in session at Market Hall from yesterday 16:40 is on this tablet only.",
            "Delete draft",
        ).present()


if __name__ == "__main__":
    main(sys.argv[1:])
