"""First tables; frozen as released, so it names plain column types, not the application's."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY: Final = ("prediction", "review", "event")


def upgrade() -> None:
    """Make the tables, and the triggers that keep the rows of the append-only ones as they are."""
    _make_ledger()
    _make_messages()
    _make_claims()
    _make_history()
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    if on_postgresql:
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'rows of this table are never changed'; END $$"
        )
    for table in APPEND_ONLY:
        (_protect_on_postgresql if on_postgresql else _protect_on_sqlite)(table)


def _protect_on_postgresql(table: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def _protect_on_sqlite(table: str) -> None:
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{action.lower()} BEFORE {action} ON {table} "
            "BEGIN SELECT RAISE(ABORT, 'rows of this table are never changed'); END"
        )


def _make_ledger() -> None:
    op.create_table(
        "mailbox",
        _number("id"),
        _text("name"),
        _text("folder"),
        _number("uidvalidity", nullable=True),
        _number("highest_uid"),
        _time("last_success_at", nullable=True),
        _text("last_error"),
        _time("last_error_at", nullable=True),
        _primary("mailbox", "id"),
        _unique("mailbox", "name"),
    )
    op.create_table(
        "raw_blob",
        _text("sha256"),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        _number("size_bytes"),
        _time("stored_at"),
        _primary("raw_blob", "sha256"),
    )
    op.create_table(
        "mail",
        _number("id"),
        _number("mailbox_id"),
        _text("content_key"),
        _text("raw_sha256"),
        _flag("complete"),
        _text("state"),
        _number("attempts"),
        _flag("alone"),
        _number("fence"),
        _text("lease_owner", nullable=True),
        _time("lease_until", nullable=True),
        _time("retry_at", nullable=True),
        _text("error"),
        _time("stored_at"),
        _time("finished_at", nullable=True),
        _foreign("mail", "mailbox_id", "mailbox.id"),
        _foreign("mail", "raw_sha256", "raw_blob.sha256"),
        _primary("mail", "id"),
        _unique("mail", "mailbox_id", "content_key"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_mail_leased", "mail", ["lease_until"], **_where("state = 'leased'"))
    op.create_index(
        "ix_mail_mailbox_id_state_stored_at", "mail", ["mailbox_id", "state", "stored_at"]
    )
    op.create_index("ix_mail_raw_sha256", "mail", ["raw_sha256"])
    op.create_index("ix_mail_waiting", "mail", ["id"], **_where("state = 'stored'"))
    op.create_table(
        "delivery",
        _number("id"),
        _number("mailbox_id"),
        _number("uidvalidity"),
        _number("uid"),
        _number("mail_id", nullable=True),
        _text("sha256"),
        _number("size_bytes"),
        _time("received_at", nullable=True),
        _text("state"),
        _number("attempts"),
        _text("last_error"),
        _time("seen_at"),
        _time("acknowledged_at", nullable=True),
        _foreign("delivery", "mail_id", "mail.id"),
        _foreign("delivery", "mailbox_id", "mailbox.id"),
        _primary("delivery", "id"),
        _unique("delivery", "mailbox_id", "uidvalidity", "uid"),
    )
    op.create_index("ix_delivery_mail_id", "delivery", ["mail_id"])
    op.create_index("ix_delivery_mailbox_id_state", "delivery", ["mailbox_id", "state"])
    op.create_index(
        "ix_delivery_open", "delivery", ["mailbox_id", "uidvalidity"], **_where("state = 'stored'")
    )


def _make_messages() -> None:
    op.create_table(
        "message",
        _number("mail_id", autoincrement=False),
        _text("subject"),
        _text("sender_name"),
        _text("sender_address"),
        _json("recipients"),
        _time("sent_at", nullable=True),
        _text("message_id"),
        _text("in_reply_to"),
        _json("thread_ids"),
        _text("language"),
        _text("kind"),
        _share("kind_probability"),
        _text("kind_reason"),
        _text("body"),
        _text("own_text"),
        _json("zones"),
        _json("defects"),
        _text("model_version"),
        _time("decided_at"),
        _foreign("message", "mail_id", "mail.id"),
        _primary("message", "mail_id"),
    )
    op.create_index("ix_message_kind", "message", ["kind"])
    op.create_index("ix_message_message_id", "message", ["message_id"], postgresql_using="hash")
    op.create_index(
        "ix_message_sender_address", "message", ["sender_address"], postgresql_using="hash"
    )
    op.create_table(
        "attachment",
        _number("id"),
        _number("mail_id"),
        _number("position"),
        _text("name"),
        _text("type"),
        _number("size_bytes"),
        _text("sha256"),
        _foreign("attachment", "mail_id", "mail.id"),
        _primary("attachment", "id"),
        _unique("attachment", "mail_id", "position"),
    )
    op.create_index("ix_attachment_sha256", "attachment", ["sha256"])


def _make_claims() -> None:
    op.create_table(
        "claim",
        _number("id"),
        _number("mail_id"),
        _number("position"),
        _text("text"),
        _json("spans"),
        _share("certainty"),
        _text("state"),
        _text("type"),
        _text("severity", nullable=True),
        _text("nature", nullable=True),
        _text("resolution", nullable=True),
        _share("confidence"),
        _text("department"),
        _flag("needs_review"),
        _json("reasons"),
        _text("amount_text"),
        _sum("amount_value"),
        _text("amount_currency", nullable=True),
        _number("amount_start", nullable=True),
        _number("amount_end", nullable=True),
        _text("model_version"),
        _number("version"),
        _time("created_at"),
        _time("updated_at"),
        _foreign("claim", "mail_id", "mail.id"),
        _primary("claim", "id"),
        _unique("claim", "mail_id", "position"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_claim_state_id", "claim", ["state", "id"])
    op.create_index("ix_claim_type_severity", "claim", ["type", "severity"])
    op.create_table(
        "reference",
        _number("id"),
        _number("mail_id"),
        _number("claim_id", nullable=True),
        _text("kind"),
        _text("text"),
        _text("canonical"),
        _text("place"),
        _number("start_offset"),
        _number("end_offset"),
        _foreign("reference", "claim_id", "claim.id"),
        _foreign("reference", "mail_id", "mail.id"),
        _primary("reference", "id"),
    )
    op.create_index("ix_reference_canonical", "reference", ["canonical"], postgresql_using="hash")
    op.create_index("ix_reference_claim_id", "reference", ["claim_id"])
    op.create_index("ix_reference_mail_id", "reference", ["mail_id"])
    op.create_table(
        "prediction",
        _number("id"),
        _number("mail_id"),
        _number("claim_id", nullable=True),
        _text("head"),
        _text("label"),
        _share("probability"),
        _json("probabilities"),
        _text("model_version"),
        _time("at"),
        _foreign("prediction", "claim_id", "claim.id"),
        _foreign("prediction", "mail_id", "mail.id"),
        _primary("prediction", "id"),
    )
    op.create_index("ix_prediction_claim_id", "prediction", ["claim_id"])
    op.create_index("ix_prediction_mail_id", "prediction", ["mail_id"])


def _make_history() -> None:
    op.create_table(
        "review",
        _number("id"),
        _number("claim_id"),
        _number("claim_version"),
        _text("who"),
        _time("at"),
        _text("field"),
        _text("before", nullable=True),
        _text("after", nullable=True),
        _text("comment"),
        _foreign("review", "claim_id", "claim.id"),
        _primary("review", "id"),
    )
    op.create_index("ix_review_at", "review", ["at"])
    op.create_index("ix_review_claim_id", "review", ["claim_id"])
    # ### end Alembic commands ###
    op.create_table(
        "event",
        _number("id"),
        _time("at"),
        _text("subject"),
        _number("subject_id"),
        _text("kind"),
        _json("payload"),
        _primary("event", "id"),
    )
    op.create_index("ix_event_at", "event", ["at"])
    op.create_index("ix_event_subject_subject_id", "event", ["subject", "subject_id"])


def _number(name: str, *, nullable: bool = False, **options: Any) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=nullable, **options)


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _json(name: str) -> sa.Column[Any]:
    kind = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    return sa.Column(name, kind, nullable=False)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _share(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def _sum(name: str) -> sa.Column[Any]:
    kind = sa.Numeric(18, 6).with_variant(sa.BigInteger(), "sqlite")
    return sa.Column(name, kind, nullable=True)


def _primary(table: str, column: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(column, name=f"pk_{table}")


def _foreign(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=f"fk_{table}_{column}")


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}
