"""`AccessToken` <-> the file that keeps it between processes, readable for its owner alone.

Token servers may give a new refresh token with each renewal; who starts again from the first one is
locked out some day. JSON: `access_token`, `issued_at`, `expires_at`, `refresh_token`, `made_from`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import secrets
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.settings import MailboxSettings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What a token server gave; shows no secret when printed.

    Attributes:
        value: The token.
        issued_at: Seconds since 1970.
        expires_at: The same.
        refresh_token: Asks for the next one; empty where the settings do.
    """

    value: str = field(repr=False)
    issued_at: float
    expires_at: float
    refresh_token: str = field(default="", repr=False)


def kept_token(settings: MailboxSettings) -> AccessToken | None:
    """Read the token file; None where there is none, or where it belongs to other settings."""
    path = settings.oauth_token_file
    if path is None:
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["made_from"] != _made_from(settings):
            return None
        return AccessToken(
            str(kept["access_token"]),
            float(kept["issued_at"]),
            float(kept["expires_at"]),
            str(kept["refresh_token"]),
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        kind = type(error).__name__
        logger.warning("mailbox %s: the token file is not used (%s)", settings.name, kind)
        return None


def keep_token(settings: MailboxSettings, token: AccessToken) -> None:
    """Write the token file aside, then rename it; does nothing where none is set.

    Raises:
        OSError: It cannot be written.
    """
    path = settings.oauth_token_file
    if path is None:
        return
    kept = {
        "access_token": token.value,
        "issued_at": token.issued_at,
        "expires_at": token.expires_at,
        "refresh_token": token.refresh_token,
        "made_from": _made_from(settings),
    }
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


@contextmanager
def token_file_lock(settings: MailboxSettings) -> Iterator[None]:
    """Keep other processes from renewing meanwhile: a refresh token may be good for one use only.

    Does nothing where no token file is set, or where its folder cannot be written.
    """
    path = settings.oauth_token_file
    with ExitStack() as held:
        if path is not None:
            with suppress(OSError):
                lock = held.enter_context(path.with_name(f".{path.name}.lock").open("w"))
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _made_from(settings: MailboxSettings) -> str:
    """Tell other settings apart: whoever sets a new refresh token wants that one used."""
    given = settings.oauth_refresh_token
    parts = (
        settings.oauth,
        settings.oauth_authority,
        settings.oauth_tenant,
        settings.oauth_client_id,
        settings.user,
        given.get_secret_value() if given else "",
    )
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
