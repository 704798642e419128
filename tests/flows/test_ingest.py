from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from prefect.client.schemas.objects import TaskRun
from prefect.states import Failed

from flows.beginning import StartUndecided
from flows.ingest import ARTIFACT, IngestIncomplete, acknowledge, receive, understand, world_failed
from flows.tasks import IngestSummary
from pipeline.errors import (
    MailboxBusy,
    MailboxError,
    MailboxLoginRefused,
    ModelMissing,
    RowRefused,
    StoreError,
    StoreTooNew,
    TriageError,
)
from pipeline.settings import ROOT
from pipeline.store.database import open_store
from pipeline.store.queries import status
from tests.fakes import make_mail

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.dovecot import DovecotServer

SAMPLES = sorted((ROOT / "data" / "mails").glob("*.eml"))[:8]


MARKER = "Zanzibar-77"


@pytest.fixture(scope="module")
def told(dovecot: DovecotServer, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a process tells that ran the flow twice, then with a second mailbox that is locked."""
    folder = tmp_path_factory.mktemp("flow")
    user = dovecot.new_user()
    mails = [path.read_bytes() for path in SAMPLES]
    dovecot.append(user, [*mails, make_mail(1, body=f"Facture {MARKER} : il manque un colis.")])
    (folder / "mailboxes.toml").write_text(
        _mailbox(dovecot, "claims", user, dovecot.password) + _mailbox(dovecot, "locked", user, "x")
    )
    run = subprocess.run(
        [sys.executable, "-m", "tests.flows.flow_run"],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if "PREFECT" not in name},
            "PREFECT_HOME": str(folder / "prefect"),
            "TRIAGE_DATABASE_URL": f"sqlite:///{folder}/triage.db",
            "TRIAGE_MAILBOXES": str(folder / "mailboxes.toml"),
        },
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-4000:]
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return {**answer, "folder": folder, "output": run.stdout + run.stderr}


@pytest.mark.server
def test_the_flow_takes_mail_into_the_store_once(told: dict[str, Any]) -> None:
    first, second = told["runs"]
    assert (first["fetched"], first["triaged"], first["acknowledged"]) == (9, 9, 9)
    assert (second["fetched"], second["triaged"], second["acknowledged"]) == (0, 0, 0)
    with open_store(f"sqlite:///{told['folder']}/triage.db") as store:
        assert status(store).mailboxes[0].triaged == 9


@pytest.mark.server
def test_the_server_shows_each_run_with_its_summary(told: dict[str, Any]) -> None:
    assert told["states"] == ["Completed", "Completed", "Failed"]
    assert [artifact["key"] for artifact in told["artifacts"]] == [ARTIFACT] * 3
    assert "| mails fetched | 9 |" in told["artifacts"][-1]["data"]


@pytest.mark.server
def test_a_mailbox_that_fails_fails_the_run_after_all_else_is_done(told: dict[str, Any]) -> None:
    assert list(told["failed"]["failures"]) == ["locked"]
    assert told["failed"]["mailboxes"] == ["claims", "locked"]
    assert "**locked**" in told["artifacts"][0]["data"]


@pytest.mark.server
def test_neither_secrets_nor_mail_reach_the_server_or_its_files(
    told: dict[str, Any], dovecot: DovecotServer
) -> None:
    names = [["claims"], ["claims"], ["claims", "locked"]]
    assert sorted(run["mailboxes"] for run in told["parameters"]) == names
    database: Path = told["folder"] / "prefect"
    kept = [path.read_bytes() for path in database.rglob("*") if path.is_file()]
    kept.append(told["output"].encode())
    for secret in (dovecot.password, MARKER):
        assert not any(secret.encode() in content for content in kept)


@pytest.mark.server
def test_the_flow_is_deployed_to_a_work_pool(told: dict[str, Any]) -> None:
    deployment = told["deployment"]
    assert (deployment["name"], deployment["work_pool_name"]) == ("mailboxes", "mail-workers")
    assert deployment["entrypoint"] == "flows/ingest.py:ingest"
    assert deployment["parameters"] == {"mailboxes": ["claims"]}
    assert deployment["schedules"][0]["schedule"]["interval"] == 90
    assert deployment["global_concurrency_limit"]["limit"] == 1


@pytest.mark.server
def test_the_reconcile_flow_proves_and_fails_where_it_cannot(told: dict[str, Any]) -> None:
    proved, halted = told["proofs"]
    assert (proved["complete"], proved["mailboxes"][0]["agreed"]) == (True, 9)
    assert (halted["complete"], list(halted["failures"])) == (False, ["locked"])
    last, first = [artifact["data"] for artifact in told["proof_artifacts"]]
    assert first.startswith("# Every mail is accounted for (9).")
    assert "not compared: mailbox locked" in last


@pytest.mark.server
def test_the_reconcile_flow_is_deployed_on_a_schedule(told: dict[str, Any]) -> None:
    deployment = told["proof_deployment"]
    assert deployment["entrypoint"] == "flows/reconcile.py:reconcile"
    assert deployment["schedules"][0]["schedule"]["interval"] == 3600
    assert deployment["parameters"] == {"mailboxes": []}


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (MailboxError("claims", "connection refused"), True),
        (StoreError("the database is away"), True),
        (MailboxLoginRefused("claims", "the password is not accepted"), False),
        (StartUndecided("claims", "it was never read"), False),
        (MailboxBusy("claims"), False),
        (RowRefused("DataError"), False),
        (StoreTooNew("0009", "0001"), False),
        (ModelMissing(ROOT, "is missing"), False),
        (ValueError("x"), False),
    ],
)
def test_only_what_may_mend_itself_is_tried_again(error: Exception, *, again: bool) -> None:
    run = TaskRun(task_key="receive", dynamic_key="0", flow_run_id=None)
    assert world_failed(receive, run, Failed(data=error)) is again


def test_no_task_keeps_mail_or_results() -> None:
    for task in (receive, understand, acknowledge):
        assert task.persist_result is False
        assert task.cache_policy is not None
        assert task.cache_policy.compute_key(None, {}, {}) is None  # type: ignore[arg-type]


def test_an_incomplete_run_is_one_of_our_errors() -> None:
    error = IngestIncomplete(IngestSummary(("a",), failures={"a": "mailbox a: away"}))
    assert isinstance(error, TriageError)
    assert str(error) == "mailbox a: away"


def _mailbox(dovecot: DovecotServer, name: str, user: str, password: str) -> str:
    return (
        f'[{name}]\nhost = "{dovecot.host}"\nport = {dovecot.port}\nuser = "{user}"\n'
        f'password = "{password}"\ntls = "off"\ndone_folder = "Done"\n'
    )
