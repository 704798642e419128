"""The header block of a mail -> who wrote what to whom and when.

`mail-parser` reads the fields: it recovers malformed addresses and dates and says where it had to.
What stands here bounds its input, decodes raw bytes first, and knows nothing of the body.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.parser import HeaderParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from mailparser import MailParser
from mailparser.utils import decode_header_part, get_addresses

from pipeline.datatypes import Address
from pipeline.parse.text import clean_text, decode_undeclared, disarm_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)  # it logs headers word for word

FIELD_BYTES = 32_768
"""A longer field is cut: the libraries' time grows with its square."""

HEAD_BYTES = 262_144
"""Once the fields kept are longer than this together, only those that we read are kept."""

_READ = frozenset(
    [
        "from",
        "sender",
        "to",
        "cc",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "return-path",
        "auto-submitted",
        "precedence",
        "content-type",
        "x-auto-response-suppress",
        "list-id",
    ]
)
_READ_TIMES = 4
_ONCE = ("from", "subject", "date", "message-id", "to", "cc", "in-reply-to", "references")
_HEAD_END = re.compile(rb"\n\r?\n|\r\r")
_FIELD_START = re.compile(rb"\A([!-9;-~]+)[ \t]*:")
_ID = re.compile(r"<([^<>]+)>")
_FOLD = re.compile(r"[\r\n]+[ \t]*")
"""Unfolded first: the library loses the space between an encoded word and text on the next line."""

_LOOSE_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:]{1,64}@[^\s<>()\[\]\",;:]{1,255}")


@dataclass(frozen=True, slots=True)
class Head:
    """What the header block says; the fields are those of `Message`."""

    headers: tuple[tuple[str, str], ...]
    subject: str
    sender: Address
    recipients: tuple[Address, ...]
    message_id: str
    in_reply_to: str
    thread_ids: tuple[str, ...]
    sent_at: datetime | None
    defects: tuple[str, ...]


def read_head(head: bytes) -> Head:
    """Read a header block of any content.

    Args:
        head: As `split_head` gives it.
    """
    text, defects = _bounded_text(head)
    try:
        return _read(disarm_words(text), defects)
    except (ValueError, LookupError, TypeError, AttributeError, MessageError, RecursionError):
        return _read(text.replace("=?", "= ?"), [*defects, "header_unreadable"])


def _read(text: str, defects: list[str]) -> Head:
    parser = MailParser(HeaderParser().parsestr(text))
    headers = tuple(_decode_fields(parser.message))
    sent_at, date_defects = _read_date(parser, headers)
    sender = _first([*_addresses(parser, headers, "from"), *_addresses(parser, headers, "sender")])
    defects = [*defects, *date_defects]
    if not sender.address:
        defects.append("sender_missing")
    if parser.address_header_defects:
        defects.append("address_malformed")
    names = [name for name, _ in headers]
    if any(names.count(name) > 1 for name in _ONCE):
        defects.append("header_repeated")
    return Head(
        headers=headers,
        subject=_value(headers, "subject"),
        sender=sender,
        recipients=(*_addresses(parser, headers, "to"), *_addresses(parser, headers, "cc")),
        message_id=_first_id(headers, "message-id"),
        in_reply_to=_first_id(headers, "in-reply-to"),
        thread_ids=read_ids(_value(headers, "references")),
        sent_at=sent_at,
        defects=tuple(defects),
    )


def split_head(data: bytes) -> tuple[bytes, bytes]:
    """Cut a mail after its header block; the empty line goes with the block."""
    if data[:1] in (b"\n", b"\r"):
        return b"", data
    end = _HEAD_END.search(data)
    return (data[: end.end()], data[end.end() :]) if end else (data, b"")


def bound_head(head: bytes) -> tuple[bytes, list[str]]:
    """Cut fields that no honest mail has, so that the libraries' time stays bounded.

    Returns:
        A header block, and the codes of what was cut.
    """
    if len(head) <= FIELD_BYTES:
        return head, []
    kept: list[bytes] = []
    defects: list[str] = []
    size = 0
    read: dict[bytes, int] = {}
    for field in _fields(head):
        start = _FIELD_START.match(field)
        name = start.group(1).lower() if start else b""
        read[name] = read.get(name, 0) + 1
        is_read = name.decode("latin-1") in _READ and read[name] <= _READ_TIMES
        if size > HEAD_BYTES and not is_read and field.strip():
            defects.append("headers_dropped")
            continue
        if len(field) > FIELD_BYTES:
            defects.append("header_cut")
            field = field[:FIELD_BYTES].rstrip(b"\r\n") + b"\n"  # noqa: PLW2901  one name, one field
        kept.append(field)
        size += len(field)
    return b"".join(kept), sorted(set(defects))


def read_ids(value: str) -> tuple[str, ...]:
    """The message ids in a header's value, each with its angle brackets."""
    found = [f"<{''.join(item.split())}>" for item in _ID.findall(value)]
    return tuple(found or [f"<{word}>" for word in value.split() if "@" in word])


def _fields(head: bytes) -> Iterator[bytes]:
    """The fields with their folded lines, in order; also a first line that is no field."""
    field: list[bytes] = []
    for line in head.splitlines(keepends=True):
        if line[:1] not in (b" ", b"\t") and field:
            yield b"".join(field)
            field = []
        field.append(line)
    if field:
        yield b"".join(field)


def _bounded_text(head: bytes) -> tuple[str, list[str]]:
    bounded, defects = bound_head(head)
    try:
        return bounded.decode("utf-8"), defects
    except UnicodeDecodeError:
        defects.append("header_charset")
        return "".join(decode_undeclared(field) for field in _fields(bounded)), defects


def _decode_fields(message: Any) -> Iterator[tuple[str, str]]:
    for name, value in message.raw_items():
        decoded = clean_text(decode_header_part(_FOLD.sub(" ", str(value))))
        yield clean_text(str(name)).lower(), " ".join(decoded.split())


def _value(headers: Iterable[tuple[str, str]], name: str) -> str:
    """The first value of this name that says something."""
    return next((value for key, value in headers if key == name and value), "")


def _addresses(parser: Any, headers: Iterable[tuple[str, str]], name: str) -> tuple[Address, ...]:
    """Addresses of one header; where its syntax is beyond repair, whatever looks like one."""
    value = _value(headers, name)
    if name == "sender":
        pairs = get_addresses(value, decode_names=False)
    else:
        pairs = getattr(parser, "from_" if name == "from" else name)
    found = [_address(label, address) for label, address in pairs or [] if address]
    if not found:
        loose = _LOOSE_ADDRESS.findall(value)
        found = [_address("", address) for address in loose]
    return tuple(found)


def _address(name: str, address: str) -> Address:
    local, at, domain = clean_text(str(address)).strip().rpartition("@")
    return Address(" ".join(clean_text(str(name)).split()), local + at + domain.lower())


def _first(addresses: Iterable[Address]) -> Address:
    return next((address for address in addresses if address.address), Address("", ""))


def _first_id(headers: Iterable[tuple[str, str]], name: str) -> str:
    value = _value(headers, name)
    ids = read_ids(value)
    return ids[0] if ids else (f"<{value}>" if value and " " not in value else "")


def _read_date(
    parser: Any, headers: Iterable[tuple[str, str]]
) -> tuple[datetime | None, list[str]]:
    """The date in UTC; mail-parser refuses dates without a zone, which real programs send."""
    value = _value(headers, "date")
    if not value:
        return None, ["date_missing"]
    if parser.date is not None:
        return parser.date.astimezone(UTC), []
    for read in (parsedate_to_datetime, datetime.fromisoformat):
        try:
            date = read(value)
            if date.tzinfo is None:
                return date.replace(tzinfo=UTC), ["date_without_zone"]
            return date.astimezone(UTC), []
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None, ["date_invalid"]
