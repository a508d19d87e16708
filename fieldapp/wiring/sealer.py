"""For whom this tablet seals its rescue copy, and with which key it signs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fieldapp.wiring.rescuing import Sealer
from fieldapp.wiring.trust import CentreKeys

if TYPE_CHECKING:
    from fieldapp.config import TabletConfig
    from fieldapp.store import Store
    from fieldapp.vault import Vault


class OwnSealer:
    """Asked before every write; the keyring only until it has the key.

    Args:
        store: knows the centre's keys.
        vault: holds the tablet's own key.
        config: says under which id the tablet goes now.
    """

    def __init__(self, store: Store, vault: Vault, *, config: Callable[[], TabletConfig]) -> None:
        self._keys = CentreKeys(store)
        self._vault = vault
        self._config = config
        self._device_key: bytes | None = None

    def __call__(self) -> Sealer | None:
        """How to seal now; ``None`` before the tablet knows its centre's key.

        Raises:
            VaultError: the keyring cannot be asked.
        """
        seal = self._keys.seal
        if not seal:
            return None
        self._device_key = self._device_key or self._vault.device_key()
        config = self._config()
        return Sealer(seal, config.device_id, config.officer_id, self._device_key)
