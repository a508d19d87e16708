"""Long lists and tables: models told the truth, selection kept, columns that fit."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.kit import gallery
from tests.ui.kit.conftest import part
from ui.shell import Shell
from ui.theme import theme
from ui.widgets.page import Page
from ui.widgets.queue_list import QueueList, QueueRow
from ui.widgets.summary_list import SummaryItem, SummaryList
from ui.widgets.table import Column, Rag, Table
from ui.widgets.tag import STATUS, TagLook
from ui.widgets.text import Label

FATAL = QAbstractItemModelTester.FailureReportingMode.Fatal


def rows(*keys: str) -> list[QueueRow]:
    return [QueueRow(key, f"Row {key}", "A line", "2 days") for key in keys]


@pytest.fixture
def queue(show: Callable[..., Shell]) -> QueueList:
    made, page = QueueList("Records waiting"), Page("Queue")
    page.set_content(made, scrolls=False)
    show(page)
    return made


def test_the_model_tells_the_view_what_really_changed(queue: QueueList) -> None:
    tester = QAbstractItemModelTester(queue.queue(), FATAL)
    for keys in ("abcd", "abd", "abxd", "abxd", "", "q", "qrs", "sqr"):
        queue.set_rows(rows(*keys))
        assert [queue.key_at(i) for i in range(queue.model().rowCount())] == list(keys)
    del tester


def test_one_row_that_goes_leaves_the_highlight_on_the_next(queue: QueueList, qtbot: QtBot) -> None:
    queue.set_rows(rows(*"abcd"))
    queue.select("b")
    with qtbot.waitSignal(queue.chosen) as chosen:
        queue.set_rows(rows(*"acd"))
    assert chosen.args == [queue.current_key()]
    assert queue.current_key() in {"a", "c"}


def test_rows_in_another_order_keep_the_highlight_where_it_was(
    queue: QueueList, qtbot: QtBot
) -> None:
    queue.set_rows(rows(*"abcd"))
    queue.select("c")
    with qtbot.assertNotEmitted(queue.chosen):
        queue.set_rows(rows(*"dcba"))
    assert queue.current_key() == "c"


def test_keys_move_the_highlight_and_enter_opens(queue: QueueList, qtbot: QtBot) -> None:
    queue.set_rows(rows(*"abcd"))
    queue.select("a")
    queue.setFocus()
    with qtbot.waitSignal(queue.chosen) as chosen:
        qtbot.keyClick(queue, Qt.Key.Key_Down)
    assert chosen.args == ["b"]
    with qtbot.waitSignal(queue.opened) as opened:
        qtbot.keyClick(queue, Qt.Key.Key_Return)
    assert opened.args == ["b"]


def test_letters_are_left_for_shortcuts(queue: QueueList, qtbot: QtBot) -> None:
    queue.set_rows(rows(*"abcd"))
    queue.select("a")
    qtbot.keyClicks(queue, "row d")
    assert queue.current_key() == "a"


def test_a_row_is_read_out_whole(queue: QueueList) -> None:
    late = TagLook("Late", "warning", "clock")
    queue.set_rows([QueueRow("1", "Market Hall", "Drop-in session", "5 days", tags=(late,))])
    seen = QAccessible.queryAccessibleInterface(queue)
    assert seen.text(QAccessible.Text.Name) == "Records waiting"
    assert seen.child(0).text(QAccessible.Text.Name) == (
        "Market Hall. Drop-in session. 5 days. Late"
    )


def test_rows_are_as_tall_as_design_and_text_size_ask(queue: QueueList) -> None:
    tag = STATUS["RETURNED"]
    queue.set_rows([*rows("a"), QueueRow("b", "Title", "Line", tags=(tag,))])
    heights = [queue.sizeHintForIndex(queue.model().index(i, 0)).height() for i in (0, 1)]
    assert heights == [72, 96]
    theme.use(scale=130)
    assert queue.sizeHintForIndex(queue.model().index(0, 0)).height() == 94


def test_five_thousand_rows_open_and_scroll_at_once(queue: QueueList, qtbot: QtBot) -> None:
    begun = time.perf_counter()
    queue.set_rows([QueueRow(str(i), f"Row {i}", "Line", icon="drop_in") for i in range(5000)])
    queue.scrollToBottom()
    queue.grab()
    assert time.perf_counter() - begun < 2


# -- tables -------------------------------------------------------------------------------------

COLUMNS = (
    Column("Neighbourhood", 3),
    Column("Last met", 2),
    Column("People", number=True, drop=2),
    Column("Days", number=True, drop=1),
    Column("State", 3),
)


@pytest.fixture
def table(show: Callable[..., Shell]) -> Table:
    made, page = Table("Meetings", COLUMNS), Page("Meetings")
    page.set_content(made, scrolls=False)
    show(page)
    made.set_rows([("Glascote", "Thu 15 Oct", "40", "35", Rag("AMBER", "PCSO only"))] * 3)
    return made


def test_a_table_fits_its_width_and_drops_the_least_columns_first(
    table: Table, qtbot: QtBot
) -> None:
    QAbstractItemModelTester(table.table(), FATAL)
    assert not any(table.isColumnHidden(place) for place in range(5))
    window = table.window()
    window.resize(600, 800)
    theme.use(scale=130)
    qtbot.waitUntil(lambda: table.isColumnHidden(2))
    shown = [place for place in range(5) if not table.isColumnHidden(place)]
    assert {0, 1, 4} <= set(shown)
    assert sum(table.columnWidth(place) for place in shown) <= table.viewport().width()


def test_a_traffic_light_is_a_word_to_eyes_and_ears(table: Table) -> None:
    cell = table.table().index(0, 4)
    assert cell.data() == "Amber: PCSO only"
    assert cell.data(Qt.ItemDataRole.AccessibleTextRole) == "State: Amber: PCSO only"


def test_enter_opens_a_row_of_a_table(table: Table, qtbot: QtBot) -> None:
    table.setFocus()
    table.selectRow(1)
    with qtbot.waitSignal(table.opened) as opened:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [1]


# -- summaries and ends -------------------------------------------------------------------------


def test_change_names_what_it_changes(show: Callable[..., Shell], qtbot: QtBot) -> None:
    summary = SummaryList([SummaryItem("who", "Who came", "17 people", change=True)])
    show(summary)
    change = part(summary, QWidget, "change:who")
    assert change.accessibleName() == "Change who came"
    with qtbot.waitSignal(summary.change_wanted) as wanted:
        qtbot.mouseClick(change, Qt.MouseButton.LeftButton)
    assert wanted.args == ["who"]


def test_answers_can_be_shown_anew_without_leaving_the_old_ones_behind(
    show: Callable[..., Shell], qtbot: QtBot
) -> None:
    summary = SummaryList()
    show(summary)
    for number in range(5):
        summary.set_items([SummaryItem("a", "Who came", f"{number} people", change=True)])
    qtbot.waitUntil(lambda: len(summary.findChildren(Label)) == 2)
    assert {label.text() for label in summary.findChildren(Label)} == {"Who came", "4 people"}


def test_a_window_that_is_gone_hears_no_more_of_the_look(
    qtbot: QtBot,
) -> None:
    shells = [gallery.build(page) for page in ("form", "approvals", "meetings", "controls")]
    for shell in shells:
        shell.show()
        qtbot.waitExposed(shell)
        shell.close()
        shell.deleteLater()
    qtbot.waitUntil(lambda: not any(shiboken6.isValid(shell) for shell in shells))
    gc.collect()
    for look in ("night", "outdoor", "day"):
        theme.use(name=look, scale=115, left_handed=True)
        theme.use(scale=100, left_handed=False)
