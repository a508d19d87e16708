"""A centre, a signed-in tablet and the air between them; and what came of it, by plain SQL."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.e2e.centre import PRIYA, CentreProcess, make_force
from tests.e2e.nursery import Nursery
from tests.kill.found import Found, content_of, copy_secrets, key_of, look
from tests.kill.ledger import Ledger
from tests.rig.air import Air

PROBE = """
import keyring
from keyring.backends.SecretService import Keyring
assert isinstance(keyring.get_keyring(), Keyring), keyring.get_keyring()
keyring.set_password("fieldapp-probe", "probe", "1")
keyring.delete_password("fieldapp-probe", "probe")
"""


def why_no_keyring() -> str:
    """Why the app could not keep its key here; empty when it can."""
    asked = subprocess.run(
        [sys.executable, "-c", PROBE], check=False, capture_output=True, text=True
    )
    return asked.stderr.strip().rpartition("\n")[2] if asked.returncode else ""


@dataclass(frozen=True, slots=True)
class Station:
    """Everything around the tablet."""

    tablet: Path
    """Folder of the tablet."""
    centre: CentreProcess
    air: Air
    key: str = ""

    def twin(self, folder: Path) -> Station:
        """The same with a copy of the tablet; only one of them may ever be in range."""
        shutil.copytree(self.tablet, folder)
        copy_secrets(self.tablet, folder)
        return replace(self, tablet=folder)

    def found(self) -> Found:
        """What lies in the tablet's file."""
        return look(self.tablet, self.key, self.tablet.with_name(f"{self.tablet.name}.copy"))

    def command(self, *words: str, typed: str = "") -> str:
        """A command of the app itself; what it printed."""
        command = [sys.executable, "-m", "fieldapp", *words, "--data-dir", str(self.tablet)]
        ran = subprocess.run(command, check=False, input=typed, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def compared(self, ledger: Ledger) -> tuple[list[str], list[str], list[str]]:
        """Lost, doubled and differing entries: tablet, centre and screen side by side."""
        here = {one.record_id: one for one in self.found().records}
        there = self._there()
        lost = [f"{one} is not at the centre" for one in here if one not in there]
        lost += [
            f"entry {number} is nowhere"
            for number in ledger.finished
            if number not in ledger.ids.values()
        ]
        doubled = [f"{one} is at the centre only" for one in there if one not in here]
        doubled += self._twice()
        differ = [
            f"{one}: {here[one].body} here, {body} there"
            for one, (body, _status, _kinds) in there.items()
            if one in here and here[one].body != body
        ]
        for record_id, number in ledger.ids.items():
            body, status, kinds = there.get(record_id, ({}, "", Counter()))
            if content_of(body) != ledger.finished[number] or status != "PENDING_REVIEW":
                differ.append(f"entry {number} is {status} {body} at the centre")
            if kinds["create"] != 1 or kinds["submit"] - kinds["recall"] != 1:
                doubled.append(f"entry {number} came as {dict(kinds)}")
        return lost, doubled, differ

    def _there(self) -> dict[str, tuple[dict[str, Any], str, Counter[str]]]:
        rows = self.centre.sql(
            "SELECT r.id, v.body, r.review_status FROM record r JOIN revision l ON l.n ="
            " r.revision_n JOIN revision v ON v.n = coalesce(l.body_n, l.n)"
            " WHERE r.record_type IN ('ENGAGEMENT', 'FOLLOW_UP')"
        )
        kinds: dict[str, Counter[str]] = {row[0]: Counter() for row in rows}
        for record_id, kind in self.centre.sql("SELECT record_id, kind FROM revision"):
            if record_id in kinds:
                kinds[record_id][kind] += 1
        return {row[0]: (json.loads(row[1]), row[2], kinds[row[0]]) for row in rows}

    def _twice(self) -> list[str]:
        return [
            f"operation {op} was applied {times} times"
            for op, times in self.centre.sql(
                "SELECT op_id, count(*) FROM revision WHERE op_id IS NOT NULL GROUP BY op_id"
                " HAVING count(*) > 1"
            )
        ] + [f"held at the centre: {row}" for row in self.centre.sql("SELECT * FROM quarantine")]


@contextmanager
def station(folder: Path) -> Iterator[Station]:
    """A tablet that has been set up and filled, and is in range."""
    make_force(folder / "centre")
    nursery = Nursery()
    centre = CentreProcess(folder / "centre", nursery)
    centre.start()
    air = Air(centre.port)
    try:
        made = Station(folder / "tablet", centre, air)
        force_no, password = PRIYA
        sign_in = ("sign-in", "--force-no", force_no, "--server", air.url)
        made.command(*sign_in, typed=f"{password}\n")
        made.command("sync")
        yield replace(made, key=key_of(made.tablet))
    finally:
        air.out_of_range()
        centre.stop()
        nursery.close()
