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
from pipeline.references.judge import claim_topics, judge_amounts, judge_references
from pipeline.references.link import link_references
from pipeline.route import decide_route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

    from pipeline.datatypes import (
        Amount,
        Claim,
        ClaimPrediction,
        Document,
        DocumentReader,
        KindDecision,
        Message,
        RawMail,
        Reference,
        Thresholds,
        TriageModel,
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
    is_complaint = kind.kind == taxonomy.claim_kind
    claims = split_claims(message, zones, passage, nlp=nlp, model=model) if is_complaint else ()
    predictions = classify_claims(claims, passage, model=model)
    topics = claim_topics(predictions)
    references = judge_references(message, zones, claims, topics, nlp=nlp, model=model)
    documents = reader.read(message.attachments) if reader and is_complaint else ()
    triaged = triage_claims(
        message,
        claims,
        predictions,
        kind=kind,
        language=language,
        references=references,
        amounts=judge_amounts(message, claims, topics, model=model),
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
        claims=triaged,
        references=references,
        model_version=model.version,
        documents=documents,
    )


def triage_claims(
    message: Message,
    claims: Sequence[Claim],
    predictions: Sequence[ClaimPrediction],
    *,
    kind: KindDecision,
    language: str,
    references: Sequence[Reference],
    amounts: Sequence[Amount | None],
    documents: Sequence[Document],
    nlp: Language,
    model: TriageModel,
    taxonomy: Taxonomy,
    thresholds: Thresholds,
) -> tuple[TriagedClaim, ...]:
    """Bring together what was decided about each claim: references, evidence, trust, route."""
    linked = link_references(references, claims)
    found = find_evidence(message, documents, references, nlp=nlp)
    evidence = link_evidence(found, claims, linked, nlp=nlp)
    triaged = []
    for claim, prediction, own, amount, said in zip(
        claims, predictions, linked, amounts, evidence, strict=True
    ):
        confidence = model.trust(prediction.type, certainty=claim.certainty)
        route = decide_route(
            claim,
            prediction,
            confidence=confidence,
            kind=kind,
            amount=amount,
            language=language,
            taxonomy=taxonomy,
            thresholds=thresholds,
        )
        triaged.append(TriagedClaim(claim, prediction, confidence, own, amount, route, said))
    return tuple(triaged)
