"""The promise of `MailSource` over real IMAP: list, fetch, acknowledge."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import MailboxError, SettingInvalid
from pipeline.mailbox.imap import ImapFolder, open_imap
from pipeline.mailbox.session import ImapSession
from tests.mailbox.builders import make_mail, make_settings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.datatypes import FetchedMail, MailSource
    from tests.servers.dovecot import DovecotServer

pytestmark = pytest.mark.server

MAILS = [make_mail(number) for number in range(1, 6)]


@pytest.fixture
def user(dovecot: DovecotServer) -> str:
    return dovecot.new_user()


def bodies(mails: Iterable[FetchedMail]) -> list[bytes]:
    return [mail.raw.data for mail in mails if mail.raw is not None]


def test_mails_arrive_byte_for_byte_in_the_order_asked_for(
    dovecot: DovecotServer, user: str
) -> None:
    dovecot.append(user, MAILS)
    with open_imap(make_settings(dovecot, user)) as source:
        uids = source.list_uids()
        fetched = list(source.fetch_mails([5, 1, 3]))
    assert uids == [1, 2, 3, 4, 5]
    assert bodies(fetched) == [MAILS[4], MAILS[0], MAILS[2]]


def test_a_delivery_tells_where_the_mail_lies(dovecot: DovecotServer, user: str) -> None:
    dovecot.append(user, MAILS[:1])
    with open_imap(make_settings(dovecot, user)) as opened:
        source: MailSource = opened
        (mail,) = source.fetch_mails([1])
        delivery = mail.delivery
        assert (delivery.mailbox, delivery.uidvalidity) == (source.name, source.uidvalidity)
    assert (delivery.uid, delivery.size_bytes) == (1, len(MAILS[0]))
    assert delivery.received_at is not None
    assert delivery.received_at.tzinfo is UTC
    assert abs(delivery.received_at - datetime.now(UTC)) < timedelta(minutes=5)


@pytest.mark.parametrize("folder", ["Réclamations/Été", 'A "quoted" & odd name', "台北"])
def test_folder_names_may_hold_any_character(
    dovecot: DovecotServer, user: str, folder: str
) -> None:
    dovecot.append(user, MAILS, folder=folder)
    done = f"{folder}/Traités"
    with open_imap(make_settings(dovecot, user, folder=folder, done_folder=done)) as source:
        assert source.acknowledge([1, 2]) == [1, 2]
        assert source.list_uids() == [3, 4, 5]
    assert len_of(dovecot, user, done) == 2


def test_a_missing_folder_is_told_with_those_that_exist(dovecot: DovecotServer, user: str) -> None:
    dovecot.append(user, MAILS[:1], folder="Réclamations/Été")
    with (
        pytest.raises(MailboxError, match="no folder Reclamations; there are: INBOX, Récl"),
        open_imap(make_settings(dovecot, user, folder="Reclamations")),
    ):
        pass


@pytest.mark.parametrize("mode", [{}, {"done_folder": ""}], ids=["folder", "keyword"])
def test_fetching_leaves_the_flags_alone(
    dovecot: DovecotServer, user: str, mode: dict[str, str]
) -> None:
    dovecot.append(user, MAILS)
    with open_imap(make_settings(dovecot, user, mail_bytes=100, **mode)) as source:
        fetched = list(source.fetch_mails(source.list_uids()))
    assert [mail.raw is not None for mail in fetched] == [True] * 5
    with dovecot.client(user) as client:
        client.select_folder("INBOX", readonly=True)
        assert client.search("SEEN") == []
        assert all(flags in ((), (b"\\Recent",)) for flags in client.get_flags([1, 5]).values())


def test_new_mail_is_seen_by_the_next_listing(dovecot: DovecotServer, user: str) -> None:
    with open_imap(make_settings(dovecot, user)) as source:
        assert source.list_uids() == []
        dovecot.append(user, MAILS)
        assert source.list_uids() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("search_mails", [1, 2, 5, 100])
def test_a_listing_in_windows_is_whole(
    dovecot: DovecotServer, user: str, search_mails: int
) -> None:
    dovecot.append(user, MAILS)
    with dovecot.client(user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])
        client.uid_expunge([2])
    session = ImapSession(make_settings(dovecot, user))
    source = ImapFolder(session, search_mails=search_mails)
    assert source.list_uids() == [1, 3, 4, 5]
    session.close()


def test_more_mails_than_one_batch_holds(dovecot: DovecotServer, user: str) -> None:
    mails = [make_mail(number) for number in range(1, 1204)]
    dovecot.append(user, mails)
    with open_imap(make_settings(dovecot, user, batch_mails=500)) as source:
        uids = source.list_uids()
        assert bodies(source.fetch_mails(uids)) == mails
        assert source.acknowledge(uids) == uids
        assert source.list_uids() == []
    assert len_of(dovecot, user, "Traités") == len(mails)


def test_a_changed_uidvalidity_stops_the_work(dovecot: DovecotServer, user: str) -> None:
    dovecot.append(user, MAILS, folder="Été")
    with open_imap(make_settings(dovecot, user, folder="Été")) as source:
        before = source.uidvalidity
        with dovecot.client(user) as client:
            client.delete_folder("Été")
            client.create_folder("Été")
        with pytest.raises(MailboxError, match="UIDVALIDITY changed"):
            source.list_uids()
    with open_imap(make_settings(dovecot, user, folder="Été")) as source:
        assert source.uidvalidity != before


@pytest.mark.parametrize(
    ("fields", "setting"),
    [
        ({"folder": "INBOX", "done_folder": "inbox"}, "done_folder"),
        ({"done_folder": "", "quarantine_folder": "INBOX"}, "quarantine_folder"),
        ({"done_folder": "", "keyword": "two words"}, "keyword"),
        ({"done_folder": "", "keyword": ""}, "keyword"),
    ],
)
def test_settings_that_make_no_sense_are_refused(
    dovecot: DovecotServer, user: str, fields: dict[str, str], setting: str
) -> None:
    with (
        pytest.raises(SettingInvalid, match=setting),
        open_imap(make_settings(dovecot, user, **fields)),
    ):
        pass


def len_of(dovecot: DovecotServer, user: str, folder: str) -> int:
    with dovecot.client(user) as client:
        return len(client.search("ALL")) if client.select_folder(folder) else 0
