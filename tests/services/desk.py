"""Tablets of the demo cast over real stores, and the domain's own review between them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fieldapp.domain.bodies import entry_body
from fieldapp.domain.codes import RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError
from fieldapp.domain.exchange import OpOutcome, Position, PulledChange, PulledPage
from fieldapp.domain.operations import parse_operation
from fieldapp.domain.permissions import Actor, scopes_of_officer, scopes_of_record
from fieldapp.domain.records import Record, to_wire
from fieldapp.domain.review import settle
from fieldapp.domain.rules.submit import SubmitContext, problems_beside_text, why_held
from fieldapp.domain.times import utc_text
from fieldapp.services.bundle import Services, open_services
from fieldapp.services.values import Draft, Officer
from fieldapp.store import Store
from fieldapp.store.sync_port import SyncPort
from tests.store.fresh import fresh_store

if TYPE_CHECKING:
    from tests.conftest import FixedClock

GLASCOTE, BELGRAVE, STONYDELPH = "E05007070", "E05007067", "E05007073"
AREAS = {GLASCOTE: "Glascote", BELGRAVE: "Belgrave", STONYDELPH: "Stonydelph"}

PRIYA = Officer(
    "of-0001", "16482", "Priya Nandra", "PCSO", frozenset({"FIELD"}), "TA",
    frozenset({GLASCOTE, BELGRAVE}),
)  # fmt: skip
CALLUM = Officer(
    "of-0002", "16511", "Callum Reeve", "PCSO", frozenset({"FIELD"}), "TA", frozenset({STONYDELPH})
)
TOM = Officer(
    "of-0010", "4417", "Tom Ashworth", "PS", frozenset({"FIELD", "SUPERVISOR"}), "TA",
    frozenset({"ALL_LPT"}),
)  # fmt: skip
CAST = {officer.officer_id: officer for officer in (PRIYA, CALLUM, TOM)}


def actor_of(officer: Officer) -> Actor:
    return Actor(officer.officer_id, officer.app_roles, officer.lpt_code, officer.neighbourhoods)


def published(record_type: str, record_id: str, body: Json, *, lpt: str = "TA") -> Record:
    """A record that the centre itself wrote."""
    return Record(
        id=record_id,
        record_type=record_type,
        schema_version=1,
        owner_officer_id="centre",
        lpt_code=lpt,
        neighbourhood_id=body.get("neighbourhood_id"),
        revision=1,
        review_status="NONE",
        body=body,
        content_hash="0" * 64,
        created_at="2026-01-01T00:00:00+00:00",
    )


def reference() -> Iterator[Record]:
    """Neighbourhoods and officers of the demo cast."""
    for code, name in AREAS.items():
        body: Json = {"code": code, "name": name, "lpt_code": "TA", "valid_from": "2020-01-01"}
        yield published(RecordType.NEIGHBOURHOOD, code, body)
    for officer in CAST.values():
        body = {
            "force_no": officer.force_no,
            "name": officer.name,
            "role": officer.role,
            "lpt_code": "TA",
            "neighbourhoods": sorted(officer.neighbourhoods),
            "supervisor_id": None if officer is TOM else TOM.officer_id,
            "active": True,
        }
        yield published(RecordType.OFFICER, officer.officer_id, body)


@dataclass
class Review:
    """Records and what officers did to them, by ``fieldapp.domain.review.settle``."""

    clock: FixedClock
    records: dict[str, Record] = field(default_factory=dict)
    seqs: dict[str, int] = field(default_factory=dict)
    answered: dict[str, str] = field(default_factory=dict)
    seen: dict[str, set[str]] = field(default_factory=dict)
    hold: dict[str, str] = field(default_factory=dict)
    """Kind of operation to the code under which the next one of that kind is held."""
    head: int = 0

    def put(self, record: Record) -> None:
        self.head += 1
        self.records[record.id] = record
        self.seqs[record.id] = self.head

    def take(self, wire: str, officer: Officer) -> OpOutcome:
        op = parse_operation(json.loads(wire))
        if op.op_id in self.answered:
            return OpOutcome(op.op_id, self.answered[op.op_id], seq=self.seqs.get(op.record_id))
        if op.kind in self.hold:
            self.answered[op.op_id] = "quarantined"
            return OpOutcome(op.op_id, "quarantined", self.hold.pop(op.kind))
        done = settle(
            self.records.get(op.record_id),
            op,
            actor_of(officer),
            at=utc_text(self.clock.now()),
            submit_check=self.check,
        )
        if done.record is not None:
            self.put(done.record)
        self.answered[op.op_id] = done.status.value
        seq = self.seqs.get(op.record_id)
        return OpOutcome(op.op_id, done.status.value, done.code, seq=seq, fields=done.fields)

    def check(self, record: Record) -> str | None:
        """The rules that a submitted entry meets, as at the centre."""
        try:
            body = entry_body(record.body)
        except ContentError as error:
            return error.code
        known = SubmitContext(now=self.clock.now(), neighbourhoods=frozenset(AREAS))
        return why_held(problems_beside_text(body, known))

    def page_for(self, officer: Officer) -> PulledPage:
        """Everything the officer may see now, in one page."""
        scopes = scopes_of_officer(actor_of(officer), device_id=officer.officer_id)
        seen = self.seen.setdefault(officer.officer_id, set())
        changes = []
        counts = dict.fromkeys(scopes, 0)
        for record in self.records.values():
            for scope in sorted(scopes & scopes_of_record(record)):
                counts[scope] += 1
                seen.add(f"{scope} {record.id}")
                seq = self.seqs[record.id]
                changes.append(PulledChange(scope, record.id, seq, "up", to_wire(record)))
            for scope in sorted(scopes - scopes_of_record(record)):
                if f"{scope} {record.id}" in seen:
                    changes.append(PulledChange(scope, record.id, self.seqs[record.id], "exit"))
        return PulledPage(
            epoch="one",
            changes=tuple(changes),
            position=Position("one", dict.fromkeys(scopes, self.head)),
            more=False,
            head=self.head,
            check=counts,
        )


class Desk:
    """One officer's tablet."""

    def __init__(self, folder: Path, officer: Officer, review: Review) -> None:
        self.folder = folder
        self.officer = officer
        self.review = review
        self.clock = review.clock
        self.open(fresh_store(folder, self.clock))

    def open(self, store: Store) -> None:
        """Put services over a store, as a start of the app does."""
        self.store = store
        self.services: Services = open_services(store, self.officer)
        self.port = SyncPort(store, actor_of(self.officer), self.services.title_of)

    def restart(self) -> None:
        """The app was stopped and starts again."""
        self.store.close()
        self.open(Store.open(self.folder / "store.db", bytes(range(32)), self.clock))

    def push(self) -> list[OpOutcome]:
        """Send what may be sent."""
        done: list[OpOutcome] = []
        while ops := self.port.take_batch(50, 1_000_000):
            outcomes = [self.review.take(op.wire, self.officer) for op in ops]
            self.port.record_outcomes("one", outcomes)
            done += outcomes
        return done

    def sync(self) -> list[OpOutcome]:
        """Send what may be sent and read everything."""
        done = self.push()
        applied = self.port.apply_page(self.review.page_for(self.officer))
        assert applied.pull_again == ()
        return done

    # ------------------------------------------------------------- what officers do

    def drop_in(self, **more: Any) -> Draft:
        """A drop-in session with everything that a submitted one needs."""
        return self.filled(self.services.capture.start("DROP_IN"), **more)

    def filled(self, draft: Draft, **more: Any) -> Draft:
        now = self.clock.now()
        body = {
            **draft.body,
            "neighbourhood_id": GLASCOTE,
            "venue": {"name": "Larkspur Shopping Precinct"},
            "started_at": utc_text(now - timedelta(hours=2)),
            "ended_at": utc_text(now - timedelta(minutes=10)),
            "counts": {"adults": 34, "children_young_people": 6},
            "qualitative": "Pleased to see the team on foot.",
            "discloses_crime": False,
            "safeguarding_concern": False,
            **more,
        }
        return replace(draft, body=body)

    def submitted(self, **more: Any) -> str:
        """A drop-in session handed to the sergeant; its id."""
        return self.services.capture.submit(self.drop_in(**more)).record_id

    def numbers(self) -> dict[str, int]:
        """How many rows each table holds."""
        tables = ("record", "outbox", "audit", "draft", "search", "member")
        with self.store.reading() as tx:
            return {name: tx.number(f"SELECT count(*) FROM {name}") for name in tables}


def contact(desk: Desk) -> Draft:
    """A doorstep contact with a person, a consent and a question, ready to submit."""
    draft = desk.services.capture.start("DOORSTEP")
    assert draft.person is not None
    person = {**draft.person, "full_name": "Ada Example", "phone": "07700 900123"}
    consent = {
        "purpose": "LOCAL_UPDATES",
        "status": "GIVEN",
        "method": "VERBAL_READBACK",
        "wording_version": "CN-3",
        "at": utc_text(desk.clock.now()),
    }
    promise = {"kind": "PUBLIC_QUERY", "summary": "What is being done about bikes?"}
    draft = replace(draft, person=person, consents=(consent,))
    return desk.filled(
        draft,
        counts={"adults": 1},
        venue=None,
        is_query=True,
        channel="IN_PERSON",
        actions_promised=[promise],
        started_at=utc_text(desk.clock.now() - timedelta(minutes=30)),
        ended_at=utc_text(desk.clock.now() - timedelta(minutes=20)),
    )
