"""The centre's tables of rescue copies on their way in, and of receipts for tablets handed in."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, LargeBinary, Text, text
from sqlmodel import Field

from server.tables import Table


class RescueList(Table, table=True):
    """A list that was handed in: ``waiting`` for parts, ``held`` for people, or ``taken``."""

    __tablename__ = "rescue_list"
    sha: str = Field(primary_key=True)
    bundle: str
    device_id: str = Field(index=True)
    officer_id: str
    carried_by: str
    """Officer who handed it in; ``centre`` for an operator."""
    carried_on: str | None = None
    """The tablet it was handed in with."""
    received_at: str
    state: str
    code: str | None = None
    """Why it is held."""
    parts: str = Field(sa_column=Column(Text, nullable=False))
    """Names of its parts, as JSON."""
    told: str = Field(sa_column=Column(Text, nullable=False))
    """What was taken, in numbers, as JSON."""
    data: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    """The list itself, sealed as it came, until it has been taken."""


class RescuePart(Table, table=True):
    """A part that a list waits for, sealed as it came."""

    __tablename__ = "rescue_part"
    name: str = Field(primary_key=True)
    received_at: str
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class HandIn(Table, table=True):
    """A receipt: the centre has all that a tablet said it ever made."""

    __tablename__ = "hand_in"
    code: str = Field(primary_key=True)
    device_id: str = Field(index=True)
    officer_id: str
    at: str
    last_dseq: int = Field(sa_column=Column(BigInteger, nullable=False, server_default=text("0")))
    operations: int
    files: int
