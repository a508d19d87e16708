"""One tablet of a history: real store, real services, real engine, real link."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from fieldapp.domain.content import Json
from fieldapp.domain.ids import IdMaker
from fieldapp.domain.records import Record
from fieldapp.services.approvals import Approvals, UndoToken
from fieldapp.services.context import Context
from fieldapp.services.names import Names
from fieldapp.services.pending import title_of
from fieldapp.services.values import Officer
from fieldapp.services.waiting import WaitingToSend
from fieldapp.store import Tx, records
from fieldapp.store.sync_port import SyncPort
from sync.engine import Round, SyncEngine
from sync.ports import Call
from sync.protocol.messages import SignedIn
from tests.sim.cast import TABLETS
from tests.sim.clock import SimClock
from tests.sim.faults import Faults
from tests.sim.link import WireLink
from tests.sim.stores import Image, SimStore


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who a tablet is to the centre, and who uses it."""

    device_id: str
    token: str
    officer: Officer

    @classmethod
    def of(cls, said: SignedIn) -> Credentials:
        officer = Officer(
            officer_id=said.officer_id,
            force_no=said.force_no,
            name=said.name,
            role=said.role,
            app_roles=frozenset(said.app_roles),
            lpt_code=said.lpt_code,
            neighbourhoods=frozenset(said.neighbourhoods),
        )
        return cls(said.device_id, said.token, officer)


@dataclass(slots=True)
class Under:
    """The round under way: its generator, the call that waits for an answer, and its number."""

    round: Round
    call: Call
    number: int


@dataclass(slots=True)
class Memory:
    """What the officer has on the screen and in mind; gone when the app is."""

    begun: dict[str, Json] = field(default_factory=dict)
    """Entries opened for changing: their body as it was then."""
    undoable: list[UndoToken] = field(default_factory=list)


class SimTablet:
    """A tablet; its store was opened once by its real path and is filled for each history."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.force_no = TABLETS.get(name, "")
        self.folder = folder
        self.clock = SimClock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.store = SimStore.ready(folder, self.clock)
        self._chance = Random(0)
        self.queued: dict[str, str] = {}
        """Operations that have never left, as last seen: id to wire text."""
        self.under: Under | None = None
        self.memory = Memory()
        self.signed_out = False

    # ------------------------------------------------------------------- starting

    def begin(self, image: Image, credentials: Credentials, chance: Random) -> None:
        """A new history."""
        self.store.points.faults = None
        self.store.fill(image)
        self.clock.passed, self.clock.off = 0.0, self.clock.off * 0
        self._chance = chance
        self.credentials = credentials
        self.queued = {}
        self.signed_out = False
        self.start()

    def arm(self, faults: Faults | None) -> None:
        """From now on commits may fail."""
        self.store.points.faults = faults

    def start(self) -> None:
        """The app starts: whatever the last process knew is gone but for the store."""
        faults, self.store.points.faults = self.store.points.faults, None
        self.end_round()
        self.store.forget_listeners()
        officer = self.credentials.officer
        maker = IdMaker(
            milliseconds=lambda: int(self.clock.now().timestamp() * 1000),
            randomness=self._chance.randbytes,
        )
        self.ctx = Context(self.store, officer, maker.new, maker.new(), Names(self.store))
        self.store.subscribe(self.ctx.tell)
        self.approvals = Approvals(self.ctx)
        self.store.subscribe(self.approvals.tell)
        self.waiting = WaitingToSend(self.ctx)
        self.port = SyncPort(self.store, self.ctx.actor, self._title)
        self.engine = SyncEngine(self.port)
        self.link = WireLink(device_id=self.credentials.device_id, token=self.credentials.token)
        self.memory = Memory()
        self.store.points.faults = faults

    def start_cold(self) -> None:
        """The same, with the store closed and opened again as at every real start."""
        points = self.store.points
        self.store.close()
        self.store = SimStore.ready(self.folder, self.clock)
        self.store.points = points
        self.start()

    def close(self) -> None:
        """Let the store go."""
        self.store.close()

    def sign_in(self, credentials: Credentials) -> None:
        """The officer has signed in again."""
        changed = credentials.officer != self.credentials.officer
        self.credentials = credentials
        self.signed_out = False
        if changed:
            self.start()
            return
        self.end_round()
        self.link = WireLink(device_id=credentials.device_id, token=credentials.token)

    def end_round(self) -> None:
        """Nothing is on its way any more; a late answer finds nobody waiting."""
        if self.under is not None:
            self.under.round.close()
            self.under = None

    def _title(self, record_type: str, kind: str, place: str) -> str:
        return title_of(record_type, kind, place, self.ctx)

    def rot(self, chance: Random) -> str:
        """A record of the centre's is lost or altered on this disk, nobody knows why."""
        # What awaits a decision is left alone: nobody could see that it is not what it was.
        rows = self.rows(
            "SELECT n, id FROM record WHERE pending=0 AND revision>0 AND amendment IS NULL"
            " AND status<>'PENDING_REVIEW' ORDER BY n"
        )
        if not rows:
            return "nothing"
        n, record_id = chance.choice(rows)
        how = chance.choice(("lost", "altered", "out of its scopes"))
        faults, self.store.points.faults = self.store.points.faults, None
        with self.store.transaction() as tx:
            if how == "lost":
                records.forget(tx, [record_id])
            elif how == "altered":
                tx.run("UPDATE record SET shown=replace(shown, 'E05', 'X05') WHERE n=?", (n,))
            else:
                tx.run("DELETE FROM member WHERE n=?", (n,))
        self.store.points.faults = faults
        return how

    # -------------------------------------------------------------------- looking

    def read(self, look: Callable[[Tx], Any]) -> Any:
        """Something read from the store."""
        with self.store.reading() as tx:
            return look(tx)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What the store says by plain SQL."""
        found: list[tuple[Any, ...]] = self.read(lambda tx: tx.rows(statement, values))
        return found

    def shown(self, record_id: str) -> Record | None:
        """A record as the officer sees it."""
        found: Record | None = self.read(lambda tx: records.shown(tx, record_id))
        return found

    def base(self) -> dict[str, Json]:
        """What the centre has told, by record, with nothing of this tablet's on top."""

        def look(tx: Tx) -> dict[str, Json]:
            known: dict[str, Json] = {}
            rows = tx.rows("SELECT id, pending, shown, base FROM record")
            for record_id, pending, shown, base in rows:
                text = base if pending else shown
                if text is not None:
                    known[record_id] = json.loads(text)
            return known

        found: dict[str, Json] = self.read(look)
        return found

    def operations(self) -> dict[str, tuple[str, str]]:
        """The outbox: operation to state and wire text."""
        rows = self.rows("SELECT op_id, state, wire FROM outbox")
        return {op_id: (state, wire) for op_id, state, wire in rows}
