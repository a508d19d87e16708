"""Every module keeps the house rules, and each rule is shown to catch what it forbids."""

from __future__ import annotations

import pytest

from tests.architecture import house

PRODUCT = house.modules(*house.ROOMS)


@pytest.mark.parametrize(
    "rule",
    [
        house.broken_name_rules,
        house.widgets_out_of_place,
        house.labels_out_of_place,
        house.rich_tool_tips,
        house.inline_styles,
        house.rooms_too_full,
    ],
)
def test_every_module_keeps_the_rule(rule: house.Rule) -> None:
    assert len(PRODUCT) > 10
    broken = [
        words
        for path in PRODUCT
        for words in rule(path.read_text(encoding="utf-8"), house.name_of(path))
    ]
    assert not broken, "\n".join(broken)


def test_every_module_is_named_for_its_noun() -> None:
    broken = [
        words
        for path in house.modules(*house.ROOMS, "tests", "packaging")
        for words in house.names_that_say_nothing(house.name_of(path))
    ]
    assert not broken, "\n".join(broken)


def test_tests_wait_for_something_and_not_for_a_while() -> None:
    waits = [
        words
        for path in house.modules("tests")
        for words in house.waits_for_a_while(path.read_text(encoding="utf-8"), house.name_of(path))
    ]
    assert not waits, "\n".join(waits)


@pytest.mark.parametrize(
    ("planted", "file"),
    [
        ("from PySide6.QtCore import QThread\n", "ui/presenters/today.py"),
        ("from PySide6 import QtCore\nQtCore.QThread()\n", "sync/engine.py"),
        ("import threading\nthreading.Thread()\n", "fieldapp/services/entries.py"),
        ("from threading import Thread\n", "fieldapp/services/entries.py"),
        ("QMessageBox.warning(None, '', '')\n", "ui/views/today.py"),
        ("app.processEvents()\n", "ui/views/today.py"),
        ("import time\ntime.sleep(1)\n", "sync/schedule.py"),
        ("from time import sleep\n", "sync/schedule.py"),
        ("from datetime import datetime, UTC\ndatetime.now(UTC)\n", "fieldapp/store/outbox.py"),
        ("import datetime\ndatetime.datetime.utcnow()\n", "server/api/sync.py"),
        ("datetime.date.today()\n", "fieldapp/domain/rules/meetings.py"),
        ("uuid.uuid4()\n", "fieldapp/services/entries.py"),
        ("self.view.setHtml(note)\n", "ui/views/today.py"),
        ("label.setTextFormat(Qt.TextFormat.RichText)\n", "ui/widgets/text.py"),
        ("return Qt.ItemDataRole.ToolTipRole\n", "ui/models/entries.py"),
    ],
)
def test_a_forbidden_name_is_found(planted: str, file: str) -> None:
    assert house.broken_name_rules(planted, file)


@pytest.mark.parametrize(
    ("rule", "planted", "file"),
    [
        (
            house.widgets_out_of_place,
            "from PySide6.QtWidgets import QWidget\n",
            "ui/presenters/a.py",
        ),
        (house.widgets_out_of_place, "from PySide6 import QtGui\n", "ui/tasks.py"),
        (house.labels_out_of_place, "QLabel(name)\n", "ui/views/today.py"),
        (house.labels_out_of_place, "class Name(QtWidgets.QLabel): ...\n", "ui/views/today.py"),
        (house.rich_tool_tips, "button.setToolTip(name)\n", "ui/widgets/buttons.py"),
        (house.inline_styles, "self.setStyleSheet('color: red')\n", "ui/views/today.py"),
        (house.waits_for_a_while, "time.sleep(0.1)\n", "tests/store/test_outbox.py"),
        (house.waits_for_a_while, "qtbot.wait(200)\n", "tests/ui/test_today.py"),
        (house.waits_for_a_while, "qtbot.wait(delay)\n", "tests/ui/test_today.py"),
        (house.rooms_too_full, "a = 1\n" * 401, "sync/engine.py"),
    ],
)
def test_a_broken_rule_is_found(rule: house.Rule, planted: str, file: str) -> None:
    assert rule(planted, file)


@pytest.mark.parametrize(
    ("fine", "file"),
    [
        ("from datetime import datetime, UTC\ndatetime.now(UTC)\n", "fieldapp/system.py"),
        ("clock.now()\nself._clock.now()\n", "fieldapp/services/entries.py"),
        ("from PySide6.QtWidgets import QLabel\n", "ui/widgets/text.py"),
        ("button.setToolTip('Undo')\nbutton.setToolTip(tip(name))\n", "ui/widgets/buttons.py"),
        ("class Label(QLabel): ...\n", "ui/widgets/text.py"),
        ("self.findChildren(QLabel)\n", "ui/widgets/buttons.py"),
    ],
)
def test_what_is_allowed_is_left_alone(fine: str, file: str) -> None:
    assert not house.broken_name_rules(fine, file)
    assert not house.rich_tool_tips(fine, file)
    assert not house.labels_out_of_place(fine, file)


def test_a_name_that_says_nothing_is_found() -> None:
    assert house.names_that_say_nothing("fieldapp/utils.py")
    assert house.names_that_say_nothing("sync/common/things.py")
    assert not house.names_that_say_nothing("sync/engine.py")
