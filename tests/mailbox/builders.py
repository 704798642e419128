"""Mails and mailbox settings for the tests, every field with a default."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipeline.settings import MailboxSettings

if TYPE_CHECKING:
    from tests.servers.dovecot import DovecotServer


def make_mail(number: int = 1, *, size_bytes: int = 0) -> bytes:
    """A mail with a number, filled up to a size."""
    head = (
        f"From: Client <client{number}@client.example>\r\nTo: service@shop.example\r\n"
        f"Subject: Mail {number}\r\nMessage-ID: <{number}@client.example>\r\n\r\n"
        "Bonjour, il manque un colis.\r\n"
    ).encode()
    lines = -(-max(0, size_bytes - len(head)) // 72)
    return (head + (b"x" * 70 + b"\r\n") * lines)[: max(size_bytes, len(head))]


def make_settings(server: DovecotServer, user: str, **fields: Any) -> MailboxSettings:
    """Settings that reach a user's INBOX with TLS off, unless fields say otherwise."""
    defaults: dict[str, Any] = {
        "name": "test",
        "host": server.host,
        "port": server.port,
        "user": user,
        "password": None if "token" in fields else server.password,
        "tls": "off",
        "done_folder": "Traités",
        "timeout_seconds": 10.0,
    }
    return MailboxSettings(**{**defaults, **fields})
