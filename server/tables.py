"""The centre's tables; times are ISO 8601 text in UTC, always with microseconds, so they sort."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

NUMBER = Integer().with_variant(BigInteger(), "postgresql")
"""Whole numbers of the first step: SQLite's have 64 bits in any case."""


class Table(SQLModel, registry=registry(metadata=MetaData(naming_convention=NAMING))):
    """Common ground of the centre's tables; their own metadata, apart from the tablet's."""


class Head(Table, table=True):
    """One row: the only sequence in the system and the name of this history."""

    __tablename__ = "head"
    id: int = Field(primary_key=True, sa_type=NUMBER)
    seq: int = Field(sa_type=NUMBER)
    epoch: str
    durable: int = Field(sa_type=NUMBER)
    swept_on: str | None = None
    """London date up to which what depends on the calendar has been brought up to date."""


class OfficerRow(Table, table=True):
    """An account: who they are and what they may do."""

    __tablename__ = "officer"
    officer_id: str = Field(primary_key=True)
    force_no: str = Field(unique=True)
    name: str
    role: str
    app_roles: str
    lpt_code: str
    neighbourhoods: str
    supervisor_id: str | None = None
    active: bool = True


class Credential(Table, table=True):
    """Password of an account, as argon2id."""

    __tablename__ = "credential"
    officer_id: str = Field(primary_key=True, foreign_key="officer.officer_id")
    password_hash: str
    changed_at: str


class Device(Table, table=True):
    """A tablet: ``active`` sends and receives, ``draining`` only sends, ``revoked`` neither."""

    __tablename__ = "device"
    device_id: str = Field(primary_key=True)
    name: str
    officer_id: str
    state: str
    created_at: str
    last_seen: str
    depth: int = Field(default=0, sa_type=NUMBER)
    oldest_at: str | None = None
    app: str
    journal_floor: int = Field(default=0, sa_type=NUMBER)
    public_key: str | None = None
    """Of the tablet's own signing key, once it has been enrolled."""
    clone_at: str | None = None
    """When it turned out that two tablets, or two pasts of one, use this id."""
    came_from: str | None = None
    """The id it had before, when that one was stopped."""
    attachments: int = Field(
        sa_column=Column(BigInteger, nullable=False, server_default=text("0")), default=0
    )
    attachment_bytes: int = Field(
        sa_column=Column(BigInteger, nullable=False, server_default=text("0")), default=0
    )


class CentreKey(Table, table=True):
    """Keys of the centre, those of the past included: ``sign`` and ``seal``."""

    __tablename__ = "centre_key"
    purpose: str = Field(primary_key=True)
    public: str = Field(primary_key=True)
    private: str
    made_at: str
    endorsement: str | None = None
    """Signature of a signing key by the one before it."""


class Enrolment(Table, table=True):
    """A code that makes one tablet known to the centre; only its hash is kept."""

    __tablename__ = "enrolment"
    code_hash: str = Field(primary_key=True)
    made_at: str
    expires_at: str
    used_at: str | None = None
    device_id: str | None = None


class DirectiveRow(Table, table=True):
    """What a tablet is told to do, signed, and what it says it did."""

    __tablename__ = "directive"
    id: str = Field(primary_key=True)
    device_id: str = Field(index=True)
    kind: str
    body: str = Field(sa_column=Column(Text, nullable=False))
    signature: str
    made_at: str
    handed_out_at: str | None = None
    received_at: str | None = None
    receipt: str | None = Field(default=None, sa_column=Column(Text))


class Token(Table, table=True):
    """A sign-in of one officer on one tablet; only the token's SHA-256 is kept."""

    __tablename__ = "token"
    token_hash: str = Field(primary_key=True)
    device_id: str = Field(foreign_key="device.device_id")
    officer_id: str = Field(foreign_key="officer.officer_id", index=True)
    issued_at: str
    expires_at: str
    revoked_at: str | None = None


class SignInTry(Table, table=True):
    """Wrong passwords in a row for one account from one tablet."""

    __tablename__ = "sign_in_try"
    account: str = Field(primary_key=True)
    device: str = Field(primary_key=True)
    failures: int = Field(sa_type=NUMBER)
    not_before: str


class RecordRow(Table, table=True):
    """One row for each record; what it says now is its latest revision.

    ``n`` is the sequence number at which it was first seen. ``settled_on`` is the date from which
    the time it may stay on tablets counts.
    """

    __tablename__ = "record"
    n: int = Field(primary_key=True, sa_type=NUMBER)
    id: str = Field(unique=True)
    record_type: str
    owner_officer_id: str
    lpt_code: str
    neighbourhood_id: str | None = None
    revision: int = Field(sa_type=NUMBER)
    review_status: str
    deleted: bool = False
    seq: int = Field(sa_type=NUMBER)
    settled_on: str | None = Field(default=None, index=True)
    revision_n: int = Field(foreign_key="revision.n", sa_type=NUMBER)


class RevisionRow(Table, table=True):
    """Every state a record has had, whole; never changed and never deleted."""

    __tablename__ = "revision"
    n: int = Field(primary_key=True, sa_type=NUMBER)
    record_id: str
    revision: int = Field(sa_type=NUMBER)
    kind: str
    op_id: str | None = None
    officer_id: str
    device_id: str | None = None
    claimed_at: str | None = None
    received_at: str
    review_status: str
    head: str = Field(sa_column=Column(Text, nullable=False))
    """The record as JSON without its body."""
    body: str | None = Field(default=None, sa_column=Column(Text))
    """Its body, unless it is the same as before."""
    body_n: int | None = Field(default=None, sa_type=NUMBER)
    """Number of the revision that holds the body, when this one does not."""


class Ledger(Table, table=True):
    """What was answered to each operation, for ever; never changed and never deleted."""

    __tablename__ = "ledger"
    __table_args__ = (Index(None, "device_id", "officer_id", "dseq"),)
    n: int = Field(primary_key=True, sa_type=NUMBER)
    op_id: str = Field(unique=True)
    officer_id: str
    device_id: str
    dseq: int = Field(sa_type=NUMBER)
    payload_hash: str
    result: str = Field(sa_column=Column(Text, nullable=False))


class Quarantine(Table, table=True):
    """What an officer sent and the centre could not apply, word for word."""

    __tablename__ = "quarantine"
    __table_args__ = (UniqueConstraint("officer_id", "payload_hash"),)
    n: int = Field(primary_key=True, sa_type=NUMBER)
    op_id: str
    officer_id: str
    device_id: str
    kind: str
    record_id: str
    code: str
    payload_hash: str
    received_at: str
    raw: str = Field(sa_column=Column(Text, nullable=False))


class Feed(Table, table=True):
    """The latest change of each record in each scope: ``up``, ``exit`` or ``del``."""

    __tablename__ = "feed"
    __table_args__ = (Index(None, "scope", "seq", unique=True), {"sqlite_with_rowid": False})
    record_n: int = Field(sa_column=Column(NUMBER, ForeignKey("record.n"), primary_key=True))
    scope: str = Field(primary_key=True)
    seq: int = Field(sa_type=NUMBER)
    op: str


class ScopeCount(Table, table=True):
    """How many records each scope holds, by owner, and the sum of their state numbers."""

    __tablename__ = "scope_count"
    scope: str = Field(primary_key=True)
    owner_officer_id: str = Field(primary_key=True)
    records: int = Field(sa_type=NUMBER)
    state_sum: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))


class Floor(Table, table=True):
    """How far a scope's feed has been trimmed: what left it up to here is not told any more."""

    __tablename__ = "floor"
    scope: str = Field(primary_key=True)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))


class DayEnd(Table, table=True):
    """Where the sequence stood when a day was swept: how old a place in the feed is."""

    __tablename__ = "day_end"
    day: str = Field(primary_key=True)
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))


class Backup(Table, table=True):
    """A backup that was made and verified."""

    __tablename__ = "backup"
    name: str = Field(primary_key=True)
    made_at: str
    seq: int = Field(sa_column=Column(BigInteger, nullable=False))
    """Everything up to here is in it."""
    size: int = Field(sa_column=Column(BigInteger, nullable=False))
    sha256: str
    folder: str


class Audit(Table, table=True):
    """Who did what and when; each row carries the hash of the one before. No content."""

    __tablename__ = "audit"
    seq: int = Field(primary_key=True, sa_type=NUMBER)
    at: str
    actor: str
    device_id: str | None = None
    action: str
    subject: str
    detail: str = Field(sa_column=Column(Text, nullable=False))
    prev_hash: str
    hash: str


class Neighbourhood(Table, table=True):
    """A neighbourhood as fixed by the chief officer."""

    __tablename__ = "neighbourhood"
    code: str = Field(primary_key=True)
    name: str
    lpt_code: str = Field(index=True)
    valid_from: str
    valid_to: str | None = None
    successors: str
    """Codes of those that took its place, as JSON."""


class RefCounter(Table, table=True):
    """Running numbers of the references people quote."""

    __tablename__ = "ref_counter"
    series: str = Field(primary_key=True)
    last: int = Field(sa_type=NUMBER)


class EngagementFact(Table, table=True):
    """Projection: what counted as known from ``known_from`` until ``known_to``, by receipt."""

    __tablename__ = "engagement"
    __table_args__ = (
        Index(None, "neighbourhood_id", "counted_meeting", "known_to"),
        Index(None, "pending_in", "known_to"),
        {"sqlite_with_rowid": False},
    )
    record_n: int = Field(primary_key=True, sa_type=NUMBER)
    known_from: str = Field(primary_key=True)
    known_to: str | None = None
    record_type: str
    engagement_type: str | None = None
    lpt_code: str
    neighbourhood_id: str | None = None
    owner_officer_id: str
    review_status: str
    held_on: str | None = None
    outcome: str | None = None
    counted_meeting: bool
    """It is approved and counts as a meeting of s.34 (R1, R2)."""
    pending_in: str | None
    """The neighbourhood for which it, or its amendment, would count and awaits a decision."""
    strict: bool
    attendance: int = Field(sa_type=NUMBER)
    ref: str | None = None


class IssueFact(Table, table=True):
    """Projection: concerns raised in approved entries."""

    __tablename__ = "issue"
    record_id: str = Field(primary_key=True)
    issue_id: str = Field(primary_key=True)
    category: str
    mentions: int = Field(sa_type=NUMBER)
    lpt_code: str
    neighbourhood_id: str | None = None
    held_on: str | None = None
    police_led: bool | None = None


class FollowUpFact(Table, table=True):
    """Projection: promises and queries as they stand."""

    __tablename__ = "follow_up"
    record_id: str = Field(primary_key=True)
    kind: str | None = None
    lpt_code: str
    neighbourhood_id: str | None = None
    owner_officer_id: str | None = None
    raised_at: str | None = None
    due_at: str | None = None
    first_response_at: str | None = None
    closed_at: str | None = None


class PlannedFact(Table, table=True):
    """Projection: plan lines as known from ``known_from`` until ``known_to``, by receipt."""

    __tablename__ = "planned_activity"
    __table_args__ = (Index(None, "neighbourhood_id", "known_to"), {"sqlite_with_rowid": False})
    record_n: int = Field(primary_key=True, sa_type=NUMBER)
    known_from: str = Field(primary_key=True)
    known_to: str | None = None
    engagement_type: str | None = None
    lpt_code: str
    neighbourhood_id: str | None = None
    starts_at: str | None = None
    status: str | None = None
    s34_intended: bool
    venue: str | None = None
