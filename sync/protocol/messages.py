"""Requests and answers of protocol v1.

Requests forbid unknown fields; answers ignore them, so that a newer centre can say more. The
operations of a push are left as raw JSON here and read one by one at the centre, so that one that
cannot be read never costs its neighbours.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from fieldapp.domain.attachments import MAX_FILE_BYTES
from fieldapp.domain.operations import Hash, Id
from sync.protocol.versions import MAX_ASKED, MAX_LISTED, MAX_OPS, PAGE


class Request(BaseModel):
    """Base of everything a tablet asks."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """Base of everything the centre answers."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    epoch: str
    """Random id of the centre's history; a different one means it was restored."""


class Directive(BaseModel):
    """What the centre orders one tablet to do.

    ``body`` is JSON text that repeats ``id`` and ``kind`` and names the tablet; ``signature`` is of
    exactly that text, by the centre's signing key.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    kind: str
    body: str
    signature: str


class Lease(BaseModel):
    """Until when a tablet may keep what belongs to others; signed for this tablet alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    until: str
    signature: str


# Read one by one by the tablet: what is wrong with them must not cost the answer they came with.
_SHOWN_LEASE = Field(json_schema_extra=Lease.model_json_schema())
_SHOWN_ORDERS = Field(json_schema_extra={"items": Directive.model_json_schema()})


class SignIn(Request):
    """Officer and tablet introduce themselves.

    ``device_id`` is empty on first use of a tablet and repeated afterwards. ``device_key`` is the
    tablet's own, and ``proof`` its signature of the ``challenge`` that hello gave.
    """

    proto: int
    app: Annotated[str, Field(max_length=32)]
    force_no: Annotated[str, Field(max_length=32)]
    password: Annotated[str, Field(max_length=256)]
    device_id: Annotated[str, Field(max_length=64)] | None = None
    device_name: Annotated[str, Field(max_length=64)] = "tablet"
    device_key: Annotated[str, Field(max_length=64)] | None = None
    challenge: Annotated[str, Field(max_length=256)] | None = None
    proof: Annotated[str, Field(max_length=128)] | None = None


class SignedIn(Answer):
    """A token for this tablet and officer, and who they are."""

    device_id: str
    token: str
    expires_at: str
    officer_id: str
    force_no: str
    name: str
    role: str
    app_roles: list[str]
    lpt_code: str
    neighbourhoods: list[str]
    server_time: str
    centre_keys: dict[str, str] = {}
    """``sign``, ``seal``, and ``endorsements`` once the signing key has been changed."""


class Enrol(Request):
    """A tablet makes itself known: a code that was given out for it, and the key it made.

    ``proof`` is its signature of the code: it holds the other half of the key.
    """

    proto: int
    app: Annotated[str, Field(max_length=32)]
    code: Annotated[str, Field(max_length=64)]
    device_key: Annotated[str, Field(max_length=64)]
    proof: Annotated[str, Field(max_length=128)]
    device_name: Annotated[str, Field(max_length=64)] = "tablet"


class Enrolled(Answer):
    """The number the tablet has from now on, and the keys of the centre it belongs to."""

    device_id: str
    centre_keys: dict[str, str]
    server_time: str


class Receipt(Request):
    """What a tablet did about a directive.

    ``body`` is JSON text, ``signature`` the tablet's own of exactly that text (empty when it never
    had a key). ``escrow``: what it could not send before it obeyed, sealed for the centre, base64.
    """

    proto: int
    app: Annotated[str, Field(max_length=32)]
    directive_id: Annotated[str, Field(max_length=64)]
    body: Annotated[str, Field(max_length=4096)]
    signature: Annotated[str, Field(max_length=128)] = ""
    escrow: str = ""


class ReceiptAnswer(Answer):
    """The centre has it."""

    server_time: str


class Heartbeat(Request):
    """What waits on the tablet, told with every call."""

    depth: Annotated[int, Field(ge=0)] = 0
    oldest_at: str | None = None
    """When the oldest unsent operation was made (claimed), ISO 8601."""
    attachments: Annotated[int, Field(ge=0)] = 0
    """Photos and voice notes that are not whole at the centre."""
    attachment_bytes: Annotated[int, Field(ge=0)] = 0


class Push(Request):
    """A batch of operations, oldest first.

    ``journal_floor``: the tablet keeps nothing to re-send at or below this centre sequence.
    """

    proto: int
    app: Annotated[str, Field(max_length=32)]
    device_id: Annotated[str, Field(max_length=64)]
    hb: Heartbeat = Heartbeat()
    journal_floor: int = 0
    ops: Annotated[list[Any], Field(max_length=MAX_OPS)]


class OpResult(BaseModel):
    """What became of one operation; ``seq`` is the record's place in the centre's sequence."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    op_id: str
    status: str
    code: str | None = None
    revision: int | None = None
    seq: int | None = None
    fields: list[str] = []
    replay: bool = False
    ref: str | None = None


class PushAnswer(Answer):
    """One result for each operation, in the order they were sent."""

    results: list[OpResult]
    head: int
    durable: int
    server_time: str
    lease: Annotated[Any, _SHOWN_LEASE] = None
    directives: Annotated[list[Any], _SHOWN_ORDERS] = []


class Cursor(BaseModel):
    """How far a tablet has read each scope; authority is never taken from it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    epoch: str | None = None
    scopes: dict[str, int] = {}


class Pull(Request):
    """What has changed since ``cursor``."""

    proto: int
    app: Annotated[str, Field(max_length=32)]
    device_id: Annotated[str, Field(max_length=64)]
    hb: Heartbeat = Heartbeat()
    cursor: Cursor = Cursor()
    limit: Annotated[int, Field(ge=1, le=PAGE)] = PAGE


class Change(BaseModel):
    """A record as a scope now sees it: ``up`` with the record, ``exit`` or ``del`` without."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    scope: str
    record_id: str
    seq: int
    op: str
    record: dict[str, Any] | None = None


class PullAnswer(Answer):
    """One page; the cursor may be stored only together with the changes.

    ``count`` is the number of changes, so that a cut answer cannot pass for a short one. Sent when
    ``more`` is false, for each scope: ``check``, how many records it has, and ``check_sums``, the
    sum of their state numbers (``fieldapp.domain.scope_check``).
    """

    changes: list[Change]
    count: int
    cursor: Cursor
    more: bool
    scope_exit: list[str] = []
    resync: list[str] = []
    head: int
    durable: int
    check: dict[str, int] = {}
    check_sums: dict[str, int] = {}
    server_time: str
    lease: Annotated[Any, _SHOWN_LEASE] = None
    directives: Annotated[list[Any], _SHOWN_ORDERS] = []


class AskedBlob(Request):
    """A photo or voice note on the tablet; ``size`` in bytes."""

    sha: Hash
    size: Annotated[int, Field(ge=1, le=MAX_FILE_BYTES)]


class BlobStatus(Request):
    """How much of these photos and voice notes has arrived from this officer."""

    proto: int
    app: Annotated[str, Field(max_length=32)]
    device_id: Annotated[str, Field(max_length=64)]
    hb: Heartbeat = Heartbeat()
    shas: Annotated[list[AskedBlob], Field(max_length=MAX_ASKED)]


class BlobState(BaseModel):
    """How much of one photo or voice note has arrived.

    ``have``: the pieces that need not be sent again, as ranges ``[first, one after the last]``.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    complete: bool
    have: list[tuple[int, int]] = []


class BlobAnswer(Answer):
    """The state of every photo and voice note asked after, or sent, by its SHA-256."""

    blobs: dict[str, BlobState]


class HandedIn(Answer):
    """What became of a rescue copy; whoever carries it learns numbers only.

    ``state``: ``needs_parts`` (``need`` names those that have not come: send them, then the list
    again), ``taken``, ``held`` (somebody at the centre looks at it first) or ``refused``.
    """

    state: str
    need: list[str] = []
    entries: int = 0
    drafts: int = 0
    photos: int = 0
    again: int = 0
    missing: int = 0
    words: str = ""


class PartTaken(Answer):
    """The centre has this part."""

    name: str


class HandIn(Request):
    """A tablet is to be handed in: everything it still keeps of what it ever made.

    ``ops``: ids of the operations, ``files``: names of photos and voice notes made on it;
    ``last_dseq``: the number of the last operation it made; ``only_here``: drafts and other work
    that no operation speaks of yet.
    """

    proto: int
    app: Annotated[str, Field(max_length=32)]
    device_id: Annotated[str, Field(max_length=64)]
    hb: Heartbeat = Heartbeat()
    last_dseq: Annotated[int, Field(ge=0, lt=2**53)]
    ops: Annotated[list[Id], Field(max_length=MAX_LISTED)]
    files: Annotated[list[Hash], Field(max_length=MAX_LISTED)] = []
    only_here: Annotated[int, Field(ge=0, le=MAX_LISTED)] = 0


class HandInAnswer(Answer):
    """What the centre does not have, or its receipt that nothing is missing.

    ``code`` is empty while anything is missing or only on the tablet.
    """

    missing_ops: list[str] = []
    missing_files: list[str] = []
    code: str = ""
    at: str = ""
    confirmed: int = 0
    server_time: str


class Hello(Answer):
    """What the centre speaks and allows."""

    proto_min: int
    proto_max: int
    app: str
    max_ops: int
    page: int
    server_time: str
    centre_keys: dict[str, str] = {}
    challenge: str = ""
    """To be signed by a tablet that signs in; good for a few minutes."""


class ErrorAnswer(BaseModel):
    """The one shape of every error: a stable code, words for support, and when to come back."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    error: str
    words: str
    request_id: str
    epoch: str | None = None
    retry_after: float | None = None
    directives: list[Directive] | None = None
    """For a tablet that gets nothing else any more."""
