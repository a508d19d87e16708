"""Which centre this tablet belongs to: the keys it told at the first sign-in, kept from then on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from fieldapp.domain.errors import SituationError
from sync.protocol.signing import leads_to

if TYPE_CHECKING:
    from fieldapp.store import Store

_KEYS = "centre.keys"

CHANGED = (
    "The force server shows another key than the one this tablet knows, and nothing vouches for"
    " it. Nothing was sent. Your records are safe on this tablet. Tell support."
)


class CentreKeys:
    """The centre's keys as one open store keeps them.

    Args:
        store: the open store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def sign(self) -> str:
        """The key that signs what this tablet must be sure of; empty before it was told."""
        return self._held().get("sign", "")

    @property
    def seal(self) -> str:
        """The key to seal for; empty before it was told."""
        return self._held().get("seal", "")

    def admit(self, told: Mapping[str, str]) -> None:
        """Keep what the centre tells, the first time; later only what the known key vouches for.

        Raises:
            SituationError: ``centre_key_changed``; what is kept stays.
        """
        held = self._held()
        if not held and not told.get("sign"):
            return  # an older centre has no keys to tell; one that had keys is none
        if held and not leads_to(held["sign"], told):
            raise SituationError(CHANGED, code="centre_key_changed")
        fresh = {name: told.get(name, "") for name in ("sign", "seal")}
        if fresh != held:
            with self._store.transaction() as tx:
                tx.put(_KEYS, json.dumps(fresh))

    def _held(self) -> dict[str, str]:
        with self._store.reading() as tx:
            held: dict[str, str] = json.loads(tx.get(_KEYS) or "{}")
        return held
