"""The least centre that could take records safely: one batch, one durable transaction.

No accounts, rules, ledger, history or scopes: what a real centre adds to this is what it costs.
Run as a process: ``python -m tests.bench.floor_centre DIRECTORY`` prints its port.
"""

from __future__ import annotations

import gzip
import json
import sqlite3
import sys
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

TABLE = """
CREATE TABLE record (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, seq INTEGER NOT NULL UNIQUE,
                     body TEXT NOT NULL);
"""
KEEP = """
INSERT INTO record (id, seq, body) VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, body = excluded.body
"""
LEVEL = 6


class Shelf:
    """Records in a durable file, numbered as they come."""

    def __init__(self, path: Path) -> None:
        self._file = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._file.execute("PRAGMA journal_mode=WAL")
        self._file.execute("PRAGMA synchronous=FULL")
        self._file.executescript(TABLE)
        self._one = threading.Lock()
        self._seq = 0

    def keep(self, records: list[dict[str, Any]]) -> int:
        """Store a batch; returns the last number given."""
        with self._one:
            rows = [
                (record["id"], self._seq + place, json.dumps(record))
                for place, record in enumerate(records, start=1)
            ]
            self._file.execute("BEGIN IMMEDIATE")
            self._file.executemany(KEEP, rows)
            self._file.execute("COMMIT")
            self._seq += len(records)
            return self._seq

    def after(self, seq: int, limit: int) -> list[tuple[int, str]]:
        """The next records after a number."""
        with self._one:
            return self._file.execute(
                "SELECT seq, body FROM record WHERE seq > ? ORDER BY seq LIMIT ?", (seq, limit)
            ).fetchall()


class Desk(BaseHTTPRequestHandler):
    """Two routes over one kept-alive connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    shelf: Shelf

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        """Take a batch."""
        data = self.rfile.read(int(self.headers["Content-Length"]))
        records = json.loads(zlib.decompress(data, 31))
        self._answer(json.dumps({"last": self.shelf.keep(records)}))

    def do_GET(self) -> None:
        """Give a page."""
        asked = parse_qs(urlsplit(self.path).query)
        rows = self.shelf.after(int(asked["after"][0]), int(asked["limit"][0]))
        last = rows[-1][0] if rows else int(asked["after"][0])
        bodies = ",".join(body for _, body in rows)
        self._answer(f'{{"last":{last},"records":[{bodies}]}}')

    def _answer(self, text: str) -> None:
        data = gzip.compress(text.encode(), LEVEL, mtime=0)
        self.send_response_only(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def main() -> None:
    """Serve until killed."""
    Desk.shelf = Shelf(Path(sys.argv[1]) / "floor-centre.db")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Desk)
    server.daemon_threads = True
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
