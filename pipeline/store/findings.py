"""Attached files that were read and what they say to the claims: their rows, in and out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from pipeline.datatypes import Amount
from pipeline.store.columns import storable_sum
from pipeline.store.tables import ClaimRow, DocumentRow, EvidenceRow

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from sqlalchemy.engine import Connection

    from pipeline.datatypes import Evidence, TriagedMail


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """An attached file that was read, or could not be; as `pipeline.datatypes.Document`."""

    attachment: int
    name: str
    format: str
    pages: int
    defects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredEvidence:
    """What a file says to a claim; `kind` is empty for a sum, `value` None for a reference."""

    claim_id: int
    attachment: int
    name: str
    page: int
    role: str
    kind: str
    text: str
    canonical: str
    value: Decimal | None
    currency: str | None
    confirmed: bool


def save_findings(
    connection: Connection, mail_id: int, triaged: TriagedMail, claim_ids: Sequence[int]
) -> None:
    """Insert the documents of a mail and the evidence of each of its claims."""
    documents = [
        {
            "mail_id": mail_id,
            "position": position,
            "attachment_position": document.attachment,
            "name": document.name,
            "format": document.format,
            "pages": len(document.pages),
            "defects": list(document.defects),
        }
        for position, document in enumerate(triaged.documents)
    ]
    if documents:
        connection.execute(insert(DocumentRow), documents)
    evidence = [
        _evidence_values(each) | {"claim_id": claim_id}
        for claim_id, claim in zip(claim_ids, triaged.claims, strict=True)
        for each in claim.evidence
    ]
    if evidence:
        connection.execute(insert(EvidenceRow), evidence)


def _evidence_values(evidence: Evidence) -> dict[str, Any]:
    values: dict[str, Any] = {
        "attachment_position": evidence.attachment,
        "name": evidence.name,
        "page": evidence.page,
        "role": evidence.role,
        "text": evidence.found.text,
        "confirmed": evidence.confirmed,
    }
    found = evidence.found
    if isinstance(found, Amount):
        value, currency = storable_sum(found.value), found.currency
        return values | {"kind": "", "canonical": "", "value": value, "currency": currency}
    kind, canonical = found.kind, found.canonical
    return values | {"kind": kind, "canonical": canonical, "value": None, "currency": None}


def documents_of(connection: Connection, mail_id: int) -> tuple[StoredDocument, ...]:
    """The files of one mail that were read, in order."""
    query = (
        select(
            DocumentRow.attachment_position,
            DocumentRow.name,
            DocumentRow.format,
            DocumentRow.pages,
            DocumentRow.defects,
        )
        .where(DocumentRow.mail_id == mail_id)
        .order_by(DocumentRow.position)
    )
    return tuple(
        StoredDocument(row.attachment_position, row.name, row.format, row.pages, tuple(row.defects))
        for row in connection.execute(query)
    )


def evidence_of(connection: Connection, mail_id: int) -> tuple[StoredEvidence, ...]:
    """What the files of one mail say, claim by claim."""
    query = (
        select(
            EvidenceRow.claim_id,
            EvidenceRow.attachment_position,
            EvidenceRow.name,
            EvidenceRow.page,
            EvidenceRow.role,
            EvidenceRow.kind,
            EvidenceRow.text,
            EvidenceRow.canonical,
            EvidenceRow.value,
            EvidenceRow.currency,
            EvidenceRow.confirmed,
        )
        .join(ClaimRow, ClaimRow.id == EvidenceRow.claim_id)
        .where(ClaimRow.mail_id == mail_id)
        .order_by(EvidenceRow.id)
    )
    return tuple(StoredEvidence(*row) for row in connection.execute(query))
