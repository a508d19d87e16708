"""What sync needs beyond operations and pages."""

import hashlib
import json
import zlib

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATEMENTS: tuple[str, ...] = ()


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
    attachments()
    checks()
    op.execute("CREATE INDEX record_torn ON record (at) WHERE conflicts > 0")


def checks() -> None:
    """What each record was received as, so that a lost or altered one is noticed."""
    op.execute("ALTER TABLE member ADD COLUMN number INTEGER DEFAULT '0' NOT NULL")
    op.execute("ALTER TABLE record ADD COLUMN digest INTEGER")
    op.execute("ALTER TABLE outbox ADD COLUMN again INTEGER DEFAULT '0' NOT NULL")
    run = op.get_bind().exec_driver_sql
    kept = run("SELECT n, id, CASE pending WHEN 0 THEN shown ELSE base END FROM record").fetchall()
    for n, id, text in kept:
        if text is None:
            continue
        wire = json.loads(text)
        state = f"{id}\n{wire.get('revision', 0)}\n{wire.get('content_hash', '')}"
        number = int.from_bytes(hashlib.sha256(state.encode()).digest()[:5])
        run("UPDATE member SET number=? WHERE n=?", (number, n))
        run("UPDATE record SET digest=? WHERE n=?", (zlib.crc32(text.encode()), n))


def attachments() -> None:
    """Photos and voice notes: their bytes, and which entry has which."""
    op.execute(
        """
        CREATE TABLE blob (
            n INTEGER NOT NULL,
            sha TEXT NOT NULL,
            size INTEGER NOT NULL,
            mine INTEGER NOT NULL,
            sent TEXT NOT NULL,
            bytes TEXT NOT NULL,
            have TEXT,
            attempts INTEGER DEFAULT '0' NOT NULL,
            not_before TEXT,
            problem TEXT DEFAULT '' NOT NULL,
            added_at TEXT NOT NULL,
            received_head INTEGER,
            unneeded_since TEXT,
            CONSTRAINT blob_pkey PRIMARY KEY (n),
            CONSTRAINT blob_sha_key UNIQUE (sha)
        )
        """
    )
    op.execute("CREATE INDEX blob_open ON blob (size) WHERE sent <> 'received' OR bytes <> 'whole'")
    op.execute(
        """
        CREATE TABLE piece (
            n INTEGER NOT NULL,
            blob INTEGER NOT NULL,
            number INTEGER NOT NULL,
            data BLOB NOT NULL,
            CONSTRAINT piece_pkey PRIMARY KEY (n),
            CONSTRAINT piece_blob_number_key UNIQUE (blob, number)
        )
        """
    )
    op.execute(
        """
        CREATE TABLE attached (
            record_id TEXT NOT NULL,
            sha TEXT NOT NULL,
            state TEXT NOT NULL,
            item TEXT NOT NULL,
            at TEXT NOT NULL,
            CONSTRAINT attached_pkey PRIMARY KEY (record_id, sha)
        )
         WITHOUT ROWID
        """
    )
    op.execute("CREATE INDEX attached_sha ON attached (sha)")
