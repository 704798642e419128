"""Looking into folders: everything is told, nothing is opened or changed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import MailboxError
from pipeline.mailbox.imap import open_imap
from pipeline.mailbox.inventory import open_inventory
from tests.mailbox.builders import make_mail, make_settings
from tests.servers.proxy import CutAt, spoiling_proxy

if TYPE_CHECKING:
    from tests.servers.dovecot import DovecotServer

pytestmark = pytest.mark.server

MAILS = [make_mail(number) for number in range(1, 6)]
DAY = datetime(2019, 5, 4, 10, tzinfo=UTC)


@pytest.fixture
def user(dovecot: DovecotServer) -> str:
    user = dovecot.new_user()
    dovecot.append(user, MAILS)
    return user


def test_sizes_dates_and_marks_are_told(dovecot: DovecotServer, user: str) -> None:
    with dovecot.client(user) as client:
        client.append("INBOX", MAILS[0], ["$Triaged"], msg_time=DAY)
        client.append("INBOX", MAILS[0], ["\\Deleted"])
    with open_inventory(make_settings(dovecot, user)) as inventory:
        listing = inventory.list_folder("INBOX")
    assert [mail.uid for mail in listing.mails] == [1, 2, 3, 4, 5, 6, 7]
    assert [mail.size_bytes for mail in listing.mails[:5]] == [len(data) for data in MAILS]
    assert [mail.uid for mail in listing.mails if mail.marked] == [6]
    assert [mail.uid for mail in listing.mails if mail.deleted] == [7]
    assert listing.mails[5].received_at == DAY


def test_a_moved_mail_keeps_size_and_date(dovecot: DovecotServer, user: str) -> None:
    settings = make_settings(dovecot, user)
    with open_inventory(settings) as inventory:
        before = inventory.list_folder("INBOX")
    with open_imap(settings) as source:
        source.acknowledge([1, 2, 3, 4, 5])
    with open_inventory(settings) as inventory:
        after = inventory.list_folder("Traités")
    assert [(mail.size_bytes, mail.received_at) for mail in after.mails] == [
        (mail.size_bytes, mail.received_at) for mail in before.mails
    ]


def test_a_folder_that_is_not_there_is_empty_and_is_not_made(
    dovecot: DovecotServer, user: str
) -> None:
    with open_inventory(make_settings(dovecot, user)) as inventory:
        listing = inventory.list_folder("Traités")
    assert (listing.uidvalidity, listing.mails) == (0, ())
    with dovecot.client(user) as client:
        assert not client.folder_exists("Traités")


def test_a_watched_folder_that_is_not_there_is_told(dovecot: DovecotServer, user: str) -> None:
    settings = make_settings(dovecot, user, folder="Nowhere")
    with pytest.raises(MailboxError, match="no folder Nowhere"), open_inventory(settings):
        pass


def test_new_mail_is_seen_by_the_next_look(dovecot: DovecotServer, user: str) -> None:
    with open_inventory(make_settings(dovecot, user)) as inventory:
        assert len(inventory.list_folder("INBOX").mails) == 5
        dovecot.append(user, [make_mail(9)])
        assert len(inventory.list_folder("INBOX").mails) == 6
        (mail,) = inventory.fetch_mails("INBOX", [6])
    assert mail.raw is not None
    assert mail.raw.data == make_mail(9)


def test_more_mails_than_one_command_holds(dovecot: DovecotServer) -> None:
    user = dovecot.new_user()
    dovecot.append(user, [make_mail(number) for number in range(1, 704)])
    with open_inventory(make_settings(dovecot, user)) as inventory:
        assert len(inventory.list_folder("INBOX").mails) == 703


def test_a_server_that_hangs_up_in_a_listing_is_told(dovecot: DovecotServer, user: str) -> None:
    with (
        spoiling_proxy(dovecot.port, CutAt(b"RFC822.SIZE")) as proxy,
        open_inventory(make_settings(dovecot, user, port=proxy.port)) as inventory,
        pytest.raises(MailboxError, match="listing the folder INBOX"),
    ):
        inventory.list_folder("INBOX")
