"""Who was admitted on a tablet, as the store keeps it between two starts."""

from __future__ import annotations

from typing import Any

from fieldapp.services.values import Officer

KEPT = (
    "device_id",
    "officer_id",
    "force_no",
    "name",
    "role",
    "app_roles",
    "lpt_code",
    "neighbourhoods",
)


def officer_of(held: dict[str, Any]) -> Officer:
    """The officer that the centre told of."""
    return Officer(
        officer_id=held["officer_id"],
        force_no=held["force_no"],
        name=held["name"],
        role=held["role"],
        app_roles=frozenset(held["app_roles"]),
        lpt_code=held["lpt_code"],
        neighbourhoods=frozenset(held["neighbourhoods"]),
    )
