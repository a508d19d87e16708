"""R16 and R21: finds in free text what does not belong there, so that the officer can take it out.

Every finding can be removed or kept with a reason. Names are only pointed at: a name is often that
of a place or a colleague, and a wrong guess must never stop an officer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.rules.names import child_names, person_names
from fieldapp.domain.rules.postcodes import postcodes

Span = tuple[int, int]


class FindingKind(StrEnum):
    """What a finding is taken for."""

    VEHICLE = "VEHICLE"
    PHONE = "PHONE"
    DATE_OF_BIRTH = "DATE_OF_BIRTH"
    POSTCODE = "POSTCODE"
    EMAIL = "EMAIL"
    CHILD_NAME = "CHILD_NAME"
    INTELLIGENCE = "INTELLIGENCE"
    SAFEGUARDING = "SAFEGUARDING"
    PERSON_NAME = "PERSON_NAME"


_ADVICE = {
    FindingKind.VEHICLE: "This looks like a vehicle registration. Remove it, or say why it stays.",
    FindingKind.PHONE: "This looks like a phone number. Remove it, or say why it stays.",
    FindingKind.DATE_OF_BIRTH: "This looks like a date of birth. Remove it, or say why it stays.",
    FindingKind.POSTCODE: "This looks like someone's postcode. Remove it, or say why it stays.",
    FindingKind.EMAIL: "This looks like an e-mail address. Remove it, or say why it stays.",
    FindingKind.CHILD_NAME: "This looks like a child's name. Remove it, or say why it stays.",
    FindingKind.INTELLIGENCE: "Should this be an intelligence report? Send it there and remove it "
    "here, or say why it stays.",
    FindingKind.SAFEGUARDING: "Details of a safeguarding concern do not belong here. Remove them, "
    "or say why they stay.",
    FindingKind.PERSON_NAME: "This looks like a name. Remove it if it tells who someone is.",
}

NAMES_ONLY_POINTED_AT = frozenset({FindingKind.PERSON_NAME})
"""Kinds that stop nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of text from ``start`` to ``end`` (not included) of a field."""

    field: str
    start: int
    end: int
    kind: FindingKind
    advice: str

    @property
    def stops(self) -> bool:
        """True when the officer has to remove it or say why it stays."""
        return self.kind not in NAMES_ONLY_POINTED_AT


_PLATES = (
    re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}\s[A-Z]{3}(?![A-Z0-9])"),
    re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}[A-Z]{3}(?![A-Z0-9])", re.IGNORECASE),
    re.compile(r"(?<![A-Z0-9])[A-Z]\d{1,3}\s?[A-Z]{3}(?![A-Z0-9])"),
    re.compile(r"(?<![A-Z0-9])[A-Z]{3}\s?\d{1,3}[A-Z](?![A-Z0-9])"),
)
_PHONE = re.compile(r"(?<![\w+])(?:\+44|0044|0)[\s().-]{0,2}(?:\d[\s().-]{0,2}){8,10}\d(?!\w)")
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}")
_MONTH = (
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?"
)
_FULL_DATE = re.compile(
    rf"(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?[\s/.-](?:\d{{1,2}}|{_MONTH})[\s/.,-]{{1,2}}"
    r"(?P<year>(?:19|20)\d{2}|\d{2})(?!\d)",
    re.IGNORECASE,
)
_ISO_DATE = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d{2})-\d{2}-\d{2}(?!\d)")
_BORN = re.compile(
    r"\b(?:d\.?o\.?b\.?|date of birth|born(?: on| in)?)[:\s]{1,3}\S{1,12}(?:\s\w{3,9}\s\d{2,4})?",
    re.IGNORECASE,
)
_INTELLIGENCE = re.compile(
    r"\b(?:dealing(?!\s+with)|dealers?\b|lives? at\b|living at\b|resides? at\b"
    r"|stash(?:es|ed|ing)?\b"
    r"|supplying\b|selling (?:drugs|weed|cannabis|coke|cocaine|heroin|crack|spice)\b"
    r"|associates? (?:with|of)\b|drives? (?:a|an|the)\b|county lines runner|wanted (?:for|on)\b"
    r"|carr(?:y|ies|ying) (?:a )?(?:knife|knives|gun|blade|weapon)|stolen goods at\b)",
    re.IGNORECASE,
)
_SAFEGUARDING = re.compile(
    r"\b(?:disclos(?:ed|ure|ing)|bruis(?:e|es|ed|ing)|self[- ]harm\w{0,4}|abus(?:e|ed|ing|ive)"
    r"|neglect(?:ed)?|touched (?:her|him|them)|hits? (?:her|him|them)|hurts? (?:her|him|them)"
    r"|suicid(?:e|al)|unsafe at home)\b",
    re.IGNORECASE,
)

_CENTURY = 100


def screen_body(
    body: EngagementBody,
    *,
    today: date,
    known_names: Collection[str] = (),
) -> tuple[Finding, ...]:
    """R16: every finding in an entry's free text, in the order of the form.

    Args:
        body: the entry.
        today: the day of writing; a date of an earlier year may be a date of birth.
        known_names: names of places and colleagues, which are not pointed at.
    """
    venue = body.venue
    places = [venue.name if venue else None, body.neighbourhood_name_at_time]
    places.append(body.school.name if body.school else None)
    known = (*known_names, *(place for place in places if place))
    public = (venue.postcode,) if venue and venue.postcode else ()
    found: list[Finding] = []
    for field, text in free_texts(body):
        found.extend(
            screen_text(field, text, today=today, known_names=known, known_postcodes=public)
        )
        if body.safeguarding_concern:
            found.extend(_findings(field, FindingKind.SAFEGUARDING, _spans(_SAFEGUARDING, text)))
    return tuple(found)


def screen_text(
    field: str,
    text: str,
    *,
    today: date,
    known_names: Collection[str] = (),
    known_postcodes: Collection[str] = (),
) -> tuple[Finding, ...]:
    """R16 and R21: every finding in one text; the first kind to claim a place has it."""
    finders: tuple[tuple[FindingKind, Callable[[], Iterator[Span]]], ...] = (
        (FindingKind.EMAIL, lambda: _spans(_EMAIL, text)),
        (FindingKind.DATE_OF_BIRTH, lambda: _births(text, today)),
        (FindingKind.PHONE, lambda: _spans(_PHONE, text)),
        (FindingKind.POSTCODE, lambda: postcodes(text, known=known_postcodes)),
        (FindingKind.VEHICLE, lambda: _plates(text)),
        (FindingKind.INTELLIGENCE, lambda: _spans(_INTELLIGENCE, text)),
        (FindingKind.CHILD_NAME, lambda: child_names(text, known=known_names)),
        (FindingKind.PERSON_NAME, lambda: person_names(text, known=known_names)),
    )
    taken: list[Finding] = []
    for kind, find in finders:
        taken.extend(
            finding
            for finding in _findings(field, kind, find())
            if not any(finding.start < other.end and other.start < finding.end for other in taken)
        )
    return tuple(sorted(taken, key=lambda finding: finding.start))


def free_texts(body: EngagementBody) -> Iterator[tuple[str, str]]:
    """Every free text of an entry: path of the field and its text."""
    plain = ("title", "purpose", "trigger", "information_given", "qualitative")
    texts = [(name, getattr(body, name)) for name in plain]
    if body.school:
        texts += [
            ("school.staff_lead_role", body.school.staff_lead_role),
            ("school.resource_used", body.school.resource_used),
        ]
    for issue in body.issues or ():
        texts += [
            (f"issues.{issue.id}.summary", issue.summary),
            (f"issues.{issue.id}.place_note", issue.place_note),
        ]
    texts += [(f"handouts.{item.id}.title", item.title) for item in body.handouts or ()]
    texts += [
        (f"actions_promised.{action.id}.summary", action.summary)
        for action in body.actions_promised or ()
    ]
    yield from ((field, text) for field, text in texts if isinstance(text, str) and text.strip())


def is_kept(finding: Finding, body: EngagementBody) -> bool:
    """True when the officer said why this kind of finding stays in this field."""
    return any(
        kept.field == finding.field and kept.kind == finding.kind and kept.because.strip()
        for kept in body.kept_text or ()
    )


def _findings(field: str, kind: FindingKind, spans: Iterator[Span]) -> Iterator[Finding]:
    return (Finding(field, start, end, kind, _ADVICE[kind]) for start, end in spans)


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (match.span() for match in pattern.finditer(text))


def _plates(text: str) -> Iterator[Span]:
    for pattern in _PLATES:
        yield from _spans(pattern, text)


def _births(text: str, today: date) -> Iterator[Span]:
    yield from _spans(_BORN, text)
    for pattern in (_FULL_DATE, _ISO_DATE):
        for match in pattern.finditer(text):
            year = int(match["year"])
            if year < _CENTURY:
                year += 2000 if year <= today.year % _CENTURY else 1900
            if year < today.year:
                yield match.span()
