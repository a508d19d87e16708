"""Bring a store's shape up to date: copy first, change in one transaction, check, or leave alone.

Alembic is imported here only, and this module only when there is something to do.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.config import Config
from sqlcipher3 import dbapi2

from fieldapp.store.errors import in_words, store_error
from fieldapp.store.tables import VERSION, metadata

if TYPE_CHECKING:
    from sqlalchemy import Engine

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(
    engine: Engine,
    path: Path,
    key: bytes,
    *,
    version: int,
    to: int = VERSION,
    scripts: Path = SCRIPTS,
) -> None:
    """Bring the store to version ``to``.

    Args:
        engine: the store's engine.
        path: the store's file.
        key: its key, for the copy.
        version: the version it has now, 0 for an empty file.
        to: the version it is to have.
        scripts: folder of the revisions.

    Raises:
        StoreError: ``store_migration`` when a step fails; the store is then as it was before.
    """
    if version:
        _copy(path, key, version)
    config = Config()
    config.set_main_option("script_location", str(scripts))
    config.attributes["metadata"] = metadata
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        # A table that is rebuilt with foreign keys on takes its children with it.
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with in_words(), connection.begin():
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                if driver.execute("PRAGMA foreign_key_check").fetchall():
                    raise store_error("store_migration")
                driver.execute(f"PRAGMA user_version={int(to)}")
        except Exception as error:
            if getattr(error, "code", "") in ("store_full", "store_read_only", "store_migration"):
                raise
            raise store_error("store_migration") from error
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def copy_path(path: Path, version: int) -> Path:
    """Where the copy made before leaving ``version`` lies."""
    return path.with_name(f"{path.name}.v{version}")


def _copy(path: Path, key: bytes, version: int) -> None:
    """A whole, readable copy of the store under the same key, before anything is changed."""
    target_path = copy_path(path, version)
    target_path.unlink(missing_ok=True)
    with in_words():
        target_path.touch(mode=0o600)
        source = _keyed(path, key)
        target = _keyed(target_path, key)
        try:
            source.backup(target)
            whole = target.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            same = target.execute("PRAGMA user_version").fetchone()[0] == version
        finally:
            target.close()
            source.close()
    if not (whole and same):
        raise store_error("store_migration")


def _keyed(path: Path, key: bytes) -> dbapi2.Connection:
    connection = dbapi2.connect(str(path))
    connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
    return connection
