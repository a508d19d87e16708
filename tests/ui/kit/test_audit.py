"""Every control of the gallery can be hit, has a name, and shows its words whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.ui.kit.gallery import PAGES
from ui.shell import Shell
from ui.theme import theme
from ui.theme.tokens import SCALES, TARGET
from ui.widgets.chip_face import ActionChip, CheckChip, RadioChip
from ui.widgets.text import Elided

SIZES = [(1280, 800), (800, 1280), (1024, 600)]
pages = pytest.mark.parametrize("page", list(PAGES))


def controls(root: QWidget) -> Iterator[QWidget]:
    for widget in root.findChildren(QWidget):
        if not widget.isVisibleTo(root):
            continue
        inner = isinstance(widget, QLineEdit) and isinstance(
            widget.parentWidget(), (QAbstractSpinBox, QComboBox)
        )
        kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit, QPlainTextEdit)
        if isinstance(widget, kinds) and not inner:
            yield widget


@pages
@pytest.mark.parametrize("size", SIZES)
def test_every_target_fits_a_finger_and_every_word_its_place_at_any_text_size(
    show: Callable[..., Shell], qtbot: QtBot, page: str, size: tuple[int, int]
) -> None:
    shell = show(page, size)
    for scale in SCALES:
        theme.use(scale=scale)
        with suppress(qtbot.TimeoutError):
            qtbot.waitUntil(lambda: faults(shell) == ([], [], []), timeout=3000)
        assert (scale, *faults(shell)) == (scale, [], [], [])


def faults(shell: Shell) -> tuple[list[object], list[object], list[object]]:
    """Controls too small for a finger, words that are cut, buttons too tight for theirs."""
    small: list[object] = [
        (type(w).__name__, w.accessibleName(), w.width(), w.height())
        for w in controls(shell)
        if min(w.width(), w.height()) < TARGET["floor"]
    ]
    cut: list[object] = [
        (label.text(), label.width(), label.height()) for label in _cut_labels(shell)
    ]
    tight: list[object] = [
        (button.text(), button.width(), button.sizeHint().width())
        for button in shell.findChildren(QAbstractButton)
        if button.isVisibleTo(shell) and button.text() and _cut_button(button)
    ]
    return small, cut, tight


def nodes(root: QAccessibleInterface) -> Iterator[QAccessibleInterface]:
    for place in range(root.childCount()):
        child = root.child(place)
        if child.isValid() and not child.state().invisible:
            yield child
            yield from nodes(child)


@pages
def test_every_control_has_a_name_for_a_screen_reader(
    show: Callable[..., Shell], qtbot: QtBot, page: str
) -> None:
    shell = show(page)
    qtbot.wait(20)
    role = QAccessible.Role
    acting = {
        role.Button,
        role.PushButton,
        role.CheckBox,
        role.RadioButton,
        role.EditableText,
        role.ComboBox,
        role.SpinBox,
        role.ListItem,
        role.List,
        role.Table,
    }
    seen = list(nodes(QAccessible.queryAccessibleInterface(shell)))
    unnamed = [
        (node.role().name, node.object())
        for node in seen
        if node.role() in acting and not node.text(QAccessible.Text.Name)
    ]
    assert unnamed == []
    assert sum(node.role() in acting for node in seen) >= 8


def _cut_labels(root: QWidget) -> Iterator[QLabel]:
    for label in root.findChildren(QLabel):
        if not label.isVisibleTo(root) or isinstance(label, Elided) or not label.text():
            continue
        area = label.contentsRect()
        flags = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag(0)
        needs = label.fontMetrics().boundingRect(area, flags, label.text())
        if needs.width() > area.width() + 1 or needs.height() > area.height() + 1:
            yield label


def _cut_button(button: QAbstractButton) -> bool:
    if isinstance(button, (CheckChip, RadioChip, ActionChip)):
        words = button.fontMetrics().horizontalAdvance(button.text())
        return words + 24 > button.width()
    return button.sizeHint().width() > button.width() + 1


@pages
def test_words_of_others_can_never_be_markup(show: Callable[..., Shell], page: str) -> None:
    shell = show(page)
    labels = shell.findChildren(QLabel)
    assert labels
    assert {label.textFormat() for label in labels} == {Qt.TextFormat.PlainText}


def test_the_gallery_is_in_order_for_a_hand_on_the_keyboard(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    """Tab goes down the form: no stop is above the one before it by more than a row."""
    shell = show("check")
    page = shell.page()
    assert page is not None
    stops: list[int] = []
    first = next(w for w in controls(page))
    first.setFocus()
    for _ in range(6):
        focus = shell.focusWidget()
        assert focus is not None
        if page.isAncestorOf(focus):
            stops.append(focus.mapTo(page, focus.rect().center()).y())
        qtbot.keyClick(shell.windowHandle(), Qt.Key.Key_Tab)
    assert stops == sorted(stops)
