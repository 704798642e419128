"""Examples -> a trained model: features, heads, grouping, calibration, thresholds.

What a later step learns from an earlier one it learns on mails that the earlier one has not seen:
the inner folds, split by mail.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.claim_model import KIND_HEAD, ClaimModel
from models.counting import COUNT_HEAD, COUNTS, count_label
from models.features import Weights, fit_features
from pipeline.errors import ModelIncompatible
from training.calibrate import calibrate
from training.dataset import BANK, build_dataset
from training.examples import CLAIM_HEADS
from training.gathering import Gathered, fit_grouping, whole_mails
from training.heads import cross_fit
from training.second import fit_second_look
from training.weighing import fit_sign_heads, held_out_topics

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.language import Language

    from models.encoder import Encoder
    from models.features import Features
    from models.gravity import GravitySign
    from models.signals import Signals
    from pipeline.taxonomy import Taxonomy
    from training.config import TrainingConfig
    from training.dataset import Dataset
    from training.examples import Examples
    from training.heads import CrossFitted

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Tools:
    """What training needs beside examples.

    Attributes:
        config: Hyper-parameters.
        taxonomy: The company's words.
        nlp: Tokeniser.
        signals: Patterns.
        encoder: Sentence embeddings.
        gravity: Signs of gravity.
    """

    config: TrainingConfig
    taxonomy: Taxonomy
    nlp: Language
    signals: Signals
    encoder: Encoder
    gravity: tuple[GravitySign, ...] = ()


@dataclass(frozen=True, slots=True)
class Fitted:
    """A model and what was measured on the way.

    Attributes:
        model: The model.
        mails: The machine that judges mails, with its held-out scores.
        claims: The machine that judges claims, with its held-out scores.
        dataset: What it was made from.
    """

    model: ClaimModel
    mails: CrossFitted
    claims: CrossFitted
    dataset: Dataset


def fit_model(examples: Examples, *, tools: Tools, version: str) -> Fitted:
    """Train a model.

    Args:
        examples: Mails, and single claims if there are any; at least two types of claims in mails.
        tools: What else is needed.
        version: Name of the model.

    Raises:
        ModelIncompatible: The examples do not suffice for the `type` head.
    """
    config = tools.config
    dataset = build_dataset(examples, nlp=tools.nlp, brief=config.brief_complaints)
    _check(dataset, inner_folds=config.inner_folds)
    parts = inner_parts(len(dataset.mails), folds=config.inner_folds, seed=config.seed)
    features = fit_features(
        [passage.text for passage in (*dataset.claims, *dataset.mails)],
        weights=Weights(**config.weights.model_dump()),
        signals=tools.signals,
        encoder=tools.encoder,
    )
    logger.info("judging mails")
    mails = _judge_mails(examples, dataset, features=features, parts=parts, tools=tools)
    logger.info("judging claims")
    claims = _judge_claims(dataset, features=features, parts=parts, tools=tools)
    logger.info("gathering sentences")
    gathered = Gathered(None, whole_mails(dataset))
    if dataset.has_groups:
        gathered = fit_grouping(
            examples,
            dataset,
            features=features,
            mails=mails,
            claims=claims,
            parts=parts,
            config=config,
        )
    logger.info("weighing identifiers and sums")
    topics = held_out_topics(claims, count=sum(len(mail.claims) for mail in examples.mails))
    weighers = fit_sign_heads(examples, topics, nlp=tools.nlp, settings=config.signs)
    logger.info("judging severity and nature anew")
    second = fit_second_look(
        dataset,
        features=features,
        claims=claims,
        parts=parts,
        signs=tools.gravity,
        settings=config.second,
    )
    logger.info("calibrating")
    calibration, thresholds = calibrate(
        examples,
        dataset,
        gathered.found,
        features=features,
        claims=claims,
        parts=parts,
        settings=config.thresholds,
    )
    if KIND_HEAD not in mails.machine.heads:
        logger.info("all mails are of one kind: every mail will be taken for a complaint")
        thresholds = replace(thresholds, kind_probability=0.0)
    model = ClaimModel(
        version=version,
        thresholds=thresholds,
        features=features,
        mails=mails.machine,
        claims=claims.machine,
        grouping=gathered.grouping,
        calibration=calibration,
        weighers=weighers,
        second=second,
    )
    return Fitted(model, mails, claims, dataset)


def _judge_mails(
    examples: Examples,
    dataset: Dataset,
    *,
    features: Features,
    parts: NDArray[np.intp],
    tools: Tools,
) -> CrossFitted:
    """Fit the machine that judges mails: their kind, and how many claims they hold.

    It lacks the heads that have nothing to tell apart.
    """
    brief = len(dataset.brief)
    labels: dict[str, list[str | None]] = {
        KIND_HEAD: [*dataset.kinds, *[tools.taxonomy.claim_kind] * brief],
        COUNT_HEAD: [
            *(count_label(len(mail.claims)) for mail in examples.mails),
            *[count_label(1)] * brief,
        ],
    }
    known = {KIND_HEAD: tools.taxonomy.labels(KIND_HEAD), COUNT_HEAD: COUNTS}
    told = {head: of for head, of in labels.items() if len({*of} - {None}) > 1}
    if not told:
        rows = features.transform(dataset.mails[:1])
        return cross_fit(rows, {}, known, parts[:1], settings=tools.config.mails)
    rows = features.transform([*dataset.mails, *dataset.brief])
    of_mails = np.concatenate([parts, np.full(brief, BANK)])
    return cross_fit(rows, told, known, of_mails, settings=tools.config.mails)


def _judge_claims(
    dataset: Dataset, *, features: Features, parts: NDArray[np.intp], tools: Tools
) -> CrossFitted:
    """Fit the machine that judges claims; those of the bank belong to no inner fold."""
    known = {head: tools.taxonomy.labels(head) for head in CLAIM_HEADS}
    labels = {head: [of.get(head) for of in dataset.labels] for head in CLAIM_HEADS}
    of_claims = np.where(dataset.origins == BANK, BANK, parts[dataset.origins])
    rows = features.transform(dataset.claims)
    return cross_fit(rows, labels, known, of_claims, settings=tools.config.claims)


def inner_parts(count: int, *, folds: int, seed: int) -> NDArray[np.intp]:
    """Give each of so many mails its fold, evenly and at random."""
    return np.asarray(np.random.default_rng(seed).permutation(count) % folds, dtype=np.intp)


def _check(dataset: Dataset, *, inner_folds: int) -> None:
    claims = zip(dataset.labels, dataset.origins.tolist(), strict=True)
    types = {labels["type"] for labels, origin in claims if origin != BANK and "type" in labels}
    if len(types) < 2:  # noqa: PLR2004 # nothing to tell apart
        raise ModelIncompatible("corpus", f"{len(types)} claim types in mails", "at least two")
    if len(dataset.tables) < inner_folds * 2:
        found = f"{len(dataset.tables)} complaints"
        raise ModelIncompatible("corpus", found, f"at least {inner_folds * 2}")
