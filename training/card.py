"""A fitted model and its figures -> its model card (Mitchell et al. 2019)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from training.examples import CLAIM_HEADS
from training.failures import failure_blocks, percent
from training.pages import Heading, Items, Table, Text, to_markdown
from training.report import (
    describe_corpus,
    flat_figures,
    head_table,
    held_out_figures,
    told_figure,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.taxonomy import Taxonomy
    from training.evaluate import Evaluation
    from training.examples import Examples
    from training.learning import LearningPoint
    from training.pages import Block
    from training.train import Fitted

FEW = 30
"""A type with fewer labelled claims is named as a limit."""

HASH_DIGITS = 12

KEY_FIGURES = (
    *("complaint_detection.f1", "kind_accuracy", "claim_count_accuracy", "claims_found_iou50.f1"),
    *("claims_found_and_typed.f1", "type.accuracy", "type.macro_f1", "nature.macro_f1"),
    *("severity.quadratic_kappa", "severity.critical_seen_as_high_or_critical"),
    *("references.f1", "invoice_references.f1", "references_on_right_claim.f1"),
    *("amount_accuracy", "automatic_share", "automatic_precision", "coverage_at_95_precision"),
    "calibration_error",
)
"""Those of `training.score` that the card tells."""


def write_card(
    fitted: Fitted,
    examples: Examples,
    evaluations: Mapping[str, Evaluation],
    *,
    taxonomy: Taxonomy,
    learning: Sequence[LearningPoint] = (),
) -> str:
    """Write the card as Markdown.

    Args:
        fitted: The model and its held-out scores.
        examples: What it was made from.
        evaluations: Heading to figures of cross-validations; may be empty.
        taxonomy: The company's words.
        learning: Of the type head; may be empty.
    """
    blocks: list[Block] = [
        Heading(f"Model card: {fitted.model.version}", 1),
        Heading("What it is"),
        Items(list(_facts(fitted))),
        Heading("Made from"),
        *_data(examples),
        Heading("Made for"),
        *_use(taxonomy),
        Heading("How good it is"),
    ]
    for heading, evaluation in evaluations.items():
        blocks += [Heading(heading, 3), _key_figures(evaluation)]
    blocks += [
        Heading("Each head on inner folds that it has not seen, claims cut by hand", 3),
        head_table(held_out_figures(fitted)),
        Heading("Limits"),
        Items(list(_limits(fitted, examples, evaluations, taxonomy=taxonomy, learning=learning))),
    ]
    for evaluation in list(evaluations.values())[:1]:
        blocks += failure_blocks(evaluation, taxonomy=taxonomy)
    return to_markdown([*blocks, Heading("What lies in this folder"), _privacy()])


def missing_heads(fitted: Fitted) -> list[str]:
    """Name the decisions that the examples could not teach."""
    heads = {**fitted.model.mails.heads, **fitted.model.claims.heads}
    return [name for name in ("kind", *CLAIM_HEADS) if name not in heads]


def _facts(fitted: Fitted) -> Iterator[str]:
    model = fitted.model
    heads = {**model.mails.heads, **model.claims.heads}
    told = ", ".join(f"{name} ({len(head.labels)} labels)" for name, head in heads.items())
    yield "Kernel machines over words, letters, two frozen multilingual sentence encoders, signals."
    yield f"It decides: {told}."
    if missing := missing_heads(fitted):
        yield f"It does not decide: {', '.join(missing)}; the examples had nothing to tell apart."
    if model.grouping is None:
        yield "It takes a mail's own words for one claim: no mail of the examples holds several."
    else:
        yield "It gathers sentences into claims, which need not be neighbours."
    thresholds = model.thresholds
    yield (
        f"A claim stands without a person when its confidence is {thresholds.confidence:.3f} or "
        "more and no other reason for review holds."
    )
    if own := sorted(thresholds.confidence_by_type.items()):
        told = ", ".join(
            f"{name} {f'{needed:.3f}' if needed <= 1 else 'never'}" for name, needed in own
        )
        yield f"Types with a threshold of their own: {told}."


def _data(examples: Examples) -> list[Block]:
    kinds = Counter(mail.kind for mail in examples.mails)
    sectors = {mail.sector for mail in examples.mails if mail.sector}
    told = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    rows = [[name, digest[:HASH_DIGITS]] for name, digest in sorted(examples.sha256.items())]
    return [
        Text(describe_corpus(examples)),
        Text(f"Kinds of mail: {told}. Sectors named: {len(sectors)}."),
        Table(["file", "SHA-256 begins with"], rows),
    ]


def _use(taxonomy: Taxonomy) -> list[Block]:
    lines = [
        (
            f"Mail that reaches one company's shared mailbox, sorted by its {len(taxonomy.types)} "
            "claim types; a person sees what is doubtful or grave before it is settled."
        ),
        (
            "Not for deciding about a person: it says what a mail is about and who should read it, "
            "not whether the sender is right."
        ),
        (
            "Not for languages, sectors or claim types that the examples lack, before figures on "
            "labelled mails of that sort have been looked at: triage train evaluate."
        ),
        "Not for mail whose words have changed since: collect corrections and train again.",
    ]
    return [Items(lines)]


def _key_figures(evaluation: Evaluation) -> Table:
    groups = evaluation.figures
    flat = {group: dict(flat_figures(figures)) for group, figures in groups.items()}
    ends = {group: dict(flat_figures(evaluation.intervals[group])) for group in groups}
    rows = [
        [name, *(told_figure(flat[group].get(name), ends[group].get(name)) for group in groups)]
        for name in KEY_FIGURES
        if flat["all"].get(name) is not None
    ]
    return Table(["figure (95 % interval)", *groups], rows)


def _limits(
    fitted: Fitted,
    examples: Examples,
    evaluations: Mapping[str, Evaluation],
    *,
    taxonomy: Taxonomy,
    learning: Sequence[LearningPoint],
) -> Iterator[str]:
    counts = Counter(labels.get("type") for labels in fitted.dataset.labels)
    rare = [f"{name} ({counts[name]})" for name in taxonomy.types if 0 < counts[name] < FEW]
    unseen = [name for name in taxonomy.types if not counts[name]]
    if rare:
        yield f"Types with fewer than {FEW} labelled claims, weakly founded: {', '.join(rare)}."
    if unseen:
        yield f"Types that no example has, and that it never says: {', '.join(unseen)}."
    languages = Counter(mail.language for mail in examples.mails)
    whole = ", ".join(
        f"{name} {percent(count / len(examples.mails))}" for name, count in languages.most_common()
    )
    yield f"Mails by language: {whole}. Others rest on the encoders alone and are not measured."
    if not evaluations:
        yield (
            "No cross-validation was run (triage train fit --folds 5): the figures above judge "
            "claims cut by hand and say nothing about how mails are cut into claims."
        )
    for heading, evaluation in evaluations.items():
        yield f"{heading}: {_trust(evaluation.figures['all'])}"
    if len(learning) > 1:
        last, before = learning[-1], learning[-2]
        yield (
            f"From {before.claims} to {last.claims} labelled claims the type accuracy on claims "
            f"cut by hand went from {before.accuracy:.3f} to {last.accuracy:.3f}."
        )


def _trust(figures: Mapping[str, Any]) -> str:
    return (
        f"confidence is off by {percent(figures['calibration_error'])} on average; at 95 % "
        f"precision {percent(figures['coverage_at_95_precision'])} of the claims could be handled "
        "without a person."
    )


def _privacy() -> Text:
    return Text(
        "The labelled examples, as weighted word counts and embeddings and in part as they were "
        "written; the report of a cross-validation quotes mails. Treat the folder as the mails."
    )
