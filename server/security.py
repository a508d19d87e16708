"""Passwords, tokens and the store's key."""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from collections.abc import Callable
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from fieldapp.domain.errors import SituationError
from server.settings import KEY_VARIABLE, key_path, store_path

RandomBytes = Callable[[int], bytes]

_KEY_BYTES = 32
_TOKEN_BYTES = 32


def slow_on_purpose() -> PasswordHasher:
    """OWASP's smaller argon2id set: 19 MiB, so that many sign-ins at once do not exhaust memory."""
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


_hasher = slow_on_purpose()
_hashing = threading.BoundedSemaphore(2)
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$0FBK3n3bM7TNyil9pwQTpA"
    "$B7EqCT2fZ5WnPjSR9cOy5M4icVpFyJLbkSC3XsrYRs4"
)
"""Checked when there is no such account, so that the answer takes as long."""


def hash_password(password: str) -> str:
    """The password as it is stored."""
    with _hashing:
        return _hasher.hash(password)


def password_fits(stored: str | None, password: str) -> bool:
    """True when the password is the one that was stored; takes as long when there is none."""
    with _hashing:
        try:
            _hasher.verify(stored or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def new_token(random: RandomBytes) -> str:
    """An opaque token of 256 bits."""
    return random(_TOKEN_BYTES).hex()


def token_hash(token: str) -> str:
    """How a token is stored: whoever reads the store cannot use it."""
    return hashlib.sha256(b"fieldapp token\x00" + token.encode()).hexdigest()


def make_key(data_dir: Path) -> bytes:
    """Write a new key for a new store, or take the one the environment holds.

    Raises:
        SituationError: there is a key or a store already.
    """
    path = key_path(data_dir)
    if path.exists() or store_path(data_dir).exists():
        raise SituationError(
            f"There is a centre in {data_dir} already; nothing was changed.", code="exists"
        )
    from_environment = os.environ.get(KEY_VARIABLE)
    if from_environment:
        return _as_key(from_environment, KEY_VARIABLE)
    key = secrets.token_bytes(_KEY_BYTES)
    _write_key(path, key)
    return key


def _write_key(path: Path, key: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())


def key_for_backup(data_dir: Path, key_file: Path | None = None) -> bytes:
    """The key that backups of a centre are encrypted with: the store's own.

    Args:
        data_dir: the centre's folder, which may be empty when a backup is put back elsewhere.
        key_file: a copy of the key, for then.

    Raises:
        SituationError: there is no key, or the folder has another one than the file.
    """
    own = key_path(data_dir)
    from_environment = os.environ.get(KEY_VARIABLE)
    held = None
    if from_environment:
        held = _as_key(from_environment, KEY_VARIABLE)
    elif own.exists():
        held = _from_file(own)
    if key_file is None:
        if held is None:
            raise SituationError(
                f"There is no key in {data_dir}. Name the copy you kept with --key-file, or set "
                f"{KEY_VARIABLE}. Nothing was changed.",
                code="no_key",
            )
        return held
    given = _as_key(key_file.read_text(encoding="ascii", errors="replace"), str(key_file))
    if held not in (None, given):
        raise SituationError(
            f"{key_file} is another key than that of {data_dir}. Put the backup back in an empty "
            "folder. Nothing was changed.",
            code="another_key",
        )
    return given


def keep_key(data_dir: Path, key: bytes) -> None:
    """Write the key of a store that was put back into a folder without one."""
    if not os.environ.get(KEY_VARIABLE) and not key_path(data_dir).exists():
        _write_key(key_path(data_dir), key)


def read_key(data_dir: Path) -> bytes:
    """The key of an existing store.

    Raises:
        SituationError: there is no store, no key, a key others can read, or one that is no key.
    """
    if not store_path(data_dir).exists():
        raise SituationError(
            f"There is no centre in {data_dir}. Make one with: fieldapp-server init "
            f"--data-dir {data_dir}",
            code="no_store",
        )
    from_environment = os.environ.get(KEY_VARIABLE)
    if from_environment:
        return _as_key(from_environment, KEY_VARIABLE)
    path = key_path(data_dir)
    if not path.exists():
        raise SituationError(
            f"The store in {data_dir} is there but its key file {path.name} is not. Put the key "
            f"back, or set {KEY_VARIABLE}. Nothing was changed.",
            code="no_key",
        )
    return _from_file(path)


def _from_file(path: Path) -> bytes:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise SituationError(
            f"Others can read the key file {path}. Run: chmod 600 {path}", code="key_exposed"
        )
    return _as_key(path.read_text(encoding="ascii", errors="replace"), str(path))


def _as_key(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise SituationError(
            f"{where} does not hold a key: 64 hexadecimal digits are needed.", code="bad_key"
        )
    return key


def needs_new_hash(stored: str | None) -> bool:
    """True when the stored hash was made with weaker settings than today's."""
    return stored is not None and _hasher.check_needs_rehash(stored)
