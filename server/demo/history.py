"""A year of work of the whole demo force, from one seed (recipe: sizing of the field reference).

Every state of the meetings answer occurs in every larger team: never met, nobody came, PCSO-only,
booked but overdue, pending only. 5 % of the entries are returned, 2 % recorded twice, 3 % late.
"""

from __future__ import annotations

import random
from datetime import datetime

from fieldapp.domain.times import LONDON
from server.demo.cast import DemoForce
from server.demo.entries import Scribe
from server.demo.log import Log, PastOp
from server.demo.tamworth import tamworth
from server.demo.weaver import Weaver

SEED = 20261119


def demo_history(force: DemoForce, *, now: datetime, seed: int = SEED) -> list[PastOp]:
    """The whole history, oldest first; nothing is later than ``now`` but planned dates.

    Args:
        force: who and where.
        now: the moment the demo force is made; dates hang on its London day.
        seed: same seed and day, same history.
    """
    today = now.astimezone(LONDON).date()
    chance = random.Random(f"{seed}/{today.isoformat()}")  # noqa: S311 - made-up data, no secret
    log = Log(chance)
    weaver = Weaver(force, today, chance, log, Scribe(chance))
    lpts = sorted({officer.lpt_code for officer in force.officers} - {"TA"})
    for lpt_code in lpts:
        weaver.team(lpt_code)
    for number, lpt_code in enumerate(lpts[:4]):
        place = weaver.place(force.current(lpt_code)[0])
        owner = force.team(lpt_code)[0]
        weaver.follow_up(place, owner, weaver.at(5 + number), answered=False)
    tamworth(weaver)
    return [past for past in log.in_order() if past.at <= now]
