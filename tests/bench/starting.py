"""How long an officer waits for the app: new processes, timed from outside."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Timer

from fieldapp.wiring import STORE_NAME
from tests.bench.figure import Figure, in_turn
from tests.bench.ground import Ground, receive

RECORDS = 10_000
ROUNDS = 9
PATIENCE = 60.0
_SCREEN = Path(__file__).parents[1] / "offscreen.json"

APP = """
import os, sys
from fieldapp import bootstrap, cli
def on_stage(stage):
    if stage == sys.argv[1]:
        os.write(1, b".")
        os._exit(0)
bootstrap.run(["--data-dir", sys.argv[2]], on_stage=on_stage)
"""
WINDOW = """
import os, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        QTimer.singleShot(0, painted)
def painted():
    os.write(1, b".")
    os._exit(0)
app = QApplication(sys.argv)
window = Window()
window.resize(1280, 800)
window.show()
app.exec()
"""
IMPORTS = """
import os, sys
import PySide6.QtWidgets, sqlmodel, keyring, requests, platformdirs
from sqlcipher3 import dbapi2
store = dbapi2.connect(sys.argv[1])
store.execute(f"PRAGMA key=\\"x'{sys.argv[2]}'\\"")
store.execute("SELECT count(*) FROM record").fetchone()
os.write(1, b".")
os._exit(0)
"""


def figures(ground: Ground) -> Iterator[Figure]:
    """First painted frame, and Today with its records, on a tablet with a year of them."""
    ground.restore_set_up()
    with ground.open(ground.priya) as tablet:
        receive(tablet, range(RECORDS))
        key = tablet.vault.key()
    assert key is not None
    data_dir = str(ground.priya)
    store = (str(ground.priya / STORE_NAME), key.hex())
    painted, window = in_turn(
        lambda: started(APP, "painted", data_dir), lambda: started(WINDOW), ROUNDS
    )
    yield Figure("first_frame", painted, window, aim=2.5)
    usable, imports = in_turn(
        lambda: started(APP, "usable", data_dir), lambda: started(IMPORTS, *store), ROUNDS
    )
    yield Figure("usable_today", usable, imports, aim=1.3)


def started(program: str, *arguments: str) -> float:
    """Seconds from starting a process to its one byte."""
    began = time.perf_counter()
    with subprocess.Popen(
        _command(program, arguments), stdout=subprocess.PIPE, env=environment()
    ) as process:
        assert process.stdout is not None
        patience = Timer(PATIENCE, process.kill)
        patience.start()
        said = process.stdout.read(1)
        took = time.perf_counter() - began
        patience.cancel()
    assert said == b".", f"the process ended with {process.returncode} and did not say that it was"
    return took


def _command(program: str, arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-c", program, *arguments]


def environment() -> dict[str, str]:
    """The same screen for everybody, which is none."""
    return {**os.environ, "QT_QPA_PLATFORM": f"offscreen:configfile={_SCREEN}"}
