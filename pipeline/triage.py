"""Raw mail -> decision: the whole way of one mail, the page to read first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.claims.split import split_claims
from pipeline.classify import classify_claims, decide_kind
from pipeline.datatypes import Passage, TriagedClaim, TriagedMail
from pipeline.evidence.find import find_evidence
from pipeline.evidence.link import link_evidence
from pipeline.parse.language import find_language
from pipeline.parse.message import parse_mail
from pipeline.parse.zones import find_zones, own_text
from pipeline.references.amounts import find_amounts
from pipeline.references.find import find_references
from pipeline.references.link import choose_amount, link_references
from pipeline.route import decide_route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

    from pipeline.datatypes import (
        Document,
        DocumentReader,
        KindDecision,
        Message,
        RawMail,
        Reference,
        Thresholds,
        TriageModel,
        Zone,
    )
    from pipeline.taxonomy import Taxonomy


def triage_mail(
    raw: RawMail,
    *,
    nlp: Language,
    model: TriageModel,
    taxonomy: Taxonomy,
    thresholds: Thresholds,
    reader: DocumentReader | None = None,
) -> TriagedMail:
    """Understand one mail; pure: bytes in, decision out.

    Args:
        raw: The mail; any bytes.
        nlp: Tokeniser.
        model: A trained model.
        taxonomy: The company's words; the one that the model was made for.
        thresholds: What may stand without a person.
        reader: Opens the files that come with a complaint; None leaves them closed.
    """
    message = parse_mail(raw)
    zones = find_zones(message.body, subject=message.subject)
    words = own_text(message.body, zones)
    language = find_language(words)
    passage = Passage(words, message.subject, words, language)
    kind = decide_kind(message, passage, model=model, taxonomy=taxonomy, thresholds=thresholds)
    references = find_references(message, nlp=nlp)
    claims: tuple[TriagedClaim, ...] = ()
    documents: tuple[Document, ...] = ()
    if kind.kind == taxonomy.claim_kind:
        documents = reader.read(message.attachments) if reader else ()
        claims = triage_claims(
            message,
            zones,
            passage,
            kind=kind,
            references=references,
            documents=documents,
            nlp=nlp,
            model=model,
            taxonomy=taxonomy,
            thresholds=thresholds,
        )
    return TriagedMail(
        id=raw.id,
        message=message,
        zones=zones,
        own_text=words,
        language=language,
        kind=kind,
        claims=claims,
        references=references,
        model_version=model.version,
        documents=documents,
    )


def triage_claims(
    message: Message,
    zones: Sequence[Zone],
    passage: Passage,
    *,
    kind: KindDecision,
    references: Sequence[Reference],
    documents: Sequence[Document],
    nlp: Language,
    model: TriageModel,
    taxonomy: Taxonomy,
    thresholds: Thresholds,
) -> tuple[TriagedClaim, ...]:
    """Split a complaint into claims, judge each, give it its references, sum, route, evidence."""
    claims = split_claims(message, zones, passage, nlp=nlp, model=model)
    predictions = classify_claims(claims, passage, model=model)
    linked = link_references(references, claims)
    amounts = find_amounts(message.body)
    found = find_evidence(message, documents, references, nlp=nlp)
    evidence = link_evidence(found, claims, linked, nlp=nlp)
    triaged = []
    for claim, prediction, own, said in zip(claims, predictions, linked, evidence, strict=True):
        amount = choose_amount(claim, amounts, message)
        confidence = model.trust(prediction.type, certainty=claim.certainty)
        route = decide_route(
            claim,
            prediction,
            confidence=confidence,
            kind=kind,
            amount=amount,
            language=passage.language,
            taxonomy=taxonomy,
            thresholds=thresholds,
        )
        triaged.append(TriagedClaim(claim, prediction, confidence, own, amount, route, said))
    return tuple(triaged)
