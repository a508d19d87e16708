from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.reports.tables import (
    Column,
    Format,
    as_csv,
    as_json,
    as_table,
    formula_safe,
    write_table,
)

Pair = tuple[str | None, int | None]
COLUMNS: tuple[Column[Pair], ...] = (
    Column("name", "Name", lambda row: row[0]),
    Column("people", "People", lambda row: row[1]),
)


def test_a_terminal_table_is_aligned_with_numbers_to_the_right() -> None:
    assert as_table(COLUMNS, [("Glascote", 40), ("Spital", None), ("Town", 7)]) == (
        "Name      People\n--------  ------\nGlascote      40\nSpital         -\nTown           7\n"
    )


def test_an_empty_table_still_has_its_headings() -> None:
    assert as_table(COLUMNS, []) == "Name  People\n----  ------\n"


def test_wide_letters_do_not_break_the_alignment() -> None:
    lines = as_table(COLUMNS, [("\u6771\u4eac", 1), ("caf\u0065\u0301", 2)]).splitlines()
    assert lines[2] == "\u6771\u4eac       1"
    assert lines[3] == "caf\u0065\u0301       2"


def test_words_cannot_drive_the_terminal() -> None:
    text = as_table(COLUMNS, [("\x1b[2Jgone\u202e\u2028\x07\n", 1)])
    assert len(text.splitlines()) == 3
    assert not set(text) & set("\x1b\x07\u202e\u2028")


@pytest.mark.parametrize("start", list("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"))
def test_a_spreadsheet_never_runs_what_somebody_typed(start: str) -> None:
    text = as_csv(COLUMNS, [(start + "cmd|' /C calc'!A0", -5)])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[1] == ["'" + start + "cmd|' /C calc'!A0", "-5"]


def test_plain_words_are_left_alone() -> None:
    assert formula_safe("Baddeley, Milton & Norton") == "Baddeley, Milton & Norton"
    assert formula_safe("") == ""
    assert formula_safe("1-2") == "1-2"


@given(st.text(), st.none() | st.integers())
def test_csv_reads_back_as_written(name: str, people: int | None) -> None:
    text = as_csv(COLUMNS, [(name, people)])
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0] == ["name", "people"]
    assert rows[1] == [formula_safe(name), "" if people is None else str(people)]


def test_yes_and_no_are_words() -> None:
    yes_no: tuple[Column[bool], ...] = (Column("met", "Met", lambda row: row),)
    assert as_csv(yes_no, [True, False]) == "met\r\nyes\r\nno\r\n"
    assert as_table(yes_no, [True]).splitlines()[2] == "yes"


def test_json_is_readable_and_strict() -> None:
    assert json.loads(as_json({"name": "Caf\u00e9", "rows": []})) == {
        "name": "Caf\u00e9",
        "rows": [],
    }
    assert "Caf\u00e9" in as_json(["Caf\u00e9"])
    with pytest.raises(ValueError, match="not JSON compliant"):
        as_json(float("nan"))


@pytest.mark.parametrize(
    ("how", "start"),
    [(Format.TABLE, "Name"), (Format.CSV, "name,people\r\n"), (Format.JSON, '{\n  "rows"')],
)
def test_the_format_asked_for_is_written(how: Format, start: str) -> None:
    rows = [("Glascote", 40)]
    assert write_table(COLUMNS, rows, how=how, document={"rows": 1}).startswith(start)
