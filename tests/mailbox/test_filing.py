"""Handled mails leave the folder or bear the keyword, whatever the server can."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.errors import MailboxError
from pipeline.mailbox.imap import open_imap
from tests.mailbox.builders import make_mail, make_settings
from tests.servers.proxy import CutAfter, CutAt, Rewrite, spoiling_proxy

if TYPE_CHECKING:
    from tests.servers.dovecot import DovecotServer

pytestmark = pytest.mark.server

MAILS = [make_mail(number) for number in range(1, 6)]


@pytest.fixture(params=["dovecot", "dovecot_without_move", "bare_dovecot"])
def server(request: pytest.FixtureRequest) -> DovecotServer:
    """Servers with MOVE, with UIDPLUS alone, with neither."""
    server: DovecotServer = request.getfixturevalue(request.param)
    return server


def mails_in(server: DovecotServer, user: str, folder: str, criteria: str = "ALL") -> list[bytes]:
    with server.client(user) as client:
        client.select_folder(folder, readonly=True)
        answers = client.fetch(client.search(criteria), ["BODY.PEEK[]"])
        return sorted(answer[b"BODY[]"] for answer in answers.values())


def test_a_handled_mail_moves_to_the_done_folder(server: DovecotServer) -> None:
    user = server.new_user()
    server.append(user, MAILS)
    with open_imap(make_settings(server, user, done_folder="Traités/Été")) as source:
        assert source.acknowledge([1, 3]) == [1, 3]
        assert source.list_uids() == [2, 4, 5]
    assert mails_in(server, user, "Traités/Été") == [MAILS[0], MAILS[2]]
    assert mails_in(server, user, "INBOX", "UNDELETED") == [MAILS[1], MAILS[3], MAILS[4]]


def test_other_peoples_deletions_are_left_alone(server: DovecotServer) -> None:
    user = server.new_user()
    server.append(user, MAILS)
    with server.client(user) as client:
        client.select_folder("INBOX")
        client.delete_messages([2])
    with open_imap(make_settings(server, user)) as source:
        assert source.list_uids() == [1, 3, 4, 5]
        assert source.acknowledge([1]) == [1]
    assert MAILS[1] in mails_in(server, user, "INBOX", "DELETED")


def test_without_a_way_to_expunge_the_original_is_only_marked(bare_dovecot: DovecotServer) -> None:
    user = bare_dovecot.new_user()
    bare_dovecot.append(user, MAILS)
    with open_imap(make_settings(bare_dovecot, user)) as source:
        assert source.acknowledge([1]) == [1]
    assert mails_in(bare_dovecot, user, "INBOX", "DELETED KEYWORD $Triaged") == [MAILS[0]]


@pytest.mark.parametrize(
    ("quarantine_folder", "folder"), [("Quarantaine", "Quarantaine"), ("", "Traités")]
)
def test_a_quarantined_mail_goes_to_its_own_folder_where_there_is_one(
    dovecot: DovecotServer, quarantine_folder: str, folder: str
) -> None:
    user = dovecot.new_user()
    dovecot.append(user, MAILS)
    settings = make_settings(dovecot, user, quarantine_folder=quarantine_folder)
    with open_imap(settings) as source:
        assert source.acknowledge([2], quarantined=True) == [2]
        assert source.acknowledge([3]) == [3]
    assert MAILS[1] in mails_in(dovecot, user, folder)
    assert MAILS[2] in mails_in(dovecot, user, "Traités")


def test_without_a_done_folder_a_keyword_marks_handled_mail(server: DovecotServer) -> None:
    user = server.new_user()
    server.append(user, MAILS)
    settings = make_settings(server, user, done_folder="", keyword="$Fait")
    with open_imap(settings) as source:
        assert source.acknowledge([1, 3]) == [1, 3]
        assert source.list_uids() == [2, 4, 5]
    with open_imap(settings) as source:
        assert source.list_uids() == [2, 4, 5]
    assert mails_in(server, user, "INBOX") == MAILS


def test_a_server_that_keeps_no_keywords_is_told_at_once(dovecot: DovecotServer) -> None:
    user = dovecot.new_user()
    with spoiling_proxy(dovecot.port, Rewrite(rb"\Draft \*)]", rb"\Draft)]")) as proxy:
        settings = make_settings(dovecot, user, port=proxy.port, done_folder="")
        with (
            pytest.raises(MailboxError, match="keeps no keywords in INBOX; set a done folder"),
            open_imap(settings),
        ):
            pass


def test_acknowledging_again_does_no_harm(dovecot: DovecotServer) -> None:
    user = dovecot.new_user()
    dovecot.append(user, MAILS)
    with open_imap(make_settings(dovecot, user)) as source:
        assert source.acknowledge([1, 2]) == [1, 2]
        assert source.acknowledge([1, 2]) == [1, 2]
        assert source.acknowledge([]) == []
    assert mails_in(dovecot, user, "Traités") == MAILS[:2]


def test_mails_that_a_person_moved_meanwhile_count_as_gone(server: DovecotServer) -> None:
    user = server.new_user()
    server.append(user, MAILS)
    with open_imap(make_settings(server, user)) as source:
        uids = source.list_uids()
        with server.client(user) as client:
            client.select_folder("INBOX")
            client.create_folder("Aside")
            client.copy([2, 4], "Aside")
            client.delete_messages([2, 4])
            client.expunge()
        assert source.acknowledge(uids) == uids
    assert mails_in(server, user, "Traités") == [MAILS[0], MAILS[2], MAILS[4]]
    assert mails_in(server, user, "Aside") == [MAILS[1], MAILS[3]]


def test_what_the_server_did_not_move_is_not_answered(dovecot: DovecotServer) -> None:
    user = dovecot.new_user()
    dovecot.append(user, MAILS)
    with (
        spoiling_proxy(dovecot.port, Rewrite(b"", b"")) as proxy,
        open_imap(make_settings(dovecot, user, port=proxy.port)) as source,
    ):
        source.list_uids()
        proxy.spoiler = Rewrite(b"* SEARCH\r\n", b"* SEARCH 2\r\n")
        assert source.acknowledge([1, 2]) == [1]


@pytest.mark.parametrize(
    "spoiler",
    [CutAt(b"UID MOVE"), CutAfter(0, b"UID MOVE")],
    ids=["command lost", "reply lost"],
)
def test_a_connection_cut_while_moving_loses_and_doubles_nothing(
    dovecot: DovecotServer, spoiler: CutAt | CutAfter
) -> None:
    user = dovecot.new_user()
    dovecot.append(user, MAILS)
    with spoiling_proxy(dovecot.port, spoiler) as proxy:
        settings = make_settings(dovecot, user, port=proxy.port)
        with pytest.raises(MailboxError, match="ended the connection"), open_imap(settings) as one:
            one.acknowledge([1, 2, 3])
        with open_imap(settings) as source:
            assert source.acknowledge([1, 2, 3]) == [1, 2, 3]
            assert source.list_uids() == [4, 5]
    assert mails_in(dovecot, user, "Traités") == MAILS[:3]
