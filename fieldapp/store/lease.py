"""The lease of this tablet: kept with the records, and what leaves them when it ends."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from fieldapp.domain import lease as rules
from fieldapp.domain.lease import Lease
from fieldapp.domain.permissions import Actor
from fieldapp.store import incoming
from fieldapp.store.incoming import SCOPES
from fieldapp.store.store import Store
from fieldapp.store.transaction import Tx

_LEASE = "device.lease"
_OF_OTHERS = ("lpt:", "person:")
_WORTH_KEEPING = timedelta(minutes=10)
"""A lease that is newer by less is not written: most contacts change nothing."""


class LeaseKeeper:
    """Keeps the lease of one open store, and lets others' records go when it has ended.

    Args:
        store: the open store.
        actor: the officer of this tablet.
    """

    def __init__(self, store: Store, actor: Actor) -> None:
        self._store = store
        self._actor = actor
        self._measured_at = store.clock.monotonic()

    def renew(self, until: datetime, *, contact: datetime) -> None:
        """The centre has been heard, and what it says may stay."""
        clock = self._store.clock
        fresh = rules.renewed(until, contact=contact, wall=clock.now())
        self._measured_at = clock.monotonic()
        with self._store.reading() as tx:
            held = _held(tx)
        if held and not held.has_ended and _nearly_same(held, fresh):
            return
        with self._store.transaction() as tx:
            tx.put(_LEASE, fresh.to_text())

    def look(self) -> bool:
        """Let others' records go if the lease has ended; True when it has.

        What the officer owns and everything that waits to be sent stays. The scopes are read again
        from the beginning at the next contact.
        """
        clock = self._store.clock
        now = clock.monotonic()
        with self._store.reading() as tx:
            held = _held(tx)
        if held is None:
            return False
        present = held.later(wall=clock.now(), measured=now - self._measured_at)
        if present.seen - held.seen < _WORTH_KEEPING and not present.has_ended:
            return False
        self._measured_at = now
        with self._store.transaction() as tx:
            tx.put(_LEASE, present.to_text())
            if present.has_ended:
                _let_others_go(tx, self._actor)
        return present.has_ended


def _held(tx: Tx) -> Lease | None:
    text = tx.get(_LEASE)
    return None if text is None else rules.lease_from(text)


def _nearly_same(held: Lease, fresh: Lease) -> bool:
    """True when neither the end nor the tablet's own clock has moved since by what matters."""
    moved = (fresh.wall - held.wall) - (fresh.contact - held.contact)
    later = fresh.until - held.until
    return timedelta(0) <= later < _WORTH_KEEPING and abs(moved) < _WORTH_KEEPING


def _let_others_go(tx: Tx, actor: Actor) -> None:
    scopes: dict[str, int] = json.loads(tx.get(SCOPES) or "{}")
    held = {row[0] for row in tx.rows("SELECT DISTINCT scope FROM member")} | scopes.keys()
    for scope in sorted(held):
        if scope.startswith(_OF_OTHERS):
            incoming.leave(tx, actor, scope)
            scopes.pop(scope, None)
    tx.put(SCOPES, json.dumps(scopes))
