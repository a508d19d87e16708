"""Who and what the demo force consists of, read from the reference data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from resources import read_json

DEMO_PASSWORD = "station-kettle-lantern"  # noqa: S105 - made-up accounts of the demo force
"""Password of every officer of the demo force."""


@dataclass(frozen=True, slots=True)
class DemoOfficer:
    """An invented officer."""

    officer_id: str
    force_no: str
    name: str
    role: str
    lpt_code: str
    neighbourhoods: tuple[str, ...]
    supervisor_id: str | None
    app_roles: tuple[str, ...]

    @property
    def is_constable(self) -> bool:
        """True for ranks with the powers of a constable (R3)."""
        return self.role not in {"PCSO", "STAFF", "PSV"}


@dataclass(frozen=True, slots=True)
class DemoForce:
    """Everything that stands before any work is recorded; bodies are those of published records."""

    officers: tuple[DemoOfficer, ...]
    neighbourhoods: tuple[dict[str, Any], ...]
    venues: tuple[dict[str, Any], ...]
    schools: tuple[dict[str, Any], ...]
    settings: dict[str, Any]

    def team(self, lpt_code: str) -> tuple[DemoOfficer, ...]:
        """The officers of one local policing team."""
        return tuple(officer for officer in self.officers if officer.lpt_code == lpt_code)

    def current(self, lpt_code: str) -> tuple[dict[str, Any], ...]:
        """The present neighbourhoods of one local policing team."""
        return tuple(
            ward
            for ward in self.neighbourhoods
            if ward["lpt_code"] == lpt_code and not ward.get("valid_to")
        )


def _rows(name: str, key: str) -> tuple[dict[str, Any], ...]:
    data: Any = read_json(name)
    return tuple(data[key])


def demo_force() -> DemoForce:
    """Read the demo force from the reference data."""
    wards = _rows("reference/neighbourhoods.json", "neighbourhoods")
    codes = {
        lpt: tuple(w["code"] for w in wards if w["lpt_code"] == lpt and not w.get("valid_to"))
        for lpt in {ward["lpt_code"] for ward in wards}
    }
    officers = tuple(
        DemoOfficer(
            officer_id=row["officer_id"],
            force_no=row["force_no"],
            name=row["name"],
            role=row["role"],
            lpt_code=row["lpt_code"],
            neighbourhoods=(
                codes[row["lpt_code"]]
                if row["neighbourhoods"] == ["ALL_LPT"]
                else tuple(row["neighbourhoods"])
            ),
            supervisor_id=row["supervisor_id"],
            app_roles=tuple(row["app_roles"]),
        )
        for row in _rows("reference/demo/officers.json", "officers")
    )
    settings = _rows("reference/settings.json", "settings")
    return DemoForce(
        officers=officers,
        neighbourhoods=wards,
        venues=_rows("reference/demo/venues.json", "venues"),
        schools=_rows("reference/demo/schools.json", "schools"),
        settings={row["key"]: row["value"] for row in settings},
    )
