"""What the centre says of the tablet itself, beside what was asked: its lease and its orders.

Nothing here is believed for where it stands: a lease and an order count when the centre's key, as
this tablet knows it, has signed them for this tablet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from sync.faults import Fault
from sync.ports import Call, Link
from sync.protocol.messages import Directive, Lease
from sync.protocol.signing import Purpose, is_signed

DRAIN_THEN_WIPE, NOW = "drain_then_wipe", "now"
_MODES = (DRAIN_THEN_WIPE, NOW)


@dataclass(frozen=True, slots=True)
class Order:
    """A wipe that the centre has ordered and signed for this tablet."""

    id: str
    mode: str


@dataclass(slots=True)
class Said:
    """What the centre has said of the tablet itself, not yet believed.

    ``directives`` is ``None`` as long as the centre has not been heard on the matter: an answer
    without orders takes back what an earlier one said, no answer does not.
    """

    directives: list[Any] | None = None
    lease: object = None
    server_time: str = ""


@dataclass(slots=True)
class Overhearing:
    """A link that keeps what the answers of one round say of the tablet itself."""

    link: Link
    said: Said = field(default_factory=Said)

    def answer(self, call: Call) -> object:
        """Carry a call; see ``sync.ports.Link``."""
        try:
            answer = self.link.answer(call)
        except Fault as fault:
            if fault.directives is not None:
                self.said.directives = list(fault.directives)
            raise
        if isinstance(answer, dict) and "server_time" in answer:
            orders = answer.get("directives", [])
            self.said = Said(
                directives=orders if isinstance(orders, list) else [],
                lease=answer.get("lease"),
                server_time=str(answer["server_time"]),
            )
        return answer


def read_order(said: object, *, device_id: str, sign_key: str) -> Order:
    """An order as this tablet has to obey it.

    Args:
        said: one entry of ``directives``.
        device_id: this tablet.
        sign_key: the centre's signing key as this tablet knows it.

    Raises:
        ValueError: it is none; the reason is a code for the log.
    """
    try:
        directive = Directive.model_validate(said)
        body: Mapping[str, Any] = json.loads(directive.body)
        told = {name: body[name] for name in ("id", "kind", "device_id", "mode")}
    except (ValidationError, ValueError, KeyError, TypeError):
        raise ValueError("unreadable") from None
    if not is_signed(sign_key, Purpose.DIRECTIVE, directive.body, directive.signature):
        raise ValueError("not_signed")
    if told["device_id"] != device_id:
        raise ValueError("another_tablet")
    if (told["id"], told["kind"]) != (directive.id, directive.kind):
        raise ValueError("altered")
    if directive.kind != "wipe" or told["mode"] not in _MODES:
        raise ValueError("unknown_kind")
    return Order(id=directive.id, mode=told["mode"])


def read_lease(said: object, *, device_id: str, sign_key: str) -> datetime | None:
    """Until when this tablet may keep what belongs to others; ``None``: nothing valid is said."""
    try:
        lease = Lease.model_validate(said)
        until = datetime.fromisoformat(lease.until)
    except (ValidationError, ValueError):
        return None
    text = f"{device_id}/{lease.until}"
    good = until.tzinfo and is_signed(sign_key, Purpose.LEASE, text, lease.signature)
    return until if good else None
