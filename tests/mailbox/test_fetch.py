"""Mail arrives although the server fails, cuts, leaves out, or announces wrong sizes."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import MailboxError
from pipeline.mailbox.imap import open_imap
from tests.mailbox.builders import make_mail, make_settings
from tests.servers.proxy import Away, CutAfter, CutAt, Rewrite, Silence, spoiling_proxy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.datatypes import FetchedMail
    from tests.servers.dovecot import DovecotServer

pytestmark = pytest.mark.server

MAILS = [make_mail(number) for number in range(1, 6)]


@pytest.fixture
def user(dovecot: DovecotServer) -> str:
    return dovecot.new_user()


def told(mails: Sequence[FetchedMail]) -> dict[int, bytes | None]:
    return {mail.delivery.uid: mail.raw.data if mail.raw else None for mail in mails}


def deliver_unreadable(dovecot: DovecotServer, user: str, *, number: int) -> None:
    """A file whose name announces another size than it has: the server breaks off over it."""
    path = dovecot.maildir(user) / "new" / f"17{number:08}.M1P1.host,S=10,W=10"
    path.write_bytes(make_mail(number, size_bytes=2000))
    owner = path.parent.stat()
    os.chown(path, owner.st_uid, owner.st_gid)


def test_a_mail_over_the_limit_comes_with_its_first_bytes(
    dovecot: DovecotServer, user: str
) -> None:
    large = make_mail(9, size_bytes=300_000)
    dovecot.append(user, [MAILS[0], large, MAILS[1]])
    with open_imap(make_settings(dovecot, user, mail_bytes=100_000)) as source:
        fetched = list(source.fetch_mails([1, 2, 3]))
    assert told(fetched) == {1: MAILS[0], 2: large[:100_000], 3: MAILS[1]}
    assert [mail.raw.complete for mail in fetched if mail.raw] == [True, False, True]
    assert fetched[1].delivery.size_bytes == len(large)


def test_a_mail_exactly_at_the_limit_is_whole(dovecot: DovecotServer, user: str) -> None:
    mail = make_mail(1, size_bytes=5000)
    dovecot.append(user, [mail])
    with open_imap(make_settings(dovecot, user, mail_bytes=5000)) as source:
        (fetched,) = source.fetch_mails([1])
    assert fetched.raw is not None
    assert (fetched.raw.data, fetched.raw.complete) == (mail, True)


def test_batches_hold_no_more_bytes_than_allowed(dovecot: DovecotServer, user: str) -> None:
    mails = [make_mail(number, size_bytes=1000) for number in range(10)]
    dovecot.append(user, mails)
    with spoiling_proxy(dovecot.port, Rewrite(b"", b"")) as proxy:
        settings = make_settings(dovecot, user, port=proxy.port, batch_bytes=3000)
        with open_imap(settings) as source:
            assert list(told(list(source.fetch_mails(range(1, 11)))).values()) == mails
    assert proxy.heard.count(b"BODY.PEEK[]") == 4


def test_mails_that_vanished_are_left_out(dovecot: DovecotServer, user: str) -> None:
    dovecot.append(user, MAILS)
    with open_imap(make_settings(dovecot, user)) as source:
        uids = source.list_uids()
        with dovecot.client(user) as client:
            client.select_folder("INBOX")
            client.delete_messages([1, 3])
            client.uid_expunge([1, 3])
        fetched = told(list(source.fetch_mails([*uids, 77])))
    assert fetched == {2: MAILS[1], 4: MAILS[3], 5: MAILS[4]}


def test_a_mail_that_vanishes_between_size_and_body_is_left_out(
    dovecot: DovecotServer, user: str
) -> None:
    dovecot.append(user, MAILS)
    with open_imap(make_settings(dovecot, user, batch_bytes=len(MAILS[0]))) as source:
        mails = source.fetch_mails(source.list_uids())
        first = next(mails)
        with dovecot.client(user) as client:
            client.select_folder("INBOX")
            client.delete_messages([3])
            client.uid_expunge([3])
        assert told([first, *mails]) == {1: MAILS[0], 2: MAILS[1], 4: MAILS[3], 5: MAILS[4]}


@pytest.mark.parametrize("size_bytes", [0, 40, 900])
def test_a_connection_cut_in_a_literal_costs_no_mail(
    dovecot: DovecotServer, user: str, size_bytes: int
) -> None:
    dovecot.append(user, MAILS)
    with (
        spoiling_proxy(dovecot.port, CutAfter(size_bytes, b"BODY.PEEK[]", times=1)) as proxy,
        open_imap(make_settings(dovecot, user, port=proxy.port)) as source,
    ):
        fetched = told(list(source.fetch_mails([1, 2, 3, 4, 5])))
    assert proxy.connections == 2
    assert fetched == dict(enumerate(MAILS, start=1))


def test_a_server_that_stalls_once_is_asked_again(dovecot: DovecotServer, user: str) -> None:
    dovecot.append(user, MAILS)
    with spoiling_proxy(dovecot.port, Silence(b"BODY.PEEK[]", times=1)) as proxy:
        settings = make_settings(dovecot, user, port=proxy.port, timeout_seconds=0.5)
        with open_imap(settings) as source:
            assert len(list(source.fetch_mails([1, 2, 3, 4, 5]))) == 5


@pytest.mark.parametrize("place", [0, 2, 5])
def test_one_mail_that_breaks_the_server_does_not_stop_the_others(
    dovecot: DovecotServer, user: str, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    dovecot.append(user, MAILS[:place])
    if place == 0:
        with dovecot.client(user) as client:
            client.select_folder("INBOX")
    deliver_unreadable(dovecot, user, number=9)
    with dovecot.client(user) as client:
        client.select_folder("INBOX")
    dovecot.append(user, MAILS[place:])
    with open_imap(make_settings(dovecot, user)) as source, caplog.at_level(logging.ERROR):
        uids = source.list_uids()
        fetched = list(source.fetch_mails(uids))
    assert [mail.delivery.uid for mail in fetched] == uids
    data = list(told(fetched).values())
    assert data == [*MAILS[:place], None, *MAILS[place:]]
    assert fetched[place].failure == "fetching this mail: the server ended the connection"
    assert f"mail {place + 1} cannot be fetched" in caplog.text


def test_a_server_that_fails_at_every_mail_is_itself_at_fault(
    dovecot: DovecotServer, user: str
) -> None:
    mails = [make_mail(number) for number in range(1, 31)]
    dovecot.append(user, mails)
    with (
        spoiling_proxy(dovecot.port, CutAt(b"BODY.PEEK[]", times=10_000)) as proxy,
        open_imap(make_settings(dovecot, user, port=proxy.port)) as source,
    ):
        uids = source.list_uids()
        with pytest.raises(MailboxError, match="mails in a row could not be fetched"):
            list(source.fetch_mails(uids))


def test_a_server_that_stays_away_is_told(dovecot: DovecotServer, user: str) -> None:
    dovecot.append(user, MAILS)
    with (
        spoiling_proxy(dovecot.port, Rewrite(b"", b"")) as proxy,
        open_imap(make_settings(dovecot, user, port=proxy.port)) as source,
    ):
        proxy.spoiler = Away()
        with pytest.raises(MailboxError, match="the server ended the connection"):
            list(source.fetch_mails([1, 2]))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"BODY[] {", b"BODY[HEADER] {"),
        (b"* 2 FETCH (UID 2 BODY", b"* 2 FETCH (UID 7 BODY"),
    ],
    ids=["under another name", "under another number"],
)
def test_a_mail_missing_from_every_answer_is_a_failure(
    dovecot: DovecotServer, user: str, old: bytes, new: bytes
) -> None:
    dovecot.append(user, MAILS[:2])
    with (
        spoiling_proxy(dovecot.port, Rewrite(old, new)) as proxy,
        open_imap(make_settings(dovecot, user, port=proxy.port)) as source,
    ):
        fetched = list(source.fetch_mails([1, 2]))
    assert told(fetched)[2] is None
    assert fetched[1].failure == "the server leaves this mail out of its answers"


def test_an_answer_that_makes_no_sense_shows_no_mail_text(
    dovecot: DovecotServer, user: str
) -> None:
    dovecot.append(user, MAILS[:1])
    with (
        spoiling_proxy(dovecot.port, Rewrite(b"BODY[] {", b"BODY[] ) {")) as proxy,
        open_imap(make_settings(dovecot, user, port=proxy.port)) as source,
    ):
        (fetched,) = source.fetch_mails([1])
    assert fetched.raw is None
    assert "colis" not in fetched.failure


def test_an_empty_mail_is_a_mail(dovecot: DovecotServer, user: str) -> None:
    dovecot.append(user, MAILS[:1])
    with (
        spoiling_proxy(dovecot.port, Emptied()) as proxy,
        open_imap(make_settings(dovecot, user, port=proxy.port)) as source,
    ):
        (fetched,) = source.fetch_mails([1])
    assert fetched.raw is not None
    assert fetched.raw.data == b""


class Emptied(Rewrite):
    """Answers every body with an empty string."""

    def __init__(self) -> None:
        super().__init__(b"", b"")

    def from_server(self, data: bytes) -> bytes:
        head, found, rest = data.partition(b"BODY[] {")
        return head + b'BODY[] "")\r\n' + rest.rpartition(b")\r\n")[2] if found else data
