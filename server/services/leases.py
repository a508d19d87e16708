"""How long a tablet may keep what belongs to others without being heard of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from server.services.callers import ACTIVE, Caller
from server.services.centre import Centre
from server.services.directives import pending
from sync.protocol.messages import Lease
from sync.protocol.signing import Purpose


def lease_text(device_id: str, until: str) -> str:
    """What is signed: a lease is for one tablet."""
    return f"{device_id}/{until}"


def lease_for(centre: Centre, caller: Caller, moment: datetime) -> Lease | None:
    """A new lease from now; none for a tablet that is being handed in."""
    if caller.device_state != ACTIVE:
        return None
    ends = moment + timedelta(days=centre.policy.lease_days)
    until = ends.isoformat(timespec="seconds")
    text = lease_text(caller.device_id, until)
    return Lease(until=until, signature=centre.keys.sign(Purpose.LEASE, text))


def standing(
    centre: Centre, connection: Connection, caller: Caller, moment: datetime
) -> dict[str, Any]:
    """What every answer to a signed-in tablet says of the tablet itself."""
    said: dict[str, Any] = {}
    lease = lease_for(centre, caller, moment)
    if lease is not None:
        said["lease"] = lease.model_dump()
    orders = pending(connection, caller.device_id)
    if orders:
        said["directives"] = [order.model_dump() for order in orders]
    return said
