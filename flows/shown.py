"""TriagedMail or a stored mail -> ShownMail: one shape for everything that is shown of a mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.datatypes import Reference

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.datatypes import Evidence, TriagedClaim, TriagedMail
    from pipeline.store.records import MailLife, StoredClaim, StoredReference


@dataclass(frozen=True, slots=True)
class ShownEvidence:
    """What a person sees of something that an attached file says.

    Attributes:
        name: The file's.
        page: From 1; 0 where it stands on none.
        role: `number`, `mention`, `total` or `sum`.
        kind: A reference kind; empty for a sum.
        text: As written.
        confirmed: True where the mail says it too.
    """

    name: str
    page: int
    role: str
    kind: str
    text: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """What a person sees of a claim; labels are codes of the taxonomy.

    Attributes:
        spans: Stretches of the body.
        type: Cause.
        severity: None where the model did not tell; so are the next two.
        nature: Commercial or not.
        resolution: What the sender wants.
        confidence: Probability that the type is right.
        department: Who settles it.
        reasons: Why a supervisor looks first; empty where nobody must.
        references: (kind, identifier as written).
        amount: The sum in dispute as written; empty where there is none.
        evidence: What attached files say to it, file by file.
        signs: Codes of the signs of gravity that counted, strongest first.
    """

    spans: tuple[tuple[int, int], ...]
    type: str
    severity: str | None
    nature: str | None
    resolution: str | None
    confidence: float
    department: str
    reasons: tuple[str, ...]
    references: tuple[tuple[str, str], ...]
    amount: str
    evidence: tuple[ShownEvidence, ...] = ()
    signs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownMail:
    """What a person sees of a mail.

    Attributes:
        id: The raw mail's.
        subject: May be empty.
        sender: Name, else address; may be empty.
        sent_at: None where it is not known.
        language: ISO 639-1 code, or `und`.
        kind: Code of the taxonomy.
        kind_probability: Of the kind.
        kind_reason: `model`, or the header rule.
        body: The whole text.
        zones: (start, end) of what is not the customer's present concern.
        claims: In the mail's order.
        other_references: (kind, identifier as written) of those that belong to no claim.
        attachments: File names.
        defects: Codes.
        unread: (file name, codes) of attached files that could not be read, or not wholly.
    """

    id: str
    subject: str
    sender: str
    sent_at: datetime | None
    language: str
    kind: str
    kind_probability: float
    kind_reason: str
    body: str
    zones: tuple[tuple[int, int], ...]
    claims: tuple[ShownClaim, ...]
    other_references: tuple[tuple[str, str], ...]
    attachments: tuple[str, ...]
    defects: tuple[str, ...]
    unread: tuple[tuple[str, tuple[str, ...]], ...] = ()


def shown_from_triaged(triaged: TriagedMail) -> ShownMail:
    """Shape a mail that was just understood."""
    message = triaged.message
    of_claims = {reference for claim in triaged.claims for reference in claim.references}
    return ShownMail(
        id=triaged.id,
        subject=message.subject,
        sender=message.sender.name or message.sender.address,
        sent_at=message.sent_at,
        language=triaged.language,
        kind=triaged.kind.kind,
        kind_probability=triaged.kind.probability,
        kind_reason=triaged.kind.reason,
        body=message.body,
        zones=tuple((zone.start, zone.end) for zone in triaged.zones),
        claims=tuple(_triaged_claim(claim) for claim in triaged.claims),
        other_references=tuple(
            (reference.kind, reference.text)
            for reference in triaged.references
            if reference not in of_claims
        ),
        attachments=tuple(attachment.name for attachment in message.attachments),
        defects=message.defects,
        unread=tuple((each.name, each.defects) for each in triaged.documents if each.defects),
    )


def shown_from_life(life: MailLife) -> ShownMail | None:
    """Shape a stored mail; None where it is not understood yet."""
    message = life.message
    if message is None:
        return None
    return ShownMail(
        id=str(life.mail.id),
        subject=message.subject,
        sender=message.sender_name or message.sender_address,
        sent_at=message.sent_at,
        language=message.language,
        kind=message.kind,
        kind_probability=message.kind_probability,
        kind_reason=message.kind_reason,
        body=message.body,
        zones=tuple((start, end) for _, start, end in message.zones),
        claims=tuple(_stored_claim(claim, life) for claim in life.claims),
        other_references=_pairs([r for r in life.references if r.claim_id is None]),
        attachments=tuple(attachment.name for attachment in life.attachments),
        defects=message.defects,
        unread=tuple((each.name, each.defects) for each in life.documents if each.defects),
    )


def _triaged_claim(triaged_claim: TriagedClaim) -> ShownClaim:
    prediction, amount = triaged_claim.prediction, triaged_claim.amount
    return ShownClaim(
        spans=tuple((span.start, span.end) for span in triaged_claim.claim.spans),
        type=prediction.type.label,
        severity=None if prediction.severity is None else prediction.severity.label,
        nature=None if prediction.nature is None else prediction.nature.label,
        resolution=None if prediction.resolution is None else prediction.resolution.label,
        confidence=triaged_claim.confidence,
        department=triaged_claim.route.department,
        reasons=triaged_claim.route.reasons,
        references=tuple((r.kind, r.text) for r in triaged_claim.references),
        amount="" if amount is None else amount.text,
        evidence=tuple(map(_evidence, triaged_claim.evidence)),
        signs=() if prediction.severity is None else prediction.severity.signs,
    )


def _evidence(evidence: Evidence) -> ShownEvidence:
    found = evidence.found
    kind = found.kind if isinstance(found, Reference) else ""
    return ShownEvidence(
        evidence.name, evidence.page, evidence.role, kind, found.text, evidence.confirmed
    )


def _stored_claim(claim: StoredClaim, life: MailLife) -> ShownClaim:
    return ShownClaim(
        spans=claim.spans,
        type=claim.type,
        severity=claim.severity,
        nature=claim.nature,
        resolution=claim.resolution,
        confidence=claim.confidence,
        department=claim.department,
        reasons=claim.reasons,
        references=_pairs([r for r in life.references if r.claim_id == claim.id]),
        amount=claim.amount_text,
        evidence=tuple(
            ShownEvidence(each.name, each.page, each.role, each.kind, each.text, each.confirmed)
            for each in life.evidence
            if each.claim_id == claim.id
        ),
        signs=_stored_signs(claim.id, life),
    )


def _stored_signs(claim_id: int, life: MailLife) -> tuple[str, ...]:
    """What the claim's first event tells; claims found by an older version tell none."""
    found = [
        event.payload.get("signs", ())
        for event in life.events
        if (event.subject, event.subject_id, event.kind) == ("claim", claim_id, "found")
    ]
    return tuple(found[-1]) if found else ()


def _pairs(references: Sequence[StoredReference]) -> tuple[tuple[str, str], ...]:
    return tuple(dict.fromkeys((reference.kind, reference.text) for reference in references))
