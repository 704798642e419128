"""Every place that a copy can have on the server and in the ledger has one explanation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.mailbox.inventory import FolderListing, ListedMail
from pipeline.reconcile.compare import Known, compare
from pipeline.reconcile.mailbox import reconcile_mailbox
from pipeline.store.database import open_store
from pipeline.store.reconcile import Ledger, LedgerDelivery
from pipeline.store.starts import MailboxStart
from pipeline.store.uid_sets import UidSet
from tests.fakes import FolderInventory, FolderServer, make_mail
from tests.killed_run import run_killed, run_once

if TYPE_CHECKING:
    from pathlib import Path

DONE = "Traités"
ARRIVALS = [make_mail(1), make_mail(2), make_mail(3), make_mail(9, body="boom"), make_mail(1)]


@pytest.mark.parametrize(
    ("point", "occurrence"),
    [
        *(("list", 1), ("fetch", 1), ("fetch", 3), ("understand", 1), ("understand", 3)),
        *(("move", n) for n in (1, 3, 4)),
        *(("moved", n) for n in (1, 2)),
        *(("commit", n) for n in range(2, 12, 3)),
        *(("statement", n) for n in range(6, 70, 12)),
    ],
)
def test_whatever_a_killed_run_leaves_is_explained(
    tmp_path: Path, point: str, occurrence: int
) -> None:
    server = FolderServer(tmp_path / "server")
    for data in ARRIVALS:
        server.append(data)
    url = f"sqlite:///{tmp_path}/triage.db"
    assert run_killed(url, server.root, point, occurrence), "the moment was never reached"
    with open_store(url) as store:
        left = reconcile_mailbox(store, FolderInventory(server), attempts=3)
        assert left.unexplained == 0
        run_once(store, server)
        done = reconcile_mailbox(store, FolderInventory(server), attempts=3)
    assert (done.agreed, done.explained, done.unexplained) == (5, 0, 0)


AT = datetime(2026, 3, 1, tzinfo=UTC)
ROW = LedgerDelivery(1, 7, 1, "stored", 100, AT, 1, 1, "stored")
DONE_ROW = replace(ROW, mail_state="triaged")
NO_MAIL = replace(ROW, state="unfetchable", mail_id=None, mail_state=None)
HERE = ListedMail(1, 100, AT)


@pytest.mark.parametrize(
    ("mail", "rows", "kind"),
    [
        (HERE, (), "overlooked"),
        (replace(HERE, uid=50), (), "not_fetched"),
        (HERE, (ROW,), "waiting"),
        (HERE, (replace(ROW, mail_state="leased"),), "waiting"),
        (HERE, (DONE_ROW,), "to_file"),
        (HERE, (replace(DONE_ROW, state="acknowledged"),), "still_there"),
        (HERE, (replace(ROW, state="stale"),), "stuck"),
        (HERE, (NO_MAIL,), "fetch_again"),
        (HERE, (replace(NO_MAIL, attempts=3),), "unfetchable"),
        (None, (ROW,), "gone"),
        (None, (NO_MAIL,), "gone_unfetched"),
        (None, (replace(ROW, uidvalidity=3),), "renumbered"),
        (None, (replace(ROW, uidvalidity=3, state="stale"),), "given_up"),
        (None, (replace(DONE_ROW, state="acknowledged"),), "taken_away"),
    ],
)
def test_a_copy_in_the_watched_folder_has_one_explanation(
    mail: ListedMail | None, rows: tuple[LedgerDelivery, ...], kind: str
) -> None:
    inbox = FolderListing("INBOX", 7, (mail,) if mail else ())
    known = Known(Ledger(7, 10, rows, {}))
    answer = compare("claims", inbox, (), known, copies={})
    assert [each.kind for each in answer.findings] == [kind]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (ROW, "filed_early"),
        (DONE_ROW, "filed_unnoted"),
        (replace(DONE_ROW, state="acknowledged"), "filed"),
        (replace(DONE_ROW, state="stale", uidvalidity=2), "filed"),
        (replace(DONE_ROW, size_bytes=101), "filed_unknown"),
    ],
)
def test_a_copy_in_a_folder_of_handled_mail_is_known_by_size_and_date(
    row: LedgerDelivery, kind: str
) -> None:
    done = FolderListing(DONE, 5, (replace(HERE, uid=40),))
    known = Known(Ledger(7, 10, (row,), {}))
    answer = compare("claims", FolderListing("INBOX", 7), (done,), known, copies={})
    assert kind in {each.kind for each in answer.findings}
    assert answer.unexplained == (kind == "filed_unknown")


def test_a_backlog_and_a_start_explain_what_is_not_fetched() -> None:
    inbox = FolderListing("INBOX", 7, (HERE, replace(HERE, uid=2)))
    known = Known(Ledger(7, 10, (), {}), start=MailboxStart(7, UidSet(((1, 1),))), backlog=1)
    answer = compare("claims", inbox, (), known, copies={})
    assert {each.kind for each in answer.findings} == {"left_alone", "backlog"}
    assert answer.unexplained == 0
