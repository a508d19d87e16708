"""What the centre says of this tablet itself, acted on: its lease, and an order to be wiped."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from fieldapp.domain.errors import SituationError
from sync.faults import Fault
from sync.lanes.directives import NOW, Order, Said, read_lease, read_order

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fieldapp.store import Store
    from fieldapp.store.lease import LeaseKeeper
    from fieldapp.wiring.trust import CentreKeys

_log = logging.getLogger(__name__)

_ORDERS = "device.orders"
_HEARD, _OVER = "heard", "over"


class Standing:
    """How one open tablet stands with its centre.

    Args:
        store: the open store.
        keys: the centre's keys as this tablet knows them.
        lease: lets others' records go when the lease has ended.
        device_id: this tablet's present id.
        ask_keys: asks the centre for its keys.
    """

    def __init__(
        self,
        store: Store,
        keys: CentreKeys,
        lease: LeaseKeeper,
        *,
        device_id: Callable[[], str],
        ask_keys: Callable[[], Mapping[str, str]],
    ) -> None:
        self._store = store
        self._keys = keys
        self._lease = lease
        self._device_id = device_id
        self._ask_keys = ask_keys
        self._order: Order | None = None

    def look(self) -> None:
        """Let others' records go if it is time; asked often, needs no network."""
        if self._lease.look():
            _log.info("lease ended")

    def heard(self, said: Said) -> None:
        """Take in what the answers of a round said.

        Raises:
            SituationError: the centre shows another key, and nothing vouches for it.
        """
        if said.lease is None and not said.directives:
            self._take_orders(said)
            return
        until = self._lease_in(said)
        if until is None and (said.lease is not None or not self._keys.sign):
            self._learn_keys()
            until = self._lease_in(said)
        if until is not None:
            self._lease.renew(until, contact=datetime.fromisoformat(said.server_time))
        self._take_orders(said)

    def _lease_in(self, said: Said) -> datetime | None:
        return read_lease(said.lease, device_id=self._device_id(), sign_key=self._keys.sign)

    def _learn_keys(self) -> None:
        """The centre signs with a key this tablet does not know yet: it may be told how it came."""
        try:
            self._keys.admit(self._ask_keys())
        except Fault as fault:
            _log.info("keys of the centre not learnt: %s", fault.code)

    # -------------------------------------------------------------------- orders

    def due(self, *, waiting: bool) -> Order | None:
        """The order to carry out now, if there is one.

        Args:
            waiting: something on the tablet has not reached the centre.
        """
        order = self._order
        return order if order is not None and (order.mode == NOW or not waiting) else None

    def _take_orders(self, said: Said) -> None:
        """Believe orders that hold; one that was taken back and comes again is an old one."""
        if said.directives is None:
            return
        with self._store.reading() as tx:
            before: dict[str, str] = json.loads(tx.get(_ORDERS) or "{}")
        orders = [order for one in said.directives if (order := self._believed(one, before))]
        known = dict.fromkeys(before, _OVER) | {order.id: _HEARD for order in orders}
        self._order = orders[-1] if orders else None
        if known != before:
            with self._store.transaction() as tx:
                tx.put(_ORDERS, json.dumps(known))

    def _believed(self, said: object, before: Mapping[str, str]) -> Order | None:
        try:
            order = read_order(said, device_id=self._device_id(), sign_key=self._keys.sign)
        except ValueError as error:
            _log.warning("an order was ignored: %s", error)
            return None
        if before.get(order.id) == _OVER:
            _log.warning("an order was ignored: taken_back")
            return None
        return order


WIPED = (
    "This tablet has been wiped by the force. The records and their keys are gone from it."
    " Take it to the station."
)


def wiped() -> SituationError:
    """What is said from then on."""
    return SituationError(WIPED, code="wiped")
