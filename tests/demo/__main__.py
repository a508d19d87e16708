"""Drives the officers' day (``make demo``); leaves pictures and figures in build/demo/."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, datetime
from pathlib import Path

from fieldapp.domain.times import LONDON
from server.demo.tamworth import demo_day
from tests.demo.conductor import Conductor, StepFailedError, say
from tests.demo.reckoning import reckon
from tests.rig.air import Air
from tests.rig.centre import CentreRun

BUILD = Path(__file__).resolve().parents[2] / "build" / "demo"


def the_day(conductor: Conductor) -> None:
    """Thursday with Priya, Friday with Tom."""
    conductor.turn("priya-morning", 8, 5)
    conductor.turn("priya-afternoon", 11, 55)
    conductor.turn("tom-friday", 8, 5, days=1)
    conductor.turn("priya-friday", 9, 40, days=1)
    conductor.turn("tom-later", 10, 5, days=1)


def main() -> int:
    """Make the centre, live the day, count what came of it."""
    started = time.monotonic()
    shutil.rmtree(BUILD, ignore_errors=True)
    BUILD.mkdir(parents=True)
    say("a centre with the demo force: 185 neighbourhoods, 60 officers, a year of work")
    centre = CentreRun(BUILD / "centre")
    centre.found()
    centre.start()
    airs = {tablet: Air(centre.port) for tablet in ("priya", "tom")}
    conductor = Conductor(BUILD, demo_day(datetime.now(UTC).astimezone(LONDON).date()), airs)
    try:
        the_day(conductor)
        reckon(conductor, centre)
    except StepFailedError as failure:
        say(f"stopped: {failure}")
        return 1
    finally:
        for air in airs.values():
            air.out_of_range()
        centre.stop()
    say(f"done in {time.monotonic() - started:.0f} s; pictures and summary.json are in {BUILD}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
