"""What is sealed for the centre opens there, whole, and nowhere else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from fieldapp.system import random_bytes
from sync.protocol import signing
from sync.protocol.sealing import OVERHEAD, CannotOpen, open_sealed, seal_for_centre
from sync.protocol.signing import Purpose


def _key() -> tuple[bytes, bytes]:
    private = X25519PrivateKey.generate()
    return private.public_key().public_bytes_raw(), private.private_bytes_raw()


PUBLIC, PRIVATE = _key()
WORDS = b"Bins again at number nine"


def _sealed(about: bytes = b"bundle of 01a2") -> bytes:
    return seal_for_centre(PUBLIC, WORDS, random=random_bytes, about=about)


def test_what_is_sealed_opens_at_the_centre() -> None:
    assert open_sealed({PUBLIC: PRIVATE}, _sealed(), about=b"bundle of 01a2") == WORDS


def test_it_shows_nothing_and_is_never_the_same_twice() -> None:
    one, other = _sealed(), _sealed()
    assert WORDS not in one
    assert one != other
    assert len(one) == len(WORDS) + OVERHEAD


def test_a_past_key_of_the_centre_still_opens_what_was_sealed_for_it() -> None:
    newer = _key()
    assert open_sealed({PUBLIC: PRIVATE, newer[0]: newer[1]}, _sealed(b"")) == WORDS


def test_another_centre_cannot_open_it() -> None:
    other = _key()
    with pytest.raises(CannotOpen, match="another centre"):
        open_sealed({other[0]: other[1]}, _sealed(b""))


def test_a_change_of_any_byte_is_noticed() -> None:
    sealed = _sealed(b"")
    for place in range(len(sealed)):
        changed = bytearray(sealed)
        changed[place] ^= 1
        with pytest.raises(CannotOpen):
            open_sealed({PUBLIC: PRIVATE}, bytes(changed))


@pytest.mark.parametrize("length", [0, 1, OVERHEAD - 1, OVERHEAD, OVERHEAD + 3])
def test_a_part_does_not_open(length: int) -> None:
    with pytest.raises(CannotOpen):
        open_sealed({PUBLIC: PRIVATE}, _sealed(b"")[:length])


def test_it_opens_only_for_what_it_was_sealed_for() -> None:
    with pytest.raises(CannotOpen):
        open_sealed({PUBLIC: PRIVATE}, _sealed(b"bundle of 01a2"), about=b"bundle of 01a3")


def test_a_signature_holds_for_one_text_one_purpose_and_one_key() -> None:
    private = random_bytes(signing.KEY_BYTES)
    public = signing.public_of(private)
    signature = signing.sign(private, Purpose.LEASE, "until Friday")
    assert signing.is_signed(public, Purpose.LEASE, "until Friday", signature)
    assert not signing.is_signed(public, Purpose.LEASE, "until Sunday", signature)
    assert not signing.is_signed(public, Purpose.DIRECTIVE, "until Friday", signature)
    other = signing.public_of(random_bytes(signing.KEY_BYTES))
    assert not signing.is_signed(other, Purpose.LEASE, "until Friday", signature)


@pytest.mark.parametrize("rubbish", ["", "xyz", "00", "00" * 64])
def test_what_is_no_signature_signs_nothing(rubbish: str) -> None:
    public = signing.public_of(random_bytes(signing.KEY_BYTES))
    assert not signing.is_signed(public, Purpose.LEASE, "until Friday", rubbish)
    assert not signing.is_signed(rubbish, Purpose.LEASE, "until Friday", "00" * 64)
