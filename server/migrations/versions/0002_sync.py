"""What sync needs beyond operations and pages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    devices()


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
            "device", sa.Column(name, sa.Integer(), nullable=False, server_default=sa.text("0"))
        )
