"""The real app as a process of its own, with an officer's hand inside; it works until it is killed.

python -m tests.kill.tablet --data-dir DIR --seed N

It imports the app, says so, and starts it when told by a line on its input. Everything that the
screen says goes to its output as it is said, one JSON object a line.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = (
    f"offscreen:configfile={Path(__file__).parents[1] / 'offscreen.json'}"
)

from PySide6.QtCore import QTimer, qInstallMessageHandler

from fieldapp.bootstrap import read_options
from tests.kill.faults import FAULTS
from tests.kill.orders import Orders
from tests.kill.shift import Shift
from tests.rig.hand import Hand
from ui.application import Application

LATER = (
    "fieldapp.services.bundle",
    "fieldapp.store.sync_port",
    "fieldapp.wiring.syncing",
    "keyring.backends.SecretService",
    "secretstorage",
    "sqlcipher3.dbapi2",
    "sqlalchemy.dialects.sqlite",
    "requests",
    "PySide6.QtNetwork",
    "ui.router",
    "ui.views.check",
    "ui.views.entry_form.page",
    "ui.views.plan_sheet",
    "ui.views.submitted",
    "ui.views.today",
)
"""What the app imports on its way: imported here, so that the next process is ready to start
while the one before it is looked at."""


def tell(**message: Any) -> None:
    """One report; whole once this returns, whatever happens to the process."""
    line = json.dumps({"at": time.monotonic(), **message}) + "\n"
    os.write(1, line.encode())


def main() -> int:
    """Import, wait for the word, start the app, work."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data-dir", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--fault", choices=sorted(FAULTS))
    asked = parser.parse_args()
    for name in LATER:
        import_module(name)
    if asked.fault:
        FAULTS[asked.fault]()
    tell(stage="ready")
    orders = sys.stdin.readline()
    if not orders:
        return 0
    qInstallMessageHandler(lambda *_: None)
    tell(stage="starting")
    app = Application(
        read_options(["--data-dir", asked.data_dir, "--size", "1280x800", "--theme", "day"])
    )
    shift = Shift(Hand(lambda: app.window), tell, asked.seed, Orders.read(orders))
    failed: list[str] = []

    def work() -> None:
        try:
            shift.work()
        except Exception:  # noqa: BLE001 - whoever started this is told
            failed.append(traceback.format_exc())
        app.end()

    QTimer.singleShot(0, work)
    app.run()
    tell(stage="ended", failed=failed)
    return len(failed)


if __name__ == "__main__":
    raise SystemExit(main())
