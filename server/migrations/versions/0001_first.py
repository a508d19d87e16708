"""First shape of the centre's store."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

KEPT_FOR_EVER = ("revision", "ledger", "audit")
NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", NUMBER, nullable=False, autoincrement=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    op.create_table(
        "device",
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.String(), nullable=False),
        sa.Column("last_seen", sa.String(), nullable=False),
        sa.Column("depth", NUMBER, nullable=False),
        sa.Column("oldest_at", sa.String(), nullable=True),
        sa.Column("app", sa.String(), nullable=False),
        sa.Column("journal_floor", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("device_id", name=op.f("pk_device")),
    )
    op.create_table(
        "engagement",
        sa.Column("record_n", NUMBER, nullable=False, autoincrement=False),
        sa.Column("known_from", sa.String(), nullable=False),
        sa.Column("known_to", sa.String(), nullable=True),
        sa.Column("record_type", sa.String(), nullable=False),
        sa.Column("engagement_type", sa.String(), nullable=True),
        sa.Column("lpt_code", sa.String(), nullable=False),
        sa.Column("neighbourhood_id", sa.String(), nullable=True),
        sa.Column("owner_officer_id", sa.String(), nullable=False),
        sa.Column("review_status", sa.String(), nullable=False),
        sa.Column("held_on", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("counted_meeting", sa.Boolean(), nullable=False),
        sa.Column("pending_in", sa.String(), nullable=True),
        sa.Column("strict", sa.Boolean(), nullable=False),
        sa.Column("attendance", NUMBER, nullable=False),
        sa.Column("ref", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("record_n", "known_from", name=op.f("pk_engagement")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_engagement_neighbourhood_id_counted_meeting_known_to"),
        "engagement",
        ["neighbourhood_id", "counted_meeting", "known_to"],
        unique=False,
    )
    op.create_index(
        op.f("ix_engagement_pending_in_known_to"),
        "engagement",
        ["pending_in", "known_to"],
        unique=False,
    )
    op.create_table(
        "follow_up",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=True),
        sa.Column("lpt_code", sa.String(), nullable=False),
        sa.Column("neighbourhood_id", sa.String(), nullable=True),
        sa.Column("owner_officer_id", sa.String(), nullable=True),
        sa.Column("raised_at", sa.String(), nullable=True),
        sa.Column("due_at", sa.String(), nullable=True),
        sa.Column("first_response_at", sa.String(), nullable=True),
        sa.Column("closed_at", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_follow_up")),
    )
    op.create_table(
        "head",
        sa.Column("id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("epoch", sa.String(), nullable=False),
        sa.Column("durable", NUMBER, nullable=False),
        sa.Column("swept_on", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head")),
    )
    op.create_table(
        "issue",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("issue_id", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("mentions", NUMBER, nullable=False),
        sa.Column("lpt_code", sa.String(), nullable=False),
        sa.Column("neighbourhood_id", sa.String(), nullable=True),
        sa.Column("held_on", sa.String(), nullable=True),
        sa.Column("police_led", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("record_id", "issue_id", name=op.f("pk_issue")),
    )
    op.create_table(
        "ledger",
        sa.Column("n", NUMBER, nullable=False, autoincrement=False),
        sa.Column("op_id", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("dseq", NUMBER, nullable=False),
        sa.Column("payload_hash", sa.String(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_ledger")),
        sa.UniqueConstraint("op_id", name=op.f("uq_ledger_op_id")),
    )
    op.create_table(
        "neighbourhood",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("lpt_code", sa.String(), nullable=False),
        sa.Column("valid_from", sa.String(), nullable=False),
        sa.Column("valid_to", sa.String(), nullable=True),
        sa.Column("successors", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_neighbourhood")),
    )
    op.create_index(op.f("ix_neighbourhood_lpt_code"), "neighbourhood", ["lpt_code"], unique=False)
    op.create_table(
        "officer",
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("force_no", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("app_roles", sa.String(), nullable=False),
        sa.Column("lpt_code", sa.String(), nullable=False),
        sa.Column("neighbourhoods", sa.String(), nullable=False),
        sa.Column("supervisor_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_officer")),
        sa.UniqueConstraint("force_no", name=op.f("uq_officer_force_no")),
    )
    op.create_table(
        "planned_activity",
        sa.Column("record_n", NUMBER, nullable=False, autoincrement=False),
        sa.Column("known_from", sa.String(), nullable=False),
        sa.Column("known_to", sa.String(), nullable=True),
        sa.Column("engagement_type", sa.String(), nullable=True),
        sa.Column("lpt_code", sa.String(), nullable=False),
        sa.Column("neighbourhood_id", sa.String(), nullable=True),
        sa.Column("starts_at", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=True),
        sa.Column("s34_intended", sa.Boolean(), nullable=False),
        sa.Column("venue", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("record_n", "known_from", name=op.f("pk_planned_activity")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_planned_activity_neighbourhood_id_known_to"),
        "planned_activity",
        ["neighbourhood_id", "known_to"],
        unique=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("n", NUMBER, nullable=False, autoincrement=False),
        sa.Column("op_id", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("payload_hash", sa.String(), nullable=False),
        sa.Column("received_at", sa.String(), nullable=False),
        sa.Column("raw", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_quarantine")),
        sa.UniqueConstraint(
            "officer_id", "payload_hash", name=op.f("uq_quarantine_officer_id_payload_hash")
        ),
    )
    op.create_table(
        "ref_counter",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("last", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_ref_counter")),
    )
    op.create_table(
        "revision",
        sa.Column("n", NUMBER, nullable=False, autoincrement=False),
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("op_id", sa.String(), nullable=True),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.Column("claimed_at", sa.String(), nullable=True),
        sa.Column("received_at", sa.String(), nullable=False),
        sa.Column("review_status", sa.String(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("body_n", NUMBER, nullable=True),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_revision")),
    )
    op.create_table(
        "scope_count",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("owner_officer_id", sa.String(), nullable=False),
        sa.Column("records", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("scope", "owner_officer_id", name=op.f("pk_scope_count")),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("failures", NUMBER, nullable=False),
        sa.Column("not_before", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("account", "device", name=op.f("pk_sign_in_try")),
    )
    op.create_table(
        "credential",
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("changed_at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.officer_id"], name=op.f("fk_credential_officer_id")
        ),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_credential")),
    )
    op.create_table(
        "record",
        sa.Column("n", NUMBER, nullable=False, autoincrement=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("record_type", sa.String(), nullable=False),
        sa.Column("owner_officer_id", sa.String(), nullable=False),
        sa.Column("lpt_code", sa.String(), nullable=False),
        sa.Column("neighbourhood_id", sa.String(), nullable=True),
        sa.Column("revision", NUMBER, nullable=False),
        sa.Column("review_status", sa.String(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("settled_on", sa.String(), nullable=True),
        sa.Column("revision_n", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["revision_n"], ["revision.n"], name=op.f("fk_record_revision_n")),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_record")),
        sa.UniqueConstraint("id", name=op.f("uq_record_id")),
    )
    op.create_index(op.f("ix_record_settled_on"), "record", ["settled_on"], unique=False)
    op.create_table(
        "token",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("issued_at", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["device_id"], ["device.device_id"], name=op.f("fk_token_device_id")
        ),
        sa.ForeignKeyConstraint(
            ["officer_id"], ["officer.officer_id"], name=op.f("fk_token_officer_id")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_token")),
    )
    op.create_index(op.f("ix_token_officer_id"), "token", ["officer_id"], unique=False)
    op.create_table(
        "feed",
        sa.Column("record_n", NUMBER, nullable=False, autoincrement=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("seq", NUMBER, nullable=False),
        sa.Column("op", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["record_n"], ["record.n"], name=op.f("fk_feed_record_n")),
        sa.PrimaryKeyConstraint("record_n", "scope", name=op.f("pk_feed")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_feed_scope_seq"), "feed", ["scope", "seq"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        keep_for_ever_on_postgres()
    else:
        keep_for_ever_on_sqlite()
    op.execute(
        "CREATE VIEW whole_revision AS SELECT v.n, v.record_id, v.revision, v.kind, v.op_id, "
        "v.officer_id, v.device_id, v.claimed_at, v.received_at, v.review_status, "
        "substr(v.head, 1, length(v.head) - 1) || ',\"body\":' || coalesce(v.body, b.body) "
        "|| '}' AS wire FROM revision v LEFT JOIN revision b ON b.n = v.body_n"
    )


def keep_for_ever_on_sqlite() -> None:
    for table in KEPT_FOR_EVER:
        for action in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{action.lower()} BEFORE {action} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )


def keep_for_ever_on_postgres() -> None:
    op.execute(
        "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', "
        "MESSAGE = TG_TABLE_NAME || ' is append-only'; END $$"
    )
    for table in KEPT_FOR_EVER:
        for action in ("UPDATE", "DELETE", "TRUNCATE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{action.lower()} BEFORE {action} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
