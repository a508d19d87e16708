"""SIGKILL to the app at any moment of an entry: what was said to be saved is there, once, whole."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest

from tests.kill.rounds import Rounds
from tests.kill.station import Station
from tests.kill.strikes import Strikes

KILLS = int(os.environ.get("KILLS", "20"))
IN_RANGE = 0.3
"""Share of the starts at which the app can reach the centre, and sends while it is used."""

pytestmark = [pytest.mark.kill, pytest.mark.e2e, pytest.mark.timeout(90 + 6 * KILLS)]


def test_killing_the_app_at_any_moment_of_an_entry_loses_and_doubles_nothing(
    tablet: Station, say: Callable[[str], None]
) -> None:
    seed = int(os.environ.get("KILL_SEED", "0")) or int.from_bytes(os.urandom(4))
    say(f"KILL_SEED={seed} KILLS={KILLS}")
    chance, struck, begun = Random(seed), Counter[str](), time.monotonic()
    strikes = Strikes(chance)
    with Rounds(tablet, seed) as rounds:
        for kill in range(KILLS):
            if chance.random() < IN_RANGE:
                tablet.air.into_range()
            else:
                tablet.air.out_of_range()
            strike = strikes.draw()
            account = rounds.work(strike)
            assert rounds.verdict(account) == [], f"kill {kill}, {strike}, while {account.stage}"
            strikes.learn(account.reports)
            struck[account.stage] += 1
        tablet.air.into_range()
        assert rounds.verdict(rounds.work(None)) == []
    assert "Nothing is waiting to send." in tablet.command("sync")
    seconds, ledger = time.monotonic() - begun, rounds.ledger
    lost, doubled, differ = tablet.compared(ledger)
    say(f"struck while: {dict(struck)}; submitted, and not said yet: {ledger.unsaid}")
    say(
        f"kills {KILLS}, entries {len(ledger.finished)}, lost {len(lost)}, doubled {len(doubled)},"
        f" differing {len(differ)}; at most {ledger.most_lost:.2f} s of typing; {seconds:.0f} s"
    )
    assert (lost, doubled, differ) == ([], [], [])
