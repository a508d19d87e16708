"""R19 and R21: person data only for a purpose, and no photo of people without their consent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fieldapp.domain.bodies import ConsentBody, EngagementBody, PersonBody
from fieldapp.domain.rules.problem import Problem, blocking, hint
from resources import code_list

UNDER_13 = "UNDER_13"
_PERSONAL = (
    "full_name",
    "address_line",
    "postcode",
    "email",
    "phone",
    "best_time",
    "accessibility_needs",
)


def person_problems(
    body: EngagementBody, *, person: PersonBody | None, consents: Iterable[ConsentBody] = ()
) -> tuple[Problem, ...]:
    """R19: an entry that points at a person says what the person's data is needed for.

    A question to answer, a consent that was asked for, or a purpose on the person will do.
    """
    own = () if person is None else personal_data_problems(person)
    if blocking(own) or not body.person_id:
        return own
    asked = body.is_query or any(
        action.kind == "PUBLIC_QUERY" for action in body.actions_promised or ()
    )
    purpose = person.created_for if person else None
    if asked or purpose or any(consent.status for consent in consents):
        return own
    return (
        *own,
        Problem(
            "person_id",
            "purpose_missing",
            "Say what the person's details are needed for, or take them out.",
        ),
    )


def personal_data_problems(person: PersonBody) -> tuple[Problem, ...]:
    """R19: a person's details need a purpose; one who wants to stay unnamed should have none."""
    held = [name for name in _PERSONAL if getattr(person, name)]
    if not held:
        return ()
    unnamed: tuple[Problem, ...] = ()
    if person.wants_anonymity:
        words = "They want to stay unnamed. Take out the details you do not need."
        unnamed = (hint(f"person.{held[0]}", "wants_anonymity", words),)
    if person.created_for not in code_list("person_purpose"):
        words = "Choose what the person's details are needed for, or take them out."
        return (*unnamed, Problem("person.created_for", "purpose_missing", words))
    return unnamed


def consent_problems(
    consent: ConsentBody, *, person: PersonBody | None = None
) -> tuple[Problem, ...]:
    """R19: a consent says for what, by which words, how and when; a child's is not taken."""
    found = []
    if consent.purpose not in code_list("consent_purpose"):
        words = "Choose what the consent is for."
        found.append(Problem("consent.purpose", "required", words))
    if consent.status not in code_list("consent_status"):
        words = "Say whether they agreed, said no, or were not asked."
        found.append(Problem("consent.status", "required", words))
    if consent.status == "GIVEN":
        found.extend(_given_problems(consent))
        if person and person.age_band == UNDER_13:
            words = "A child under 13 cannot agree to this. Ask a parent or carer."
            found.append(Problem("consent.status", "child", words))
    return tuple(found)


def _given_problems(consent: ConsentBody) -> list[Problem]:
    found = []
    if not consent.wording_version:
        words = "Read out the wording first, so that its version is kept."
        found.append(Problem("consent.wording_version", "required", words))
    if consent.method not in code_list("consent_method"):
        found.append(Problem("consent.method", "required", "Choose how they agreed."))
    if consent.at is None:
        found.append(Problem("consent.at", "required", "Enter when they agreed."))
    return found


def photo_problems(attachments: Mapping[str, object]) -> tuple[Problem, ...]:
    """R21: a photo of people names the consent it was taken with.

    Args:
        attachments: the record's manifest; an item may hold ``kind``, ``shows_people`` and
            ``consent_id``.
    """
    return tuple(
        Problem(
            f"attachments.{name}",
            "photo_consent_missing",
            "This photo shows people. Record their consent, or remove it.",
        )
        for name, item in attachments.items()
        if isinstance(item, Mapping)
        and item.get("kind") == "PHOTO"
        and item.get("shows_people") is True
        and not item.get("consent_id")
    )
