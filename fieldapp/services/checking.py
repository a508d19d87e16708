"""Check before you submit: the rules' findings in words, the summary, and what happens next."""

from __future__ import annotations

from dataclasses import replace

from fieldapp.domain.bodies import ConsentBody, EngagementBody, PersonBody, entry_body
from fieldapp.domain.codes import Marking, RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.errors import ContentError
from fieldapp.domain.records import from_wire
from fieldapp.domain.rules import freetext, submit
from fieldapp.domain.rules.duplicates import duplicate_hints, event_of
from fieldapp.domain.rules.marking import marking_of
from fieldapp.domain.rules.problem import Problem
from fieldapp.domain.rules.shape import read_body
from fieldapp.domain.rules.submit import SubmitContext
from fieldapp.services.context import Context
from fieldapp.services.photo_rows import noun_of
from fieldapp.services.rows import entry_row
from fieldapp.services.summary import lines_of
from fieldapp.services.values import Check, Draft, EntryRow, Finding, Line, ProblemRow
from fieldapp.store import Tx, attachments, outbox, records
from fieldapp.store.columns import seconds
from fieldapp.store.listing import by_ids, contents, entries
from fieldapp.store.transaction import load
from resources import code_list

_SECTION = {
    "started_at": "when",
    "ended_at": "when",
    "created_at": "when",
    "engagement_type": "when",
    "retrospective": "when",
    "title": "where",
    "venue": "where",
    "neighbourhood_id": "where",
    "lpt_code": "where",
    "in_person": "where",
    "open_to_public": "where",
    "school": "school",
    "person": "person",
    "person_id": "person",
    "consent": "person",
    "consents": "person",
    "channel": "person",
    "is_query": "person",
    "online": "online",
    "counts": "who_came",
    "segments": "who_came",
    "participants": "people_present",
    "bwv": "people_present",
    "partners_present": "partners",
    "issues": "issues",
    "handouts": "handouts",
    "qualitative": "notes",
    "purpose": "notes",
    "information_given": "notes",
    "sentiment": "notes",
    "kept_text": "notes",
    "operation_name": "notes",
    "trigger": "notes",
    "pulse": "pulse",
    "actions_promised": "follow_ups",
    "outcome": "outcome",
    "outcome_reason": "outcome",
    "rebooking": "outcome",
}
_DAY = 24 * 60 * 60


def section_of(field: str) -> str:
    """The section of the form in which a field is answered."""
    return _SECTION.get(field.split(".", maxsplit=1)[0], "routing")


def named(ctx: Context, problem: Problem) -> Problem:
    """The finding with the name of the officer it is about."""
    part, _, rest = problem.field.partition(".")
    if part != "participants" or not rest:
        return problem
    name = ctx.names.officer(rest.partition(".")[0])
    return replace(problem, words=problem.words.replace("the officer", name))


def problem_row(problem: Problem) -> ProblemRow:
    """A rule's finding for the screen."""
    return ProblemRow(
        field=problem.field,
        section=section_of(problem.field),
        code=problem.code,
        words=problem.words,
        blocking=problem.blocking,
    )


def submit_context(
    ctx: Context, *, owner: str, person: Json | None = None, consents: tuple[Json, ...] = ()
) -> SubmitContext:
    """What the rules need to know beside the entry."""
    areas = ctx.names.areas()
    read = read_body(RecordType.PERSON, person or {})[0] if set(person or {}) - {"id"} else None
    asked = [read_body(RecordType.CONSENT, consent)[0] for consent in consents]
    return SubmitContext(
        now=ctx.now(),
        owner_officer_id=owner,
        neighbourhoods={code for code, area in areas.items() if area.current} or None,
        person=read if isinstance(read, PersonBody) else None,
        consents=tuple(one for one in asked if isinstance(one, ConsentBody)),
        known_names=known_names(ctx),
        settings=ctx.rules(),
    )


def known_names(ctx: Context) -> tuple[str, ...]:
    """Places and colleagues, which the free-text screen does not take for strangers."""
    officers = [officer.name for officer in ctx.names.officers().values()]
    return (*officers, *(area.name for area in ctx.names.areas().values()))


def open_findings(body: EngagementBody, rules: SubmitContext) -> tuple[Finding, ...]:
    """R16: what the free-text screen found and nobody has said why it stays."""
    texts = dict(freetext.free_texts(body))
    return tuple(
        Finding(
            field=found.field,
            start=found.start,
            end=found.end,
            kind=found.kind,
            text=texts.get(found.field, "")[found.start : found.end],
            advice=found.advice,
        )
        for found in submit.findings(body, rules)
        if submit.is_open(found, body) or not (found.stops or freetext.is_kept(found, body))
    )


def duplicates_of(tx: Tx, ctx: Context, record_id: str, owner: str, body: Json) -> tuple[str, ...]:
    """R9: ids of other officers' entries here that look like the same event."""
    try:
        event = event_of(record_id, owner, entry_body(body))
    except ContentError:
        return ()
    if event is None:
        return ()
    around = seconds(body.get("started_at")) or 0
    where = (
        entries()
        .add("at BETWEEN ? AND ?", around - _DAY, around + _DAY)
        .add("kind=?", event.engagement_type)
        .add("neighbourhood=?", event.neighbourhood_id)
        .add("owner<>?", owner)
        .add("status<>'VOID'")
    )
    others = []
    for text in contents(tx, where):
        try:
            other = from_wire(load(text))
            found = event_of(other.id, other.owner_officer_id, entry_body(other.shown_body))
        except ContentError:
            continue
        if found:
            others.append(found)
    hints = duplicate_hints(event, others, settings=ctx.rules())
    return tuple(hint.record_id for hint in hints)


def duplicate_rows(tx: Tx, ctx: Context, draft: Draft) -> tuple[EntryRow, ...]:
    """R9: those entries as lines."""
    ids = duplicates_of(tx, ctx, draft.record_id, ctx.officer.officer_id, draft.body)
    if not ids:
        return ()
    waits = outbox.unsettled(tx)
    return tuple(entry_row(ctx, row, waits) for row in by_ids(tx, ids).values())


def next_words(ctx: Context, *, amends: bool) -> str:
    """What happens after the officer submits."""
    own = ctx.names.officers().get(ctx.officer.officer_id)
    known = own is not None and own.supervisor_id in ctx.names.officers()
    sergeant = ctx.names.officer(own.supervisor_id) if own and known else "your sergeant"
    words = f"It is kept on this tablet and sends by itself. Then {sergeant} sees it."
    if amends:
        words += " The approved entry stays as it is until the change is approved."
    return words


def sections_in_words(codes: list[str]) -> str:
    """Names of sections, each once, in the order given."""
    names = code_list("entry_section")
    return ", ".join(dict.fromkeys(names.label(code) for code in codes))


def check_of(tx: Tx, ctx: Context, draft: Draft) -> Check:
    """Everything the check shows of a completed draft.

    Args:
        tx: a reading.
        ctx: the shared ground.
        draft: as ``submitting.completed`` made it.
    """
    rules = _rules_for(ctx, draft)
    body = read_body(RecordType.ENGAGEMENT, draft.body)[0]
    problems = problems_of(ctx, draft)
    hints: tuple[Problem, ...] = ()
    findings: tuple[Finding, ...] = ()
    marking = str(draft.body.get("gsc_marking") or Marking.OFFICIAL)
    if isinstance(body, EngagementBody):
        hints = submit.hints_for_submit(body, rules)
        findings = open_findings(body, rules)
        marking = marking_of(body)
    return Check(
        lines=(
            *lines_of(
                draft.body, ctx.names, person=draft.person, consents=draft.consents, now=ctx.now()
            ),
            *_photo_lines(tx, draft),
        ),
        problems=tuple(problem_row(problem) for problem in problems),
        hints=tuple(problem_row(named(ctx, problem)) for problem in hints),
        findings=findings,
        marking=code_list("gsc_marking").label(marking),
        next_words=next_words(ctx, amends=draft.amends),
        duplicates=duplicate_rows(tx, ctx, draft),
    )


def _photo_lines(tx: Tx, draft: Draft) -> tuple[Line, ...]:
    record = records.shown(tx, draft.record_id)
    files = attachments.working(tx, draft.record_id, record.shown_attachments if record else {})
    if not files:
        return ()
    return (Line("attachments", "Photos", f"{len(files)} {noun_of(files)}", "photos"),)


def _rules_for(ctx: Context, draft: Draft) -> SubmitContext:
    owner = ctx.officer.officer_id
    return submit_context(ctx, owner=owner, person=draft.person, consents=draft.consents)


def problems_of(ctx: Context, draft: Draft) -> tuple[Problem, ...]:
    """What keeps a completed draft from being submitted."""
    body, unreadable = read_body(RecordType.ENGAGEMENT, draft.body)
    problems: list[Problem] = list(unreadable)
    if draft.person:
        problems += _within("person", read_body(RecordType.PERSON, draft.person)[1])
    for consent in draft.consents:
        problems += _within("consent", read_body(RecordType.CONSENT, consent)[1])
    if isinstance(body, EngagementBody):
        problems += submit.problems_for_submit(body, _rules_for(ctx, draft))
    return tuple(problems)


def _within(name: str, problems: tuple[Problem, ...]) -> list[Problem]:
    return [replace(problem, field=f"{name}.{problem.field}") for problem in problems]


def missing_words(check: Check) -> str:
    """What a draft still needs, in one line."""
    sections = sections_in_words([problem.section for problem in check.problems])
    return f"Still needed: {sections}" if sections else "Ready to submit"
