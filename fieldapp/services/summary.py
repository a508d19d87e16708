"""An entry in words, line by line: the one summary of check, reading and review."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from fieldapp.domain.bodies import EngagementBody
from fieldapp.domain.content import Json
from fieldapp.domain.times import known_moment, show, show_duration, show_span
from fieldapp.services.names import Names, kind_of
from fieldapp.services.values import Line
from resources import code_list

ORDER = (
    "when",
    "where",
    "school",
    "person",
    "online",
    "who_came",
    "people_present",
    "partners",
    "issues",
    "handouts",
    "notes",
    "pulse",
    "follow_ups",
    "routing",
    "outcome",
)
"""Sections of a type that this version does not know, in this order."""

Pair = tuple[str, str, str]
"""Field, label and value."""


def lines_of(
    body: Json,
    names: Names,
    *,
    person: Json | None = None,
    consents: Iterable[Json] = (),
    now: datetime | None = None,
) -> tuple[Line, ...]:
    """Everything an entry says, in the order of its form; what was not answered is left out.

    Args:
        body: the entry's body.
        names: names of neighbourhoods and officers.
        person: body of the person's record, for those who may see it.
        consents: bodies of the consents.
        now: the present time, so that another year is named.
    """
    kind = kind_of(_text(body.get("engagement_type")))
    order = list(kind.sections) if kind else list(ORDER)
    order += [section for section in ORDER if section not in order]
    words = _Words(body, names, now)
    return tuple(
        Line(field, label, value, section)
        for section in order
        for field, label, value in (
            words.person(person, consents) if section == "person" else words.section(section)
        )
        if value
    )


class _Words:
    """The words of one body, section by section."""

    def __init__(self, body: Json, names: Names, now: datetime | None) -> None:
        self._body = body
        self._names = names
        self._now = now
        self._sections: dict[str, Callable[[], Iterator[Pair]]] = {
            "when": self._when,
            "where": self._where,
            "school": self._school,
            "online": self._online,
            "who_came": self._who_came,
            "people_present": self._people_present,
            "partners": self._partners,
            "issues": self._issues,
            "handouts": self._handouts,
            "notes": self._notes,
            "pulse": self._pulse,
            "follow_ups": self._follow_ups,
            "routing": self._routing,
            "outcome": self._outcome,
        }

    def section(self, name: str) -> Iterator[Pair]:
        """The lines of one section; photos are no part of the body."""
        return self._sections[name]() if name in self._sections else iter(())

    def _get(self, name: str) -> Any:  # noqa: ANN401 - whatever the body held
        return self._body.get(name)

    def _part(self, name: str) -> Json:
        value = self._body.get(name)
        return value if isinstance(value, dict) else {}

    def _parts(self, name: str) -> list[Json]:
        value = self._body.get(name)
        return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

    def _time(self, value: object) -> str:
        when = known_moment(value)
        return show(when, now=self._now) if when else ""

    def _when(self) -> Iterator[Pair]:
        start, end = known_moment(self._get("started_at")), known_moment(self._get("ended_at"))
        if start and end:
            span = show_span(start, end, now=self._now)
            yield "started_at", "When", f"{span} ({show_duration(end - start)})"
        elif start:
            yield "started_at", "Started", show(start, now=self._now)
        elif end:
            yield "ended_at", "Ended", show(end, now=self._now)
        if self._get("retrospective") is True:
            yield "retrospective", "Recorded", "More than 48 hours afterwards"

    def _where(self) -> Iterator[Pair]:
        yield "title", "Title", _text(self._get("title"))
        venue = self._part("venue")
        place = [_text(venue.get(name)) for name in ("name", "address", "postcode")]
        yield "venue.name", "Place", ", ".join(part for part in place if part)
        area = self._get("neighbourhood_id")
        name = self._names.neighbourhood(area) if isinstance(area, str) else ""
        yield "neighbourhood_id", "Neighbourhood", name
        yield "in_person", "In person", _yes_no(self._get("in_person"))
        yield "open_to_public", "Open to the public", _yes_no(self._get("open_to_public"))
        if self._get("s34_reviewed") is True:
            yield "s34_reviewed", "Counts as a public meeting", "Yes, for the supervisor to confirm"
        yield "formality", "Formality", _label("formality", self._get("formality"))
        level = _label("participation_level", self._get("participation_level"))
        yield "participation_level", "Level of participation", level

    def _school(self) -> Iterator[Pair]:
        school = self._part("school")
        yield "school.name", "School", _text(school.get("name"))
        yield "school.phase", "Phase", _label("school_phase", school.get("phase"))
        yield "school.key_stage", "Key stage", _label("key_stage", school.get("key_stage"))
        years = school.get("year_groups")
        yield "school.year_groups", "Year groups", _labels("year_group", years)
        for name, label in (
            ("classes", "Classes"),
            ("pupils", "Pupils"),
            ("staff_present", "Staff present"),
        ):
            yield f"school.{name}", label, _number(school.get(name))
        yield "school.staff_lead_role", "Lead at the school", _text(school.get("staff_lead_role"))
        purpose = school.get("visit_purpose")
        yield "school.visit_purpose", "Purpose", _label("visit_purpose", purpose)
        yield "school.topics", "Topics", _labels("session_topic", school.get("topics"))
        yield "school.resource_used", "Material used", _text(school.get("resource_used"))
        for name, label in (
            ("agreed_with_school", "Agreed with the school"),
            ("staff_in_room_throughout", "Staff in the room throughout"),
            ("signed_in", "Signed in at the school"),
        ):
            yield f"school.{name}", label, _yes_no(school.get(name))

    def person(self, person: Json | None, consents: Iterable[Json]) -> Iterator[Pair]:
        """The person and what they agreed to, for those who may see it."""
        held = person or {}
        yield "channel", "How", _label("contact_channel", self._get("channel"))
        yield "is_query", "Asked a question", _yes_no(self._get("is_query"))
        if self._get("person_id") and not held:
            yield "person_id", "Person", "Details are held apart"
        if held.get("wants_anonymity") is True:
            yield "person.wants_anonymity", "Person", "Wants to stay unnamed"
        for name, label in (
            ("full_name", "Name"),
            ("address_line", "Address"),
            ("postcode", "Postcode"),
            ("phone", "Phone"),
            ("email", "Email"),
            ("best_time", "Best time"),
            ("language", "Language"),
            ("accessibility_needs", "Needs"),
        ):
            yield f"person.{name}", label, _text(held.get(name))
        channel = held.get("preferred_channel")
        yield "person.preferred_channel", "Reply by", _label("contact_channel", channel)
        yield "person.age_band", "Age", _label("age_band", held.get("age_band"))
        purpose = held.get("created_for")
        yield "person.created_for", "Details kept", _label("person_purpose", purpose)
        for consent in consents:
            purpose = _label("consent_purpose", consent.get("purpose"))
            status = _label("consent_status", consent.get("status"))
            yield "consents", purpose or "Consent", status

    def _online(self) -> Iterator[Pair]:
        online = self._part("online")
        for name, label in (
            ("reach", "Reached"),
            ("reactions", "Reactions"),
            ("replies", "Replies"),
        ):
            yield f"online.{name}", label, _number(online.get(name))

    def _who_came(self) -> Iterator[Pair]:
        counts = self._part("counts")
        for item in code_list("count_field").items:
            yield f"counts.{item.code}", item.label, _number(counts.get(item.code))
        segments = [
            f"{_label('community_segment', part.get('segment'))}{_about(part.get('approx'))}"
            for part in self._parts("segments")
        ]
        yield "segments", "Communities", ", ".join(segments)

    def _people_present(self) -> Iterator[Pair]:
        people = []
        for person in self._parts("participants"):
            name = self._names.officer(_text(person.get("officer_id")))
            minutes = person.get("minutes")
            spent = show_duration(timedelta(minutes=minutes)) if isinstance(minutes, int) else ""
            people.append(f"{name}, {spent}" if spent else name)
        yield "participants", "Officers present", "; ".join(people)
        yield "bwv", "Body worn video", _yes_no(self._get("bwv"))

    def _partners(self) -> Iterator[Pair]:
        partners = []
        for partner in self._parts("partners_present"):
            kind = _label("partner_type", partner.get("partner_type"))
            name = _text(partner.get("name"))
            people = _number(partner.get("people"))
            words = f"{name} ({kind})" if name else kind
            partners.append(f"{words}: {people}" if people else words)
        yield "partners_present", "Partners present", "; ".join(partners)

    def _issues(self) -> Iterator[Pair]:
        for issue in self._parts("issues"):
            mentions = issue.get("mentions")
            count = mentions if isinstance(mentions, int) else 1
            parts = [f"{count} mention" if count == 1 else f"{count} mentions"]
            parts.append(_text(issue.get("summary")))
            parts.append(_text(issue.get("place_note")))
            parts.append(_label("asb_qualifier", issue.get("asb_qualifier")))
            led = issue.get("police_led")
            parts.append("" if led is None else "Police lead" if led is True else "A partner leads")
            parts.append(_label("partner_type", issue.get("lead_partner_type")))
            label = _label("issue_category", issue.get("category"))
            yield (
                f"issues.{issue.get('id')}",
                label,
                ". ".join(part.rstrip(".") for part in parts if part),
            )

    def _handouts(self) -> Iterator[Pair]:
        given = []
        for handout in self._parts("handouts"):
            label = _label("handout_type", handout.get("type"))
            title = _text(handout.get("title"))
            words = f"{label} ({title})" if title else label
            given.append(f"{words}: {_number(handout.get('qty')) or '0'}")
        yield "handouts", "Handed out", "; ".join(given)

    def _notes(self) -> Iterator[Pair]:
        yield "purpose", "Purpose", _text(self._get("purpose"))
        yield "qualitative", "Notes", _text(self._get("qualitative"))
        yield "information_given", "Information given", _text(self._get("information_given"))
        yield "operation_name", "Operation", _text(self._get("operation_name"))
        yield "trigger", "What led to it", _text(self._get("trigger"))
        mood = self._get("sentiment")
        yield "sentiment", "Mood", f"{mood} of 5" if isinstance(mood, int) else ""
        for kept in self._parts("kept_text"):
            yield "kept_text", "Kept in the words", _text(kept.get("because"))

    def _pulse(self) -> Iterator[Pair]:
        pulse = self._part("pulse")
        for name, label in (("safe", "Feel safe"), ("unsure", "Unsure"), ("unsafe", "Feel unsafe")):
            yield f"pulse.{name}", label, _number(pulse.get(name))

    def _follow_ups(self) -> Iterator[Pair]:
        for action in self._parts("actions_promised"):
            label = _label("follow_up_kind", action.get("kind") or "ACTION")
            due = self._time(action.get("due_at"))
            owner = self._names.officer(_text(action.get("owner_officer_id")))
            parts = [_text(action.get("summary")), f"due {due}" if due else "", owner]
            yield f"actions_promised.{action.get('id')}", label, ", ".join(filter(None, parts))

    def _routing(self) -> Iterator[Pair]:
        yield "discloses_crime", "Told about a crime", _yes_no(self._get("discloses_crime"))
        yield "crime_or_incident_ref", "Crime number", _text(self._get("crime_or_incident_ref"))
        told = self._time(self._get("reported_to_control_at"))
        yield "reported_to_control_at", "Control room told", told
        yield "emergency", "Emergency", _yes_no(self._get("emergency"))
        yield "control_room_log", "Control room log", _text(self._get("control_room_log"))
        concern = _yes_no(self._get("safeguarding_concern"))
        yield "safeguarding_concern", "Safeguarding concern", concern
        route = self._part("safeguarding")
        passed_to = _label("safeguarding_route", route.get("routed_to"))
        yield "safeguarding.routed_to", "Passed on to", passed_to
        yield "safeguarding.routed_at", "Passed on at", self._time(route.get("routed_at"))
        emergency = _yes_no(route.get("emergency"))
        yield "safeguarding.emergency", "Immediate danger", emergency
        reference = _text(route.get("force_referral_ref"))
        if not reference and route.get("reference_by_control_room") is True:
            reference = "The control room will give it"
        yield "safeguarding.force_referral_ref", "Referral reference", reference
        yield "intel_submitted", "Intelligence report sent", _yes_no(self._get("intel_submitted"))
        yield "intel_ref", "Intelligence reference", _text(self._get("intel_ref"))

    def _outcome(self) -> Iterator[Pair]:
        yield "outcome", "How it went", _label("outcome", self._get("outcome"))
        yield "outcome_reason", "Reason", _label("cancel_reason", self._get("outcome_reason"))
        rebooking = self._part("rebooking")
        yield "rebooking.starts_at", "Now planned for", self._time(rebooking.get("starts_at"))
        for name, usual in (("processing_regime", "GENERAL"), ("lawful_basis", "PUBLIC_TASK")):
            code = self._get(name)
            if code != usual:
                yield name, words_of(name), _label(name, code)
        for name in sorted(self._body.keys() - _NAMED):
            yield name, words_of(name), plain_words(self._get(name))


_NAMED = EngagementBody.model_fields.keys() | {"marking_raised"}
"""Fields of this version; a field of another one is told as it is, so that nothing is unseen."""


def words_of(name: str) -> str:
    """The name of a field that has no words of its own, as words."""
    return name.replace("_", " ").capitalize()


def plain_words(value: object) -> str:
    """A value that has no words of its own, as it is."""
    if value in (None, "", [], {}):
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else ""


def _about(value: object) -> str:
    return f" (about {value})" if isinstance(value, int) else ""


def _yes_no(value: object) -> str:
    return {True: "Yes", False: "No"}.get(value, "") if isinstance(value, bool) else ""


def _label(name: str, code: object) -> str:
    return code_list(name).label(code) if isinstance(code, str) else ""


def _labels(name: str, codes: object) -> str:
    return ", ".join(_label(name, code) for code in codes) if isinstance(codes, list) else ""
