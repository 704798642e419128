"""Settings of a mailbox whose tokens the private token server gives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from pipeline.settings import MailboxSettings
from tests.servers.authority import CLIENT, SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.authority import Authority


def make_microsoft(authority: Authority, **fields: Any) -> MailboxSettings:
    """Client credentials, unless a refresh token is among the fields."""
    return _make(
        authority,
        oauth="microsoft",
        oauth_tenant="shop.example",
        oauth_client_secret=SECRET,
        oauth_authority=authority.url,
        **fields,
    )


def make_google(authority: Authority, **fields: Any) -> MailboxSettings:
    """A refresh token, unless a key file is among the fields."""
    return _make(
        authority,
        oauth="google",
        oauth_client_secret=SECRET,
        oauth_authority=f"{authority.url}/google/token",
        **fields,
    )


def write_key(authority: Authority, folder: Path) -> Path:
    """Key file of a service account that the token server knows."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    text = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    path = folder / "key.json"
    account = {
        "type": "service_account",
        "private_key": text,
        "private_key_id": "1",
        "client_email": "triage@project.example",
        "token_uri": f"{authority.url}/google/token",
    }
    path.write_text(json.dumps(account), encoding="utf-8")
    return path


def _make(authority: Authority, **fields: Any) -> MailboxSettings:
    defaults: dict[str, Any] = {
        "name": "test",
        "host": "127.0.0.1",
        "user": authority.user,
        "oauth_client_id": CLIENT,
        "ca_file": authority.certificates.ca,
        "timeout_seconds": 10.0,
    }
    return MailboxSettings(**{**defaults, **fields})
