from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from models.artifact import load_model, save_model
from pipeline.errors import ModelIncompatible
from pipeline.taxonomy import load_taxonomy
from pipeline.triage import triage_mail
from tests.models.fakes import HashEncoder
from tests.training.small import (
    CORPUS,
    SIGNALS,
    TAXONOMY,
    bank_lines,
    mail_lines,
    small_examples,
    small_tools,
    write_lines,
)
from training.evaluate import cross_validate, evaluate_model, make_mail
from training.examples import CLAIM_HEADS, read_examples
from training.report import held_out_figures
from training.train import Fitted, Tools, fit_model, inner_parts

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.datatypes import TriagedClaim


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small")


@pytest.fixture(scope="session")
def tools(folder: Path) -> Tools:
    return small_tools(folder)


@pytest.fixture(scope="session")
def fitted(folder: Path, tools: Tools) -> Fitted:
    return fit_model(small_examples(folder), tools=tools, version="small")


def without_labels(heads: set[str]) -> list[dict[str, Any]]:
    lines = json.loads(json.dumps([*mail_lines(), *bank_lines()]))
    for line in lines:
        for labelled in [line, *line.get("claims", [])]:
            for head in heads:
                labelled.pop(head, None)
    return list(lines)


def test_training_twice_gives_the_same_model(fitted: Fitted, folder: Path) -> None:
    again = fit_model(small_examples(folder), tools=small_tools(folder), version="small")
    assert again.model.thresholds == fitted.model.thresholds
    assert again.model.calibration == fitted.model.calibration
    for name, head in fitted.model.claims.heads.items():
        other = again.model.claims.heads[name]
        assert (other.coefficients == head.coefficients).all()
        assert other.temperature == head.temperature


def test_every_decision_is_measured_on_mails_held_out(fitted: Fitted) -> None:
    figures = held_out_figures(fitted)
    assert set(figures) == {"kind", "type", "severity", "nature", "resolution"}
    for figure in figures.values():
        assert 0 <= figure["macro_f1"] <= 1
        assert 0 <= figure["accuracy"] <= 1


def test_a_model_says_again_what_it_was_taught(fitted: Fitted, folder: Path, tools: Tools) -> None:
    evaluation = evaluate_model(small_examples(folder), fitted.model, tools=tools)
    assert evaluation.figures["all"]["mails"] == 64
    assert evaluation.figures["all"]["kind_accuracy"] > 0.9
    assert evaluation.gold_claims["type"]["accuracy"] > 0.9
    assert json.loads(json.dumps(evaluation.figures)) == evaluation.figures


@pytest.mark.parametrize("by_source", [True, False])
def test_cross_validation_judges_each_mail_once(
    by_source: bool,  # noqa: FBT001
    tools: Tools,
    tmp_path: Path,
) -> None:
    lines = list(mail_lines())
    half = len(lines) // 2
    paths = [
        write_lines(tmp_path / "one.jsonl", lines[::2][:half]),
        write_lines(tmp_path / "two.jsonl", lines[1::2]),
    ]
    examples = read_examples(paths, taxonomy=TAXONOMY)
    done: list[int] = []
    evaluation = cross_validate(
        examples, tools=tools, folds=2, by_source=by_source, on_fold=done.append, jobs=2
    )
    assert done == [1, 2]
    assert evaluation.figures["all"]["mails"] == len(examples.mails)


@pytest.mark.parametrize(
    "heads", [{"severity"}, {"nature", "resolution"}, {"severity", "nature", "resolution"}], ids=str
)
def test_a_head_without_labels_is_left_out_and_mail_is_still_understood(
    heads: set[str], tools: Tools, tmp_path: Path
) -> None:
    lines = [line for line in without_labels(heads) if "parts" in line]
    examples = read_examples([write_lines(tmp_path / "x.jsonl", lines)], taxonomy=TAXONOMY)
    fitted = fit_model(examples, tools=tools, version="less")
    folder = tmp_path / "less"
    save_model(fitted.model, folder, signals=SIGNALS, facts={}, files={})
    model = load_model(folder, taxonomy=TAXONOMY, encoder=HashEncoder())
    claims: list[TriagedClaim] = []
    for mail in examples.mails[:10]:
        triaged = triage_mail(
            make_mail(mail),
            nlp=tools.nlp,
            model=model,
            taxonomy=TAXONOMY,
            thresholds=model.thresholds,
        )
        claims += triaged.claims
    assert claims
    for one in claims:
        lacking = {head for head in CLAIM_HEADS if getattr(one.prediction, head) is None}
        assert lacking == heads
    figures = evaluate_model(examples, model, tools=tools).figures
    assert figures["all"]["mails"] == len(examples.mails)


def test_labels_that_only_the_bank_has_are_no_obstacle(tools: Tools, tmp_path: Path) -> None:
    lines = [line for line in without_labels({"severity"}) if "parts" in line]
    paths = [
        write_lines(tmp_path / "mails.jsonl", lines),
        write_lines(tmp_path / "bank.jsonl", list(bank_lines())),
    ]
    fitted = fit_model(read_examples(paths, taxonomy=TAXONOMY), tools=tools, version="x")
    assert "severity" not in fitted.model.claims.heads


def test_a_company_may_name_everything_otherwise(tools: Tools, tmp_path: Path) -> None:
    shipped = (SIGNALS.parent / "taxonomy.toml").read_text(encoding="utf-8")
    for code in TAXONOMY.types:
        shipped = shipped.replace(f"[types.{code}]", f"[types.x_{code}]")
    path = tmp_path / "taxonomy.toml"
    path.write_text(shipped, encoding="utf-8")
    lines = json.loads(json.dumps([*mail_lines(), *bank_lines()]))
    for line in lines:
        for labelled in [*([line] if "type" in line else []), *line.get("claims", [])]:
            labelled["type"] = f"x_{labelled['type']}"
    taxonomy = load_taxonomy(path)
    examples = read_examples([write_lines(tmp_path / "x.jsonl", lines)], taxonomy=taxonomy)
    others = replace(tools, taxonomy=taxonomy)
    model = fit_model(examples, tools=others, version="other").model
    assert all(label.startswith("x_") for label in model.claims.heads["type"].labels)
    assert evaluate_model(examples, model, tools=others).gold_claims["type"]["accuracy"] > 0.9


def one_type() -> list[dict[str, Any]]:
    lines = json.loads(json.dumps(mail_lines()))
    for line in lines:
        for claim in line["claims"]:
            claim["type"] = "shortage"
    return list(lines)


def no_types_in_mails() -> list[dict[str, Any]]:
    return [*(line for line in without_labels({"type"}) if "parts" in line), *bank_lines()]


@pytest.mark.parametrize(
    "lines",
    [
        one_type(),
        no_types_in_mails(),
        [*mail_lines()[:2], *mail_lines()[-5:]],
    ],
    ids=["one type", "no types in mails", "too few"],
)
def test_a_corpus_that_cannot_teach_is_refused_with_the_reason(
    lines: list[dict[str, Any]], tools: Tools, tmp_path: Path
) -> None:
    examples = read_examples([write_lines(tmp_path / "x.jsonl", lines)], taxonomy=TAXONOMY)
    with pytest.raises(ModelIncompatible, match="corpus"):
        fit_model(examples, tools=tools, version="x")


def test_mails_are_parted_evenly_and_repeatably() -> None:
    parts = inner_parts(10, folds=3, seed=1)
    assert sorted(parts.tolist()) == [0, 0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert (inner_parts(10, folds=3, seed=1) == parts).all()
    assert (inner_parts(10, folds=3, seed=2) != parts).any()


def test_no_code_names_a_claim_type() -> None:
    root = CORPUS.parents[1]
    named = [
        f"{path.relative_to(root)}: {code}"
        for top in ("pipeline", "models", "training", "flows")
        for path in sorted((root / top).rglob("*.py"))
        for code in TAXONOMY.types
        if "_" in code and f'"{code}"' in path.read_text(encoding="utf-8")
    ]
    assert named == []
