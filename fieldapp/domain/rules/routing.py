"""R13-R16: crime, danger, safeguarding and intelligence go elsewhere; a reference stays here.

These are stops: an entry can always be saved, but it is not submitted until it says where the
matter went.
"""

from __future__ import annotations

from datetime import datetime

from fieldapp.domain.bodies import EngagementBody, Safeguarding
from fieldapp.domain.rules.problem import Problem
from resources import code_list


def routing_problems(body: EngagementBody, *, now: datetime) -> tuple[Problem, ...]:
    """R13, R14, R15 and R16: what has to be said about where a matter went."""
    return (
        *crime_problems(body, now=now),
        *emergency_problems(body),
        *safeguarding_problems(body, now=now),
        *intelligence_problems(body),
    )


def crime_problems(body: EngagementBody, *, now: datetime) -> tuple[Problem, ...]:
    """R13: a disclosed crime needs its reference, or the time the control room was told."""
    if body.discloses_crime is None:
        return (
            Problem("discloses_crime", "required", "Say whether anyone told you about a crime."),
        )
    if not body.discloses_crime:
        return ()
    if body.reported_to_control_at and body.reported_to_control_at > now:
        return (
            Problem(
                "reported_to_control_at",
                "future",
                "The time you told the control room is still to come. Check it.",
            ),
        )
    if _filled(body.crime_or_incident_ref) or body.reported_to_control_at:
        return ()
    return (
        Problem(
            "crime_or_incident_ref",
            "crime_ref_missing",
            "Enter the crime or incident number, or the time you told the control room.",
        ),
    )


def is_emergency(body: EngagementBody) -> bool:
    """R14: somebody is in danger now, as asked on its own or with a safeguarding concern."""
    concern = body.safeguarding if body.safeguarding_concern else None
    return body.emergency is True or bool(concern and concern.emergency)


def emergency_problems(body: EngagementBody) -> tuple[Problem, ...]:
    """R14: an emergency needs the control room's log number."""
    if not is_emergency(body) or _filled(body.control_room_log):
        return ()
    return (
        Problem(
            "control_room_log",
            "log_number_missing",
            "Call 999 or the control room now. Then enter their log number.",
        ),
    )


def safeguarding_problems(body: EngagementBody, *, now: datetime) -> tuple[Problem, ...]:
    """R15: a concern needs where it was passed on, when, and a reference; never what was said."""
    if body.safeguarding_concern is None:
        return (
            Problem(
                "safeguarding_concern", "required", "Say whether there is a safeguarding concern."
            ),
        )
    if not body.safeguarding_concern:
        return ()
    concern = body.safeguarding or Safeguarding()
    found = []
    if concern.routed_to not in code_list("safeguarding_route"):
        found.append(
            Problem(
                "safeguarding.routed_to",
                "route_missing",
                "Choose who you passed the concern on to.",
            )
        )
    if concern.routed_at is None:
        words = "Enter when you passed the concern on."
        found.append(Problem("safeguarding.routed_at", "required", words))
    elif concern.routed_at > now:
        words = "The time you passed the concern on is still to come. Check it."
        found.append(Problem("safeguarding.routed_at", "future", words))
    if not _filled(concern.force_referral_ref) and not concern.reference_by_control_room:
        found.append(
            Problem(
                "safeguarding.force_referral_ref",
                "referral_ref_missing",
                "Enter the referral reference, or choose that the control room will give it.",
            )
        )
    return tuple(found)


def intelligence_problems(body: EngagementBody) -> tuple[Problem, ...]:
    """R16: intelligence needs the reference of its report; its text never stands here."""
    if not body.intel_submitted or _filled(body.intel_ref):
        return ()
    return (
        Problem(
            "intel_ref",
            "intel_ref_missing",
            "Send the intelligence report, then enter its reference here.",
        ),
    )


def _filled(text: str | None) -> bool:
    return bool(text and text.strip())
