"""Nothing an officer wrote lies readable on the disk: not in the store, its log, or our logs."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from fieldapp.domain.times import utc_text
from fieldapp.logs import start_log, stop_log
from tests.services.desk import Desk, contact

FIELDS = (
    "title",
    "qualitative",
    "information_given",
    "purpose",
    "trigger",
    "operation_name",
    "crime_or_incident_ref",
    "intel_ref",
)
PERSON = ("full_name", "address_line", "email", "phone", "best_time", "accessibility_needs")


def marker(name: str) -> str:
    return f"Zq{name.replace('_', '')}Marker"


def markers() -> list[str]:
    more = ["issue", "promise", "venue", "handout", "draft", "preference"]
    return [marker(name) for name in (*FIELDS, *PERSON, *more)]


def sow(desk: Desk) -> None:
    """Write a marker into every field, and leave one draft open."""
    draft = contact(desk)
    body = {
        **draft.body,
        **{name: marker(name) for name in FIELDS},
        "discloses_crime": True,
        "intel_submitted": True,
        "venue": {"name": marker("venue")},
        "issues": [{"id": "i", "category": "PARKING", "summary": marker("issue")}],
        "handouts": [{"id": "h", "type": "LEAFLET", "qty": 1, "title": marker("handout")}],
        "actions_promised": [{"id": desk.services.capture.new_id(), "kind": "PUBLIC_QUERY",
                              "summary": marker("promise")}],
    }  # fmt: skip
    person = {**(draft.person or {}), **{name: marker(name) for name in PERSON}}
    desk.services.capture.submit(replace(draft, body=body, person=person))
    desk.services.capture.autosave(desk.drop_in(qualitative=marker("draft")))
    desk.services.preferences.set("word", marker("preference"))


def all_bytes(folder: Path) -> bytes:
    return b"".join(item.read_bytes() for item in sorted(folder.iterdir()) if item.is_file())


def found_in(content: bytes) -> list[str]:
    return [word for word in markers() if word.lower().encode() in content.lower()]


@pytest.mark.parametrize("stopped", ["running", "closed"])
def test_no_marker_is_readable_in_any_file_of_the_tablet(priya: Desk, stopped: str) -> None:
    start_log(priya.folder)
    try:
        sow(priya)
        priya.services.entries.search(marker("title"))
        try:
            priya.services.capture.start("NOTHING")
        except Exception:
            logging.getLogger("fieldapp").exception("could not start")
        log = (priya.folder / "fieldapp.log").read_text()
    finally:
        stop_log(priya.folder)
    assert "UserError unknown_type" in log
    if stopped == "closed":
        priya.store.close()
    wal = (priya.folder / "store.db-wal").exists()
    assert wal is (stopped == "running")
    assert found_in(all_bytes(priya.folder)) == []


def test_the_same_rows_in_a_plain_database_are_found(priya: Desk, tmp_path: Path) -> None:
    sow(priya)
    folder = tmp_path / "control"
    folder.mkdir()
    plain = sqlite3.connect(folder / "plain.db")
    with priya.store.reading() as tx:
        for table in ("record", "outbox", "draft", "meta"):
            columns = [row[1] for row in tx.rows(f"PRAGMA table_info({table})")]
            plain.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            marks = ",".join("?" * len(columns))
            plain.executemany(f"INSERT INTO {table} VALUES ({marks})",
                              tx.rows(f"SELECT * FROM {table}"))  # fmt: skip
    plain.commit()
    plain.close()
    assert found_in(all_bytes(folder)) == markers()


def test_the_search_index_alone_would_give_words_away(priya: Desk, tmp_path: Path) -> None:
    """The control for the index: the same words, indexed in a plain database, are readable."""
    plain = sqlite3.connect(tmp_path / "index.db")
    plain.execute("CREATE VIRTUAL TABLE search USING fts5(words, content='')")
    plain.execute("INSERT INTO search(rowid, words) VALUES (1, ?)", (marker("title"),))
    plain.commit()
    plain.close()
    assert marker("title").lower().encode() in (tmp_path / "index.db").read_bytes()
    record_id = priya.submitted(title=marker("title"))
    assert [row.record_id for row in priya.services.entries.search(marker("title"))] == [record_id]
    assert found_in(all_bytes(priya.folder)) == []


def test_the_log_holds_codes_and_never_the_words_of_an_error(tmp_path: Path) -> None:
    path = start_log(tmp_path)
    try:
        try:
            raise ValueError(marker("title"))
        except ValueError:
            logging.getLogger("fieldapp.services").exception("save failed")
    finally:
        stop_log(tmp_path)
    text = path.read_text()
    assert "save failed" in text
    assert "ValueError" in text
    assert found_in(text.encode()) == []
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_copy_of_the_files_opens_with_the_key_alone_and_holds_every_marker(
    priya: Desk, tmp_path: Path
) -> None:
    """What the two tests above did not find is really there."""
    from sqlcipher3 import dbapi2

    sow(priya)
    shutil.copytree(priya.folder, tmp_path / "copy")
    other = dbapi2.connect(str(tmp_path / "copy" / "store.db"))
    other.execute(f"PRAGMA key=\"x'{bytes(range(32)).hex()}'\"")
    texts = [
        json.dumps(other.execute(f"SELECT * FROM {table}").fetchall())
        for table in ("record", "outbox", "draft", "meta")
    ]
    other.close()
    assert found_in("".join(texts).encode()) == markers()
    assert utc_text(priya.clock.now())[:10] in "".join(texts)
