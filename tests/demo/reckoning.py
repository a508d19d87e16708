"""What came of the day, counted by plain SQL from the files of tablets and centre."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage
from sqlcipher3 import dbapi2

from fieldapp.vault import Vault
from tests.demo.conductor import Conductor, StepFailedError, say
from tests.rig.centre import CentreRun

FACTS = ("recovered_after_kill", "meetings_rows")
COLOURS_OF_A_SCREEN = 12
WARDS_OF_TAMWORTH = 10


def reckon(conductor: Conductor, centre: CentreRun) -> None:
    """Write ``summary.json``.

    Raises:
        StepFailedError: something was lost or doubled, did not change, or was not photographed.
    """
    made = {record for tablet in conductor.air for record in _made(conductor.build / tablet)}
    there = Counter(record for (record,) in centre.sql("SELECT id FROM record"))
    applied = Counter(
        op for (op,) in centre.sql("SELECT op_id FROM revision WHERE op_id IS NOT NULL")
    )
    history = _history(centre, made)
    summary = {
        "recorded": len(made),
        "submitted": history["submit"],
        "sent": len([record for record in made if there[record]]),
        "approved": history["approve"],
        "returned": history["return"],
        "resubmitted": history["resubmit"],
        "lost": len([record for record in made if not there[record]]),
        "duplicated": len([r for r in made if there[r] > 1])
        + len([op for op, times in applied.items() if times > 1]),
        **{name: conductor.facts.get(name) for name in FACTS},
        "screenshots": conductor.pictures,
    }
    (conductor.build / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    say(json.dumps({name: value for name, value in summary.items() if name != "screenshots"}))
    before, after = conductor.facts["glascote_before"], conductor.facts["glascote"]
    say(f"Glascote was {_status(before)} and is {_status(after)}")
    wrong = _wrong(summary, conductor)
    if _status(before) == _status(after):
        wrong.append("the table of meetings did not change")
    if wrong:
        raise StepFailedError(f"{', '.join(wrong)}; see {conductor.build / 'summary.json'}")


def _status(row: str) -> str:
    return next(word for word in ("Red", "Amber", "Green") if f"Status: {word}" in row)


def _wrong(summary: dict[str, Any], conductor: Conductor) -> list[str]:
    """What in the summary is not as it must be."""
    wrong = [f"{summary[name]} {name}" for name in ("lost", "duplicated") if summary[name]]
    if not summary["recovered_after_kill"]:
        wrong.append("the draft did not come back whole")
    if summary["meetings_rows"] != WARDS_OF_TAMWORTH:
        wrong.append(f"{summary['meetings_rows']} rows of meetings")
    pictures = [conductor.build / name for name in conductor.pictures]
    wrong += [f"{path.name} is blank" for path in pictures if is_blank(path)]
    if len({path.read_bytes() for path in pictures}) != len(pictures):
        wrong.append("two pictures are the same")
    return wrong


def is_blank(path: Path) -> bool:
    """True for a picture without a screen on it."""
    image = QImage(str(path))
    if image.isNull():
        return True
    points = [
        image.pixel(x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 7)
    ]
    return len(set(points)) < COLOURS_OF_A_SCREEN


def _made(folder: Path) -> list[str]:
    """Ids a tablet has made, from its own file and key alone."""
    key = Vault(folder).key()
    if key is None:
        return []
    connection = dbapi2.connect(str(folder / "store.db"))
    try:
        connection.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        rows = connection.execute("SELECT DISTINCT record_id FROM outbox WHERE kind = 'create'")
        return [record for (record,) in rows]
    finally:
        connection.close()


def _history(centre: CentreRun, made: set[str]) -> Counter[str]:
    """How often the records made in the demo were submitted, approved, returned, resubmitted."""
    counted: Counter[str] = Counter()
    for record in made:
        events = centre.sql(
            "SELECT kind, review_status FROM revision WHERE record_id = ? ORDER BY revision", record
        )
        submits = [kind for kind, _ in events if kind == "submit"]
        counted["submit"] += bool(submits)
        counted["resubmit"] += max(0, len(submits) - 1)
        counted["approve"] += ("decide", "APPROVED") in events
        counted["return"] += ("decide", "RETURNED") in events
    return counted
