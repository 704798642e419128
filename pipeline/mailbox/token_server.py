"""The way to a token server: whom to trust, how long to wait, and its refusals in plain words."""

from __future__ import annotations

import re
import ssl
from typing import TYPE_CHECKING, Any, Final

from requests import Session
from requests.adapters import HTTPAdapter

from pipeline.errors import MailboxError, MailboxLoginRefused, SettingInvalid

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

    from pipeline.settings import MailboxSettings

PASSING_ERRORS: Final = frozenset({"temporarily_unavailable", "server_error", "slow_down"})
"""Refusals that a later try may overcome (RFC 6749, RFC 8628)."""

REMEDIES: Final = {
    "invalid_grant": "the refresh token or key is no longer good; sign in again and set a new one",
    "invalid_client": "the client's secret is wrong or expired; make a new one and set it",
    "unauthorized_client": "the client may not do this; its administrator must allow it",
    "invalid_scope": "the client may not read mail; its administrator must allow it",
}

_CODE: Final = re.compile(r"[a-z_]{1,40}")
_ENTRA_CODE: Final = re.compile(r"AADSTS\d{1,9}")


def token_server_session(settings: MailboxSettings) -> Session:
    """Open a session that trusts the system's authorities and `ca_file`, and waits no longer than
    the mailbox's time-out.

    Raises:
        SettingInvalid: The file of certificate authorities cannot be used.
    """  # noqa: D205 -- one sentence
    context = ssl.create_default_context()
    if settings.ca_file is not None:
        try:
            context.load_verify_locations(cafile=settings.ca_file)
        except OSError as error:
            reason = f"{settings.ca_file} holds no certificates that can be read"
            raise SettingInvalid("ca_file", reason) from error
    session = Session()
    session.mount("https://", _Trusting(context, timeout_seconds=settings.timeout_seconds))
    return session


def token_server_away(mailbox: str, error: BaseException) -> MailboxError:
    """Make the error of a token server that does not answer, or not in a way one understands."""
    kind = type(error).__name__
    return MailboxError(mailbox, f"renewing the token: the token server fails ({kind})")


def token_refused(mailbox: str, code: str, *, description: str = "") -> MailboxError:
    """Make the error of a token server that says no.

    Args:
        mailbox: Name of the mailbox in the settings.
        code: What it said.
        description: More of it; only a code of Microsoft's is passed on, the rest may hold names.
    """
    code = code if _CODE.fullmatch(code) else "unknown error"
    number = _ENTRA_CODE.search(description)
    told = f"{code}, {number[0]}" if number else code
    reason = f"renewing the token: the token server refuses ({told})"
    if code in PASSING_ERRORS:
        return MailboxError(mailbox, reason)
    remedy = REMEDIES.get(code)
    return MailboxLoginRefused(mailbox, f"{reason}: {remedy}" if remedy else reason)


class _Trusting(HTTPAdapter):
    """Speaks TLS under a context of ours, also through a proxy."""

    def __init__(self, context: ssl.SSLContext, *, timeout_seconds: float) -> None:
        self._context = context
        self._timeout_seconds = timeout_seconds
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **{**kwargs, "ssl_context": self._context})

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **{**kwargs, "ssl_context": self._context})

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:  # type: ignore[override]
        return super().send(request, **{**kwargs, "timeout": self._timeout_seconds})
