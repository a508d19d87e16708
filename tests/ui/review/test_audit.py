"""Every screen for finger, eye and ear: targets, whole words, names, plain text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from tests.ui.kit.test_audit import _cut_button, _cut_labels, controls, nodes
from tests.ui.review.conftest import OpenStage
from tests.ui.review.entries import submit
from tests.ui.review.stage import Stage, flush
from ui.theme import theme
from ui.theme.tokens import SCALES, TARGET
from ui.widgets.sheet import Sheet

pytestmark = pytest.mark.gui

SIZES = [(1280, 800), (800, 1280), (1024, 600)]
SCREENS = {
    "approvals": ("tom", "approvals"),
    "returning": ("tom", "approvals"),
    "meetings": ("tom", "meetings"),
    "neighbourhood": ("tom", "meetings"),
    "records": ("priya", "records"),
    "filters": ("priya", "records"),
    "follow_ups": ("priya", "follow_ups"),
    "sync": ("priya", "sync"),
    "settings": ("priya", "settings"),
}


def opened(open_stage: OpenStage, screen: str, size: tuple[int, int], ids: Any) -> Stage:
    """A screen with something on it."""
    who, place = SCREENS[screen]
    made = open_stage(who)
    if screen in ("sync", "follow_ups"):
        query = {"id": QUERY, "kind": "PUBLIC_QUERY", "summary": "What about the bikes?"}
        submit(made.tablet, "Harebell Library", actions_promised=[query])
    page = made.open(place, size)
    split = getattr(page, "split", None)
    if split is not None:
        page.rows.opened.emit(ids["named"])
        made.settle()
    if screen == "returning":
        page.detail.open_return()
    elif screen == "neighbourhood":
        page.rows.opened.emit(0)
    elif screen == "filters":
        page.split.open_list()
        page.filter.click()
    made.settle()
    return made


QUERY = "0199f0a2-3333-7abc-8000-000000000003"


def shown_part(made: Stage) -> QWidget:
    """The sheet in front, or the page."""
    sheets = [one for one in made.shell.findChildren(Sheet) if one.isVisible()]
    if sheets:
        return sheets[-1]
    page = made.shell.page()
    assert page is not None
    return page


@pytest.mark.parametrize("screen", list(SCREENS))
@pytest.mark.parametrize("size", SIZES)
def test_every_target_fits_a_finger_and_every_word_its_place_at_any_text_size(
    open_stage: OpenStage, ids: Any, screen: str, size: tuple[int, int]
) -> None:
    made = opened(open_stage, screen, size, ids)
    for scale in SCALES:
        theme.use(scale=scale)
        made.settle()
        flush()
        part = shown_part(made)
        small = [
            (type(w).__name__, w.accessibleName(), w.width(), w.height())
            for w in controls(part)
            if min(w.width(), w.height()) < TARGET["floor"]
        ]
        cut = [(label.text(), label.width(), label.height()) for label in _cut_labels(part)]
        tight = [
            (button.text(), button.width(), button.sizeHint().width())
            for button in part.findChildren(QAbstractButton)
            if button.isVisibleTo(part) and button.text() and _cut_button(button)
        ]
        assert (scale, small, cut, tight) == (scale, [], [], [])


@pytest.mark.parametrize("screen", list(SCREENS))
def test_every_control_has_a_name_and_every_word_is_plain(
    open_stage: OpenStage, ids: Any, screen: str
) -> None:
    made = opened(open_stage, screen, (1280, 800), ids)
    role = QAccessible.Role
    acting = {role.Button, role.PushButton, role.CheckBox, role.RadioButton, role.EditableText}
    acting |= {role.ComboBox, role.SpinBox, role.ListItem, role.List, role.Table}
    seen = list(nodes(QAccessible.queryAccessibleInterface(made.shell)))
    unnamed = [
        (node.role().name, node.object())
        for node in seen
        if node.role() in acting and not node.text(QAccessible.Text.Name)
    ]
    assert unnamed == []
    formats = {label.textFormat() for label in made.shell.findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}


@pytest.mark.parametrize("screen", [name for name, (_, place) in SCREENS.items() if name == place])
def test_the_keyboard_reaches_everything_in_reading_order(
    open_stage: OpenStage, ids: Any, qtbot: Any, screen: str
) -> None:
    made = opened(open_stage, screen, (1280, 800), ids)
    made.shell.activateWindow()
    page = made.shell.page()
    assert page is not None
    want = {w for w in controls(page) if w.focusPolicy() & Qt.FocusPolicy.TabFocus}
    reached: set[QWidget] = set()
    next(iter(controls(page))).setFocus()
    step: Callable[[], object] = lambda: qtbot.keyClick(  # noqa: E731
        made.shell.windowHandle(), Qt.Key.Key_Tab
    )
    for _ in range(len(want) + 30):
        focus = made.shell.focusWidget()
        if focus is not None:
            reached.add(focus)
        step()
    # One of many is reached by Tab, the others of its group by the arrows.
    alone = {w for w in want if not w.inherits("QRadioButton")}
    assert {w.accessibleName() for w in alone - reached} == set()
