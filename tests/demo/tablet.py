"""One turn on one tablet, as a process of its own: the real app and a hand.

python -m tests.demo.tablet TURN --data-dir DIR --server URL --day 2026-11-19 --start ISO
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from datetime import date, datetime
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = (
    f"offscreen:configfile={Path(__file__).parents[1] / 'offscreen.json'}"
)

from PySide6.QtCore import QTimer, qInstallMessageHandler

from fieldapp.bootstrap import read_options
from tests.demo.duty import Duty
from tests.demo.turns import TURNS
from tests.rig.clock import RunningClock
from tests.rig.hand import Hand
from ui.application import Application


def main() -> int:
    """Start the app, do the turn, close the app."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("turn", choices=sorted(TURNS))
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--server", required=True)
    parser.add_argument("--day", type=date.fromisoformat, required=True)
    parser.add_argument("--start", type=datetime.fromisoformat, required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    asked = parser.parse_args()
    qInstallMessageHandler(lambda *_: None)
    clock = RunningClock(asked.start)
    options = ["--data-dir", str(asked.data_dir), "--server", asked.server]
    app = Application(read_options([*options, "--size", "1280x800", "--theme", "day"]), clock=clock)
    duty = Duty(Hand(lambda: app.window), clock, asked.pictures, asked.day)
    failed: list[str] = []

    def turn() -> None:
        try:
            TURNS[asked.turn](duty)
        except Exception:  # noqa: BLE001 - the conductor is told, and ends the day
            failed.append(traceback.format_exc())
        app.end()

    QTimer.singleShot(0, turn)
    app.run()
    if failed:
        sys.stdout.write(json.dumps({"failed": failed[0]}) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
