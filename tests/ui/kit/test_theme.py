"""Colours are legible, icons exist, and a change of look reaches every window."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ui.shell import Shell
from ui.theme import theme
from ui.theme.fonts import load_inter
from ui.theme.icons import NAMES, icon, outline, pixmap
from ui.theme.tokens import CONTRASTS, PALETTES, TYPE, contrast
from ui.widgets.buttons import Button
from ui.widgets.text import Label


def test_the_ratio_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#FFFFFF", "#FFFFFF") == pytest.approx(1.0)


@pytest.mark.parametrize("look", list(PALETTES))
def test_every_pair_of_colours_that_meets_on_screen_is_legible(look: str) -> None:
    palette = PALETTES[look]
    poor = {
        (front, ground): round(contrast(palette.tone(front), palette.tone(ground)), 2)
        for front, ground, least in CONTRASTS
        if contrast(palette.tone(front), palette.tone(ground)) < least
    }
    assert poor == {}


@pytest.mark.parametrize("look", list(PALETTES))
@pytest.mark.parametrize("ground", ["surface", "bg", "primary", "rail", "rail_active"])
def test_one_of_the_two_colours_of_the_focus_ring_stands_out_anywhere(
    look: str, ground: str
) -> None:
    palette = PALETTES[look]
    under = palette.tone(ground)
    assert max(contrast(palette.focus, under), contrast(palette.focus_gap, under)) >= 3


def test_every_icon_has_an_outline_at_every_size_and_an_unknown_word_is_an_error() -> None:
    for name in NAMES:
        for size in (16, 24, 36, 64):
            box = outline(name, size).boundingRect()
            assert box.width() > size / 8, name
            assert box.left() >= -1, name
            assert box.right() <= size + 1, name
    with pytest.raises(KeyError):
        outline("no such word", 24)


def test_icons_are_drawn_at_the_scale_of_the_screen_in_the_colour_asked_for() -> None:
    picture = pixmap("done", "success", 24, ratio=1.5)
    assert (picture.width(), picture.height()) == (36, 36)
    image = picture.toImage()
    solid = [
        image.pixelColor(x, y)
        for x in range(36)
        for y in range(36)
        if image.pixelColor(x, y).alpha() == 255
    ]
    assert solid
    assert all(near(colour, QColor(PALETTES["day"].success)) for colour in solid)


def test_icons_of_buttons_are_whole_and_sharp_at_every_scale_of_a_screen() -> None:
    for ratio in (1.0, 1.25, 1.5, 2.0):
        picture = icon("done", "primary", 24, gap=4).pixmap(QSize(28, 24), ratio)
        assert picture.size() == QSize(round(28 * ratio), round(24 * ratio))
        image = picture.toImage()
        inked = [
            (x, y)
            for x in range(image.width())
            for y in range(image.height())
            if image.pixelColor(x, y).alpha()
        ]
        across, down = [x for x, _ in inked], [y for _, y in inked]
        assert max(across) - min(across) == pytest.approx(19.5 * ratio, abs=2.5)
        assert max(down) - min(down) == pytest.approx(19.5 * ratio, abs=2.5)
        assert max(across) < 24 * ratio, "the gap beside the word stays free"


def near(one: QColor, other: QColor) -> bool:
    return all(
        abs(a - b) <= 3
        for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True)  # type: ignore[index]
    )


def test_inter_comes_from_its_package_and_its_weights_are_real() -> None:
    assert load_inter()
    widths = {role: _advance(role) for role in ("body", "strong")}
    assert widths["strong"] > widths["body"]


def _advance(role: str) -> int:
    label = Label("Neighbourhood", role)
    return label.fontMetrics().horizontalAdvance(label.text())


def test_a_new_look_reaches_an_open_window_and_its_icons(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    label, button = Label("Words"), Button("Send", "primary", "send")
    holder = QWidget()
    holder.setLayout(_column(label, button))
    shell = show(holder)
    by_day = _picture(button)
    with qtbot.waitSignal(theme.changed):
        theme.use(name="night")
    assert label.palette().color(label.foregroundRole()) == QColor(PALETTES["night"].text)
    assert _picture(button).toImage() != by_day.toImage()
    assert shell.grab().toImage().pixelColor(700, 600) == QColor(PALETTES["night"].bg)


def _column(*widgets: QWidget):  # type: ignore[no-untyped-def]
    from ui.widgets.arrange import column

    return column(*widgets)


def _picture(widget: QWidget) -> QPixmap:
    return widget.grab()


def test_a_new_text_size_reaches_every_word(show: Callable[..., Shell]) -> None:
    labels = [Label(role, role) for role in TYPE]
    holder = QWidget()
    holder.setLayout(_column(*labels))
    show(holder)
    theme.use(scale=130)
    for label in labels:
        role = label.text()
        assert label.font().pixelSize() == round(TYPE[role].px * 1.3), role
    theme.use(scale=100)
    assert labels[0].font().pixelSize() == TYPE["display"].px


def test_a_text_size_that_does_not_exist_is_an_error(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="110"):
        theme.use(scale=110)


def test_the_kit_does_not_import_qtawesome_and_its_layers() -> None:
    code = (
        "import sys; from PySide6.QtGui import QGuiApplication; app = QGuiApplication([]);"
        "import ui.shell, ui.theme.icons; ui.theme.icons.outline('send', 24);"
        "print([m for m in sys.modules if m.split('.')[0] in ('qtawesome', 'qtpy')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
