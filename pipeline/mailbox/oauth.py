"""`MailboxSettings` with OAuth2 -> an access token that is good now, renewed before it expires.

Which token server is asked, and how, is known to `entra` (Microsoft 365) and `gmail` alone. No
secret leaves this module but to them, to the mail server's log-in and to the token file.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

from pipeline.errors import MailboxError
from pipeline.mailbox.token_file import AccessToken, keep_token, kept_token, token_file_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.settings import MailboxSettings

    Renewal: TypeAlias = Callable[[MailboxSettings, str], AccessToken]
    """Asks the token server; the text is the refresh token, empty where there is none."""

RENEW_SHARE: Final = 1 / 3
"""Of a token's life: with less left it is renewed, so that a failure is told before it hurts."""

SLACK_SECONDS: Final = 30.0
"""A token with less to live is not used any more."""

JUST_RENEWED_SECONDS: Final = 60.0
"""A token this young that is refused is not the fault of its age."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LoginStanding:
    """How the log-in of a mailbox with OAuth2 stands.

    Attributes:
        good_until: When the present token expires, seconds since 1970; None where there is none.
        renewal_error: Why it could not be renewed lately; empty where it could.
    """

    good_until: float | None
    renewal_error: str


class TokenSource:
    """Gives the access token of one mailbox; one a process, safe for threads.

    Args:
        settings: Of the mailbox.
        renewal: Asks the token server; the one of the settings unless given.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        settings: MailboxSettings,
        *,
        renewal: Renewal | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._settings = settings
        self._renewal = renewal or _renewal_of(settings)
        self._clock = clock
        self._lock = threading.Lock()
        self._token: AccessToken | None = None
        self._error = ""

    def token(self, *, fresh: bool = False) -> str:
        """Give a token that is good now.

        Args:
            fresh: Ask for a new one, since the mail server refused the present one.

        Raises:
            MailboxLoginRefused: The token server refuses; trying again does not help.
            MailboxError: It is away, and the present token is not good any more.
        """
        with self._lock:
            present = self._present()
            if present is not None and not fresh and not self._is_due(present):
                return present.value
            with token_file_lock(self._settings):
                newest = self._present()
                if newest is not present and newest is not None and not self._is_due(newest):
                    return newest.value  # another process was faster
                return self._renewed(newest, fresh=fresh).value

    def is_young(self) -> bool:
        """Tell whether the present token was only just issued."""
        with self._lock:
            token = self._token
        return token is not None and self._clock() - token.issued_at < JUST_RENEWED_SECONDS

    def standing(self) -> LoginStanding:
        """Tell how the log-in stands; asks nobody."""
        with self._lock:
            return LoginStanding(self._token.expires_at if self._token else None, self._error)

    def _present(self) -> AccessToken | None:
        """The newest token: another process may have renewed it meanwhile."""
        kept = kept_token(self._settings)
        if kept is not None and (self._token is None or kept.issued_at > self._token.issued_at):
            self._token = kept
        return self._token

    def _is_due(self, token: AccessToken) -> bool:
        life = token.expires_at - token.issued_at
        return token.expires_at - self._clock() < max(life * RENEW_SHARE, SLACK_SECONDS)

    def _renewed(self, present: AccessToken | None, *, fresh: bool) -> AccessToken:
        name = self._settings.name
        try:
            token = self._renewal(self._settings, self._refresh_token(present))
        except MailboxError as error:
            self._error = error.reason
            if present is None or fresh or present.expires_at - self._clock() < SLACK_SECONDS:
                raise
            left = (present.expires_at - self._clock()) / 60
            logger.warning("%s; the present token is good for %.0f minutes", error, left)
            return present
        self._token, self._error = token, ""
        try:
            keep_token(self._settings, token)
        except OSError as error:
            self._error = f"the token file cannot be written: {error.strerror}"
            logger.warning("mailbox %s: %s", name, self._error)
        logger.info("mailbox %s: the token was renewed", name)
        return token

    def _refresh_token(self, present: AccessToken | None) -> str:
        """The newest one: a token server may give another with each renewal."""
        if present is not None and present.refresh_token:
            return present.refresh_token
        given = self._settings.oauth_refresh_token
        return given.get_secret_value() if given else ""


@lru_cache(maxsize=256)
def token_source(settings: MailboxSettings) -> TokenSource:
    """Give the one source of a mailbox's tokens in this process."""
    return TokenSource(settings)


def login_standing(settings: MailboxSettings) -> LoginStanding | None:
    """Tell how the log-in of a mailbox stands; None where it is not by OAuth2."""
    return token_source(settings).standing() if settings.oauth else None


def _renewal_of(settings: MailboxSettings) -> Renewal:
    """Imports here: few mailboxes need these libraries, and none needs both."""
    if settings.oauth == "google":
        from pipeline.mailbox.gmail import renew_token  # noqa: PLC0415
    else:
        from pipeline.mailbox.entra import renew_token  # noqa: PLC0415
    return renew_token
