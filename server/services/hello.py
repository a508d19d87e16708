"""What the centre says before anyone has signed in."""

from __future__ import annotations

from datetime import timedelta

from fieldapp import __version__
from server.services.centre import Centre, stamp
from sync.protocol.messages import Hello
from sync.protocol.versions import MAX_OPS, OLDEST_FOR_PULL, PAGE, PROTOCOL

_EPOCH = "SELECT epoch FROM head WHERE id = 1"


def hello(centre: Centre) -> Hello:
    """Versions, limits and the name of this history."""
    moment = centre.clock.now()
    until = stamp(moment + timedelta(seconds=centre.policy.challenge_seconds))
    return Hello(
        epoch=epoch(centre),
        proto_min=OLDEST_FOR_PULL,
        proto_max=PROTOCOL,
        app=__version__,
        max_ops=MAX_OPS,
        page=PAGE,
        server_time=stamp(moment),
        centre_keys=centre.keys.public(),
        challenge=centre.keys.challenge(until, centre.random(8).hex()),
    )


def epoch(centre: Centre) -> str:
    """The name of this history; asking also shows that the store answers."""
    with centre.db.read() as connection:
        found: str = connection.exec_driver_sql(_EPOCH).scalar_one()
    return found
