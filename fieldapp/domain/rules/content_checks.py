"""What an entry of each kind has to say at the least, and what is odd about it."""

from __future__ import annotations

from collections.abc import Iterator

from fieldapp.domain.bodies import ActionPromised, EngagementBody, School
from fieldapp.domain.codes import Outcome
from fieldapp.domain.rules.problem import Problem, hint
from fieldapp.domain.rules.queries import is_within_promise
from fieldapp.domain.rules.settings import RuleSettings
from fieldapp.domain.rules.timing import counted
from fieldapp.domain.times import elapsed
from resources import code_list
from resources.engagement_types import EngagementType

PUBLIC_QUERY = "PUBLIC_QUERY"
_PEOPLE = ("adults", "children_young_people")


def content_problems(
    body: EngagementBody, kind: EngagementType, *, settings: RuleSettings
) -> tuple[Problem, ...]:
    """What is missing or contradicts itself in the sections this kind of engagement has."""
    return (
        *_outcome_problems(body, kind),
        *_school_problems(body, kind),
        *_issue_problems(body),
        *_promise_problems(body, settings),
    )


def content_hints(
    body: EngagementBody, kind: EngagementType, *, owner_officer_id: str | None
) -> tuple[Problem, ...]:
    """What is odd but may be right."""
    return (
        *_participant_hints(body, kind, owner_officer_id),
        *_outcome_hints(body),
        *_school_hints(body, kind),
        *_balance_hints(body),
    )


def people_counted(body: EngagementBody) -> int | None:
    """Local people counted; ``None`` when no count was entered."""
    numbers = [number for name, _, number in counted(body) if name in _PEOPLE]
    return sum(numbers) if numbers else None


# ------------------------------------------------------------------------- problems


def _outcome_problems(body: EngagementBody, kind: EngagementType) -> Iterator[Problem]:
    if not kind.shows("outcome"):
        return
    outcome = body.outcome or Outcome.HELD
    if outcome == Outcome.CANCELLED and not body.outcome_reason:
        yield Problem("outcome_reason", "required", "Choose why it was cancelled.")
    if not kind.shows("who_came"):
        return
    people = people_counted(body)
    if outcome == Outcome.HELD and not people:
        words = "Count who came, or choose Nobody came."
        yield Problem("counts", "nobody_counted", words)
    if outcome == Outcome.NOBODY_CAME and people:
        words = f"You chose Nobody came, but counted {people:,}. Change one of them."
        yield Problem("counts", "counted_although_nobody_came", words)


def _school_problems(body: EngagementBody, kind: EngagementType) -> Iterator[Problem]:
    if not kind.shows("school"):
        return
    school = body.school or School()
    if not (school.name or "").strip():
        yield Problem("school.name", "required", "Choose the school.")
    if school.visit_purpose == "OPERATIONAL":
        yield Problem(
            "school.visit_purpose",
            "operational_visit",
            "An operational visit is not an engagement. Record it in the force system instead.",
        )


def _issue_problems(body: EngagementBody) -> Iterator[Problem]:
    seen: set[str] = set()
    for issue in body.issues or ():
        if issue.id in seen:
            words = "This concern is listed twice. Remove one."
            yield Problem(f"issues.{issue.id}", "listed_twice", words)
        seen.add(issue.id)
        if issue.category == "OTHER" and not (issue.summary or "").strip():
            words = "Say in a few words what was raised."
            yield Problem(f"issues.{issue.id}.summary", "required", words)


def _promise_problems(body: EngagementBody, settings: RuleSettings) -> Iterator[Problem]:
    promises = body.actions_promised or []
    if body.is_query and not any(promise.kind == PUBLIC_QUERY for promise in promises):
        words = "Write down the question, so that it gets an answer in time."
        yield Problem("actions_promised", "query_missing", words)
    for promise in promises:
        yield from _one_promise(promise, settings)


def _one_promise(promise: ActionPromised, settings: RuleSettings) -> Iterator[Problem]:
    path = f"actions_promised.{promise.id}"
    if not (promise.summary or "").strip():
        asked = promise.kind == PUBLIC_QUERY
        words = "Write down what was asked." if asked else "Write down what was promised."
        yield Problem(f"{path}.summary", "required", words)
    if promise.kind != PUBLIC_QUERY:
        return
    if promise.raised_at is None:
        yield Problem(f"{path}.raised_at", "required", "Enter when the question was asked.")
    elif promise.due_at and not is_within_promise(
        promise.raised_at, promise.due_at, settings=settings
    ):
        words = (
            f"A question is answered within {settings.query_hours} hours of being asked. "
            "Choose an earlier time."
        )
        yield Problem(f"{path}.due_at", "due_too_late", words)


# ---------------------------------------------------------------------------- hints


def _participant_hints(
    body: EngagementBody, kind: EngagementType, owner_officer_id: str | None
) -> Iterator[Problem]:
    if not kind.shows("people_present") or body.outcome == Outcome.CANCELLED:
        return
    present = body.participants or []
    if not present:
        yield hint("participants", "nobody_present", "No officer is named as present.")
        return
    if owner_officer_id and owner_officer_id not in {person.officer_id for person in present}:
        yield hint("participants", "owner_not_present", "You are not among the officers present.")
    yield from _minutes_hints(body, owner_officer_id)


def _minutes_hints(body: EngagementBody, owner_officer_id: str | None) -> Iterator[Problem]:
    length = None
    if body.started_at and body.ended_at:
        length = elapsed(body.started_at, body.ended_at).total_seconds() / 60
    for person in body.participants or ():
        path = f"participants.{person.officer_id}.minutes"
        # The owner was there for all of it unless they say otherwise.
        if person.minutes is None and person.officer_id != owner_officer_id:
            yield hint(path, "minutes_missing", "Enter how long the officer was there.")
        elif length is not None and (person.minutes or 0) > max(0, length) + 1:
            yield hint(path, "minutes_too_many", "Longer than the engagement itself. Check it.")


def _outcome_hints(body: EngagementBody) -> Iterator[Problem]:
    item = code_list("outcome")
    if body.outcome not in item or not item.item(body.outcome or "").flag("rebook"):
        return
    if body.rebooking is None or body.rebooking.starts_at is None:
        yield hint("rebooking", "not_rebooked", "No new date yet. Book it again.")


def _school_hints(body: EngagementBody, kind: EngagementType) -> Iterator[Problem]:
    school = body.school
    if not kind.shows("school") or school is None:
        return
    if school.staff_in_room_throughout is not True:
        words = "Say whether a member of staff was in the room throughout."
        yield hint("school.staff_in_room_throughout", "staff_not_confirmed", words)
    young = body.counts.children_young_people if body.counts else None
    if school.pupils is not None and young is not None and school.pupils != young:
        words = f"{school.pupils:,} pupils, but {young:,} children and young people. Check both."
        yield hint("school.pupils", "pupils_differ", words)


def _balance_hints(body: EngagementBody) -> Iterator[Problem]:
    people = people_counted(body)
    if people is None:
        return
    loudest = max((issue.mentions for issue in body.issues or ()), default=0)
    if loudest > people:
        words = f"One concern was raised {loudest:,} times by {people:,} people. Check the numbers."
        yield hint("issues", "more_mentions_than_people", words)
    counts = body.counts
    adults = (counts.adults or 0) if counts else 0
    businesses = (counts.businesses or 0) if counts else 0
    if adults and businesses > adults:
        words = f"{businesses:,} businesses, but {adults:,} adults. Check the numbers."
        yield hint("counts.businesses", "more_businesses_than_adults", words)
