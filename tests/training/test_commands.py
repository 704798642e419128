"""The commands as a data scientist runs them, with the shipped encoders on a few short mails."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from models.artifact import MANIFEST, read_manifest
from tests.training.small import bank_lines, mail_lines, quick_config, write_lines
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
    assert names >= {MANIFEST, "config.toml", "report.md", "reliability.png", "confusion.png"}
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


def test_evaluate_tells_figures_to_people(trained: Trained) -> None:
    result = run("evaluate", "--data", trained.data[2], "--model", trained.model)
    assert result.exit_code == 0, result.output
    assert "kind_accuracy" in result.stdout


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
