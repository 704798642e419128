"""What was measured -> the report that stays with a model version."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import f1_score

from models.kernel import softmax

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from training.evaluate import Evaluation
    from training.examples import Examples
    from training.heads import CrossFitted
    from training.train import Fitted

CONFUSED_SHOWN = 15


def write_report(fitted: Fitted, examples: Examples, evaluations: Mapping[str, Evaluation]) -> str:
    """Write the report as Markdown.

    Args:
        fitted: The model and its held-out scores.
        examples: What it was made from.
        evaluations: Heading to figures of cross-validations; may be empty.
    """
    lines = [f"# Model {fitted.model.version}", ""]
    lines += [*_corpus(examples), "", *_heads(held_out_figures(fitted)), ""]
    for heading, evaluation in evaluations.items():
        lines += [f"## {heading}", "", *_table(evaluation.figures), ""]
        lines += [*_gold(evaluation), "", *_confused(evaluation), ""]
    thresholds = fitted.model.thresholds
    lines += ["![How honest the probabilities are](reliability.png)", ""]
    lines += ["![Which type is taken for which](confusion.png)", ""]
    lines += ["## Thresholds", ""]
    lines += [f"- {name}: {getattr(thresholds, name):.3f}" for name in thresholds.__slots__]
    return "\n".join(lines) + "\n"


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


def flat_figures(figures: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    """Give nested figures one by one, names joined by a full stop."""
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{inner}", number) for inner, number in flat_figures(value))
        else:
            yield name, value


def _figures(
    fitted: CrossFitted, labels: Mapping[str, Sequence[str | None]]
) -> dict[str, dict[str, float]]:
    figures = {}
    for head, (places, scores) in fitted.scores.items():
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


def _corpus(examples: Examples) -> list[str]:
    mails, bank = len(examples.mails), len(examples.bank)
    claims = sum(len(mail.claims) for mail in examples.mails)
    languages = Counter(mail.language for mail in examples.mails)
    told = ", ".join(f"{language} {count}" for language, count in languages.most_common())
    return [f"Made from {mails} mails ({told}) with {claims} claims and {bank} single claims."]


def _heads(figures: Mapping[str, Mapping[str, float]]) -> list[str]:
    rows = [
        f"| {head} | {figure['accuracy']:.3f} | {figure['macro_f1']:.3f} |"
        for head, figure in figures.items()
    ]
    return [
        "## Heads on held-out inner folds (claims cut by hand)",
        "",
        "| head | accuracy | macro-F1 |",
        "| --- | --- | --- |",
        *rows,
    ]


def _table(figures: Mapping[str, Mapping[str, Any]]) -> list[str]:
    flat = {group: dict(flat_figures(own)) for group, own in figures.items()}
    names = list(next(iter(flat.values())))
    rows = [
        f"| {name} | " + " | ".join(_number(flat[group].get(name)) for group in flat) + " |"
        for name in names
    ]
    return [
        "| figure | " + " | ".join(flat) + " |",
        "| --- |" + " --- |" * len(flat),
        *rows,
    ]


def _gold(evaluation: Evaluation) -> list[str]:
    told = "; ".join(
        f"{head} {figure['accuracy']:.3f} / {figure['macro_f1']:.3f}"
        for head, figure in evaluation.gold_claims.items()
    )
    return [f"Claims cut by hand, accuracy / macro-F1: {told}."]


def _confused(evaluation: Evaluation) -> list[str]:
    rows = [
        f"| {gold} | {found} | {times} |"
        for gold, found, times in evaluation.confused[:CONFUSED_SHOWN]
    ]
    return ["| labelled | found | times |", "| --- | --- | --- |", *rows]


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"
