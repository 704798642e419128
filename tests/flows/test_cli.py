from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from flows.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.flows.conftest import Cli


def commands(group: click.Group = main, *before: str) -> Iterator[tuple[str, ...]]:
    for name, command in group.commands.items():
        yield (*before, name)
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


@pytest.mark.parametrize("command", [(), *commands()], ids=" ".join)
def test_every_command_explains_itself(cli: Cli, command: tuple[str, ...]) -> None:
    result = cli(*command, "--help")
    assert result.exit_code == 0
    assert "Usage: " in result.stdout
    assert len(result.stdout.splitlines()) > 4


@pytest.mark.parametrize("command", [*commands()], ids=" ".join)
def test_every_option_explains_itself(command: tuple[str, ...]) -> None:
    found: click.Command = main
    for name in command:
        assert isinstance(found, click.Group)
        found = found.commands[name]
    assert found.help
    options = [option for option in found.params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


def test_a_mistake_of_the_person_is_told_in_one_sentence(cli: Cli) -> None:
    result = cli("status", env={"TRIAGE_IMAP_HOST": "mail.example"})
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: TRIAGE_IMAP")
    assert result.stderr.count("\n") == 1


def test_an_unknown_command_says_which_there_are(cli: Cli) -> None:
    result = cli("reed")
    assert result.exit_code == 2
    assert "No such command 'reed'" in result.stderr


def test_help_comes_without_the_heavy_libraries() -> None:
    code = "import sys, flows.cli; print([m for m in sys.modules if '.' not in m])"
    found = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"prefect", "sqlalchemy", "spacy", "sklearn", "numpy", "pydantic", "imapclient"}
    assert not [name for name in heavy if f"'{name}'" in found.stdout]


def test_an_unexpected_error_is_told_without_its_text() -> None:
    code = "from flows.cli import main\nmain.callback(log_level='info', log_format='text', "
    code += "debug=False)\nraise ValueError('Bonjour, il manque 4 cartons')"
    found = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert found.returncode == 1
    assert found.stderr == (
        "Error: the program failed (ValueError). `triage --debug ...` shows where.\n"
    )


def test_the_command_is_installed() -> None:
    program = Path(sys.executable).with_name("triage")
    found = subprocess.run(  # noqa: S603 - our own program
        [program, "--version"], capture_output=True, text=True, check=True
    )
    assert "version" in found.stdout
