"""An officer's tablet for the tests of capture: a real store and services, out of signal."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.exchange import Position, PulledChange, PulledPage
from fieldapp.domain.ids import IdMaker
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record, to_wire
from fieldapp.services.bundle import Services, open_services
from fieldapp.services.values import Draft, Mark, Officer
from fieldapp.store import Store, records
from fieldapp.store.sync_port import SyncPort
from fieldapp.system import random_bytes
from server.demo.cast import DemoForce, demo_force
from tests.conftest import FixedClock
from ui.notify import Notifier
from ui.presenters.presenter import Desk
from ui.presenters.today import TodayPresenter
from ui.router.capture_flow import CaptureFlow
from ui.shell import Place, Shell
from ui.tasks import TaskRunner
from ui.views.check import CheckPage
from ui.views.entry_form.page import EntryFormPage
from ui.views.submitted import SubmittedPage
from ui.views.today import TodayPage
from ui.widgets.page import Page

W = TypeVar("W", bound=QWidget)
P = TypeVar("P", bound=Page)
KEY = bytes(range(32))
MORNING = datetime(2026, 11, 19, 10, 47, tzinfo=UTC)
"""Thursday 19 November 2026, a quarter to eleven in Tamworth."""

PLACES = (
    Place("today", "Today", "today"),
    Place("records", "Records", "records"),
    Place("follow_ups", "Follow-ups", "follow_ups"),
    Place("sync", "Sync", "sync"),
)
PRECINCT = {
    "venue_id": "venue-001",
    "name": "Larkspur Shopping Precinct",
    "address": "Larkspur Way, Tamworth",
    "postcode": "B77 9AA",
    "lat": "52.6235",
    "lon": "-1.6690",
}


class Beat:
    """Store, services, desk, window and pages of one officer.

    Args:
        folder: where the store lies.
        clock: the time of tablet and screens.
        officer_id: who is signed in.
    """

    def __init__(
        self,
        folder: Path,
        clock: FixedClock,
        officer_id: str = "of-0001",
    ) -> None:
        self.folder, self.clock, self.officer_id = folder, clock, officer_id
        self.force = demo_force()
        self.officer = officer_of(self.force, officer_id)
        self.ids = IdMaker(
            milliseconds=lambda: int(clock.now().timestamp() * 1000), randomness=random_bytes
        )
        self._numbers = itertools.count(1)
        self.shell: Shell | None = None
        self.plan: dict[str, str] = {}
        self._start()

    def _start(self) -> None:
        folder, clock = self.folder, self.clock
        self.store = Store.open(folder / "store.db", KEY, clock)
        self.services: Services = open_services(self.store, self.officer, new_id=self.ids.new)
        self.runner = TaskRunner()
        self.notifier = Notifier(folder / "crash", clock.now)
        self.told: list[str] = []
        self.notifier.told.connect(self._on_told)
        self.desk = Desk(self.services, self.runner, self.notifier, clock)

    def restart(self) -> None:
        """The app was killed and is started again: what it had not saved is gone."""
        assert self.runner.close(5.0)
        self.store.close()
        self._start()

    def _on_told(self, _kind: str, words: str) -> None:
        self.told.append(words)

    # ------------------------------------------------------------------- what the centre sent

    def receive(self, *records: Record) -> None:
        """Records arrive from the centre."""
        port = SyncPort(self.store, actor_of(self.officer), self.services.title_of)
        changes = tuple(
            PulledChange("ref:force", record.id, next(self._numbers), "up", to_wire(record))
            for record in records
        )
        scopes = {"ref:force": len(changes)}
        position = Position("epoch-1", scopes)
        port.apply_page(PulledPage("epoch-1", changes, position, more=False, head=0, durable=0))

    def receive_force(self) -> None:
        """Neighbourhoods, officers, places and schools of the demo force's own team."""
        records = [
            _published(RecordType.NEIGHBOURHOOD, str(ward["code"]), ward)
            for ward in self.force.neighbourhoods
            if ward["lpt_code"] == "TA"
        ]
        records += [
            _published(RecordType.OFFICER, who.officer_id, _officer_body(who))
            for who in self.force.officers
            if who.lpt_code == "TA"
        ]
        for kind, key, rows in (
            (RecordType.VENUE, "venue_id", self.force.venues),
            (RecordType.SCHOOL, "school_id", self.force.schools),
        ):
            records += [
                _published(kind, str(row[key]), {k: v for k, v in row.items() if k != key})
                for row in rows
                if row["lpt_code"] == "TA"
            ]
        self.receive(*records)

    def receive_plan(self) -> dict[str, str]:
        """The plan of the morning: a drop-in, a school visit and an evening meeting."""
        start = self.clock.now().replace(minute=45, second=0)
        lines = {
            "drop_in": _plan(
                "DROP_IN",
                start,
                120,
                venue=PRECINCT,
                purpose="Hear concerns on nuisance bikes",
                officers_planned=["of-0001", "of-0005"],
            ),
            "school": _plan(
                "SCHOOL_VISIT",
                start + timedelta(hours=3),
                60,
                neighbourhood_id="E05007067",
                school={
                    "school_id": "school-001",
                    "name": "Foxglove Primary School",
                    "urn": "999901",
                    "phase": "PRIMARY",
                },
                venue={"name": "Foxglove Primary School"},
                purpose="Online safety, Year 6",
                open_to_public=False,
            ),
            "meeting": _plan(
                "PUBLIC_MEETING",
                start + timedelta(hours=7),
                90,
                venue={"venue_id": "venue-002", "name": "St Example's Hall"},
                purpose="Parking at the school run",
            ),
        }
        ids = {}
        for name, body in lines.items():
            ids[name] = self.ids.new()
            self.receive(_published(RecordType.PLANNED_ACTIVITY, ids[name], body))
        return ids

    # ------------------------------------------------------------------- screens

    def put_together(self) -> Shell:
        """The window with Today in it, as the application puts it together."""
        shell = self.shell = Shell(PLACES)
        self.presenter = TodayPresenter(self.desk)
        self.today = TodayPage(self.presenter)
        shell.set_page("today", self.today)
        shell.choose("today")
        self.flow = CaptureFlow(self.desk, shell)
        self.today.new_wanted.connect(self.flow.start)
        self.today.plan_started.connect(self.flow.start_planned)
        self.today.opened.connect(self.flow.open)
        self.flow.today_wanted.connect(self.to_today)
        self.notifier.told.connect(shell.messages.say)
        return shell

    def open_window(self, qtbot: QtBot, size: tuple[int, int] = (1280, 800)) -> Shell:
        """Show the window and wait until Today shows the day."""
        shell = self.put_together()
        qtbot.addWidget(shell)
        shell.resize(*size)
        with qtbot.waitExposed(shell):
            shell.show()
        shell.activateWindow()
        qtbot.waitUntil(shell.isActiveWindow, timeout=3000)
        self.presenter.load()
        self.settle(qtbot)
        return shell

    def settle(self, qtbot: QtBot) -> None:
        """Wait until no task is under way and what came home has been shown."""
        qtbot.waitUntil(lambda: not self.runner.busy, timeout=10_000)
        QApplication.sendPostedEvents()
        qtbot.waitUntil(lambda: not self.runner.busy, timeout=10_000)

    def page(self, kind: type[P]) -> P:
        """The page on top, which must be of this kind."""
        assert self.shell is not None
        page = self.shell.page()
        assert isinstance(page, kind), f"on top is {page!r}"
        return page

    def form(self, qtbot: QtBot) -> EntryFormPage:
        """The form on top, once it has been opened."""
        self.settle(qtbot)
        return self.page(EntryFormPage)

    def check(self, qtbot: QtBot) -> CheckPage:
        """The check on top, once it has been read."""
        self.settle(qtbot)
        return self.page(CheckPage)

    def submitted(self, qtbot: QtBot) -> SubmittedPage:
        """The confirmation on top."""
        self.settle(qtbot)
        return self.page(SubmittedPage)

    def start(self, qtbot: QtBot, kind: str) -> EntryFormPage:
        """Begin an entry of a kind without looking for its button."""
        self.flow.start(kind)
        return self.form(qtbot)

    def kept(self, record_id: str) -> Draft:
        """The draft as it lies in the store."""
        return self.services.capture.open(record_id)

    def recorded(self, record_id: str) -> Json:
        """The body of a record as the store holds it."""
        with self.store.reading() as tx:
            record = records.shown(tx, record_id)
        assert record is not None, "it was never recorded"
        return record.shown_body

    def mark(self, record_id: str) -> Mark:
        """What a list says of an entry."""
        return self.services.entries.view(record_id).row.mark

    def to_today(self) -> None:
        """Go to Today, closing what lies on top."""
        assert self.shell is not None
        self.shell.choose("today")

    def body(self, page: EntryFormPage) -> Json:
        """What the form holds now."""
        return page.entry_form.draft.body

    def close(self) -> None:
        """End this run of the app."""
        if self.shell is not None:
            self.presenter.stop()
        assert self.runner.close(5.0)
        self.store.close()


def officer_of(force: DemoForce, officer_id: str) -> Officer:
    """An officer of the demo force as the tablet knows them."""
    who = next(one for one in force.officers if one.officer_id == officer_id)
    return Officer(
        officer_id=who.officer_id,
        force_no=who.force_no,
        name=who.name,
        role=who.role,
        app_roles=frozenset(who.app_roles),
        lpt_code=who.lpt_code,
        neighbourhoods=frozenset(who.neighbourhoods),
    )


def actor_of(officer: Officer) -> Actor:
    """The officer as the rules see them."""
    return Actor(
        officer_id=officer.officer_id,
        app_roles=officer.app_roles,
        lpt_code=officer.lpt_code,
        neighbourhoods=officer.neighbourhoods,
    )


def _officer_body(who: Any) -> Json:
    return {
        "force_no": who.force_no,
        "name": who.name,
        "role": who.role,
        "lpt_code": who.lpt_code,
        "neighbourhoods": list(who.neighbourhoods),
        "supervisor_id": who.supervisor_id,
        "active": True,
    }


def _plan(kind: str, starts: datetime, minutes: int, **more: object) -> Json:
    return {
        "engagement_type": kind,
        "lpt_code": "TA",
        "neighbourhood_id": "E05007070",
        "starts_at": starts.isoformat(),
        "ends_at": (starts + timedelta(minutes=minutes)).isoformat(),
        "in_person": True,
        "open_to_public": True,
        "lead_officer_id": "of-0001",
        "status": "PLANNED",
        **more,
    }


def _published(kind: RecordType, record_id: str, frozen: Mapping[str, Any]) -> Record:
    body = {
        key: list(value) if isinstance(value, tuple) else value for key, value in frozen.items()
    }
    return Record(
        id=record_id,
        record_type=kind.value,
        schema_version=1,
        owner_officer_id="of-0001",
        lpt_code="TA",
        neighbourhood_id=str(body.get("neighbourhood_id") or body.get("code")),
        revision=1,
        review_status="NONE",
        body=body,
        content_hash="0" * 64,
        created_at="2026-11-01T08:00:00+00:00",
    )
