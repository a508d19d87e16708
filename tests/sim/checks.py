"""The promises of sync, looked at after every request and round, and once more at the end.

I1 custody, I2 exactly once, I3 convergence, I4 no unseen approval, I5 visibility, I6 no lost
update, I7 read your writes, I9 isolation; I10, that all this ends by itself, is the world's.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from fieldapp.domain.content import Json, content_hash
from fieldapp.domain.permissions import (
    DECIDING_ROLES,
    Actor,
    scopes_of_officer,
    scopes_of_record,
    took_part,
)
from fieldapp.domain.records import Record, from_wire
from fieldapp.store import Tx
from fieldapp.store import records as tablet_records
from server.services.revisions import whole
from sync.protocol.routes import PULL, PUSH
from tests.sim import at_the_centre, history, history_checker
from tests.sim.book import Book
from tests.sim.cast import BEATS
from tests.sim.centre_side import SimCentre
from tests.sim.link import Asked, Reply
from tests.sim.tablet_side import SimTablet
from tests.sim.violation import need

_OF_OPERATION = (
    "SELECT v.head, coalesce(v.body, b.body) FROM revision v "
    "LEFT JOIN revision b ON b.n = v.body_n WHERE v.op_id = ?"
)
_AS_IT_STANDS = (
    "SELECT v.head, coalesce(v.body, b.body) FROM record r JOIN revision v ON v.n = r.revision_n "
    "LEFT JOIN revision b ON b.n = v.body_n WHERE r.id = ?"
)


class Checks:
    """Knows the book, the tablets and the centre, and nothing of how sync works."""

    def __init__(self, centre: SimCentre, tablets: dict[str, SimTablet], book: Book) -> None:
        self._centre = centre
        self._tablets = tablets
        self._book = book
        self._newest: dict[str, dict[str, int]] = {name: {} for name in tablets}
        self._epoch: dict[str, str] = {}
        self.seen: Counter[str] = Counter()

    # ------------------------------------------------------------------ after a request

    def after_request(self, name: str, asked: Asked, reply: Reply | None) -> None:
        """Look at what the centre did, also when nobody will hear of it."""
        if reply is None or reply.status != 200:
            return
        if asked.route == PUSH:
            self._after_push(reply)
        elif asked.route == PULL:
            self._after_pull(name, reply)

    def _after_push(self, reply: Reply) -> None:
        for result in json.loads(reply.raw)["results"]:
            self.seen[f"operations {result['status']}"] += 1
            self._book.log("ok", **result)
            if result.get("replay"):
                self.seen["replays"] += 1
            elif result["status"] == "applied" and result["op_id"] in self._book.shown:
                self._after_approval(result["op_id"])

    def _after_approval(self, op_id: str) -> None:
        """I4: what was approved is what was on the screen, by somebody who may."""
        shown = self._book.shown[op_id]
        rows = self._centre.rows(_OF_OPERATION, op_id)
        rows = rows or self._centre.rows(_AS_IT_STANDS, self._book.saved[op_id].record_id)
        record = from_wire(json.loads(whole(*rows[0])))
        self.seen["approvals"] += 1
        need(record.body == shown["body"], "I4 approved unseen content", op_id)
        need(record.attachments == shown["attachments"], "I4 approved unseen photos", op_id)
        need(not record.conflicts, "I4 approved with an open conflict", op_id)
        whole_here = at_the_centre.whole_files(self._centre, record.attachments)
        need(whole_here == set(record.attachments), "I4 approved without a photo", op_id)
        by = self._actor(str((record.decision or {}).get("by")))
        need(by.lpt_code == record.lpt_code, "I4 approved for another team", op_id)
        need(by.app_roles & DECIDING_ROLES, "I4 approved without the right", op_id)
        need(not took_part(by, record), "I4 approved one's own", op_id)
        self._approval_stands(record)

    def _approval_stands(self, record: Record) -> None:
        if record.review_status != "APPROVED":
            return
        real = content_hash(
            record.record_type, record.schema_version, record.body, record.attachments
        )
        need(real == record.content_hash, "I4 the hash is not of the content", record.id)
        approved = self._centre.rows(
            "SELECT head FROM revision WHERE record_id = ? AND revision = ?",
            record.id,
            record.approved_revision,
        )
        need(approved, "I4 approved by no decision", record.id)
        then = json.loads(approved[0][0])["content_hash"]
        need(then == record.content_hash, "I4 changed after it was approved", record.id)

    def _actor(self, officer_id: str) -> Actor:
        found = self._centre.rows(
            "SELECT app_roles, lpt_code, neighbourhoods, active FROM officer WHERE officer_id = ?",
            officer_id,
        )
        if not found:
            return Actor(officer_id, frozenset(), "")
        roles, lpt_code, named, active = found[0]
        beats = json.loads(named)
        return Actor(
            officer_id,
            frozenset(json.loads(roles)) if active else frozenset(),
            lpt_code,
            frozenset(BEATS[lpt_code] if "ALL_LPT" in beats else beats),
        )

    def _after_pull(self, name: str, reply: Reply) -> None:
        """I5: nothing was handed out that the officer may not see."""
        answer = json.loads(reply.raw)
        need(answer["count"] == len(answer["changes"]), "I5 a page of another length")
        tablet = self._tablets[name]
        scopes = self._scopes(tablet)
        states = self._centre.rows(
            "SELECT state FROM device WHERE device_id = ?", tablet.credentials.device_id
        )
        need(states == [("active",)], "I5 handed out to a tablet that may not receive", name)
        self.seen["exits"] += len(answer["scope_exit"])
        self.seen["pages with more"] += answer["more"]
        for change in answer["changes"]:
            self.seen[f"changes {change['op']}"] += 1
            if change["op"] == "up":
                record = from_wire(change["record"])
                need(scopes_of_record(record) & scopes, "I5 handed out unseen", name, record.id)

    def _scopes(self, tablet: SimTablet) -> frozenset[str]:
        actor = self._actor(tablet.credentials.officer.officer_id)
        return scopes_of_officer(actor, device_id=tablet.credentials.device_id)

    # -------------------------------------------------------------------- after a round

    def after_round(self, tablet: SimTablet, *, through: bool) -> None:
        """Look at what a tablet holds when a round of it has ended."""
        self._nothing_runs_backwards(tablet)
        if through:
            self._shows_what_waits(tablet)
            self.reads_its_writes(tablet, through=True)

    def cloned(self, source: SimTablet, twin: SimTablet) -> None:
        """Another tablet has the past of one."""
        self._newest[twin.name] = dict(self._newest[source.name])
        self._epoch[twin.name] = self._epoch.get(source.name, "")

    def _nothing_runs_backwards(self, tablet: SimTablet) -> None:
        """I7: within one history of the centre a record never gets older on a tablet."""
        found = tablet.rows("SELECT value FROM meta WHERE name='sync.epoch'")
        epoch = found[0][0] if found else ""
        if self._epoch.get(tablet.name) != epoch:
            self._epoch[tablet.name] = epoch
            self._newest[tablet.name] = {}
        newest = self._newest[tablet.name]
        rows = tablet.rows("SELECT id, revision FROM record WHERE revision > 0")
        for record_id, revision in rows:
            if newest.get(record_id) == revision:
                continue
            read = {"tablet": tablet.name, "epoch": epoch, "record_id": record_id}
            self._book.log("read", **read, revision=revision)
            need(revision >= newest.get(record_id, 0), "I7 runs backwards", tablet.name, record_id)
            newest[record_id] = revision

    def _shows_what_waits(self, tablet: SimTablet) -> None:
        """What is on the screen is the centre's word with this tablet's own work on top."""
        rows = tablet.rows("SELECT id, shown, base, pending FROM record WHERE pending > 0")
        for record_id, shown, base, pending in rows:

            def look(
                tx: Tx, record_id: str = record_id, base: str | None = base
            ) -> tuple[int, Record | None]:
                waiting = tablet_records.pending_operations(tx, record_id)
                told = None if base is None else json.loads(base)
                at = "2026-01-01T00:00:00+00:00"
                return len(waiting), tablet_records._on_top(told, waiting, tablet.ctx.actor, at=at)

            count, view = tablet.read(look)
            need(count == pending, "I7 counts other work on top", tablet.name, record_id)
            if view is None:
                continue
            there = from_wire(json.loads(shown))
            same = (there.body, there.shown_body, there.review_status, there.deleted) == (
                view.body,
                view.shown_body,
                view.review_status,
                view.deleted,
            )
            need(same, "I7 shows something else", tablet.name, record_id)

    def reads_its_writes(self, tablet: SimTablet, *, through: bool = False) -> None:
        """I7: what the tablet calls settled is in what it holds of the centre, at any moment.

        What is not there at all may have left its sight, which only a whole round can tell; what
        is being read again is not judged until it has been.
        """
        settled = tablet.rows(
            "SELECT o.op_id, o.record_id, json_extract(o.result, '$.revision'), r.revision,"
            " r.pending > 0 AND r.base IS NULL FROM outbox o"
            " LEFT JOIN record r ON r.id = o.record_id"
            " WHERE o.state='settled' AND json_extract(o.result, '$.revision') IS NOT NULL"
        )
        for op_id, record_id, answered, revision, is_ours_alone in settled:
            if revision is None or is_ours_alone:
                out = not through or self._is_out_of_sight(tablet, record_id)
                need(out, "I7 settled but not here", op_id)
                continue
            if through:
                self._book.log(
                    "settled",
                    tablet=tablet.name,
                    op_id=op_id,
                    record_id=record_id,
                    revision=answered,
                    have=revision,
                )
            need(revision == -1 or revision >= answered, "I7 settled before it came back", op_id)

    def _is_out_of_sight(self, tablet: SimTablet, record_id: str) -> bool:
        rows = self._centre.rows(_AS_IT_STANDS, record_id)
        if not rows:
            return True
        record = from_wire(json.loads(whole(*rows[0])))
        return not scopes_of_record(record) & self._scopes(tablet)

    # ------------------------------------------------------------------------ at the end

    def at_rest(self, tablet: SimTablet) -> bool:
        """Nothing of the tablet waits for anybody."""
        states = {state for state, _ in tablet.operations().values()}
        quiet = tablet.under is None and not tablet.signed_out
        files = tablet.port.waiting().attachments
        return quiet and not files and states.isdisjoint({"queued", "sent", "acked"})

    def kept_waiting(self, tablet: SimTablet, stuck: set[str]) -> set[str]:
        """Operations that wait although they are on other records than those that cannot pass."""
        rows = tablet.rows("SELECT op_id, record_id, state FROM outbox")
        records = {record_id for op_id, record_id, _ in rows if op_id in stuck}
        return {
            op_id
            for op_id, record_id, state in rows
            if state in ("queued", "sent") and record_id not in records
        }

    def at_the_end(self) -> None:
        """Everything that was promised."""
        centre = at_the_centre.Found.of(self._centre)
        self._count(centre)
        self._custody(centre)
        self._exactly_once(centre)
        for id, record in centre.records.items():
            self._approval_stands(record)
            need(record.id == id, "I3 under another name", id)
        for tablet in self._tablets.values():
            self._converged(tablet, centre)
        at_the_centre.no_lost_update(centre, self._ops(centre))
        at_the_centre.structure(self._centre)
        self._photos_arrived(centre)
        self._log(centre)
        wrong = history_checker.check(self._book.lines)
        need(not wrong, "the log tells another story", *wrong[:3])

    def _log(self, centre: at_the_centre.Found) -> None:
        """How it ended, for the checker that knows only the log."""
        for tablet in self._tablets.values():
            for op_id, (state, _) in tablet.operations().items():
                if state == "rejected":
                    self._book.log("told", op_id=op_id)
        for op_id, shown in self._book.shown.items():
            self._book.log("screen", op_id=op_id, **shown)
        self._book.lines += history.ending(self._centre.rows)

    def _count(self, centre: at_the_centre.Found) -> None:
        self.seen["records"] += len(centre.records)
        self.seen["revisions"] += len(centre.revisions)
        self.seen["held at the centre"] += len(centre.held)
        standing = [one for one in centre.records.values() if one.review_status == "APPROVED"]
        self.seen["standing approvals"] += len(standing)
        self.seen["open conflicts"] += sum(bool(one.conflicts) for one in centre.records.values())
        self.seen["amendments"] += sum(one.amendment is not None for one in standing)

    def _ops(self, centre: at_the_centre.Found) -> dict[str, Json]:
        """Operations as they were applied: copies of a tablet can have two under one id."""
        return {
            op_id: json.loads(wire)
            for op_id, saved in self._book.saved.items()
            for wire in saved.wires
            if centre.payloads.get(op_id) == _hash(wire)
        }

    def _photos_arrived(self, centre: at_the_centre.Found) -> None:
        """I8: every photo of what is not deleted is at the centre, and is what its name says."""
        there = [one for one in centre.records.values() if not one.deleted]
        files = {sha for one in there for sha in one.shown_attachments}
        self.seen["photos arrived"] += len(files)
        missing = files - at_the_centre.whole_files(self._centre, files)
        need(not missing, "I8 a photo never arrived", *sorted(missing))

    def _custody(self, centre: at_the_centre.Found) -> None:
        """I1: every operation that was called saved is at the centre, or shown as turned down."""
        told: set[str] = set()
        for tablet in self._tablets.values():
            told |= {op for op, (state, _) in tablet.operations().items() if state == "rejected"}
        for saved in self._book.saved.values():
            op_id = saved.op_id
            if saved.left_to_support or saved.told_no or op_id in told:
                continue
            status = centre.status(op_id)
            need(status is not None, "I1 lost", op_id, saved.kind, saved.tablet)
            if status == "quarantined":
                need(op_id in centre.held, "I1 answered for but not held", op_id)
            elif saved.kind in ("create", "patch") and status in ("applied", "conflict"):
                need(op_id in centre.of_op, "I1 answered for but not there", op_id)
            for wire in saved.wires if saved.also else ():
                there = _hash(wire) in (centre.payloads[op_id], *centre.held_payloads)
                need(there, "I1 another copy of it is lost", op_id)
            need(
                status != "rejected" or saved.kind not in ("create", "patch", "submit"),
                "I1 refused what an officer wrote",
                op_id,
            )

    def _exactly_once(self, centre: at_the_centre.Found) -> None:
        """I2: no operation twice, and each as it was saved."""
        counts = Counter(rev.op_id for rev in centre.revisions if rev.op_id)
        for op_id, count in counts.items():
            need(count == 1, "I2 applied twice", op_id)
            need(op_id in self._book.saved, "I2 nobody saved this", op_id)
        for op_id, payload in centre.payloads.items():
            saved = self._book.saved.get(op_id)
            if saved is not None:
                same = payload in map(_hash, saved.wires)
                need(same, "I2 not what was saved", op_id, saved.kind)
        for revision in centre.revisions:
            saved = self._book.saved.get(revision.op_id or "")
            if saved is not None and saved.kind == "create":
                bodies = [json.loads(wire)["body"] for wire in saved.wires]
                same = revision.record.body in bodies
                need(same, "I2 not the body that was saved", saved.op_id)

    def _converged(self, tablet: SimTablet, centre: at_the_centre.Found) -> None:
        """I3 and I5: the tablet holds exactly what its officer may see, as the centre has it."""
        scopes = self._scopes(tablet)
        visible = {
            id: centre.wires[id]
            for id, record in centre.records.items()
            if scopes_of_record(record) & scopes
        }
        have = tablet.base()
        for id in have.keys() - visible.keys():
            need(False, "I5 kept out of sight", tablet.name, id)
        for id in visible.keys() - have.keys():
            need(False, "I3 missing", tablet.name, id, centre.records[id].record_type)
        for id, wire in visible.items():
            told = have[id].pop("attachments_received", [])
            need(have[id] == wire, "I3 differs", tablet.name, id, have[id], wire)
            files = centre.records[id].shown_attachments
            need(set(told) >= set(files), "I8 a photo that is here is not told", tablet.name, id)

    def digest(self) -> str:
        """Everything that is left, in one number: the same seed must leave the same."""
        held: Json = {
            name: [tablet.base(), tablet.operations()] for name, tablet in self._tablets.items()
        }
        return hashlib.sha256(json.dumps(held, sort_keys=True).encode()).hexdigest()


def _hash(wire: str) -> str:
    text = json.dumps(json.loads(wire), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
