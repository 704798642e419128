"""Evaluation -> where it fails, in numbers: for reports and model cards."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np

from training.pages import Heading, Items, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipeline.taxonomy import Taxonomy
    from training.evaluate import Evaluation
    from training.pages import Block
    from training.tally import Labels

CONFUSED_SHOWN = 15
WEAKEST_SHOWN = 3


def failure_blocks(evaluation: Evaluation, *, taxonomy: Taxonomy) -> list[Block]:
    """Tell how often each stage fails, where the model is weakest, and every type's figures."""
    blocks: list[Block] = [
        Heading("Where it fails"),
        Items([*_stages(evaluation, taxonomy), *_weakest(evaluation)]),
        Heading("Types", 3),
        _types(evaluation.tally.labels["type"]),
    ]
    if evaluation.confused:
        blocks += [Heading("Types taken for each other", 3), _confused(evaluation)]
    return blocks


def weakest_groups(evaluation: Evaluation) -> list[tuple[str, float]]:
    """Give (group, type accuracy) of the languages and sectors that fare worst."""
    groups = {**evaluation.figures, **evaluation.sectors}
    found = [
        (name, figures["type"]["accuracy"])
        for name, figures in groups.items()
        if name != "all" and figures["type"]["accuracy"] is not None
    ]
    return sorted(found, key=lambda entry: (entry[1], entry[0]))[:WEAKEST_SHOWN]


def percent(value: float | None) -> str:
    """Say a share in per cent; a dash where there is none."""
    return "–" if value is None else f"{100 * value:.1f} %"


def _stages(evaluation: Evaluation, taxonomy: Taxonomy) -> Iterator[str]:
    figures = evaluation.figures["all"]
    detection = figures["complaint_detection"]
    yield (
        f"{percent(1 - detection['r'])} of the complaints are taken for another kind of mail; "
        f"{percent(1 - detection['p'])} of the mails taken for complaints are none."
    )
    few, many = _split(evaluation, taxonomy)
    yield (
        f"{percent(few)} of the complaints are cut into too few claims, {percent(many)} into too "
        "many."
    )
    yield f"{percent(_miss(figures['type']['accuracy']))} of the matched claims get a wrong type."
    seen = figures["severity"]["critical_seen_as_high_or_critical"]
    if seen is not None:
        yield (
            f"{percent(1 - seen)} of the claims of the gravest severity are seen as neither of the "
            "two gravest."
        )
    if evaluation.tally.sums["references_gold"].any():
        references = figures["references_on_right_claim"]
        yield (
            f"{percent(1 - references['r'])} of the references are missing on their claim; "
            f"{percent(1 - references['p'])} of those given are wrong there."
        )
    yield _automatic(figures)


def _automatic(figures: Mapping[str, Any]) -> str:
    share, precision = figures["automatic_share"], figures["automatic_precision"]
    if precision is None:
        return "No claim is handled without a person."
    return (
        f"{percent(share)} of the claims are handled without a person; the type of "
        f"{percent(1 - precision)} of those is wrong."
    )


def _split(evaluation: Evaluation, taxonomy: Taxonomy) -> tuple[float, float]:
    told = [one for one in evaluation.judged if one.mail.kind == taxonomy.claim_kind and one.found]
    few = sum(len(one.found) < len(one.gold) for one in told)
    many = sum(len(one.found) > len(one.gold) for one in told)
    return few / max(1, len(told)), many / max(1, len(told))


def _miss(accuracy: float | None) -> float | None:
    return None if accuracy is None else 1 - accuracy


def _weakest(evaluation: Evaluation) -> Iterator[str]:
    if weakest := weakest_groups(evaluation):
        told = ", ".join(f"{name} {percent(accuracy)}" for name, accuracy in weakest)
        yield f"Type accuracy is least among the mails of: {told}."


def _types(labels: Labels) -> Table:
    gold = np.bincount(labels.gold, minlength=len(labels.known))
    found = np.bincount(labels.found[labels.found >= 0], minlength=len(labels.known))
    right = np.bincount(labels.gold[labels.gold == labels.found], minlength=len(labels.known))
    rows = []
    for place, name in enumerate(labels.known):
        if gold[place] or found[place]:
            shares = right[place] / max(1, found[place]), right[place] / max(1, gold[place])
            f1 = 2 * right[place] / (gold[place] + found[place])
            rows.append([name, str(gold[place]), *(f"{value:.3f}" for value in (*shares, f1))])
    return Table(["type", "matched claims", "precision", "recall", "F1"], rows)


def _confused(evaluation: Evaluation) -> Table:
    labels = evaluation.tally.labels["type"]
    counts = Counter(labels.known[place] for place in labels.gold.tolist())
    rows = [
        [gold, found, str(times), percent(times / counts[gold])]
        for gold, found, times in evaluation.confused[:CONFUSED_SHOWN]
    ]
    return Table(["labelled", "found", "times", "of the labelled"], rows)
