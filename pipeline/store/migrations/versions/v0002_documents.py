"""Attached files that were read, and what they say; frozen as released."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make two tables; the others stay as they are."""
    op.create_table(
        "document",
        _number("id"),
        _number("mail_id"),
        _number("position"),
        _number("attachment_position"),
        _text("name"),
        _text("format"),
        _number("pages"),
        sa.Column("defects", _json(), nullable=False),
        sa.ForeignKeyConstraint(["mail_id"], ["mail.id"], name="fk_document_mail_id"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("mail_id", "position", name="uq_document_mail_id_position"),
    )
    op.create_table(
        "evidence",
        _number("id"),
        _number("claim_id"),
        _number("attachment_position"),
        _text("name"),
        _number("page"),
        _text("role"),
        _text("kind"),
        _text("text"),
        _text("canonical"),
        sa.Column("value", _sum(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name="fk_evidence_claim_id"),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_canonical", "evidence", ["canonical"], postgresql_using="hash")
    op.create_index("ix_evidence_claim_id", "evidence", ["claim_id"])


def _number(name: str) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def _sum() -> sa.types.TypeEngine[Any]:
    return sa.Numeric(18, 6).with_variant(sa.BigInteger(), "sqlite")
