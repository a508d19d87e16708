"""Check before you submit: every rule that an entry meets on its way to the supervisor.

A draft may hold anything; only here is something required. What blocks is told with what to do;
what is only worth a second look is told apart and stops nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fieldapp.domain.bodies import ConsentBody, EngagementBody, PersonBody
from fieldapp.domain.codes import Outcome
from fieldapp.domain.rules.content_checks import content_hints, content_problems
from fieldapp.domain.rules.freetext import Finding, FindingKind, is_kept, screen_body
from fieldapp.domain.rules.known_codes import unknown_codes
from fieldapp.domain.rules.marking import marking_of
from fieldapp.domain.rules.people import consent_problems, person_problems, photo_problems
from fieldapp.domain.rules.problem import Problem, hint
from fieldapp.domain.rules.routing import routing_problems
from fieldapp.domain.rules.settings import RuleSettings, default_settings
from fieldapp.domain.rules.timing import (
    count_hints,
    count_problems,
    timing_hints,
    timing_problems,
)
from fieldapp.domain.times import day_of
from resources.engagement_types import EngagementType, engagement_types

NOT_PERSONAL = "NOT_PERSONAL"


@dataclass(frozen=True, slots=True)
class SubmitContext:
    """What the rules need to know beside the entry itself.

    Args:
        now: the present time; at the centre the time of receipt.
        owner_officer_id: whose entry it is, to see that they are among those present.
        neighbourhoods: codes of the neighbourhoods in use; ``None`` where they are not at hand.
        person: the person the entry points at.
        consents: what that person was asked.
        attachments: manifest of the record's attachments.
        known_names: places and colleagues, which the free-text screen does not take for strangers.
        settings: numbers in force.
    """

    now: datetime
    owner_officer_id: str | None = None
    neighbourhoods: Collection[str] | None = None
    person: PersonBody | None = None
    consents: tuple[ConsentBody, ...] = ()
    attachments: Mapping[str, object] = field(default_factory=dict)
    known_names: Collection[str] = ()
    settings: RuleSettings = field(default_factory=default_settings)


def problems_for_submit(body: EngagementBody, context: SubmitContext) -> tuple[Problem, ...]:
    """What has to be put right before the entry can be submitted, in the order of the form."""
    found = problems_beside_text(body, context)
    if (body.engagement_type or "") not in engagement_types():
        return found
    in_text = (_text_problem(item) for item in open_findings(body, context))
    return (*found, *(problem for problem in in_text if problem.blocking))


def problems_beside_text(body: EngagementBody, context: SubmitContext) -> tuple[Problem, ...]:
    """``problems_for_submit`` without the free-text screen: all that ``why_held`` turns on."""
    kind = engagement_types().get(body.engagement_type or "")
    if kind is None:
        return (_no_kind(body),)
    found = [
        *_place_problems(body, kind, context),
        *timing_problems(body, now=context.now, settings=context.settings),
        *count_problems(body, settings=context.settings),
        *content_problems(body, kind, settings=context.settings),
        *unknown_codes(body),
        *_person_checks(body, context),
        *photo_problems(context.attachments),
        *routing_problems(body, now=context.now),
    ]
    return tuple(problem for problem in found if problem.blocking)


def hints_for_submit(body: EngagementBody, context: SubmitContext) -> tuple[Problem, ...]:
    """What is worth a second look, for the officer before submitting and the supervisor after."""
    if (body.engagement_type or "") not in engagement_types():
        return ()
    in_text = (
        hint(item.field, f"text_{item.kind.lower()}", item.advice)
        for item in findings(body, context)
        if not item.stops
    )
    return (*hints_beside_text(body, context), *in_text)


def hints_beside_text(body: EngagementBody, context: SubmitContext) -> tuple[Problem, ...]:
    """``hints_for_submit`` without the free-text screen."""
    kind = engagement_types().get(body.engagement_type or "")
    if kind is None:
        return ()
    found = [
        *timing_hints(body, now=context.now, settings=context.settings),
        *count_hints(body, settings=context.settings),
        *content_hints(body, kind, owner_officer_id=context.owner_officer_id),
        *(item for item in _person_checks(body, context) if not item.blocking),
    ]
    if body.gsc_marking and marking_of(body) != body.gsc_marking:
        words = "This entry will be marked OFFICIAL-SENSITIVE."
        found.append(hint("gsc_marking", "marking_raised", words))
    return tuple(found)


def findings(body: EngagementBody, context: SubmitContext) -> tuple[Finding, ...]:
    """R16: everything the free-text screen found, kept or not."""
    return screen_body(body, today=day_of(context.now), known_names=context.known_names)


def open_findings(body: EngagementBody, context: SubmitContext) -> tuple[Finding, ...]:
    """R16 and R21: findings that still have to be removed or given a reason.

    At a school a child's name is never kept; a reason can only say that it is none.
    """
    return tuple(item for item in findings(body, context) if is_open(item, body))


def is_open(finding: Finding, body: EngagementBody) -> bool:
    """True for a finding that stops an entry and has no reason yet."""
    return finding.stops and not _settled(finding, body)


def _settled(finding: Finding, body: EngagementBody) -> bool:
    kind = engagement_types().get(body.engagement_type or "")
    at_school = kind is not None and kind.shows("school")
    if finding.kind == FindingKind.CHILD_NAME and at_school:
        return any(
            kept.field == finding.field
            and kept.kind == finding.kind
            and kept.because == NOT_PERSONAL
            for kept in body.kept_text or ()
        )
    return is_kept(finding, body)


_LEFT_TO_EYES = frozenset(
    {"unknown_code", "purpose_missing", *(f"text_{kind.lower()}" for kind in FindingKind)}
)
_IMPOSSIBLE = frozenset(
    {
        "future",
        "end_before_start",
        "too_long",
        "out_of_range",
        "counted_although_nobody_came",
        "due_too_late",
        "unknown_type",
    }
)


def why_held(problems: Iterable[Problem]) -> str | None:
    """For the centre: the code under which a submitted entry is held, or ``None`` to let it pass.

    What a newer version or a person record still on its way could explain, and the wording of
    notes, is left to the supervisor's eyes.
    """
    codes = {problem.code for problem in problems if problem.blocking} - _LEFT_TO_EYES
    if "unknown_neighbourhood" in codes:
        return "unknown_neighbourhood"
    if codes & _IMPOSSIBLE:
        return "invalid"
    return "incomplete" if codes else None


def _no_kind(body: EngagementBody) -> Problem:
    if body.engagement_type is None:
        return Problem("engagement_type", "required", "Choose what kind of engagement it was.")
    return Problem(
        "engagement_type",
        "unknown_type",
        f"This version does not know the kind {body.engagement_type}. Choose again.",
    )


def _place_problems(
    body: EngagementBody, kind: EngagementType, context: SubmitContext
) -> list[Problem]:
    found = []
    if not body.lpt_code:
        found.append(Problem("lpt_code", "required", "Choose the policing team."))
    place = body.neighbourhood_id
    if kind.shows("where") and not place:
        found.append(Problem("neighbourhood_id", "required", "Choose the neighbourhood."))
    elif place and context.neighbourhoods is not None and place not in context.neighbourhoods:
        words = "This neighbourhood is not in use now. Choose the one that took its place."
        found.append(Problem("neighbourhood_id", "unknown_neighbourhood", words))
    if kind.venue == "REQUIRED" and not (body.venue and (body.venue.name or "").strip()):
        words = (
            "Enter where it was to be held."
            if body.outcome == Outcome.CANCELLED
            else "Enter where it was held."
        )
        found.append(Problem("venue.name", "required", words))
    return found


def _person_checks(body: EngagementBody, context: SubmitContext) -> list[Problem]:
    found = list(person_problems(body, person=context.person, consents=context.consents))
    for consent in context.consents:
        found.extend(consent_problems(consent, person=context.person))
    return found


def _text_problem(finding: Finding) -> Problem:
    return Problem(finding.field, f"text_{finding.kind.lower()}", finding.advice)
