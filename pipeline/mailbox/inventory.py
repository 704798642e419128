"""What lies in the folders of a mailbox, told without opening a mail; changes nothing."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from pipeline.errors import MailboxError
from pipeline.mailbox.failures import server_faults
from pipeline.mailbox.fetch import fetch_mails
from pipeline.mailbox.imap import SEARCH_MAILS
from pipeline.mailbox.login import TLS_PORT
from pipeline.mailbox.session import ImapSession

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipeline.datatypes import FetchedMail
    from pipeline.settings import MailboxSettings

FACTS: Final = ["FLAGS", "RFC822.SIZE", "INTERNALDATE"]

BATCH_MAILS: Final = 500
"""Mails asked about by one command: servers refuse longer lists."""


@dataclass(frozen=True, slots=True)
class ListedMail:
    r"""A mail as the server lists it.

    Attributes:
        uid: Its UID.
        size_bytes: As the server tells.
        received_at: INTERNALDATE, UTC; kept where a mail is moved (RFC 9051, 6.4.7).
        deleted: It bears `\Deleted`.
        marked: It bears the keyword of handled mail.
    """

    uid: int
    size_bytes: int
    received_at: datetime | None
    deleted: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class FolderListing:
    """All mails of a folder, by rising UID; a folder that is not there has UIDVALIDITY 0."""

    folder: str
    uidvalidity: int
    mails: tuple[ListedMail, ...] = ()


class MailInventory:
    """Opens the folders of one mailbox as they are asked for.

    Args:
        settings: Of the mailbox.
        sessions: Ends the log-ins.
        tls_port: As in `open_imap`.
    """

    def __init__(self, settings: MailboxSettings, sessions: ExitStack, *, tls_port: int) -> None:
        self._settings = settings
        self._sessions = sessions
        self._tls_port = tls_port
        self._opened: dict[str, ImapSession] = {}
        self._names = self._open(settings.folder).folder_names()

    @property
    def name(self) -> str:
        """Name of the mailbox in the settings."""
        return self._settings.name

    @property
    def settings(self) -> MailboxSettings:
        """Of the mailbox."""
        return self._settings

    def list_folder(self, folder: str) -> FolderListing:
        """Tell what lies in a folder now.

        Raises:
            MailboxError: The server fails.
        """
        if folder != self.settings.folder and folder not in self._names:
            return FolderListing(folder, 0)
        session = self._open(folder)
        session.reselect()
        keyword = self.settings.keyword.upper().encode()
        mails: list[ListedMail] = []
        with server_faults(self.name, f"listing the folder {folder}"):
            uids = _all_uids(session)
            for start in range(0, len(uids), BATCH_MAILS):
                some = uids[start : start + BATCH_MAILS]
                answers = session.client.fetch(some, FACTS)
                mails += [_listed(uid, answers[uid], keyword) for uid in some if uid in answers]
        if len(mails) < len(uids) and len(set(_all_uids(session)) & set(uids)) > len(mails):
            reason = f"listing the folder {folder}: the server leaves mails out of its answers"
            raise MailboxError(self.name, reason)
        return FolderListing(folder, session.selected.uidvalidity, tuple(mails))

    def fetch_mails(self, folder: str, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """Fetch some mails of a folder, as `ImapFolder.fetch_mails` does."""
        return fetch_mails(self._open(folder), uids)

    def _open(self, folder: str) -> ImapSession:
        if folder not in self._opened:
            settings = self.settings.model_copy(update={"folder": folder})
            session = ImapSession(settings, tls_port=self._tls_port)
            self._sessions.callback(session.close)
            self._opened[folder] = session
        return self._opened[folder]


@contextmanager
def open_inventory(
    settings: MailboxSettings, *, tls_port: int = TLS_PORT
) -> Iterator[MailInventory]:
    """Log in to look, and never to touch.

    Args:
        settings: Of the mailbox.
        tls_port: As in `open_imap`.

    Raises:
        MailboxLoginRefused: User and password or token are not accepted.
        MailboxError: The server is away, offers no TLS, or has no such folder.
    """
    with ExitStack() as sessions:
        yield MailInventory(settings, sessions, tls_port=tls_port)


def _all_uids(session: ImapSession) -> list[int]:
    """In windows of sequence numbers, from the end to the start, as `ImapFolder.list_uids`."""
    uids: set[int] = set()
    last, end = session.selected.mails, "*"
    while last > 0:
        first = max(1, last - SEARCH_MAILS + 1)
        uids.update(session.client.search([f"{first}:{end}"]))
        last = first - 1
        end = str(last)
    return sorted(uids)


def _listed(uid: int, answer: dict[bytes, Any], keyword: bytes) -> ListedMail:
    flags = {flag.upper() for flag in answer.get(b"FLAGS", ())}
    received = answer.get(b"INTERNALDATE")
    return ListedMail(
        uid=uid,
        size_bytes=int(answer.get(b"RFC822.SIZE", 0)),
        received_at=received.astimezone(UTC) if isinstance(received, datetime) else None,
        deleted=b"\\DELETED" in flags,
        marked=keyword in flags,
    )
