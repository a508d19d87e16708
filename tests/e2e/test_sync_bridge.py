"""Sending in the background, as the screens hear of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from fieldapp.services.values import Link, SyncStatus
from fieldapp.wiring import Tablet
from tests.e2e.centre import Centre
from tests.e2e.conftest import submit
from ui.sync_bridge import SyncBridge
from ui.tasks import TaskRunner

pytestmark = [pytest.mark.gui, pytest.mark.e2e]


class Heard:
    """A bridge, its lanes, and everything it said."""

    def __init__(self, tablet: Tablet) -> None:
        self.runner = TaskRunner()
        self.bridge = SyncBridge(tablet, self.runner)
        self.said: list[SyncStatus] = []
        self.rounds: list[SyncStatus] = []
        self.faults: list[object] = []
        self.bridge.status_changed.connect(self.said.append)
        self.bridge.round_ended.connect(self.rounds.append)
        self.runner.went_wrong.connect(self.faults.append)


@pytest.fixture
def heard(priya: Tablet, qtbot: QtBot) -> Iterator[Heard]:
    made = Heard(priya)
    yield made
    made.bridge.stop()
    assert made.runner.close()
    assert made.faults == []


def test_what_is_submitted_goes_by_itself_within_seconds(
    heard: Heard, priya: Tablet, centre: Centre, qtbot: QtBot
) -> None:
    heard.bridge.start()
    qtbot.waitUntil(lambda: bool(heard.said), timeout=5000)
    record_id = submit(priya)
    qtbot.waitUntil(lambda: any(s.waiting == 1 for s in heard.said), timeout=2000)
    qtbot.waitUntil(lambda: bool(heard.rounds), timeout=6000)
    sending = [status for status in heard.said if status.sending]
    assert sending[0].to_send == 1
    assert sending[0].current_title == "Drop-in, Larkspur Precinct"
    assert (heard.rounds[-1].waiting, heard.rounds[-1].link) == (0, Link.ONLINE)
    assert centre.sql("SELECT review_status FROM record WHERE id=?", record_id) == [
        ("PENDING_REVIEW",)
    ]


def test_try_now_sends_at_once_and_says_so(heard: Heard, priya: Tablet, qtbot: QtBot) -> None:
    submit(priya)
    with qtbot.waitSignal(heard.bridge.round_ended, timeout=5000) as ended:
        heard.bridge.try_now()
    arguments: Any = ended.args
    assert arguments[0].waiting == 0


def test_without_a_centre_it_says_offline_and_goes_on_by_itself_when_it_is_back(
    heard: Heard, priya: Tablet, centre: Centre, qtbot: QtBot
) -> None:
    centre.stop()
    submit(priya)
    with qtbot.waitSignal(heard.bridge.round_ended, timeout=5000) as ended:
        heard.bridge.start()
        heard.bridge.try_now()
    arguments: Any = ended.args
    assert (arguments[0].link, arguments[0].waiting) == (Link.OFFLINE, 1)
    assert arguments[0].next_try_at is not None
    centre.start()
    qtbot.waitUntil(lambda: heard.rounds[-1].waiting == 0, timeout=20000)


def test_a_stopped_bridge_starts_nothing(heard: Heard, priya: Tablet, qtbot: QtBot) -> None:
    heard.bridge.start()
    heard.bridge.stop()
    submit(priya)
    with qtbot.waitSignal(heard.runner.idle, timeout=5000, raising=False):
        pass
    assert heard.rounds == []
    assert priya.services.waiting.status().waiting == 1
