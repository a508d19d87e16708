"""A small force with somebody in every role, and an entry that meets every rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fieldapp.domain.clock import Clock
from server.security import hash_password
from server.services.accounts import NewOfficer, put_officers
from server.services.centre import Centre
from server.services.founding import found
from server.services.own_hand import begin, end

PASSWORD = "lantern-kettle-station"
GLASCOTE, BELGRAVE = "E05007070", "E05007067"
LICHFIELD = "E05006943"


def officer(
    officer_id: str, role: str, *rights: str, lpt: str = "TA", beats: tuple[str, ...] = ()
) -> NewOfficer:
    return NewOfficer(
        officer_id=officer_id,
        force_no=officer_id.removeprefix("of-"),
        name=f"Officer {officer_id}",
        role=role,
        lpt_code=lpt,
        app_roles=rights,
        neighbourhoods=beats,
        supervisor_id="of-tom" if rights == ("FIELD",) and lpt == "TA" else None,
    )


OFFICERS = (
    officer("of-priya", "PCSO", "FIELD", beats=(GLASCOTE, BELGRAVE)),
    officer("of-callum", "PCSO", "FIELD", beats=("E05007073",)),
    officer("of-hannah", "PC", "FIELD", beats=(GLASCOTE,)),
    officer("of-tom", "PS", "FIELD", "SUPERVISOR", beats=("ALL_LPT",)),
    officer("of-sara", "PS", "SUPERVISOR", beats=("ALL_LPT",)),
    officer("of-marta", "INSP", "SUPERVISOR", "LPT_COMMAND", beats=("ALL_LPT",)),
    officer("of-lena", "PS", "FIELD", "SUPERVISOR", lpt="LI", beats=("ALL_LPT",)),
    officer("of-noah", "PCSO", "FIELD", lpt="LI", beats=(LICHFIELD,)),
    officer("of-ada", "STAFF", "ADMIN"),
)


def make_force(
    folder: Path,
    clock: Clock,
    officers: tuple[NewOfficer, ...] = OFFICERS,
    *,
    database: str | None = None,
) -> Centre:
    """A centre with these officers, all with the same password."""
    centre = found(folder, clock=clock, database=database)
    hashed = hash_password(PASSWORD)
    with centre.db.write() as connection:
        writing = begin(centre, connection)
        put_officers(writing, officers, {who.officer_id: hashed for who in officers})
        end(writing, "force_made", "force")
    return centre


def drop_in(**changes: Any) -> dict[str, Any]:
    """A drop-in that may be submitted on 19 March 2026; ``None`` takes a field out."""
    body = {
        "engagement_type": "DROP_IN",
        "title": "Drop-in, Larkspur Precinct",
        "neighbourhood_id": GLASCOTE,
        "lpt_code": "TA",
        "venue": {"name": "Larkspur Precinct", "postcode": "B77 9AA"},
        "started_at": "2026-03-18T10:45:00+00:00",
        "ended_at": "2026-03-18T12:45:00+00:00",
        "in_person": True,
        "open_to_public": True,
        "outcome": "HELD",
        "participants": [{"officer_id": "of-priya", "role_at_time": "PCSO", "minutes": 120}],
        "counts": {"adults": 12, "children_young_people": 3},
        "issues": [{"id": "is-1", "category": "PARKING", "mentions": 2}],
        "discloses_crime": False,
        "safeguarding_concern": False,
        "gsc_marking": "OFFICIAL",
        "processing_regime": "GENERAL",
        "lawful_basis": "PUBLIC_TASK",
        "contains_personal_data": False,
        "created_at": "2026-03-18T12:50:00+00:00",
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}


def plan_line(**changes: Any) -> dict[str, Any]:
    """A planned public meeting."""
    body = {
        "engagement_type": "DROP_IN",
        "title": "Drop-in",
        "neighbourhood_id": GLASCOTE,
        "lpt_code": "TA",
        "venue": {"name": "Larkspur Precinct"},
        "starts_at": "2026-04-16T10:00:00+00:00",
        "ends_at": "2026-04-16T12:00:00+00:00",
        "s34_intended": True,
        "lead_officer_id": "of-priya",
        "status": "PLANNED",
    }
    body.update(changes)
    return {name: value for name, value in body.items() if value is not None}
