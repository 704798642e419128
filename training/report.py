"""What was measured -> the report that stays with a model version, or that an evaluation writes."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import f1_score

from models.kernel import softmax
from training.failures import failure_blocks
from training.mistakes import instructive_mistakes
from training.pages import Heading, Items, Picture, Table, Text, Words, to_markdown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipeline.taxonomy import Taxonomy
    from training.evaluate import Evaluation
    from training.examples import Examples
    from training.heads import CrossFitted
    from training.pages import Block
    from training.train import Fitted

CAPTIONS = {
    "reliability.png": "How honest the confidence is",
    "coverage.png": "How precise types are when only the surest claims are handled automatically",
    "confusion.png": "Which type is taken for which",
    "learning.png": "How types grow with the number of labelled claims",
}
"""File name of each picture to what it shows, in the order of the report."""

SECTOR_FIGURES = {
    "mails": "mails",
    "complaint_detection.f1": "complaints F1",
    "claim_count_accuracy": "right number of claims",
    "claims_found_and_typed.f1": "found and typed F1",
    "type.accuracy": "type accuracy",
    "severity.quadratic_kappa": "severity kappa",
    "calibration_error": "calibration error",
}


def write_report(
    fitted: Fitted,
    examples: Examples,
    evaluations: Mapping[str, Evaluation],
    *,
    taxonomy: Taxonomy,
    pictures: Sequence[str],
) -> str:
    """Write the report of a model version as Markdown.

    Args:
        fitted: The model and its held-out scores.
        examples: What it was made from.
        evaluations: Heading to figures of cross-validations; may be empty.
        taxonomy: The company's words.
        pictures: File names of the pictures that lie beside it.
    """
    blocks: list[Block] = [
        Heading(f"Model {fitted.model.version}", 1),
        Text(describe_corpus(examples)),
        Heading("Heads on held-out inner folds (claims cut by hand)"),
        head_table(held_out_figures(fitted)),
    ]
    for heading, evaluation in evaluations.items():
        blocks += [Heading(heading), *figure_blocks(evaluation)]
        blocks += failure_blocks(evaluation, taxonomy=taxonomy)
        blocks += mistake_blocks(evaluation, taxonomy=taxonomy)
    blocks += picture_blocks(pictures)
    thresholds = fitted.model.thresholds
    named = [
        f"{name.replace('.', ' of ')}: {value:.3f}"
        for name, value in flat_figures(asdict(thresholds))
    ]
    return to_markdown([*blocks, Heading("Thresholds"), Items(named)])


def evaluation_blocks(
    heading: str,
    evaluation: Evaluation,
    examples: Examples,
    *,
    taxonomy: Taxonomy,
    pictures: Sequence[str],
) -> list[Block]:
    """Bring together the report of one evaluation.

    Args:
        heading: What was judged, and how.
        evaluation: Its figures.
        examples: What it was judged by.
        taxonomy: The company's words.
        pictures: File names of the pictures that there are.
    """
    return [
        Heading(heading, 1),
        Text(describe_corpus(examples, told="Judged by")),
        Heading("Figures"),
        *figure_blocks(evaluation),
        *failure_blocks(evaluation, taxonomy=taxonomy),
        *picture_blocks(pictures),
        *mistake_blocks(evaluation, taxonomy=taxonomy),
    ]


def figure_blocks(evaluation: Evaluation) -> list[Block]:
    """Tell all figures with their intervals, by language, by sector, and on claims cut by hand."""
    blocks: list[Block] = [
        Text(
            "End to end: each mail is made, parsed and triaged as at run time. In brackets the "
            "95 % interval, from drawing the mails anew."
        ),
        _table(evaluation.figures, evaluation.intervals),
    ]
    if evaluation.sectors:
        blocks += [Heading("By sector", 3), _sector_table(evaluation)]
    intervals = evaluation.intervals["gold_claims"]
    rows = [
        [head, *(told_figure(value, intervals[head][name]) for name, value in figures.items())]
        for head, figures in evaluation.gold_claims.items()
    ]
    if rows:
        blocks += [
            Heading("On claims cut by hand", 3),
            Table(["head", "accuracy", "macro-F1"], rows),
        ]
    return blocks


def mistake_blocks(evaluation: Evaluation, *, taxonomy: Taxonomy) -> list[Block]:
    """Show the mistakes that teach most, in the sender's words."""
    found = instructive_mistakes(evaluation.judged, taxonomy=taxonomy)
    blocks: list[Block] = [Heading(f"The {len(found)} most instructive mistakes")] if found else []
    for mistake in found:
        seen = ", nobody would have looked" if mistake.automatic else ""
        told = f"{mistake.sort}: {mistake.gold} taken for {mistake.found} ({mistake.mail}{seen})"
        blocks += [Text(told), Words(mistake.words)]
    return blocks


def picture_blocks(names: Sequence[str]) -> list[Block]:
    """Show pictures, in the order of `CAPTIONS`."""
    return [Picture(name, caption) for name, caption in CAPTIONS.items() if name in names]


def held_out_figures(fitted: Fitted) -> dict[str, dict[str, float]]:
    """Accuracy and macro-F1 of each head on the inner folds, claims cut by hand."""
    mails = {"kind": list(fitted.dataset.kinds)}
    claims: dict[str, list[str | None]] = {
        head: [labels.get(head) for labels in fitted.dataset.labels]
        for head in fitted.claims.scores
    }
    return {
        **_figures(fitted.mails, mails),
        **_figures(fitted.claims, claims),
    }


def head_table(figures: Mapping[str, Mapping[str, float]]) -> Table:
    """Tell accuracy and macro-F1 of each head."""
    rows = [
        [head, f"{figure['accuracy']:.3f}", f"{figure['macro_f1']:.3f}"]
        for head, figure in figures.items()
    ]
    return Table(["head", "accuracy", "macro-F1"], rows)


def describe_corpus(examples: Examples, *, told: str = "Made from") -> str:
    """Say in one sentence what there is to learn from or to be judged by."""
    mails, bank = len(examples.mails), len(examples.bank)
    claims = sum(len(mail.claims) for mail in examples.mails)
    languages = Counter(mail.language for mail in examples.mails)
    named = ", ".join(f"{language} {count}" for language, count in languages.most_common())
    return f"{told} {mails} mails ({named}) with {claims} claims and {bank} single claims."


def flat_figures(figures: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give nested figures one by one, names joined by a full stop."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", number) for inner, number in flat_figures(value))
        else:
            yield name, value


def told_figure(value: float | None, interval: Sequence[float] | None = None) -> str:
    """Say a figure with its interval; a dash where there is nothing to measure."""
    if value is None:
        return "-"
    if isinstance(value, int) or interval is None:
        return str(value) if isinstance(value, int) else f"{value:.3f}"
    return f"{value:.3f} ({interval[0]:.3f}–{interval[1]:.3f})"


def _figures(
    fitted: CrossFitted, labels: Mapping[str, Sequence[str | None]]
) -> dict[str, dict[str, float]]:
    figures = {}
    for head in (head for head in labels if head in fitted.scores):
        places, scores = fitted.scores[head]
        known = fitted.machine.heads[head].labels
        gold = [labels[head][place] for place in places]
        found = [known[column] for column in fitted.machine.heads[head].choose(softmax(scores))]
        macro = f1_score(gold, found, labels=sorted(set(gold), key=str), average="macro")
        figures[head] = {
            "accuracy": round(
                float(np.mean([a == b for a, b in zip(gold, found, strict=True)])), 4
            ),
            "macro_f1": round(float(macro), 4),
        }
    return figures


def _table(figures: Mapping[str, Mapping[str, Any]], intervals: Mapping[str, Any]) -> Table:
    flat = {group: dict(flat_figures(own)) for group, own in figures.items()}
    ends = {group: dict(flat_figures(intervals[group])) for group in figures}
    rows = [
        [name, *(told_figure(flat[group].get(name), ends[group].get(name)) for group in flat)]
        for name in next(iter(flat.values()))
    ]
    return Table(["figure", *flat], rows)


def _sector_table(evaluation: Evaluation) -> Table:
    rows = []
    for sector, figures in evaluation.sectors.items():
        flat = dict(flat_figures(figures))
        ends = dict(flat_figures(evaluation.intervals["sectors"][sector]))
        rows.append([sector, *(told_figure(flat[name], ends.get(name)) for name in SECTOR_FIGURES)])
    return Table(["sector", *SECTOR_FIGURES.values()], rows)
