"""Destroying what is on this tablet, by order of the force: the keys first, the files second.

What is left is a note without anything readable: which order was carried out, what was on the
tablet, and, sealed for the centre, what could not be sent; and, where something could not, the
rescue copy, which only the centre can open and which has the photos as well. A wipe that is cut
short is finished at the next start.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fieldapp import __version__
from fieldapp.system import random_bytes
from fieldapp.vault import Vault
from fieldapp.wiring.rescuing import FOLDER as RESCUE
from sync.faults import Fault
from sync.protocol import signing
from sync.protocol.sealing import seal_for_centre
from sync.protocol.signing import Purpose
from sync.transport import Deadlines, HttpLink

if TYPE_CHECKING:
    from collections.abc import Callable

    from fieldapp.config import TabletConfig
    from fieldapp.store import Store
    from fieldapp.wiring.trust import CentreKeys
    from sync.lanes.directives import Order

_log = logging.getLogger(__name__)

FILE_NAME = "wiped.json"
_MOST_ESCROW = 4 * 1024 * 1024
"""Bytes of operations that travel with a receipt; what does not fit is counted as lost."""
_UNSENT = "SELECT wire FROM outbox WHERE state IN ('queued','sent') ORDER BY dseq"
_DRAFTS = "SELECT record_id, body FROM draft ORDER BY saved_at"
_KEPT_FILES = (FILE_NAME, "fieldapp.log")
"""By the beginning of their names; the log holds events and codes, nobody's words."""


@dataclass(frozen=True, slots=True)
class Note:
    """What stays of a wiped tablet until the centre has its receipt, and after."""

    directive_id: str
    device_id: str
    server: str
    ca_file: str
    body: str
    signature: str
    escrow: str
    keeps_copy: bool = False
    """The rescue copy stays: the centre can read it, and nobody else."""
    given: bool = False


def read_note(data_dir: Path) -> Note | None:
    """The note of a wiped tablet; ``None`` on any other.

    One that cannot be read is still one: nothing else writes a file of this name.
    """
    try:
        return Note(**json.loads((data_dir / FILE_NAME).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError):
        return Note("", "", "", "", "", "", "", given=True)


def write_note(data_dir: Path, note: Note) -> None:
    """Write the note so that a crash leaves the one before or this one, never half."""
    path = data_dir / FILE_NAME
    fresh = path.with_name(FILE_NAME + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(asdict(note)))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def note_of(
    order: Order,
    config: TabletConfig,
    store: Store,
    *,
    keys: CentreKeys,
    device_key: bytes | None,
    has_copy: bool,
) -> Note:
    """What is to be said about the tablet once nothing on it can be read any more.

    Args:
        order: what is carried out.
        config: whose tablet this is, and where its centre is.
        store: its records, still open.
        keys: the centre's.
        device_key: the tablet's own, if it has one.
        has_copy: there is a rescue copy, brought up to date just now.
    """
    with store.reading() as tx:
        wires = [str(row[0]) for row in tx.rows(_UNSENT)]
        drafts = [_as_wire(record_id, body) for record_id, body in tx.rows(_DRAFTS)]
        told = {
            "directive_id": order.id,
            "unsent": len(wires),
            "records": tx.number(
                "SELECT count(DISTINCT record_id) FROM outbox WHERE state IN ('queued','sent')"
            ),
            "drafts": len(drafts),
            "not_in_backup": tx.number(
                "SELECT count(*) FROM outbox WHERE state IN ('acked','settled')"
            ),
        }
        photos = _photos(store)
    keeps = has_copy and bool(wires or drafts or photos["attachments"])
    body = json.dumps(told | photos | {"rescue_copy": int(keeps)}, separators=(",", ":"))
    signature = signing.sign(device_key, Purpose.RECEIPT, body) if device_key else ""
    left = wires + drafts
    escrow = _sealed(left, order, config, keys.seal) if left and keys.seal else ""
    return Note(
        order.id, config.device_id, config.server, config.ca_file, body, signature, escrow, keeps
    )


def _as_wire(record_id: str, body: str) -> str:
    """A draft among operations: the centre knows no such kind, and so holds it word for word."""
    return json.dumps({"kind": "draft", "record_id": record_id, "body": json.loads(body)})


def _photos(store: Store) -> dict[str, int]:
    from fieldapp.store import attachments

    with store.reading() as tx:
        waiting = attachments.unsent(tx)
    return {"attachments": waiting.count, "attachment_bytes": waiting.bytes}


def _sealed(wires: list[str], order: Order, config: TabletConfig, seal: str) -> str:
    """What the centre has not got, so that only the centre can read it; the oldest first."""
    taken: list[str] = []
    room = _MOST_ESCROW
    for wire in wires:
        room -= len(wire.encode())
        if room < 0:
            break
        taken.append(wire)
    plain = json.dumps({"officer_id": config.officer_id, "ops": taken}).encode()
    about = f"{config.device_id}/{order.id}".encode()
    sealed = seal_for_centre(bytes.fromhex(seal), plain, random=random_bytes, about=about)
    return base64.b64encode(sealed).decode()


def destroy(data_dir: Path, vault: Vault) -> None:
    """The keys, then the files. Without the keys nobody can read what a disk still holds.

    Raises:
        VaultError: the keyring cannot be asked; the files are still there, and so is the note.
    """
    vault.destroy()
    note = read_note(data_dir)
    kept = (*_KEPT_FILES, RESCUE) if note and note.keeps_copy else _KEPT_FILES
    for path in data_dir.iterdir():
        if path.name.startswith(kept):
            continue
        with contextlib.suppress(OSError):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
    _log.warning("wiped by order")


def give_receipt(data_dir: Path, line_to: Callable[[Note], HttpLink]) -> bool:
    """Tell the centre, if it has not been told; True when it knows."""
    note = read_note(data_dir)
    if note is None or note.given:
        return True
    line = line_to(note)
    try:
        line.give_receipt(
            note.directive_id, body=note.body, signature=note.signature, escrow=note.escrow
        )
    except Fault as fault:
        _log.info("receipt not given: %s", fault.code)
        return False
    finally:
        line.close()
    write_note(data_dir, Note(**{**asdict(note), "escrow": "", "given": True}))
    return True


def finish_wipe(data_dir: Path, deadlines: Deadlines | None) -> None:
    """Destroy what is left to destroy, and give the receipt if the centre can be reached."""

    def line_to(note: Note) -> HttpLink:
        return HttpLink(
            note.server,
            app=__version__,
            device_id=note.device_id,
            ca_file=Path(note.ca_file) if note.ca_file else None,
            deadlines=deadlines,
        )

    destroy(data_dir, Vault(data_dir))
    give_receipt(data_dir, line_to)
