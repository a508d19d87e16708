"""Two people change one record: what is joined, what is kept beside it, and how it is settled."""

from __future__ import annotations

from typing import Any

from fieldapp.domain.codes import OpStatus, RecordType, ReviewStatus
from fieldapp.domain.content import Json
from fieldapp.domain.joining import field_of, path_of, value_at, with_value
from fieldapp.domain.operations import Patch
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records import Record
from fieldapp.domain.review import overlay, settle
from tests.domain.review_cases import (
    AT,
    CALLUM,
    PRIYA,
    STRANGER,
    TOM,
    approved,
    create,
    decide,
    do,
    draft,
    must,
    patch,
    pending,
    void,
)

ASB = {"id": "issue-a", "category": "ASB", "mentions": 2}
SPEED = {"id": "issue-b", "category": "SPEEDING", "mentions": 1}
BIKES = {"id": "issue-c", "category": "THEFT", "mentions": 4}


def resolve(record: Record, field: str, value: Any, *, seen: int | None = None) -> Patch:
    """A patch that settles a conflict, made with the record as it is in sight."""
    top = path_of(field)[0]
    old = record.shown_body
    new = with_value(record.record_type, old, field, value)
    changes = {} if old == new else {top: (old.get(top), new.get(top))}
    made = patch(**changes)
    return made.model_copy(
        update={"resolves": [field], "base_revision": record.revision if seen is None else seen}
    )


def torn() -> Record:
    """A drop-in with two titles."""
    first = must(draft(), patch(title=("Drop-in", "Surgery")))
    return must(first, patch(title=("Drop-in", "Stall")))


def both(
    record: Record, name: str, base: Any, one: Any, other: Any
) -> tuple[Any, tuple[Json, ...]]:
    """The field after two changes of the same value, and the conflicts."""
    first = must(record, patch(**{name: (base, one)}))
    second = must(first, patch(**{name: (base, other)}))
    return second.body.get(name), second.conflicts


# ------------------------------------------------------------------ what is joined


def test_two_issues_added_on_two_tablets_are_both_there() -> None:
    joined, conflicts = both(draft(issues=[ASB]), "issues", [ASB], [ASB, SPEED], [ASB, BIKES])
    assert (joined, conflicts) == ([ASB, SPEED, BIKES], ())


def test_the_first_issue_of_each_of_two_tablets_is_there() -> None:
    assert both(draft(), "issues", None, [SPEED], [BIKES]) == ([SPEED, BIKES], ())


def test_different_fields_of_one_issue_are_joined() -> None:
    more, where = ASB | {"mentions": 5}, ASB | {"place_note": "By the precinct"}
    joined, conflicts = both(draft(issues=[ASB]), "issues", [ASB], [more], [where])
    assert (joined, conflicts) == ([more | where | {"mentions": 5}], ())


def test_the_same_field_of_one_issue_is_a_conflict_of_that_field_alone() -> None:
    five, nine = ASB | {"mentions": 5}, ASB | {"mentions": 9, "summary": "Bikes on the path"}
    joined, (conflict,) = both(draft(issues=[ASB]), "issues", [ASB], [five], [nine])
    assert joined == [five | {"summary": "Bikes on the path"}]
    told = {name: conflict[name] for name in ("field", "base", "centre", "mine", "by")}
    assert told == {
        "field": "issues/issue-a/mentions",
        "base": 2,
        "centre": 5,
        "mine": 9,
        "by": PRIYA.officer_id,
    }


def test_an_issue_removed_by_one_and_left_alone_by_the_other_is_gone() -> None:
    joined, conflicts = both(
        draft(issues=[ASB, SPEED]), "issues", [ASB, SPEED], [SPEED], [ASB, SPEED, BIKES]
    )
    assert (joined, conflicts) == ([SPEED, BIKES], ())


def test_an_issue_removed_here_and_changed_there_survives_and_is_shown() -> None:
    changed = SPEED | {"mentions": 7}
    for one, other in (([ASB], [ASB, changed]), ([ASB, changed], [ASB])):
        joined, (conflict,) = both(draft(issues=[ASB, SPEED]), "issues", [ASB, SPEED], one, other)
        assert joined == [ASB, changed]
        assert (conflict["field"], conflict["centre"], conflict["mine"]) == (
            "issues/issue-b",
            changed,
            None,
        )


def test_lists_of_codes_are_joined_by_what_was_put_in_and_taken_out() -> None:
    record = draft(school={"topics": ["BIKES", "ROAD"]})
    joined, conflicts = both(
        record,
        "school",
        {"topics": ["BIKES", "ROAD"]},
        {"topics": ["BIKES", "ROAD", "KNIVES"]},
        {"topics": ["ROAD", "ONLINE"]},
    )
    assert (joined, conflicts) == ({"topics": ["ROAD", "KNIVES", "ONLINE"]}, ())


def test_counts_of_different_people_are_joined_and_of_the_same_are_not() -> None:
    joined, (conflict,) = both(
        draft(counts={"adults": 1}),
        "counts",
        {"adults": 1},
        {"adults": 5, "businesses": 2},
        {"adults": 7, "children_young_people": 3},
    )
    assert joined == {"adults": 5, "businesses": 2, "children_young_people": 3}
    assert (conflict["field"], conflict["mine"]) == ("counts/adults", 7)


def test_a_place_is_one_answer() -> None:
    old = {"name": "Library", "postcode": "B79 7DJ"}
    one, other = (
        {"name": "Market", "postcode": "B79 7LR"},
        {"name": "Castle", "postcode": "B79 7NA"},
    )
    joined, (conflict,) = both(draft(venue=old), "venue", old, one, other)
    assert (joined, conflict["field"], conflict["mine"]) == (one, "venue", other)


def test_a_school_never_gets_the_name_of_one_and_the_number_of_another() -> None:
    known = {"school_id": "sch-1", "name": "Landau Forte", "classes": 2}
    typed = {"name": "A new school", "pupils": 30}
    joined, (conflict,) = both(draft(), "school", None, known, typed)
    assert joined == known | {"pupils": 30}
    assert (conflict["field"], conflict["mine"]) == (
        "school",
        {"name": "A new school", "classes": 2, "pupils": 30},
    )


def test_a_field_of_a_newer_version_is_joined_by_its_look() -> None:
    def two(base: Any, one: Any, other: Any) -> tuple[Any, list[str]]:
        joined, conflicts = both(draft(brand_new=base), "brand_new", base, one, other)
        return joined, [one["field"] for one in conflicts]

    assert two(["a"], ["a", "b"], ["c"]) == (["b", "c"], [])
    assert two([{"id": "x", "n": 1}], [{"id": "x", "n": 2}], [{"id": "x", "n": 3}]) == (
        [{"id": "x", "n": 2}],
        ["brand_new/x/n"],
    )
    assert two({"a": 1}, {"a": 2}, {"a": 1, "b": 2}) == ({"a": 2}, ["brand_new"])
    assert two(["a", "a"], ["b", "b"], ["c", "c"]) == (["b", "b"], ["brand_new"])
    assert two([{"id": 1}], [{"id": 2}], [{"id": 3}]) == ([{"id": 2}], ["brand_new"])
    twice = [{"id": "x", "n": 1}, {"id": "x", "n": 2}]
    assert two([], twice, [{"id": "x", "n": 3}]) == (twice, ["brand_new"])
    long = [{"id": "x" * 65}]
    assert two([], long, [{"id": "y"}]) == (long, ["brand_new"])


def test_a_yes_is_never_taken_for_a_number() -> None:
    joined, (conflict,) = both(draft(brand_new=1), "brand_new", 1, True, 2)
    assert joined is True
    assert conflict["mine"] == 2


# ------------------------------------------------------ conflicts as part of the record


def test_a_conflict_says_who_wrote_which_version_and_when() -> None:
    (conflict,) = torn().conflicts
    assert (conflict["by"], conflict["centre_by"]) == (PRIYA.officer_id, PRIYA.officer_id)
    assert conflict["at"] == conflict["centre_at"] == "2026-11-19T13:01:00+00:00"
    assert conflict["revision"] == 3


def test_writing_on_leaves_the_other_version_to_be_chosen() -> None:
    (conflict,) = must(torn(), patch(title=("Surgery", "Surgery, longer"))).conflicts
    assert (conflict["centre"], conflict["mine"]) == ("Surgery, longer", "Stall")


def test_a_later_edit_of_what_was_kept_stands_in_its_place() -> None:
    (conflict,) = must(torn(), patch(title=("Stall", "Market stall"))).conflicts
    assert (conflict["base"], conflict["mine"]) == ("Stall", "Market stall")


def test_a_third_version_of_the_same_officer_replaces_nothing_it_did_not_come_from() -> None:
    record = must(torn(), patch(title=("Drop-in", "Coffee morning")))
    assert [one["mine"] for one in record.conflicts] == ["Stall", "Coffee morning"]


def test_when_both_versions_have_become_the_same_there_is_nothing_to_choose() -> None:
    assert must(torn(), patch(title=("Surgery", "Stall"))).conflicts == ()


def test_the_same_operation_again_adds_nothing() -> None:
    first = must(draft(), patch(title=("Drop-in", "Surgery")))
    late = patch(title=("Drop-in", "Stall"))
    once = must(first, late)
    assert must(once, late).conflicts == once.conflicts


def test_a_part_that_is_removed_takes_no_version_with_it() -> None:
    record = draft(issues=[ASB, SPEED])
    record = must(record, patch(issues=([ASB, SPEED], [ASB | {"mentions": 5}, SPEED])))
    record = must(record, patch(issues=([ASB, SPEED], [ASB | {"mentions": 9}, SPEED])))
    record = must(record, patch(issues=([ASB | {"mentions": 5}, SPEED], [SPEED])))
    (conflict,) = record.conflicts
    assert record.body["issues"] == [SPEED]
    assert (conflict["field"], conflict["centre"]) == ("issues/issue-a", None)
    assert conflict["mine"] == ASB | {"mentions": 9}
    back = must(record, resolve(record, "issues/issue-a", conflict["mine"]))
    assert (back.body["issues"], back.conflicts) == ([SPEED, ASB | {"mentions": 9}], ())


def test_each_way_of_settling_is_in_the_history_without_the_words() -> None:
    record = torn()
    for value, kept in (("Surgery", "centre"), ("Stall", "mine"), ("Surgery and stall", "both")):
        settled = must(record, resolve(record, "title", value))
        assert (settled.body["title"], settled.conflicts) == (value, ())
        assert settled.history[-1]["settled"] == [
            {
                "field": "title",
                "kept": kept,
                "by": PRIYA.officer_id,
                "centre_by": PRIYA.officer_id,
            }
        ]


def test_settling_one_part_leaves_the_others_open() -> None:
    record = draft(issues=[ASB], counts={"adults": 1})
    one = {"issues": ([ASB], [ASB | {"mentions": 5}]), "counts": ({"adults": 1}, {"adults": 2})}
    two = {"issues": ([ASB], [ASB | {"mentions": 9}]), "counts": ({"adults": 1}, {"adults": 3})}
    record = must(must(record, patch(**one)), patch(**two))
    record = must(record, resolve(record, "issues/issue-a/mentions", 9))
    assert record.body["issues"] == [ASB | {"mentions": 9}]
    assert [one["field"] for one in record.conflicts] == ["counts/adults"]


def test_a_version_that_came_in_unseen_is_not_settled_with_the_others() -> None:
    record = torn()
    seen = record.revision
    record = must(record, patch(title=("Drop-in", "Coffee morning")))
    record = must(record, resolve(record, "title", "Stall", seen=seen))
    (left,) = record.conflicts
    assert (record.body["title"], left["mine"]) == ("Stall", "Coffee morning")


def test_settling_on_words_that_have_changed_meanwhile_loses_neither() -> None:
    record = torn()
    settles = resolve(record, "title", "Stall")
    record = must(record, patch(title=("Surgery", "Surgery at noon")))
    settled = do(record, settles)
    assert settled.record is not None
    (conflict,) = settled.record.conflicts
    assert (settled.status, settled.record.body["title"]) == (OpStatus.CONFLICT, "Surgery at noon")
    assert conflict["mine"] == "Stall"


def test_no_part_in_conflict_can_be_approved() -> None:
    record = pending(issues=[ASB])
    record = must(record, patch(issues=([ASB], [ASB | {"mentions": 5}])))
    record = must(record, patch(issues=([ASB], [ASB | {"mentions": 9}])))
    assert do(record, decide(record), TOM).code == "open_conflicts"
    record = must(record, resolve(record, "issues/issue-a/mentions", 9))
    assert do(record, decide(record), TOM).status == OpStatus.APPLIED


def test_a_change_of_an_approved_entry_can_be_in_conflict_too() -> None:
    record = must(approved(), patch(title=("Drop-in", "Surgery")))
    record = must(record, patch(title=("Drop-in", "Stall")))
    assert record.amendment is not None
    assert (record.body["title"], record.amendment.body["title"]) == ("Drop-in", "Surgery")
    assert do(record, decide(record), TOM).code == "open_conflicts"
    record = must(record, resolve(record, "title", "Stall"))
    accepted = must(record, decide(record), TOM)
    assert (accepted.body["title"], accepted.conflicts) == ("Stall", ())


def test_a_version_that_reaches_an_approved_entry_late_is_kept_beside_it() -> None:
    first = must(pending(), patch(title=("Drop-in", "Surgery")))
    record = must(must(first, decide(first), TOM), patch(title=("Drop-in", "Stall")))
    assert (record.body["title"], record.amendment) == ("Surgery", None)
    assert record.review_status == ReviewStatus.APPROVED
    record = must(record, resolve(record, "title", "Stall"))
    assert record.amendment is not None
    assert record.amendment.body["title"] == "Stall"


def test_what_was_changed_beside_another_change_says_so_in_the_history() -> None:
    record = must(draft(), patch(title=("Drop-in", "Surgery")))
    assert "merged" not in record.history[-1]
    joined = must(record, patch(purpose=(None, "Advice")))  # made against revision 1 as well
    assert joined.history[-1]["merged"] is True
    in_sight = patch(purpose=(None, "Advice")).model_copy(update={"base_revision": 2})
    assert "merged" not in must(record, in_sight).history[-1]
    clash = must(record, patch(title=("Drop-in", "Stall"))).history[-1]
    assert (clash["conflicts"], "merged" in clash) == (["title"], False)


# ------------------------------------------------------------------- who may choose


def promise(owner: Actor) -> Record:
    """A follow-up that names an officer."""
    body = {
        "kind": "ACTION",
        "summary": "Ring the school",
        "owner_officer_id": owner.officer_id,
        "lpt_code": "TA",
    }
    made = create("FOLLOW_UP").model_copy(update={"body": body})
    return must(None, made, PRIYA)


def test_the_two_who_wrote_settle_it_also_when_one_is_no_longer_named() -> None:
    record = promise(CALLUM)
    record = must(record, patch(summary=("Ring the school", "Ring the head")), PRIYA)
    record = must(record, patch(summary=("Ring the school", "Write to the school")), CALLUM)
    record = must(record, patch(owner_officer_id=(CALLUM.officer_id, PRIYA.officer_id)), PRIYA)
    assert do(record, patch(outcome=(None, "Done")), CALLUM).code == "not_owner"
    more = resolve(record, "summary", "Write to the school")
    more = more.model_copy(update={"changes": more.changes | patch(outcome=(None, "x")).changes})
    assert do(record, more, CALLUM).code == "not_owner"
    files = resolve(record, "summary", "Write to the school")
    photo = {"a" * 64: {"size": 10, "media": "image/jpeg", "kind": "PHOTO"}}
    files = files.model_copy(update={"attach": photo})
    assert do(record, files, CALLUM).code == "not_owner"
    done = must(record, resolve(record, "summary", "Write to the school"), CALLUM)
    assert (done.body["summary"], done.conflicts) == ("Write to the school", ())


def test_who_took_a_part_out_and_who_changed_it_are_told_apart() -> None:
    part, changed = {"id": "x", "n": 1}, {"id": "x", "n": 2}
    record = must(promise(CALLUM), patch(steps=(None, [part])), PRIYA)
    ways = (
        (patch(steps=([part], None)), PRIYA, patch(steps=([part], [changed])), CALLUM),
        (patch(steps=([part], [changed])), CALLUM, patch(steps=([part], None)), PRIYA),
    )
    for first, one, second, other in ways:
        (conflict,) = must(must(record, first, one), second, other).conflicts
        assert (conflict["centre"], conflict["centre_by"]) == (changed, CALLUM.officer_id)
        assert (conflict["mine"], conflict["by"]) == (None, PRIYA.officer_id)


def test_nobody_else_settles_it() -> None:
    record = torn()
    for other in (CALLUM, TOM, STRANGER):
        assert do(record, resolve(record, "title", "Stall"), other).code == "not_owner"


def test_a_withdrawn_entry_keeps_both_versions_and_asks_for_no_choice() -> None:
    record = must(torn(), void())
    assert len(record.conflicts) == 1
    assert do(record, resolve(record, "title", "Stall")).code == "void"


def test_a_tablet_shows_the_same_as_the_centre_will() -> None:
    record = draft(issues=[ASB])
    one = patch(issues=([ASB], [ASB, SPEED]))
    record = must(record, patch(issues=([ASB], [ASB, BIKES])))
    shown = overlay(record, [one], PRIYA, at=AT)
    centre = settle(record, one, PRIYA, at=AT).record
    assert shown is not None
    assert centre is not None
    assert shown.content_hash == centre.content_hash


# ------------------------------------------------------------------- paths


def test_a_path_names_one_value_whatever_its_names_hold() -> None:
    for path in (("a",), ("a/b", "c~d"), ("issues", "~1", "/"), ("", "x")):
        assert path_of(field_of(path)) == path


def test_a_value_is_found_put_and_taken_out_by_its_path() -> None:
    kind, body = RecordType.ENGAGEMENT, {"issues": [ASB, SPEED], "counts": {"adults": 2}}
    assert value_at(kind, body, "issues/issue-b/category") == "SPEEDING"
    assert value_at(kind, body, "issues/none/category") is None
    assert value_at(kind, body, "counts/adults/deeper") is None
    changed = with_value(kind, body, "issues/issue-a/mentions", 8)
    assert changed["issues"] == [ASB | {"mentions": 8}, SPEED]
    assert with_value(kind, body, "issues/issue-b", None)["issues"] == [ASB]
    assert with_value(kind, body, "counts/adults", None) == {"issues": [ASB, SPEED]}
