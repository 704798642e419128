from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from pipeline import inbox
from pipeline.errors import MailboxBusy, MailboxError, StoreError
from pipeline.inbox import acknowledge_handled, receive_mail, understand_batch
from pipeline.store.database import Store, open_store
from pipeline.store.life import mail_life
from pipeline.store.locks import mailbox_lock
from pipeline.store.queries import mails, quarantined_mails, status
from pipeline.store.tables import EventRow
from tests.fakes import FolderServer, make_mail, simple_triage
from tests.killed_run import run_killed, run_once, run_together

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.datatypes import RawMail, TriagedMail
    from pipeline.inbox import BatchSummary

ARRIVALS = [
    make_mail(1),
    make_mail(2),
    make_mail(3, body="boom"),
    make_mail(1, received="mx2.example"),
    make_mail(2, body="Autre chose."),
    make_mail(4, body="thanks"),
    make_mail(1),
]
"""Five distinct mails; the first came three times, the second shares its Message-ID."""

MOMENTS = [
    *(("list", n) for n in (1,)),
    *(("fetch", n) for n in (1, 2, 7)),
    *(("understand", n) for n in (1, 2, 4, 5, 6, 7)),
    *(("move", n) for n in (1, 3, 6, 7)),
    *(("moved", n) for n in (1, 2)),
    *(("commit", n) for n in range(1, 16)),
    *(("statement", n) for n in range(1, 98, 3)),
]
ON_POSTGRESQL = {
    *(("fetch", 2), ("understand", 1), ("understand", 5), ("move", 1), ("move", 3), ("moved", 1)),
    *(("commit", n) for n in (2, 3, 4, 5, 8, 12)),
    *(("statement", n) for n in range(1, 98, 12)),
}


WORDS = "Il manque deux cartons. Merci de regarder la facture FA-000{} !\r\n"
EXPECTED = {
    "folders": {"inbox": 0, "done": 6, "quarantine": 1},
    "mails": [
        ("quarantined", ("acknowledged",), (), (), 0),
        ("triaged", ("acknowledged",), (), (), 1),
        ("triaged", ("acknowledged",), ("Autre chose.\r\n",), ("FA0002",), 3),
        ("triaged", ("acknowledged",), (WORDS.format(2),), ("FA0002",), 3),
        ("triaged", ("acknowledged",) * 3, (WORDS.format(1),), ("FA0001",), 3),
    ],
    "events": {
        "acknowledged": 7,
        "delivered_again": 2,
        "found": 3,
        "message_id_reused": 1,
        "quarantined": 1,
        "stored": 5,
        "triaged": 4,
    },
}
"""What is left of `ARRIVALS`, however often a run was killed."""


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as opened:
        yield opened


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Store]:
    with open_store(f"sqlite:///{tmp_path}/triage.db") as opened:
        yield opened


@pytest.fixture
def server(tmp_path: Path) -> FolderServer:
    return FolderServer(tmp_path / "server")


def test_mail_goes_from_the_inbox_into_claims_and_out_of_the_inbox(
    store: Store, server: FolderServer
) -> None:
    for data in ARRIVALS:
        server.append(data)
    run_once(store, server)
    assert server.bytes_in("inbox") == []
    assert len(server.bytes_in("done")) == 6
    assert server.bytes_in("quarantine") == [ARRIVALS[2]]
    (mailbox,) = status(store).mailboxes
    assert (mailbox.triaged, mailbox.quarantined, mailbox.unacknowledged) == (4, 1, 0)
    assert status(store).in_review == 3
    assert len(mail_life(store, 1).deliveries) == 3


def test_a_second_run_finds_nothing_new(store: Store, server: FolderServer) -> None:
    for data in ARRIVALS:
        server.append(data)
    run_once(store, server)
    before = _everything(store, server)
    run_once(store, server)
    assert _everything(store, server) == before
    server.append(make_mail(8))
    assert receive_mail(store, server).stored == 1


@pytest.mark.parametrize(("point", "occurrence"), MOMENTS)
def test_a_run_killed_at_any_moment_is_finished_by_the_next(
    tmp_path: Path, server: FolderServer, point: str, occurrence: int
) -> None:
    _check_killed(f"sqlite:///{tmp_path}/triage.db", server, point, occurrence)


@pytest.mark.server
@pytest.mark.parametrize(("point", "occurrence"), sorted(ON_POSTGRESQL))
def test_a_run_killed_at_any_moment_is_finished_by_the_next_on_postgresql(
    postgres_url: str, server: FolderServer, point: str, occurrence: int
) -> None:
    _check_killed(postgres_url, server, point, occurrence)


def test_several_runs_at_once_do_everything_once(database_url: str, server: FolderServer) -> None:
    for data in ARRIVALS:
        server.append(data)
    run_together(database_url, server.root, runs=3)
    with open_store(database_url) as store:
        run_once(store, server)
        assert _everything(store, server) == EXPECTED


def test_a_mail_that_kills_its_workers_is_quarantined_and_the_others_are_finished(
    tmp_path: Path, server: FolderServer
) -> None:
    url = f"sqlite:///{tmp_path}/triage.db"
    for data in ARRIVALS[:2]:
        server.append(data)
    kills = 0
    while run_killed(url, server.root, "understand", 1):
        kills += 1
    with open_store(url) as store:
        (mailbox,) = status(store).mailboxes
        assert (mailbox.quarantined, mailbox.waiting, mailbox.leased) == (2, 0, 0)
    assert kills == 5  # once together, then each alone until its third


def test_the_same_mails_listed_again_under_another_uidvalidity_are_not_handled_twice(
    store: Store, server: FolderServer
) -> None:
    for data in ARRIVALS:
        server.append(data)
    receive_mail(store, server)
    understand_batch(store, simple_triage, worker="w", batch_mails=2)
    server.uidvalidity = 3  # lower: servers count as they like
    summary = receive_mail(store, server)
    assert (summary.stored, summary.duplicates) == (0, 7)
    run_once(store, server)
    assert server.bytes_in("inbox") == []
    triaged = [event.kind for number in range(1, 6) for event in mail_life(store, number).events]
    assert triaged.count("triaged") == 4


def test_a_mail_moved_back_by_a_person_is_known_and_moved_again(
    store: Store, server: FolderServer
) -> None:
    server.append(make_mail())
    run_once(store, server)
    server.append(make_mail())
    run_once(store, server)
    assert server.bytes_in("inbox") == []
    assert len(mails(store)) == 1


def test_a_mail_that_vanishes_before_it_is_fetched_leaves_no_row(
    sqlite: Store, server: FolderServer
) -> None:
    server.append(make_mail())
    (path,) = (server.root / "inbox").iterdir()
    server.on_call = lambda call: path.unlink() if call == "fetch" else None
    summary = receive_mail(sqlite, server)
    assert (summary.listed, summary.fetched) == (1, 0)
    assert mails(sqlite) == []


def test_an_unfetchable_mail_stops_no_other(sqlite: Store, server: FolderServer) -> None:
    for number in range(5):
        server.append(make_mail(number))
    server.unfetchable = frozenset({2})
    for _ in range(4):
        run_once(sqlite, server)
    assert server.bytes_in("inbox") == [make_mail(1)]
    (mailbox,) = status(sqlite).mailboxes
    assert (mailbox.triaged, mailbox.unfetchable) == (4, 1)
    server.unfetchable = frozenset()
    assert receive_mail(sqlite, server).fetched == 0  # its three tries are used


def test_what_was_saved_before_the_server_failed_stays_saved(
    sqlite: Store, server: FolderServer
) -> None:
    for number in range(inbox.COMMIT_MAILS + 5):
        server.append(make_mail(number))
    calls: Counter[str] = Counter()

    def break_off(call: str) -> None:
        calls[call] += 1
        if calls["fetch"] > inbox.COMMIT_MAILS + 2:
            raise MailboxError(server.name, "connection reset")

    server.on_call = break_off
    with pytest.raises(MailboxError):
        receive_mail(sqlite, server)
    assert status(sqlite).mailboxes[0].waiting == inbox.COMMIT_MAILS
    assert status(sqlite).mailboxes[0].last_success_at is None
    server.on_call = lambda _: None
    assert receive_mail(sqlite, server).stored == 5


def test_progress_is_told_after_each_commit(sqlite: Store, server: FolderServer) -> None:
    for number in range(inbox.COMMIT_MAILS + 5):
        server.append(make_mail(number))
    told: list[tuple[int, int]] = []
    receive_mail(sqlite, server, on_saved=lambda done, total: told.append((done, total)))
    total = inbox.COMMIT_MAILS + 5
    assert told == [(inbox.COMMIT_MAILS, total), (total, total)]


def test_a_mailbox_that_another_run_has_open_is_left_to_it(
    store: Store, server: FolderServer
) -> None:
    server.append(make_mail())
    with mailbox_lock(store, server.name):
        with pytest.raises(MailboxBusy):
            receive_mail(store, server)
        with pytest.raises(MailboxBusy):
            acknowledge_handled(store, server)
    assert receive_mail(store, server).stored == 1


def test_a_mail_that_fails_is_told_without_its_words(
    sqlite: Store, server: FolderServer, caplog: pytest.LogCaptureFixture
) -> None:
    server.append(make_mail(1, body="boom, says secret@client.example"))
    server.append(make_mail(2))
    receive_mail(sqlite, server)
    with caplog.at_level(logging.DEBUG):
        summary = _understand(sqlite, attempts=1)
    assert (summary.triaged, summary.failed, summary.quarantined) == (1, 0, 1)
    (mail,) = quarantined_mails(sqlite)
    assert mail.error.startswith("ValueError: cannot understand … (simple_triage, line ")
    for text in (caplog.text, repr(mail_life(sqlite, mail.id))):
        assert "secret" not in text
        assert "boom" not in text


def test_a_refused_decision_is_a_failure_of_its_mail_only(
    sqlite: Store, server: FolderServer
) -> None:
    def triage(raw: RawMail) -> TriagedMail:
        triaged = simple_triage(raw)
        return _with_huge_offset(triaged) if raw.id == "1" else triaged

    server.append(make_mail(1))
    server.append(make_mail(2))
    receive_mail(sqlite, server)
    summary = understand_batch(sqlite, triage, worker="w", attempts=1)
    assert (summary.triaged, summary.quarantined) == (1, 1)


def test_a_store_that_fails_stops_the_batch_and_charges_no_mail(
    sqlite: Store, server: FolderServer
) -> None:
    def triage(raw: RawMail) -> TriagedMail:
        del raw
        raise StoreError("the database is away")

    server.append(make_mail(1))
    receive_mail(sqlite, server)
    with pytest.raises(StoreError):
        understand_batch(sqlite, triage, worker="w")
    assert status(sqlite).mailboxes[0].leased == 1


@pytest.mark.parametrize("stop", [KeyboardInterrupt, SystemExit])
def test_a_run_that_is_stopped_gives_its_mails_back(
    sqlite: Store, server: FolderServer, stop: type[BaseException]
) -> None:
    def triage(raw: RawMail) -> TriagedMail:
        if raw.id == "2":
            raise stop
        return simple_triage(raw)

    for number in range(3):
        server.append(make_mail(number))
    receive_mail(sqlite, server)
    with pytest.raises(stop):
        understand_batch(sqlite, triage, worker="w")
    assert [(mail.state, mail.attempts) for mail in mails(sqlite)] == [
        ("triaged", 1),
        ("stored", 0),
        ("stored", 0),
    ]


def test_a_mail_whose_lease_was_lost_meanwhile_counts_as_lost(
    sqlite: Store, server: FolderServer
) -> None:
    def slow(raw: RawMail) -> TriagedMail:
        assert _understand(sqlite).triaged == 1  # another worker takes over
        return simple_triage(raw)

    server.append(make_mail())
    receive_mail(sqlite, server)
    summary = understand_batch(sqlite, slow, worker="w1", lease_seconds=-1)
    assert (summary.leased, summary.triaged, summary.lost) == (1, 0, 1)
    assert status(sqlite).in_review == 1


def _understand(store: Store, *, attempts: int = 3) -> BatchSummary:
    return understand_batch(store, simple_triage, worker="w", attempts=attempts)


def _with_huge_offset(triaged: TriagedMail) -> TriagedMail:
    (reference,) = triaged.references
    return replace(triaged, claims=(), references=(replace(reference, start=2**70),))


def _check_killed(url: str, server: FolderServer, point: str, occurrence: int) -> None:
    """Kill a run, let another finish, compare with one that was left in peace."""
    for data in ARRIVALS:
        server.append(data)
    assert run_killed(url, server.root, point, occurrence), "the moment was never reached"
    with open_store(url) as store:
        run_once(store, server)
        once = _everything(store, server)
        run_once(store, server)
        assert _everything(store, server) == once
    assert once == EXPECTED


def _everything(store: Store, server: FolderServer) -> dict[str, Any]:
    """What a run leaves, without numbers and times."""
    lives = [mail_life(store, mail.id) for mail in mails(store)]
    with store.reading() as connection:
        kinds = connection.execute(
            select(EventRow.kind, func.count().label("number"))
            .where(EventRow.kind.not_in(("failed", "lease_expired")))
            .group_by(EventRow.kind)
        ).all()
    return {
        "folders": {name: len(server.bytes_in(name)) for name in ("inbox", "done", "quarantine")},
        "mails": sorted(
            (
                life.mail.state,
                tuple(delivery.state for delivery in life.deliveries),
                tuple(claim.text for claim in life.claims),
                tuple(reference.canonical for reference in life.references),
                len(life.predictions),
            )
            for life in lives
        ),
        "events": {row.kind: row.number for row in kinds},
    }
