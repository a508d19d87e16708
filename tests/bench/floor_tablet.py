"""The least tablet: a durable file with a mark on what has not been sent, batches of 500."""

from __future__ import annotations

import gzip
import json
import sqlite3
from pathlib import Path
from typing import Any

import requests

BATCH = 500
LEVEL = 6
TABLES = """
CREATE TABLE record (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body TEXT NOT NULL,
                     waiting INTEGER NOT NULL);
CREATE INDEX record_waiting ON record (n) WHERE waiting;
CREATE TABLE place (seq INTEGER NOT NULL);
INSERT INTO place VALUES (0);
"""
KEEP = """
INSERT INTO record (id, body, waiting) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, waiting = excluded.waiting
"""


class FloorTablet:
    """Saves, sends and fetches, and nothing else."""

    def __init__(self, path: Path, url: str) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.executescript(TABLES)
        self._url = url
        self._link = requests.Session()
        self._link.trust_env = False

    def save(self, records: list[dict[str, Any]]) -> None:
        """Keep records that wait to be sent."""
        self._keep([(record["id"], json.dumps(record), 1) for record in records])

    def _keep(self, rows: list[tuple[str, str, int]], seq: int | None = None) -> None:
        self._file.execute("BEGIN IMMEDIATE")
        self._file.executemany(KEEP, rows)
        if seq is not None:
            self._file.execute("UPDATE place SET seq = ?", (seq,))
        self._file.execute("COMMIT")

    def push(self) -> None:
        """Send everything that waits."""
        while True:
            rows = self._file.execute(
                "SELECT n, body FROM record WHERE waiting ORDER BY n LIMIT ?", (BATCH,)
            ).fetchall()
            if not rows:
                return
            text = "[" + ",".join(body for _, body in rows) + "]"
            answer = self._link.post(
                self._url, data=gzip.compress(text.encode(), LEVEL, mtime=0), timeout=60
            )
            answer.raise_for_status()
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany(
                "UPDATE record SET waiting = 0 WHERE n = ?", [(number,) for number, _ in rows]
            )
            self._file.execute("UPDATE place SET seq = ?", (answer.json()["last"],))
            self._file.execute("COMMIT")

    def pull(self) -> int:
        """Fetch everything new; returns how many records came."""
        came = 0
        while True:
            (seq,) = self._file.execute("SELECT seq FROM place").fetchone()
            answer = self._link.get(f"{self._url}?after={seq}&limit={BATCH}", timeout=60).json()
            records = answer["records"]
            if not records:
                return came
            self._keep([(r["id"], json.dumps(r), 0) for r in records], seq=answer["last"])
            came += len(records)

    def close(self) -> None:
        """Let go of the file and the line."""
        self._file.close()
        self._link.close()

    def records(self) -> dict[str, Any]:
        """Everything it holds."""
        rows = self._file.execute("SELECT id, body FROM record").fetchall()
        return {id: json.loads(body) for id, body in rows}
