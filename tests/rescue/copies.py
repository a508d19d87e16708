"""A rescue copy as the centre would read it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from fieldapp.store import attachments, drafts
from fieldapp.wiring.rescue_folder import RescueFolder
from fieldapp.wiring.rescuing import FOLDER, Rescue, Sealer
from sync.protocol import signing
from sync.protocol.rescue import Contents, open_list, open_part
from tests.sync.tablet import PRIYA, TabletStore

PRIVATE = bytes(range(1, 33))
PUBLIC = X25519PrivateKey.from_private_bytes(PRIVATE).public_key().public_bytes_raw()
DEVICE_KEY = bytes(range(2, 34))
KEYS = {PUBLIC: PRIVATE}


@dataclass
class Read:
    """Everything in one copy."""

    contents: Contents
    wires: list[str]
    photos: dict[str, bytes]
    signed: bool


def read_copy(folder: RescueFolder, keys: dict[bytes, bytes] = KEYS) -> Read:
    """Open a copy with nothing but the folder and the centre's keys."""
    contents, text, signature = open_list(keys, folder.list_path.read_bytes())

    def part(name: str) -> bytes:
        return open_part(keys, folder.read_part(name))

    wires = [wire for one in contents.segments for wire in json.loads(part(one.name))]
    photos = {file.sha: b"".join(part(name) for name in file.parts) for file in contents.files}
    key = signing.public_of(DEVICE_KEY)
    signed = signing.is_signed(key, signing.Purpose.RESCUE, text, signature)
    return Read(contents, wires + contents.ops, photos, signed)


class Keeper:
    """The rescue copy of a store."""

    def __init__(self, tablet: TabletStore, data_dir: Path) -> None:
        self.tablet = tablet
        self.data_dir = data_dir
        self.folder = RescueFolder(data_dir / FOLDER)
        self.sealer: Sealer | None = Sealer(PUBLIC.hex(), "tab-1", PRIYA.officer_id, DEVICE_KEY)
        self.rescue = self.make()

    def make(self) -> Rescue:
        """As a new run of the app does."""
        return Rescue(
            self.tablet.store,
            self.data_dir,
            sealer=lambda: self.sealer,
            new_id=self.tablet.new_id,
        )

    def read(self) -> Read:
        """What is in the copy beside the records."""
        return read_copy(self.folder)

    def photo(self, record_id: str, data: bytes) -> str:
        """Put a photo on an entry, as an operation says; its name."""
        with self.tablet.store.transaction() as tx:
            sha = attachments.put(tx, data)
            item = {"size": len(data), "media": "image/jpeg", "kind": "PHOTO"}
            attachments.attach_one(tx, record_id, sha, item)
            attachments.handed_in(tx, record_id)
        return sha

    def draft(self, record_id: str, notes: str) -> None:
        """Save a working copy."""
        content = {"record_type": "ENGAGEMENT", "body": {"notes": notes}}
        with self.tablet.store.transaction() as tx:
            drafts.keep(tx, record_id, content, session="s")
