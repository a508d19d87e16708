"""Work on two lanes: in order, answers on the screen's thread, faults brought home."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.domain.errors import SituationError
from ui.tasks import Lane, TaskRunner


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.close(5)


def test_answers_come_home_in_order_on_the_screens_thread(runner: TaskRunner, qtbot: QtBot) -> None:
    here, where, answers = threading.get_ident(), set(), []
    seen_by_then: set[int] = set()

    def work(number: int) -> int:
        where.add(threading.get_ident())
        return number

    def then(number: int) -> None:
        seen_by_then.add(threading.get_ident())
        answers.append(number)

    with qtbot.waitSignal(runner.idle):
        for number in range(200):
            runner.run(Lane.STORE, lambda n=number: work(n), then=then)  # type: ignore[misc]
    assert answers == list(range(200))
    assert seen_by_then == {here}
    assert len(where) == 1
    assert here not in where


def test_a_slow_network_does_not_hold_up_the_store(runner: TaskRunner, qtbot: QtBot) -> None:
    gate, order = threading.Event(), []
    runner.run(Lane.NETWORK, gate.wait, then=lambda _: order.append("network"))
    runner.run(Lane.STORE, lambda: "row", then=order.append)
    qtbot.waitUntil(lambda: order == ["row"])
    gate.set()
    qtbot.waitUntil(lambda: order == ["row", "network"])


def test_a_fault_goes_to_who_asked_and_the_lane_goes_on(runner: TaskRunner, qtbot: QtBot) -> None:
    faults: list[Exception] = []
    answers: list[int] = []

    def full() -> None:
        raise SituationError("The tablet is full.")

    with qtbot.waitSignal(runner.idle):
        runner.run(Lane.STORE, full, failed=faults.append)
        runner.run(Lane.STORE, lambda: 7, then=answers.append)
    assert [str(fault) for fault in faults] == ["The tablet is full."]
    assert answers == [7]


def test_a_fault_nobody_asked_about_is_not_swallowed(runner: TaskRunner, qtbot: QtBot) -> None:
    with qtbot.waitSignal(runner.went_wrong) as wrong:
        runner.run(Lane.STORE, lambda: 1 // 0)
    assert isinstance(wrong.args[0], ZeroDivisionError)


def test_closing_finishes_what_waits_and_takes_no_more(qapp: QApplication) -> None:
    runner, done = TaskRunner(), []
    for number in range(50):
        runner.run(Lane.STORE, lambda n=number: done.append(n))  # type: ignore[misc]
    assert runner.close(5)
    assert done == list(range(50))
    runner.run(Lane.STORE, lambda: done.append(99))
    assert 99 not in done


def test_closing_does_not_wait_for_ever(qapp: QApplication) -> None:
    runner, gate = TaskRunner(), threading.Event()
    runner.run(Lane.NETWORK, gate.wait)
    assert not runner.close(0.05)
    gate.set()
    assert runner.close(5)


def test_answers_after_closing_reach_no_screen(qtbot: QtBot) -> None:
    answers: list[int] = []
    runner = TaskRunner()
    runner.run(Lane.STORE, lambda: 1, then=answers.append)
    runner.close(5)
    with qtbot.waitSignal(runner.idle):
        pass
    assert answers == []


def test_who_asked_may_be_gone_when_the_answer_comes(runner: TaskRunner, qtbot: QtBot) -> None:
    """A bound method of a deleted screen is the caller's to guard; the runner itself stands."""
    screen, gate = QObject(), threading.Event()
    faults: list[object] = []
    runner.went_wrong.connect(faults.append)
    runner.run(Lane.STORE, gate.wait, then=lambda _: screen.objectName())
    gate.set()
    with qtbot.waitSignal(runner.idle):
        pass
    assert faults == []
