"""The tables. Public keys, hashes, ids, signed statements and ciphertext; nothing that a person wrote in clear."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

accounts = Table(
    "accounts",
    metadata,
    Column("root", String(43), primary_key=True),
    Column("created", BigInteger, nullable=False),
)

devices = Table(
    "devices",
    metadata,
    Column("sig", String(43), primary_key=True),
    Column("root", String(43), ForeignKey("accounts.root"), nullable=False),
    Column("devcert", Text, nullable=False),
    Column("rev", Integer, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", String(43), primary_key=True),
    Column("expires", BigInteger, nullable=False),
    Column("used", Boolean, nullable=False, default=False),
)

vaults = Table(
    "vaults",
    metadata,
    Column("root", String(43), ForeignKey("accounts.root"), primary_key=True),
    Column("rev", Integer, nullable=False),
    Column("blob", Text, nullable=False),
)

mediations = Table(
    "mediations",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("root", String(43), ForeignKey("accounts.root"), nullable=False, index=True),
    Column("seq", Integer, nullable=False),
    Column("life", String(16), nullable=False),
    Column("retain_until", BigInteger, nullable=True),
    Column("created", BigInteger, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("mediation", String(22), ForeignKey("mediations.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("cause", String(80), nullable=True),
    Column("salt", LargeBinary(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("mediation", "seq"),
    UniqueConstraint("mediation", "cause", name="one_answer_per_command"),
)

blobs = Table(
    "blobs",
    metadata,
    Column("id", String(22), primary_key=True),
    Column("mediation", String(22), ForeignKey("mediations.id"), nullable=False, index=True),
    Column("seat", String(22), nullable=False),
    Column("file", String(43), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("complete", Boolean, nullable=False, default=False),
    Column("created", BigInteger, nullable=False),
)
