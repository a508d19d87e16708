"""Secrets live in the keyring, and no key is ever made because one was not found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from fieldapp.vault import SERVICE, Vault, VaultError
from tests.conftest import MemoryKeyring


class LockedKeyring(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Prompt dismissed")


class ForgetfulKeyring(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


@pytest.fixture
def restored() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_a_key_that_is_not_there_is_not_made(tmp_path: Path, memory_keyring: MemoryKeyring) -> None:
    assert Vault(tmp_path).key() is None
    assert memory_keyring.secrets == {}


def test_a_key_once_made_is_found_again_and_is_not_in_the_clear_in_any_file(
    tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    key = Vault(tmp_path).make_key()
    assert len(key) == 32
    assert Vault(tmp_path).key() == key
    assert [service for service, _ in memory_keyring.secrets] == [SERVICE]
    assert list(tmp_path.iterdir()) == []


def test_two_data_directories_have_two_keys(tmp_path: Path) -> None:
    one, two = Vault(tmp_path / "one"), Vault(tmp_path / "two")
    assert one.make_key() != two.make_key()
    assert one.key() != two.key()


def test_the_token_is_kept_and_forgotten_and_the_key_stays(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    key = vault.make_key()
    vault.forget_token()
    vault.keep_token("t-1")
    assert vault.token() == "t-1"
    vault.forget_token()
    assert vault.token() is None
    assert vault.key() == key


@pytest.mark.parametrize("backend", [fail.Keyring(), null.Keyring()])
def test_a_keyring_that_keeps_nothing_safe_is_not_used(
    backend: keyring.backend.KeyringBackend, tmp_path: Path, restored: None
) -> None:
    keyring.set_keyring(backend)
    with pytest.raises(VaultError) as caught:
        Vault(tmp_path).key()
    assert caught.value.code == "keyring_missing"
    assert "Nothing has been deleted." in caught.value.words


@pytest.mark.parametrize("module", ["keyrings.alt.file", "keyring_of_somebody"])
def test_a_keyring_we_do_not_know_is_not_trusted_with_the_key(
    module: str, tmp_path: Path, restored: None
) -> None:
    """Such as the plain files that installing keyrings.alt puts in place without a word."""
    unknown = type("PlaintextKeyring", (MemoryKeyring,), {"__module__": module})()
    keyring.set_keyring(unknown)
    for ask in (Vault(tmp_path).key, Vault(tmp_path).make_key):
        with pytest.raises(VaultError) as caught:
            ask()
        assert caught.value.code == "keyring_missing"
    assert unknown.secrets == {}


def test_no_key_is_made_where_a_store_exists(tmp_path: Path, memory_keyring: MemoryKeyring) -> None:
    (tmp_path / "store.db").write_bytes(b"what an officer wrote")
    with pytest.raises(VaultError) as caught:
        Vault(tmp_path).make_key()
    assert caught.value.code == "key_missing"
    assert memory_keyring.secrets == {}
    assert (tmp_path / "store.db").read_bytes() == b"what an officer wrote"


def test_a_locked_keyring_is_said_in_words_and_is_not_an_absent_key(
    tmp_path: Path, restored: None
) -> None:
    keyring.set_keyring(LockedKeyring())
    with pytest.raises(VaultError) as caught:
        Vault(tmp_path).key()
    assert caught.value.code == "keyring_locked"


def test_a_key_that_was_not_kept_is_not_used(tmp_path: Path, restored: None) -> None:
    keyring.set_keyring(ForgetfulKeyring())
    with pytest.raises(VaultError) as caught:
        Vault(tmp_path).make_key()
    assert caught.value.code == "key_not_kept"


@pytest.mark.parametrize("kept", ["2:" + "00" * 32, "1:xyz", "1:" + "00" * 31, "", "00" * 32])
def test_a_key_of_another_version_is_not_taken_for_one(
    kept: str, tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    vault = Vault(tmp_path)
    vault.make_key()
    (name,) = memory_keyring.secrets
    memory_keyring.secrets[name] = kept
    with pytest.raises(VaultError) as caught:
        vault.key()
    assert caught.value.code == "key_not_readable"


def test_the_tablets_own_key_is_kept_beside_the_key_of_the_records(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    assert vault.device_key() is None
    vault.keep_device_key(bytes(range(32)))
    assert Vault(tmp_path).device_key() == bytes(range(32))
    assert vault.key() is None


def test_destroying_takes_every_secret_of_this_tablet_and_of_no_other(
    tmp_path: Path, memory_keyring: MemoryKeyring
) -> None:
    vault, other = Vault(tmp_path / "one"), Vault(tmp_path / "two")
    for each in (vault, other):
        each.make_key()
        each.keep_token("token")
        each.keep_device_key(bytes(32))
    vault.destroy()
    vault.destroy()
    assert (vault.key(), vault.token(), vault.device_key()) == (None, None, None)
    assert len(memory_keyring.secrets) == 3
    assert other.device_key() == bytes(32)


def test_a_keyring_that_forgets_the_tablets_key_is_noticed(tmp_path: Path, restored: None) -> None:
    keyring.set_keyring(ForgetfulKeyring())
    with pytest.raises(VaultError, match="did not keep the key"):
        Vault(tmp_path).keep_device_key(bytes(32))
