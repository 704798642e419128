"""Columns in the order of the `records` types that they fill, and rows turned into those types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import Select, select

from pipeline.store.records import StoredClaim, StoredMessage
from pipeline.store.tables import (
    AttachmentRow,
    DeliveryRow,
    EventRow,
    MailboxRow,
    MailRow,
    PredictionRow,
    RawBlobRow,
    ReferenceRow,
    ReviewRow,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Row

Query: TypeAlias = Select[*tuple[Any, ...]]
"""A select of whatever columns."""

MAIL: Final = (
    MailRow.id,
    MailboxRow.name,
    MailRow.state,
    MailRow.complete,
    RawBlobRow.size_bytes,
    MailRow.raw_sha256,
    MailRow.attempts,
    MailRow.error,
    MailRow.retry_at,
    MailRow.stored_at,
    MailRow.finished_at,
)
"""Of `StoredMail`; joins mail, mailbox and raw_blob."""

DELIVERY: Final = (
    MailboxRow.name,
    DeliveryRow.uidvalidity,
    DeliveryRow.uid,
    DeliveryRow.size_bytes,
    DeliveryRow.received_at,
    DeliveryRow.state,
    DeliveryRow.attempts,
    DeliveryRow.last_error,
    DeliveryRow.seen_at,
    DeliveryRow.acknowledged_at,
)
"""Of `StoredDelivery`; joins delivery and mailbox."""

ATTACHMENT: Final = (
    AttachmentRow.name,
    AttachmentRow.type,
    AttachmentRow.size_bytes,
    AttachmentRow.sha256,
)
"""Of `StoredAttachment`."""

REFERENCE: Final = (
    ReferenceRow.kind,
    ReferenceRow.text,
    ReferenceRow.canonical,
    ReferenceRow.place,
    ReferenceRow.start_offset,
    ReferenceRow.end_offset,
    ReferenceRow.mail_id,
    ReferenceRow.claim_id,
)
"""Of `StoredReference`."""

PREDICTION: Final = (
    PredictionRow.head,
    PredictionRow.label,
    PredictionRow.probability,
    PredictionRow.probabilities,
    PredictionRow.model_version,
    PredictionRow.at,
    PredictionRow.claim_id,
)
"""Of `StoredPrediction`."""

REVIEW: Final = (
    ReviewRow.claim_id,
    ReviewRow.claim_version,
    ReviewRow.who,
    ReviewRow.at,
    ReviewRow.field,
    ReviewRow.before,
    ReviewRow.after,
    ReviewRow.comment,
)
"""Of `StoredReview`."""

EVENT: Final = (
    EventRow.at,
    EventRow.subject,
    EventRow.subject_id,
    EventRow.kind,
    EventRow.payload,
)
"""Of `StoredEvent`."""


def ledger() -> Query:
    """Select `MAIL`."""
    return (
        select(*MAIL)
        .join(MailboxRow, MailboxRow.id == MailRow.mailbox_id)
        .join(RawBlobRow, RawBlobRow.sha256 == MailRow.raw_sha256)
    )


def claim_of(row: Row[Any]) -> StoredClaim:
    """A row with all columns of claim, and perhaps others, as a StoredClaim."""
    return StoredClaim(
        id=row.id,
        mail_id=row.mail_id,
        position=row.position,
        text=row.text,
        spans=tuple((start, end) for start, end in row.spans),
        certainty=row.certainty,
        state=row.state,
        type=row.type,
        severity=row.severity,
        nature=row.nature,
        resolution=row.resolution,
        confidence=row.confidence,
        department=row.department,
        needs_review=row.needs_review,
        reasons=tuple(row.reasons),
        amount_text=row.amount_text,
        amount_value=row.amount_value,
        amount_currency=row.amount_currency,
        model_version=row.model_version,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def message_of(row: Row[Any]) -> StoredMessage:
    """A row with all columns of message as a StoredMessage."""
    return StoredMessage(
        subject=row.subject,
        sender_name=row.sender_name,
        sender_address=row.sender_address,
        recipients=tuple((name, address) for name, address in row.recipients),
        sent_at=row.sent_at,
        message_id=row.message_id,
        in_reply_to=row.in_reply_to,
        thread_ids=tuple(row.thread_ids),
        language=row.language,
        kind=row.kind,
        kind_probability=row.kind_probability,
        kind_reason=row.kind_reason,
        body=row.body,
        own_text=row.own_text,
        zones=tuple((kind, start, end) for kind, start, end in row.zones),
        defects=tuple(row.defects),
        model_version=row.model_version,
        decided_at=row.decided_at,
    )
