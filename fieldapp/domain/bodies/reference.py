"""What the centre publishes to every tablet."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from fieldapp.domain.bodies.fields import Body, Code, Degrees, Moment, Text


class NeighbourhoodBody(Body):
    """A neighbourhood as fixed by the chief officer (s.34(4)); published by the centre."""

    code: Code
    name: Text
    lpt_code: Code
    valid_from: str
    valid_to: str | None = None
    successors: list[Code] = Field(default_factory=list)
    lat: Degrees | None = None
    lon: Degrees | None = None


class OfficerBody(Body):
    """An officer as colleagues see them; published by the centre."""

    force_no: Code
    name: Text
    role: Code
    lpt_code: Code
    neighbourhoods: list[Code] = Field(default_factory=list)
    supervisor_id: Code | None = None
    active: bool = True


class VenueBody(Body):
    """A place where engagements are held; published by the centre."""

    name: Text
    neighbourhood_id: Code
    lpt_code: Code
    postcode: str | None = None
    lat: Degrees | None = None
    lon: Degrees | None = None


class SchoolBody(Body):
    """A school; published by the centre."""

    name: Text
    urn: str
    phase: Code
    neighbourhood_id: Code
    lpt_code: Code


class SettingsBody(Body):
    """Force settings with their values; published by the centre."""

    values: dict[str, Any]


class MeetingLedgerBody(Body):
    """The facts behind one neighbourhood's row of the meetings answer; published by the centre."""

    neighbourhood_id: Code
    lpt_code: Code
    as_at: Moment
    last_held: str | None = None
    last_held_strict: str | None = None
    last_attendance: int | None = None
    last_strict: bool | None = None
    last_ref: str | None = None
    next_planned: str | None = None
    next_venue: str | None = None
    pending: int = 0
