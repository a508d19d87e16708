"""Opening the store: made private and encrypted, and left alone when something is not right."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlcipher3 import dbapi2

from fieldapp.domain.errors import BugError
from fieldapp.store import Store, Tx
from fieldapp.store.connect import fingerprint_path
from fieldapp.store.errors import StoreError
from fieldapp.store.tables import VERSION

if TYPE_CHECKING:
    from tests.conftest import FixedClock

KEY = bytes(range(32))
OTHER = bytes(reversed(range(32)))


def refused(path: Path, key: bytes, clock: FixedClock) -> StoreError:
    with pytest.raises(StoreError) as caught:
        Store.open(path, key, clock)
    return caught.value


def bytes_of(path: Path) -> dict[str, bytes]:
    return {
        item.name: item.read_bytes()
        for item in path.parent.iterdir()
        if not item.name.endswith((".lock", "-shm")) and item.stat().st_size
    }


def test_a_new_store_and_its_folder_are_private_to_the_officer(
    path: Path, clock: FixedClock
) -> None:
    store = Store.open(path, KEY, clock)
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    for item in path.parent.iterdir():
        assert stat.S_IMODE(item.stat().st_mode) == 0o600, item.name
    store.close()


def test_every_connection_is_durable_and_keeps_secrets_out_of_memory_files(store: Store) -> None:
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "temp_store": 2,
        "secure_delete": 1,
        "user_version": VERSION,
    }
    with store.transaction() as tx:
        for name, value in wanted.items():
            assert tx.rows(f"PRAGMA {name}") == [(value,)], name
    with store.reading() as tx:
        assert tx.number("PRAGMA synchronous") == 2


def test_the_store_opens_again_with_its_key(store: Store, path: Path, clock: FixedClock) -> None:
    with store.transaction() as tx:
        tx.put("word", "kept")
    store.close()
    again = Store.open(path, KEY, clock)
    with again.reading() as tx:
        assert tx.get("word") == "kept"
    again.close()


def test_a_wrong_key_is_told_from_damage_and_changes_nothing(
    store: Store, path: Path, clock: FixedClock
) -> None:
    store.close()
    before = bytes_of(path)
    assert refused(path, OTHER, clock).code == "store_wrong_key"
    assert "Nothing has been deleted" in refused(path, OTHER, clock).words
    assert bytes_of(path) == before
    Store.open(path, KEY, clock).close()


def test_a_damaged_store_is_said_to_be_damaged(store: Store, path: Path, clock: FixedClock) -> None:
    store.close()
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    assert refused(path, KEY, clock).code == "store_corrupt"
    assert path.read_bytes() == content


def test_without_the_fingerprint_an_unreadable_store_is_not_called_damaged(
    store: Store, path: Path, clock: FixedClock
) -> None:
    store.close()
    fingerprint_path(path).unlink()
    assert refused(path, OTHER, clock).code == "store_wrong_key"


def test_a_damaged_page_is_told_when_it_is_read(
    store: Store, path: Path, clock: FixedClock
) -> None:
    with store.transaction() as tx:
        tx.run_many(
            "INSERT INTO meta(name, value) VALUES (?,?)",
            [(f"name {n}", "x" * 500) for n in range(500)],
        )
    store.close()
    content = bytearray(path.read_bytes())
    for place in range(40 * 4096, len(content), 4096):
        content[place + 17] ^= 1
    path.write_bytes(content)
    opened = Store.open(path, KEY, clock)
    with pytest.raises(StoreError) as caught, opened.reading() as tx:
        tx.rows("SELECT * FROM meta")
    assert caught.value.code == "store_corrupt"
    opened.close()


def test_a_store_from_the_future_is_left_as_it_is(
    store: Store, path: Path, clock: FixedClock
) -> None:
    with store.transaction() as tx:
        tx.run(f"PRAGMA user_version={VERSION + 1}")
    store.close()
    before = bytes_of(path)
    error = refused(path, KEY, clock)
    assert error.code == "store_future"
    assert "Update the app" in error.words
    assert bytes_of(path) == before


def test_a_plain_database_is_not_taken_for_a_store(path: Path, clock: FixedClock) -> None:
    path.parent.mkdir()
    plain = sqlite3.connect(path)
    plain.execute("CREATE TABLE holiday (photo TEXT)")
    plain.close()
    before = bytes_of(path)
    assert refused(path, KEY, clock).code == "store_not_ours"
    assert bytes_of(path) == before


def test_an_encrypted_file_that_is_not_a_store_is_left_alone(path: Path, clock: FixedClock) -> None:
    path.parent.mkdir()
    other = dbapi2.connect(str(path))
    other.execute(f"PRAGMA key=\"x'{KEY.hex()}'\"")
    other.execute("CREATE TABLE something (else_ TEXT)")
    other.close()
    assert refused(path, KEY, clock).code == "store_not_ours"


def test_rubbish_is_not_overwritten(path: Path, clock: FixedClock) -> None:
    path.parent.mkdir()
    path.write_bytes(b"Dear diary" * 1000)
    assert refused(path, KEY, clock).code in {"store_wrong_key", "store_corrupt"}
    assert path.read_bytes() == b"Dear diary" * 1000


def test_a_file_left_empty_by_a_crash_becomes_a_store(path: Path, clock: FixedClock) -> None:
    path.parent.mkdir()
    path.touch()
    Store.open(path, KEY, clock).close()
    assert path.stat().st_size > 0


def test_a_second_opening_is_turned_away_until_the_first_is_closed(
    store: Store, path: Path, clock: FixedClock
) -> None:
    error = refused(path, KEY, clock)
    assert error.code == "store_in_use"
    assert "already open" in error.words
    store.close()
    Store.open(path, KEY, clock).close()


HOLDER = """
import sys
from collections.abc import Callable
from pathlib import Path
from fieldapp.store import Store, Tx
from fieldapp.system import SystemClock
Store.open(Path(sys.argv[1]), bytes(range(32)), SystemClock())
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.e2e
def test_the_lock_of_a_killed_process_is_taken_over(path: Path, clock: FixedClock) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"
        assert refused(path, KEY, clock).code == "store_in_use"
        holder.kill()
        holder.wait()
    Store.open(path, KEY, clock).close()


def test_readers_cannot_write_and_see_only_what_was_committed(store: Store) -> None:
    with store.transaction() as tx:
        tx.put("word", "uncommitted")
        with store.reading() as other:
            assert other.get("word") is None
    with pytest.raises(StoreError) as caught, store.reading() as tx:
        tx.run("DELETE FROM meta")
    assert caught.value.code == "store_read_only"


def test_a_mistaken_statement_is_our_fault_and_not_the_officers(store: Store) -> None:
    with pytest.raises(BugError), store.transaction() as tx:
        tx.run("INSERT INTO nowhere VALUES (1)")


def _fail_after(store: Store, work: Callable[[Tx], None]) -> None:
    with store.transaction() as tx:
        work(tx)
        raise ZeroDivisionError


def test_a_failed_transaction_leaves_nothing_and_the_next_one_works(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_after(store, lambda tx: tx.put("word", "lost"))
    with store.transaction() as tx:
        assert tx.get("word") is None
        tx.put("word", "found")
    with store.reading() as tx:
        assert tx.get("word") == "found"


def test_listeners_hear_what_was_touched_after_the_commit_only(store: Store) -> None:
    heard: list[frozenset[str]] = []
    stop = store.subscribe(heard.append)
    with store.transaction() as tx:
        tx.touched.add("ENGAGEMENT")
        assert heard == []
    assert heard == [frozenset({"ENGAGEMENT"})]
    with pytest.raises(ZeroDivisionError):
        _fail_after(store, lambda tx: tx.touched.add("PERSON"))
    stop()
    with store.transaction() as tx:
        tx.touched.add("OFFICER")
    assert heard == [frozenset({"ENGAGEMENT"})]


def test_closing_twice_is_harmless(store: Store) -> None:
    store.close()
    store.close()
