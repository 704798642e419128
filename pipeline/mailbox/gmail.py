"""A token of Gmail through `google-auth`: a service account's key, or a refresh token.

A service account reads the mailbox of `user` where the domain's administrator delegated that to it;
with a refresh token the application does so for a person.
"""

from __future__ import annotations

import time
from datetime import UTC
from typing import TYPE_CHECKING, Final

from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials
from google.oauth2.service_account import Credentials as ServiceCredentials

from pipeline.errors import SettingInvalid
from pipeline.mailbox.token_file import AccessToken
from pipeline.mailbox.token_server import (
    token_refused,
    token_server_away,
    token_server_session,
)

if TYPE_CHECKING:
    from pipeline.settings import MailboxSettings

TOKEN_URL: Final = "https://oauth2.googleapis.com/token"  # noqa: S105 -- an address
SCOPE: Final = "https://mail.google.com/"


def renew_token(settings: MailboxSettings, refresh_token: str) -> AccessToken:
    """Ask Google's token server, or the one that `oauth_authority` or the key file names.

    Args:
        settings: Of the mailbox.
        refresh_token: Empty asks with the service account's key.

    Raises:
        MailboxLoginRefused: It refuses.
        MailboxError: It is away, or answers nonsense.
        SettingInvalid: The key file cannot be used.
    """
    credentials = _credentials(settings, refresh_token)
    asked_at = time.time()
    with token_server_session(settings) as session:
        try:
            credentials.refresh(Request(session))  # type: ignore[no-untyped-call]
        except RefreshError as error:
            raise _refusal(settings.name, error) from None
        except (GoogleAuthError, ValueError, TypeError) as error:
            raise token_server_away(settings.name, error) from None
    if not credentials.token or credentials.expiry is None:
        raise token_server_away(settings.name, ValueError())
    expires_at = credentials.expiry.replace(tzinfo=UTC).timestamp()
    given = getattr(credentials, "refresh_token", None)
    return AccessToken(credentials.token, asked_at, expires_at, given or "")


def _credentials(settings: MailboxSettings, refresh_token: str) -> Credentials | ServiceCredentials:
    if not refresh_token and settings.oauth_key_file is not None:
        try:
            key: ServiceCredentials = ServiceCredentials.from_service_account_file(
                str(settings.oauth_key_file), scopes=[SCOPE], subject=settings.user
            )
        except (OSError, ValueError, GoogleAuthError):
            reason = f"{settings.oauth_key_file} holds no service account's key that can be read"
            raise SettingInvalid("oauth_key_file", reason) from None  # it may quote the key
        return key
    secret = settings.oauth_client_secret
    return Credentials(
        None,
        refresh_token=refresh_token,
        token_uri=settings.oauth_authority or TOKEN_URL,
        client_id=settings.oauth_client_id,
        client_secret=secret.get_secret_value() if secret else "",
    )


def _refusal(mailbox: str, error: RefreshError) -> Exception:
    """A `RefreshError` holds the answer, where there was one that says why."""
    answer = error.args[1] if len(error.args) > 1 else None
    code = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(code, str):
        return token_refused(mailbox, code)
    return token_server_away(mailbox, error)
