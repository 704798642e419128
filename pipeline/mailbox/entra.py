"""A token of Microsoft 365 through `msal`: client credentials, or a refresh token.

With client credentials the application itself reads the mailbox (permission `IMAP.AccessAsApp`, and
the mailbox allowed to it in Exchange); with a refresh token it does so for a person.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import msal
from msal.exceptions import MsalError
from requests import RequestException

from pipeline.mailbox.token_file import AccessToken
from pipeline.mailbox.token_server import (
    token_refused,
    token_server_away,
    token_server_session,
)

if TYPE_CHECKING:
    from requests import Session

    from pipeline.settings import MailboxSettings

AUTHORITY: Final = "https://login.microsoftonline.com"
APPLICATION_SCOPE: Final = "https://outlook.office365.com/.default"
PERSON_SCOPE: Final = "https://outlook.office365.com/IMAP.AccessAsUser.All"


def renew_token(settings: MailboxSettings, refresh_token: str) -> AccessToken:
    """Ask Microsoft's token server, or the one that `oauth_authority` names.

    Args:
        settings: Of the mailbox.
        refresh_token: Empty asks with the client's credentials alone.

    Raises:
        MailboxLoginRefused: It refuses.
        MailboxError: It is away, or answers nonsense.
    """
    asked_at = time.time()
    with token_server_session(settings) as session:
        try:
            answer = _answer(settings, refresh_token, session)
            if "error" in answer:
                description = str(answer.get("error_description", ""))
                raise token_refused(settings.name, str(answer["error"]), description=description)
            return AccessToken(
                str(answer["access_token"]),
                asked_at,
                asked_at + float(answer["expires_in"]),
                str(answer.get("refresh_token") or refresh_token),
            )
        except (RequestException, MsalError, ValueError, KeyError, TypeError) as error:
            raise token_server_away(settings.name, error) from None  # it may hold a request


def _answer(settings: MailboxSettings, refresh_token: str, session: Session) -> dict[str, Any]:
    """A new client each time: one that is kept would also keep the refusals."""
    secret = settings.oauth_client_secret
    authority = f"{settings.oauth_authority.rstrip('/') or AUTHORITY}/{settings.oauth_tenant}"
    kind = msal.ConfidentialClientApplication if secret else msal.PublicClientApplication
    client = kind(
        settings.oauth_client_id,
        client_credential=secret.get_secret_value() if secret else None,
        authority=authority,
        http_client=session,
        instance_discovery=False,
    )
    if refresh_token:
        answer = client.acquire_token_by_refresh_token(refresh_token, scopes=[PERSON_SCOPE])
    else:
        answer = client.acquire_token_for_client(scopes=[APPLICATION_SCOPE])
    return dict(answer)
