"""Parameters of a part's headers (charset, file name), read from whatever the sender wrote."""

from __future__ import annotations

from email.utils import collapse_rfc2231_value
from typing import TYPE_CHECKING

from mailparser.utils import decode_header_part

from pipeline.parse.text import clean_text, decode_undeclared

if TYPE_CHECKING:
    from email.message import Message as Part

LONGEST = 4096
"""Characters of a header that are looked at: the standard library's time grows with its square."""


def charset_of(part: Part) -> str:
    """The declared charset, lower-case; empty where there is none."""
    return parameter_of(part, "charset").lower()


def disposition_of(part: Part) -> str:
    """`attachment`, `inline`, or empty."""
    _bound(part, "content-disposition")
    return str(part.get("content-disposition", "")).partition(";")[0].strip().lower()


def file_name_of(part: Part) -> str:
    """The file's name, decoded by RFC 2231 or RFC 2047 or from raw bytes; may be a path."""
    name = parameter_of(part, "filename", header="content-disposition")
    return name or parameter_of(part, "name")


def parameter_of(part: Part, name: str, *, header: str = "content-type") -> str:
    """One parameter, decoded; empty where it is missing or unreadable."""
    _bound(part, header)
    try:
        value = part.get_param(name, "", header=header)
        text = collapse_rfc2231_value(value) if value else ""
        return clean_text(decode_header_part(_raw_to_text(text))).strip()
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""


def _bound(part: Part, header: str) -> None:
    value = part.get(header)
    if value is not None and len(str(value)) > LONGEST:
        part.replace_header(header, str(value)[:LONGEST])


def _raw_to_text(text: str) -> str:
    """Raw 8-bit bytes, which the standard library hides as surrogates, to characters."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return decode_undeclared(text.encode("utf-8", "surrogateescape"))
    return text
