"""The centre's own keys: one to sign what tablets must be sure of, one to open what they seal.

They are in the encrypted store, so that a restored centre is still the centre its tablets know.
Past keys stay: what was sealed for them can still be opened.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy import Connection

from server.security import RandomBytes
from sync.protocol import sealing, signing
from sync.protocol.signing import Purpose

SIGN, SEAL, ENDORSEMENTS = "sign", "seal", "endorsements"

_ALL = "SELECT purpose, private, public, endorsement FROM centre_key ORDER BY made_at, public"
_ADD = "INSERT INTO centre_key (purpose, public, private, made_at, endorsement) VALUES (?,?,?,?,?)"


@dataclass(frozen=True)
class CentreKeys:
    """The keys in use, and every sealing key there ever was."""

    sign_private: bytes
    sign_public: str
    seal_public: str
    seals: dict[bytes, bytes]
    """Public to private."""
    endorsements: tuple[tuple[str, str], ...] = ()
    """Every later signing key with its signature by the one before it, oldest first."""

    def public(self) -> dict[str, str]:
        """What tablets are told, and keep."""
        told = {SIGN: self.sign_public, SEAL: self.seal_public}
        chain = " ".join(f"{public}.{signature}" for public, signature in self.endorsements)
        return told | ({ENDORSEMENTS: chain} if chain else {})

    def sign(self, purpose: Purpose, text: str) -> str:
        """The centre's signature of a text."""
        return signing.sign(self.sign_private, purpose, text)

    def challenge(self, until: str, salt: str) -> str:
        """Something to sign that only this centre can have made, and that runs out."""
        return f"{until}/{salt}/{self._mark(until, salt)}"

    def challenge_until(self, challenge: str) -> str | None:
        """When one of our challenges runs out; ``None`` when it is not one of ours."""
        until, _, rest = challenge.partition("/")
        salt, _, mark = rest.partition("/")
        genuine = hmac.compare_digest(mark.encode(), self._mark(until, salt).encode())
        return until if genuine else None

    def _mark(self, until: str, salt: str) -> str:
        text = f"fieldapp challenge\x00{until}/{salt}".encode()
        return hmac.new(self.sign_private, text, hashlib.sha256).hexdigest()[:32]

    def open(self, sealed: bytes, *, about: bytes = b"") -> bytes:
        """What a tablet sealed for this centre.

        Raises:
            CannotOpen: it is not for this centre, or was changed on the way.
        """
        return sealing.open_sealed(self.seals, sealed, about=about)


def make_keys(connection: Connection, *, at: str, random: RandomBytes) -> bool:
    """Make both keys of a centre that has none yet; False when it has them."""
    if connection.exec_driver_sql(_ALL).first() is not None:
        return False
    _add_signing(connection, random, at=at)
    _add_sealing(connection, random, at=at)
    return True


def change_keys(connection: Connection, *, at: str, random: RandomBytes) -> None:
    """New keys from now on, the signing key vouched for by the one before it."""
    _add_signing(connection, random, at=at, before=read_keys(connection))
    _add_sealing(connection, random, at=at)


def read_keys(connection: Connection) -> CentreKeys:
    """The keys in use: of each purpose the one made last."""
    rows = connection.exec_driver_sql(_ALL).all()
    seals = {bytes.fromhex(row[2]): bytes.fromhex(row[1]) for row in rows if row[0] == SEAL}
    signs = [(row[1], row[2], row[3]) for row in rows if row[0] == SIGN]
    private, public, _ = signs[-1]
    return CentreKeys(
        sign_private=bytes.fromhex(private),
        sign_public=public,
        seal_public=list(seals)[-1].hex(),
        seals=seals,
        endorsements=tuple((public, signature) for _, public, signature in signs if signature),
    )


def _add_signing(
    connection: Connection, random: RandomBytes, *, at: str, before: CentreKeys | None = None
) -> None:
    private = random(signing.KEY_BYTES)
    public = signing.public_of(private)
    endorsement = before.sign(Purpose.NEXT_KEY, public) if before else None
    connection.exec_driver_sql(_ADD, (SIGN, public, private.hex(), at, endorsement))


def _add_sealing(connection: Connection, random: RandomBytes, *, at: str) -> None:
    private = random(sealing.KEY_BYTES)
    public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex()
    connection.exec_driver_sql(_ADD, (SEAL, public, private.hex(), at, None))
