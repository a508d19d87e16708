"""Which addresses a tablet talks to at all."""

from __future__ import annotations

import pytest

from fieldapp.domain.errors import UserError
from sync.transport import checked_address


@pytest.mark.parametrize(
    "address",
    [
        "http://centre.example",
        "ftp://centre.example",
        "centre.example",
        "https://",
        "https://user:secret@centre.example",
        "https://centre.example?x=1",
        "https://centre.example:notaport",
        "",
    ],
)
def test_an_address_without_a_lock_is_not_used(address: str) -> None:
    with pytest.raises(UserError) as caught:
        checked_address(address)
    assert "https://" in caught.value.words


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://centre.example/", "https://centre.example"),
        (" https://centre.example/force ", "https://centre.example/force"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000/", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_a_good_address_and_this_machine_are_used(address: str, kept: str) -> None:
    assert checked_address(address) == kept
