"""An IMAP folder as a source of mail; keeps the promise of `MailSource`."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.mailbox.failures import server_faults
from pipeline.mailbox.fetch import fetch_mails
from pipeline.mailbox.filing import awaiting, check_filing, file_mails
from pipeline.mailbox.login import TLS_PORT
from pipeline.mailbox.session import ImapSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from pipeline.datatypes import FetchedMail
    from pipeline.settings import MailboxSettings

SEARCH_MAILS = 50_000
"""Mails looked at by one search: imaplib refuses an answer line over 1,000,000 bytes."""


@contextmanager
def open_imap(settings: MailboxSettings, *, tls_port: int = TLS_PORT) -> Iterator[ImapFolder]:
    """Log in and open the folder of a mailbox.

    Args:
        settings: Of the mailbox.
        tls_port: The one port where TLS is spoken from the first byte; any other starts it by
            STARTTLS.

    Raises:
        MailboxLoginRefused: User and password or token are not accepted.
        MailboxError: The server is away, offers no TLS, has no such folder, or keeps no keywords
            where they are needed.
        SettingInvalid: A setting makes no sense.
    """
    session = ImapSession(settings, tls_port=tls_port)
    try:
        check_filing(session)
        yield ImapFolder(session)
    finally:
        session.close()


class ImapFolder:
    """An opened IMAP folder; every method raises `MailboxError` where the world fails.

    Args:
        session: A log-in with the folder open.
        search_mails: Mails looked at by one search.
    """

    def __init__(self, session: ImapSession, *, search_mails: int = SEARCH_MAILS) -> None:
        self._session = session
        self._search_mails = search_mails

    @property
    def name(self) -> str:
        """Name of the mailbox in the settings."""
        return self._session.name

    @property
    def uidvalidity(self) -> int:
        """The folder's UIDVALIDITY; where it changes, the next listing raises."""
        return self._session.selected.uidvalidity

    def list_uids(self) -> list[int]:
        """All UIDs that await handling, rising: neither marked as handled nor as deleted."""
        return self._search(awaiting(self._session.settings))

    def uids_before(self, day: date) -> list[int]:
        """UIDs of those that await handling and came before a day, by INTERNALDATE, rising."""
        return self._search([*awaiting(self._session.settings), "BEFORE", day])

    def fetch_mails(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """Fetch mails in bounded batches, in the order asked for; vanished ones are left out.

        One that the server cannot deliver comes with a failure in place of its bytes; one over
        the size limit comes with its first bytes only.
        """
        return fetch_mails(self._session, uids)

    def acknowledge(self, uids: Sequence[int], *, quarantined: bool = False) -> list[int]:
        """Move or mark mails that are safely stored; answers those that are verified to be so."""
        return file_mails(self._session, uids, quarantined=quarantined)

    def _search(self, criteria: Sequence[str | date]) -> list[int]:
        """Search in windows.

        Sequence numbers are dense and UIDs are not, so the windows are of those; from the end to
        the start, since mails that leave meanwhile let later ones move down.
        """
        session = self._session
        session.reselect()
        uids: set[int] = set()
        last, end = session.selected.mails, "*"
        with server_faults(session.name, "listing the folder"):
            while last > 0:
                first = max(1, last - self._search_mails + 1)
                uids.update(session.client.search([f"{first}:{end}", *criteria]))
                last = first - 1
                end = str(last)
        return sorted(uids)
