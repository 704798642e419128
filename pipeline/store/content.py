"""Mail bytes -> key of their content, equal for every copy of one mail; knows no database."""

from __future__ import annotations

import hashlib
import re
from typing import Final

_HOP_HEADERS: Final = re.compile(
    rb"^(?:Received|Received-SPF|Return-Path|Delivered-To|Envelope-To|Authentication-Results"
    rb"|ARC-[A-Za-z0-9-]+|X-[A-Za-z0-9-]+)[ \t]*:[^\n]*\n(?:[ \t][^\n]*\n)*",
    re.IGNORECASE | re.MULTILINE,
)
"""What servers on the way add or change, with continuation lines; RFC 5321 4.4, RFC 8601, 8617."""


def content_key(data: bytes) -> str:
    r"""Hash a mail without what its way and its server add.

    Two copies that came over different servers, or that a server keeps with "\n" instead of
    "\r\n", have one key. A Message-ID alone does not make two mails equal.

    Args:
        data: A mail's bytes, or any others.

    Returns:
        64 hexadecimal digits.
    """
    normal = data.replace(b"\r\n", b"\n")
    head, blank, body = normal.partition(b"\n\n")
    digest = hashlib.sha256(_HOP_HEADERS.sub(b"", head + b"\n"))
    digest.update(blank)
    digest.update(body)
    return digest.hexdigest()


def sha256(data: bytes) -> str:
    """Hash bytes as they are; 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
