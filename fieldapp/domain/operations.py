"""Operations: what an officer did, named once on the tablet and never renamed.

An operation's wire form is frozen when it is first sent. The kinds beyond those modelled here are
reserved by the protocol (suggest, answer_suggestion, reassign, merge_events, erase, restrict); a
centre that does not know a kind holds it in quarantine.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from fieldapp.domain.bodies import Code, Moment
from fieldapp.domain.codes import Verdict
from fieldapp.domain.content import Json, canonical_json, sha256_hex
from fieldapp.domain.errors import ContentError

Id = Annotated[
    str, Field(pattern=r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")
]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Path = Annotated[str, Field(max_length=5000)]
"""Names a value inside a body: see ``fieldapp.domain.joining``."""
Comment = Annotated[str, Field(max_length=1000)]


class OperationBase(BaseModel):
    """What every operation carries.

    ``dseq`` counts up by one on each tablet; ``claimed_at`` is the tablet's clock with its offset,
    a claim and never an order; ``monotonic_ms`` is its running reading, for measuring drift.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    op_id: Id
    dseq: Annotated[int, Field(ge=1)]
    record_id: Id
    claimed_at: Moment
    monotonic_ms: int = 0

    def to_wire(self) -> Json:
        """The operation as sent; equal operations give equal JSON."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Create(OperationBase):
    """A new record, owned by the officer who sends it."""

    kind: Literal["create"] = "create"
    record_type: Code
    schema_version: int
    body: dict[str, Any]
    attachments: dict[str, Any] = {}


class FieldChange(BaseModel):
    """One field's old and new value; ``None`` means the field was or becomes empty."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_: Any = Field(default=None, alias="from")
    to: Any = None


class Patch(OperationBase):
    """Changes to single fields of the body, each with the value it replaces.

    ``attach`` and ``detach`` put photos and voice notes on and take them off, as a set.
    """

    kind: Literal["patch"] = "patch"
    base_revision: int
    changes: dict[Code, FieldChange]
    resolves: list[Path] = []
    attach: dict[str, Any] = {}
    detach: list[Hash] = []

    def to_wire(self) -> Json:
        """The patch as sent; a centre of the first release knows no ``attach`` and ``detach``."""
        wire = super().to_wire()
        return {name: value for name, value in wire.items() if value or name not in _FILES}


_FILES = ("attach", "detach")


class Submit(OperationBase):
    """Hand an entry to the supervisor."""

    kind: Literal["submit"] = "submit"


class Recall(OperationBase):
    """Take an undecided entry back to draft."""

    kind: Literal["recall"] = "recall"


class Delete(OperationBase):
    """Delete a record that has not been approved."""

    kind: Literal["delete"] = "delete"


class Void(OperationBase):
    """Withdraw an entry; it is kept and not counted."""

    kind: Literal["void"] = "void"
    reason: Annotated[str, Field(min_length=1, max_length=1000)]


class Decide(OperationBase):
    """Approve or return exactly the content that was shown (R26, R27)."""

    kind: Literal["decide"] = "decide"
    verdict: Verdict
    content_hash: Hash
    revision: int
    reasons: list[Code] = []
    comments: dict[Code, Comment] = {}


Operation = Create | Patch | Submit | Recall | Delete | Void | Decide
COMMANDS = frozenset({"decide", "recall", "delete", "void"})
"""Kinds that can be turned down; every other kind is taken into custody whatever happens."""

_ADAPTER: TypeAdapter[Operation] = TypeAdapter(Annotated[Operation, Field(discriminator="kind")])


def parse_operation(wire: object) -> Operation:
    """Read one operation.

    Raises:
        ContentError: code ``unknown_kind`` for a kind this version does not model, ``malformed``
            for anything else; the words name the field.
    """
    try:
        return _ADAPTER.validate_python(wire)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        if first["type"] == "union_tag_invalid":
            raise ContentError(
                "This version does not know that kind.", code="unknown_kind"
            ) from None
        where = ".".join(str(part) for part in first["loc"]) or "operation"
        raise ContentError(f"{where}: {first['msg']}.", code="malformed") from None


def payload_hash(wire: object) -> str:
    """Hash that tells a re-sent operation from another one under the same id.

    Raises:
        ContentError: when the payload is not canonical JSON.
    """
    return sha256_hex(canonical_json(wire))


def changes_between(old: Json, new: Json) -> dict[str, FieldChange]:
    """Field by field, what turns ``old`` into ``new``."""
    return {
        name: FieldChange(from_=old.get(name), to=new.get(name))
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    }
