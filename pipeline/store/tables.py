"""The tables of the workflow store, one class each; `migrations` must agree (a test compares them).

Ledger: mailbox, arrival, login, delivery, raw_blob, mail. Decided: message, attachment, document,
claim, reference, evidence, prediction. People and history: review, event. Codes (states aside) are
the taxonomy's; no label is known here. Rows of prediction, review and event are never changed or
deleted; triggers in the database see to it.
"""

# Annotations are evaluated here by SQLAlchemy: no `from __future__ import annotations`.
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, LargeBinary, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from pipeline.store.columns import BigId, CleanJson, CleanText, ExactDecimal, UtcTime

STORED: Final = "stored"
"""A mail: waits to be understood. A delivery: its mail is safe, the server does not know yet."""
LEASED: Final = "leased"
"""A mail: a worker has it until its lease ends."""
TRIAGED: Final = "triaged"
"""A mail: understood and saved."""
QUARANTINED: Final = "quarantined"
"""A mail: failed too often; a person looks."""

ACKNOWLEDGED: Final = "acknowledged"
"""A delivery: moved or marked on the server, and verified."""
STALE: Final = "stale"
"""A delivery: its folder got a new UIDVALIDITY before it was acknowledged."""
UNFETCHABLE: Final = "unfetchable"
"""A delivery: the server could not give the mail."""

MAIL_STATES: Final = (STORED, LEASED, TRIAGED, QUARANTINED)
DELIVERY_STATES: Final = (STORED, ACKNOWLEDGED, STALE, UNFETCHABLE)

APPEND_ONLY: Final = ("prediction", "review", "event")
"""Tables whose rows are never changed or deleted."""


def _words_index(table: str, column: str) -> Index:
    """Index words of the sender: of any length, which only a hash index takes on PostgreSQL."""
    return Index(f"ix_{table}_{column}", column, postgresql_using="hash")


class Base(DeclarativeBase):
    """Common ground of all tables: a column type for each Python type, names of constraints."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 -- SQLAlchemy reads it once, at class creation
        str: CleanText,
        int: BigId,
        bytes: LargeBinary,
        datetime: UtcTime,
        Decimal: ExactDecimal,
        dict[str, Any]: CleanJson,
        list[Any]: CleanJson,
    }


class MailboxRow(Base):
    """One watched folder and how far it was read.

    `uidvalidity` is the folder's last one, `highest_uid` the highest UID saved under it.
    `last_success_at` is the end of the last complete reading; `last_error` is empty after it.
    """

    __tablename__ = "mailbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    folder: Mapped[str] = mapped_column(default="")
    uidvalidity: Mapped[int | None]
    highest_uid: Mapped[int] = mapped_column(default=0)
    last_success_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")
    last_error_at: Mapped[datetime | None]


class ArrivalRow(Base):
    """How many mails that were not known reached a mailbox in one hour, and the last of them."""

    __tablename__ = "arrival"

    mailbox_id: Mapped[int] = mapped_column(
        ForeignKey("mailbox.id"), primary_key=True, autoincrement=False
    )
    hour: Mapped[datetime] = mapped_column(primary_key=True)
    mails: Mapped[int]
    last_at: Mapped[datetime]


class LoginRow(Base):
    """How the log-in of a mailbox went last: refused since when; until when its token is good."""

    __tablename__ = "login"

    mailbox_id: Mapped[int] = mapped_column(
        ForeignKey("mailbox.id"), primary_key=True, autoincrement=False
    )
    refused_at: Mapped[datetime | None]
    good_until: Mapped[datetime | None]
    renewal_error: Mapped[str] = mapped_column(default="")


class RawBlobRow(Base):
    """The bytes of a mail as they came."""

    __tablename__ = "raw_blob"

    sha256: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[bytes]
    size_bytes: Mapped[int]
    stored_at: Mapped[datetime]


class MailRow(Base):
    """One distinct mail of a mailbox: the unit of work.

    `attempts` counts leases, raised in the lease's own commit; `fence` tells the holder of the
    lease from an earlier one; `alone` marks a mail whose worker died with it: it is leased without
    batch-mates.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "content_key"),
        Index("ix_mail_mailbox_id_state_stored_at", "mailbox_id", "state", "stored_at"),
        Index(
            "ix_mail_waiting",
            "id",
            sqlite_where=text("state = 'stored'"),
            postgresql_where=text("state = 'stored'"),
        ),
        Index(
            "ix_mail_leased",
            "lease_until",
            sqlite_where=text("state = 'leased'"),
            postgresql_where=text("state = 'leased'"),
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    content_key: Mapped[str]
    raw_sha256: Mapped[str] = mapped_column(ForeignKey("raw_blob.sha256"), index=True)
    complete: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = mapped_column(default=STORED)
    attempts: Mapped[int] = mapped_column(default=0)
    alone: Mapped[bool] = mapped_column(default=False)
    fence: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    stored_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class DeliveryRow(Base):
    """One copy of a mail on the server; `sha256` is of the bytes that came with this copy."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("mailbox_id", "uidvalidity", "uid"),
        Index(
            "ix_delivery_open",
            "mailbox_id",
            "uidvalidity",
            sqlite_where=text("state = 'stored'"),
            postgresql_where=text("state = 'stored'"),
        ),
        Index("ix_delivery_mailbox_id_state", "mailbox_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    uidvalidity: Mapped[int]
    uid: Mapped[int]
    mail_id: Mapped[int | None] = mapped_column(ForeignKey("mail.id"), index=True)
    sha256: Mapped[str] = mapped_column(default="")
    size_bytes: Mapped[int]
    received_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(default=STORED)
    attempts: Mapped[int] = mapped_column(default=1)
    last_error: Mapped[str] = mapped_column(default="")
    seen_at: Mapped[datetime]
    acknowledged_at: Mapped[datetime | None]


class MessageRow(Base):
    """What a triaged mail says and what sort of mail it is; written once, beside its claims."""

    __tablename__ = "message"
    __table_args__ = (
        _words_index("message", "message_id"),
        _words_index("message", "sender_address"),
    )

    mail_id: Mapped[int] = mapped_column(
        ForeignKey("mail.id"), primary_key=True, autoincrement=False
    )
    subject: Mapped[str]
    sender_name: Mapped[str]
    sender_address: Mapped[str]
    recipients: Mapped[list[Any]]
    sent_at: Mapped[datetime | None]
    message_id: Mapped[str]
    in_reply_to: Mapped[str]
    thread_ids: Mapped[list[Any]]
    language: Mapped[str]
    kind: Mapped[str] = mapped_column(index=True)
    kind_probability: Mapped[float]
    kind_reason: Mapped[str]
    body: Mapped[str]
    own_text: Mapped[str]
    zones: Mapped[list[Any]]
    defects: Mapped[list[Any]]
    model_version: Mapped[str]
    decided_at: Mapped[datetime]


class AttachmentRow(Base):
    """A file that came with a mail; its content stays in the raw bytes."""

    __tablename__ = "attachment"
    __table_args__ = (UniqueConstraint("mail_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"))
    position: Mapped[int]
    name: Mapped[str]
    type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(index=True)


class ClaimRow(Base):
    """One claim as it stands now; `prediction` keeps what the model said, `review` who changed it.

    `spans` are `[start, end]` pairs into the message's body. `version` rises with every change.
    """

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("mail_id", "position"),
        Index("ix_claim_state_id", "state", "id"),
        Index("ix_claim_type_severity", "type", "severity"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"))
    position: Mapped[int]
    text: Mapped[str]
    spans: Mapped[list[Any]]
    certainty: Mapped[float]
    state: Mapped[str]
    type: Mapped[str]
    severity: Mapped[str | None]
    nature: Mapped[str | None]
    resolution: Mapped[str | None]
    confidence: Mapped[float]
    department: Mapped[str]
    needs_review: Mapped[bool]
    reasons: Mapped[list[Any]]
    amount_text: Mapped[str]
    amount_value: Mapped[Decimal | None]
    amount_currency: Mapped[str | None]
    amount_start: Mapped[int | None]
    amount_end: Mapped[int | None]
    model_version: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ReferenceRow(Base):
    """An identifier in a mail; one row for each claim that it belongs to, else one without claim.

    `place` is `body`, `subject` or `attachment:` and a file name; the offsets are into that text.
    """

    __tablename__ = "reference"
    __table_args__ = (_words_index("reference", "canonical"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"), index=True)
    kind: Mapped[str]
    text: Mapped[str]
    canonical: Mapped[str]
    place: Mapped[str]
    start_offset: Mapped[int]
    end_offset: Mapped[int]


class DocumentRow(Base):
    """An attached file that was read or could not be; its text is not kept, only what it proves."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("mail_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"))
    position: Mapped[int]
    attachment_position: Mapped[int]
    name: Mapped[str]
    format: Mapped[str]
    pages: Mapped[int]
    defects: Mapped[list[Any]]


class EvidenceRow(Base):
    """A reference or a sum in an attached file that speaks for a claim; `page` 0: on none."""

    __tablename__ = "evidence"
    __table_args__ = (_words_index("evidence", "canonical"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    attachment_position: Mapped[int]
    name: Mapped[str]
    page: Mapped[int]
    role: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    canonical: Mapped[str]
    value: Mapped[Decimal | None]
    currency: Mapped[str | None]
    confirmed: Mapped[bool]


class PredictionRow(Base):
    """What one head of one model version said, about a claim or (head `kind`) about a mail."""

    __tablename__ = "prediction"

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("mail.id"), index=True)
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"), index=True)
    head: Mapped[str]
    label: Mapped[str]
    probability: Mapped[float]
    probabilities: Mapped[dict[str, Any]]
    model_version: Mapped[str]
    at: Mapped[datetime]


class ReviewRow(Base):
    """One field of one claim changed, or confirmed (`before` equals `after`), by a person."""

    __tablename__ = "review"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    claim_version: Mapped[int]
    who: Mapped[str]
    at: Mapped[datetime] = mapped_column(index=True)
    field: Mapped[str]
    before: Mapped[str | None]
    after: Mapped[str | None]
    comment: Mapped[str]


class EventRow(Base):
    """Something that happened; the log only grows and holds no mail text.

    `subject` is `mail`, `claim` or `mailbox`, `subject_id` that table's id.
    """

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject_subject_id", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    subject: Mapped[str]
    subject_id: Mapped[int]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
