"""The commands as a data scientist runs them, with the shipped encoders on a few short mails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from models.artifact import MANIFEST, read_manifest
from models.precedents import PRECEDENTS
from tests.training.foreign import foreign_texts, write_claims, write_mails, write_taxonomy
from tests.training.small import bank_lines, mail_lines, quick_config, read_lines, write_lines
from training.commands import train

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Trained:
    """What `triage train fit` left.

    Attributes:
        result: Of the command.
        model: The model's folder.
        data: Files of labelled lines: a mail file, a bank file, another mail file.
    """

    result: Result
    model: Path
    data: list[Path]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(train, [str(argument) for argument in arguments])


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("commands")
    short = sorted(mail_lines(), key=lambda line: sum(len(part["text"]) for part in line["parts"]))
    complaints = [line for line in short if line["kind"] == "complaint"][:22]
    others = [line for line in short if line["kind"] != "complaint"][:6]
    data = [
        write_lines(folder / "mails.jsonl", complaints),
        write_lines(folder / "bank.jsonl", list(bank_lines(1))),
        write_lines(folder / "others.jsonl", others),
    ]
    config = folder / "config.toml"
    config.write_text(quick_config(), encoding="utf-8")
    model = folder / "v1"
    return Trained(run("fit", "--data", *data, "--out", model, "--config", config), model, data)


def test_fit_makes_a_model_from_several_paths(trained: Trained) -> None:
    assert trained.result.exit_code == 0, trained.result.output
    assert "made from 28 mails" in trained.result.stdout
    names = {path.name for path in trained.model.iterdir()}
    assert names >= {MANIFEST, "config.toml", "report.md", "MODEL_CARD.md", PRECEDENTS}
    assert names >= {"reliability.png", "confusion.png", "coverage.png"}
    manifest = read_manifest(trained.model)
    assert {name.rpartition("/")[2] for name in manifest["corpus"]} == {
        path.name for path in trained.data
    }
    assert set(manifest["figures"]["held_out"]) >= {"kind", "type"}
    assert (trained.model / "config.toml").read_text(encoding="utf-8") == quick_config()


def test_evaluate_tells_figures_as_json_alone(trained: Trained) -> None:
    result = run("evaluate", "--model", trained.model, "--data", trained.data[2], "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["all"]["mails"] == 6
    assert set(told["all"]["complaint_detection"]) == {"p", "r", "f1"}
    assert "gold_claims" in told

    assert set(told["intervals"]["all"]["complaint_detection"]) == {"p", "r", "f1"}


def test_evaluate_tells_figures_to_people_and_writes_a_page(
    trained: Trained, tmp_path: Path
) -> None:
    page = tmp_path / "pages" / "report.html"
    arguments = ("--model", trained.model, "--resamples", 20, "--report", page)
    result = run("evaluate", "--data", trained.data[0], *arguments)
    assert result.exit_code == 0, result.output
    assert "kind_accuracy" in result.stdout
    assert "figures are too kind" in result.stderr
    assert "data:image/png" in page.read_text(encoding="utf-8")


def test_leaving_out_one_file_after_the_other_needs_no_model(trained: Trained) -> None:
    complaints, bank, others = trained.data
    lines = read_lines(complaints) + read_lines(others)
    halves = [
        write_lines(complaints.parent / "parts" / f"{half}.jsonl", lines[half::2])
        for half in (0, 1)
    ]
    result = run("evaluate", "--data", *halves, bank, "--by", "file", "--resamples", 20, "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["all"]["mails"] == len(lines)
    assert [point["claims"] for point in told["learning"]] == sorted(
        {point["claims"] for point in told["learning"]}
    )
    assert "2 of 2 parts judged" in result.stderr


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ((), "Give either --model, or --folds"),
        (("--model", "m", "--folds", "3"), "Give either --model, or --folds"),
        (("--model", "m", "--by", "file"), "Give either --model, or --folds"),
        (("--folds", "1"), "at least two parts"),
        (("--by", "file"), "at least two parts"),
    ],
    ids=str,
)
def test_evaluate_judges_a_model_or_cross_validates(
    options: tuple[str, ...], reason: str, trained: Trained
) -> None:
    result = run("evaluate", "--data", trained.data[0], *options)
    assert result.exit_code == 2
    assert reason in result.stderr


def test_a_foreign_data_set_is_learned_better_than_by_words_alone(tmp_path: Path) -> None:
    taxonomy = write_taxonomy(tmp_path)
    seen = write_claims(tmp_path / "seen.jsonl")
    unseen = write_mails(tmp_path / "unseen.jsonl", unseen=True)
    model = tmp_path / "foreign"
    result = run("fit", "--data", seen, "--taxonomy", taxonomy, "--out", model)
    assert result.exit_code == 0, result.output
    assert "goes without kind, severity, nature, resolution" in result.stderr
    given = ("--model", model, "--taxonomy", taxonomy, "--json")
    told = json.loads(run("evaluate", "--data", unseen, *given).stdout)
    plain = make_pipeline(TfidfVectorizer(), LinearSVC())
    plain.fit(*zip(*foreign_texts(), strict=True))
    baseline = plain.score(*zip(*foreign_texts(unseen=True), strict=True))
    assert told["all"]["type"]["accuracy"] >= baseline + 0.02
    assert told["all"]["claims_found_iou50"]["f1"] == 1.0
    assert told["gold_claims"]["type"]["accuracy"] >= baseline + 0.02


def test_fit_does_not_touch_a_model_that_is_there(trained: Trained) -> None:
    before = (trained.model / MANIFEST).read_bytes()
    result = run("fit", "--data", *trained.data, "--out", trained.model)
    assert result.exit_code != 0
    assert "a model version is never changed" in str(result.exception)
    assert (trained.model / MANIFEST).read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ("fit", "--out", "x"),
        ("fit", "--data", "a.jsonl"),
        ("evaluate", "--data", "a.jsonl"),
        ("fit", "--data", "--out", "x"),
        ("fit", "stray", "--data", "a.jsonl", "--out", "x"),
    ],
)
def test_a_missing_option_is_told(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = run("fit", "--data", tmp_path / "none.jsonl", "--out", tmp_path / "v1")
    assert result.exit_code != 0
    assert "none.jsonl" in str(result.exception)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "form", ["--data={0}", "--data {0}", "--data {0} {0}x", "--data {0} --data {0}x"]
)
def test_data_may_be_written_in_every_usual_way(form: str, tmp_path: Path) -> None:
    arguments = form.format(tmp_path / "none").split()
    result = run("evaluate", "--model", tmp_path, *arguments)
    assert result.exit_code == 1
    assert f"{tmp_path / 'none'}: there is no such file" in str(result.exception)


def test_list_answers_as_json() -> None:
    result = run("list", "--json")
    if result.exit_code:
        assert "triage train fit" in str(result.exception)
        return
    for version in json.loads(result.stdout):
        assert set(version) == {"version", "current", "figures"}
    assert len(run("list").stdout.splitlines()) == len(json.loads(result.stdout))
