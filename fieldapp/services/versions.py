"""Two versions of one answer in words, so that they can be read beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from fieldapp.domain.codes import RecordType
from fieldapp.domain.joining import path_of, top_of, with_value
from fieldapp.domain.records import Record
from fieldapp.domain.shapes import Value
from fieldapp.domain.times import known_moment, show
from fieldapp.services.context import Context
from fieldapp.services.names import kind_label
from fieldapp.services.summary import lines_of, plain_words, words_of
from resources import code_list

_LABELS = {
    "summary": "What it is about",
    "owner_officer_id": "Who does it",
    "lead_officer_id": "Who leads",
    "officers_planned": "Officers planned",
    "due_at": "Due",
    "raised_at": "Raised",
    "first_response_at": "First answered",
    "response_channel": "Answered by",
    "closed_at": "Done at",
    "outcome": "What was done",
    "starts_at": "Starts",
    "ends_at": "Ends",
    "neighbourhood_id": "Neighbourhood",
    "engagement_type": "Kind",
    "venue": "Place",
    "s34_intended": "Planned as a public meeting",
    "person_id": "Person",
    "at": "When",
    "qualitative": "Notes",
    "counts": "Who came",
    "participants": "Officers present",
    "partners_present": "Partners present",
    "actions_promised": "Follow-ups",
    "handouts": "Handed out",
    "segments": "Communities",
    "sentiment": "Mood",
}
_CODES = {
    "kind": "follow_up_kind",
    "response_channel": "contact_channel",
    "preferred_channel": "contact_channel",
    "lead_partner_type": "partner_type",
    "cancel_reason": "cancel_reason",
    "age_band": "age_band",
    "created_for": "person_purpose",
    "method": "consent_method",
}
_STATUS = {
    RecordType.FOLLOW_UP: "follow_up_status",
    RecordType.PLANNED_ACTIVITY: "plan_item_status",
    RecordType.CONSENT: "consent_status",
}


def name_of(field: str) -> str:
    """What the answer is called that a path is in."""
    name = top_of(field)
    return _LABELS.get(name) or words_of(name)


def told(
    ctx: Context, record: Record, field: str, values: Sequence[Value]
) -> tuple[str, tuple[str, ...]]:
    """What a path is called on screen, and each of the values as people read it.

    Args:
        ctx: the shared ground.
        record: as shown.
        field: path of the value.
        values: versions of it; ``None`` for none.
    """
    if record.is_entry:
        found = _of_entry(ctx, record, field, values)
        if found is not None:
            return found
    name = path_of(field)[-1]
    label = _LABELS.get(name) or words_of(name)
    return label, tuple(_words(ctx, record.record_type, name, value) for value in values)


def _of_entry(
    ctx: Context, record: Record, field: str, values: Sequence[Value]
) -> tuple[str, tuple[str, ...]] | None:
    """By the lines of its summary in which the versions differ; ``None`` when none does."""
    bodies = [with_value(record.record_type, record.shown_body, field, value) for value in values]
    summaries = [
        {line.field: line for line in lines_of(body, ctx.names, now=ctx.now())} for body in bodies
    ]
    every = dict.fromkeys(key for summary in summaries for key in summary)
    differ = [
        key
        for key in every
        if len({(line.label, line.value) if (line := one.get(key)) else None for one in summaries})
        > 1
    ]
    lines = [line for one in summaries for key in differ if (line := one.get(key))]
    if not lines:
        return None
    labels = {line.label for line in lines}
    if len(labels) == 1:
        words = tuple(
            "\n".join(one[key].value for key in differ if key in one) for one in summaries
        )
        return lines[0].label, words
    words = tuple(
        "\n".join(f"{one[key].label}: {one[key].value}" for key in differ if key in one)
        for one in summaries
    )
    return code_list("entry_section").label(lines[0].section), words


def _words(ctx: Context, record_type: str, name: str, value: Value) -> str:
    if isinstance(value, list):
        return ", ".join(_words(ctx, record_type, name, one) for one in value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dict):
        parts = (str(value[part]) for part in ("name", "address", "postcode") if value.get(part))
        return ", ".join(parts) or plain_words(value)
    if isinstance(value, str):
        return _text(ctx, record_type, name, value)
    return plain_words(value)


def _text(ctx: Context, record_type: str, name: str, value: str) -> str:
    codes = _CODES.get(name)
    if name == "status":
        codes = _STATUS.get(RecordType(record_type))
    if name == "target_segments":
        codes = "community_segment"
    if codes:
        return code_list(codes).label(value)
    if name in ("owner_officer_id", "lead_officer_id", "officers_planned"):
        return ctx.names.officer(value)
    if name == "neighbourhood_id":
        return ctx.names.neighbourhood(value)
    if name == "engagement_type":
        return kind_label(value)
    when = known_moment(value) if name.endswith("_at") or name == "at" else None
    return show(when, now=ctx.now()) if when else value
