"""One log-in with one folder open, renewed where the server drops it."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from imaplib import IMAP4
from typing import TYPE_CHECKING, Any

from pipeline.errors import MailboxError
from pipeline.mailbox.failures import fault_reason, server_faults
from pipeline.mailbox.login import TLS_PORT, connect, drop, hang_up

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.settings import MailboxSettings

MOST_NAMED_FOLDERS = 12
MOST_FAULTS_IN_A_ROW = 10
NO_MAIL = frozenset({b"\\noselect", b"\\nonexistent"})

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SelectedFolder:
    r"""What the server tells when a folder is opened.

    Attributes:
        uidvalidity: Its UIDVALIDITY.
        mails: How many mails lie in it.
        keywords: Flags that can be set for good, upper-case; holds `\*` where any keyword can.
    """

    uidvalidity: int
    mails: int
    keywords: frozenset[bytes]

    def keeps(self, keyword: str) -> bool:
        """Tell whether a keyword set here is still there tomorrow."""
        return b"\\*" in self.keywords or keyword.upper().encode() in self.keywords


class ImapSession:
    """A log-in with a folder open for writing.

    Args:
        settings: Of the mailbox.
        tls_port: The one port where TLS is spoken from the first byte.

    Attributes:
        settings: Of the mailbox.
        selected: What the server told when the folder was last opened.
        client: The present connection; another one after `renew`.
        known_folders: Folders to file in that were seen to exist.
        faults: How many mails in a row the server failed to deliver.
    """

    def __init__(self, settings: MailboxSettings, *, tls_port: int = TLS_PORT) -> None:
        self.settings = settings
        self.faults = 0
        self.known_folders: set[str] = set()
        self._tls_port = tls_port
        self.client = connect(settings, tls_port=tls_port)
        try:
            self.selected = self._select()
        except BaseException:
            drop(self.client)
            raise

    @property
    def name(self) -> str:
        """Name of the mailbox in the settings."""
        return self.settings.name

    def can(self, capability: str) -> bool:
        """Tell whether the server offers an extension."""
        with server_faults(self.name, "asking what the server can"):
            return bool(self.client.has_capability(capability))

    def reselect(self) -> None:
        """Open the folder anew: a selected one shows an old view of it.

        Raises:
            MailboxError: The server fails, or the folder's UIDVALIDITY is another one.
        """
        selected = self._select()
        if selected.uidvalidity != self.selected.uidvalidity:
            reason = "the folder's UIDVALIDITY changed; open it again to take up the new numbers"
            raise MailboxError(self.name, reason)
        self.selected = selected

    def renew(self) -> None:
        """Log in again and open the folder again, after the connection broke."""
        drop(self.client)
        logger.warning("mailbox %s: the connection broke; logging in again", self.name)
        self.client = connect(self.settings, tls_port=self._tls_port)
        self.reselect()

    def close(self) -> None:
        """Log out; never fails."""
        hang_up(self.client)

    def search(self, uids: Sequence[int], criteria: Sequence[str] = ()) -> set[int]:
        """Those of some UIDs, at most 500, that lie in the folder and meet the criteria."""
        if not uids:
            return set()
        wanted = ["UID", ",".join(map(str, uids)), *criteria]
        with server_faults(self.name, "searching the folder"):
            return set(self.client.search(wanted)).intersection(uids)

    def note_fault(self) -> None:
        """Count a mail that could not be had.

        Raises:
            MailboxError: So many in a row that the server is at fault, not the mails.
        """
        self.faults += 1
        if self.faults > MOST_FAULTS_IN_A_ROW:
            raise MailboxError(self.name, f"{self.faults} mails in a row could not be fetched")

    def _select(self) -> SelectedFolder:
        folder = self.settings.folder
        with server_faults(self.name, f"opening the folder {folder}"):
            try:
                return _selected(self.client.select_folder(folder))
            except IMAP4.abort:
                raise
            except IMAP4.error as error:
                raise self._cannot_open(fault_reason(error)) from None

    def folder_names(self) -> list[str]:
        """Folders that can hold mail, sorted."""
        with server_faults(self.name, "listing the folders"):
            return sorted(
                name
                for flags, _, name in self.client.list_folders()
                if not NO_MAIL & {flag.lower() for flag in flags}
            )

    def _cannot_open(self, reason: str) -> MailboxError:
        folder, names = self.settings.folder, self.folder_names()
        if folder in names:
            return MailboxError(self.name, f"opening the folder {folder}: {reason}")
        shown = ", ".join(names[:MOST_NAMED_FOLDERS]) or "none"
        more = len(names) - MOST_NAMED_FOLDERS
        rest = f" and {more} more" if more > 0 else ""
        return MailboxError(self.name, f"there is no folder {folder}; there are: {shown}{rest}")


def _selected(answer: dict[bytes, Any]) -> SelectedFolder:
    if b"UIDVALIDITY" not in answer:
        message = "no UIDVALIDITY"
        raise ValueError(message)
    return SelectedFolder(
        uidvalidity=answer[b"UIDVALIDITY"],
        mails=answer[b"EXISTS"],
        keywords=frozenset(flag.upper() for flag in answer.get(b"PERMANENTFLAGS", ())),
    )
