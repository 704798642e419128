"""What a mail server does wrong -> `MailboxError`, without credentials and without mail text.

A server's own words may repeat an address or a line of mail, so only its response code (RFC 5530)
is passed on, and the error is chained only where it comes from the system.
"""

from __future__ import annotations

import re
import socket
import ssl
from contextlib import contextmanager
from imaplib import IMAP4
from typing import TYPE_CHECKING

from imapclient.exceptions import ProtocolError

from pipeline.errors import MailboxError

if TYPE_CHECKING:
    from collections.abc import Iterator

SERVER_FAULTS = (IMAP4.error, OSError, ValueError)
"""All that imapclient raises; `ValueError` where an answer cannot be read."""

_CODE = re.compile(r"(?:^|failed: |BAD \[b')\[([A-Z][A-Z0-9-]+)[\] ]")


@contextmanager
def server_faults(mailbox: str, doing: str) -> Iterator[None]:
    """Turn every fault of the server or of the way to it into a `MailboxError`.

    Args:
        mailbox: Name of the mailbox in the settings.
        doing: What is tried, for example `opening the folder`.
    """
    try:
        yield
    except SERVER_FAULTS as error:
        cause = error if isinstance(error, OSError) else None
        raise MailboxError(mailbox, f"{doing}: {fault_reason(error)}") from cause


def response_code(error: BaseException) -> str:
    """The code in brackets with which a server explains a refusal; empty where it gives none."""
    found = _CODE.search(str(error))
    return found[1] if found else ""


def fault_reason(error: BaseException) -> str:
    """One plain phrase."""
    if isinstance(error, OSError):
        return _system_reason(error)
    if isinstance(error, IMAP4.readonly):
        return "the server lets this user only read the folder"
    if isinstance(error, IMAP4.abort):
        return "the server ended the connection"
    if isinstance(error, ProtocolError | ValueError):
        return "the server's answer cannot be understood"
    return f"the server refused it ({response_code(error) or 'without a reason code'})"


def _system_reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS failed: {getattr(error, 'reason', None) or 'no common ground'}"
    if isinstance(error, TimeoutError):
        return "the server did not answer in time"
    if isinstance(error, ConnectionRefusedError):
        return "no server listens there"
    if isinstance(error, socket.gaierror):
        return "the host name is not known"
    return error.strerror or "the connection broke"
