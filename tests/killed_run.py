"""A run over a FolderServer in a process of its own that may be killed at any chosen moment."""

from __future__ import annotations

import multiprocessing
from contextlib import suppress
from typing import TYPE_CHECKING

from sqlalchemy import event

from pipeline.errors import MailboxBusy
from pipeline.inbox import acknowledge_handled, receive_mail, understand_batch
from pipeline.store.database import Store, open_store
from tests.fakes import FolderServer, Killer, simple_triage

if TYPE_CHECKING:
    from multiprocessing.synchronize import Barrier
    from pathlib import Path

    from pipeline.datatypes import RawMail, TriagedMail

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.killed_run"])


def run_killed(url: str, root: Path, point: str, occurrence: int) -> bool:
    """Run in a child that is killed when the point is reached so often; tells whether it was.

    Points: `statement` (before each SQL statement), `commit` (before each commit), `understand`
    (before each mail), and what a FolderServer tells.
    """
    child = PROCESSES.Process(target=_run, args=(url, root, point, occurrence))
    child.start()
    child.join(60)
    assert child.exitcode in {0, -9}, child.exitcode
    return child.exitcode == -9


def run_together(url: str, root: Path, *, runs: int) -> None:
    """Let several runs start in the same moment, in a process each."""
    barrier = PROCESSES.Barrier(runs)
    children = [
        PROCESSES.Process(target=_run_beside, args=(url, root, barrier)) for _ in range(runs)
    ]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * runs


def run_once(
    store: Store,
    server: FolderServer,
    *,
    kill: Killer | None = None,
    lease_seconds: float = 0,
) -> None:
    """Receive, understand until nothing waits, acknowledge; leaves a busy mailbox to its run.

    Leases that are over at once stand for the time that passes until the next run.
    """

    def triage(raw: RawMail) -> TriagedMail:
        if kill is not None:
            kill("understand")
        return simple_triage(raw)

    with suppress(MailboxBusy):
        receive_mail(store, server)
    while understand_batch(
        store, triage, worker="w", batch_mails=3, lease_seconds=lease_seconds, retry_seconds=0
    ).leased:
        pass
    with suppress(MailboxBusy):
        acknowledge_handled(store, server)


def _run_beside(url: str, root: Path, barrier: Barrier) -> None:
    with open_store(url) as store:
        barrier.wait()
        run_once(store, FolderServer(root), lease_seconds=60)


def _run(url: str, root: Path, point: str, occurrence: int) -> None:
    kill = Killer(point, occurrence)
    with open_store(url) as store:
        event.listen(store.engine, "before_cursor_execute", lambda *_: kill("statement"))
        event.listen(store.engine, "commit", lambda _: kill("commit"))
        run_once(store, FolderServer(root, on_call=kill), kill=kill)
