from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.commands.checking import remedy_of
from pipeline.errors import (
    MailboxError,
    MailboxLoginRefused,
    ModelMissing,
    StoreError,
    StoreTooNew,
    TriageError,
)
from pipeline.settings import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.flows.conftest import Cli


def test_each_thing_has_its_line_and_what_to_do(cli: Cli, tmp_path: Path) -> None:
    result = cli(
        "check", env={"TRIAGE_MODEL": str(tmp_path / "none"), "TRIAGE_TAXONOMY": "gone.toml"}
    )
    text = result.stdout
    assert result.exit_code == 1
    for part in (
        "NOT OK  configuration: no mailbox is configured",
        "→ set TRIAGE_IMAP_HOST",
        "NOT OK  taxonomy: gone.toml: cannot be read",
        "→ correct the file, or name another one with TRIAGE_TAXONOMY",
        "OK      database: sqlite, 0 mails",
        "NOT OK  model: ",
    ):
        assert part in text


def test_a_setting_that_makes_no_sense_ends_the_check(cli: Cli) -> None:
    result = cli("check", env={"TRIAGE_BATCH_MAILS": "many"})
    assert result.exit_code == 1
    assert "NOT OK  configuration: TRIAGE_BATCH_MAILS" in result.stdout
    assert "database" not in result.stdout


def test_a_mailbox_that_is_away_is_told(cli: Cli) -> None:
    mailbox = {
        "TRIAGE_IMAP_HOST": "127.0.0.1",
        "TRIAGE_IMAP_PORT": "1",
        "TRIAGE_IMAP_TLS": "off",
        "TRIAGE_IMAP_USER": "triage",
        "TRIAGE_IMAP_PASSWORD": "very-secret",
    }
    result = cli("check", env=mailbox)
    assert result.exit_code == 1
    assert "OK      configuration: mailboxes: default" in result.stdout
    assert "NOT OK  mailbox default: connecting to 127.0.0.1:1" in result.stdout
    assert "very-secret" not in result.output


def test_a_good_taxonomy_is_counted(cli: Cli) -> None:
    path = ROOT / "data" / "taxonomy.toml"
    text = cli("check", env={"TRIAGE_TAXONOMY": str(path)}).stdout
    assert "OK      taxonomy: 21 claim types" in text


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MailboxLoginRefused("a", "no"), "user and password"),
        (MailboxError("a", "no"), "host, port"),
        (StoreTooNew("2", "1"), "update the program"),
        (StoreError("no"), "TRIAGE_DATABASE_URL"),
        (ModelMissing(ROOT, "is not there"), ""),
    ],
)
def test_every_error_has_its_remedy(error: TriageError, words: str) -> None:
    assert words in remedy_of(error)
