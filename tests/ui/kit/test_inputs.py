"""Choosing and entering: chips, times, days, places, notes, errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time

import pytest
from PySide6.QtCore import QMimeData, QRectF, Qt
from PySide6.QtGui import QAccessible, QTextCursor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.kit.conftest import part
from tests.ui.kit.sample import MORE, TODAY, VENUES, WARDS
from ui.shell import Shell
from ui.widgets import scroll as scroll_module
from ui.widgets.arrange import column
from ui.widgets.chip_face import CheckChip, RadioChip
from ui.widgets.chips import Chips
from ui.widgets.choice import Choice
from ui.widgets.choice_field import choice_field
from ui.widgets.combo_field import ComboField
from ui.widgets.date_picker import DatePicker
from ui.widgets.dates import long_day, short_day
from ui.widgets.day_field import DayField
from ui.widgets.error_summary import ErrorSummary
from ui.widgets.field import Field
from ui.widgets.growing_text import GrowingText
from ui.widgets.list_picker import ListPicker, PickSheet
from ui.widgets.page import Page
from ui.widgets.phrase_chips import PhraseChips
from ui.widgets.place_field import PlaceField
from ui.widgets.sheet import ConfirmSheet
from ui.widgets.stepper import Stepper
from ui.widgets.text_field import TextField
from ui.widgets.time_field import TimeField, TimeRange, read_time

LEFT = Qt.MouseButton.LeftButton
WAYS = (Choice("a", "In person"), Choice("b", "Phone"), Choice("c", "Email"))


def role(widget: QWidget) -> QAccessible.Role:
    return QAccessible.queryAccessibleInterface(widget).role()


# -- chips --------------------------------------------------------------------------------------


def test_one_of_many_chips_are_radio_buttons_and_many_are_check_boxes(
    show: Callable[..., Shell],
) -> None:
    one, many = Chips(WAYS, "How", multi=False), Chips(WAYS, "Which")
    holder = QWidget()
    holder.setLayout(column(one, many))
    show(holder)
    assert {role(chip) for chip in one.findChildren(RadioChip)} == {QAccessible.Role.RadioButton}
    assert {role(chip) for chip in many.findChildren(CheckChip)} == {QAccessible.Role.CheckBox}


def test_a_single_choice_replaces_the_one_before(show: Callable[..., Shell], qtbot: QtBot) -> None:
    chips = Chips(WAYS, "How", multi=False)
    show(chips)
    seen: list[str] = []
    chips.changed.connect(lambda: seen.append(chips.value()))
    qtbot.mouseClick(chips.chip("a"), LEFT)
    qtbot.mouseClick(chips.chip("b"), LEFT)
    qtbot.mouseClick(chips.chip("b"), LEFT)
    assert seen == ["a", "b"]


def test_arrow_keys_move_a_single_choice(show: Callable[..., Shell], qtbot: QtBot) -> None:
    chips = Chips(WAYS, "How", multi=False)
    show(chips)
    chips.set_value("a")
    chips.chip("a").setFocus()
    qtbot.keyClick(chips.chip("a"), Qt.Key.Key_Right)
    assert chips.value() == "b"


def test_the_whole_chip_can_be_tapped_and_its_width_stays(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    chips = Chips(WAYS, "Which")
    show(chips)
    chip = chips.chip("c")
    width = chip.width()
    from PySide6.QtCore import QPoint

    qtbot.mouseClick(chip, LEFT, pos=QPoint(chip.width() - 4, chip.height() // 2))
    assert chips.values() == ("c",)
    assert chip.width() == width


def test_showing_a_choice_is_not_choosing(show: Callable[..., Shell], qtbot: QtBot) -> None:
    chips = Chips(WAYS, "How", multi=False)
    show(chips)
    with qtbot.assertNotEmitted(chips.changed):
        chips.set_value("b")
        chips.set_choices(WAYS[1:])
    assert chips.value() == "b"
    with qtbot.assertNotEmitted(chips.changed):
        chips.set_value("")
    assert chips.value() == ""


def test_up_to_twelve_choices_are_chips_and_more_are_a_list(show: Callable[..., Shell]) -> None:
    assert isinstance(choice_field(WARDS, "Ward"), Chips)
    assert isinstance(choice_field(WARDS + MORE, "Ward"), ListPicker)


def test_a_long_list_is_searched_and_picked(show: Callable[..., Shell], qtbot: QtBot) -> None:
    picker = ListPicker(WARDS + MORE, "Neighbourhood")
    shell = show(picker)
    qtbot.mouseClick(picker, LEFT)
    sheet = part(shell, PickSheet)
    assert sheet.search.hasFocus()
    qtbot.keyClicks(sheet.search, "glas")
    assert [row.title for row in sheet.rows.queue().rows()] == ["Glascote"]
    with qtbot.waitSignal(picker.changed):
        qtbot.keyClick(sheet.search, Qt.Key.Key_Return)
    assert picker.value() == "glascote"
    assert picker.text() == "Glascote"
    assert picker.accessibleName() == "Neighbourhood: Glascote"


def test_escape_leaves_a_list_as_it_was_and_gives_the_focus_back(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    picker = ListPicker(WARDS + MORE, "Neighbourhood")
    shell = show(picker)
    picker.setFocus()
    qtbot.mouseClick(picker, LEFT)
    sheet = part(shell, PickSheet)
    with qtbot.assertNotEmitted(picker.changed), qtbot.waitSignal(sheet.dismissed):
        qtbot.keyClick(sheet.search, Qt.Key.Key_Escape)
    assert picker.hasFocus()


def test_tab_goes_round_inside_a_sheet(show: Callable[..., Shell], qtbot: QtBot) -> None:
    shell = show(TextField("Behind"))
    sheet = ConfirmSheet(shell, "Delete this draft?", "It is on this tablet only.", "Delete draft")
    sheet.present()
    assert sheet.no_button.hasFocus()
    seen = set()
    for _ in range(6):
        qtbot.keyClick(shell.focusWidget(), Qt.Key.Key_Tab)
        seen.add(shell.focusWidget())
    assert all(sheet.panel.isAncestorOf(widget) for widget in seen)
    with qtbot.waitSignal(sheet.confirmed):
        qtbot.mouseClick(sheet.yes_button, LEFT)


def test_a_combo_says_what_the_officer_chose_only(show: Callable[..., Shell], qtbot: QtBot) -> None:
    combo = ComboField("Ward", WARDS)
    show(combo)
    with qtbot.assertNotEmitted(combo.changed):
        combo.set_value("castle")
    combo.setFocus()
    with qtbot.waitSignal(combo.changed):
        qtbot.keyClick(combo, Qt.Key.Key_Down)
    assert combo.value() == "glascote"
    combo.set_value("nowhere")
    assert combo.value() == ""


# -- times and days -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("9", time(9)),
        ("930", time(9, 30)),
        ("0930", time(9, 30)),
        ("9:30", time(9, 30)),
        ("9.30", time(9, 30)),
        (" 21:05 ", time(21, 5)),
        ("2460", None),
        ("25", None),
        ("9:75", None),
        ("soon", None),
        ("", None),
    ],
)
def test_times_are_read_the_way_officers_write_them(typed: str, means: time | None) -> None:
    assert read_time(typed) == means


def test_a_time_is_typed_stepped_and_never_guessed(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    field = TimeField("Start", suggested=time(10, 0))
    show(field)
    assert field.value() is None
    qtbot.mouseClick(field.later, LEFT)
    assert field.value() == time(10, 0)
    qtbot.mouseClick(field.later, LEFT)
    assert field.value() == time(10, 15)
    field.set_value(time(10, 7))
    qtbot.mouseClick(field.earlier, LEFT)
    assert field.value() == time(10, 0)
    field.set_value(time(10, 7))
    qtbot.mouseClick(field.later, LEFT)
    assert field.value() == time(10, 15)
    field.set_value(time(23, 50))
    qtbot.mouseClick(field.later, LEFT)
    assert field.value() == time(0, 0)
    field.edit.setFocus()
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, "1842")
    assert field.value() == time(18, 42)
    field.edit.clearFocus()
    assert field.edit.text() == "18:42"
    field.edit.setFocus()
    field.edit.selectAll()
    qtbot.keyClicks(field.edit, "99")
    assert field.value() is None
    assert field.typed() == "99"


def test_up_and_down_keys_move_a_time_by_a_quarter(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    times = TimeRange()
    show(times)
    times.start.set_value(time(9, 0))
    with qtbot.waitSignal(times.changed):
        qtbot.keyClick(times.start.edit, Qt.Key.Key_Up)
    assert times.start.value() == time(9, 15)


def test_days_have_their_names_and_any_other_comes_from_the_month(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    field = DayField("Day", TODAY, latest=TODAY)
    shell = show(field)
    chips = field.findChildren(RadioChip)
    with qtbot.waitSignal(field.changed):
        qtbot.mouseClick(chips[1], LEFT)
    assert field.value() == date(2026, 11, 18)
    qtbot.mouseClick(chips[2], LEFT)
    picker = part(shell, DatePicker)
    assert field.value() == date(2026, 11, 18), "opening the month chooses nothing"
    day = next(
        b for b in picker.findChildren(QWidget) if b.accessibleName() == "Thursday 5 November 2026"
    )
    with qtbot.waitSignal(field.changed):
        qtbot.mouseClick(day, LEFT)
    assert field.value() == date(2026, 11, 5)
    assert chips[2].text() == "Thu 5 Nov"
    assert chips[2].isChecked()


def test_days_still_to_come_cannot_be_picked_for_what_has_happened(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    shell = show(TextField("x"))
    picker = DatePicker(shell, TODAY, today=TODAY, latest=TODAY)
    picker.present()
    tomorrow = next(
        b for b in picker.findChildren(QWidget) if b.accessibleName() == "Friday 20 November 2026"
    )
    assert not tomorrow.isEnabled()
    qtbot.keyClick(shell.focusWidget(), Qt.Key.Key_Up)
    with qtbot.waitSignal(picker.picked) as picked:
        qtbot.keyClick(shell.focusWidget(), Qt.Key.Key_Return)
    assert picked.args == [date(2026, 11, 12)]


def test_a_day_field_for_plans_offers_tomorrow(show: Callable[..., Shell], qtbot: QtBot) -> None:
    field = DayField("Day", TODAY, coming=True)
    show(field)
    qtbot.mouseClick(field.findChildren(RadioChip)[1], LEFT)
    assert field.value() == date(2026, 11, 20)


def test_the_day_may_turn_while_a_form_is_open(show: Callable[..., Shell]) -> None:
    field = DayField("Day", TODAY)
    show(field)
    field.set_today(date(2026, 11, 20))
    assert field.value() == TODAY
    assert field.findChildren(RadioChip)[1].isChecked()


def test_days_are_written_in_english() -> None:
    assert short_day(date(2026, 11, 21)) == "Sat 21 Nov"
    assert long_day(date(2026, 11, 1)) == "Sunday 1 November 2026"


# -- places, notes, numbers ---------------------------------------------------------------------


def test_a_place_used_lately_is_one_tap(show: Callable[..., Shell], qtbot: QtBot) -> None:
    field = PlaceField("Place", VENUES, recent=VENUES[:2])
    show(field)
    with qtbot.waitSignal(field.picked) as picked:
        qtbot.mouseClick(field.recent.chip("v2"), LEFT)
    assert picked.args == ["v2"]
    assert (field.value(), field.text()) == ("v2", "Larkfield Community Centre")


def test_a_place_that_is_not_known_is_kept_as_typed(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    field = PlaceField("Place", VENUES, recent=VENUES[:2])
    show(field)
    field.set_place("v2", "Larkfield Community Centre")
    field.edit.selectAll()
    with qtbot.waitSignal(field.edited):
        qtbot.keyClicks(field.edit, "Behind the mill")
    assert (field.value(), field.text()) == ("", "Behind the mill")
    assert field.recent.value() == ""


def test_typing_a_known_place_in_full_picks_it(show: Callable[..., Shell], qtbot: QtBot) -> None:
    field = PlaceField("Place", VENUES)
    show(field)
    with qtbot.waitSignal(field.picked):
        qtbot.keyClicks(field.edit, "market hall")
    assert field.value() == "v4"


def test_places_that_fit_what_is_typed_are_offered_in_the_same_spot(
    show: Callable[..., Shell], qtbot: QtBot, heard: list[str]
) -> None:
    field = PlaceField("Place", VENUES, recent=VENUES[:1])
    show(field)
    qtbot.keyClicks(field.edit, "lark com")
    qtbot.waitUntil(field.recent.chip("v2").isVisible)
    assert {c.text() for c in field.recent.findChildren(RadioChip) if c.isVisible()} == {
        "Larkfield Community Centre"
    }
    assert heard[-1] == "1 known place"
    with qtbot.waitSignal(field.picked) as picked:
        qtbot.mouseClick(field.recent.chip("v2"), LEFT)
    assert picked.args == ["v2"]
    assert field.text() == "Larkfield Community Centre"


def test_a_notes_box_grows_and_never_scrolls_inside(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    notes = GrowingText("Notes")
    show(notes)
    before = notes.height()
    with qtbot.waitSignal(notes.edited):
        qtbot.keyClicks(notes, "one line of notes ")
    assert notes.height() == before
    notes.set_text("\n".join(f"line {number}" for number in range(40)))
    qtbot.waitUntil(lambda: notes.height() > before * 3)
    assert notes.verticalScrollBar().maximum() == 0


def test_a_notes_box_stops_at_its_limit(show: Callable[..., Shell], qtbot: QtBot) -> None:
    notes = GrowingText("Notes", limit=10)
    show(notes)
    qtbot.keyClicks(notes, "0123456789abc")
    assert notes.text() == "0123456789"


def test_pasted_text_comes_without_its_markup(show: Callable[..., Shell]) -> None:
    notes = GrowingText("Notes")
    show(notes)
    pasted = QMimeData()
    pasted.setHtml("<b>bold</b>")
    pasted.setText("bold")
    notes.insertFromMimeData(pasted)
    assert notes.text() == "bold"


def test_showing_notes_keeps_the_caret_and_says_nothing(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    notes = GrowingText("Notes")
    show(notes)
    qtbot.keyClicks(notes, "abc")
    with qtbot.assertNotEmitted(notes.edited):
        notes.set_text("abcdef")
    assert notes.textCursor().position() == 3


def test_a_phrase_becomes_a_sentence_at_the_end(show: Callable[..., Shell], qtbot: QtBot) -> None:
    notes = GrowingText("Notes")
    phrases = PhraseChips(("Leaflets given out",), notes)
    holder = QWidget()
    holder.setLayout(column(notes, phrases))
    show(holder)
    notes.set_text("Quiet.")
    button = next(w for w in phrases.findChildren(QWidget) if w.accessibleName())
    with qtbot.waitSignal(notes.edited):
        qtbot.mouseClick(button, LEFT)
    assert notes.text() == "Quiet. Leaflets given out."


def test_a_stepper_stays_in_its_range(show: Callable[..., Shell], qtbot: QtBot) -> None:
    stepper = Stepper("Minutes", maximum=60, step=15)
    show(stepper)
    assert not stepper.minus.isEnabled()
    for _ in range(5):
        qtbot.mouseClick(stepper.plus, LEFT)
    assert stepper.value() == 60
    assert not stepper.plus.isEnabled()


# -- fields and their errors --------------------------------------------------------------------


def test_an_error_stands_beside_its_field_and_in_its_description(
    show: Callable[..., Shell],
) -> None:
    box = TextField("Crime reference")
    field = Field("Crime reference", box, "From the control room")
    show(field)
    assert box.accessibleDescription() == "From the control room"
    field.set_error("Enter the reference")
    assert box.accessibleDescription() == "Error: Enter the reference. From the control room"
    assert box.property("invalid") is True
    field.set_error("")
    assert box.property("invalid") is False


def test_a_filled_in_value_says_where_it_came_from(show: Callable[..., Shell]) -> None:
    combo = ComboField("Neighbourhood", WARDS)
    field = Field("Neighbourhood", combo)
    show(field)
    field.set_origin("Filled in from the place; change it if needed")
    assert combo.accessibleDescription() == "Filled in from the place; change it if needed"


def test_the_summary_of_errors_takes_the_focus_and_leads_to_the_field(
    show: Callable[..., Shell], qtbot: QtBot, heard: list[str]
) -> None:
    summary, box = ErrorSummary(), TextField("Place")
    holder = QWidget()
    holder.setLayout(column(summary, box))
    show(holder)
    summary.followed.connect(lambda _key: box.setFocus())
    summary.show_errors([("place", "Enter where it was"), ("end", "Finish after the start")])
    qtbot.waitUntil(summary.hasFocus)
    assert heard == ["There is a problem. Enter where it was. Finish after the start"]
    link = part(summary, QWidget, "error:place")
    with qtbot.waitSignal(summary.followed) as followed:
        qtbot.mouseClick(link, LEFT)
    assert followed.args == ["place"]
    assert box.hasFocus()
    summary.clear()
    assert not summary.isVisible()


# -- the on-screen keyboard ---------------------------------------------------------------------


def test_the_caret_stays_above_the_keyboard_of_the_screen(
    show: Callable[..., Shell], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = GrowingText("Notes", lines=30)
    page = Page("Notes", form=True)
    page.set_content(notes)
    shell = show(page, (1280, 800))
    notes.set_text("\n".join(f"line {number}" for number in range(30)))
    notes.setFocus()
    notes.moveCursor(QTextCursor.MoveOperation.End)
    area = page.area
    assert area is not None

    class Keyboard:
        """Covers the lower half of the window, as the tablet's own does."""

        @staticmethod
        def isVisible() -> bool:
            return True

        @staticmethod
        def keyboardRectangle() -> QRectF:
            return QRectF(0, 400, 1280, 400)

    class Gui:
        @staticmethod
        def inputMethod() -> type[Keyboard]:
            return Keyboard

    monkeypatch.setattr(scroll_module, "QGuiApplication", Gui)
    area._clear_keyboard()
    caret = notes.cursorRect()

    def seen() -> bool:
        bottom = notes.viewport().mapTo(shell, caret.bottomLeft()).y()
        return bottom <= 400

    qtbot.waitUntil(seen)
