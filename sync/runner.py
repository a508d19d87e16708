"""Driving one round of the engine over a link, from whatever thread calls."""

from __future__ import annotations

from collections.abc import Callable

from sync.engine import Round, RoundReport
from sync.faults import Fault, Stopped
from sync.ports import Link


def drive(
    a_round: Round, link: Link, *, stopped: Callable[[], bool] = lambda: False
) -> RoundReport:
    """Carry every call of a round to the centre until the round is done.

    Args:
        a_round: from ``SyncEngine.round``.
        link: the line to the centre.
        stopped: asked before each call; True ends the round there.

    Raises:
        Fault: what ended the round early.
    """
    try:
        call = next(a_round)
        while True:
            try:
                if stopped():
                    raise Stopped
                answer = link.answer(call)
            except Fault as fault:
                call = a_round.throw(fault)
            else:
                call = a_round.send(answer)
    except StopIteration as done:
        report: RoundReport = done.value
        return report
    finally:
        a_round.close()
