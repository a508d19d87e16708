"""How a tablet shows its centre that it is the tablet it says: by a key that only it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fieldapp.system import random_bytes
from sync.protocol import signing
from sync.protocol.signing import Purpose
from sync.transport import Proof

if TYPE_CHECKING:
    from fieldapp.vault import Vault
    from fieldapp.wiring.trust import CentreKeys
    from sync.protocol.messages import Enrolled
    from sync.transport import HttpLink


def introduced(
    line: HttpLink, vault: Vault, keys: CentreKeys | None, *, force_no: str
) -> tuple[bytes | None, Proof | None]:
    """See that this is our centre, and make the proof for a sign-in.

    Args:
        line: to the centre; knows the tablet's id, if it has one.
        vault: holds the tablet's key.
        keys: the centre's as they are known here; ``None`` on a tablet without records.
        force_no: who signs in.

    Returns:
        The tablet's key, to be kept once it is admitted, and the proof; ``None`` twice when the
        centre is too old to ask for one.

    Raises:
        Fault: no way to the centre.
        SituationError: it is another centre; no password has left.
    """
    hello = line.hello()
    if keys is not None:
        keys.admit(hello.centre_keys)
    if not hello.challenge:
        return None, None
    key = vault.device_key()
    if key is None:
        key = random_bytes(signing.KEY_BYTES)
        if line.device_id:
            # The centre may learn it and its answer be lost: it must be here by then.
            vault.keep_device_key(key)
    text = f"{hello.challenge}/{line.device_id}/{force_no}"
    signature = signing.sign(key, Purpose.SIGN_IN, text)
    return key, Proof(signing.public_of(key), hello.challenge, signature)


def enrolled_by(line: HttpLink, vault: Vault, code: str) -> Enrolled:
    """Make this tablet known to its centre, with a key that is kept before it is told.

    Raises:
        Fault: the code is not good, or no way to the centre.
        VaultError: the keyring did not keep the key.
    """
    key = vault.device_key()
    if key is None:
        key = random_bytes(signing.KEY_BYTES)
        vault.keep_device_key(key)
    proof = signing.sign(key, Purpose.ENROL, code)
    return line.enrol(code, device_key=signing.public_of(key), proof=proof)
