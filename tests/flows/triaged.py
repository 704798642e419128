"""Triaged mail built by hand, every field defaulted."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from pipeline.datatypes import (
    Address,
    Amount,
    Attachment,
    Claim,
    ClaimPrediction,
    KindDecision,
    Message,
    Prediction,
    Reference,
    Route,
    Span,
    TriagedClaim,
    TriagedMail,
    Zone,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

WORDS = Span(0, 51)
INVOICE = Reference("invoice", "FA-12", "FA12", 29, 34)
AMOUNT = Amount("212,40 €", Decimal("212.40"), "EUR", 42, 50)
BODY = "Il manque 4 cartons (facture FA-12), soit 212,40 €.\n\nOdile\n"


def make_prediction(label: str, probability: float = 0.93, other: str = "other") -> Prediction:
    return Prediction(label, probability, {label: probability, other: 1 - probability})


def make_claim(
    *,
    claim_type: str = "shortage",
    severity: str | None = "medium",
    span: Span = WORDS,
    body: str = BODY,
    references: Sequence[Reference] = (INVOICE,),
    amount: Amount | None = AMOUNT,
    reasons: Sequence[str] = (),
    confidence: float = 0.93,
) -> TriagedClaim:
    return TriagedClaim(
        claim=Claim((span,), body[span.start : span.end]),
        prediction=ClaimPrediction(
            type=make_prediction(claim_type),
            severity=None if severity is None else make_prediction(severity, 0.71234567, "low"),
            nature=make_prediction("non_commercial", 1.0, "commercial"),
            resolution=None,
        ),
        confidence=confidence,
        references=tuple(references),
        amount=amount,
        route=Route("logistics", needs_review=bool(reasons), reasons=tuple(reasons)),
    )


def make_triaged(
    *,
    mail_id: str = "fr-1",
    subject: str = "Livraison incomplète",
    body: str = BODY,
    kind: str = "complaint",
    kind_probability: float = 0.98765432,
    claims: Sequence[TriagedClaim] | None = None,
    sent_at: datetime | None = datetime(2025, 3, 3, 8, 7, tzinfo=UTC),
    defects: Sequence[str] = (),
) -> TriagedMail:
    claims = (make_claim(),) if claims is None else tuple(claims)
    message = Message(
        subject=subject,
        sender=Address("Odile", "odile@tilleul.example"),
        recipients=(),
        message_id="<1@tilleul.example>",
        in_reply_to="",
        thread_ids=(),
        sent_at=sent_at,
        body=body,
        headers=(),
        attachments=(Attachment("bl.pdf", "application/pdf", 20311, "0" * 64),),
        defects=tuple(defects),
    )
    return TriagedMail(
        id=mail_id,
        message=message,
        zones=(Zone("signature", 53, 58),) if body == BODY else (),
        own_text=body[:51],
        language="fr",
        kind=KindDecision(kind, kind_probability, "model"),
        claims=claims,
        references=tuple(reference for claim in claims for reference in claim.references),
        model_version="2025-a",
    )
