"""Invented officers, schools and venues of the demo force, as plain rows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from resources import read_json

Row = Mapping[str, object]


@cache
def officers() -> tuple[Row, ...]:
    """Six officers a team.

    Each has officer_id, force_no, name, role, lpt_code, neighbourhoods, supervisor_id, app_roles.
    """
    return _rows("officers")


@cache
def schools() -> tuple[Row, ...]:
    """Schools: school_id, name, urn, phase, neighbourhood_id, lpt_code."""
    return _rows("schools")


@cache
def venues() -> tuple[Row, ...]:
    """Venues: venue_id, name, address, neighbourhood_id, lpt_code, postcode, lat, lon."""
    return _rows("venues")


def _rows(name: str) -> tuple[Row, ...]:
    rows = read_json(f"reference/demo/{name}.json")[name]
    if not isinstance(rows, tuple):
        raise TypeError(f"The demo file {name} must hold a list called {name}.")
    return rows
