"""kinto-http to Kinto in memory, beside a durable local file: ``kinto_store.py FOLDER ENTRIES``.

kinto-http keeps nothing on disk; the local store is the least that an app without a line needs.
"""

from __future__ import annotations

import json
import logging
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import kinto_http

PAGE = 500
SETTINGS = """
[server:main]
use = egg:waitress#main
host = 127.0.0.1
port = {port}
[app:main]
use = egg:kinto
multiauth.policies = basicauth
kinto.userid_hmac_secret = bench
kinto.bucket_create_principals = system.Authenticated
kinto.storage_backend = kinto.core.storage.memory
kinto.cache_backend = kinto.core.cache.memory
kinto.permission_backend = kinto.core.permission.memory
"""
KEEP = """
INSERT INTO entry VALUES (?, ?, ?)
ON CONFLICT (id) DO UPDATE SET body = excluded.body, waiting = excluded.waiting
"""


class Tablet:
    """A file and a line."""

    def __init__(self, path: Path, url: str) -> None:
        self.file = sqlite3.connect(path, isolation_level=None)
        self.file.execute("PRAGMA journal_mode=WAL")
        self.file.execute("PRAGMA synchronous=FULL")
        self.file.execute("CREATE TABLE entry (id TEXT UNIQUE, body TEXT, waiting INTEGER)")
        self.line = kinto_http.Client(
            server_url=url, auth=("officer", "bench"), bucket="force", collection="entries"
        )

    def keep(self, rows: list[tuple[str, str, int]]) -> None:
        """In one durable transaction."""
        self.file.execute("BEGIN")
        self.file.executemany(KEEP, rows)
        self.file.execute("COMMIT")

    def push(self) -> None:
        """Everything that waits, in batches as large as the server allows unless told otherwise."""
        rows = self.file.execute("SELECT id, body FROM entry WHERE waiting").fetchall()
        size = self.line.server_info()["settings"]["batch_max_requests"]
        for start in range(0, len(rows), size):
            part = rows[start : start + size]
            with self.line.batch() as batch:
                for id, body in part:
                    batch.update_record(id=id, data={"body": json.loads(body)})
            self.keep([(id, body, 0) for id, body in part])

    def pull(self) -> None:
        """Page after page by time of change."""
        since: dict[str, int] = {}
        while True:
            page = self.line.get_records(_sort="last_modified", _limit=PAGE, pages=1, **since)
            self.keep([(one["id"], json.dumps(one["body"]), 0) for one in page])
            if len(page) < PAGE:
                return
            since = {"_since": page[-1]["last_modified"]}


def timed(work: object) -> float:
    """Seconds of a call."""
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def await_port(port: int) -> None:
    """Until the server answers."""
    until = time.monotonic() + 60
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def main(folder: Path, entries: Path) -> None:
    """Start a server, then time push and pull."""
    logging.getLogger("kinto_http").setLevel(logging.CRITICAL)  # it warns of every record
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = folder / "kinto.ini"
    settings.write_text(SETTINGS.format(port=port))
    kinto = [str(Path(sys.executable).with_name("kinto")), "start"]
    server = subprocess.Popen([*kinto, "--ini", str(settings), "--port", str(port)])
    try:
        await_port(port)
        url = f"http://127.0.0.1:{port}/v1"
        first, second = Tablet(folder / "a.db", url), Tablet(folder / "b.db", url)
        first.line.create_bucket()
        first.line.create_collection()
        lines = [json.loads(line) for line in entries.read_text().splitlines()]
        first.keep([(one["id"], json.dumps(one["body"]), 1) for one in lines])
        push, pull = timed(first.push), timed(second.pull)
        have = dict(second.file.execute("SELECT id, body FROM entry"))
        assert {id: json.loads(body) for id, body in have.items()} == {
            one["id"]: one["body"] for one in lines
        }
        print(json.dumps({"push": push, "pull": pull}))
    finally:
        server.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
