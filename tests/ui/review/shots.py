"""Pictures of the screens for people to look at: `python -m tests.ui.review.shots [NAME ...]`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[3]
os.environ.setdefault(
    "QT_QPA_PLATFORM", f"offscreen:configfile={ROOT / 'tests' / 'offscreen.json'}"
)

import keyring
from PySide6.QtWidgets import QApplication, QWidget

from fieldapp.system import SystemClock
from fieldapp.wiring import Tablet
from tests.conftest import MemoryKeyring
from tests.ui.review.centre import PRIYA, TOM, CentreProcess
from tests.ui.review.stage import Stage, flush, stage, until
from ui.theme import theme

OUT = ROOT / "build" / "shots"
AGE = max(path.stat().st_mtime_ns for path in (ROOT / "server").rglob("*.py"))
CENTRE = Path(tempfile.gettempdir()) / f"fieldapp-shots-{os.getuid()}-{AGE}"
LOOKS = {
    "day": ("day", 100, (1280, 800)),
    "night-portrait": ("night", 100, (800, 1280)),
    "outdoor": ("outdoor", 100, (1280, 800)),
    "130": ("day", 130, (1280, 800)),
    "small": ("day", 100, (1024, 600)),
}
Draw = Callable[[Stage], object]


def shoot(made: Stage, name: str, draw: Draw, looks: tuple[str, ...] = tuple(LOOKS)) -> None:
    """A screen in every look."""
    if len(sys.argv) > 1 and not any(word in name for word in sys.argv[1:]):
        return
    for look in looks:
        palette, scale, size = LOOKS[look]
        theme.use(name=palette, scale=scale)
        made.shell.resize(*size)
        flush()
        draw(made)
        made.settle()
        flush()
        save(made.shell, f"{name}-{look}")


def save(window: QWidget, name: str) -> None:
    """Keep a picture."""
    OUT.mkdir(parents=True, exist_ok=True)
    window.grab().save(str(OUT / f"{name}.png"))


def wait_for_today(made: Stage) -> None:
    """The first screen shows records."""
    until(lambda: made.router._used)


def main() -> None:
    """Both officers' screens over the demo force."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    keyring.set_keyring(MemoryKeyring())
    if not CENTRE.exists():
        command = [sys.executable, "-m", "server", "init", "--demo", "--data-dir", str(CENTRE)]
        subprocess.run(command, check=True, cwd=ROOT)
    work = Path(tempfile.mkdtemp(prefix="fieldapp-shots-"))
    shutil.copytree(CENTRE, work / "centre")
    centre = CentreProcess(work / "centre")
    centre.start()
    try:
        from tests.ui.review import scenes

        clock = SystemClock()
        tablets = {}
        for who in (PRIYA, TOM):
            tablets[who] = Tablet.open(work / who[0], server=centre.url)
            tablets[who].sign_in(*who)
            status = tablets[who].sync_now()
            assert not status.words, status.words
        scenes.past(tablets[PRIYA], tablets[TOM])
        for who, scene in ((TOM, scenes.sergeant), (PRIYA, scenes.officer)):
            tablet = tablets[who]
            with stage(tablet, work / who[0], clock) as made:
                made.shell.show()
                made.router.start()
                wait_for_today(made)
                made.settle()
                scene(made, shoot)
            tablet.close()
        scenes.outside(work, save)
    finally:
        centre.stop()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
