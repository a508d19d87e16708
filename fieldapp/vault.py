"""The one door to the keyring: the key of the store and the token of the sign-in."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringError, NoKeyringError, PasswordDeleteError

from fieldapp.domain.errors import SituationError
from fieldapp.system import random_bytes

SERVICE = "fieldapp"
KEY_BYTES = 32
_VERSION = "1"
SAFE_BACKENDS: tuple[str, ...] = (
    "keyring.backends.SecretService",
    "keyring.backends.libsecret",
    "keyring.backends.kwallet",
    "keyring.backends.Windows",
    "keyring.backends.macOS",
)
"""Modules of the keyrings of operating systems; any other may keep secrets in plain files."""

STORE_NAME = "store.db"

WORDS: dict[str, str] = {
    "keyring_missing": (
        "This tablet has no keyring that keeps secrets safe, so the records cannot be opened."
        " Nothing has been deleted. Tell support."
    ),
    "keyring_locked": (
        "The tablet's keyring is locked. Unlock it and open the app again."
        " Nothing has been deleted."
    ),
    "key_missing": (
        "The key of the records is not in this tablet's keyring. Nothing has been deleted."
        " Do not reinstall; take the tablet to support."
    ),
    "key_not_readable": (
        "The key of the records was written by a newer version of the app. Update the app at the"
        " station. Nothing has been deleted."
    ),
    "key_not_kept": (
        "The tablet's keyring did not keep the key of the records, so nothing has been written."
        " Tell support."
    ),
}


class VaultError(SituationError):
    """The keyring cannot do what was asked; the words say what to do."""

    code = "keyring"


def _vault_error(code: str) -> VaultError:
    return VaultError(WORDS[code], code=code)


class Vault:
    """Secrets of one data directory.

    A key that is not there is never made here by itself: a store without its key is for support
    to recover, not to start over.

    Args:
        data_dir: the directory the secrets belong to; its path is part of their name.
    """

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir
        self._of = str(data_dir.resolve())

    def backend_name(self) -> str:
        """Which keyring is in use, for support."""
        backend = keyring.get_keyring()
        return f"{type(backend).__module__}.{type(backend).__qualname__}"

    def key(self) -> bytes | None:
        """The key of the store, or ``None`` when the keyring has none.

        Raises:
            VaultError: the keyring cannot be asked, or what it holds cannot be read.
        """
        return self._key("store-key")

    def _key(self, what: str) -> bytes | None:
        kept = self._get(what)
        if kept is None:
            return None
        version, _, text = kept.partition(":")
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if version != _VERSION or len(key) != KEY_BYTES:
            raise _vault_error("key_not_readable")
        return key

    def make_key(self) -> bytes:
        """Make the key of a store that does not exist yet, and see that it was kept.

        Raises:
            VaultError: the keyring did not keep it, or there is a store already: a new key would
                not open it, and would take the place of the one that does.
        """
        store = self._folder / STORE_NAME
        if store.exists() and store.stat().st_size > 0:
            raise _vault_error("key_missing")
        key = random_bytes(KEY_BYTES)
        self._set("store-key", f"{_VERSION}:{key.hex()}")
        if self.key() != key:
            raise _vault_error("key_not_kept")
        return key

    def device_key(self) -> bytes | None:
        """The tablet's own signing key, or ``None`` when it has none.

        Raises:
            VaultError: the keyring cannot be asked, or what it holds cannot be read.
        """
        return self._key("device-key")

    def keep_device_key(self, key: bytes) -> None:
        """Keep the tablet's own signing key, and see that it was kept.

        Raises:
            VaultError: the keyring did not keep it.
        """
        self._set("device-key", f"{_VERSION}:{key.hex()}")
        if self.device_key() != key:
            raise _vault_error("key_not_kept")

    def destroy(self) -> None:
        """Take every secret of this tablet out of the keyring, for good; again is harmless.

        Raises:
            VaultError: the keyring cannot be asked; what it holds is still there.
        """
        for what in ("store-key", "device-key", "token"):
            with self._in_words(), contextlib.suppress(PasswordDeleteError):
                self._safe().delete_password(SERVICE, self._account(what))

    def token(self) -> str | None:
        """The token of the last sign-in."""
        return self._get("token")

    def keep_token(self, token: str) -> None:
        """Keep the token of a new sign-in."""
        self._set("token", token)

    def forget_token(self) -> None:
        """The centre takes it no more; the key and the records stay."""
        with self._in_words(), contextlib.suppress(PasswordDeleteError):
            self._safe().delete_password(SERVICE, self._account("token"))

    def _account(self, what: str) -> str:
        return f"{what}:{self._of}"

    def _get(self, what: str) -> str | None:
        with self._in_words():
            return self._safe().get_password(SERVICE, self._account(what))

    def _set(self, what: str, secret: str) -> None:
        with self._in_words():
            self._safe().set_password(SERVICE, self._account(what), secret)

    @staticmethod
    def _safe() -> KeyringBackend:
        backend = keyring.get_keyring()
        used = [backend]
        if isinstance(backend, ChainerBackend):
            used = list(backend.backends)
        names = [type(one).__module__ for one in used]
        if not names or not all(name.startswith(SAFE_BACKENDS) for name in names):
            raise _vault_error("keyring_missing")
        return backend

    @staticmethod
    @contextlib.contextmanager
    def _in_words() -> Iterator[None]:
        try:
            yield
        except PasswordDeleteError:
            raise
        except NoKeyringError as error:
            raise _vault_error("keyring_missing") from error
        except KeyringError as error:
            raise _vault_error("keyring_locked") from error
