"""Server and ledger are brought apart in every way that real life knows; each must be told."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from flows.demo_mailbox import demo_mailbox
from flows.proof import Proof, accept, run_reconcile
from flows.tasks import run_ingest
from pipeline.inbox import understand_batch
from pipeline.mailbox.login import connect, hang_up
from pipeline.settings import MailboxSettings, Settings, read_settings
from pipeline.store.database import open_store
from pipeline.store.leases import record_retry
from pipeline.store.locks import mailbox_lock
from pipeline.store.queries import quarantined_mails
from tests.fakes import make_mail, simple_triage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from imapclient import IMAPClient

    from pipeline.datatypes import RawMail, TriagedMail
    from tests.servers.dovecot import DovecotServer

MAILS = [make_mail(number) for number in range(1, 6)]
POISON = make_mail(9, body="boom")
DONE, QUARANTINE = "Traités", "Quarantaine"


class Place:
    """A mailbox on a real server, its settings, and a person's own session on it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.mailbox = settings.mailboxes[0]

    def ingest(self) -> None:
        summary = run_ingest(self.settings, triage=simple_triage)
        assert not summary.failures

    def proof(self, **options: Any) -> Proof:
        return run_reconcile(self.settings, [self.mailbox.name], **options)

    def kinds(self) -> dict[str, int]:
        proof = self.proof()
        assert not proof.failures
        (answer,) = proof.mailboxes
        assert sum(len(each.uids) for each in answer.findings) >= sum(
            mails for _, _, mails in answer.folders
        )
        kinds: dict[str, int] = {}
        for each in answer.findings:
            kinds[each.kind] = kinds.get(each.kind, 0) + len(each.uids)
        return kinds

    @contextmanager
    def person(self, folder: str = "INBOX") -> Iterator[IMAPClient]:
        client = connect(self.mailbox)
        try:
            client.select_folder(folder)
            yield client
        finally:
            hang_up(client)

    def append(self, *mails: bytes, folder: str = "INBOX") -> None:
        with self.person() as client:
            for data in mails:
                client.append(folder, data)


def _settings(mailbox: MailboxSettings, database_url: str, **fields: Any) -> Settings:
    mailbox = mailbox.model_copy(update={"quarantine_folder": QUARANTINE, **fields})
    return read_settings().model_copy(
        update={
            "database_url": SecretStr(database_url),
            "mailboxes": (mailbox,),
            "attempts": 1,
        }
    )


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Place]:
    """The embedded mailbox with five mails, and SQLite."""
    with demo_mailbox(MAILS) as mailbox:
        yield Place(_settings(mailbox, f"sqlite:///{tmp_path}/triage.db"))


@pytest.fixture
def user(dovecot: DovecotServer) -> str:
    return dovecot.new_user()


@pytest.fixture
def dovecot_mailbox(dovecot: DovecotServer, user: str) -> MailboxSettings:
    dovecot.append(user, MAILS)
    return MailboxSettings(
        name="claims",
        host=dovecot.host,
        port=dovecot.port,
        user=user,
        password=SecretStr(dovecot.password),
        tls="off",
        done_folder=DONE,
    )


@pytest.fixture
def real(dovecot_mailbox: MailboxSettings, database_url: str) -> Place:
    """Dovecot with five mails, once on each database."""
    return Place(_settings(dovecot_mailbox, database_url))


@pytest.fixture(
    params=[
        "embedded",
        pytest.param("sqlite", marks=pytest.mark.server),
        pytest.param("postgresql", marks=pytest.mark.server),
    ]
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """The embedded mailbox, and Dovecot with each database."""
    if request.param == "embedded":
        found: Place = request.getfixturevalue("embedded")
        return found
    url = f"sqlite:///{tmp_path}/triage.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    return Place(_settings(request.getfixturevalue("dovecot_mailbox"), url))


def test_before_the_first_reading_all_is_still_to_be_fetched(place: Place) -> None:
    assert place.kinds() == {"not_fetched": 5}
    assert place.proof().complete


def test_after_a_run_everything_is_filed(place: Place) -> None:
    place.append(POISON)
    place.ingest()
    assert place.kinds() == {"filed": 6}
    (answer,) = place.proof().mailboxes
    assert [(name, mails) for name, _, mails in answer.folders] == [
        ("INBOX", 0),
        (DONE, 5),
        (QUARANTINE, 1),
    ]
    assert (answer.agreed, answer.explained, answer.unexplained) == (6, 0, 0)


def test_a_mail_moved_back_is_new_at_first_and_then_known(place: Place) -> None:
    place.ingest()
    with place.person(DONE) as client:
        client.move(client.search("ALL")[1:2], "INBOX")
    assert place.kinds() == {"filed": 4, "not_fetched": 1, "taken_away": 1}
    place.ingest()
    assert place.kinds() == {"filed": 5, "came_back": 1}
    assert place.proof().complete


def test_a_mail_put_into_the_done_folder_unseen_is_alarmed_until_a_person_vouches(
    place: Place,
) -> None:
    place.ingest()
    place.append(make_mail(77), folder=DONE)
    proof = place.proof()
    assert (proof.unexplained, proof.complete) == (1, False)
    assert place.kinds() == {"filed": 5, "filed_unknown": 1}
    assert accept(place.settings, proof, who="ana") == 1
    assert place.kinds() == {"filed": 5, "accepted": 1}
    place.append(make_mail(78), folder=DONE)
    assert place.kinds() == {"filed": 5, "accepted": 1, "filed_unknown": 1}


def test_a_copy_of_a_known_mail_is_told_from_a_stranger_by_its_content(place: Place) -> None:
    place.ingest()
    place.append(b"Received: from mx2.example\r\n" + MAILS[0], folder=DONE)
    assert place.kinds() == {"filed": 5, "copy": 1}


def test_mails_that_people_take_away_are_told(place: Place) -> None:
    place.ingest()
    with place.person(DONE) as client:
        client.create_folder("Archive")
        client.move(client.search("ALL")[:2], "Archive")
    assert place.kinds() == {"filed": 3, "taken_away": 2}
    assert place.proof().complete


def test_a_mailbox_that_a_run_has_open_is_not_compared(embedded: Place) -> None:
    with (
        open_store(embedded.settings.database_url.get_secret_value()) as store,
        mailbox_lock(store, embedded.mailbox.name),
    ):
        proof = embedded.proof(wait_seconds=0)
    assert proof.failures == {"demo": "store: mailbox demo is open in another run"}
    assert not proof.complete


def test_a_server_that_is_away_stops_no_other(embedded: Place) -> None:
    away = embedded.mailbox.model_copy(update={"name": "away", "port": 1})
    settings = embedded.settings.model_copy(update={"mailboxes": (away, embedded.mailbox)})
    proof = run_reconcile(settings, ["away", "demo"])
    assert list(proof.failures) == ["away"]
    assert [answer.mailbox for answer in proof.mailboxes] == ["demo"]


@pytest.mark.server
def test_a_new_uidvalidity_is_explained_before_and_after_the_next_run(
    real: Place, dovecot: DovecotServer, user: str
) -> None:
    def fail_to_understand(_: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_ingest(real.settings, triage=fail_to_understand)  # stored, and nothing more
    assert real.kinds() == {"waiting": 5}
    _renumber(dovecot, user)
    (answer,) = real.proof().mailboxes
    assert answer.known_uidvalidity != answer.folders[0][1]
    assert real.kinds() == {"not_fetched": 5, "renumbered": 5}
    real.ingest()
    assert real.kinds() == {"filed": 5, "known_again": 5}
    assert real.proof().complete
    _renumber(dovecot, user)
    real.ingest()
    assert real.kinds() == {"filed": 5, "given_up": 5}


@pytest.mark.server
def test_where_handled_mail_is_marked_the_marks_are_compared(
    dovecot_mailbox: MailboxSettings, database_url: str
) -> None:
    fields = {"done_folder": "", "quarantine_folder": ""}
    place = Place(_settings(dovecot_mailbox, database_url, **fields))
    place.ingest()
    assert place.kinds() == {"marked": 5}
    with place.person() as client:
        client.remove_flags([1], ["$Triaged"])
        client.delete_messages([2])
        client.append("INBOX", make_mail(6), ["$Triaged"])
        client.append("INBOX", make_mail(7), ["\\Deleted"])
    assert place.kinds() == {"marked": 4, "still_there": 1, "marked_unknown": 1, "deleted": 1}
    assert place.proof().unexplained == 2


@pytest.mark.server
def test_a_server_without_move_keeps_originals_that_are_no_difference(
    bare_dovecot: DovecotServer, tmp_path: Path
) -> None:
    user = bare_dovecot.new_user()
    bare_dovecot.append(user, MAILS)
    mailbox = MailboxSettings(
        name="claims",
        host=bare_dovecot.host,
        port=bare_dovecot.port,
        user=user,
        password=SecretStr(bare_dovecot.password),
        tls="off",
        done_folder=DONE,
    )
    place = Place(_settings(mailbox, f"sqlite:///{tmp_path}/triage.db"))
    place.ingest()
    assert place.kinds() == {"marked": 5, "filed": 5}


def test_a_mail_retried_from_the_quarantine_is_explained_all_the_way(embedded: Place) -> None:
    embedded.append(POISON)
    embedded.ingest()
    url = embedded.settings.database_url.get_secret_value()
    with open_store(url) as store:
        (mail,) = quarantined_mails(store)
        record_retry(store, mail.id, who="ana")
    assert embedded.kinds() == {"filed": 5, "retried": 1}
    with open_store(url) as store:
        understand_batch(store, _kind_triage, worker="w")
    assert embedded.kinds() == {"filed": 5, "mended": 1}
    assert embedded.proof().complete


def _kind_triage(raw: RawMail) -> TriagedMail:
    return simple_triage(replace(raw, data=raw.data.replace(b"boom", b"thanks")))


@pytest.mark.server
def test_looking_changes_nothing(real: Place) -> None:
    real.ingest()
    real.append(make_mail(77), folder=DONE)
    real.kinds()
    with real.person(DONE) as client:
        assert client.search("SEEN") == []
        assert len(client.search("ALL")) == 6


def _renumber(dovecot: DovecotServer, user: str) -> None:
    """Make Dovecot forget its numbers; it takes the next ones from the clock's second."""
    time.sleep(1.1)
    maildir = dovecot.maildir(user)
    for path in (maildir / "dovecot-uidlist", *maildir.glob("dovecot.index*")):
        if path.exists():
            path.unlink()
