"""An old mailbox is handled from where a person said, and at the pace that was asked for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from flows.beginning import OLD_MAILS, find_start, forecast, record_beginning
from flows.proof import run_reconcile
from flows.tasks import run_ingest
from pipeline.mailbox.inventory import FolderListing, ListedMail
from pipeline.settings import MailboxSettings, Settings, read_settings
from pipeline.store.database import open_store
from pipeline.store.starts import mailbox_start
from tests.fakes import make_mail, simple_triage

if TYPE_CHECKING:
    from pathlib import Path

    from flows.tasks import IngestSummary
    from tests.flows.conftest import Cli
    from tests.servers.dovecot import DovecotServer

DAYS = [datetime(2014 + number, 6, 1, tzinfo=UTC) for number in range(6)]
"""Of the six old mails, one a year."""


class OldMailbox:
    """A Dovecot user with years of mail, and a store."""

    def __init__(self, dovecot: DovecotServer, database_url: str) -> None:
        self.dovecot, self.user = dovecot, dovecot.new_user()
        self.mailbox = MailboxSettings(
            name="claims",
            host=dovecot.host,
            port=dovecot.port,
            user=self.user,
            password=SecretStr(dovecot.password),
            tls="off",
            done_folder="Done",
        )
        self.settings: Settings = read_settings().model_copy(
            update={"database_url": SecretStr(database_url), "mailboxes": (self.mailbox,)}
        )
        self.database_url = database_url

    def append(self, number: int, at: datetime | None = None) -> None:
        with self.dovecot.client(self.user) as client:
            client.append("INBOX", make_mail(number), msg_time=at)

    def ingest(self, *, limit: int | None = None) -> IngestSummary:
        return run_ingest(self.settings, limit=limit, triage=simple_triage)

    def begin(self, *, since: date | None = None, from_uid: int | None = None) -> None:
        with open_store(self.database_url) as store:
            record_beginning(
                store, self.settings, "claims", since=since, from_uid=from_uid, who="ana"
            )

    def kinds(self) -> dict[str, int]:
        (answer,) = run_reconcile(self.settings, ["claims"]).mailboxes
        return {each.kind: len(each.uids) for each in answer.findings}

    def env(self) -> dict[str, str]:
        return {
            "TRIAGE_IMAP_HOST": self.mailbox.host,
            "TRIAGE_IMAP_PORT": str(self.mailbox.port),
            "TRIAGE_IMAP_USER": self.user,
            "TRIAGE_IMAP_PASSWORD": self.dovecot.password,
            "TRIAGE_IMAP_TLS": "off",
            "TRIAGE_IMAP_DONE_FOLDER": "Done",
        }


@pytest.fixture
def old(dovecot: DovecotServer, database_url: str) -> OldMailbox:
    mailbox = OldMailbox(dovecot, database_url)
    for number, day in enumerate(DAYS, start=1):
        mailbox.append(number, day)
    return mailbox


@pytest.mark.server
def test_what_came_before_the_day_is_left_alone_for_good(old: OldMailbox) -> None:
    old.begin(since=date(2017, 1, 1))
    assert old.ingest().fetched == 3
    assert old.kinds() == {"filed": 3, "left_alone": 3}
    assert old.ingest().fetched == 0


@pytest.mark.server
def test_what_comes_later_is_read_however_old_its_date_is(old: OldMailbox) -> None:
    old.begin(since=date(2026, 1, 1))
    assert old.ingest().fetched == 0
    old.append(7, DAYS[0])
    assert old.ingest().fetched == 1
    assert old.kinds() == {"left_alone": 6, "filed": 1}


@pytest.mark.server
def test_an_earlier_start_lets_a_backfill_fetch_the_rest(old: OldMailbox) -> None:
    old.begin(from_uid=5)
    assert old.ingest().fetched == 2
    old.begin(from_uid=1)
    assert old.ingest().fetched == 4
    assert old.kinds() == {"filed": 6}


@pytest.mark.server
def test_a_limited_run_takes_the_newest_and_the_next_goes_on(old: OldMailbox) -> None:
    first = old.ingest(limit=2)
    assert (first.fetched, first.left, first.acknowledged) == (2, 4, 2)
    assert old.kinds() == {"filed": 2, "backlog": 4}
    old.append(7)
    fresh = old.ingest(limit=2)
    assert (fresh.fetched, fresh.left) == (2, 3)
    with open_store(old.database_url) as store:
        counted = forecast(store, old.settings, "claims")
    assert (counted.to_fetch, counted.newest) == (3, DAYS[2].date())
    assert (old.ingest(limit=2).left, old.ingest(limit=2).left) == (1, 0)
    assert old.kinds() == {"filed": 7}


@pytest.mark.server
def test_a_start_by_day_holds_under_a_new_uidvalidity(old: OldMailbox) -> None:
    old.mailbox = old.mailbox.model_copy(update={"folder": "Claims"})
    old.settings = old.settings.model_copy(update={"mailboxes": (old.mailbox,)})
    with old.dovecot.client(old.user) as client:
        client.create_folder("Claims")
        client.append("Claims", make_mail(1), msg_time=DAYS[0])
        client.append("Claims", make_mail(2), msg_time=datetime.now(UTC))
    old.begin(since=date(2026, 1, 1))
    assert old.ingest().fetched == 1
    with old.dovecot.client(old.user) as client:
        client.rename_folder("Claims", "Before")
        client.create_folder("Claims")
        client.append("Claims", make_mail(3), msg_time=DAYS[3])
        client.append("Claims", make_mail(4), msg_time=datetime.now(UTC))
    assert old.ingest().fetched == 1
    assert old.kinds()["left_alone"] == 1


@pytest.mark.server
def test_a_start_by_uid_must_be_said_again_under_a_new_uidvalidity(old: OldMailbox) -> None:
    old.begin(from_uid=4)
    old.ingest()
    with old.dovecot.client(old.user) as client:
        client.create_folder("Claims")
        client.append("Claims", make_mail(9))
    old.mailbox = old.mailbox.model_copy(update={"folder": "Claims"})
    old.settings = old.settings.model_copy(update={"mailboxes": (old.mailbox,)})
    with old.dovecot.client(old.user) as client:  # another UIDVALIDITY than that of INBOX
        found = client.folder_status("Claims", ["UIDVALIDITY"])[b"UIDVALIDITY"]
    with open_store(old.database_url) as store:
        start = mailbox_start(store, "claims")
    assert start is not None
    assert start.uidvalidity != found
    summary = old.ingest()
    assert "start is not known any more; nothing was fetched" in summary.failures["claims"]
    old.begin(from_uid=1)
    assert old.ingest().fetched == 1


@pytest.mark.server
def test_a_mailbox_of_years_is_not_read_by_surprise(dovecot: DovecotServer, tmp_path: Path) -> None:
    old = OldMailbox(dovecot, f"sqlite:///{tmp_path}/triage.db")
    with old.dovecot.client(old.user) as client:
        for start in range(0, OLD_MAILS + 1, 200):
            numbers = range(start, min(start + 200, OLD_MAILS + 1))
            client.multiappend(
                "INBOX",
                [{"msg": make_mail(number), "date": DAYS[5]} for number in numbers],
            )
    failure = old.ingest().failures["claims"]
    assert f"it was never read, and {OLD_MAILS + 1} of its mails are older" in failure
    assert "--since YYYY-MM-DD" in failure
    assert old.kinds() == {"not_fetched": OLD_MAILS + 1}
    old.append(5000)
    old.begin(since=datetime.now(UTC).date() - timedelta(days=2))
    assert old.ingest().fetched == 1


@pytest.mark.server
def test_a_dry_run_counts_and_fetches_nothing(old: OldMailbox, cli: Cli) -> None:
    told = json.loads(
        cli("ingest", "--dry-run", "--since", "2018-01-01", "--json", env=old.env()).stdout
    )
    (mailbox,) = told["mailboxes"]
    assert (mailbox["awaiting"], mailbox["left_alone"], mailbox["to_fetch"]) == (6, 4, 2)
    assert (mailbox["oldest"], mailbox["newest"]) == ("2018-06-01", "2019-06-01")
    assert mailbox["years"] == {"2018": 1, "2019": 1}
    text = cli("ingest", "--dry-run", env=old.env()).stdout
    assert "Nothing was fetched." in text
    assert old.kinds() == {"not_fetched": 6}
    with open_store(old.database_url) as store:
        assert mailbox_start(store, "claims") is None


@pytest.mark.parametrize(
    "options",
    [("--since", "2026-01-01", "--from-uid", "3"), ("--limit", "3", "--rate", "3")],
)
def test_options_that_contradict_each_other_are_refused(cli: Cli, options: tuple[str, ...]) -> None:
    env = {"TRIAGE_IMAP_HOST": "h", "TRIAGE_IMAP_USER": "u", "TRIAGE_IMAP_PASSWORD": "p"}
    result = cli("ingest", *options, env=env)
    assert (result.exit_code, "give either" in result.stderr) == (2, True)


def test_a_mail_without_a_date_is_never_left_alone() -> None:
    listing = FolderListing("INBOX", 7, (ListedMail(1, 10, DAYS[0]), ListedMail(2, 10, None)))
    start = find_start(listing, since=date(2020, 1, 1), from_uid=None)
    assert (str(start.left_alone), start.since) == ("1", date(2020, 1, 1))
