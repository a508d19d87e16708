"""A small force: two teams, two sergeants in one of them, and an officer with two tablets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from server.services.accounts import NewOfficer

PASSWORD = "lantern-kettle-station"
BEATS = {"TA": ("E05007070", "E05007067"), "LI": ("E05006943",)}
"""The neighbourhoods of this force; the real ones would only make every history slower."""


def _officer(number: str, role: str, *rights: str, lpt: str, beat: str) -> NewOfficer:
    return NewOfficer(
        officer_id=f"of-{number}",
        force_no=number,
        name=f"Officer {number}",
        role=role,
        lpt_code=lpt,
        app_roles=rights,
        neighbourhoods=(beat,),
        supervisor_id=None,
    )


OFFICERS = (
    _officer("priya", "PCSO", "FIELD", lpt="TA", beat="E05007070"),
    _officer("callum", "PC", "FIELD", lpt="TA", beat="E05007067"),
    _officer("noah", "PCSO", "FIELD", lpt="LI", beat="E05006943"),
    _officer("tom", "PS", "FIELD", "SUPERVISOR", lpt="TA", beat="ALL_LPT"),
    _officer("sara", "PS", "SUPERVISOR", lpt="TA", beat="ALL_LPT"),
    _officer("lena", "PS", "FIELD", "SUPERVISOR", lpt="LI", beat="ALL_LPT"),
)
TABLETS = {
    "priya-1": "priya",
    "priya-2": "priya",
    "callum-1": "callum",
    "noah-1": "noah",
    "tom-1": "tom",
    "sara-1": "sara",
    "lena-1": "lena",
}
ALWAYS = ("priya-1", "priya-2", "tom-1")
"""Tablets of every history; the others come by chance."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an entry that officers change, and what they may put there."""

    name: str
    values: tuple[Any, ...]


FIELDS = (
    Field("title", ("Drop-in", "Drop-in, moved", "Drop-in at the precinct", None)),
    Field("qualitative", ("Quiet.", "Busy, many asked about bikes.", "Rain all day.")),
    Field("counts", ({"adults": 3}, {"adults": 12, "children_young_people": 3}, {"adults": 40})),
    Field("venue", ({"name": "Larkspur Precinct"}, {"name": "Wheatsheaf Hall"})),
    Field("newer_than_this_app", ("kept", {"deep": ["as", "it", "was"]}, None)),
)
