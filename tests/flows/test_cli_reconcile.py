from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from flows.demo_mailbox import demo_mailbox
from flows.proof import Proof
from flows.reconcile_view import MEANINGS, proof_markdown
from pipeline.mailbox.login import connect, hang_up
from pipeline.reconcile.findings import AGREED, ALARMS, Finding, Reconciliation
from tests.fakes import make_mail

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from click.testing import Result

    from pipeline.settings import MailboxSettings
    from tests.flows.conftest import Cli


class Desk:
    """The command line beside an embedded mailbox of three mails."""

    def __init__(self, cli: Cli, mailbox: MailboxSettings, database_url: str) -> None:
        self.cli, self.mailbox, self.database_url = cli, mailbox, database_url
        password = mailbox.password
        self.env: Mapping[str, str] = {
            "TRIAGE_IMAP_HOST": mailbox.host,
            "TRIAGE_IMAP_PORT": str(mailbox.port),
            "TRIAGE_IMAP_USER": mailbox.user,
            "TRIAGE_IMAP_PASSWORD": password.get_secret_value() if password else "",
            "TRIAGE_IMAP_TLS": "off",
            "TRIAGE_IMAP_DONE_FOLDER": mailbox.done_folder,
        }

    def run(self, *arguments: str) -> Result:
        return self.cli(*arguments, env=self.env)

    def put_unseen(self) -> None:
        client = connect(self.mailbox)
        client.append(self.mailbox.done_folder, make_mail(77))
        hang_up(client)


@pytest.fixture
def desk(cli: Cli, database_url: str) -> Iterator[Desk]:
    with demo_mailbox([make_mail(number) for number in range(3)]) as mailbox:
        desk = Desk(cli, mailbox, database_url)
        assert desk.run("ingest", "--once").exit_code == 0
        yield desk


def test_where_all_is_explained_the_status_is_nought(desk: Desk) -> None:
    result = desk.run("reconcile")
    assert result.exit_code == 0
    assert "handled, and in its folder" in result.stdout
    assert result.stdout.endswith("Every mail is accounted for (3).\n")


def test_an_alarm_is_told_with_its_uids_and_the_status_is_one(desk: Desk) -> None:
    desk.put_unseen()
    result = desk.run("reconcile")
    assert result.exit_code == 1
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("ALARM")]
    assert "the store has no such mail" in line
    assert "1 mails are not accounted for, 3 are." in result.stdout
    told = json.loads(desk.run("reconcile", "--json").stdout)
    (alarm,) = [each for each in told["mailboxes"][0]["findings"] if not each["explained"]]
    assert (alarm["kind"], alarm["folder"], alarm["count"]) == ("filed_unknown", "Traités", 1)
    assert int(alarm["uids"]) > 0
    assert (told["unexplained"], told["complete"]) == (1, False)


def test_what_a_person_vouches_for_is_no_alarm_any_more(desk: Desk) -> None:
    desk.put_unseen()
    accepted = desk.run("reconcile", "--accept")
    assert (accepted.exit_code, "1 mails accepted by" in accepted.stderr) == (0, True)
    assert desk.run("reconcile").exit_code == 0


def test_a_mailbox_that_cannot_be_compared_has_a_status_of_its_own(cli: Cli) -> None:
    env = {
        "TRIAGE_IMAP_HOST": "127.0.0.1",
        "TRIAGE_IMAP_PORT": "1",
        "TRIAGE_IMAP_USER": "u",
        "TRIAGE_IMAP_PASSWORD": "p",
        "TRIAGE_IMAP_TLS": "off",
    }
    result = cli("reconcile", env=env)
    assert result.exit_code == 3
    assert "no server listens there" in result.stderr


@pytest.mark.parametrize("kind", sorted(ALARMS | AGREED))
def test_every_alarm_has_words(kind: str) -> None:
    assert MEANINGS[kind]


def test_the_markdown_of_a_run_names_alarms_first() -> None:
    alarm = Finding("overlooked", "INBOX", 7, (3, 4, 5))
    agreed = Finding("filed", "Done", 2, (1,))
    answer = Reconciliation("claims", (("INBOX", 7, 3),), 7, 1, (alarm, agreed))
    text = proof_markdown(Proof((answer,)))
    assert text.startswith("# 3 mails are not accounted for, 1 are.")
    assert "| ALARM | 3 | INBOX |" in text
    assert "| 3:5 |" in text
