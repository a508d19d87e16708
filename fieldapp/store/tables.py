"""The tables of the tablet's store, and the version of their shape."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

VERSION = 2
"""``PRAGMA user_version`` of a store of this shape; the number of the newest migration."""

ENTRY = "record_type IN ('ENGAGEMENT','RESIDENT_CONTACT')"
"""Holds for entries; written the same in queries, so that they find their index."""

LIVE = "(status<>'APPROVED' OR amendment IS NOT NULL OR conflicts>0)"
"""Holds for entries that somebody still has to do something about, and for those withdrawn."""

OTHER = "record_type NOT IN ('ENGAGEMENT','RESIDENT_CONTACT')"

metadata = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "pk": "%(table_name)s_pkey",
    }
)

record = Table(
    "record",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("id", Text, nullable=False),
    Column("record_type", Text, nullable=False),
    Column("kind", Text),
    Column("status", Text, nullable=False),
    Column("amendment", Text),
    Column("owner", Text, nullable=False),
    Column("lead", Text),
    Column("lpt", Text, nullable=False),
    Column("neighbourhood", Text),
    Column("at", Integer),
    Column("until", Integer),
    Column("submitted", Integer),
    Column("title", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("attendance", Integer),
    Column("present", Text, nullable=False),
    Column("ref", Text),
    Column("linked", Text),
    Column("person_id", Text),
    Column("conflicts", Integer, nullable=False),
    Column("pending", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("shown_hash", Text, nullable=False),
    Column("search_row", Integer),
    Column("to_index", Integer, nullable=False),
    Column("shown", Text, nullable=False),
    Column("base", Text),
    Column("digest", Integer),
    UniqueConstraint("id"),
    comment="One row for each record: screen columns, what is shown, and what the centre said.",
)
Index(
    "record_other",
    record.c.record_type,
    record.c.status,
    record.c.at,
    sqlite_where=text(OTHER),
)
Index("record_live", record.c.at, sqlite_where=text(f"{ENTRY} AND {LIVE}"))
Index("record_entry_at", record.c.at, sqlite_where=text(ENTRY))
Index("record_linked", record.c.linked, sqlite_where=record.c.linked.is_not(None))
Index("record_person", record.c.person_id, sqlite_where=record.c.person_id.is_not(None))
Index(
    "record_pending",
    record.c.id,
    record.c.record_type,
    record.c.linked,
    record.c.person_id,
    sqlite_where=text("pending > 0"),
)
Index("record_torn", record.c.at, sqlite_where=text("conflicts > 0"))
Index("record_to_index", record.c.n, sqlite_where=text("to_index = 1"))

member = Table(
    "member",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("n", Integer, primary_key=True),
    Column("number", Integer, nullable=False, server_default="0"),
    sqlite_with_rowid=False,
    comment="Which scopes of the centre a record was received through, and in which state.",
)
Index("member_n", member.c.n)

outbox = Table(
    "outbox",
    metadata,
    Column("dseq", Integer, primary_key=True),
    Column("op_id", Text, nullable=False),
    Column("record_id", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("made_at", Text, nullable=False),
    Column("not_before", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("seq", Integer),
    Column("result", Text),
    Column("wire", Text, nullable=False),
    Column("again", Integer, nullable=False, server_default="0"),
    comment="Operations of this tablet, oldest first; the wire form is frozen when first sent.",
)
Index("outbox_record", outbox.c.record_id, outbox.c.state, outbox.c.seq)
Index("outbox_state", outbox.c.state)

draft = Table(
    "draft",
    metadata,
    Column("record_id", Text, primary_key=True),
    Column("saved_at", Text, nullable=False),
    Column("session", Text, nullable=False),
    Column("open", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("started_from", Text),
    sqlite_with_rowid=False,
    comment="Working copies, as typed; a stop in mid-entry leaves one open.",
)

audit = Table(
    "audit",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("object", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("hash", Text, nullable=False),
    comment="Who did what to which record (DPA 2018 s.62); each row hashes the one before it.",
)

meta = Table(
    "meta",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    comment="Single values: cursor, epoch, preferences.",
)

blob = Table(
    "blob",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("sha", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mine", Integer, nullable=False),
    Column("sent", Text, nullable=False),
    Column("bytes", Text, nullable=False),
    Column("have", Text),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Text),
    Column("problem", Text, nullable=False, server_default=""),
    Column("added_at", Text, nullable=False),
    Column("received_head", Integer),
    Column("unneeded_since", Text),
    UniqueConstraint("sha"),
    comment="Photos and voice notes, each named by its SHA-256.",
)
Index("blob_open", blob.c.size, sqlite_where=text("sent <> 'received' OR bytes <> 'whole'"))

piece = Table(
    "piece",
    metadata,
    Column("n", Integer, primary_key=True),
    Column("blob", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("blob", "number"),
    comment="Bytes of photos and voice notes, 64 KiB in each row.",
)

attached = Table(
    "attached",
    metadata,
    Column("record_id", Text, primary_key=True),
    Column("sha", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("item", Text, nullable=False),
    Column("at", Text, nullable=False),
    sqlite_with_rowid=False,
    comment="Which photos and voice notes are on which entry, working copies included.",
)
Index("attached_sha", attached.c.sha)

SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1,"
    " tokenize='porter unicode61 remove_diacritics 2', prefix='2 3')"
)
"""Full-text index; its row numbers carry the time of the event, so newest-first needs no sort."""
