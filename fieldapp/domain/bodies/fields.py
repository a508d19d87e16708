"""Limits and shapes that fields of all bodies share."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, Strict

from fieldapp.domain.content import Json
from fieldapp.domain.times import FIRST_YEAR, LAST_YEAR

SCHEMA_VERSION = 1
"""Version of the bodies below; a form's number is ``TYPE@version``."""

NOTES_LIMIT = 8000
SUMMARY_LIMIT = 300
TEXT_LIMIT = 500
COUNT_LIMIT = 5000

Code = Annotated[str, Field(max_length=64)]
Text = Annotated[str, Field(max_length=TEXT_LIMIT)]
Summary = Annotated[str, Field(max_length=SUMMARY_LIMIT)]
Notes = Annotated[str, Field(max_length=NOTES_LIMIT)]
Count = Annotated[int, Field(ge=0, le=COUNT_LIMIT)]
Reach = Annotated[int, Field(ge=0, le=10_000_000)]
Degrees = Annotated[str, Field(pattern=r"^-?\d{1,3}(\.\d{1,8})?$")]


def _moment(value: object) -> object:
    # Left to itself the model would also take numbers and numeric text, which no reader expects;
    # strictly it takes times only, so whatever is handed on as it came is told as no time.
    moment = value
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(moment, datetime) and not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return str(value)
    return moment


Moment = Annotated[AwareDatetime, Strict(), BeforeValidator(_moment)]
"""Every time in a body; its offset is kept."""


class Body(BaseModel):
    """Common ground of all bodies: unknown fields are kept, assignment is checked."""

    model_config = ConfigDict(extra="allow", validate_assignment=True)

    def to_json(self) -> Json:
        """The body as stored: JSON values only, empty fields left out."""
        return self.model_dump(mode="json", exclude_none=True)


class Part(Body):
    """A piece of a body; how changes to it by two people are joined is said here."""

    KEY: ClassVar[str] = ""
    """Field whose text tells one of several from the others; without it they are members of a set,
    and a changed one is another one."""
    WHOLE: ClassVar[bool] = False
    """True where its fields only make sense together, as one answer."""
    TOGETHER: ClassVar[frozenset[str]] = frozenset()
    """The fields that only make sense together, where not all of them do."""
