"""Claims found in unseen mails -> how far types may be trusted, and from where they stand alone."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from models.calibration import fit_calibration
from models.claim_model import to_predictions
from pipeline.claims.split import join_neighbours
from pipeline.datatypes import Passage, Span, Thresholds
from training.matching import claim_characters, match_claims

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.calibration import Calibration
    from models.features import Features
    from pipeline.datatypes import Prediction
    from training.config import ThresholdSettings
    from training.dataset import Dataset, SentenceTable
    from training.examples import Examples, MailExample
    from training.gathering import Groups
    from training.heads import CrossFitted


def calibrate(
    examples: Examples,
    dataset: Dataset,
    found: Sequence[Groups],
    *,
    features: Features,
    claims: CrossFitted,
    parts: NDArray[np.intp],
    settings: ThresholdSettings,
) -> tuple[Calibration, Thresholds]:
    """Judge the found claims by machines that have not seen them, and compare with the labels.

    Args:
        examples: The corpus.
        dataset: Made of it.
        found: For each table the claims that were found in it.
        features: Fitted.
        claims: The machine that judges claims, and its versions without each inner fold.
        parts: (mails,) inner fold of each mail.
        settings: The wanted precision, and thresholds that are set by hand.
    """
    judged: list[tuple[Prediction, float, bool]] = []
    for table, groups in zip(dataset.tables, found, strict=True):
        mail = examples.mails[table.mail]
        spans = [_spans(mail, table, places) for places, _ in groups]
        passages = [
            Passage("\n".join(mail.body[s.start : s.end] for s in claim), subject=mail.subject)
            for claim in spans
        ]
        head = claims.without[parts[table.mail]]["type"]
        chances = head.probabilities(claims.machine.kernel(features.transform(passages)))
        predictions = to_predictions(head, chances)
        right = _right(mail, spans, predictions)
        certainties = [certainty for _, certainty in groups]
        judged += zip(predictions, certainties, right, strict=True)
    calibration = fit_calibration(judged)
    trusted = [calibration.trust(prediction, certainty=sure) for prediction, sure, _ in judged]
    right = [ok for *_, ok in judged]
    confidence = fit_threshold(trusted, right, precision=settings.precision)
    by_type = fit_thresholds_by_type(
        [prediction.label for prediction, *_ in judged],
        trusted,
        right,
        precision=settings.precision,
        least_examples=settings.least_examples,
    )
    others = settings.model_dump(exclude={"precision", "least_examples"})
    thresholds = Thresholds(confidence=confidence, confidence_by_type=by_type, **others)
    return calibration, thresholds


def fit_thresholds_by_type(
    types: Sequence[str],
    confidences: Sequence[float],
    right: Sequence[bool],
    *,
    precision: float,
    least_examples: int,
) -> dict[str, float]:
    """Find for each type the confidence above which decisions for it are right often enough.

    Args:
        types: Of held-out decisions.
        confidences: As for `fit_threshold`.
        right: As for `fit_threshold`.
        precision: The wanted share of right ones among those of the type that stand.
        least_examples: A type with fewer decisions has no threshold of its own.
    """
    found = {}
    for name, count in sorted(Counter(types).items()):
        if count >= least_examples:
            own = [place for place, one in enumerate(types) if one == name]
            found[name] = fit_threshold(
                [confidences[place] for place in own],
                [right[place] for place in own],
                precision=precision,
            )
    return found


def fit_threshold(
    confidences: Sequence[float], right: Sequence[bool], *, precision: float
) -> float:
    """Find the least confidence above which decisions are right often enough.

    Args:
        confidences: Of held-out decisions.
        right: Whether each was right.
        precision: The wanted share of right ones among those at or above the threshold.

    Returns:
        The threshold; above 1 where no threshold reaches the precision.
    """
    order = np.argsort(-np.array(confidences), kind="stable")
    ranked = np.array(confidences)[order]
    shares = np.cumsum(np.array(right)[order]) / np.arange(1, len(order) + 1)
    last_of_equals = np.append(ranked[1:] != ranked[:-1], np.ones(len(ranked[:1]), dtype=bool))
    good = np.flatnonzero((shares >= precision) & last_of_equals)
    return float(ranked[good[-1]]) if len(good) else 1.01


def _spans(mail: MailExample, table: SentenceTable, places: Sequence[int]) -> tuple[Span, ...]:
    sentences = [table.sentences[place] for place in places]
    return join_neighbours(mail.body, [Span(s.start, s.end) for s in sentences])


def _right(
    mail: MailExample,
    found: Sequence[Sequence[Span]],
    predictions: Sequence[Prediction],
) -> list[bool]:
    """Tell for each found claim whether its type is that of the labelled claim it overlaps."""
    gold = [claim_characters(mail.body, claim.spans) for claim in mail.claims]
    pairs = match_claims(gold, [claim_characters(mail.body, spans) for spans in found])
    types = {place: mail.claims[row].labels.get("type") for row, place, _ in pairs}
    return [types.get(place) == claim.label for place, claim in enumerate(predictions)]
