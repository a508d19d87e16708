"""The centre's tables of photos and voice notes: their bytes in pieces, and whose they are.

Named ``blob`` as on the wire. A piece belongs to the officer who sent it until the whole has been
verified, so that nobody can spoil, or find out about, what somebody else is sending.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary
from sqlmodel import Field

from server.tables import Table


class Upload(Table, table=True):
    """What an officer has begun to send and not finished."""

    __tablename__ = "upload"
    sha: str = Field(primary_key=True)
    officer_id: str = Field(primary_key=True, index=True)
    size: int
    begun_at: str
    last_at: str


class PieceRow(Table, table=True):
    """64 KiB of one, or what is left at its end."""

    __tablename__ = "piece"
    sha: str = Field(primary_key=True)
    officer_id: str = Field(primary_key=True)
    idx: int = Field(primary_key=True)
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Blob(Table, table=True):
    """One that is whole and is what its name says."""

    __tablename__ = "blob"
    sha: str = Field(primary_key=True)
    size: int
    sent_by: str
    """The officer whose pieces are kept."""
    first_seen: str
    idle_since: str | None = Field(default=None, index=True)
    """Since when nothing has referred to it, as far as was looked."""


class BlobOwner(Table, table=True):
    """Who has sent all of it: only their references count, for a name alone proves nothing."""

    __tablename__ = "blob_owner"
    sha: str = Field(primary_key=True, foreign_key="blob.sha")
    officer_id: str = Field(primary_key=True, index=True)
    at: str


class BlobRef(Table, table=True):
    """Every record that refers or has ever referred to one; never deleted, made from revisions."""

    __tablename__ = "blob_ref"
    __table_args__ = (Index(None, "sha"), {"sqlite_with_rowid": False})
    record_n: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    sha: str = Field(primary_key=True)
    officer_id: str
    """Who put it on, the last time it was put on."""
    shown: bool
    """The record refers to it now."""
