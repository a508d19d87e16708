"""The force's reference data as typed values: teams, neighbourhoods, settings, bank holidays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from types import MappingProxyType

from resources import read_json

ALL_LPT = "ALL_LPT"
"""Stands in an officer's ``neighbourhoods`` for every neighbourhood of the team."""


@dataclass(frozen=True, slots=True)
class Lpt:
    """A local policing team."""

    code: str
    name: str
    command: str
    base: str
    district: str


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """An area fixed by the chief officer; ``successors`` are the codes that took its place.

    ``lat`` and ``lon`` are the approximate middle, in decimal degrees as text.
    """

    code: str
    name: str
    lpt_code: str
    valid_from: date
    valid_to: date | None
    successors: tuple[str, ...]
    lat: str | None
    lon: str | None
    invented: bool

    def valid_on(self, day: date) -> bool:
        """True when the neighbourhood exists on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Setting:
    """A force setting with its default and where the number comes from."""

    key: str
    value: object
    unit: str
    label: str
    source: str


@dataclass(frozen=True, slots=True)
class ConsentWording:
    """The words read to a person for one purpose, under their version."""

    version: str
    purpose: str
    language: str
    text: str


@cache
def lpts() -> Mapping[str, Lpt]:
    """The ten teams by code."""
    rows = _rows("lpts.json", "lpts")
    return MappingProxyType({str(row["code"]): _lpt(row) for row in rows})


@cache
def neighbourhoods() -> tuple[Neighbourhood, ...]:
    """Every neighbourhood, past ones included, by team."""
    return tuple(_neighbourhood(row) for row in _rows("neighbourhoods.json", "neighbourhoods"))


@cache
def attribution() -> str:
    """The line that must be shown wherever ward names or positions are."""
    return str(read_json("reference/neighbourhoods.json")["attribution"])


@cache
def settings() -> Mapping[str, Setting]:
    """All settings with their defaults, by key."""
    rows = _rows("settings.json", "settings")
    return MappingProxyType({str(row["key"]): _setting(row) for row in rows})


def setting_defaults() -> Mapping[str, object]:
    """Only the values of ``settings``."""
    return MappingProxyType({key: setting.value for key, setting in settings().items()})


@cache
def bank_holidays() -> frozenset[date]:
    """Bank holidays in England, for counting working days."""
    return frozenset(
        date.fromisoformat(str(row["date"])) for row in _rows("bank_holidays.json", "days")
    )


@cache
def consent_wordings() -> tuple[ConsentWording, ...]:
    """Every wording of consent that this version knows."""
    return tuple(
        ConsentWording(
            version=str(row["version"]),
            purpose=str(row["purpose"]),
            language=str(row["language"]),
            text=str(row["text"]),
        )
        for row in _rows("consent_wording.json", "wordings")
    )


def _rows(path: str, key: str) -> tuple[Mapping[str, object], ...]:
    rows = read_json(f"reference/{path}")[key]
    if not isinstance(rows, tuple):
        raise TypeError(f"The resource {path} must hold a list called {key}.")
    return rows


def _lpt(row: Mapping[str, object]) -> Lpt:
    return Lpt(
        code=str(row["code"]),
        name=str(row["name"]),
        command=str(row["command"]),
        base=str(row["base"]),
        district=str(row["district"]),
    )


def _neighbourhood(row: Mapping[str, object]) -> Neighbourhood:
    valid_to = row["valid_to"]
    successors = row["successors"]
    return Neighbourhood(
        code=str(row["code"]),
        name=str(row["name"]),
        lpt_code=str(row["lpt_code"]),
        valid_from=date.fromisoformat(str(row["valid_from"])),
        valid_to=date.fromisoformat(str(valid_to)) if valid_to else None,
        successors=tuple(str(code) for code in successors) if isinstance(successors, tuple) else (),
        lat=str(row["lat"]) if row["lat"] else None,
        lon=str(row["lon"]) if row["lon"] else None,
        invented=row.get("invented") is True,
    )


def _setting(row: Mapping[str, object]) -> Setting:
    return Setting(
        key=str(row["key"]),
        value=row["value"],
        unit=str(row["unit"]),
        label=str(row["label"]),
        source=str(row["source"]),
    )
