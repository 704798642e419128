"""What goes wrong is told in one phrase that holds nobody's words but the server's code."""

from __future__ import annotations

import socket
import ssl
from imaplib import IMAP4

import pytest
from imapclient.exceptions import LoginError, ProtocolError

from pipeline.errors import MailboxError
from pipeline.mailbox.failures import response_code, server_faults

TEXT = "Bonjour Madame Exemple [URGENT] remboursez"


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (TimeoutError(), "did not answer in time"),
        (ConnectionRefusedError(111, "refused"), "no server listens there"),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
        (socket.gaierror(-2, "Name or service not known"), "the host name is not known"),
        (OSError("cannot read from timed out object"), "the connection broke"),
        (ssl.SSLError(1, "wrong version"), "TLS failed"),
        (IMAP4.abort(f"unexpected response: {TEXT}"), "the server ended the connection"),
        (IMAP4.readonly(TEXT), "only read the folder"),
        (IMAP4.error(f"move failed: [OVERQUOTA] {TEXT}"), "refused it (OVERQUOTA)"),
        (IMAP4.error(f"UID command error: BAD [b'[LIMIT] {TEXT}']"), "refused it (LIMIT)"),
        (IMAP4.error(f"select failed: {TEXT}"), "refused it (without a reason code)"),
        (LoginError(f"[EXPIRED] {TEXT}"), "refused it (EXPIRED)"),
        (ProtocolError(f"bad response type: [PRIVATE] {TEXT}"), "cannot be understood"),
        (ValueError(TEXT), "cannot be understood"),
        (UnicodeError(TEXT), "cannot be understood"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_a_fault_becomes_one_phrase_without_mail_text(error: Exception, reason: str) -> None:
    with pytest.raises(MailboxError) as caught, server_faults("claims", "opening the folder"):
        raise error
    told = str(caught.value)
    assert told.startswith("mailbox claims: opening the folder: ")
    assert reason in told
    assert not set(TEXT.split()) & set(told.split())
    assert caught.value.__cause__ in (None, error)
    assert TEXT not in str(caught.value.__cause__)


def test_our_own_errors_pass_as_they_are() -> None:
    own = MailboxError("claims", "reason")
    with pytest.raises(MailboxError) as caught, server_faults("claims", "opening the folder"):
        raise own
    assert caught.value is own


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[AUTHENTICATIONFAILED] no", "AUTHENTICATIONFAILED"),
        ("select failed: [NONEXISTENT] no", "NONEXISTENT"),
        ("select failed: [BADCHARSET (UTF-8)] no", "BADCHARSET"),
        ("select failed: no [NOCODE] here", ""),
        ("", ""),
    ],
)
def test_the_response_code_is_read_where_it_stands(text: str, code: str) -> None:
    assert response_code(IMAP4.error(text)) == code
