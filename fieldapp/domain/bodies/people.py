"""People and what they agreed to, held apart from entries."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from fieldapp.domain.bodies.fields import Body, Code, Moment, Text


class PersonBody(Body):
    """A person we need to reply to; held apart from entries, with its own scope."""

    full_name: Text | None = None
    address_line: Text | None = None
    postcode: Annotated[str, Field(max_length=10)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    preferred_channel: Code | None = None
    best_time: Text | None = None
    accessibility_needs: Text | None = None
    language: Text | None = None
    wants_anonymity: bool | None = None
    age_band: Code | None = None
    created_for: Code | None = None
    lpt_code: Code | None = None
    neighbourhood_id: Code | None = None


class ConsentBody(Body):
    """One consent for one purpose; a refusal is stored too."""

    person_id: Code | None = None
    purpose: Code | None = None
    status: Code | None = None
    method: Code | None = None
    wording_version: Code | None = None
    language: Text | None = None
    at: Moment | None = None
    captured_by: Code | None = None
    withdrawn_at: Moment | None = None
    lpt_code: Code | None = None
    neighbourhood_id: Code | None = None
