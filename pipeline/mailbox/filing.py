"""Handled mails -> out of the way: moved to a folder, or marked with a keyword; never lost.

A mail counts as filed when it no longer awaits handling, which the server is asked afterwards.
"""

from __future__ import annotations

from imaplib import IMAP4
from typing import TYPE_CHECKING

from pipeline.errors import MailboxError, SettingInvalid
from pipeline.mailbox.failures import response_code, server_faults

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pipeline.mailbox.session import ImapSession
    from pipeline.settings import MailboxSettings

BATCH_MAILS = 500
"""Mails in one command; one command for each mail is hundreds of times slower."""

MOST_TRIES = 5

ATOM = frozenset("!#$&'+,-./:;<=>?@^_`|~")
"""What a keyword may hold beside ASCII letters and digits (RFC 9051, flag-keyword)."""


def check_filing(session: ImapSession) -> None:
    """Refuse before any work what could not be filed after it.

    Raises:
        SettingInvalid: A folder or the keyword makes no sense.
        MailboxError: The server keeps no keywords, and there is no done folder.
    """
    settings = session.settings
    for setting in ("done_folder", "quarantine_folder"):
        if _same_folder(getattr(settings, setting), settings.folder):
            raise SettingInvalid(setting, "must be another folder than the watched one")
    if settings.done_folder:
        return
    if not _is_keyword(settings.keyword):
        raise SettingInvalid("keyword", "must be one word of ASCII letters, digits and $")
    if not session.selected.keeps(settings.keyword):
        reason = f"the server keeps no keywords in {settings.folder}; set a done folder"
        raise MailboxError(session.name, reason)


def awaiting(settings: MailboxSettings) -> list[str]:
    """Search criteria of the mails that await handling."""
    return ["UNDELETED"] if settings.done_folder else ["UNDELETED", "UNKEYWORD", settings.keyword]


def file_mails(session: ImapSession, uids: Sequence[int], *, quarantined: bool) -> list[int]:
    """Move or mark mails; answers those that verifiably no longer await handling, in order.

    Raises:
        MailboxError: The server fails; doing it again does no harm.
    """
    settings = session.settings
    folder = (settings.quarantine_folder if quarantined else "") or settings.done_folder
    filed: list[int] = []
    for start in range(0, len(uids), BATCH_MAILS):
        batch = list(uids[start : start + BATCH_MAILS])
        if not folder:
            _mark(session, batch, [settings.keyword])
        elif session.can("MOVE"):
            _move(session, batch, folder=folder)
        else:
            _copy(session, batch, folder=folder)
        waiting = session.search(batch, awaiting(settings))
        filed += [uid for uid in batch if uid not in waiting]
    return filed


def _move(session: ImapSession, uids: Sequence[int], *, folder: str) -> None:
    _create_folder(session, folder)
    with server_faults(session.name, f"moving mails to {folder}"):
        _for_those_there(session, uids, lambda there: session.client.move(there, folder))


def _copy(session: ImapSession, uids: Sequence[int], *, folder: str) -> None:
    """Without UIDPLUS the originals stay, marked: EXPUNGE would take other people's mails too."""
    _create_folder(session, folder)
    keyword = session.settings.keyword
    with server_faults(session.name, f"copying mails to {folder}"):
        there = _for_those_there(session, uids, lambda uids: session.client.copy(uids, folder))
    kept = _is_keyword(keyword) and session.selected.keeps(keyword)
    _mark(session, there, ["\\Deleted", keyword] if kept else ["\\Deleted"])
    if there and session.can("UIDPLUS"):
        with server_faults(session.name, "removing copied mails from the folder"):
            session.client.uid_expunge(there)


def _for_those_there(
    session: ImapSession, uids: Sequence[int], command: Callable[[list[int]], object]
) -> list[int]:
    """Run a command; where others took some of the mails meanwhile, again for the rest.

    Dovecot then refuses the whole with EXPUNGEISSUED and touches none of them.

    Returns:
        The mails that it was run for.
    """
    there = list(uids)
    for _ in range(MOST_TRIES):
        try:
            command(there)
        except IMAP4.error as error:
            if isinstance(error, IMAP4.abort) or response_code(error) != "EXPUNGEISSUED":
                raise
            there = sorted(session.search(there))
        else:
            return there
        if not there:
            return there
    raise MailboxError(session.name, "other programs keep taking mails that are being filed")


def _mark(session: ImapSession, uids: Sequence[int], flags: Sequence[str]) -> None:
    with server_faults(session.name, "marking mails"):
        session.client.add_flags(uids, flags, silent=True)


def _create_folder(session: ImapSession, folder: str) -> None:
    """Create a folder where it is missing; people's programs show only subscribed ones."""
    if folder in session.known_folders:
        return
    with server_faults(session.name, f"creating the folder {folder}"):
        if folder not in session.folder_names():
            session.client.create_folder(folder)
            session.client.subscribe_folder(folder)
    session.known_folders.add(folder)


def _same_folder(one: str, other: str) -> bool:
    """Only INBOX is the same in any case (RFC 9051, 5.1)."""
    return one == other or one.upper() == other.upper() == "INBOX"


def _is_keyword(word: str) -> bool:
    return bool(word) and all(c in ATOM or (c.isascii() and c.isalnum()) for c in word)
