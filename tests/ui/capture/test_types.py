"""Every kind of engagement is data: its form opens, takes the least it needs, and is submitted."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.services.values import Mark
from resources import code_list
from resources.engagement_types import engagement_types
from tests.conftest import FixedClock
from tests.ui.capture.beat import MORNING, Beat
from ui.theme import theme
from ui.views.entry_form.page import EntryFormPage
from ui.views.entry_form.parts import PARTS

KINDS = sorted(engagement_types())


def test_every_section_of_the_data_has_a_part() -> None:
    assert set(PARTS) == code_list("entry_section").codes


@pytest.fixture(scope="module")
def team_tablet(qapp: QApplication, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Beat]:
    """One tablet for all kinds: opening a store for each would take most of the time."""
    theme.start(qapp)
    beat = Beat(tmp_path_factory.mktemp("tablet"), FixedClock(MORNING))
    beat.receive_force()
    shell = beat.put_together()
    shell.resize(1280, 800)
    shell.show()
    yield beat
    shell.close()
    beat.close()
    shell.deleteLater()


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_opens_with_the_parts_of_its_data_and_can_be_submitted(
    team_tablet: Beat, qtbot: QtBot, kind: str, fill: Callable[[EntryFormPage], None]
) -> None:
    page = team_tablet.start(qtbot, kind)
    known = engagement_types()[kind]
    assert tuple(page.parts) == known.sections
    before = page.entry_form.draft
    for part in page.parts.values():
        part.section.unfold()
        part.refresh()
    after = page.entry_form.draft
    assert (after.body, after.person) == (before.body, before.person), "looking changed something"
    fill(page)
    team_tablet.clock.advance(minutes=5)
    page.check.click()
    check = team_tablet.check(qtbot)
    assert check.check.problems == ()
    check.submit.click()
    done = team_tablet.submitted(qtbot)
    body = team_tablet.recorded(done.record_id)
    assert body["engagement_type"] == kind
    assert body["in_person"] is known.in_person
    assert team_tablet.mark(done.record_id) == Mark.WAITING
    done.today.click()


class Windows(QObject):
    """Notes every window that appears."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        shows = event.type() == QEvent.Type.Show
        if shows and isinstance(watched, QWidget) and watched.isWindow():
            self.seen.append(f"{type(watched).__name__} {watched.objectName()}")
        return False


@pytest.mark.parametrize("kind", ["DROP_IN", "SCHOOL_VISIT", "DOORSTEP", "HIGH_VIS_PATROL"])
def test_a_form_opens_in_its_window_and_in_no_other(
    window: Beat, qtbot: QtBot, qapp: QApplication, kind: str
) -> None:
    windows = Windows()
    qapp.installEventFilter(windows)
    try:
        page = window.start(qtbot, kind)
        for part in page.parts.values():
            part.section.unfold()
        page.check.click()
        window.settle(qtbot)
    finally:
        qapp.removeEventFilter(windows)
    assert windows.seen == []
    assert window.shell is not None
    assert window.shell.isActiveWindow()
