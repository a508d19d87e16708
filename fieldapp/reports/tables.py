"""The one writer of tables: aligned for a terminal, CSV that no spreadsheet runs, or JSON."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Row = TypeVar("Row")
Cell = str | int | bool | None

_FORMULA_STARTS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""First characters that make a spreadsheet run a cell, with their full-width forms."""


class Format(StrEnum):
    """How a table is written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """A column: its key in CSV, its heading on a terminal, and what stands in it."""

    key: str
    heading: str
    value: Callable[[Row], Cell]


def as_table(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> str:
    """Text for a terminal: columns aligned, numbers to the right, one line a row.

    Control characters, which could drive the terminal, are shown as a mark.
    """
    cells = [[column.value(row) for column in columns] for row in rows]
    right = [_is_numeric(line[n] for line in cells) for n in range(len(columns))]
    lines = [[column.heading for column in columns]]
    lines += [[_for_terminal(cell) for cell in line] for line in cells]
    widths = [max(map(_width, parts)) for parts in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "".join(
        "  ".join(
            _padded(text, width, to_the_right=numeric)
            for text, width, numeric in zip(line, widths, right, strict=True)
        ).rstrip()
        + "\n"
        for line in lines
    )


def as_csv(columns: Sequence[Column[Row]], rows: Iterable[Row]) -> str:
    """CSV with a heading line; text that a spreadsheet would run gets an apostrophe in front."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([column.key for column in columns])
    writer.writerows([_for_csv(column.value(row)) for column in columns] for row in rows)
    return out.getvalue()


def as_json(document: object) -> str:
    """JSON for people and programs: indented, as written, ending in a line break.

    Raises:
        ValueError: the document holds a number that JSON cannot say.
    """
    return json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_table(
    columns: Sequence[Column[Row]], rows: Sequence[Row], *, how: Format, document: object
) -> str:
    """The table in the format asked for; ``document`` is what JSON says."""
    if how is Format.JSON:
        return as_json(document)
    if how is Format.CSV:
        return as_csv(columns, rows)
    return as_table(columns, rows)


def formula_safe(text: str) -> str:
    """Text that a spreadsheet takes for text, whatever somebody typed into it."""
    return f"'{text}" if text and text[0] in _FORMULA_STARTS else text


def _for_csv(cell: Cell) -> str | int:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return formula_safe(cell) if isinstance(cell, str) else cell


def _for_terminal(cell: Cell) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return "".join("\ufffd" if _drives(char) else char for char in str(cell))


def _drives(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp", "Cs"}


def _is_numeric(cells: Iterable[Cell]) -> bool:
    present = [cell for cell in cells if cell is not None]
    return bool(present) and all(isinstance(cell, int) for cell in present)


def _width(text: str) -> int:
    return sum(_char_width(char) for char in text)


def _char_width(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _padded(text: str, width: int, *, to_the_right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if to_the_right else text + gap
