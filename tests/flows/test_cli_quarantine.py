from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flows.quarantine_view import UNKNOWN_REASON, reason_words
from pipeline.inbox import receive_mail, understand_batch
from pipeline.store.database import open_store
from pipeline.store.leases import WORKER_DIED
from pipeline.store.queries import mails
from tests.fakes import FolderServer, make_mail, simple_triage

if TYPE_CHECKING:
    from pathlib import Path

    from tests.flows.conftest import Cli

POISON = [make_mail(number, body="boom") for number in (1, 2)]


@pytest.fixture(autouse=True)
def _filled(database_url: str, tmp_path: Path) -> None:
    """Mails 1 and 2 are quarantined after two tries, mail 3 is a complaint."""
    server = FolderServer(tmp_path / "server")
    for data in (*POISON, make_mail(3)):
        server.append(data)
    with open_store(database_url) as store:
        receive_mail(store, server, folder="INBOX")
        for _ in range(2):
            understand_batch(store, simple_triage, worker="w", attempts=2, retry_seconds=0)


def states(database_url: str) -> list[tuple[str, int]]:
    with open_store(database_url) as store:
        return [(mail.state, mail.attempts) for mail in mails(store)]


def test_the_list_for_machines_has_reason_tries_and_error(cli: Cli) -> None:
    lines = [json.loads(line) for line in cli("quarantine", "list", "--json").stdout.splitlines()]
    assert [(each["id"], each["attempts"]) for each in lines] == [(1, 2), (2, 2)]
    assert lines[0]["reason"] == UNKNOWN_REASON
    assert lines[0]["error"].startswith("ValueError: cannot understand")
    assert lines[0]["size_bytes"] == len(POISON[0])


def test_each_try_is_shown_also_those_before_a_retry(cli: Cli) -> None:
    cli("quarantine", "retry", "1")
    text = cli("quarantine", "show", "1").stdout
    for part in ("try 1", "try 2", "quarantined", "retried", "ValueError"):
        assert part in text
    assert "boom" not in text


def test_all_are_retried_at_once(cli: Cli, database_url: str) -> None:
    result = cli("quarantine", "retry", "--all")
    assert result.exit_code == 0
    assert states(database_url) == [("stored", 0), ("stored", 0), ("triaged", 1)]
    assert cli("quarantine", "retry", "--all").stdout == "The quarantine is empty.\n"


def test_an_id_that_is_not_there_keeps_no_other_from_its_retry(cli: Cli, database_url: str) -> None:
    result = cli("quarantine", "retry", "99", "3", "2")
    assert result.exit_code == 1
    assert result.stderr.count("there is no mail in quarantine") == 2
    assert states(database_url) == [("quarantined", 2), ("stored", 0), ("triaged", 1)]


def test_all_are_exported_byte_for_byte_into_a_folder(cli: Cli, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    assert cli("quarantine", "export", "--all", "--out", str(out)).exit_code == 0
    assert [path.read_bytes() for path in sorted(out.iterdir())] == POISON
    cli("quarantine", "export", "2", "--out", str(out))
    assert sorted(path.name for path in out.iterdir()) == ["mail-1.eml", "mail-2.eml"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("retry",),
        ("retry", "1", "--all"),
        ("export",),
        ("export", "1", "2"),
        ("export", "--all"),
    ],
)
def test_an_unclear_choice_is_refused(cli: Cli, arguments: tuple[str, ...]) -> None:
    assert cli("quarantine", *arguments).exit_code == 2


def test_a_file_that_cannot_be_written_is_told(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = cli("quarantine", "export", "1", "--out", str(tmp_path / "file" / "mail.eml"))
    assert (result.exit_code, result.stderr.startswith("Error: ")) == (1, True)


@pytest.mark.parametrize(
    ("error", "part"),
    [
        (WORKER_DIED, "died or hung"),
        ("MemoryError", "more memory"),
        ("MailParserRecursionError: too deep (parse, line 3)", "nested too deeply"),
        ("RecursionError (walk, line 3)", "nested too deeply"),
        ("RowRefused: store: DataError", "the database refuses"),
        ("ZeroDivisionError: division by zero", "a fault of the program"),
    ],
)
def test_a_reason_is_told_in_words(error: str, part: str) -> None:
    assert part in reason_words(error)
