"""A record takes taps, not minutes: real mouse releases are counted."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.services.values import Mark
from tests.ui.capture.beat import Beat
from tests.ui.capture.finger import Finger, part

PEOPLE = 7


def test_a_planned_drop_in_takes_at_most_fifteen_taps_and_one_for_each_person(
    window: Beat, finger: Finger, qtbot: QtBot
) -> None:
    finger.tap(window.today.plan_rows[window.plan["drop_in"]].button)
    page = window.form(qtbot)
    window.clock.advance(minutes=90)
    plus = part(page, QPushButton, "plus:adults")
    for _ in range(PEOPLE):
        finger.tap(plus)
    for code in ("NUISANCE_BIKES", "PARKING", "SHOP_THEFT"):
        finger.tap(part(page, QWidget, f"mention:{code}"))
    finger.tap(part(page, QPushButton, "phrase:PATROL"))
    finger.tap(part(page, QPushButton, "routing.none"))
    finger.tap(page.check)
    finger.tap(window.check(qtbot).submit)
    done = window.submitted(qtbot)
    assert finger.taps - PEOPLE <= 15
    body = window.recorded(done.record_id)
    assert body["counts"]["adults"] == PEOPLE
    assert {issue["category"] for issue in body["issues"]} == {
        "NUISANCE_BIKES",
        "PARKING",
        "SHOP_THEFT",
    }
    assert [promise["kind"] for promise in body["actions_promised"]] == ["ACTION"]
    assert finger.taps - PEOPLE == 8


def test_a_doorstep_contact_takes_at_most_eight_taps(
    window: Beat, finger: Finger, qtbot: QtBot
) -> None:
    finger.tap(window.today.tiles["DOORSTEP"])
    page = window.form(qtbot)
    finger.tap(part(page, QRadioButton, "chip:E05007070"))
    finger.tap(part(page, QPushButton, "plus:adults"))
    finger.tap(part(page, QWidget, "mention:NUISANCE_BIKES"))
    finger.tap(part(page, QPushButton, "routing.none"))
    window.clock.advance(minutes=10)
    finger.tap(page.check)
    finger.tap(window.check(qtbot).submit)
    done = window.submitted(qtbot)
    assert finger.taps <= 8
    body = window.recorded(done.record_id)
    assert body["counts"] == {"adults": 1}
    assert "person_id" not in body


def test_an_empty_hall_takes_at_most_four_taps(window: Beat, finger: Finger, qtbot: QtBot) -> None:
    finger.tap(window.today.plan_rows[window.plan["drop_in"]].button)
    page = window.form(qtbot)
    window.clock.advance(minutes=40)
    finger.tap(part(page, QPushButton, "nobody_came"))
    finger.tap(page.check)
    finger.tap(window.check(qtbot).submit)
    done = window.submitted(qtbot)
    assert finger.taps <= 4
    body = window.recorded(done.record_id)
    assert body["outcome"] == "NOBODY_CAME"
    assert body["counts"]["adults"] == 0
    assert window.mark(done.record_id) == Mark.WAITING
