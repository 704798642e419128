from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from models.artifact import save_model
from models.precedents import PRECEDENTS, write_precedents
from pipeline.inbox import receive_mail, understand_batch
from pipeline.store.database import open_store
from tests.fakes import FolderServer, make_mail, simple_triage
from tests.training.small import SIGNALS, fit_small, small_examples
from training.precedents import list_precedents

if TYPE_CHECKING:
    from pathlib import Path

    from tests.flows.conftest import Cli

POISON = make_mail(3, body="boom")


@pytest.fixture
def filled(database_url: str, tmp_path: Path) -> None:
    """Mail 1 is a complaint, mail 2 thanks, mail 3 is quarantined."""
    server = FolderServer(tmp_path / "server")
    for data in (make_mail(1), make_mail(2, body="thanks"), POISON):
        server.append(data)
    with open_store(database_url) as store:
        receive_mail(store, server, folder="INBOX")
        understand_batch(store, simple_triage, worker="test", attempts=1)


@pytest.fixture
def small_model(tmp_path: Path) -> Path:
    """A model version of the name that the fake model has."""
    fitted = fit_small(tmp_path / "corpus")
    examples = small_examples(tmp_path / "corpus")
    kept = list_precedents(examples, fitted, characters=50, kind="complaint")
    folder = tmp_path / "versions" / "fake-1"
    files = {PRECEDENTS: write_precedents(kept)}
    save_model(fitted.model, folder, signals=SIGNALS, facts={}, files=files)
    return folder


def test_status_of_an_empty_store_names_the_configured_mailbox(cli: Cli) -> None:
    mailbox = {
        "TRIAGE_IMAP_HOST": "mail.example",
        "TRIAGE_IMAP_USER": "triage",
        "TRIAGE_IMAP_PASSWORD": "secret",
    }
    result = cli("status", env=mailbox)
    assert result.exit_code == 0
    assert "default" in result.stdout
    assert "never" in result.stdout
    assert "Claims: none yet" in result.stdout


@pytest.mark.usefixtures("filled")
def test_status_counts_by_state(cli: Cli) -> None:
    status = json.loads(cli("status", "--json").stdout)
    (mailbox,) = status["mailboxes"]
    assert (mailbox["name"], mailbox["fetched"], mailbox["triaged"]) == ("claims", 3, 2)
    assert mailbox["last_success_at"].endswith("Z")
    assert status["mails"]["quarantined"] == 1
    assert (status["claims"], status["in_review"]) == ({"in_review": 1}, 1)


@pytest.mark.usefixtures("filled")
def test_status_for_people_tells_the_same(cli: Cli) -> None:
    text = cli("status").stdout
    assert text.splitlines()[1].split()[0] == "claims"
    assert "Claims: in review 1" in text


@pytest.mark.usefixtures("filled")
def test_explain_tells_facts_decisions_and_history(cli: Cli) -> None:
    result = cli("explain", "1", "--lang", "en")
    assert result.exit_code == 0
    for part in (
        *("Il manque deux cartons", "1. shortage", "→ logistics", "FA-0001"),
        *("UID 1 of claims (UIDVALIDITY 7)", "fake-1", "shortage 75%", "triaged"),
    ):
        assert part in result.stdout


@pytest.mark.usefixtures("filled")
def test_explain_says_that_the_model_is_gone(cli: Cli) -> None:
    assert "fake-1 (this version is gone)" in cli("explain", "1", "--lang", "en").stdout
    told = json.loads(cli("explain", "1", "--json").stdout)
    assert told == {"id": "1", "decisions": [], "silent": {"fake-1": "this version is gone"}}


@pytest.mark.usefixtures("filled")
def test_explain_asks_the_version_that_decided(cli: Cli, small_model: Path) -> None:
    environment = {"TRIAGE_MODEL": str(small_model.with_name("in-use"))}
    told = json.loads(cli("explain", "1", "--json", env=environment).stdout)
    asked = {(one["claim"], one["head"]) for one in told["decisions"]}
    assert asked == {(0, "kind"), (1, "type"), (1, "severity")}
    assert told["silent"] == {}
    (claim,) = [one for one in told["decisions"] if one["head"] == "type"]
    assert claim["supporting"][0]["precedent"]["labels"]["type"] == claim["label"] == "shortage"


@pytest.mark.usefixtures("filled")
def test_explain_of_a_mail_that_failed_tells_why(cli: Cli) -> None:
    text = cli("explain", "3").stdout
    assert "quarantined" in text
    assert "ValueError" in text


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    "command", [("explain", "99"), ("quarantine", "show", "99"), ("quarantine", "retry", "1")]
)
def test_a_mail_that_is_not_there_is_told(cli: Cli, command: tuple[str, ...]) -> None:
    result = cli(*command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: store: there is no mail")


def test_an_empty_quarantine_says_so(cli: Cli) -> None:
    assert cli("quarantine", "list").stdout == "The quarantine is empty.\n"


@pytest.mark.usefixtures("filled")
def test_the_quarantine_lists_mails_with_their_error(cli: Cli) -> None:
    lines = cli("quarantine", "list").stdout.splitlines()
    assert lines[1].split()[:2] == ["3", "claims"]
    assert "a fault of the program at this mail" in lines[1]
    assert "ValueError" in lines[-1]


@pytest.mark.usefixtures("filled")
def test_a_quarantined_mail_is_shown_without_its_text(cli: Cli) -> None:
    text = cli("quarantine", "show", "3").stdout
    assert "Facture FA-0003" in text
    assert "camille@client.example" in text
    assert "boom" not in text


@pytest.mark.usefixtures("filled")
def test_a_retried_mail_waits_again(cli: Cli) -> None:
    result = cli("quarantine", "retry", "3")
    assert result.stdout == "mail 3 waits for the next ingest\n"
    assert json.loads(cli("status", "--json").stdout)["mails"]["waiting"] == 1


@pytest.mark.usefixtures("filled")
def test_an_export_has_every_byte(cli: Cli, tmp_path: Path) -> None:
    assert cli("quarantine", "export", "3").stdout_bytes == POISON
    out = tmp_path / "mail.eml"
    cli("quarantine", "export", "3", "--out", str(out))
    assert out.read_bytes() == POISON


@pytest.mark.usefixtures("filled")
def test_status_tells_what_is_wrong_and_what_to_do(cli: Cli) -> None:
    result = cli("status", "--check")
    assert result.exit_code == 0
    told = " ".join(result.stdout.split())
    assert "warning claims: 1 mails are quarantined (ValueError 1)" in told
    assert "`triage quarantine list`" in told
    health = json.loads(cli("status", "--json").stdout)["health"]
    assert (health["status"], [finding["code"] for finding in health["findings"]]) == (
        *("warning", ["no_mailbox", "quarantine"]),
    )


def test_status_fails_on_an_alarm_when_asked_to(cli: Cli, tmp_path: Path) -> None:
    environment = {"TRIAGE_MODEL": str(tmp_path / "none")}
    assert cli("status", env=environment).exit_code == 0
    result = cli("status", "--check", env=environment)
    assert result.exit_code == 1
    assert "Health: alarm" in result.stdout
    assert json.loads(cli("status", "--json", "--check", env=environment).stdout)
