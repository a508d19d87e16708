"""A sergeant's queue of 500: what the service takes, and what the eye waits for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

from fieldapp.services.bundle import open_services
from fieldapp.wiring import STORE_NAME
from tests.bench.figure import Figure, in_turn, median, seconds
from tests.bench.floor_store import opened
from tests.bench.ground import Ground, receive, waiting
from tests.bench.starting import environment

RECORDS = 10_000
WAITING = 500
ROUNDS = 11
STARTS = 3
PATIENCE = 120.0

BARE = "SELECT shown FROM record WHERE n IN (SELECT value FROM json_each(?)) ORDER BY at DESC"
WAIT = "SELECT n FROM record WHERE record_type='ENGAGEMENT' AND status='PENDING_REVIEW'"


def figures(ground: Ground) -> Iterator[Figure]:
    """With every entry to be looked at, again when each has been, and from the tap to the paint."""
    ground.restore_set_up()
    with ground.open(ground.tom) as tablet:
        receive(tablet, range(RECORDS - WAITING))
        receive(tablet, range(RECORDS - WAITING, RECORDS), waiting)
        key = tablet.vault.key()
        assert key is not None
        bare = opened(ground.tom / STORE_NAME, key)
        numbers = json.dumps([row[0] for row in bare.execute(WAIT)])

        def select() -> float:
            return seconds(lambda: bare.execute(BARE, (numbers,)).fetchall())

        def first() -> float:
            approvals = open_services(tablet.store, tablet.services.officer).approvals
            return seconds(approvals.queue)

        assert len(tablet.services.approvals.queue()) == WAITING
        assert len(bare.execute(BARE, (numbers,)).fetchall()) == WAITING
        again = in_turn(lambda: seconds(tablet.services.approvals.queue), select, ROUNDS)
        new = in_turn(first, select, ROUNDS)
        bare.close()
    yield Figure("open_queue_500", *new, note="the first time: the rules look at every entry")
    yield Figure("open_queue_500_again", *again, note="each entry has been looked at before")
    taps = [_taps(ground) for _ in range(STARTS)]
    first_tap = median([each[0] for each in taps])
    later = median([one for each in taps for one in each[1:]])
    yield Figure("show_queue_500", first_tap, new[1], note="from the first tap to painted rows")
    yield Figure("show_queue_500_again", later, new[1], note="from a later tap to painted rows")


def _taps(ground: Ground) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.tapping", str(ground.tom)],
        env=environment(),
        stdout=subprocess.PIPE,
        timeout=PATIENCE,
        check=True,
    )
    times: list[float] = json.loads(done.stdout)
    return times
