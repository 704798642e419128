from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click
import pytest

from flows.cli import main
from pipeline.route import REASONS
from pipeline.settings import PREFIX, ROOT, Environment, MailboxSettings

if TYPE_CHECKING:
    from collections.abc import Iterator

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def commands(
    group: click.Group = main, *before: str
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)
        else:
            yield (*before, name), command


COMMANDS = list(commands())
NAMES = [" ".join(name) for name, _ in COMMANDS]


def line_of(name: tuple[str, ...]) -> str:
    """The command's line in the README's table."""
    (line,) = re.findall(rf"^\| `triage {' '.join(name)}[ `].*$", README, re.MULTILINE)
    return str(line)


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=NAMES)
def test_every_command_stands_with_all_its_options(
    name: tuple[str, ...], command: click.Command
) -> None:
    line = line_of(name)
    options = [option for option in command.params if isinstance(option, click.Option)]
    names = [long for option in options for long in (*option.opts, *option.secondary_opts)]
    assert [long for long in names if long.startswith("--") and long not in line] == []


@pytest.mark.parametrize("line", re.findall(r"^\| `triage ([^`]+)`", README, re.MULTILINE))
def test_the_table_of_commands_names_none_that_is_not_there(line: str) -> None:
    words = tuple(line.split())
    (command,) = [each for name, each in COMMANDS if name == words[: len(name)]]
    known = {long for each in command.params for long in (*each.opts, *each.secondary_opts)}
    assert set(re.findall(r"--[\w-]+", line)) <= known


@pytest.mark.parametrize(
    "option", [long for each in main.params for long in each.opts if long != "--version"]
)
def test_every_option_for_all_commands_stands(option: str) -> None:
    assert f"`{option}" in README


@pytest.mark.parametrize("name", Environment.model_fields)
def test_every_setting_stands_with_its_default(name: str) -> None:
    (row,) = re.findall(rf"^\| `{PREFIX}{name.upper()}` \| (.*?) \|", README, re.MULTILINE)
    default = Environment.model_fields[name].default
    if isinstance(default, int) or (isinstance(default, str) and default):
        assert row == f"`{default}`"


def test_no_setting_stands_that_is_not_there() -> None:
    named = set(re.findall(rf"\b{PREFIX}([A-Z_]*[A-Z])\b", README))
    assert named - {"IMAP"} <= {name.upper() for name in Environment.model_fields}


@pytest.mark.parametrize("name", MailboxSettings.model_fields)
def test_every_setting_of_a_mailbox_stands(name: str) -> None:
    table = README.partition("A table of the mailbox file may hold")[2].partition("\n## ")[0]
    assert f"`{name}`" in table


@pytest.mark.parametrize("target", re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
def test_every_make_target_stands(target: str) -> None:
    assert f"| `make {target}` |" in README


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_for_a_review_stands(reason: str) -> None:
    assert f"| `{reason}` |" in README


@pytest.mark.parametrize(
    "place", re.findall(r"`((?:pipeline|models|training|flows|data|tests)/[\w./-]*)`", README)
)
def test_every_place_is_there(place: str) -> None:
    assert (ROOT / place).exists()


@pytest.mark.parametrize("anchor", re.findall(r"\]\(#([\w-]+)\)", README))
def test_every_link_within_the_page_leads_somewhere(anchor: str) -> None:
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
    assert anchor in anchors
