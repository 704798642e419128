"""A token of Microsoft 365 through `msal`: client credentials, a refresh token, a person's sign-in.

With client credentials (a secret or a certificate) the application itself reads the mailbox
(permission `IMAP.AccessAsApp`, and the mailbox allowed to it in Exchange); with a refresh token it
does so for a person.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

import msal
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificate
from msal.exceptions import MsalError
from requests import RequestException

from pipeline.errors import MailboxLoginRefused, SettingInvalid
from pipeline.mailbox.token_file import AccessToken
from pipeline.mailbox.token_server import (
    token_refused,
    token_server_away,
    token_server_session,
)

if TYPE_CHECKING:
    from collections.abc import Callable

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
        SettingInvalid: The key file cannot be used.
    """
    credential = _credential(settings)
    if not refresh_token and credential is None:
        reason = "renewing the token: nobody signed in yet; `triage login` does it"
        raise MailboxLoginRefused(settings.name, reason)

    def ask(client: Any) -> dict[str, Any]:
        if refresh_token:
            answer = client.acquire_token_by_refresh_token(refresh_token, scopes=[PERSON_SCOPE])
        else:
            answer = client.acquire_token_for_client(scopes=[APPLICATION_SCOPE])
        return dict(answer)

    return _token(settings, ask, credential=credential, refresh_token=refresh_token)


def sign_in(settings: MailboxSettings, *, tell: Callable[[str], None]) -> AccessToken:
    """Let a person allow the application to read the mailbox; waits until it is done (RFC 8628).

    Args:
        settings: Of the mailbox.
        tell: Told where the person goes and which code is asked for there.

    Raises:
        MailboxLoginRefused: The person or the token server refuses.
        MailboxError: It is away, or answers nonsense.
    """

    def ask(client: Any) -> dict[str, Any]:
        flow = client.initiate_device_flow(scopes=[PERSON_SCOPE])
        if "user_code" not in flow:
            return dict(flow)
        tell(f"Open {flow['verification_uri']} and enter the code {flow['user_code']}")
        return dict(client.acquire_token_by_device_flow(flow))

    return _token(settings, ask)


def _token(
    settings: MailboxSettings,
    ask: Callable[[Any], dict[str, Any]],
    *,
    credential: str | dict[str, str] | None = None,
    refresh_token: str = "",
) -> AccessToken:
    """Ask with a new client each time: one that is kept would also keep the refusals."""
    authority = f"{settings.oauth_authority.rstrip('/') or AUTHORITY}/{settings.oauth_tenant}"
    kind = msal.ConfidentialClientApplication if credential else msal.PublicClientApplication
    with token_server_session(settings) as session:
        try:
            client = kind(
                settings.oauth_client_id,
                client_credential=credential,
                authority=authority,
                http_client=session,
                instance_discovery=False,
            )
            answer = ask(client)
            now = time.time()
            if "error" in answer:
                description = str(answer.get("error_description", ""))
                raise token_refused(settings.name, str(answer["error"]), description=description)
            return AccessToken(
                str(answer["access_token"]),
                now,
                now + float(answer["expires_in"]),
                str(answer.get("refresh_token") or refresh_token),
            )
        except (RequestException, MsalError, ValueError, KeyError, TypeError) as error:
            raise token_server_away(settings.name, error) from None  # it may hold a request


def _credential(settings: MailboxSettings) -> str | dict[str, str] | None:
    """The client's secret, or its key and certificate; None where it has neither."""
    if settings.oauth_client_secret is not None:
        return settings.oauth_client_secret.get_secret_value()
    path = settings.oauth_key_file
    if path is None:
        return None
    try:
        data = path.read_bytes()
        load_pem_private_key(data, None)
        load_pem_x509_certificate(data)
    except (OSError, ValueError, TypeError):
        reason = f"{path} holds no certificate with its private key, unlocked, in PEM"
        raise SettingInvalid("oauth_key_file", reason) from None
    return {"private_key": data.decode(), "public_certificate": data.decode()}
