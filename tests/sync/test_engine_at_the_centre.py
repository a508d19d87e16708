"""The engine with the real store against the real centre's use cases, without HTTP between them.

Chance decides who does what, which answers get lost and which tablet stops in the middle; in the
end nothing may be lost or doubled, and every tablet must hold what a fresh one would be given.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fieldapp.domain.permissions import Actor
from server.demo.cast import DEMO_PASSWORD
from server.errors import TurnedAway
from server.services.attachments.asking import status
from server.services.attachments.reading import read
from server.services.attachments.uploading import Sent, take
from server.services.centre import Centre, open_centre
from server.services.pull import pull
from server.services.push import push
from server.services.sign_in import sign_in
from sync.faults import Fault, Offline
from sync.ports import (
    BlobGetCall,
    BlobPart,
    BlobPutCall,
    BlobStatusCall,
    Call,
    PullCall,
    PushCall,
)
from sync.protocol.messages import AskedBlob, BlobStatus, Cursor, Pull, Push, SignIn
from sync.protocol.versions import PROTOCOL
from sync.transport.trouble import BY_CODE
from tests.conftest import FixedClock
from tests.e2e.centre import make_force, sql
from tests.sync.tablet import PRIYA, TabletStore

CALLUM = Actor("of-0002", frozenset({"FIELD"}), "TA", frozenset({"E05007073", "E05007075"}))
TOM = Actor("of-0010", frozenset({"FIELD", "SUPERVISOR"}), "TA", frozenset())
NUMBERS = {"of-0001": "16482", "of-0002": "16511", "of-0010": "4417"}


class Standing:
    """An open centre that can be put back to how it was."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.centre: Centre = open_centre(folder)
        self._restored = 0

    def back_up(self) -> None:
        """Last night's backup."""
        self.centre.close()
        shutil.rmtree(self._backup, ignore_errors=True)
        shutil.copytree(self.folder, self._backup)
        self.centre = open_centre(self.folder)

    def restore(self) -> None:
        """Back to the backup, under a new name of history."""
        if not self._backup.exists():
            return
        self.centre.close()
        shutil.rmtree(self.folder)
        shutil.copytree(self._backup, self.folder)
        self._restored += 1
        sql(self.folder, "UPDATE head SET epoch=?", f"history-{self._restored}")
        self.centre = open_centre(self.folder)

    @property
    def _backup(self) -> Path:
        return self.folder.with_name("backup")


class Called:
    """A tablet's link straight into the centre's use cases."""

    def __init__(self, standing: Standing, officer_id: str) -> None:
        self._standing = standing
        asked = SignIn(
            proto=PROTOCOL, app="0", force_no=NUMBERS[officer_id], password=DEMO_PASSWORD
        )
        signed_in = sign_in(standing.centre, asked)
        self._token, self._device = signed_in.token, signed_in.device_id

    def answer(self, call: Call) -> object:
        try:
            if isinstance(call, BlobGetCall):
                return self._part(call)
            return json.loads(self._said(call))
        except TurnedAway as away:
            raise BY_CODE[away.code] from None

    def _said(self, call: PushCall | PullCall | BlobStatusCall | BlobPutCall) -> str:
        centre, token = self._standing.centre, self._token
        envelope: dict[str, Any] = {"proto": PROTOCOL, "app": "0", "device_id": self._device}
        if isinstance(call, PushCall):
            ops = [json.loads(op.wire) for op in call.ops]
            sent = Push(**envelope, journal_floor=call.journal_floor, ops=ops)
            return push(centre, token, sent).to_text()
        if isinstance(call, PullCall):
            cursor = Cursor(epoch=call.position.epoch, scopes=dict(call.position.scopes))
            asked = Pull(**envelope, cursor=cursor, limit=call.limit)
            return pull(centre, token, asked).to_text()
        if isinstance(call, BlobStatusCall):
            shas = [AskedBlob(sha=sha, size=size) for sha, size in call.asked]
            return status(centre, token, BlobStatus(**envelope, shas=shas)).model_dump_json()
        check = hashlib.sha256(call.data).hexdigest()
        pieces = Sent(call.sha, call.size, call.first, call.data, check)
        return take(centre, token, pieces).model_dump_json()

    def _part(self, call: BlobGetCall) -> BlobPart:
        wanted = f"bytes={call.start}-{call.end - 1}"
        part = read(self._standing.centre, self._token, call.sha, wanted=wanted)
        return BlobPart(part.data, part.start, part.size)


class Shaky:
    """Loses calls on the way out and answers on the way back."""

    def __init__(self, link: Called, chance: Random) -> None:
        self._link = link
        self._chance = chance

    def answer(self, call: Call) -> object:
        if self._chance.random() < 0.15:
            raise Offline
        answer = self._link.answer(call)
        if self._chance.random() < 0.25:
            raise Offline
        return answer


@pytest.fixture(scope="module")
def force(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("core") / "centre"
    make_force(folder)
    return folder


@pytest.fixture
def standing(force: Path, tmp_path: Path) -> Iterator[Standing]:
    shutil.copytree(force, tmp_path / "centre")
    made = Standing(tmp_path / "centre")
    yield made
    made.centre.close()


@contextmanager
def tablet_of(actor: Actor, folder: Path, clock: FixedClock, seed: int) -> Iterator[TabletStore]:
    folder.mkdir()
    made = TabletStore(folder, clock, actor, seed=seed)
    try:
        yield made
    finally:
        made.store.close()


class World:
    """Tablets, a centre, and chance."""

    def __init__(self, standing: Standing, tablets: dict[str, TabletStore], seed: int) -> None:
        self.standing = standing
        self.tablets = tablets
        self.links = {
            name: Called(standing, tablet.actor.officer_id) for name, tablet in tablets.items()
        }
        self.chance = Random(seed)

    def step(self) -> None:
        """Somebody does something."""
        name = self.chance.choice(sorted(self.tablets))
        tablet = self.tablets[name]
        act = self.chance.choice(["record", "record", "change", "recall", "decide", "sync", "sync"])
        if act == "record":
            record_id = tablet.create(f"By {name}")
            self._add(tablet, record_id, kind="submit")
        elif act == "sync":
            self.sync(name, shaky=True)
        else:
            self._work_on_one(tablet, act)
        dice = self.chance.random()
        if dice < 0.1:
            tablet.reopen()
        elif dice < 0.14:
            self.standing.back_up()
        elif dice < 0.18:
            self.standing.restore()

    def _work_on_one(self, tablet: TabletStore, act: str) -> None:
        records = tablet.entries()
        if not records:
            return
        record = self.chance.choice(records)
        if act == "change":
            change = {"notes": {"from": record.body.get("notes"), "to": f"{self.chance.random()}"}}
            self._add(
                tablet, record.id, kind="patch", base_revision=record.revision, changes=change
            )
        elif act == "recall":
            self._add(tablet, record.id, kind="recall")
        else:
            self._add(
                tablet,
                record.id,
                kind="decide",
                verdict="APPROVE",
                content_hash=record.shown_hash,
                revision=record.revision,
            )

    def _add(self, tablet: TabletStore, record_id: str, **fields: Any) -> None:
        tablet.add(record_id, **fields)

    def sync(self, name: str, *, shaky: bool = False) -> None:
        """One round; what stands in its way is not this test's business."""
        link = self.links[name]
        answer = Shaky(link, self.chance).answer if shaky else link.answer
        try:
            self.tablets[name].round(answer)
        except Fault:
            assert shaky

    def settle(self) -> None:
        """A good line, for as long as it takes."""
        for _ in range(3):
            for name in self.tablets:
                self.sync(name)


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_on_the_way_nothing_is_lost_or_doubled_and_all_agree(
    seed: int, standing: Standing, tmp_path: Path, clock: FixedClock
) -> None:
    clock.set(standing.centre.clock.now())
    with (
        tablet_of(PRIYA, tmp_path / "priya", clock, 1) as priya,
        tablet_of(CALLUM, tmp_path / "callum", clock, 2) as callum,
        tablet_of(TOM, tmp_path / "tom", clock, 3) as tom,
    ):
        tablets = {"priya": priya, "callum": callum, "tom": tom}
        world = World(standing, tablets, seed)
        for _ in range(60):
            world.step()
        world.settle()
        check(world, tmp_path)


def check(world: World, folder: Path) -> None:
    """Custody, once each, and agreement."""
    made = {op_id for one in world.tablets.values() for op_id in one.every_operation()}
    assert len(made) > 15
    turned_down = {
        op_id
        for one in world.tablets.values()
        for op_id, state in one.states().items()
        if state == "rejected"
    }
    at_centre = world.standing.folder
    ledger = {row[0] for row in sql(at_centre, "SELECT op_id FROM ledger")}
    assert made - turned_down <= ledger <= made
    twice = sql(
        at_centre,
        "SELECT op_id FROM revision WHERE op_id IS NOT NULL GROUP BY op_id HAVING count(*) > 1",
    )
    assert twice == []
    for name, tablet in world.tablets.items():
        assert tablet.port.waiting().operations == 0
        with tablet_of(tablet.actor, folder / f"fresh-{name}", tablet.clock, 9) as fresh:
            fresh.round(Called(world.standing, tablet.actor.officer_id).answer)
            assert tablet.base() == fresh.base(), name
