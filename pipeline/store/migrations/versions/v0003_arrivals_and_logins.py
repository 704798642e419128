"""When mail arrives at each mailbox, hour by hour, and how its log-in stands; frozen as released.

The hours are counted once from the deliveries that are there; a mail with several counts once.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make two tables, and fill the first."""
    op.create_table(
        "arrival",
        _number("mailbox_id"),
        _time("hour"),
        _number("mails"),
        _time("last_at"),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name="fk_arrival_mailbox_id"),
        sa.PrimaryKeyConstraint("mailbox_id", "hour", name="pk_arrival"),
    )
    op.create_table(
        "login",
        _number("mailbox_id"),
        _time("refused_at", nullable=True),
        _time("good_until", nullable=True),
        sa.Column("renewal_error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name="fk_login_mailbox_id"),
        sa.PrimaryKeyConstraint("mailbox_id", name="pk_login"),
    )
    on_postgresql = op.get_bind().dialect.name == "postgresql"
    hour = (
        "date_trunc('hour', at, 'UTC')"
        if on_postgresql
        else "strftime('%Y-%m-%d %H:00:00.000000', at)"
    )
    op.execute(
        f"INSERT INTO arrival SELECT mailbox_id, {hour}, count(*), max(at) FROM "  # noqa: S608
        "(SELECT mail.mailbox_id, min(coalesce(delivery.received_at, mail.stored_at)) AS at "
        "FROM mail JOIN delivery ON delivery.mail_id = mail.id GROUP BY mail.id, mail.mailbox_id) "
        f"AS arrived GROUP BY mailbox_id, {hour}"
    )


def _number(name: str) -> sa.Column[int]:
    kind = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, kind, nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)
