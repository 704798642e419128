"""Settings of a mailbox whose tokens the private token server gives."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from pipeline.settings import MailboxSettings
from tests.servers.authority import CLIENT, SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.authority import Authority


def make_microsoft(authority: Authority, **fields: Any) -> MailboxSettings:
    """Client credentials, unless a refresh token is among the fields."""
    defaults: dict[str, Any] = {
        "oauth": "microsoft",
        "oauth_tenant": "shop.example",
        "oauth_client_secret": SECRET,
        "oauth_authority": authority.url,
    }
    return _make(authority, **{**defaults, **fields})


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
    path = folder / "key.json"
    account = {
        "type": "service_account",
        "private_key": _pem(key).decode(),
        "private_key_id": "1",
        "client_email": "triage@project.example",
        "token_uri": f"{authority.url}/google/token",
    }
    path.write_text(json.dumps(account), encoding="utf-8")
    return path


def write_client(folder: Path) -> Path:
    """Certificate and key of Microsoft's client, which wants RSA."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "triage")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "client.pem"
    path.write_bytes(_pem(key) + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


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
