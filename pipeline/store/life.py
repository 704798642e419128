"""One mail's whole life, for `triage explain` and the quarantine; nothing is changed here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import and_, or_, select

from pipeline.datatypes import RawMail
from pipeline.errors import RowMissing
from pipeline.store import records, views
from pipeline.store.findings import documents_of, evidence_of
from pipeline.store.tables import (
    AttachmentRow,
    ClaimRow,
    DeliveryRow,
    EventRow,
    MailboxRow,
    MailRow,
    MessageRow,
    PredictionRow,
    RawBlobRow,
    ReferenceRow,
    ReviewRow,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.engine import Connection

    from pipeline.store.database import Store

Record = TypeVar("Record")

CLAIM: Final = tuple(ClaimRow.__table__.columns)
MESSAGE: Final = tuple(MessageRow.__table__.columns)


def raw_mail(store: Store, mail_id: int) -> RawMail:
    """A mail exactly as it came.

    Raises:
        RowMissing: There is no such mail.
    """
    query = (
        select(RawBlobRow.body, MailRow.complete)
        .join(MailRow, MailRow.raw_sha256 == RawBlobRow.sha256)
        .where(MailRow.id == mail_id)
    )
    with store.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise RowMissing("mail", str(mail_id))
    return RawMail(str(mail_id), row.body, row.complete)


def mail_life(store: Store, mail_id: int) -> records.MailLife:
    """Everything that is known of one mail.

    Raises:
        RowMissing: There is no such mail.
    """
    with store.reading() as connection:
        mail = connection.execute(views.ledger().where(MailRow.id == mail_id)).one_or_none()
        if mail is None:
            raise RowMissing("mail", str(mail_id))
        message = connection.execute(
            select(*MESSAGE).where(MessageRow.mail_id == mail_id)
        ).one_or_none()
        return records.MailLife(
            mail=records.StoredMail(*mail),
            message=None if message is None else views.message_of(message),
            claims=tuple(map(views.claim_of, connection.execute(_claims(mail_id)))),
            deliveries=_all(connection, _deliveries(mail_id), records.StoredDelivery),
            attachments=_all(connection, _attachments(mail_id), records.StoredAttachment),
            references=_all(connection, _references(mail_id), records.StoredReference),
            documents=documents_of(connection, mail_id),
            evidence=evidence_of(connection, mail_id),
            predictions=_all(connection, _predictions(mail_id), records.StoredPrediction),
            reviews=_all(connection, _reviews(mail_id), records.StoredReview),
            events=_all(connection, _events(mail_id), records.StoredEvent),
        )


def _all(
    connection: Connection, query: views.Query, record: Callable[..., Record]
) -> tuple[Record, ...]:
    return tuple(record(*row) for row in connection.execute(query))


def _deliveries(mail_id: int) -> views.Query:
    return (
        select(*views.DELIVERY)
        .join(MailboxRow, MailboxRow.id == DeliveryRow.mailbox_id)
        .where(DeliveryRow.mail_id == mail_id)
        .order_by(DeliveryRow.id)
    )


def _claims(mail_id: int) -> views.Query:
    return select(*CLAIM).where(ClaimRow.mail_id == mail_id).order_by(ClaimRow.position)


def _attachments(mail_id: int) -> views.Query:
    query = select(*views.ATTACHMENT).where(AttachmentRow.mail_id == mail_id)
    return query.order_by(AttachmentRow.position)


def _references(mail_id: int) -> views.Query:
    query = select(*views.REFERENCE).where(ReferenceRow.mail_id == mail_id)
    return query.order_by(ReferenceRow.id)


def _predictions(mail_id: int) -> views.Query:
    query = select(*views.PREDICTION).where(PredictionRow.mail_id == mail_id)
    return query.order_by(PredictionRow.id)


def _reviews(mail_id: int) -> views.Query:
    query = select(*views.REVIEW).join(ClaimRow, ClaimRow.id == ReviewRow.claim_id)
    return query.where(ClaimRow.mail_id == mail_id).order_by(ReviewRow.id)


def _events(mail_id: int) -> views.Query:
    claims = select(ClaimRow.id).where(ClaimRow.mail_id == mail_id)
    of_mail = and_(EventRow.subject == "mail", EventRow.subject_id == mail_id)
    of_claims = and_(EventRow.subject == "claim", EventRow.subject_id.in_(claims))
    return select(*views.EVENT).where(or_(of_mail, of_claims)).order_by(EventRow.id)
