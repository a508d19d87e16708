"""The first shape of the store."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATEMENTS = (
    """
    CREATE TABLE audit (
        n INTEGER NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        object TEXT NOT NULL,
        revision INTEGER NOT NULL,
        reason TEXT NOT NULL,
        hash TEXT NOT NULL,
        CONSTRAINT audit_pkey PRIMARY KEY (n)
    )
    """,
    """
    CREATE TABLE draft (
        record_id TEXT NOT NULL,
        saved_at TEXT NOT NULL,
        session TEXT NOT NULL,
        open INTEGER NOT NULL,
        body TEXT NOT NULL,
        started_from TEXT,
        CONSTRAINT draft_pkey PRIMARY KEY (record_id)
    )
     WITHOUT ROWID
    """,
    """
    CREATE TABLE member (
        scope TEXT NOT NULL,
        n INTEGER NOT NULL,
        CONSTRAINT member_pkey PRIMARY KEY (scope, n)
    )
     WITHOUT ROWID
    """,
    "CREATE INDEX member_n ON member (n)",
    """
    CREATE TABLE meta (
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        CONSTRAINT meta_pkey PRIMARY KEY (name)
    )
    """,
    """
    CREATE TABLE outbox (
        dseq INTEGER NOT NULL,
        op_id TEXT NOT NULL,
        record_id TEXT NOT NULL,
        kind TEXT NOT NULL,
        state TEXT NOT NULL,
        made_at TEXT NOT NULL,
        not_before TEXT,
        attempts INTEGER DEFAULT '0' NOT NULL,
        seq INTEGER,
        result TEXT,
        wire TEXT NOT NULL,
        CONSTRAINT outbox_pkey PRIMARY KEY (dseq)
    )
    """,
    "CREATE INDEX outbox_record ON outbox (record_id, state, seq)",
    "CREATE INDEX outbox_state ON outbox (state)",
    """
    CREATE TABLE record (
        n INTEGER NOT NULL,
        id TEXT NOT NULL,
        record_type TEXT NOT NULL,
        kind TEXT,
        status TEXT NOT NULL,
        amendment TEXT,
        owner TEXT NOT NULL,
        lead TEXT,
        lpt TEXT NOT NULL,
        neighbourhood TEXT,
        at INTEGER,
        until INTEGER,
        submitted INTEGER,
        title TEXT NOT NULL,
        place TEXT NOT NULL,
        attendance INTEGER,
        present TEXT NOT NULL,
        ref TEXT,
        linked TEXT,
        person_id TEXT,
        conflicts INTEGER NOT NULL,
        pending INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        shown_hash TEXT NOT NULL,
        search_row INTEGER,
        to_index INTEGER NOT NULL,
        shown TEXT NOT NULL,
        base TEXT,
        CONSTRAINT record_pkey PRIMARY KEY (n),
        CONSTRAINT record_id_key UNIQUE (id)
    )
    """,
    (
        "CREATE INDEX record_entry_at ON record (at)"
        " WHERE record_type IN ('ENGAGEMENT','RESIDENT_CONTACT')"
    ),
    "CREATE INDEX record_linked ON record (linked) WHERE linked IS NOT NULL",
    "CREATE INDEX record_person ON record (person_id) WHERE person_id IS NOT NULL",
    (
        "CREATE INDEX record_live ON record (at)"
        " WHERE record_type IN ('ENGAGEMENT','RESIDENT_CONTACT')"
        " AND (status<>'APPROVED' OR amendment IS NOT NULL OR conflicts>0)"
    ),
    (
        "CREATE INDEX record_other ON record (record_type, status, at)"
        " WHERE record_type NOT IN ('ENGAGEMENT','RESIDENT_CONTACT')"
    ),
    (
        "CREATE INDEX record_pending ON record (id, record_type, linked, person_id)"
        " WHERE pending > 0"
    ),
    "CREATE INDEX record_to_index ON record (n) WHERE to_index = 1",
    (
        "CREATE VIRTUAL TABLE search USING fts5(words, content='', contentless_delete=1"
        ", tokenize='porter unicode61 remove_diacritics 2', prefix='2 3')"
    ),
)


def upgrade() -> None:
    for statement in STATEMENTS:
        op.execute(statement)
