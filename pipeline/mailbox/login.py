"""`MailboxSettings` -> a logged-in connection; the password or token never goes in clear."""

from __future__ import annotations

import logging
import ssl
from contextlib import suppress
from imaplib import IMAP4
from typing import TYPE_CHECKING

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError
from pydantic import SecretStr

from pipeline.errors import MailboxError, MailboxLoginRefused, SettingInvalid
from pipeline.mailbox.failures import fault_reason, response_code, server_faults
from pipeline.mailbox.oauth import token_source
from pipeline.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.settings import MailboxSettings

TLS_PORT = 993
"""TLS from the first byte (RFC 8314); any other port starts it by STARTTLS."""

PASSING_CODES = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG"})
"""Refusals of a log-in that a later try may overcome (RFC 5530)."""

logger = logging.getLogger(__name__)


def connect(settings: MailboxSettings, *, tls_port: int = TLS_PORT) -> IMAPClient:
    """Connect, start TLS, log in; with OAuth2 a refused token is renewed once.

    Args:
        settings: Whom to reach, and as whom.
        tls_port: The one port where TLS is spoken from the first byte.

    Raises:
        MailboxLoginRefused: The server does not accept user and password or token.
        MailboxError: It is away, not to be trusted, or offers no TLS.
        SettingInvalid: The file of certificate authorities cannot be used.
    """
    if not settings.oauth:
        return _connect(settings, tls_port=tls_port)
    source = token_source(settings)
    try:
        return _connect(_with_token(settings, source.token()), tls_port=tls_port)
    except MailboxLoginRefused:
        if source.is_young():
            raise
    logger.warning("mailbox %s: the token was refused; asking for another", settings.name)
    return _connect(_with_token(settings, source.token(fresh=True)), tls_port=tls_port)


def _with_token(settings: MailboxSettings, token: str) -> MailboxSettings:
    return settings.model_copy(update={"token": SecretStr(token)})


def _connect(settings: MailboxSettings, *, tls_port: int) -> IMAPClient:
    context = _tls_context(settings)
    with server_faults(settings.name, f"connecting to {settings.host}:{settings.port}"):
        client = _dial(settings, context, tls_port=tls_port)
    try:
        if context is not None and not client.ssl:
            _start_tls(client, settings, context)
        _log_in(client, settings)
    except BaseException:
        drop(client)
        raise
    return client


def drop(client: IMAPClient) -> None:
    """Close a connection without a word to the server; never fails."""
    with suppress(OSError):
        client.shutdown()


def hang_up(client: IMAPClient) -> None:
    """Log out and close a connection; never fails."""
    with suppress(IMAP4.error, OSError):
        client.logout()
    drop(client)


def _tls_context(settings: MailboxSettings) -> ssl.SSLContext | None:
    """None where TLS is off."""
    if settings.tls == "off":
        if not is_loopback(settings.host):
            raise SettingInvalid("tls", "may be off only for a server on this machine")
        logger.warning("mailbox %s: TLS is off; the server is this very machine", settings.name)
        return None
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(cafile=settings.ca_file)
        except OSError as error:
            reason = f"{settings.ca_file} holds no certificates that can be read"
            raise SettingInvalid("ca_file", reason) from error
    return context


def _dial(
    settings: MailboxSettings, context: ssl.SSLContext | None, *, tls_port: int
) -> IMAPClient:
    client = IMAPClient(
        settings.host,
        settings.port,
        ssl=context is not None and settings.port == tls_port,
        ssl_context=context,
        timeout=SocketTimeout(settings.timeout_seconds, settings.timeout_seconds),
    )
    client.normalise_times = False
    return client


def _start_tls(client: IMAPClient, settings: MailboxSettings, context: ssl.SSLContext) -> None:
    """A server, or someone before it, that does not offer STARTTLS gets no password."""
    with server_faults(settings.name, "starting TLS"):
        if not client.has_capability("STARTTLS"):
            raise MailboxError(settings.name, "the server offers no TLS; nothing was sent to it")
        client.starttls(context)


def _log_in(client: IMAPClient, settings: MailboxSettings) -> None:
    with server_faults(settings.name, "logging in"):
        try:
            _present_credentials(client, settings)
        except LoginError as error:
            raise _login_fault(settings.name, error) from None


def _login_fault(mailbox: str, error: LoginError) -> MailboxError:
    """A `LoginError` may also be a lost connection, which a later try may overcome."""
    lost = isinstance(error.__context__, IMAP4.abort)
    reason = f"logging in: {fault_reason(IMAP4.abort() if lost else error)}"
    if lost or response_code(error) in PASSING_CODES:
        return MailboxError(mailbox, reason)
    return MailboxLoginRefused(mailbox, reason)


def _present_credentials(client: IMAPClient, settings: MailboxSettings) -> None:
    if settings.token is not None:
        client.sasl_login("XOAUTH2", _xoauth2(settings.user, settings.token.get_secret_value()))
        return
    password = settings.password.get_secret_value() if settings.password else ""
    if client.has_capability("AUTH=PLAIN"):  # takes any character; LOGIN only ASCII
        client.plain_login(settings.user, password)
        return
    try:
        client.login(settings.user, password)
    except UnicodeEncodeError:  # it holds the password: not chained
        reason = "logging in: this server takes only ASCII in user and password"
        raise MailboxLoginRefused(settings.name, reason) from None


def _xoauth2(user: str, token: str) -> Callable[[bytes], bytes]:
    """The token once, then nothing: a server that refuses it first asks for an empty line."""
    answers = iter([f"user={user}\x01auth=Bearer {token}\x01\x01".encode()])
    return lambda _: next(answers, b"")
