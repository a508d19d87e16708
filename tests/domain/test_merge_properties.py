"""What holds of any two changes of one record: nothing is lost, and order does not count."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from fieldapp.domain.content import Json
from fieldapp.domain.joining import path_of
from fieldapp.domain.merge import three_way
from fieldapp.domain.operations import Patch, changes_between
from fieldapp.domain.records import Record
from fieldapp.domain.review import overlay
from tests.domain.review_cases import AT, PRIYA, RECORD_ID, draft

FEW = settings(max_examples=100, deadline=None)
_WORDS = some.sampled_from(["Bikes", "Speed", "Litter", "Noise"])
_NUMBERS = some.integers(1, 4)


def _parts(**fields: Any) -> some.SearchStrategy[list[Json]]:
    """A list of objects with different ids out of few."""
    part = some.fixed_dictionaries({"id": some.sampled_from("abc")}, optional=fields)
    return some.lists(part, max_size=3, unique_by=lambda one: one["id"])


_BODIES = some.fixed_dictionaries(
    {},
    optional={
        "title": _WORDS,
        "qualitative": _WORDS,
        "sentiment": _NUMBERS,
        "counts": some.fixed_dictionaries({}, optional={"adults": _NUMBERS, "new_kin": _NUMBERS}),
        "venue": some.fixed_dictionaries({"name": _WORDS}, optional={"postcode": _WORDS}),
        "confirmed": some.lists(_WORDS, unique=True, max_size=4),
        "school": some.fixed_dictionaries(
            {}, optional={"name": _WORDS, "topics": some.lists(_WORDS, unique=True, max_size=3)}
        ),
        "issues": _parts(mentions=_NUMBERS, summary=_WORDS).map(
            lambda parts: [{"category": "ASB", **part} for part in parts]
        ),
        "of_a_newer_version": _parts(n=_NUMBERS, of=_WORDS),
    },
).map(lambda body: {name: value for name, value in body.items() if value not in ({}, [])})


def _record(body: Json) -> Record:
    made = draft()
    return Record(
        id=made.id,
        record_type=made.record_type,
        schema_version=1,
        owner_officer_id=made.owner_officer_id,
        lpt_code="TA",
        neighbourhood_id=None,
        revision=1,
        review_status="DRAFT",
        body={**body, "lpt_code": "TA"},
        content_hash="",
        created_at=AT,
    )


def _patch(number: int, old: Json, new: Json) -> Patch:
    return Patch(
        op_id=f"0199f0a2-0000-7abc-8000-{number:012d}",
        dseq=number,
        record_id=RECORD_ID,
        claimed_at=datetime(2026, 11, 19, 13, number, tzinfo=UTC),
        base_revision=1,
        changes=changes_between(old, new),
    )


def _done(body: Json, *patches: Patch) -> Record:
    shown = overlay(_record(body), list(patches), PRIYA, at=AT)
    assert shown is not None
    return shown


Leaf = tuple[tuple[str, ...], str]


def leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[Leaf]:
    """Every single value of a body with where it is; members of a set are in no place."""
    if isinstance(value, dict) and path != ("venue",):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for part in value:
            yield from leaves({k: v for k, v in part.items() if k != "id"}, (*path, part["id"]))
            yield (*path, part["id"], "id"), json.dumps(part["id"])
    elif isinstance(value, list):
        for member in value:
            yield (*path, member), "in"
    else:
        yield path, json.dumps(value, sort_keys=True)


def kept_beside(conflicts: tuple[Json, ...]) -> set[Leaf]:
    """The values that conflicts keep."""
    found: set[Leaf] = set()
    for one in conflicts:
        path = path_of(one["field"])
        if isinstance(one["mine"], dict) and path != ("venue",):
            found.update(leaves(one["mine"], path))
            found.add(((*path, "id"), json.dumps(one["mine"].get("id"))))
        elif one["mine"] is not None:
            found.add((path, json.dumps(one["mine"], sort_keys=True)))
    return found


def _in_order(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def settled_body(body: Any) -> Any:
    """The body with every list in one order."""
    if isinstance(body, dict):
        return {name: settled_body(value) for name, value in body.items()}
    if isinstance(body, list):
        return sorted((settled_body(one) for one in body), key=_in_order)
    return body


@FEW
@given(_BODIES, _BODIES, _BODIES)
def test_no_value_that_either_wrote_is_lost(base: Json, one: Json, other: Json) -> None:
    after = _done(base, _patch(1, base, one), _patch(2, base, other))
    there = set(leaves(after.body)) | kept_beside(after.conflicts)
    before = set(leaves(base))
    for body in (one, other):
        lost = set(leaves(body)) - before - there
        assert not lost


@FEW
@given(_BODIES, _BODIES, _BODIES)
def test_what_was_there_first_stays_on_show(base: Json, one: Json, other: Json) -> None:
    after = _done(base, _patch(1, base, one), _patch(2, base, other))
    fresh = set(leaves(one)) - set(leaves(base))
    assert fresh <= set(leaves(after.body))


@FEW
@given(_BODIES, _BODIES, _BODIES)
def test_nothing_comes_back_that_one_took_out_and_nobody_changed(
    base: Json, one: Json, other: Json
) -> None:
    after = _done(base, _patch(1, base, one), _patch(2, base, other))
    told = {path_of(conflict["field"]) for conflict in after.conflicts}
    new = set(leaves(one)) | set(leaves(other))
    for path, value in set(leaves(after.body)) - {(("lpt_code",), '"TA"')}:
        in_conflict = any(path[: len(part)] == part for part in told)
        assert (path, value) in new or in_conflict


@FEW
@given(_BODIES, _BODIES, _BODIES)
def test_changes_that_do_not_meet_come_to_the_same_in_either_order(
    base: Json, one: Json, other: Json
) -> None:
    first, second = _patch(1, base, one), _patch(2, base, other)
    there, back = _done(base, first, second), _done(base, second, first)
    assert bool(there.conflicts) == bool(back.conflicts)
    if not there.conflicts:
        assert settled_body(there.body) == settled_body(back.body)


@FEW
@given(_BODIES, _BODIES, _BODIES)
def test_a_change_that_comes_twice_counts_once(base: Json, one: Json, other: Json) -> None:
    first, second = _patch(1, base, one), _patch(2, base, other)
    once = _done(base, first, second)
    again, conflicts = three_way(once, second, PRIYA)
    assert again == once.body
    assert conflicts == once.conflicts


@FEW
@given(_BODIES, _BODIES, _BODIES)
def test_what_either_put_into_a_set_is_in_it(base: Json, one: Json, other: Json) -> None:
    after = _done(base, _patch(1, base, one), _patch(2, base, other))
    was = set(base.get("confirmed", ()))
    for body in (one, other):
        assert set(body.get("confirmed", ())) - was <= set(after.body.get("confirmed", ()))


@FEW
@given(_BODIES, _BODIES, _BODIES, _BODIES)
def test_three_tablets_lose_nothing_either(base: Json, one: Json, two: Json, three: Json) -> None:
    patches = [_patch(number, base, body) for number, body in enumerate((one, two, three), 1)]
    after = _done(base, *patches)
    there = set(leaves(after.body)) | kept_beside(after.conflicts)
    for body in (one, two, three):
        assert not set(leaves(body)) - set(leaves(base)) - there


@FEW
@given(_BODIES, _BODIES)
def test_a_change_of_what_is_there_is_made_exactly(base: Json, one: Json) -> None:
    after = _done(base, _patch(1, base, one))
    assert (after.body, after.conflicts) == ({**one, "lpt_code": "TA"}, ())
