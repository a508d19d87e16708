"""One process after the other over one tablet, and a look at its file after each."""

from __future__ import annotations

from dataclasses import replace
from types import TracebackType
from typing import Self

from tests.kill.ledger import Ledger
from tests.kill.orders import Orders
from tests.kill.process import Account, Process
from tests.kill.station import Station
from tests.kill.strikes import Strike


class Rounds:
    """Starts the next process while the one before it works and is looked at.

    Args:
        ground: the tablet.
        seed: of what the officer writes.
        fault: planted for a test of the test; empty for none.
        pace: how the officer goes about it.
    """

    def __init__(
        self, ground: Station, seed: int, *, fault: str = "", pace: Orders | None = None
    ) -> None:
        self.ground, self.ledger = ground, Ledger()
        self._seed, self._fault, self._pace = seed, fault, pace or Orders(1)
        self._processes = [self._process()]

    def _process(self) -> Process:
        return Process(self.ground.tablet, seed=self._seed, fault=self._fault)

    def work(self, strike: Strike | None) -> Account:
        """One process, until it is killed, or until it has finished what is open."""
        self._processes.append(self._process())
        number, kept = self.ledger.number, self.ledger.kept is not None
        orders = replace(self._pace, number=number, kept=kept, last=strike is None)
        account = self._processes[-2].work(orders, strike)
        for report in account.reports:
            self.ledger.hear(report)
        return account

    def verdict(self, account: Account) -> list[str]:
        """What is lost, doubled, torn or untrue after that."""
        return self.ledger.compare(self.ground.found(), account.killed_at)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in self._processes:
            process.end()
