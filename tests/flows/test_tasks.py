from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from flows.tasks import Progress, ingest_mailboxes, mailbox_names, run_ingest
from pipeline.errors import MailboxLoginRefused, ModelMissing, SettingInvalid, StoreError
from pipeline.settings import MailboxSettings, Settings, read_settings
from pipeline.store.database import open_store
from pipeline.store.locks import mailbox_lock
from pipeline.store.queries import status
from tests.fakes import FolderServer, make_mail, simple_triage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.tasks import IngestSummary
    from pipeline.datatypes import MailSource

NAMES = ("claims", "returns")


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return read_settings().model_copy(
        update={
            "database_url": SecretStr(database_url),
            "mailboxes": tuple(
                MailboxSettings(name=name, host="mail.example", user=name, password=SecretStr("x"))
                for name in NAMES
            ),
            "model": tmp_path / "no-model",
            "batch_mails": 2,
        }
    )


@pytest.fixture
def servers(tmp_path: Path) -> dict[str, FolderServer]:
    return {name: FolderServer(tmp_path / name, name=name) for name in NAMES}


class Run:
    """A run over servers of files."""

    def __init__(self, settings: Settings, servers: dict[str, FolderServer]) -> None:
        self.settings = settings
        self.servers = servers
        self.progress: list[Progress] = []

    def __call__(self, *mailboxes: str) -> IngestSummary:
        return run_ingest(
            self.settings,
            mailboxes,
            on_progress=self.progress.append,
            triage=simple_triage,
            open_source=self._open,
        )

    @contextmanager
    def _open(self, settings: MailboxSettings) -> Iterator[MailSource]:
        server = self.servers[settings.name]
        if server.down:
            raise MailboxLoginRefused(server.name, "the password is not accepted")
        yield server


@pytest.fixture
def run(settings: Settings, servers: dict[str, FolderServer]) -> Run:
    return Run(settings, servers)


def test_a_run_takes_the_mail_of_all_mailboxes_and_counts_it(run: Run) -> None:
    for number in range(3):
        run.servers["claims"].append(make_mail(number))
    run.servers["returns"].append(make_mail(9, body="boom"))
    summary = run()
    assert summary.mailboxes == NAMES
    assert (summary.fetched, summary.stored, summary.triaged, summary.failed) == (4, 4, 3, 1)
    assert (summary.claims, summary.in_review, summary.acknowledged) == (3, 3, 3)
    assert not summary.failures
    assert set(summary.seconds) == {
        *("open", "fetch", "store", "understand", "save", "acknowledge", "total"),
    }
    assert summary.seconds["total"] >= summary.seconds["store"] > 0
    assert (run().fetched, run().triaged) == (0, 0)


def test_only_the_mailboxes_that_are_named_are_read(run: Run) -> None:
    for server in run.servers.values():
        server.append(make_mail())
    assert run("returns").mailboxes == ("returns",)
    assert len(run.servers["claims"].bytes_in("inbox")) == 1


def test_a_mailbox_that_fails_stops_no_other_and_is_noted(run: Run, settings: Settings) -> None:
    for server in run.servers.values():
        server.append(make_mail())
    run.servers["claims"].down = True
    summary = run()
    reason = "mailbox claims: the password is not accepted"
    assert summary.failures == {"claims": reason}
    assert (summary.triaged, summary.acknowledged) == (1, 1)
    with open_store(settings.database_url.get_secret_value()) as store:
        claims, returns = status(store).mailboxes
    assert (claims.last_error, returns.last_error) == (reason, "")
    run.servers["claims"].down = False
    assert not run().failures


def test_a_mailbox_that_another_run_has_open_is_told_as_busy(run: Run, settings: Settings) -> None:
    run.servers["claims"].append(make_mail())
    with (
        open_store(settings.database_url.get_secret_value()) as store,
        mailbox_lock(store, "claims"),
    ):
        summary = run()
    assert (summary.busy, summary.failures, summary.fetched) == (("claims",), {}, 0)


def test_progress_is_told_by_stage(run: Run) -> None:
    for number in range(3):
        run.servers["claims"].append(make_mail(number))
    run()
    assert run.progress == [
        Progress("receive", "claims", 3, 3),
        Progress("understand", "", 2, 3),
        Progress("understand", "", 3, 3),
    ]


def test_without_a_model_nothing_is_fetched(settings: Settings) -> None:
    with pytest.raises(ModelMissing):
        run_ingest(settings)


def test_a_database_that_is_away_stops_the_run(run: Run) -> None:
    run.settings = run.settings.model_copy(
        update={"database_url": SecretStr("sqlite:////no/such/folder/a.db")}
    )
    with pytest.raises(StoreError):
        run()


def test_mailboxes_must_be_configured(settings: Settings) -> None:
    assert mailbox_names(settings) == NAMES
    assert mailbox_names(settings, ["returns"]) == ("returns",)
    with pytest.raises(SettingInvalid, match="no mailbox gone"):
        mailbox_names(settings, ["gone"])
    with pytest.raises(SettingInvalid, match="no mailbox is configured"):
        ingest_mailboxes(settings.model_copy(update={"mailboxes": ()}))
