"""A part of a mail that is a file -> Attachment: safe name, type by content, size, digest."""

from __future__ import annotations

import hashlib
import mimetypes
import re
from typing import TYPE_CHECKING

import filetype

from pipeline.datatypes import Attachment
from pipeline.parse.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME_LENGTH = 150
"""Characters kept of a name; file systems take 255 bytes."""

UNKNOWN_TYPE = "application/octet-stream"

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "text/rfc822-headers": ".txt",
    "text/plain": ".txt",
    "text/calendar": ".ics",
    "application/ms-tnef": ".dat",
    "image/jpeg": ".jpg",
}
_CONTAINERS = {"application/zip": ("+zip", "officedocument", "opendocument", "x-zip", "epub")}
_OLE = ("msword", "ms-excel", "ms-powerpoint", "ms-outlook", "ms-project", "visio")
_HEADER_LINE = re.compile(
    rb"\A(?:From |(?:received|return-path|delivered-to|from|message-id|mime-version|date|subject)"
    rb"[ \t]*:)[^\n]*\n(?:[!-9;-~]+[ \t]*:|[ \t])",
    re.IGNORECASE,
)
_TEXT_MARKS = {b"<!doctype html": "text/html", b"<html": "text/html", b"<?xml": "text/xml"}
_TYPE = re.compile(r"\A[a-z0-9][\w.+-]{0,60}/[a-z0-9][\w.+-]{0,100}\Z", re.ASCII)
_MEDIA_HEAD = 8192


def build_attachment(content: bytes, *, name: str, declared: str, number: int) -> Attachment:
    """Describe one file.

    Args:
        content: Decoded bytes.
        name: As the mail gives it, decoded; may be empty, or a path.
        declared: Media type in the mail; may be nonsense.
        number: Its place among the mail's files, from 1, for a made-up name.
    """
    media_type = find_type(content, declared=declared)
    safe = safe_name(name)
    if not safe:
        safe = f"attachment-{number}{_extension(media_type)}"
    return Attachment(
        name=safe,
        type=media_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )


def safe_name(name: str) -> str:
    """The last part of a path, without characters that deceive a reader or a file system."""
    name = " ".join(_UNSAFE.sub("", clean_text(name)).split())
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'[<>:"|?*]', "_", name).strip(". ")
    if len(name) > NAME_LENGTH:
        stem, dot, ending = name.rpartition(".")
        keep = NAME_LENGTH - len(dot + ending)
        name = stem[:keep] + dot + ending if stem and len(ending) <= 10 else name[:NAME_LENGTH]  # noqa: PLR2004  no real ending is longer
    return name


def find_type(content: bytes, *, declared: str) -> str:
    """Media type by the content, where that says something, else as declared.

    Containers say less than the mail: an Excel file is a zip archive by its content, so the
    declared type stands where it names something that is kept in such a container.
    """
    declared = declared.strip().lower()
    if not _TYPE.match(declared):
        declared = UNKNOWN_TYPE
    found = filetype.guess_mime(content[:_MEDIA_HEAD]) if content else None
    if found is None:
        return _text_type(content, declared)
    if found == "application/zip" and any(
        word in declared for word in _CONTAINERS["application/zip"]
    ):
        return declared
    if any(word in found for word in _OLE) and any(word in declared for word in _OLE):
        return declared
    return str(found)


def is_tnef(attachments: Sequence[Attachment]) -> bool:
    """Tell whether one of them is a winmail.dat, which holds the true attachments."""
    return any(
        item.type in {"application/ms-tnef", "application/vnd.ms-tnef"}
        or item.name.lower() == "winmail.dat"
        for item in attachments
    )


def _text_type(content: bytes, declared: str) -> str:
    """Tell a few kinds of text apart where the mail only says `octet-stream`."""
    head = content[:_MEDIA_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")
    if content[:4] == b"\x78\x9f\x3e\x22":
        return "application/ms-tnef"
    if declared not in {UNKNOWN_TYPE, "text/plain", "application/unknown"}:
        return declared
    if _HEADER_LINE.match(head):
        return "message/rfc822"
    lowered = head[:200].lower()
    for mark, media_type in _TEXT_MARKS.items():
        if lowered.startswith(mark):
            return media_type
    if declared == UNKNOWN_TYPE and head and b"\0" not in head and _is_utf8(head):
        return "text/plain"
    return declared


def _is_utf8(head: bytes) -> bool:
    try:
        head[: _MEDIA_HEAD - 4].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 8 and error.start > 0
    return not any(byte < 9 for byte in head)  # noqa: PLR2004  control characters before TAB


def _extension(media_type: str) -> str:
    return _EXTENSIONS.get(media_type) or mimetypes.guess_extension(media_type) or ".bin"
