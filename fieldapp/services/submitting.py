"""One submission, whole: the entry and every record that hangs on it, in one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from fieldapp.domain.bodies import entry_body
from fieldapp.domain.codes import Marking, Outcome, RecordType, ReviewStatus
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError
from fieldapp.domain.permissions import may_patch
from fieldapp.domain.records import Record
from fieldapp.domain.rules.marking import holds_person_data, marking_of
from fieldapp.domain.rules.queries import query_due
from fieldapp.domain.rules.timing import is_retrospective
from fieldapp.domain.times import elapsed, known_moment, utc_text
from fieldapp.services import recording
from fieldapp.services.context import Context
from fieldapp.services.deleting import close_promises
from fieldapp.services.drafting import clean_body, people_of
from fieldapp.services.names import kind_of
from fieldapp.services.values import Draft
from fieldapp.store import Tx, attachments, outbox, records
from fieldapp.store.columns import place_of

PUBLIC_QUERY = "PUBLIC_QUERY"
_PERSONAL = (
    "full_name",
    "address_line",
    "postcode",
    "email",
    "phone",
    "best_time",
    "accessibility_needs",
    "language",
    "preferred_channel",
)


def completed(ctx: Context, draft: Draft) -> Draft:
    """The draft with everything the tablet fills in itself: ids, names, marking, due times.

    Doing it twice gives the same result, so it is what both the check and the submission look at.
    """
    body = clean_body(draft)
    body.setdefault("lpt_code", ctx.officer.lpt_code)
    body.setdefault("created_at", utc_text(ctx.now()))
    _name(ctx, body)
    for name in ("issues", "handouts", "partners_present", "actions_promised"):
        if isinstance(body.get(name), list):
            body[name] = [_with_id(ctx, item) for item in body[name]]
    if isinstance(body.get("actions_promised"), list):
        body["actions_promised"] = [_timed(ctx, item, body) for item in body["actions_promised"]]
    rebooking = body.get("rebooking")
    if isinstance(rebooking, dict) and rebooking.get("starts_at"):
        fixed = rebooking.get("planned_activity_id") or ctx.new_id()
        body["rebooking"] = {**rebooking, "planned_activity_id": fixed}
    person, consents = _people(ctx, draft)
    if person or consents:
        fixed = (person or draft.person or {}).get("id") or body.get("person_id")
        body["person_id"] = fixed or ctx.new_id()
    elif draft.person is not None or _person_is_here(ctx, body):
        body.pop("person_id", None)
    _mark(ctx, body)
    return replace(draft, body=body, person=person, consents=consents)


def _name(ctx: Context, body: Json) -> None:
    area = ctx.names.areas().get(str(body.get("neighbourhood_id")))
    if area:
        body["neighbourhood_name_at_time"] = area.name
    kind = kind_of(body.get("engagement_type"))
    if kind and not body.get("title"):
        title = kind.title_for(
            place=place_of(body),
            neighbourhood=area.name if area else "",
            lpt=ctx.names.lpt(body.get("lpt_code")),
        )
        if title:
            body["title"] = title


def _with_id(ctx: Context, item: Any) -> Any:  # noqa: ANN401 - whatever the form put there
    if isinstance(item, dict) and not item.get("id"):
        return {**item, "id": ctx.new_id()}
    return item


def _timed(ctx: Context, item: Any, body: Json) -> Any:  # noqa: ANN401 - as above
    """R12: a question is due so many hours after it was asked, not after it was written down."""
    if not isinstance(item, dict):
        return item
    timed = {"kind": "ACTION", "owner_officer_id": ctx.officer.officer_id, **item}
    asked = timed.get("raised_at") or body.get("started_at") or utc_text(ctx.now())
    timed["raised_at"] = asked
    if timed["kind"] == PUBLIC_QUERY:
        try:
            due = query_due(datetime.fromisoformat(str(asked)), settings=ctx.rules())
        except ValueError:
            return timed
        timed["due_at"] = utc_text(due)
    return timed


def _people(ctx: Context, draft: Draft) -> tuple[Json | None, tuple[Json, ...]]:
    known = _consents_here(ctx, draft.body)
    consents = tuple(
        {**recording.without_empty(consent), "id": _consent_id(ctx, consent, known)}
        for consent in draft.consents
        if consent.get("status")
    )
    held = recording.without_empty(draft.person or {})
    if not any(held.get(name) for name in _PERSONAL):
        return None, consents
    if draft.body.get("is_query") is True:
        held.setdefault("created_for", "REPLY")
    elif consents:
        held.setdefault("created_for", "CONSENT")
    fixed = held.get("id") or draft.body.get("person_id") or ctx.new_id()
    return {**held, "id": fixed}, consents


def _consents_here(ctx: Context, body: Json) -> dict[str, str]:
    """Ids of the consents already recorded for the entry's person, by purpose."""
    if not body.get("person_id"):
        return {}
    with ctx.store.reading() as tx:
        return {str(one.get("purpose")): str(one["id"]) for one in people_of(tx, body)[1]}


def _consent_id(ctx: Context, consent: Json, known: dict[str, str]) -> str:
    return str(consent.get("id") or known.get(str(consent.get("purpose"))) or ctx.new_id())


def _person_is_here(ctx: Context, body: Json) -> bool:
    """True when the person's record could have been shown: then its absence is the officer's."""
    if not body.get("person_id"):
        return False
    with ctx.store.reading() as tx:
        return people_of(tx, body)[0] is not None


def _mark(ctx: Context, body: Json) -> None:
    """R23 and R29: what follows from what was written.

    What the tablet filled in before is not looked at, or a marking could never come down again;
    one that the author raised is said to be raised.
    """
    chosen = body.get("gsc_marking") if body.get("marking_raised") is True else None
    filled = ("gsc_marking", "contains_personal_data")
    said = {name: value for name, value in body.items() if name not in filled}
    try:
        parsed = entry_body({**said, "gsc_marking": chosen} if chosen else said)
    except ContentError:
        return  # the check names the field that cannot be read
    marking = marking_of(parsed)
    body["gsc_marking"] = marking.value if marking else Marking.OFFICIAL.value
    body["contains_personal_data"] = holds_person_data(parsed)
    if parsed.started_at and parsed.created_at:
        late = is_retrospective(parsed.started_at, parsed.created_at, settings=ctx.rules())
        body["retrospective"] = late


def write_entry(tx: Tx, ctx: Context, draft: Draft) -> Json:
    """Create or change the entry's record; its body as recorded."""
    draft = without_held(tx, ctx, draft)
    record = records.shown(tx, draft.record_id)
    if queue_entry(tx, ctx, draft, record):
        kind = "create" if record is None else "patch"
        recording.settled(tx, ctx, draft.record_id, draft.record_type, kind)
    return draft.body


def queue_entry(tx: Tx, ctx: Context, draft: Draft, record: Record | None) -> bool:
    """Queue the making or the changing of an entry, its photos included; False: nothing differs."""
    listed = record.shown_attachments if record else {}
    on, off = attachments.changes(tx, draft.record_id, listed)
    attachments.handed_in(tx, draft.record_id)
    if record is None:
        recording.queue_creation(
            tx, ctx, draft.record_id, draft.record_type, draft.body, attachments=on
        )
        return True
    return recording.queue_change(
        tx, ctx, record, draft.body, started_from=draft.started_from, attach=on, detach=off
    )


def hand_in(tx: Tx, ctx: Context, draft: Draft) -> None:
    """Record the entry as it is now, hand it to the supervisor, and write what hangs on it."""
    draft = without_held(tx, ctx, draft)
    before = records.shown(tx, draft.record_id)
    kind = "create" if before is None else "patch"
    changed = queue_entry(tx, ctx, draft, before)
    if before is None or _awaits_submission(before):
        outbox.add(tx, ctx.new_id(), draft.record_id, {"kind": "submit"})
        changed = True
    if changed:
        recording.settled(tx, ctx, draft.record_id, draft.record_type, kind, reason="submitted")
    write_beside(tx, ctx, draft)
    if before is not None and before.review_status != ReviewStatus.APPROVED:
        promised = draft.body.get("actions_promised") or ()
        here = frozenset(str(one.get("id")) for one in promised if isinstance(one, dict))
        close_promises(tx, ctx, draft.record_id, but=here)


def without_held(tx: Tx, ctx: Context, draft: Draft) -> Draft:
    """The draft as one that began on what the centre has, with what is held as its own work.

    What the centre holds of the entry is taken off the list: the draft says all of it, and is sent
    in its place. A creation that is held stays, for without it the centre has no entry.
    """
    if is_held_whole(tx, draft.record_id):
        return draft
    before = records.shown(tx, draft.record_id)
    dropped = outbox.drop_held(tx, draft.record_id, ("patch", "submit"))
    for one in dropped:
        attachments.back_to_draft(
            tx, draft.record_id, one.wire.get("attach") or {}, one.wire.get("detach") or ()
        )
    if not dropped or before is None:
        return draft
    after = records.refresh(tx, draft.record_id, ctx.actor)
    if after is None or draft.started_from is None:
        return draft
    old, new = before.shown_body, after.shown_body
    started = dict(draft.started_from)
    for name in old.keys() | new.keys():
        if old.get(name) == new.get(name) or started.get(name) != old.get(name):
            continue
        started.pop(name, None)
        if name in new:
            started[name] = new[name]
    return replace(draft, started_from=started)


def is_held_whole(tx: Tx, record_id: str) -> bool:
    """True when the centre holds the making of a record, so that it has none of it."""
    return any(
        one.state == outbox.QUARANTINED and one.kind == "create"
        for one in outbox.of_record(tx, record_id)
    )


def _awaits_submission(record: Record) -> bool:
    """A change to an approved entry is with the supervisor by itself, unless it was returned."""
    if record.review_status != ReviewStatus.APPROVED:
        return True
    amendment = record.amendment
    return amendment is not None and amendment.review_status == ReviewStatus.RETURNED


def write_beside(tx: Tx, ctx: Context, draft: Draft) -> None:
    """Create or change the records that hang on the entry: person, consents, follow-ups, plan."""
    common = {
        "lpt_code": ctx.officer.lpt_code,
        "neighbourhood_id": draft.body.get("neighbourhood_id"),
    }
    person_id = draft.body.get("person_id")
    if draft.person:
        _put(tx, ctx, draft.person, RecordType.PERSON, common)
    for consent in draft.consents:
        more = {**common, "person_id": person_id, "captured_by": ctx.officer.officer_id}
        _put(tx, ctx, consent, RecordType.CONSENT, more)
    for action in draft.body.get("actions_promised") or ():
        more = {**common, "source_id": draft.record_id, "person_id": person_id}
        _put(tx, ctx, {"status": "OPEN", **action}, RecordType.FOLLOW_UP, more, keep=("status",))
    _plan(tx, ctx, draft)


def _put(
    tx: Tx, ctx: Context, item: Json, record_type: str, more: Json, *, keep: tuple[str, ...] = ()
) -> None:
    """Make or change one of the records beside the entry; ``keep`` names fields only set once."""
    body = recording.without_empty({**item, **{k: v for k, v in more.items() if v}})
    record_id = str(body.pop("id"))
    record = records.shown(tx, record_id)
    if record is None:
        recording.create(tx, ctx, record_id, record_type, body)
        return
    if may_patch(ctx.actor, record) is None:
        kept = {name: record.body[name] for name in keep if name in record.body}
        recording.change(tx, ctx, record, {**record.body, **body, **kept})


def _plan(tx: Tx, ctx: Context, draft: Draft) -> None:
    """What the outcome means for the plan: the line is done, moved or cancelled."""
    body = draft.body
    rebooked = _rebook(tx, ctx, body)
    plan_id = body.get("planned_activity_id")
    line = records.shown(tx, plan_id) if isinstance(plan_id, str) else None
    if line is None or may_patch(ctx.actor, line) is not None:
        return
    changes: Json = {"linked_engagement_id": draft.record_id, "status": "DONE_PENDING"}
    if rebooked:
        changes |= {"status": "RESCHEDULED", "rescheduled_to": rebooked}
    elif body.get("outcome") == Outcome.CANCELLED:
        changes["status"] = "CANCELLED"
    if changes["status"] != "DONE_PENDING" and body.get("outcome_reason"):
        changes["cancel_reason"] = body["outcome_reason"]
    recording.change(tx, ctx, line, {**line.body, **changes})


def _rebook(tx: Tx, ctx: Context, body: Json) -> str | None:
    if body.get("outcome") not in (Outcome.CANCELLED, Outcome.CALLED_AWAY):
        return None
    rebooking = body.get("rebooking")
    if not isinstance(rebooking, dict) or not rebooking.get("planned_activity_id"):
        return None
    old = records.shown(tx, str(body.get("planned_activity_id") or ""))
    line = rebooked_line(
        old.body if old else body, ctx, starts_at=datetime.fromisoformat(rebooking["starts_at"])
    )
    line["id"] = rebooking["planned_activity_id"]
    _put(tx, ctx, line, RecordType.PLANNED_ACTIVITY, {}, keep=("status",))
    return str(line["id"])


_MOVED = (
    "engagement_type",
    "title",
    "neighbourhood_id",
    "venue",
    "school",
    "in_person",
    "open_to_public",
    "s34_intended",
    "lead_officer_id",
    "officers_planned",
    "target_segments",
    "purpose",
)


def rebooked_line(source: Json, ctx: Context, *, starts_at: datetime) -> Json:
    """A new plan line with everything of the old one but its times and adverts."""
    line = {name: source[name] for name in _MOVED if source.get(name) is not None}
    line["lpt_code"] = ctx.officer.lpt_code
    line["status"] = "PLANNED"
    line["starts_at"] = utc_text(starts_at)
    line.setdefault("lead_officer_id", ctx.officer.officer_id)
    old_start = known_moment(source.get("starts_at") or source.get("started_at"))
    old_end = known_moment(source.get("ends_at") or source.get("ended_at"))
    if old_start and old_end:
        line["ends_at"] = utc_text(starts_at + elapsed(old_start, old_end))
    return line
