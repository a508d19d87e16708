"""Signatures of the centre and of tablets: Ed25519 over a text, bound to what the text is for.

What is signed is the text itself, exactly as it travels, so that nobody has to write JSON the same
way twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_BYTES = 32


class Purpose(StrEnum):
    """What a signature is for: one made for one purpose is worth nothing for another."""

    DIRECTIVE = "directive"
    LEASE = "lease"
    SIGN_IN = "sign-in"
    ENROL = "enrol"
    RECEIPT = "receipt"
    NEXT_KEY = "next-key"
    RESCUE = "rescue"


def _bytes(purpose: Purpose, text: str) -> bytes:
    return f"fieldapp {purpose} 1\x00{text}".encode()


def public_of(private: bytes) -> str:
    """The public half of a signing key, as hexadecimal digits."""
    return Ed25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw().hex()


def sign(private: bytes, purpose: Purpose, text: str) -> str:
    """The signature of a text, as hexadecimal digits.

    Raises:
        ValueError: ``private`` is no key.
    """
    return Ed25519PrivateKey.from_private_bytes(private).sign(_bytes(purpose, text)).hex()


def is_signed(public: str, purpose: Purpose, text: str, signature: str) -> bool:
    """True when whoever holds the private half of ``public`` signed this text for this purpose."""
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
        key.verify(bytes.fromhex(signature), _bytes(purpose, text))
    except (InvalidSignature, ValueError):
        return False
    return True


def leads_to(known: str, told: Mapping[str, str]) -> bool:
    """True when the signing key told is the one known, or every key in between vouches for it.

    Args:
        known: the signing key a tablet has kept.
        told: ``centre_keys`` as the centre tells them.
    """
    wanted, key = told.get("sign", ""), known
    for entry in told.get("endorsements", "").split():
        if key == wanted:
            break
        public, _, signature = entry.partition(".")
        if is_signed(key, Purpose.NEXT_KEY, public, signature):
            key = public
    return bool(wanted) and key == wanted
