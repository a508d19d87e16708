"""How long a tablet may keep what belongs to others without hearing from the centre.

The centre says until when, by its own clock. Between two contacts the tablet has only its own
clock, which anybody can set, and what it has measured itself while it ran. It goes by the later of
the two: setting the clock back gains nothing, and setting it forward costs no more than reading
again at the next contact.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Lease:
    """What is known of it; all times but ``wall`` are the centre's."""

    until: datetime
    contact: datetime
    """When the centre was last heard."""
    wall: datetime
    """What the tablet's clock said then: it may have been wrong all along."""
    seen: datetime
    """The latest time that is known to have come; never goes back."""

    @property
    def has_ended(self) -> bool:
        """True when others' records have to go."""
        return self.seen >= self.until

    def later(self, *, wall: datetime, measured: float) -> Lease:
        """As things stand now.

        Args:
            wall: what the tablet's clock says.
            measured: seconds that have passed by the tablet's stopwatch since ``seen``.
        """
        by_clock = self.contact + (wall - self.wall)
        by_stopwatch = self.seen + timedelta(seconds=max(0.0, measured))
        return replace(self, seen=max(self.seen, by_clock, by_stopwatch))

    def to_text(self) -> str:
        """As the store keeps it."""
        return json.dumps({name: value.isoformat() for name, value in asdict(self).items()})


def renewed(until: datetime, *, contact: datetime, wall: datetime) -> Lease:
    """A lease that the centre has just given."""
    return Lease(until, contact, wall, contact)


def lease_from(text: str) -> Lease:
    """What ``to_text`` made."""
    return Lease(
        **{name: datetime.fromisoformat(value) for name, value in json.loads(text).items()}
    )
