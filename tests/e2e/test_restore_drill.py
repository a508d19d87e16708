"""A centre that lost a day, or got it back by hand: five tablets make it whole again."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fieldapp.services.values import Link, Mark
from fieldapp.wiring import Tablet
from server.cli.commands import main
from server.demo.cast import DEMO_PASSWORD
from server.services.backup.files import backups_in
from server.settings import store_path
from tests.e2e.centre import Centre, CentreProcess
from tests.e2e.conftest import MovableClock, OpenTablet, signed_in, submit

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

FIELD = {"priya": "16482", "callum": "16511", "hannah": "5127"}
DECIDE = {"tom": "4417", "marta": "3302"}
A_DAY_AND_MORE = 25 * 3600
UNDO = 11
STATE = (
    "SELECT r.id, r.review_status, json_extract(v.head, '$.content_hash') FROM record r"
    " JOIN revision v ON v.n = r.revision_n WHERE r.record_type = 'ENGAGEMENT'"
)


@dataclass
class Force:
    """Five tablets and a centre."""

    centre: Centre
    shelf: Path
    clock: MovableClock
    tablets: dict[str, Tablet] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Tablet:
        return self.tablets[name]

    def sync(self, *names: str) -> None:
        self.clock.advance(seconds=UNDO)
        for name in names or tuple(self.tablets):
            status = self.tablets[name].sync_now()
            assert (status.link, status.words) == (Link.ONLINE, ""), name

    def run(self, *command: str) -> None:
        assert main([command[0], "--data-dir", str(self.centre.folder), *command[1:]]) == 0

    def back_up(self) -> Path:
        """While the centre serves."""
        self.run("backup", "--to", str(self.shelf))
        return backups_in(self.shelf)[0].path

    def restore(self, *, times: int = 1) -> None:
        self.centre.stop()
        for _ in range(times):
            self.run("restore", "--from", str(backups_in(self.shelf)[0].path))
        self.centre.start()

    def put_by_hand(self, store: Path) -> None:
        """As an operator who does not know the command."""
        self.centre.stop()
        for path in self.centre.folder.glob("centre.db*"):
            path.unlink()
        shutil.copy(store, store_path(self.centre.folder))
        self.centre.start()

    def copy_by_hand(self, to: Path) -> Path:
        self.centre.stop()
        shutil.copy(store_path(self.centre.folder), to)
        self.centre.start()
        return to

    def entries(self) -> dict[str, tuple[str, str]]:
        """Record to status and content hash, as the centre's file has them."""
        return {id: (status, content) for id, status, content in self.centre.sql(STATE)}

    def ledger(self) -> set[str]:
        rows = self.centre.sql("SELECT op_id FROM ledger")
        assert len(rows) == len(set(rows))
        return {row[0] for row in rows}

    def seen(self) -> dict[str, dict[str, Mark]]:
        """What each tablet shows of its officer's or team's entries."""
        return {
            name: {row.record_id: row.mark for row in tablet.services.entries.list()}
            for name, tablet in self.tablets.items()
        }

    def in_any_order(self, seed: int, rounds: int = 3) -> None:
        chance = Random(seed)
        for _ in range(rounds):
            names = list(self.tablets)
            chance.shuffle(names)
            self.sync(*names)
        self.sync()  # so that those who came early see what came after them


@pytest.fixture
def new_force(tmp_path: Path, open_tablet: OpenTablet) -> Callable[[Centre], Force]:
    def make(centre: Centre) -> Force:
        force = Force(centre, tmp_path / "shelf", MovableClock())
        for name, number in {**FIELD, **DECIDE}.items():
            tablet = open_tablet(name, server=centre.url, clock=force.clock)
            force.tablets[name] = signed_in(tablet, (number, DEMO_PASSWORD))
        return force

    return make


def approve(tablet: Tablet, record_id: str) -> None:
    approvals = tablet.services.approvals
    approvals.approve(record_id, approvals.open(record_id).content_hash)


def send_back(tablet: Tablet, record_id: str) -> None:
    approvals = tablet.services.approvals
    shown = approvals.open(record_id).content_hash
    approvals.send_back(record_id, shown, ["PERSONAL_DATA"], {"notes": "Take the name out."})


def a_day(force: Force, entries: int, decisions: int) -> list[str]:
    """Entries by three, decisions on some of them by two; all of it sent."""
    made = [
        submit(force[name], notes=f"{name}, {number}")
        for name in FIELD
        for number in range(entries)
    ]
    force.sync()
    for number, record_id in enumerate(made[:decisions]):
        decide = send_back if number % 4 == 3 else approve
        decide(force["tom" if number % 2 else "marta"], record_id)
    force.sync()
    force.sync()
    return made


# --------------------------------------------------------------------------- by the command


@pytest.mark.parametrize("seed", range(2))
def test_two_restores_in_a_row_and_two_hundred_operations_come_back_whatever_the_order(
    seed: int, centre: Centre, new_force: Callable[[Centre], Force]
) -> None:
    force = new_force(centre)
    a_day(force, entries=2, decisions=3)
    force.back_up()
    before = force.ledger()
    a_day(force, entries=27, decisions=40)
    entries, ledger, seen = force.entries(), force.ledger(), force.seen()
    assert len(ledger - before) >= 200
    force.restore(times=2)
    assert len(force.entries()) == 6
    force.in_any_order(seed)
    assert force.entries() == entries
    assert force.ledger() == ledger
    assert force.seen() == seen
    for name, tablet in force.tablets.items():
        status = tablet.services.waiting.status()
        assert (status.waiting, status.held, status.not_accepted) == (0, 0, 0), name
    twice = "SELECT op_id FROM revision GROUP BY op_id HAVING count(*) > 1 AND op_id IS NOT NULL"
    assert force.centre.sql(twice) == []
    force.back_up()  # which looks at everything


def test_a_decision_whose_content_never_comes_back_is_shown_for_another_review(
    centre: Centre, new_force: Callable[[Centre], Force]
) -> None:
    force = new_force(centre)
    entry = submit(force["priya"], notes="As first written.")
    force.sync()
    force.back_up()
    lost = submit(force["priya"], notes="Only since the backup.")
    priya = force["priya"]
    priya.services.capture.recall(entry)
    draft = priya.services.capture.open(entry)
    draft.body["notes"] = "As changed since."
    priya.services.capture.autosave(draft)
    priya.services.capture.submit(draft)
    force.sync()
    for record_id in (entry, lost):
        approve(force["tom"], record_id)
    force.sync()
    del force.tablets["priya"]  # the tablet is at the bottom of the canal
    force.restore()
    force.sync()
    tom = force["tom"]
    assert tom.services.waiting.status().waiting == 2  # they wait for their entries
    (row, _) = tom.services.waiting.pending()
    words = "The centre was restored from a backup. This goes when its entry is there again."
    assert row.reason == words
    force.clock.advance(seconds=A_DAY_AND_MORE)
    force.sync("tom")
    rows = tom.services.waiting.pending()
    assert {row.record_id for row in rows} == {entry, lost}
    assert {(row.mark, row.reason, row.next_step) for row in rows} == {
        (
            Mark.NOT_ACCEPTED,
            "Your decision was lost when the centre was restored from a backup.",
            "Please review this entry again.",
        )
    }
    assert [row.record_id for row in tom.services.approvals.queue()] == [entry]


def test_references_that_people_quote_are_not_given_twice(
    centre: Centre, new_force: Callable[[Centre], Force]
) -> None:
    force = new_force(centre)
    force.back_up()
    (first, *_) = a_day(force, entries=1, decisions=1)
    ref = force["priya"].services.entries.view(first).row.ref
    assert ref
    lost = force.tablets.pop("priya"), force.tablets.pop("marta")
    assert lost
    force.restore()
    submitted = submit(force["callum"], notes="After the restore.")
    force.sync()
    approve(force["tom"], submitted)
    force.sync()
    force.sync()
    fresh = force["callum"].services.entries.view(submitted).row.ref
    assert fresh
    assert fresh != ref


# --------------------------------------------------------------------------------- by hand


@pytest.mark.parametrize("noticed", ["at the start", "by the tablets"])
def test_an_older_file_copied_back_by_hand_loses_nothing(
    noticed: str,
    centre_process: CentreProcess,
    new_force: Callable[[Centre], Force],
    tmp_path: Path,
) -> None:
    force = new_force(centre_process)
    a_day(force, entries=1, decisions=1)
    old = force.copy_by_hand(tmp_path / "old.db")
    a_day(force, entries=3, decisions=4)
    entries, ledger = force.entries(), force.ledger()
    if noticed == "by the tablets":
        force.centre.stop()
        (force.centre.folder / "centre.history").unlink()
        force.centre.start()
        (force.centre.folder / "centre.history").unlink(missing_ok=True)
    force.put_by_hand(old)
    force.in_any_order(1)
    assert force.entries() == entries
    assert force.ledger() == ledger


def test_a_centre_that_grew_past_its_lost_day_before_a_tablet_came_back_loses_nothing(
    centre_process: CentreProcess, new_force: Callable[[Centre], Force], tmp_path: Path
) -> None:
    force = new_force(centre_process)
    a_day(force, entries=1, decisions=0)
    old = force.copy_by_hand(tmp_path / "old.db")
    since = submit(force["priya"], notes="Lost, and nobody's position shows it.")
    force.sync("priya")
    force.centre.stop()
    (force.centre.folder / "centre.history").unlink()
    force.put_by_hand(old)
    for number in range(12):
        submit(force["callum"], notes=f"The centre grows, {number}")
    force.sync("callum")
    assert since not in force.entries()
    force.sync("priya")
    assert force.entries()[since][0] == "PENDING_REVIEW"


def test_put_back_and_rolled_forward_again_everything_of_both_pasts_is_there(
    centre_process: CentreProcess, new_force: Callable[[Centre], Force], tmp_path: Path
) -> None:
    force = new_force(centre_process)
    a_day(force, entries=1, decisions=1)
    old = force.copy_by_hand(tmp_path / "old.db")
    a_day(force, entries=2, decisions=2)
    new = force.copy_by_hand(tmp_path / "new.db")
    entries = force.entries()
    force.put_by_hand(old)
    meanwhile = submit(force["callum"], notes="Made while the old one stood there.")
    force.sync("callum", "tom")
    assert meanwhile in force.entries()
    force.put_by_hand(new)
    force.in_any_order(2)
    assert force.entries().keys() == entries.keys() | {meanwhile}
    assert {id: force.entries()[id] for id in entries} == entries


# -------------------------------------------------------------------------- at a bad moment


def test_killed_in_the_middle_of_a_push_and_restored_it_gets_all_of_it(
    centre_process: CentreProcess, new_force: Callable[[Centre], Force]
) -> None:
    force = new_force(centre_process)
    a_day(force, entries=1, decisions=0)
    force.back_up()
    ids = [submit(force["priya"], notes=f"Entry {number}") for number in range(40)]
    killed: list[Any] = []

    def kill_once(progress: object) -> None:
        if getattr(progress, "sent_so_far", 0) > 0 and not killed:
            killed.append(progress)
            centre_process.kill()

    assert force["priya"].sync_now(kill_once).link == Link.OFFLINE
    assert killed
    force.restore()
    force.in_any_order(3, rounds=2)
    entries = force.entries()
    assert {entries[id][0] for id in ids} == {"PENDING_REVIEW"}
