"""A whole tablet but its screens: real store, services and engine, with the real centre."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from fieldapp.domain.content import Json
from fieldapp.domain.exchange import Position
from fieldapp.domain.permissions import Actor
from fieldapp.domain.times import utc_text
from fieldapp.services.bundle import Services, open_services
from fieldapp.services.values import Draft, Officer
from fieldapp.store import Store
from fieldapp.store.sync_port import SyncPort
from sync.engine import RoundReport, SyncEngine
from sync.faults import Fault, Offline
from sync.ports import Call, PullCall, PushCall
from sync.reading import read_page
from sync.runner import drive
from tests.conftest import FixedClock
from tests.contract.force import GLASCOTE, PASSWORD
from tests.contract.ports import Port, Wire
from tests.store.fresh import KEY, fresh_store

Spoil = Callable[[Call, Wire], object]
"""Gets a call and its answer; what it gives back, or raises, is what the tablet hears."""


class Desk:
    """One officer on one tablet."""

    def __init__(self, folder: Path, port: Port, officer_id: str, clock: FixedClock) -> None:
        self.folder, self.clock = folder, clock
        self._line = port
        self.spoil: Spoil | None = None
        signed_in = self._sign_in(officer_id)
        self.officer = Officer(
            officer_id=officer_id,
            force_no=signed_in["force_no"],
            name=signed_in["name"],
            role=signed_in["role"],
            app_roles=frozenset(signed_in["app_roles"]),
            lpt_code=signed_in["lpt_code"],
            neighbourhoods=frozenset(signed_in["neighbourhoods"]),
        )
        self._open(fresh_store(folder, clock))
        self.sync()

    def _sign_in(self, officer_id: str) -> Wire:
        asked = {
            "proto": 1,
            "app": "test",
            "force_no": officer_id.removeprefix("of-"),
            "password": PASSWORD,
        }
        signed_in = self._line.sign_in(asked)
        self._token, self._device_id = signed_in["token"], signed_in["device_id"]
        return signed_in

    def _open(self, store: Store) -> None:
        self.store = store
        self.services: Services = open_services(store, self.officer)
        officer = self.officer
        actor = Actor(
            officer.officer_id, officer.app_roles, officer.lpt_code, officer.neighbourhoods
        )
        self.port = SyncPort(store, actor, self.services.title_of)
        self._engine = SyncEngine(self.port)

    def restart(self) -> None:
        """The app was stopped and starts again."""
        self.store.close()
        self._open(Store.open(self.folder / "store.db", KEY, self.clock))

    def close(self) -> None:
        self.store.close()

    # ------------------------------------------------------------------ the line

    def sync(self) -> RoundReport:
        """One round with the centre."""
        return drive(self._engine.round(), self)

    def answer(self, call: Call) -> object:
        """The centre's answer, as the line brings it."""
        envelope: Wire = {"proto": 1, "app": "test", "device_id": self._device_id}
        if isinstance(call, PushCall):
            ops = [json.loads(op.wire) for op in call.ops]
            request = envelope | {"ops": ops, "journal_floor": call.journal_floor}
            said = self._line.push(self._token, request)
        else:
            assert isinstance(call, PullCall)
            cursor = {"epoch": call.position.epoch, "scopes": dict(call.position.scopes)}
            said = self._line.pull(self._token, envelope | {"cursor": cursor, "limit": call.limit})
        return self.spoil(call, said) if self.spoil else said

    def hears_everything_again(self) -> None:
        """Everything this tablet may see, read from the beginning, with nothing sent before."""
        call = PullCall(Position("", {}), limit=500, waiting=self.port.waiting())
        self.port.apply_page(read_page(self.answer(call)))

    def lose_the_answer(self) -> None:
        """The centre takes the next push, and its answer never arrives."""

        def spoil(call: Call, said: Wire) -> object:
            if isinstance(call, PushCall):
                raise Offline
            return said

        self.spoil = spoil
        with suppress(Fault):
            self.sync()
        self.spoil = None

    # ------------------------------------------------------------------ what officers do

    def drop_in(self, **changes: Any) -> Draft:
        """A drop-in session with everything that a submitted one needs."""
        now = self.clock.now()
        draft = self.services.capture.start("DROP_IN")
        body: Json = {
            **draft.body,
            "neighbourhood_id": GLASCOTE,
            "venue": {"name": "Larkspur Precinct"},
            "started_at": utc_text(now - timedelta(hours=2)),
            "ended_at": utc_text(now - timedelta(minutes=10)),
            "counts": {"adults": 12, "children_young_people": 3},
            "qualitative": "Quiet morning.",
            "discloses_crime": False,
            "safeguarding_concern": False,
            **changes,
        }
        return replace(draft, body=body)

    def submitted(self, **changes: Any) -> str:
        """A drop-in session handed in and sent; its id."""
        record_id = self.services.capture.submit(self.drop_in(**changes)).record_id
        self.sync()
        return record_id

    def edited(self, record_id: str, *, hand_in: bool = False, **changes: Any) -> None:
        """The entry changed in the form, then handed in or put down."""
        capture = self.services.capture
        draft = capture.open(record_id)
        draft = replace(draft, body={**draft.body, **changes})
        if hand_in:
            capture.submit(draft)
        else:
            capture.finish_later(draft)

    def decide(self, record_id: str, *reasons: str, **comments: str) -> None:
        """Approve what this tablet shows, or send it back with reasons; not sent yet."""
        approvals = self.services.approvals
        shown = approvals.open(record_id).content_hash
        if reasons:
            approvals.send_back(record_id, shown, list(reasons), comments)
        else:
            approvals.approve(record_id, shown)

    def sent(self) -> None:
        """The ten seconds of Undo pass, and what is decided goes."""
        self.clock.advance(seconds=11)
        self.sync()

    def mark(self, record_id: str) -> str:
        """What the list says of an entry."""
        return self.services.entries.view(record_id).row.mark.value
