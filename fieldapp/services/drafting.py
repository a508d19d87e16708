"""Working copies: how a draft begins, and how it lies in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from fieldapp.domain.codes import Outcome, RecordType, ReviewStatus
from fieldapp.domain.content import Json
from fieldapp.domain.errors import UserError
from fieldapp.domain.records import Record
from fieldapp.domain.times import (
    LocalTimeError,
    day_of,
    elapsed,
    from_local,
    known_moment,
    london,
    show,
    utc_text,
)
from fieldapp.services.context import Context
from fieldapp.services.names import kind_of
from fieldapp.services.recording import without_empty
from fieldapp.services.values import Draft, Returned
from fieldapp.store import Tx, records
from fieldapp.store.drafts import KeptDraft
from fieldapp.store.listing import contents, entries, others
from fieldapp.store.transaction import all_paired, load
from resources.engagement_types import EngagementType

_KEPT = (
    "record_type",
    "engagement_type",
    "body",
    "person",
    "consents",
    "focus_field",
    "focus_position",
    "origin",
    "is_new",
)
PLAN_FIELDS = ("title", "purpose", "venue", "school", "neighbourhood_id")
COPIED = ("venue", "neighbourhood_id", "school")
_SCHOOL_PLACE = ("school_id", "name", "urn", "phase")


def content_of(draft: Draft) -> Json:
    """What the store keeps of a draft."""
    content: Json = {name: getattr(draft, name) for name in _KEPT}
    content["consents"] = list(draft.consents)
    return content


def draft_of(kept: KeptDraft, record: Record | None, ctx: Context) -> Draft:
    """A draft as it was kept, with what a supervisor said about the entry."""
    values = {name: kept.content[name] for name in _KEPT if name in kept.content}
    values["consents"] = tuple(values.get("consents") or ())
    return Draft(
        record_id=kept.record_id,
        **values,
        saved_at=kept.saved_at,
        returned=returned_of(record, ctx) if record else None,
        amends=is_amendment(record),
        started_from=kept.started_from,
    )


def is_amendment(record: Record | None) -> bool:
    """True when changing the entry opens an amendment (R28)."""
    return record is not None and record.review_status == ReviewStatus.APPROVED


def returned_of(record: Record, ctx: Context) -> Returned | None:
    """What the supervisor said, while the entry is back with its author."""
    decision = record.decision
    status = record.review_status
    if record.amendment:
        decision, status = record.amendment.decision, record.amendment.review_status
    if status != ReviewStatus.RETURNED or not decision:
        return None
    return Returned(
        by_name=ctx.names.officer(decision.get("by")),
        at=datetime.fromisoformat(decision["at"]),
        reasons=tuple(decision.get("reasons") or ()),
        comments=dict(decision.get("comments") or {}),
    )


def blank(ctx: Context, kind: EngagementType, *, record_id: str) -> Draft:
    """A new entry with everything filled in that is known from who, where and when."""
    now = ctx.now().replace(second=0, microsecond=0)
    officer = ctx.officer
    body: Json = {
        "engagement_type": kind.code,
        "lpt_code": officer.lpt_code,
        "created_at": utc_text(ctx.now()),
        "started_at": utc_text(now),
        "ended_at": utc_text(now + timedelta(minutes=kind.default_minutes)),
        "in_person": kind.in_person,
        "open_to_public": kind.open_to_public,
        "participants": [{"officer_id": officer.officer_id, "role_at_time": officer.role}],
        "processing_regime": "GENERAL",
        "lawful_basis": "PUBLIC_TASK",
    }
    if kind.shows("outcome"):
        body["outcome"] = Outcome.HELD.value
    beat = [code for code in officer.neighbourhoods if code in ctx.names.areas()]
    if len(beat) == 1:
        body["neighbourhood_id"] = beat[0]
    return Draft(
        record_id=record_id,
        record_type=kind.record_type,
        engagement_type=kind.code,
        body=body,
        person={"id": ctx.new_id()} if kind.shows("person") else None,
    )


def from_plan(ctx: Context, draft: Draft, plan: Record) -> Draft:
    """The draft with what the plan line already says."""
    line = plan.body
    body = {**draft.body, **{name: line[name] for name in PLAN_FIELDS if line.get(name)}}
    body["planned_activity_id"] = plan.id
    start = known_moment(line.get("starts_at"))
    if start is not None:
        body["started_at"] = line["starts_at"]
        length = timedelta(minutes=_usual_minutes(draft.engagement_type))
        ends = known_moment(line.get("ends_at"))
        body["ended_at"] = line["ends_at"] if ends else utc_text(start + length)
    for name in ("in_person", "open_to_public"):
        if isinstance(line.get(name), bool):
            body[name] = line[name]
    officers = ctx.names.officers()
    for officer_id in line.get("officers_planned") or ():
        known = officers.get(officer_id)
        if known and officer_id != ctx.officer.officer_id:
            person = {"officer_id": officer_id, "role_at_time": known.role}
            body["participants"] = [*body["participants"], person]
    return replace(draft, body=body, origin="Filled in from the plan; change it if needed.")


def _usual_minutes(code: str) -> int:
    kind = kind_of(code)
    return kind.default_minutes if kind else 60


def copied(ctx: Context, tx: Tx, draft: Draft) -> Draft:
    """The draft with place and times of the last entry of its kind; never counts or notes.

    Raises:
        UserError: there is none yet.
    """
    where = (
        entries()
        .add("record_type=?", draft.record_type)
        .add("owner=?", ctx.officer.officer_id)
        .add("kind=?", draft.engagement_type)
        .add("id<>?", draft.record_id)
    )
    found = contents(tx, where, limit=1)
    if not found:
        raise UserError("You have not recorded one of these yet.", code="nothing_to_copy")
    last = load(found[0])["body"]
    body = {**draft.body, **{name: last[name] for name in COPIED if last.get(name)}}
    if isinstance(body.get("school"), dict):
        body["school"] = {
            **(draft.body.get("school") or {}),
            **{name: body["school"][name] for name in _SCHOOL_PLACE if body["school"].get(name)},
        }
    body.update(_same_times_today(last, ctx.now()))
    began = known_moment(last.get("started_at"))
    when = show(began, now=ctx.now()) if began else ""
    title = ctx.names.title(
        draft.engagement_type,
        title=str(last.get("title") or ""),
        place="",
        neighbourhood=last.get("neighbourhood_id"),
    )
    return replace(draft, body=body, origin=f"Place and times copied from {title}, {when}.")


def _same_times_today(last: Json, now: datetime) -> Json:
    start = known_moment(last.get("started_at"))
    if start is None:
        return {}
    clock = london(start).time().replace(second=0, microsecond=0)
    try:
        fresh = from_local(day_of(now), clock, second=False)
    except LocalTimeError:
        fresh = now.replace(minute=0, second=0, microsecond=0)
    times = {"started_at": utc_text(fresh)}
    end = known_moment(last.get("ended_at"))
    if end is None:
        return times
    return {**times, "ended_at": utc_text(fresh + elapsed(start, end))}


def of_record(ctx: Context, tx: Tx, record: Record) -> Draft:
    """An entry opened for changing: what is shown now, with the person's records beside it."""
    body = record.shown_body
    returned = returned_of(record, ctx)
    person, consents = people_of(tx, body)
    return Draft(
        record_id=record.id,
        record_type=record.record_type,
        engagement_type=str(body.get("engagement_type") or ""),
        body=dict(body),
        person=person,
        consents=consents,
        focus_field=_first_commented(returned),
        returned=returned,
        amends=is_amendment(record),
        is_new=False,
        started_from=dict(body),
    )


def _first_commented(returned: Returned | None) -> str | None:
    return next((name for name in returned.comments if name), None) if returned else None


def people_of(tx: Tx, body: Json) -> tuple[Json | None, tuple[Json, ...]]:
    """The person an entry points at and what they agreed to, each with its id, where visible."""
    person_id = body.get("person_id")
    if not isinstance(person_id, str):
        return None, ()
    person = records.shown(tx, person_id)
    where = others(RecordType.CONSENT).add("person_id=?", person_id)
    wires = [load(text) for text in contents(tx, where, order="n")]
    consents = tuple({**wire["body"], "id": wire["id"]} for wire in wires)
    return ({**person.body, "id": person.id} if person else None), consents


def clean_body(draft: Draft) -> Json:
    """The body as it is recorded: emptied answers are no answers."""
    body: Json = all_paired(without_empty(draft.body))
    return body
