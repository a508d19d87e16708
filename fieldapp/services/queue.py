"""The supervisor's queue: what they may decide on, riskiest first, with what the checks found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.codes import RecordType, ReviewStatus
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError
from fieldapp.domain.permissions import may_decide
from fieldapp.domain.records import Record, from_wire
from fieldapp.domain.rules.ageing import ReviewAge, Waiting, review_age
from fieldapp.domain.rules.duplicates import Event, duplicate_hints, event_of
from fieldapp.domain.rules.problem import Problem
from fieldapp.domain.rules.routing import is_emergency
from fieldapp.domain.rules.shape import read_body
from fieldapp.domain.rules.submit import hints_beside_text, problems_beside_text
from fieldapp.domain.times import known_moment, show
from fieldapp.services import checking, comparing
from fieldapp.services.context import Context
from fieldapp.services.names import kind_icon, kind_label
from fieldapp.services.submitting import PUBLIC_QUERY
from fieldapp.services.values import Finding, QueueRow
from fieldapp.store import Tx, outbox
from fieldapp.store.columns import place_of
from fieldapp.store.listing import Where, contents, entries, listed, live_entries, others
from fieldapp.store.transaction import load
from resources.force import bank_holidays

_DAY = 24 * 60 * 60
_FIRST, _HIGH, _MIDDLE, _LOW = 1000, 400, 150, 40
"""Weights of flags: safeguarding and emergencies are always read first."""


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing the checks found, with how far up it moves the entry."""

    words: str
    weight: int


@dataclass(frozen=True, slots=True)
class Looked:
    """What the checks made of one entry."""

    flags: tuple[Flag, ...]
    problems: tuple[Problem, ...]
    hints: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    body: EngagementBody | None


class Checks:
    """Looks at entries with the rules, and at each content once: the result is kept by its hash."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._seen: dict[tuple[str, str], Looked] = {}

    def look(self, record: Record) -> Looked:
        """What the rules say of what is shown of an entry, apart from time and other entries."""
        key = (record.id, record.shown_hash)
        if key not in self._seen:
            self._seen[key] = self._looked(record)
        return self._seen[key]

    def forget(self) -> None:
        """The settings or names that the rules go by have changed."""
        self._seen.clear()

    def _looked(self, record: Record) -> Looked:
        body, unreadable = read_body(RecordType.ENGAGEMENT, record.shown_body)
        if not isinstance(body, EngagementBody):
            flags = (Flag("Some answers cannot be read on this tablet", _HIGH),)
            return Looked(flags, unreadable, (), (), None)
        rules = checking.submit_context(self._ctx, owner=record.owner_officer_id)
        problems = tuple(
            problem
            for problem in problems_beside_text(body, rules)
            if problem.code not in ("purpose_missing", "future")
        )
        hints = tuple(checking.named(self._ctx, one) for one in hints_beside_text(body, rules))
        findings = checking.open_findings(body, rules)
        return Looked(
            tuple(_flags(body, problems, hints, findings)), problems, hints, findings, body
        )


def _flags(
    body: EngagementBody,
    problems: tuple[Problem, ...],
    hints: tuple[Problem, ...],
    findings: tuple[Finding, ...],
) -> Iterable[Flag]:
    codes = {hint.code for hint in hints}
    serious = any(found.kind != "PERSON_NAME" for found in findings)
    found = (
        (is_emergency(body), Flag("Emergency", _FIRST * 2)),
        (body.safeguarding_concern, Flag("Safeguarding concern", _FIRST)),
        (body.discloses_crime, Flag("Crime disclosed", _HIGH)),
        (problems, Flag("Something is missing", _HIGH)),
        (body.kept_text, Flag("Personal details kept in the text, with a reason", _LOW)),
        (serious, Flag("May hold personal details", _MIDDLE)),
        (findings and not serious, Flag("May hold a name", _LOW)),
        ("retrospective" in codes or body.retrospective, Flag("Recorded late", _LOW)),
        ("confirm_count" in codes, Flag("Large count", _LOW)),
    )
    return (flag for holds, flag in found if holds)


def queue_records(tx: Tx, ctx: Context) -> list[Record]:
    """Entries that wait for a decision this officer may make (R25), and has not made yet."""
    found: list[Record] = []
    for text in contents(tx, _to_decide(ctx)):
        try:
            found.append(from_wire(load(text)))
        except ContentError:
            continue
    return [record for record in found if may_decide(ctx.actor, record) is None]


def _to_decide(ctx: Context) -> Where:
    me = ctx.officer.officer_id
    return (
        live_entries()
        .add("(status='PENDING_REVIEW' OR amendment='PENDING_REVIEW')")
        .add("lpt=?", ctx.officer.lpt_code)
        .add("pending=0")
        .add("owner<>? AND instr(present, ?)=0", me, f",{me},")
    )


def approvals_waiting(tx: Tx, ctx: Context) -> int:
    """How many entries this officer may decide on now."""
    return len(listed(tx, _to_decide(ctx))) if ctx.officer.decides else 0


def queue_rows(tx: Tx, ctx: Context, checks: Checks) -> tuple[QueueRow, ...]:
    """The queue, riskiest first and oldest first among equals."""
    waiting = queue_records(tx, ctx)
    events = events_around(tx, waiting)
    due = queries_due(tx, ctx, [record.id for record in waiting])
    rows = [row_of(ctx, record, checks, events=events, due=due) for record in waiting]
    return tuple(sorted(rows, key=lambda row: (-row.risk, row.submitted_at)))


def row_of(
    ctx: Context,
    record: Record,
    checks: Checks,
    *,
    events: Around,
    due: dict[str, datetime],
) -> QueueRow:
    """One line of the queue."""
    body = record.shown_body
    age = age_of(ctx, record)
    flags = [*checks.look(record).flags, *_of_the_moment(ctx, record, age, events, due)]
    flags.sort(key=lambda flag: -flag.weight)
    kind = body.get("engagement_type")
    area = body.get("neighbourhood_id")
    return QueueRow(
        record_id=record.id,
        engagement_type=str(kind or ""),
        type_label=kind_label(kind),
        icon=kind_icon(kind),
        place=place_of(body),
        officer_name=ctx.names.officer(record.owner_officer_id),
        neighbourhood=ctx.names.neighbourhood(area),
        submitted_at=submitted_at(record),
        age_words=age.words,
        flags=tuple(flag.words for flag in flags),
        resubmitted=_was_returned(record),
        amendment=record.amendment is not None,
        risk=sum(flag.weight for flag in flags) + age.working_days,
    )


def _of_the_moment(
    ctx: Context,
    record: Record,
    age: ReviewAge,
    events: Around,
    due: dict[str, datetime],
) -> Iterable[Flag]:
    body = checks_body(record)
    event = event_of(record.id, record.owner_officer_id, body) if body else None
    near = events.get(_bucket(event), ()) if event else ()
    if event and duplicate_hints(event, near, settings=ctx.rules()):
        yield Flag("May be recorded twice", _MIDDLE)
    if record.conflicts:
        yield Flag(f"Waiting for {comparing.waiting_for(ctx, record)} to choose", _LOW)
    asked = due.get(record.id)
    if asked is not None:
        late = asked < ctx.now()
        words = f"Question overdue since {show(asked)}" if late else f"Question due {show(asked)}"
        yield Flag(words, _HIGH if late else _MIDDLE)
    if age.waiting == Waiting.ESCALATED:
        yield Flag(age.words, _HIGH)
    elif age.waiting == Waiting.OVER_TARGET:
        yield Flag(age.words, _MIDDLE)


def checks_body(record: Record) -> EngagementBody | None:
    """The typed body of what is shown, or ``None`` when it cannot be read."""
    body = read_body(RecordType.ENGAGEMENT, record.shown_body)[0]
    return body if isinstance(body, EngagementBody) else None


def age_of(ctx: Context, record: Record) -> ReviewAge:
    """R31: how long the entry has waited."""
    return review_age(
        submitted_at(record), now=ctx.now(), holidays=bank_holidays(), settings=ctx.rules()
    )


def submitted_at(record: Record) -> datetime:
    """When the entry was handed in, by the centre's clock where it is known."""
    text = record.submitted_at or record.received_at or record.created_at
    if record.amendment and record.history:
        text = str(record.history[-1].get("at") or text)
    return datetime.fromisoformat(text)


def _was_returned(record: Record) -> bool:
    return any(event.get("verdict") == "RETURN" for event in record.history)


Around = dict[tuple[str, str], list[Event]]
"""Events by neighbourhood and kind: only those can be the same."""


def _bucket(event: Event) -> tuple[str, str]:
    return event.neighbourhood_id, event.engagement_type


def events_around(tx: Tx, waiting: list[Record]) -> Around:
    """Events around the entries that wait, for telling duplicates (R9)."""
    starts = [body.started_at for record in waiting if (body := checks_body(record))]
    times = [int(start.timestamp()) for start in starts if start is not None]
    if not times:
        return {}
    where = (
        entries()
        .add("at BETWEEN ? AND ?", min(times) - _DAY, max(times) + _DAY)
        .add("status NOT IN ('VOID','DRAFT')")
    )
    found: Around = {}
    for text in contents(tx, where):
        event = _event(load(text))
        if event is not None:
            found.setdefault(_bucket(event), []).append(event)
    return found


def _event(wire: Json) -> Event | None:
    try:
        record = from_wire(wire)
    except ContentError:
        return None
    body = checks_body(record)
    return event_of(record.id, record.owner_officer_id, body) if body else None


def queries_due(tx: Tx, ctx: Context, record_ids: list[str]) -> dict[str, datetime]:
    """When the first open question of each entry is due."""
    if not record_ids:
        return {}
    where = (
        others(RecordType.FOLLOW_UP)
        .add("kind=?", PUBLIC_QUERY)
        .add("status='OPEN'")
        .add("lpt=?", ctx.officer.lpt_code)
    )
    wanted = set(record_ids)
    found: dict[str, datetime] = {}
    for text in contents(tx, where, order="at"):
        body = load(text).get("body", {})
        due = known_moment(body.get("due_at"))
        if body.get("source_id") in wanted and due is not None:
            found.setdefault(str(body["source_id"]), due)
    return found


def is_blocked(tx: Tx, ctx: Context, record: Record) -> str:
    """Why the entry cannot be decided on this tablet now; empty when it can."""
    mine = [one for one in outbox.of_record(tx, record.id) if one.kind == "decide"]
    if any(one.state in (*outbox.UNSENT, outbox.ACKED) for one in mine):
        return "Your decision is on its way to the centre."
    if any(one.state in outbox.UNSENT for one in outbox.of_record(tx, record.id)):
        return "Something about this entry is still waiting to be sent."
    if record.conflicts:
        who = comparing.waiting_for(ctx, record)
        return f"Two people changed the same answer. Waiting for {who} to choose."
    if not record.awaits_decision:
        waiting = {ReviewStatus.APPROVED: "This entry has been approved."}
        return waiting.get(
            ReviewStatus(record.review_status), "This entry is not waiting for a decision."
        )
    return ""
