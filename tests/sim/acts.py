"""What officers do on their tablets, through the product's services, one transaction at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError, UserError
from fieldapp.domain.permissions import may_decide, may_patch, may_take_back
from fieldapp.domain.records import Record
from fieldapp.domain.times import utc_text
from fieldapp.services import deleting, recording, submitting
from fieldapp.services.attaching import Attaching
from fieldapp.services.comparing import BOTH, Comparing, may_choose
from fieldapp.services.values import Draft
from fieldapp.store import Tx, outbox, records
from tests.sim.book import Book
from tests.sim.cast import BEATS, FIELDS
from tests.sim.clock import START
from tests.sim.faults import Faults
from tests.sim.tablet_side import SimTablet

HOLD = timedelta(seconds=10)
ENTRY, CONTACT = "ENGAGEMENT", "RESIDENT_CONTACT"


class Acts:
    """One officer at a time does something to what is on the screen.

    Args:
        chance: decides what and with which words.
        book: is told what was on the screen when an entry was approved.
        faults: says when an officer has a newer app, or content that trips the centre.
    """

    def __init__(self, chance: Random, book: Book, faults: Faults) -> None:
        self._chance = chance
        self._book = book
        self._faults = faults

    def something(self, tablet: SimTablet) -> str:
        """Do one thing; what it was.

        Raises:
            StoreError: it could not be saved, and the officer has seen that.
            Crash: the app died in the middle.
        """
        name = self._chance.choices([one[0] for one in _ACTS], [one[2] for one in _ACTS])[0]
        act: Callable[[Acts, SimTablet], str | None] = next(a for n, a, _ in _ACTS if n == name)
        try:
            return act(self, tablet) or name
        except (UserError, ContentError) as error:
            return f"{name}: {getattr(error, 'code', '')}"

    # ------------------------------------------------------------------- choosing

    def _one(self, tablet: SimTablet, fits: Callable[[Record], bool]) -> Record | None:
        """One of the records on the tablet that fit, or ``None``."""

        def look(tx: Tx) -> list[Record]:
            ids = tx.rows(
                "SELECT id FROM record WHERE record_type IN"
                " ('ENGAGEMENT','RESIDENT_CONTACT','PLANNED_ACTIVITY','FOLLOW_UP') ORDER BY id"
            )
            found = [records.shown(tx, row[0]) for row in ids]
            return [one for one in found if one is not None and not one.deleted and fits(one)]

        chosen: list[Record] = tablet.read(look)
        return self._chance.choice(chosen) if chosen else None

    def _mine(self, tablet: SimTablet) -> Record | None:
        actor = tablet.ctx.actor
        return self._one(tablet, lambda one: one.is_entry and may_take_back(actor, one) is None)

    def _body(self, tablet: SimTablet) -> Json:
        """An entry that meets every rule, unless chance wants otherwise."""
        officer = tablet.ctx.officer
        began = START - timedelta(hours=self._chance.randint(3, 30))
        beats = sorted(tablet.ctx.names.areas())
        mine = [b for b in beats if tablet.ctx.names.areas()[b].lpt_code == officer.lpt_code]
        body: Json = {
            "engagement_type": "DROP_IN",
            "title": "Drop-in",
            "neighbourhood_id": self._chance.choice(mine or BEATS[officer.lpt_code]),
            "lpt_code": officer.lpt_code,
            "venue": {"name": "Larkspur Precinct"},
            "started_at": utc_text(began),
            "ended_at": utc_text(began + timedelta(hours=1)),
            "in_person": True,
            "open_to_public": True,
            "outcome": "HELD",
            "participants": [{"officer_id": officer.officer_id, "role_at_time": officer.role}],
            "counts": {"adults": self._chance.randint(1, 60)},
            "issues": [{"id": f"is-{n}", "category": "PARKING", "mentions": n} for n in (1, 2)],
            "discloses_crime": False,
            "safeguarding_concern": False,
            "gsc_marking": "OFFICIAL",
            "processing_regime": "GENERAL",
            "lawful_basis": "PUBLIC_TASK",
            "contains_personal_data": False,
            "created_at": utc_text(began + timedelta(hours=2)),
        }
        if self._chance.random() < 0.1:
            del body["outcome"]  # will be held at the centre when it is submitted
        if self._faults.happens("poison"):
            body["trips_the_centre"] = True
        if self._chance.random() < 0.2:
            body["newer_than_this_app"] = "kept"
        return body

    # ---------------------------------------------------------------------- acts

    def record(self, tablet: SimTablet) -> None:
        ctx = tablet.ctx
        body = self._body(tablet)
        with tablet.store.transaction() as tx:
            recording.create(tx, ctx, ctx.new_id(), ENTRY, body)

    def hand_in_new(self, tablet: SimTablet) -> None:
        ctx = tablet.ctx
        draft = Draft(ctx.new_id(), ENTRY, "DROP_IN", self._body(tablet))
        with tablet.store.transaction() as tx:
            submitting.hand_in(tx, ctx, draft)

    def contact(self, tablet: SimTablet) -> None:
        """Somebody at the door: a person, what they agreed to, and a promise."""
        ctx = tablet.ctx
        now = utc_text(START)
        body = {**self._body(tablet), "engagement_type": "DOORSTEP", "counts": {"adults": 1}}
        for name in ("venue", "issues", "title"):
            body.pop(name, None)
        body |= {
            "is_query": True,
            "channel": "IN_PERSON",
            "actions_promised": [{"kind": "PUBLIC_QUERY", "summary": "About bikes."}],
        }
        consent = {
            "purpose": "LOCAL_UPDATES",
            "status": "GIVEN",
            "method": "VERBAL_READBACK",
            "wording_version": "CN-3",
            "at": now,
        }
        person = {"id": ctx.new_id(), "full_name": "Ada Example", "phone": "07700 900123"}
        draft = Draft(ctx.new_id(), CONTACT, "DOORSTEP", body, person=person, consents=(consent,))
        draft = submitting.completed(ctx, draft)
        with tablet.store.transaction() as tx:
            submitting.hand_in(tx, ctx, draft)

    def plan(self, tablet: SimTablet) -> None:
        ctx = tablet.ctx
        body = self._body(tablet)
        line: Json = {name: body[name] for name in ("engagement_type", "neighbourhood_id", "venue")}
        line |= {
            "lpt_code": ctx.officer.lpt_code,
            "title": "Drop-in",
            "starts_at": utc_text(START + timedelta(days=20)),
            "ends_at": utc_text(START + timedelta(days=20, hours=2)),
            "s34_intended": True,
            "lead_officer_id": ctx.officer.officer_id,
            "officers_planned": ["of-priya", "of-callum"],
            "status": "PLANNED",
        }
        with tablet.store.transaction() as tx:
            recording.create(tx, ctx, ctx.new_id(), "PLANNED_ACTIVITY", line)

    def begin_change(self, tablet: SimTablet) -> None:
        """An entry is opened for changing; it is saved some time later, or never."""
        record = self._mine(tablet)
        if record is not None:
            tablet.memory.begun[record.id] = dict(record.shown_body)

    def change(self, tablet: SimTablet) -> str | None:
        ctx = tablet.ctx
        record = self._one(tablet, lambda one: may_patch(ctx.actor, one) is None)
        if record is None:
            return None
        begun = tablet.memory.begun.pop(record.id, None)
        field = self._chance.choice(FIELDS)
        if record.record_type == "PLANNED_ACTIVITY" and field.name in ("counts", "qualitative"):
            field = FIELDS[0]
        value = self._chance.choice(field.values)
        body = dict(begun or record.shown_body)
        _put(body, field.name, value)
        if self._chance.random() < 0.25:
            body = self._with_other_issues(body)
        with tablet.store.transaction() as tx:
            recording.change(tx, ctx, record, body, started_from=begun)
        return f"change {field.name}"

    def _with_other_issues(self, body: Json) -> Json:
        """Elements of a list are changed, added and taken away, each for itself."""
        issues = [dict(one) for one in body.get("issues") or ()]
        dice = self._chance.random()
        if issues and dice < 0.5:
            one = self._chance.choice(issues)
            one[self._chance.choice(["mentions", "severity"])] = self._chance.randint(1, 5)
        elif issues and dice < 0.65:
            issues.remove(self._chance.choice(issues))
        else:
            number = self._chance.randint(3, 999)
            issues.append({"id": f"is-{number}", "category": "PARKING", "mentions": 1})
        return (
            {**body, "issues": issues}
            if issues
            else {n: v for n, v in body.items() if n != "issues"}
        )

    def resolve(self, tablet: SimTablet) -> str | None:
        """The officer chooses between versions, all that the screen offers at once."""
        ctx = tablet.ctx
        record = self._one(tablet, lambda one: bool(one.conflicts) and may_choose(ctx, one))
        if record is None:
            return "nothing to resolve"
        comparing = Comparing(ctx)
        shown = comparing.open(record.id)
        choices = {}
        for answer in shown.differences:
            offered = [version.key for version in answer.versions]
            choices[answer.field] = self._chance.choice(
                [*offered, BOTH] if answer.both else offered
            )
        if choices:
            comparing.settle(record.id, choices, seen=shown.seen)
        return f"resolve {len(choices)}"

    def submit(self, tablet: SimTablet) -> None:
        record = self._mine(tablet)
        if record is not None:
            self.hand_in(tablet, record)

    def hand_in(self, tablet: SimTablet, record: Record) -> None:
        """The entry as it is shown goes to the sergeant."""
        draft = Draft(record.id, record.record_type, "", dict(record.shown_body))
        draft = replace(draft, started_from=dict(record.shown_body), is_new=False)
        with tablet.store.transaction() as tx:
            submitting.hand_in(tx, tablet.ctx, draft)

    def photo(self, tablet: SimTablet) -> str | None:
        """A recording is put on an entry, which is handed in or kept as a draft."""
        record = self._mine(tablet)
        if record is None:
            return None
        attaching = Attaching(tablet.ctx, lambda: 1 << 40)
        size = self._chance.choice([500, 3_000, 70_000, 140_000])
        data = b"RIFF0000WAVE" + self._chance.randbytes(size)
        sha = attaching.add(record.id, data).sha
        if self._chance.random() < 0.15:
            attaching.remove(record.id, sha)
        self._book.files[sha] = len(data)
        self.hand_in(tablet, record)
        return f"photo {size}"

    def look_at_photos(self, tablet: SimTablet) -> None:
        """A screen wants the recordings of an entry that are not on this tablet."""
        record = self._one(tablet, lambda one: bool(one.shown_attachments))
        if record is not None:
            Attaching(tablet.ctx, lambda: 1 << 40).fetch(record.id)

    def recall(self, tablet: SimTablet) -> None:
        self._command(tablet, "recall", self._mine(tablet))

    def void(self, tablet: SimTablet) -> None:
        actor = tablet.ctx.actor
        record = self._one(
            tablet,
            lambda one: may_take_back(actor, one) is None or may_decide(actor, one) is None,
        )
        self._command(tablet, "void", record, reason="Recorded twice.")

    def _command(self, tablet: SimTablet, kind: str, record: Record | None, **more: Any) -> None:
        if record is None:
            return
        with tablet.store.transaction() as tx:
            recording.command(tx, tablet.ctx, record, kind, **more)

    def delete(self, tablet: SimTablet) -> None:
        record = self._mine(tablet)
        if record is None:
            return
        until = tablet.clock.now() + HOLD
        with tablet.store.transaction() as tx:
            deleting.delete(tx, tablet.ctx, record, until=until)

    def bring_back(self, tablet: SimTablet) -> None:
        """The officer undoes a deletion that has not left."""
        gone = tablet.rows("SELECT record_id FROM outbox WHERE kind='delete' AND state='queued'")
        if gone:
            with tablet.store.transaction() as tx:
                deleting.bring_back(tx, tablet.ctx, gone[0][0])

    def decide(self, tablet: SimTablet) -> str | None:
        actor = tablet.ctx.actor
        record = self._one(
            tablet, lambda one: one.awaits_decision and may_decide(actor, one) is None
        )
        if record is None:
            return "nothing to decide"
        on_screen = tablet.read(lambda tx: records.of_centre(tx, record.id)) or record
        if self._chance.random() < 0.3:
            reasons = ["INCOMPLETE"]
            token = tablet.approvals.send_back(record.id, on_screen.shown_hash, reasons, {})
        else:
            token = tablet.approvals.approve(record.id, on_screen.shown_hash)
            self._book.shown[token.op_id] = {
                "body": on_screen.shown_body,
                "attachments": on_screen.shown_attachments,
            }
        tablet.memory.undoable.append(token)
        return token.verdict

    def undo(self, tablet: SimTablet) -> None:
        if tablet.memory.undoable:
            tablet.approvals.undo(tablet.memory.undoable.pop())

    def see_to_held(self, tablet: SimTablet) -> str | None:
        """What is held or was not accepted is opened again or taken off the list."""
        rows = tablet.rows(
            "SELECT op_id, state FROM outbox WHERE state IN ('quarantined','rejected')"
            " ORDER BY dseq"
        )
        if not rows:
            return "nothing held"
        op_id, state = self._chance.choice(rows)
        if state == "quarantined" and self._chance.random() < 0.7:
            tablet.waiting.open_as_new_draft(op_id)
            return "open held"
        tablet.waiting.dismiss(op_id)
        return f"dismiss {state}"

    def strange(self, tablet: SimTablet) -> str | None:
        """Another version of the app has written something that nobody here knows."""
        if not self._faults.happens("strange"):
            return "nothing strange"
        ctx = tablet.ctx
        record = self._mine(tablet)
        known = record.id if record else ctx.new_id()
        choices: list[tuple[Json, str | None]] = [
            ({"kind": "suggest", "words": "As you like."}, known),
            ({"kind": "patch", "base_revision": "one", "changes": {}}, known),
            ({"kind": "submit", "colour": "blue"}, known),
            ({"kind": "create", "record_type": "KITE", "schema_version": 9, "body": {}}, None),
            ({"kind": "create", "record_type": ENTRY, "schema_version": 99, "body": {}}, None),
            ({"kind": "submit"}, "not-an-id"),
            ({"kind": "delete", "deep": _nested(40)}, known),
        ]
        fields, about = self._chance.choice(choices)
        record_id = about or ctx.new_id()
        with tablet.store.transaction() as tx:
            op_id = ctx.new_id()
            outbox.add(tx, op_id, record_id, fields)
            records.refresh(tx, record_id, ctx.actor)
        return f"strange {fields['kind']}"


def _put(body: Json, name: str, value: Any) -> None:
    if value is None:
        body.pop(name, None)
    else:
        body[name] = value


def _nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


_ACTS: tuple[tuple[str, Callable[[Acts, SimTablet], str | None], int], ...] = (
    ("record", Acts.record, 6),
    ("hand in", Acts.hand_in_new, 8),
    ("contact", Acts.contact, 2),
    ("plan", Acts.plan, 4),
    ("begin", Acts.begin_change, 8),
    ("change", Acts.change, 34),
    ("resolve", Acts.resolve, 8),
    ("submit", Acts.submit, 12),
    ("photo", Acts.photo, 9),
    ("look at photos", Acts.look_at_photos, 4),
    ("recall", Acts.recall, 5),
    ("void", Acts.void, 2),
    ("delete", Acts.delete, 3),
    ("bring back", Acts.bring_back, 1),
    ("decide", Acts.decide, 24),
    ("undo", Acts.undo, 2),
    ("see to held", Acts.see_to_held, 5),
    ("strange", Acts.strange, 6),
)
