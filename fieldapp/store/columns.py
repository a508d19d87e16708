"""The few values of a record that lists and queries ask for, taken from its JSON."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

from fieldapp.domain.codes import ENTRY_TYPES, RecordType
from fieldapp.domain.content import Json
from fieldapp.domain.times import LAST_YEAR, known_moment

DELETED = "DELETED"
"""Status column of a record that its owner deleted and the centre has not answered for."""

# A column filled before times were checked may hold a year that no clock shows.
_FURTHEST = int(datetime(LAST_YEAR + 2, 1, 1, tzinfo=UTC).timestamp())

_COUNTED = ("adults", "children_young_people")


class Columns(NamedTuple):
    """Screen columns of one record, in the order of the table."""

    record_type: str
    kind: str | None
    status: str
    amendment: str | None
    owner: str
    lead: str | None
    lpt: str
    neighbourhood: str | None
    at: int | None
    until: int | None
    submitted: int | None
    title: str
    place: str
    attendance: int | None
    present: str
    ref: str | None
    linked: str | None
    person_id: str | None
    conflicts: int
    shown_hash: str


NAMES = Columns._fields


def seconds(value: object) -> int | None:
    """An ISO 8601 time as seconds since 1970 UTC; ``None`` for anything else."""
    found = known_moment(value)
    return None if found is None else int(found.timestamp())


def moment(value: int | None) -> datetime | None:
    """Seconds since 1970 as an aware time in UTC."""
    if value is None or abs(value) > _FURTHEST:
        return None
    return datetime.fromtimestamp(value, UTC)


def columns_of(wire: Json) -> Columns:
    """Screen columns of a record as the centre sends it.

    Nothing is required beyond what makes it a record, so a type or a field of a newer version is
    kept and simply not shown.
    """
    amendment = wire.get("amendment")
    if not isinstance(amendment, dict):
        amendment = None
    body = (amendment or wire).get("body")
    if not isinstance(body, dict):
        body = {}
    kind = str(wire.get("record_type", ""))
    read = _READERS.get(kind, _other)
    values = read(body)
    return Columns(
        record_type=kind,
        kind=values.get("kind"),
        status=_status(kind, wire, body),
        amendment=_text(amendment.get("review_status")) if amendment else None,
        owner=str(wire.get("owner_officer_id", "")),
        lead=values.get("lead"),
        lpt=str(wire.get("lpt_code", "")),
        neighbourhood=_text(body.get("neighbourhood_id") or wire.get("neighbourhood_id")),
        at=values.get("at"),
        until=values.get("until"),
        submitted=seconds(wire.get("submitted_at")),
        title=values.get("title") or "",
        place=values.get("place") or "",
        attendance=values.get("attendance"),
        present=_present(wire.get("body"), body) if kind in ENTRY_TYPES else "",
        ref=_text(wire.get("ref")),
        linked=values.get("linked"),
        person_id=_text(body.get("person_id")),
        conflicts=len(wire.get("conflicts") or ()),
        shown_hash=str((amendment or wire).get("content_hash") or ""),
    )


def _status(kind: str, wire: Json, body: Json) -> str:
    if wire.get("deleted"):
        return DELETED
    if kind in ENTRY_TYPES:
        return str(wire.get("review_status", ""))
    return _text(body.get("status")) or str(wire.get("review_status", ""))


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever a body held
    return value if isinstance(value, str) else None


def attendance_of(body: Json) -> int | None:
    """Local people present: adults and young people; ``None`` when nothing was counted."""
    counts = body.get("counts")
    if not isinstance(counts, dict):
        return None
    given = [counts[name] for name in _COUNTED if isinstance(counts.get(name), int)]
    return sum(given) if given else None


def _present(*bodies: object) -> str:
    """Ids of officers who took part, each between commas: in what counts and in what is shown."""
    found: dict[str, None] = {}
    for body in bodies:
        people = body.get("participants") if isinstance(body, dict) else None
        for person in people if isinstance(people, list) else ():
            if isinstance(person, dict) and isinstance(person.get("officer_id"), str):
                found[person["officer_id"]] = None
    return f",{','.join(found)}," if found else ""


def place_of(body: Json) -> str:
    """The name of where it was or will be."""
    for part in (body.get("venue"), body.get("school")):
        if isinstance(part, dict) and isinstance(part.get("name"), str):
            return str(part["name"])
    return ""


def _entry(body: Json) -> Json:
    return {
        "kind": _text(body.get("engagement_type")),
        "at": seconds(body.get("started_at")),
        "until": seconds(body.get("ended_at")),
        "title": _text(body.get("title")),
        "place": place_of(body),
        "attendance": attendance_of(body),
        "linked": _text(body.get("planned_activity_id")),
    }


def _plan(body: Json) -> Json:
    return {
        "kind": _text(body.get("engagement_type")),
        "lead": _text(body.get("lead_officer_id")),
        "at": seconds(body.get("starts_at")),
        "until": seconds(body.get("ends_at")),
        "title": _text(body.get("title")),
        "place": place_of(body),
        "linked": _text(body.get("linked_engagement_id")),
    }


def _follow_up(body: Json) -> Json:
    return {
        "kind": _text(body.get("kind")),
        "lead": _text(body.get("owner_officer_id")),
        "at": seconds(body.get("due_at")) or seconds(body.get("raised_at")),
        "until": seconds(body.get("closed_at")),
        "title": _text(body.get("summary")),
        "linked": _text(body.get("source_id")),
    }


def _named(body: Json) -> Json:
    return {"title": _text(body.get("name")), "place": _text(body.get("lpt_code"))}


def _other(_body: Json) -> Json:
    return {}


_READERS: dict[str, Callable[[Json], Json]] = {
    RecordType.ENGAGEMENT: _entry,
    RecordType.RESIDENT_CONTACT: _entry,
    RecordType.PLANNED_ACTIVITY: _plan,
    RecordType.FOLLOW_UP: _follow_up,
    RecordType.NEIGHBOURHOOD: _named,
    RecordType.OFFICER: _named,
    RecordType.VENUE: _named,
    RecordType.SCHOOL: _named,
}
