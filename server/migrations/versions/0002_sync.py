"""What sync needs beyond operations and pages."""

import hashlib
import json
import re
from collections import Counter

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SHA = re.compile(r"[0-9a-f]{64}")
_WITH_FILES = sa.text(
    "SELECT r.n, v.officer_id, v.head FROM revision v JOIN record r ON r.id = v.record_id "
    "WHERE v.record_id IN (SELECT record_id FROM revision WHERE head LIKE '%\"attachments\"%') "
    "ORDER BY v.n"
)
_REFERS = sa.text(
    "INSERT INTO blob_ref (record_n, sha, officer_id, shown) VALUES (:n, :sha, :officer, :shown) "
    "ON CONFLICT (record_n, sha) DO UPDATE SET officer_id = excluded.officer_id, "
    "shown = excluded.shown"
)
_REFERS_NO_MORE = sa.text("UPDATE blob_ref SET shown = :shown WHERE record_n = :n AND sha = :sha")


def upgrade() -> None:
    devices()
    checks()
    backups()
    attachments()
    rescue()


def devices() -> None:
    op.create_table(
        "centre_key",
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("public", sa.String(), nullable=False),
        sa.Column("private", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("endorsement", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("purpose", "public", name=op.f("pk_centre_key")),
    )
    op.create_table(
        "enrolment",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("expires_at", sa.String(), nullable=False),
        sa.Column("used_at", sa.String(), nullable=True),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment")),
    )
    op.create_table(
        "directive",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("handed_out_at", sa.String(), nullable=True),
        sa.Column("received_at", sa.String(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directive")),
    )
    op.create_index(op.f("ix_directive_device_id"), "directive", ["device_id"])
    op.create_index(
        op.f("ix_ledger_device_id_officer_id_dseq"), "ledger", ["device_id", "officer_id", "dseq"]
    )
    op.add_column("device", sa.Column("public_key", sa.String(), nullable=True))
    op.add_column("device", sa.Column("clone_at", sa.String(), nullable=True))
    op.add_column("device", sa.Column("came_from", sa.String(), nullable=True))
    for name in ("attachments", "attachment_bytes"):
        op.add_column(
            "device", sa.Column(name, sa.BigInteger(), nullable=False, server_default=sa.text("0"))
        )


_COUNTED = sa.text(
    "SELECT f.scope, r.owner_officer_id, r.id, r.revision, v.head FROM feed f "
    "JOIN record r ON r.n = f.record_n JOIN revision v ON v.n = r.revision_n WHERE f.op = 'up'"
)
_SUMMED = sa.text(
    "UPDATE scope_count SET state_sum = :state_sum "
    "WHERE scope = :scope AND owner_officer_id = :owner"
)


def checks() -> None:
    """What each scope holds as a sum, and how far its feed has been trimmed."""
    op.add_column(
        "scope_count",
        sa.Column("state_sum", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    )
    sums: Counter[tuple[str, str]] = Counter()
    for scope, owner, id, revision, head in op.get_bind().execute(_COUNTED):
        state = f"{id}\n{revision}\n{json.loads(head)['content_hash']}"
        sums[scope, owner] += int.from_bytes(hashlib.sha256(state.encode()).digest()[:5])
    for (scope, owner), state_sum in sums.items():
        values = {"scope": scope, "owner": owner, "state_sum": state_sum}
        op.get_bind().execute(_SUMMED, values)
    op.create_table(
        "floor",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_floor")),
    )
    op.create_table(
        "day_end",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_end")),
    )


def backups() -> None:
    """Backups that were made and verified."""
    op.create_table(
        "backup",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("made_at", sa.String(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("folder", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_backup")),
    )


def attachments() -> None:
    """Photos and voice notes, and which records refer to them."""
    op.create_table(
        "upload",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.String(), nullable=False),
        sa.Column("last_at", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sha", "officer_id", name=op.f("pk_upload")),
    )
    op.create_index(op.f("ix_upload_officer_id"), "upload", ["officer_id"])
    op.create_table(
        "piece",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha", "officer_id", "idx", name=op.f("pk_piece")),
    )
    op.create_table(
        "blob",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("first_seen", sa.String(), nullable=False),
        sa.Column("idle_since", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_blob")),
    )
    op.create_index(op.f("ix_blob_idle_since"), "blob", ["idle_since"])
    op.create_table(
        "blob_owner",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["sha"], ["blob.sha"], name=op.f("fk_blob_owner_sha")),
        sa.PrimaryKeyConstraint("sha", "officer_id", name=op.f("pk_blob_owner")),
    )
    op.create_index(op.f("ix_blob_owner_officer_id"), "blob_owner", ["officer_id"])
    op.create_table(
        "blob_ref",
        sa.Column("record_n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record_n", "sha", name=op.f("pk_blob_ref")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_blob_ref_sha"), "blob_ref", ["sha"])
    shown: dict[int, set[str]] = {}
    for record_n, officer_id, head in op.get_bind().execute(_WITH_FILES):
        names = {name for name in json.loads(head).get("attachments", {}) if _SHA.fullmatch(name)}
        for name in names - shown.get(record_n, set()):
            values = {"n": record_n, "sha": name, "officer": officer_id, "shown": True}
            op.get_bind().execute(_REFERS, values)
        for name in shown.get(record_n, set()) - names:
            op.get_bind().execute(_REFERS_NO_MORE, {"n": record_n, "sha": name, "shown": False})
        shown[record_n] = names


def rescue() -> None:
    """Rescue copies on their way in, and receipts for tablets handed in."""
    op.create_table(
        "rescue_list",
        sa.Column("sha", sa.String(), nullable=False),
        sa.Column("bundle", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("carried_by", sa.String(), nullable=False),
        sa.Column("carried_on", sa.String(), nullable=True),
        sa.Column("received_at", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=True),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("sha", name=op.f("pk_rescue_list")),
    )
    op.create_index(op.f("ix_rescue_list_device_id"), "rescue_list", ["device_id"])
    op.create_table(
        "rescue_part",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("received_at", sa.String(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rescue_part")),
    )
    op.create_table(
        "hand_in",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=False),
        sa.Column("officer_id", sa.String(), nullable=False),
        sa.Column("at", sa.String(), nullable=False),
        sa.Column("last_dseq", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
        sa.Column("operations", sa.Integer(), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_hand_in")),
    )
    op.create_index(op.f("ix_hand_in_device_id"), "hand_in", ["device_id"])
