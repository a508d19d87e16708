"""One way of writing statements; PostgreSQL's own is made from it, once for each statement."""

from __future__ import annotations

import re
from functools import lru_cache

_PART = re.compile(r"'(?:[^']|'')*'|\bjson_each\((\?|[\w.]+)\)|\?|%")


@lru_cache(maxsize=4096)
def for_postgres(statement: str) -> str:
    """The statement with PostgreSQL's marks and functions; what is quoted stays as it is."""
    return _PART.sub(_put, statement)


def _put(part: re.Match[str]) -> str:
    found = part.group()
    if found == "?":
        return "%s"
    if part.group(1):
        listed = "%s" if part.group(1) == "?" else part.group(1)
        return f"json_array_elements_text(CAST({listed} AS json))"
    # The driver looks for its marks everywhere, quoted or not.
    return found.replace("%", "%%")
