"""A session opens its folder for writing, notices changes, and tells what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import MailboxError
from pipeline.mailbox.imap import open_imap
from pipeline.mailbox.session import SelectedFolder
from tests.mailbox.builders import make_mail, make_settings
from tests.servers.proxy import CutAt, Rewrite, spoiling_proxy

if TYPE_CHECKING:
    from tests.servers.dovecot import DovecotServer

MAILS = [make_mail(number) for number in range(1, 4)]


@pytest.mark.server
def test_a_folder_that_can_only_be_read_is_refused(dovecot: DovecotServer) -> None:
    with spoiling_proxy(dovecot.port, Rewrite(b"[READ-WRITE]", b"[READ-ONLY]")) as proxy:
        settings = make_settings(dovecot, dovecot.new_user(), port=proxy.port)
        with pytest.raises(MailboxError, match="only read the folder"), open_imap(settings):
            pass


@pytest.mark.server
def test_a_folder_without_uidvalidity_is_refused(dovecot: DovecotServer) -> None:
    with spoiling_proxy(dovecot.port, Rewrite(b"[UIDVALIDITY", b"[X-NOTHING")) as proxy:
        settings = make_settings(dovecot, dovecot.new_user(), port=proxy.port)
        with pytest.raises(MailboxError, match="cannot be understood"), open_imap(settings):
            pass


@pytest.mark.server
def test_of_many_folders_some_are_named(dovecot: DovecotServer) -> None:
    user = dovecot.new_user()
    with dovecot.client(user) as client:
        for number in range(20):
            client.create_folder(f"Dossier {number:02}")
    settings = make_settings(dovecot, user, folder="Dossier")
    with (
        pytest.raises(MailboxError, match=r"Dossier 00, .*Dossier 11 and 9 more$"),
        open_imap(settings),
    ):
        pass


@pytest.mark.server
def test_a_folder_whose_numbers_changed_is_not_taken_up_after_a_cut(
    dovecot: DovecotServer,
) -> None:
    user = dovecot.new_user()
    dovecot.append(user, MAILS, folder="Été")
    with (
        spoiling_proxy(dovecot.port, CutAt(b"BODY.PEEK[]")) as proxy,
        open_imap(make_settings(dovecot, user, port=proxy.port, folder="Été")) as source,
    ):
        with dovecot.client(user) as client:
            client.delete_folder("Été")
        dovecot.append(user, MAILS, folder="Été")
        with pytest.raises(MailboxError):
            list(source.fetch_mails([1, 2, 3]))


@pytest.mark.parametrize(
    ("flags", "kept"),
    [({b"\\*"}, True), ({b"$TRIAGED"}, True), ({b"\\SEEN"}, False), (set(), False)],
)
def test_a_keyword_is_kept_where_the_server_says_so(flags: set[bytes], *, kept: bool) -> None:
    assert SelectedFolder(1, 0, frozenset(flags)).keeps("$Triaged") is kept
