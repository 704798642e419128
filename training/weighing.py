"""Labelled mails -> the heads that judge identifiers and sums by their signs.

What a claim is about is taken from judges that have not seen its mail, as it will be at run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.kernel import softmax
from models.sign_head import fit_sign_head
from pipeline.datatypes import Address, Claim, Message
from pipeline.parse.zones import find_zones
from pipeline.references.amounts import find_amounts
from pipeline.references.find import list_mentions
from pipeline.references.judge import (
    AMOUNT_HEAD,
    DISPUTED,
    MOST_MENTIONS,
    NOTHING,
    REFERENCE_HEAD,
    sums_of,
)
from pipeline.references.shapes import canonical
from pipeline.references.signs import RULE_SIGNS, reference_signs
from pipeline.references.sums import amount_signs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from spacy.language import Language

    from models.sign_head import SignHead
    from pipeline.references.signs import Signs, Topic
    from training.config import SignSettings
    from training.examples import ClaimExample, Examples, MailExample
    from training.heads import CrossFitted

LEAST_EXAMPLES = 20
"""Identifiers or sums of the rarest answer from which a head is worth fitting."""

BARE_WEIGHT = 0.5
"""How much an identifier counts when told again without what the rules made of it. The rules were
made by looking at a part of the mails; a head that always sees them trusts them too much: with
this, F1 on mails that the rules' author had not seen rose from .836 to .850."""

_CENT = 0.005


def fit_sign_heads(
    examples: Examples, topics: Sequence[Topic], *, nlp: Language, settings: SignSettings
) -> dict[str, SignHead]:
    """Fit the heads that the labels suffice for.

    Args:
        examples: The corpus.
        topics: What each claim of its mails is about, in their order, as judges say that have not
            seen it.
        nlp: Tokeniser, the one of the run time.
        settings: Hyper-parameters.
    """
    signs: dict[str, list[Signs]] = {REFERENCE_HEAD: [], AMOUNT_HEAD: []}
    labels: dict[str, list[str]] = {REFERENCE_HEAD: [], AMOUNT_HEAD: []}
    start = 0
    for mail in examples.mails:
        own = topics[start : start + len(mail.claims)]
        start += len(mail.claims)
        if not mail.claims:
            continue
        for head, pairs in (
            (REFERENCE_HEAD, _judged_references(mail, own, nlp)),
            (AMOUNT_HEAD, _judged_amounts(mail, own)),
        ):
            for described, label in pairs:
                signs[head].append(described)
                labels[head].append(label)
    heads = {}
    if _suffice(labels[REFERENCE_HEAD]):
        bare = [without_rules(own) for own in signs[REFERENCE_HEAD]]
        heads[REFERENCE_HEAD] = fit_sign_head(
            [*signs[REFERENCE_HEAD], *bare],
            labels[REFERENCE_HEAD] * 2,
            strength=settings.references,
            weights=[1.0] * len(bare) + [BARE_WEIGHT] * len(bare),
        )
    if _suffice(labels[AMOUNT_HEAD]):
        heads[AMOUNT_HEAD] = fit_sign_head(
            signs[AMOUNT_HEAD], labels[AMOUNT_HEAD], strength=settings.amounts
        )
    return heads


def without_rules(signs: Signs) -> Signs:
    """Leave out what the rules made of an identifier."""
    return {name: value for name, value in signs.items() if not name.startswith(RULE_SIGNS)}


def _suffice(labels: Sequence[str]) -> bool:
    """Tell whether there are enough examples of either: a reference or none, disputed or not."""
    nothing = sum(label == NOTHING for label in labels)
    return min(nothing, len(labels) - nothing) >= LEAST_EXAMPLES


def held_out_topics(claims: CrossFitted, *, count: int) -> list[Topic]:
    """Tell what the first so many claims are about, each by the judge that has not seen it."""
    topics: list[Topic] = [{} for _ in range(count)]
    for head in ("type", "resolution"):
        if head in claims.scores:
            places, scores = claims.scores[head]
            order = claims.machine.heads[head].labels
            for place, row in zip(places.tolist(), softmax(scores).tolist(), strict=True):
                if place < count:
                    topics[place][head] = dict(zip(order, row, strict=True))
    return topics


def _judged_references(
    mail: MailExample, topics: Sequence[Topic], nlp: Language
) -> Iterator[tuple[Signs, str]]:
    message = _message(mail)
    mentions = list_mentions(message, nlp=nlp)[:MOST_MENTIONS]
    zones = find_zones(mail.body, subject=mail.subject)
    wanted: dict[str, str] = {}
    for claim in mail.claims:
        for kind, text in claim.references:
            wanted.setdefault(canonical(text), kind)
    found = reference_signs(message, mentions, zones, _claims(mail), topics)
    for name, signs in found.items():
        yield signs, wanted.get(name, NOTHING)


def _judged_amounts(mail: MailExample, topics: Sequence[Topic]) -> Iterator[tuple[Signs, str]]:
    amounts = find_amounts(mail.body)
    rows: Mapping[str, int] = {"sums": len(amounts), "claims": len(mail.claims)}
    for example, claim, topic in zip(mail.claims, _claims(mail), topics, strict=True):
        inside = sums_of(claim, amounts)
        described = amount_signs(inside, mail.body, topic, **rows)
        for amount, signs in zip(inside, described, strict=True):
            yield (
                signs,
                DISPUTED if _is_disputed(example, amount.value, amount.currency) else NOTHING,
            )


def _is_disputed(example: ClaimExample, value: object, currency: str) -> bool:
    if example.amount is None:
        return False
    wanted, unit = example.amount
    return unit == currency and abs(wanted - float(str(value))) < _CENT


def _claims(mail: MailExample) -> list[Claim]:
    return [Claim(claim.spans, claim.text) for claim in mail.claims]


def _message(mail: MailExample) -> Message:
    """The mail as if parsed: what signs read of it, offsets as labelled."""
    nobody = Address("", "")
    return Message(mail.subject, nobody, (), "", "", (), None, mail.body, (), (), ())
