"""Starts a centre with the demo force and opens the app on a tablet of it (`make run`)."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from fieldapp.domain.errors import FieldappError
from server.demo.cast import DEMO_PASSWORD, DemoOfficer, demo_force

ROOT = Path(__file__).resolve().parents[1]
FORCE_NUMBERS = {"pcso": "16482", "sergeant": "4417", "inspector": "3302"}
START_SECONDS = 30
GLANCE_SECONDS = 0.05


def say(words: str) -> None:
    """One line for whoever started this."""
    sys.stdout.write(f"run: {words}\n")
    sys.stdout.flush()


def make_centre(data: Path) -> None:
    """Make the demo force once; later runs keep what was recorded."""
    made = data / "demo-day"
    today = dt.datetime.now(dt.UTC).date().isoformat()
    if made.exists():
        if made.read_text() != today:
            say(f"the demo force hangs on {made.read_text()}; `make clean run` makes a fresh one")
        return
    say("making the demo force (185 neighbourhoods and a year of work), about 20 seconds")
    command = [sys.executable, "-m", "server", "init", "--demo", "--data-dir", str(data)]
    subprocess.run(command, check=True, cwd=ROOT)
    made.write_text(today)


def answering(port_file: Path) -> str | None:
    """The address of a centre that is already running here, if one answers."""
    if not port_file.exists():
        return None
    url = f"http://127.0.0.1:{port_file.read_text().strip()}"
    try:
        with urllib.request.urlopen(f"{url}/v1/sync/hello", timeout=2) as answer:  # noqa: S310 - ours
            return url if json.load(answer).get("epoch") else None
    except (urllib.error.URLError, OSError, ValueError):
        return None


def start_centre(data: Path, port_file: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start the centre on a free port and wait until it answers."""
    # Tablets remember the address they were set up with, so the port stays the same.
    port = port_file.read_text().strip() if port_file.exists() else "0"
    command = [sys.executable, "-m", "server", "serve", "--data-dir", str(data)]
    command += ["--port", port, "--port-file", str(port_file)]
    log = (data / "centre.log").open("ab")
    centre = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        url = answering(port_file)
        if url:
            return centre, url
        try:
            centre.wait(timeout=GLANCE_SECONDS)
            break
        except subprocess.TimeoutExpired:
            continue
    centre.kill()
    raise SystemExit(f"run: the centre did not start; its last words are in {log.name}")


def sign_in(tablet_dir: Path, url: str, officer: DemoOfficer) -> None:
    """First sign-in of a tablet, as an officer would do it on the first morning."""
    from fieldapp.wiring.tablet import Tablet

    tablet = Tablet.open(tablet_dir, server=url)
    try:
        tablet.sign_in(officer.force_no, DEMO_PASSWORD)
        tablet.sync_now()
    finally:
        tablet.close()


def run_app(command: list[str]) -> int:
    """Run the app until its window closes; it ends with this program, in order."""
    app = subprocess.Popen(command, cwd=ROOT)
    try:
        return app.wait()
    except KeyboardInterrupt:
        # Ctrl-C has reached the app as well; it keeps its drafts and closes by itself.
        return app.wait(timeout=START_SECONDS)
    except SystemExit:
        app.terminate()
        app.wait(timeout=START_SECONDS)
        raise


def main() -> int:
    """Make, start, sign in, open; everything ends when the window closes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--as", dest="who", choices=sorted(FORCE_NUMBERS), default="pcso")
    parser.add_argument("--data-dir", type=Path, default=ROOT / "build" / "run")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    data = arguments.data_dir / "centre"
    data.mkdir(parents=True, exist_ok=True)
    make_centre(data)
    port_file = data / "port"
    centre = None
    url = answering(port_file)
    if url:
        say(f"using the centre that runs at {url}")
    else:
        centre, url = start_centre(data, port_file)
        say(f"the centre runs at {url}; it stops when this window closes")
    try:
        number = FORCE_NUMBERS[arguments.who]
        officer = next(who for who in demo_force().officers if who.force_no == number)
        tablet_dir = arguments.data_dir / arguments.who
        if not (tablet_dir / "store.db").exists():
            sign_in(tablet_dir, url, officer)
        say(f"opening the app as {officer.role} {officer.name} ({officer.force_no})")
        command = [sys.executable, "-m", "fieldapp", "--data-dir", str(tablet_dir)]
        command += ["--server", url]
        return run_app(command)
    except FieldappError as error:
        say(error.words)
        return 1
    finally:
        if centre:
            centre.terminate()
            centre.wait(timeout=START_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
