"""R1-R6: which engagements are section 34 meetings, and how a neighbourhood stands for them.

Police Reform and Social Responsibility Act 2011, section 34: regular meetings in each neighbourhood
between persons within it and police officers with responsibility for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from fieldapp.domain.bodies import Counts, EngagementBody, OfficerBody
from fieldapp.domain.codes import Outcome, Rag, ReviewStatus
from fieldapp.domain.rules.settings import RuleSettings
from fieldapp.domain.times import day_of, show_day
from resources import code_list
from resources.engagement_types import engagement_types
from resources.force import ALL_LPT

Officers = Mapping[str, OfficerBody]
"""Officers by id, as they were assigned on the day."""

HELD_OUTCOMES = frozenset({Outcome.HELD, Outcome.NOBODY_CAME})


@dataclass(frozen=True, slots=True)
class Section34:
    """How far an engagement is a section 34 meeting, with the reason in one sentence."""

    broad: bool
    strict: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that counts for its neighbourhood."""

    neighbourhood_id: str
    held_on: date
    attendance: int
    strict: bool
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Red, amber or green with its reason: a stable code and a sentence."""

    rag: Rag
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Gaps:
    """R5: how far apart a team's meetings are, in days; ``longest`` counts the gap up to today."""

    mean: float | None
    longest: int | None
    open: int | None
    mean_met: bool
    limit_met: bool


# ----------------------------------------------------------------------- R1, R2, R3


def section_34(body: EngagementBody, officers: Officers) -> Section34:
    """R1 and R3: whether the engagement is a meeting at all, and whether a constable was there.

    Args:
        body: what happened.
        officers: the officers who took part, as the force knows them; one that is missing, or is
            no constable there, does not count whatever role the entry gives.
    """
    why_not = _why_no_candidate(body)
    if why_not:
        return Section34(broad=False, strict=False, reason=why_not)
    constable = _responsible_constable(body, officers)
    if constable is None:
        return Section34(
            broad=True,
            strict=False,
            reason="Open to the public; no police officer responsible for the neighbourhood.",
        )
    abbr = code_list("officer_role").item(constable[0]).text("abbr", constable[0])
    return Section34(
        broad=True,
        strict=True,
        reason=f"Open to the public; {abbr} {constable[1]} responsible for the neighbourhood.",
    )


def is_candidate(body: EngagementBody) -> bool:
    """R1: held in person, open to the public, for one neighbourhood, of a type that counts.

    A type under review counts when the entry says ``s34_reviewed``. Its author may say so too, and
    alone that is worth nothing: only approved entries count (R2), nobody approves what they wrote,
    and the line stands in the summary that the supervisor approves.
    """
    return _why_no_candidate(body) is None


def _why_no_candidate(body: EngagementBody) -> str | None:
    kind = engagement_types().get(body.engagement_type or "")
    if kind is None or kind.s34_candidate is False:
        return "This kind of engagement does not count as a section 34 meeting."
    checks = (
        (body.in_person is not False and kind.in_person, "It was not held in person."),
        (body.open_to_public is True, "It was not open to the public."),
        (bool(body.neighbourhood_id), "It names no neighbourhood."),
        ((body.outcome or Outcome.HELD) in HELD_OUTCOMES, "It was not held."),
        (
            kind.s34_candidate is True or body.s34_reviewed is True,
            "A supervisor has not said that it counts.",
        ),
    )
    return next((words for met, words in checks if not met), None)


def _responsible_constable(body: EngagementBody, officers: Officers) -> tuple[str, str] | None:
    roles = code_list("officer_role")
    for person in body.participants or ():
        officer = officers.get(person.officer_id)
        if officer is None:
            continue
        # An entry says in which rank somebody was there; nobody is more than the force knows.
        ranks = {person.role_at_time, officer.role}
        if all(rank in roles and roles.item(rank).flag("constable") for rank in ranks) and (
            is_responsible(
                person.officer_id, body.neighbourhood_id or "", body.lpt_code or "", officers
            )
        ):
            return person.role_at_time, officer.force_no
    return None


def is_responsible(
    officer_id: str, neighbourhood_id: str, lpt_code: str, officers: Officers
) -> bool:
    """R3: assigned to the neighbourhood, to all of its team, or supervising someone who is."""
    officer = officers.get(officer_id)
    if officer is None:
        return False
    if neighbourhood_id in officer.neighbourhoods:
        return True
    if ALL_LPT in officer.neighbourhoods and officer.lpt_code == lpt_code:
        return True
    return any(
        other.supervisor_id == officer_id and neighbourhood_id in other.neighbourhoods
        for other in officers.values()
    )


def attendance(counts: Counts | None) -> int:
    """Local people at a meeting: adults and young people; partners and businesses are not."""
    if counts is None:
        return 0
    return (counts.adults or 0) + (counts.children_young_people or 0)


def meeting_of(
    body: EngagementBody, officers: Officers, *, ref: str | None = None
) -> Meeting | None:
    """R1, R3 and R6: the meeting an engagement is, or ``None`` when it is none."""
    answer = section_34(body, officers)
    if not answer.broad or body.started_at is None or body.neighbourhood_id is None:
        return None
    nobody = body.outcome == Outcome.NOBODY_CAME
    return Meeting(
        neighbourhood_id=body.neighbourhood_id,
        held_on=day_of(body.started_at),
        attendance=0 if nobody else attendance(body.counts),
        strict=answer.strict,
        ref=ref,
    )


def is_counted(review_status: str) -> bool:
    """R2: only approved entries count."""
    return review_status == ReviewStatus.APPROVED


# ----------------------------------------------------------------------------- R4, R6


def last_meeting(
    meetings: Iterable[Meeting], *, as_of: date, settings: RuleSettings
) -> Meeting | None:
    """The last one that counts on that day: R3 by the mode in force, R6 by its setting.

    Of several on one day the one that says most for the neighbourhood is taken.
    """
    counting = [
        meeting
        for meeting in meetings
        if meeting.held_on <= as_of
        and (meeting.strict or settings.s34_mode != "STRICT")
        and (meeting.attendance > 0 or settings.zero_attendance_counts)
    ]
    return max(counting, key=_weight, default=None)


def _weight(meeting: Meeting) -> tuple[date, bool, bool, int]:
    attended = meeting.attendance > 0
    return meeting.held_on, meeting.strict and attended, attended, meeting.attendance


def standing(
    last: Meeting | None, *, next_planned: date | None, as_of: date, settings: RuleSettings
) -> Standing:
    """R4 and R6: how a neighbourhood stands on a day.

    In this order: never met is red; longer ago than the limit is red, a booking does not help; last
    one by PCSOs alone or attended by nobody is amber; a next date within the limit of the last, or
    no more than three quarters of the limit used, is green; anything else is amber.

    Args:
        last: the last meeting that counts, from ``last_meeting``.
        next_planned: the next date on which one is planned.
        as_of: the day asked about.
        settings: limits in force.
    """
    following = show_day(next_planned, this_year=as_of.year) if next_planned else None
    booked = f" The next one is planned for {following}." if following else ""
    suffix = "_booked" if next_planned else ""
    if last is None:
        return Standing(Rag.RED, f"never{suffix}", f"No meeting has been recorded.{booked}")
    days = (as_of - last.held_on).days
    limit = settings.s34_limit_days
    if days > limit:
        words = f"The last meeting was {days} days ago; the limit is {limit} days.{booked}"
        return Standing(Rag.RED, f"over_limit{suffix}", words)
    capped = _capped(last, settings, as_of=as_of, booked=booked)
    return capped or _within_limit(
        last, next_planned, as_of=as_of, settings=settings, booked=booked
    )


def _within_limit(
    last: Meeting, next_planned: date | None, *, as_of: date, settings: RuleSettings, booked: str
) -> Standing:
    days = (as_of - last.held_on).days
    limit = settings.s34_limit_days
    ago = f"The last meeting was {_days_ago(days)}"
    if next_planned and (next_planned - last.held_on).days <= limit:
        return Standing(Rag.GREEN, "booked", f"{ago}.{booked}")
    if days * 100 <= limit * settings.s34_green_percent:
        return Standing(Rag.GREEN, "recent", f"{ago}; the limit is {limit} days.{booked}")
    if next_planned:
        following = show_day(next_planned, this_year=as_of.year)
        words = f"{ago}. The next one, on {following}, comes after the limit of {limit} days."
        return Standing(Rag.AMBER, "booked_too_late", words)
    words = f"{ago}; the limit is {limit} days, and no next date is planned."
    return Standing(Rag.AMBER, "no_next_date", words)


def _days_ago(days: int) -> str:
    return {0: "today", 1: "yesterday"}.get(days, f"{days} days ago")


def _capped(last: Meeting, settings: RuleSettings, *, as_of: date, booked: str) -> Standing | None:
    day = show_day(last.held_on, this_year=as_of.year)
    if last.attendance == 0:
        words = f"Nobody came to the last meeting, on {day}.{booked}"
        return Standing(Rag.AMBER, "nobody_came", words)
    if not last.strict and settings.s34_mode == "BOTH":
        words = f"No police officer was at the last meeting, on {day}: PCSOs only.{booked}"
        return Standing(Rag.AMBER, "pcso_only", words)
    return None


# ---------------------------------------------------------------------------------- R5


def meeting_gaps(held: Iterable[date], *, today: date, settings: RuleSettings) -> Gaps:
    """R5: mean and longest gap between a team's local community meetings.

    The gap up to today counts in the longest one, and in the mean when it makes it longer: a team
    that has stopped meeting must not look better than one that still does.
    """
    days = sorted({day for day in held if day <= today})
    if not days:
        return Gaps(mean=None, longest=None, open=None, mean_met=False, limit_met=False)
    closed = [(after - before).days for before, after in pairwise(days)]
    still_open = (today - days[-1]).days
    mean = sum(closed) / len(closed) if closed else None
    if mean is None or still_open > mean:
        mean = (sum(closed) + still_open) / (len(closed) + 1)
    longest = max([*closed, still_open])
    return Gaps(
        mean=mean,
        longest=longest,
        open=still_open,
        mean_met=mean <= settings.lcm_mean_days,
        limit_met=longest <= settings.lcm_limit_days,
    )
