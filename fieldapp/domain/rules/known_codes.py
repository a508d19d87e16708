"""Every chosen code is one this version knows; one that is not is named, never silently dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fieldapp.domain.bodies import Body, EngagementBody
from fieldapp.domain.rules.problem import Problem
from resources import code_list

_TOP: Mapping[str, str] = {
    "outcome": "outcome",
    "outcome_reason": "cancel_reason",
    "formality": "formality",
    "participation_level": "participation_level",
    "channel": "contact_channel",
    "gsc_marking": "gsc_marking",
    "processing_regime": "processing_regime",
    "lawful_basis": "lawful_basis",
}
_IN_PARTS: Mapping[str, Mapping[str, str]] = {
    "venue": {"location_source": "location_source"},
    "school": {
        "phase": "school_phase",
        "key_stage": "key_stage",
        "visit_purpose": "visit_purpose",
        "year_groups": "year_group",
        "topics": "session_topic",
    },
    "safeguarding": {"routed_to": "safeguarding_route"},
    "issues": {
        "category": "issue_category",
        "asb_qualifier": "asb_qualifier",
        "lead_partner_type": "partner_type",
    },
    "participants": {"role_at_time": "officer_role"},
    "partners_present": {"partner_type": "partner_type"},
    "handouts": {"type": "handout_type"},
    "segments": {"segment": "community_segment"},
    "actions_promised": {"kind": "follow_up_kind", "lead_partner_type": "partner_type"},
}
_KEYS: Mapping[str, str] = {"participants": "officer_id", "segments": "segment"}
"""What an element is keyed by, where it is not ``id``."""


def unknown_codes(body: EngagementBody) -> tuple[Problem, ...]:
    """One problem for each code that is in none of the lists it is chosen from."""
    found = list(_unknown(body, _TOP, prefix=""))
    for name, lists in _IN_PARTS.items():
        part = getattr(body, name)
        if isinstance(part, Body):
            found.extend(_unknown(part, lists, prefix=f"{name}."))
        for element in part if isinstance(part, list) else ():
            key = getattr(element, _KEYS.get(name, "id"))
            found.extend(_unknown(element, lists, prefix=f"{name}.{key}."))
    return tuple(found)


def _unknown(part: Body, lists: Mapping[str, str], *, prefix: str) -> Iterator[Problem]:
    for field, list_name in lists.items():
        value = getattr(part, field)
        chosen = value if isinstance(value, list) else [value]
        for code in chosen:
            if code is not None and code not in code_list(list_name):
                words = f"This version does not know the choice {code}. Choose again."
                yield Problem(f"{prefix}{field}", "unknown_code", words)
