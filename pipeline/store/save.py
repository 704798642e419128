"""TriagedMail -> rows: message, claims, references, predictions, events, in one commit.

The commit holds only while the lease does; a mail is therefore saved once, whoever tries again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from pipeline.store.columns import storable_sum
from pipeline.store.database import database_now
from pipeline.store.events import record_event, record_events
from pipeline.store.findings import save_findings
from pipeline.store.leases import held
from pipeline.store.tables import (
    TRIAGED,
    AttachmentRow,
    ClaimRow,
    MailRow,
    MessageRow,
    PredictionRow,
    ReferenceRow,
)
from pipeline.workflow import IN_REVIEW, ROUTED, START, step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.engine import Connection
    from sqlalchemy.orm import DeclarativeBase

    from pipeline.datatypes import Prediction, Reference, TriagedClaim, TriagedMail
    from pipeline.store.database import Store
    from pipeline.store.records import LeasedMail


def save_triaged(store: Store, leased: LeasedMail, triaged: TriagedMail) -> bool:
    """Save what was decided about a mail; a claim starts in review or with its department.

    Args:
        store: The open store.
        leased: The lease under which it was decided.
        triaged: The decision.

    Returns:
        False where the lease was lost: another worker has the mail, nothing was saved.

    Raises:
        StoreError: The database is away or refuses; nothing was saved.
        RowRefused: It refuses this decision; trying again does not help.
    """
    with store.writing() as connection:
        now = database_now(connection)
        done = {
            "state": TRIAGED,
            "lease_owner": None,
            "lease_until": None,
            "retry_at": None,
            "error": "",
            "finished_at": now,
        }
        statement = update(MailRow).where(*held(leased)).values(done)
        if connection.execute(statement).rowcount != 1:
            return False
        _save_message(connection, leased.mail_id, triaged, now=now)
        claim_ids = _save_claims(connection, leased.mail_id, triaged, now=now)
        _save_references(connection, leased.mail_id, triaged, claim_ids)
        save_findings(connection, leased.mail_id, triaged, claim_ids)
        _save_predictions(connection, leased.mail_id, triaged, claim_ids, now=now)
        _log(connection, leased, triaged, claim_ids, now=now)
    return True


def _save_message(
    connection: Connection, mail_id: int, triaged: TriagedMail, *, now: datetime
) -> None:
    message = triaged.message
    values = {
        "mail_id": mail_id,
        "subject": message.subject,
        "sender_name": message.sender.name,
        "sender_address": message.sender.address,
        "recipients": [[each.name, each.address] for each in message.recipients],
        "sent_at": message.sent_at,
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "thread_ids": list(message.thread_ids),
        "language": triaged.language,
        "kind": triaged.kind.kind,
        "kind_probability": triaged.kind.probability,
        "kind_reason": triaged.kind.reason,
        "body": message.body,
        "own_text": triaged.own_text,
        "zones": [[zone.kind, zone.start, zone.end] for zone in triaged.zones],
        "defects": list(message.defects),
        "model_version": triaged.model_version,
        "decided_at": now,
    }
    _insert_all(connection, MessageRow, [values])
    attachments = [
        {
            "mail_id": mail_id,
            "position": position,
            "name": attachment.name,
            "type": attachment.type,
            "size_bytes": attachment.size_bytes,
            "sha256": attachment.sha256,
        }
        for position, attachment in enumerate(message.attachments)
    ]
    _insert_all(connection, AttachmentRow, attachments)


def _save_claims(
    connection: Connection, mail_id: int, triaged: TriagedMail, *, now: datetime
) -> list[int]:
    """Insert the claims; tell their numbers in order."""
    rows = [
        _claim_values(claim)
        | {
            "mail_id": mail_id,
            "position": position,
            "model_version": triaged.model_version,
            "created_at": now,
            "updated_at": now,
        }
        for position, claim in enumerate(triaged.claims)
    ]
    if not rows:
        return []
    _insert_all(connection, ClaimRow, rows)
    query = select(ClaimRow.id).where(ClaimRow.mail_id == mail_id).order_by(ClaimRow.position)
    return list(connection.execute(query).scalars())


def _claim_values(triaged: TriagedClaim) -> dict[str, Any]:
    claim, prediction, route, amount = (
        triaged.claim,
        triaged.prediction,
        triaged.route,
        triaged.amount,
    )
    return {
        "text": claim.text,
        "spans": [[span.start, span.end] for span in claim.spans],
        "certainty": claim.certainty,
        "state": _first_state(triaged),
        "type": prediction.type.label,
        "severity": _label(prediction.severity),
        "nature": _label(prediction.nature),
        "resolution": _label(prediction.resolution),
        "confidence": triaged.confidence,
        "department": route.department,
        "needs_review": route.needs_review,
        "reasons": list(route.reasons),
        "amount_text": "" if amount is None else amount.text,
        "amount_value": None if amount is None else storable_sum(amount.value),
        "amount_currency": None if amount is None else amount.currency,
        "amount_start": None if amount is None else amount.start,
        "amount_end": None if amount is None else amount.end,
    }


def _first_state(triaged: TriagedClaim) -> str:
    return step(START, IN_REVIEW if triaged.route.needs_review else ROUTED)


def _label(prediction: Prediction | None) -> str | None:
    return None if prediction is None else prediction.label


def _save_references(
    connection: Connection, mail_id: int, triaged: TriagedMail, claim_ids: list[int]
) -> None:
    """Insert one row for each claim a reference belongs to, and one for each that has none."""
    owned = {reference for claim in triaged.claims for reference in claim.references}
    rows = [
        _reference_values(reference) | {"mail_id": mail_id, "claim_id": claim_id}
        for claim_id, claim in zip(claim_ids, triaged.claims, strict=True)
        for reference in claim.references
    ]
    rows += [
        _reference_values(reference) | {"mail_id": mail_id, "claim_id": None}
        for reference in triaged.references
        if reference not in owned
    ]
    _insert_all(connection, ReferenceRow, rows)


def _reference_values(reference: Reference) -> dict[str, Any]:
    return {
        "kind": reference.kind,
        "text": reference.text,
        "canonical": reference.canonical,
        "place": reference.where,
        "start_offset": reference.start,
        "end_offset": reference.end,
    }


def _save_predictions(
    connection: Connection,
    mail_id: int,
    triaged: TriagedMail,
    claim_ids: list[int],
    *,
    now: datetime,
) -> None:
    shared = {"mail_id": mail_id, "model_version": triaged.model_version, "at": now}
    kind = triaged.kind
    rows = [
        {
            **shared,
            "claim_id": None,
            "head": "kind",
            "label": kind.kind,
            "probability": kind.probability,
            "probabilities": {kind.kind: kind.probability},
        }
    ]
    rows += [
        {
            **shared,
            "claim_id": claim_id,
            "head": head,
            "label": prediction.label,
            "probability": prediction.probability,
            "probabilities": dict(prediction.probabilities),
        }
        for claim_id, claim in zip(claim_ids, triaged.claims, strict=True)
        for head, prediction in _heads(claim)
        if prediction is not None
    ]
    _insert_all(connection, PredictionRow, rows)


def _heads(claim: TriagedClaim) -> Iterable[tuple[str, Prediction | None]]:
    prediction = claim.prediction
    yield "type", prediction.type
    yield "severity", prediction.severity
    yield "nature", prediction.nature
    yield "resolution", prediction.resolution


def _insert_all(
    connection: Connection, table: type[DeclarativeBase], rows: list[dict[str, Any]]
) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _log(
    connection: Connection,
    leased: LeasedMail,
    triaged: TriagedMail,
    claim_ids: list[int],
    *,
    now: datetime,
) -> None:
    """Tell what became of the mail, and of each claim that it was found and where it went."""
    payload = {
        "kind": triaged.kind.kind,
        "claims": len(claim_ids),
        "model_version": triaged.model_version,
        "attempt": leased.attempts,
    }
    record_event(connection, "mail", leased.mail_id, "triaged", at=now, payload=payload)
    found = [
        (
            claim_id,
            {
                "state": _first_state(claim),
                "type": claim.prediction.type.label,
                "department": claim.route.department,
                "reasons": list(claim.route.reasons),
                "signs": _signs(claim),
            },
        )
        for claim_id, claim in zip(claim_ids, triaged.claims, strict=True)
    ]
    record_events(connection, "claim", "found", found, at=now)
    if _is_known_id(connection, leased.mail_id, triaged.message.message_id):
        record_event(connection, "mail", leased.mail_id, "message_id_reused", at=now)


def _signs(claim: TriagedClaim) -> list[str]:
    severity = claim.prediction.severity
    return [] if severity is None else list(severity.signs)


def _is_known_id(connection: Connection, mail_id: int, message_id: str) -> bool:
    """Tell whether a different mail has the same Message-ID; both are kept, people are told."""
    if not message_id:
        return False
    query = (
        select(MessageRow.mail_id)
        .where(MessageRow.message_id == message_id, MessageRow.mail_id != mail_id)
        .limit(1)
    )
    return connection.execute(query).first() is not None
