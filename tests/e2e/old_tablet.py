"""Runs inside a release of the past: a tablet of that version at today's centre.

Started with that release's own code on the path and nothing of today's. Reads what to do as JSON
lines and answers each with one.
"""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import keyring
from keyring.backend import KeyringBackend


class _Memory(KeyringBackend):
    """Secrets that end with the process."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.secrets: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.secrets.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.secrets[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.secrets.pop((service, username), None)


def _status(tablet: Any) -> dict[str, Any]:
    status = tablet.sync_now()
    with tablet.store.reading() as tx:
        records = [row[0] for row in tx.rows("SELECT id FROM record")]
        states = dict(tx.rows("SELECT op_id, state FROM outbox"))
    return {
        "link": status.link,
        "words": status.words,
        "waiting": status.waiting,
        "records": records,
        "states": states,
        "device_id": tablet.config.device_id,
    }


def _submit(tablet: Any) -> str:
    draft = tablet.services.capture.start("DROP_IN")
    started = tablet.clock.now().replace(second=0, microsecond=0) - timedelta(hours=3)
    draft.body.update(
        {
            "neighbourhood_id": "E05007070",
            "started_at": started.isoformat(),
            "ended_at": (started + timedelta(hours=2)).isoformat(),
            "outcome": "HELD",
            "venue": {"name": "Larkspur Precinct"},
            "discloses_crime": False,
            "safeguarding_concern": False,
            "counts": {"adults": 34, "children_young_people": 6},
            "issues": [{"id": "i-1", "category": "NUISANCE_BIKES", "mentions": 9}],
            "notes": "Written on a tablet of the past.",
        }
    )
    tablet.services.capture.autosave(draft)
    record_id: str = tablet.services.capture.submit(draft).record_id
    return record_id


def main() -> None:
    """Do what is asked, line by line."""
    from fieldapp import __version__, vault
    from fieldapp.wiring import Tablet

    keyring.set_keyring(_Memory())
    vault.SAFE_BACKENDS = (*vault.SAFE_BACKENDS, __name__)
    folder, server = sys.argv[1:]
    tablet = Tablet.open(Path(folder), server=server)
    print(json.dumps(__version__), flush=True)
    for line in sys.stdin:
        act, *given = json.loads(line)
        answer: object = None
        if act == "sign_in":
            tablet.sign_in(*given)
        elif act == "submit":
            answer = _submit(tablet)
        else:
            answer = _status(tablet)
        print(json.dumps(answer), flush=True)
    tablet.close()


if __name__ == "__main__":
    main()
