"""TriagedMail -> plain data, the line of `triage read --json`; knows no file, clock or model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.datatypes import Amount

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.datatypes import (
        ClaimPrediction,
        Document,
        Evidence,
        Prediction,
        Reference,
        TriagedClaim,
        TriagedMail,
    )

DIGITS = 4
"""Decimal digits of a probability."""


def triaged_as_json(triaged: TriagedMail, *, file: str) -> dict[str, Any]:
    """Say what was understood in one mail as values that JSON can hold.

    Args:
        triaged: The mail.
        file: Name of the file that the mail came from, without its folder.

    Returns:
        The keys of `triage read --json`, in their documented order. A head that the model does not
        have gives None for its label and no entry among the probabilities.
    """
    message = triaged.message
    return {
        "id": triaged.id,
        "file": file,
        "message_id": message.message_id,
        "subject": message.subject,
        "sender": message.sender.address,
        "sent_at": _moment(message.sent_at),
        "kind": triaged.kind.kind,
        "kind_probability": round(triaged.kind.probability, DIGITS),
        "language": triaged.language,
        "body": message.body,
        "zones": [
            {"kind": zone.kind, "start": zone.start, "end": zone.end} for zone in triaged.zones
        ],
        "own_text": triaged.own_text,
        "claims": [_claim(triaged_claim) for triaged_claim in triaged.claims],
        "attachments": [
            {"name": attachment.name, "type": attachment.type, "size": attachment.size_bytes}
            for attachment in message.attachments
        ],
        "documents": [_document(document) for document in triaged.documents],
        "defects": list(message.defects),
        "model_version": triaged.model_version,
    }


def unreadable_as_json(mail_id: str, *, file: str, error: str) -> dict[str, Any]:
    """Say that one mail could not be read at all.

    Args:
        mail_id: The raw mail's.
        file: Name of the file that the mail should have come from.
        error: What went wrong, without mail text.
    """
    return {"id": mail_id, "file": file, "error": error}


def _claim(triaged_claim: TriagedClaim) -> dict[str, Any]:
    claim, prediction = triaged_claim.claim, triaged_claim.prediction
    return {
        "spans": [[span.start, span.end] for span in claim.spans],
        "text": claim.text,
        "type": prediction.type.label,
        "severity": _label(prediction.severity),
        "nature": _label(prediction.nature),
        "resolution": _label(prediction.resolution),
        "confidence": round(triaged_claim.confidence, DIGITS),
        "probabilities": _probabilities(prediction),
        "needs_review": triaged_claim.route.needs_review,
        "reasons": list(triaged_claim.route.reasons),
        "references": [_reference(reference) for reference in triaged_claim.references],
        "amount": _amount(triaged_claim.amount),
        "department": triaged_claim.route.department,
        "evidence": [_evidence(evidence) for evidence in triaged_claim.evidence],
        "signs": [] if prediction.severity is None else list(prediction.severity.signs),
    }


def _label(prediction: Prediction | None) -> str | None:
    return None if prediction is None else prediction.label


def _probabilities(prediction: ClaimPrediction) -> dict[str, dict[str, float]]:
    heads = {
        "type": prediction.type,
        "severity": prediction.severity,
        "nature": prediction.nature,
        "resolution": prediction.resolution,
    }
    return {
        head: {
            label: round(probability, DIGITS)
            for label, probability in decision.probabilities.items()
        }
        for head, decision in heads.items()
        if decision is not None
    }


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "kind": reference.kind,
        "text": reference.text,
        "canonical": reference.canonical,
        "start": reference.start,
        "end": reference.end,
        "where": reference.where,
    }


def _document(document: Document) -> dict[str, Any]:
    return {
        "file": document.name,
        "attachment": document.attachment,
        "format": document.format,
        "pages": len(document.pages),
        "defects": list(document.defects),
    }


def _evidence(evidence: Evidence) -> dict[str, Any]:
    """Offsets are into the page's text; a field of a structured invoice is on page 0."""
    found = evidence.found
    said: dict[str, Any] = {"kind": "amount", "text": found.text}
    if isinstance(found, Amount):
        said |= {"value": float(found.value), "currency": found.currency}
    else:
        said |= {"kind": found.kind, "canonical": found.canonical}
    return {
        "file": evidence.name,
        "page": evidence.page,
        "role": evidence.role,
        **said,
        "start": found.start,
        "end": found.end,
        "confirmed": evidence.confirmed,
    }


def _amount(amount: Amount | None) -> dict[str, Any] | None:
    if amount is None:
        return None
    return {"text": amount.text, "value": float(amount.value), "currency": amount.currency}


def _moment(moment: datetime | None) -> str | None:
    """Second precision in UTC, `2025-03-03T08:07:00Z`."""
    if moment is None:
        return None
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
