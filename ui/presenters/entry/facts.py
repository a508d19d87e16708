"""What the form knows before the first tap: the type, the team's places, schools and officers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from resources import code_list
from resources.engagement_types import EngagementType, engagement_type, engagement_types
from resources.force import ALL_LPT, ConsentWording, consent_wordings, setting_defaults

if TYPE_CHECKING:
    from fieldapp.domain.content import Json
    from fieldapp.services.bundle import Services
    from fieldapp.services.values import Choice, Officer

CHIPS_AT_MOST = 12
"""More choices than this are searched, not laid out."""


@dataclass(frozen=True)
class FormFacts:
    """Reference values of one opened form; read once, in the store lane."""

    type: EngagementType
    officer: Officer
    neighbourhoods: tuple[Choice, ...]
    venues: tuple[Choice, ...]
    recent: tuple[Choice, ...]
    schools: tuple[Choice, ...]
    officers: tuple[Choice, ...]
    settings: Json

    @classmethod
    def read(cls, services: Services, type_code: str) -> FormFacts:
        """Read everything a form of this type shows."""
        reference = services.reference
        kind = engagement_type(type_code)
        officer = services.officer
        return cls(
            type=kind,
            officer=officer,
            neighbourhoods=reference.neighbourhoods(officer.lpt_code),
            venues=reference.venues() if kind.venue != "NONE" else (),
            recent=reference.recent_places() if kind.venue != "NONE" else (),
            schools=reference.schools() if kind.shows("school") else (),
            officers=reference.officers(),
            settings=reference.settings(),
        )

    @cached_property
    def beat(self) -> frozenset[str]:
        """Codes of the officer's own neighbourhoods; the whole team's when they have all of it."""
        own = self.officer.neighbourhoods
        if own and ALL_LPT not in own:
            return own
        return frozenset(choice.code for choice in self.neighbourhoods)

    @cached_property
    def beat_venues(self) -> tuple[Choice, ...]:
        """Places of the officer's own neighbourhoods."""
        return tuple(
            venue for venue in self.venues if venue.extra.get("neighbourhood_id") in self.beat
        )

    @cached_property
    def colleagues(self) -> tuple[Choice, ...]:
        """Officers of the same team, the one signed in first."""
        own = self.officer.officer_id
        return tuple(sorted(self.officers, key=lambda choice: choice.code != own))

    def neighbourhood_name(self, code: str) -> str:
        """Words for a neighbourhood; its code when it is not one of the team's."""
        return _label(self.neighbourhoods, code)

    def school(self, code: str) -> Choice | None:
        """A school by its id."""
        return _find(self.schools, code)

    def venue(self, code: str) -> Choice | None:
        """A place by its id, also one that is only among the recent ones."""
        return _find((*self.venues, *self.recent), code)

    def officer_choice(self, code: str) -> Choice | None:
        """A colleague by id."""
        return _find(self.officers, code)

    def setting(self, key: str) -> Any:  # noqa: ANN401 - settings are of many types
        """A force setting, or the default that ships with this version."""
        found = self.settings.get(key)
        return setting_defaults().get(key) if found is None else found

    def hours(self, key: str) -> int:
        """A setting that is a whole number."""
        value = self.setting(key)
        return value if isinstance(value, int) else 0

    def wording(self, purpose: str) -> ConsentWording | None:
        """The words to read out for one purpose, in the version in use."""
        version = self.setting("consent_wording")
        matching = [text for text in consent_wordings() if text.purpose == purpose]
        return next((text for text in matching if text.version == version), None)

    @cached_property
    def asked_consents(self) -> tuple[str, ...]:
        """Purposes there are words for, in the order of the list."""
        purposes = code_list("consent_purpose").items
        return tuple(item.code for item in purposes if self.wording(item.code))

    @cached_property
    def siblings(self) -> tuple[EngagementType, ...]:
        """For contacts: the kinds of contact one can be changed into; otherwise none."""
        if self.type.record_type != "RESIDENT_CONTACT":
            return ()
        kinds = engagement_types().values()
        return tuple(kind for kind in kinds if kind.record_type == self.type.record_type)


def _find(choices: tuple[Choice, ...], code: str) -> Choice | None:
    return next((choice for choice in choices if choice.code == code), None)


def _label(choices: tuple[Choice, ...], code: str) -> str:
    found = _find(choices, code)
    return found.label if found else code
