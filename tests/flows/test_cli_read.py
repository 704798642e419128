from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.fakes import make_mail

if TYPE_CHECKING:
    from pathlib import Path

    from tests.flows.conftest import Cli


def written(folder: Path, **bodies: str) -> Path:
    for number, (name, body) in enumerate(bodies.items(), start=1):
        (folder / f"{name}.eml").write_bytes(make_mail(number, body=body))
    return folder


def test_a_folder_gives_one_object_a_mail_in_order(cli: Cli, tmp_path: Path) -> None:
    result = cli("read", "--json", str(written(tmp_path, b="Il manque", a="thanks")))
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [(line["id"], line["file"], line["kind"]) for line in lines] == [
        ("a", "a.eml", "thanks"),
        ("b", "b.eml", "complaint"),
    ]


def test_paths_are_read_in_the_order_given(cli: Cli, tmp_path: Path) -> None:
    written(tmp_path, a="Il manque", b="Il manque")
    result = cli("read", "--json", str(tmp_path / "b.eml"), str(tmp_path / "a.eml"))
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["b", "a"]


def test_a_mail_that_fails_gives_an_error_line_and_the_others_are_read(
    cli: Cli, tmp_path: Path
) -> None:
    result = cli("read", "--json", str(written(tmp_path, a="boom", b="Il manque")))
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert list(lines[0]) == ["id", "file", "error"]
    assert lines[0]["error"].startswith("ValueError")
    assert "boom" not in lines[0]["error"]
    assert lines[1]["kind"] == "complaint"


def test_without_json_an_unreadable_mail_is_told_on_standard_error(
    cli: Cli, tmp_path: Path
) -> None:
    result = cli("read", str(written(tmp_path, a="boom")))
    assert result.exit_code == 1
    assert "Error: a.eml cannot be read: ValueError" in result.stderr
    assert result.stdout == ""


def test_standard_input_gives_one_mail(cli: Cli) -> None:
    result = cli("read", "--json", "-", stdin=make_mail(4))
    line = json.loads(result.stdout)
    assert (line["id"], line["file"], line["subject"]) == ("-", "-", "Facture FA-0004")


def test_people_see_the_claims_in_their_language(cli: Cli, tmp_path: Path) -> None:
    folder = str(written(tmp_path, a="Il manque"))
    french, english = cli("read", folder).stdout, cli("read", "--lang", "en", folder).stdout
    assert "1. manquant  moyenne" in french
    assert "1. shortage  medium" in english
    assert "FA-0001" in french


def test_the_answer_can_go_to_a_file(cli: Cli, tmp_path: Path) -> None:
    source = tmp_path / "in"
    source.mkdir()
    out = tmp_path / "out.jsonl"
    result = cli("read", "--json", "--out", str(out), str(written(source, a="Il manque")))
    assert (result.exit_code, result.stdout) == (0, "")
    assert json.loads(out.read_text(encoding="utf-8"))["id"] == "a"


def test_a_path_that_does_not_exist_is_told(cli: Cli, tmp_path: Path) -> None:
    result = cli("read", "--json", str(tmp_path / "gone"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "No such file" in result.stderr


def test_nothing_is_stored(cli: Cli, tmp_path: Path) -> None:
    cli("read", "--json", "-", stdin=make_mail())
    assert not (tmp_path / "triage.db").exists()


def test_reasons_are_told_where_they_are_asked_for(cli: Cli, tmp_path: Path) -> None:
    folder = str(written(tmp_path, a="Il manque"))
    assert "fake-1 (this version is gone)" in cli("read", "--explain", folder).stdout
    assert "why" not in json.loads(cli("read", "--json", folder).stdout)
    told = json.loads(cli("read", "--json", "--explain", folder).stdout)
    assert told["why"]["silent"] == {"fake-1": "this version is gone"}
