"""Sealing for the centre: whoever carries what was sealed can neither read nor change it.

An X25519 key made for this one message and the centre's sealing key give a secret that only the
centre can work out again; HKDF makes a key of it, ChaCha20-Poly1305 does the rest. The sender keeps
nothing that opens it.

Layout: version (1 byte, ``01``) · name of the centre's key (8) · the message's public key (32) ·
ciphertext with its tag (16 longer than what went in).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = b"\x01"
KEY_BYTES = 32
_NAME_BYTES = 8
_HEAD_BYTES = len(VERSION) + _NAME_BYTES + KEY_BYTES
_TAG_BYTES = 16
OVERHEAD = _HEAD_BYTES + _TAG_BYTES
"""Bytes by which what is sealed is longer than what went in."""
_INFO = b"fieldapp seal 1"
_NONCE = bytes(12)
"""Always the same: every message has a key of its own."""


class CannotOpen(ValueError):  # noqa: N818 - says what is the matter with what was handed in
    """Not sealed for this centre, made by a newer version, or changed on the way."""


def key_name(public: bytes) -> bytes:
    """Which key something was sealed for, without saying more."""
    return hashlib.sha256(b"fieldapp seal key\x00" + public).digest()[:_NAME_BYTES]


def seal_for_centre(
    public: bytes, plain: bytes, *, random: Callable[[int], bytes], about: bytes = b""
) -> bytes:
    """``plain`` so that only the centre can read it.

    Args:
        public: the centre's sealing key, 32 bytes (``centre_keys.seal``).
        plain: what is to be sealed.
        random: unpredictable bytes; 32 are taken.
        about: is not kept inside, must be the same when opening, and so binds what was sealed to
            what it was sealed for.

    Raises:
        ValueError: ``public`` is no key.
    """
    mine = X25519PrivateKey.from_private_bytes(random(KEY_BYTES))
    ours = mine.public_key().public_bytes_raw()
    head = VERSION + key_name(public) + ours
    secret = mine.exchange(X25519PublicKey.from_public_bytes(public))
    cipher = ChaCha20Poly1305(_key(secret, ours=ours, theirs=public))
    return head + cipher.encrypt(_NONCE, plain, head + about)


def open_sealed(private_keys: Mapping[bytes, bytes], sealed: bytes, *, about: bytes = b"") -> bytes:
    """What was sealed.

    Args:
        private_keys: the centre's sealing keys, present and past: public to private, 32 bytes each.
        sealed: what ``seal_for_centre`` made.
        about: the same as then.

    Raises:
        CannotOpen: it does not open; nothing of it may be used.
    """
    if sealed[:1] != VERSION or len(sealed) < OVERHEAD:
        raise CannotOpen("not sealed by this version")
    name = sealed[1 : 1 + _NAME_BYTES]
    public = next((public for public in private_keys if key_name(public) == name), None)
    if public is None:
        raise CannotOpen("sealed for another centre")
    head, theirs = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES - KEY_BYTES : _HEAD_BYTES]
    mine = X25519PrivateKey.from_private_bytes(private_keys[public])
    try:
        secret = mine.exchange(X25519PublicKey.from_public_bytes(theirs))
        cipher = ChaCha20Poly1305(_key(secret, ours=theirs, theirs=public))
        return cipher.decrypt(_NONCE, sealed[_HEAD_BYTES:], head + about)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("changed on the way") from error


def _key(secret: bytes, *, ours: bytes, theirs: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=ours + theirs, info=_INFO).derive(secret)
