"""Data sets from elsewhere: other words, one short text a mail, no severity, one kind of mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from models.artifact import load_model, save_model
from pipeline.triage import triage_mail
from tests.models.fakes import HashEncoder
from tests.training.foreign import INTENTS, foreign_texts, foreign_tools, write_claims, write_mails
from tests.training.small import SIGNALS
from training.dataset import build_dataset, dataset_texts
from training.evaluate import cross_validate, evaluate_model, make_mail
from training.examples import read_examples
from training.learning import learning_curve
from training.train import Fitted, Tools, fit_model

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("foreign")


@pytest.fixture(scope="session")
def tools(folder: Path) -> Tools:
    return foreign_tools(folder)


@pytest.fixture(scope="session")
def fitted(folder: Path, tools: Tools) -> Fitted:
    examples = read_examples([write_mails(folder / "train.jsonl")], taxonomy=tools.taxonomy)
    return fit_model(examples, tools=tools, version="foreign")


@pytest.mark.parametrize("write", [write_mails, write_claims])
def test_short_texts_teach_as_mails_or_as_single_claims(
    write: Callable[[Path], Path], tools: Tools, tmp_path: Path
) -> None:
    examples = read_examples([write(tmp_path / "lines.jsonl")], taxonomy=tools.taxonomy)
    assert len(examples.mails) == 6 * len(INTENTS)
    assert examples.bank == ()
    model = fit_model(examples, tools=tools, version="x").model
    assert set(model.claims.heads["type"].labels) == set(INTENTS)
    figures = evaluate_model(examples, model, tools=tools).figures["all"]
    assert figures["claim_count_accuracy"] == figures["claims_found_iou50"]["f1"] == 1.0


def test_a_foreign_data_set_is_cross_validated_with_its_learning_curve(
    folder: Path, tools: Tools
) -> None:
    examples = read_examples([write_mails(folder / "all.jsonl")], taxonomy=tools.taxonomy)
    evaluation = cross_validate(examples, tools=tools, folds=2, resamples=20)
    assert evaluation.figures["all"]["mails"] == len(examples.mails)
    assert evaluation.figures["all"]["severity"]["accuracy"] is None
    assert evaluation.sectors == {}
    points = learning_curve(examples, tools=tools, resamples=20)
    assert [point.claims for point in points] == sorted(point.claims for point in points)


def test_heads_with_nothing_to_learn_are_left_out(fitted: Fitted) -> None:
    assert set(fitted.model.claims.heads) == {"type"}
    assert fitted.model.mails.heads == {}
    assert fitted.model.grouping is None


def test_a_mail_of_the_one_kind_is_no_reason_for_review(fitted: Fitted) -> None:
    assert fitted.model.thresholds.kind_probability == 0.0


def test_nothing_is_encoded_for_heads_that_are_left_out(folder: Path, tools: Tools) -> None:
    examples = read_examples([folder / "train.jsonl"], taxonomy=tools.taxonomy)
    texts = dataset_texts(build_dataset(examples, nlp=tools.nlp, brief=10))
    assert set(texts) == {text for text, _ in foreign_texts()}


def test_a_saved_foreign_model_understands_mail(fitted: Fitted, folder: Path, tools: Tools) -> None:
    path = folder / "model"
    save_model(fitted.model, path, signals=SIGNALS, facts={}, files={})
    model = load_model(path, taxonomy=tools.taxonomy, encoder=HashEncoder())
    (mail, *_) = read_examples([folder / "train.jsonl"], taxonomy=tools.taxonomy).mails
    triaged = triage_mail(
        make_mail(mail),
        nlp=tools.nlp,
        model=model,
        taxonomy=tools.taxonomy,
        thresholds=model.thresholds,
    )
    assert triaged.kind.kind == "request"
    (found,) = triaged.claims
    assert found.claim.text == mail.body
    assert found.prediction.type.label == mail.claims[0].labels["type"]
    assert found.prediction.severity is found.prediction.resolution is None
