"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make accounts, devices, tokens, vaults, mediations, events and blobs."""
    op.create_table(
        "accounts",
        sa.Column("root", sa.String(43), primary_key=True),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "devices",
        sa.Column("sig", sa.String(43), primary_key=True),
        sa.Column("root", sa.String(43), sa.ForeignKey("accounts.root"), nullable=False),
        sa.Column("devcert", sa.Text, nullable=False),
        sa.Column("rev", sa.Integer, nullable=False),
    )
    op.create_table(
        "tokens",
        sa.Column("hash", sa.String(43), primary_key=True),
        sa.Column("expires", sa.BigInteger, nullable=False),
        sa.Column("used", sa.Boolean, nullable=False),
    )
    op.create_table(
        "vaults",
        sa.Column("root", sa.String(43), sa.ForeignKey("accounts.root"), primary_key=True),
        sa.Column("rev", sa.Integer, nullable=False),
        sa.Column("blob", sa.Text, nullable=False),
    )
    op.create_table(
        "mediations",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("root", sa.String(43), sa.ForeignKey("accounts.root"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("life", sa.String(16), nullable=False),
        sa.Column("retain_until", sa.BigInteger, nullable=True),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_mediations_root", "mediations", ["root"])
    op.create_table(
        "events",
        sa.Column("mediation", sa.String(22), sa.ForeignKey("mediations.id"), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("cause", sa.String(80), nullable=True),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("mediation", "seq"),
        sa.UniqueConstraint("mediation", "cause", name="one_answer_per_command"),
    )
    op.create_table(
        "blobs",
        sa.Column("id", sa.String(22), primary_key=True),
        sa.Column("mediation", sa.String(22), sa.ForeignKey("mediations.id"), nullable=False),
        sa.Column("seat", sa.String(22), nullable=False),
        sa.Column("file", sa.String(43), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_blobs_mediation", "blobs", ["mediation"])
