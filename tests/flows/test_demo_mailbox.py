"""The demo's mailbox behaves as a mailbox does."""

from __future__ import annotations

import pytest

from flows.demo_mailbox import demo_mailbox
from pipeline.errors import MailboxError
from pipeline.mailbox.imap import open_imap
from tests.mailbox.builders import make_mail

MAILS = [make_mail(number, size_bytes=number * 50) for number in range(1, 251)]


def test_mails_are_fetched_as_they_were_given_and_moved_to_the_done_folder() -> None:
    with demo_mailbox(MAILS) as settings:
        with open_imap(settings) as source:
            uids = source.list_uids()
            fetched = list(source.fetch_mails(uids))
            assert [mail.raw.data for mail in fetched if mail.raw] == MAILS
            assert source.acknowledge(uids[:200]) == uids[:200]
            assert source.list_uids() == uids[200:]
        done = settings.model_copy(update={"folder": settings.done_folder, "done_folder": "Aside"})
        with open_imap(done) as source:
            assert len(source.list_uids()) == 200


def test_an_empty_mailbox_can_be_opened() -> None:
    with demo_mailbox([]) as settings, open_imap(settings) as source:
        assert source.list_uids() == []


def test_a_large_mail_comes_in_part() -> None:
    with (
        demo_mailbox(MAILS[-1:]) as settings,
        open_imap(settings.model_copy(update={"mail_bytes": 1000})) as source,
    ):
        (mail,) = source.fetch_mails(source.list_uids())
    assert mail.raw is not None
    assert (mail.raw.data, mail.raw.complete) == (MAILS[-1][:1000], False)


def test_it_keeps_no_keywords_and_that_is_told() -> None:
    with (
        demo_mailbox([]) as settings,
        pytest.raises(MailboxError, match="keeps no keywords"),
        open_imap(settings.model_copy(update={"done_folder": ""})),
    ):
        pass


def test_two_mailboxes_stand_side_by_side() -> None:
    with demo_mailbox(MAILS[:1]) as one, demo_mailbox(MAILS[:2]) as other:
        for settings, count in ((one, 1), (other, 2)):
            with open_imap(settings) as source:
                assert len(source.list_uids()) == count


def test_nothing_is_left_when_the_block_ends() -> None:
    with demo_mailbox([]) as settings:
        pass
    with pytest.raises(MailboxError, match="no server listens there"), open_imap(settings):
        pass
