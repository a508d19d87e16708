"""Anki's collection to ``anki.syncserver``, a note an entry: ``anki_notes.py FOLDER ENTRIES``."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from anki.collection import AddNoteRequest, Collection
from anki.sync_pb2 import SyncCollectionResponse as Said

KIND = "Entry"
FULL = (Said.FULL_SYNC, Said.FULL_UPLOAD, Said.FULL_DOWNLOAD)


class Tablet:
    """One collection and its account."""

    def __init__(self, path: Path, url: str) -> None:
        self.notes = Collection(str(path))
        self._account = self.notes.sync_login("officer", "bench", url)

    def sync(self, *, upload: bool = False) -> bool:
        """One sync; True when it moved the whole file instead of single notes."""
        said = self.notes.sync_collection(self._account, False)
        if said.new_endpoint:
            self._account.endpoint = said.new_endpoint
        if said.required not in FULL:
            return False
        self.notes.close_for_full_sync()
        self.notes.full_upload_or_download(auth=self._account, server_usn=None, upload=upload)
        self.notes.reopen(after_full_sync=True)
        return True

    def timed(self) -> float:
        """Seconds of a sync of single notes."""
        started = time.perf_counter()
        assert not self.sync()
        return time.perf_counter() - started


def make_kind(tablet: Tablet) -> None:
    """The kind of note that holds an entry; an empty collection would not be sent."""
    models = tablet.notes.models
    kind = models.new(KIND)
    for name in ("Id", "Body"):
        models.add_field(kind, models.new_field(name))
    card = models.new_template("Card")
    card["qfmt"], card["afmt"] = "{{Id}}", "{{Body}}"
    models.add_template(kind, card)
    models.add_dict(kind)


def fill(tablet: Tablet, lines: list[str]) -> None:
    """A note for each entry: its id, and its JSON."""
    kind = tablet.notes.models.by_name(KIND)
    asked = []
    for line in lines:
        note = tablet.notes.new_note(kind)
        note.fields = [json.loads(line)["id"], line]
        asked.append(AddNoteRequest(note=note, deck_id=1))
    tablet.notes.add_notes(asked)


def await_port(port: int) -> None:
    """Until the server answers."""
    until = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port)):
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def main(folder: Path, entries: Path) -> None:
    """Both tablets begin with the same empty collection; then push and pull are timed."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "SYNC_USER1": "officer:bench", "SYNC_BASE": str(folder / "server")}
    env |= {"SYNC_HOST": "127.0.0.1", "SYNC_PORT": str(port), "RUST_LOG": "error"}
    server = subprocess.Popen([sys.executable, "-m", "anki.syncserver"], env=env)
    try:
        await_port(port)
        url = f"http://127.0.0.1:{port}/"
        first, second = Tablet(folder / "a.anki2", url), Tablet(folder / "b.anki2", url)
        make_kind(first)
        first.sync(upload=True)
        second.sync()
        lines = entries.read_text().splitlines()
        fill(first, lines)
        push, pull = first.timed(), second.timed()
        have = second.notes.db.list("SELECT flds FROM notes")
        assert sorted(flds.split("\x1f")[1] for flds in have) == sorted(lines)
        print(json.dumps({"push": push, "pull": pull}))
    finally:
        server.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
