"""Parameters of a part's headers (charset, file name), read from whatever the sender wrote."""

from __future__ import annotations

import re
from email.errors import MessageError
from email.utils import collapse_rfc2231_value
from typing import TYPE_CHECKING

from mailparser.utils import decode_header_part

from pipeline.parse.text import clean_text, decode_undeclared, disarm_words

if TYPE_CHECKING:
    from email.message import Message as Part

LONGEST = 4096
"""Bytes kept of a header with parameters."""

MOST_PARAMETERS = 64
"""Semicolons kept in it: the standard library's time grows with the square of their number."""

_FIELD = re.compile(
    rb"^content-(?:type|disposition)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE | re.MULTILINE
)


def bound_parameters(data: bytes) -> bytes:
    """Cut `Content-Type` and `Content-Disposition` fields that no honest mail has.

    Args:
        data: A whole mail; its parts' fields are bounded too.
    """
    return _FIELD.sub(_bounded, data)


def _bounded(field: re.Match[bytes]) -> bytes:
    text = field.group().replace(b"\0", b"")
    if len(text) <= LONGEST and text.count(b";") <= MOST_PARAMETERS:
        return text
    return b";".join(text[:LONGEST].split(b";")[:MOST_PARAMETERS]).rstrip()


def decode_fields(part: Part) -> None:
    """Put text in the place of raw 8-bit bytes, which the standard library hides as surrogates.

    Args:
        part: Its two fields with parameters are changed.
    """
    for name, value in part.raw_items():
        if name.lower() in {"content-type", "content-disposition"}:
            text = _raw_to_text(str(value))
            if text != value:
                part.replace_header(name, text)


def charset_of(part: Part) -> str:
    """The declared charset, lower-case; empty where there is none."""
    return parameter_of(part, "charset").lower()


def disposition_of(part: Part) -> str:
    """`attachment`, `inline`, or empty."""
    return str(part.get("content-disposition", "")).partition(";")[0].strip().lower()


def file_name_of(part: Part) -> str:
    """The file's name, decoded by RFC 2231 or RFC 2047 or from raw bytes; may be a path."""
    name = parameter_of(part, "filename", header="content-disposition")
    return name or parameter_of(part, "name")


def parameter_of(part: Part, name: str, *, header: str = "content-type") -> str:
    """One parameter, decoded; empty where it is missing or unreadable."""
    try:
        value = part.get_param(name, "", header=header)
        text = collapse_rfc2231_value(value) if value else ""
        return clean_text(decode_header_part(disarm_words(text))).strip()
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):
        return ""


def _raw_to_text(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return decode_undeclared(text.encode("utf-8", "surrogateescape"))
    return text
