"""The parts of a mail -> its readable text and its files.

Walks the standard library's message tree itself: `mail-parser` merges the text of attached mails
into the body and cannot say which alternative a text part belongs to.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from typing import TYPE_CHECKING

from pipeline.parse.attachments import build_attachment
from pipeline.parse.defects import name_defects
from pipeline.parse.flowed import unflow
from pipeline.parse.markup import markup_to_text
from pipeline.parse.parameters import (
    charset_of,
    decode_fields,
    disposition_of,
    file_name_of,
    parameter_of,
)
from pipeline.parse.text import clean_text, decode_bytes, decode_undeclared, is_clean

if TYPE_CHECKING:
    from email.message import Message as Part

    from pipeline.datatypes import Attachment

FILES = 1000
"""Files kept of one mail."""

_FILE_TEXTS = frozenset(
    [
        "calendar",
        "csv",
        "vcard",
        "x-vcard",
        "directory",
        "xml",
        "css",
        "javascript",
        "rfc822-headers",
        "rtf",
        "x-amp-html",
        "watch-html",
        "x-patch",
        "x-diff",
        "tab-separated-values",
        "x-log",
    ]
)
_PLACEHOLDER = 300
"""A text alternative shorter than this may only say that the mail is HTML."""

_REPEATED = 0.6
"""Share of an HTML part's words that the text parts hold, from which on it says nothing new."""

_MIME_LINE = re.compile(
    r"(?m)^(?:--[^\n]{0,200}|content-[a-z-]+:[^\n]*(?:\n[ \t][^\n]*)*|)$", re.IGNORECASE
)


@dataclass(slots=True)
class Content:
    """What the walk has found so far.

    Attributes:
        texts: Text parts in order, each with True where it is HTML.
        files: In order.
        defects: Codes, in order, may repeat.
    """

    texts: list[tuple[str, bool]] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def read_content(data: bytes) -> Content:
    """Read the texts and files of a whole mail of any content.

    Args:
        data: The mail, its fields bounded by `headers` and `parameters`.
    """
    content = Content()
    try:
        _walk(email.message_from_bytes(data), content)
    except RecursionError:
        return Content([(_without_mime(data), False)], [], ["nested_too_deep"])
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):
        # `boundary*=idna''x` makes the standard library itself raise
        return Content([(_without_mime(data), False)], [], ["multipart_invalid"])
    return content


def join_texts(content: Content) -> str:
    """The body: the texts in order; HTML only where the text parts do not already say it."""
    plain = [text for text, is_markup in content.texts if not is_markup and text.strip()]
    known = set(" ".join(plain).split())
    pieces: list[str] = []
    for text, is_markup in content.texts:
        piece = _to_text(text, content) if is_markup else text
        words = piece.split()
        if words and not (is_markup and plain and _share_known(words, known) >= _REPEATED):
            pieces.append(piece)
    return (
        "\n\n".join(piece.strip("\n") for piece in pieces) if len(pieces) > 1 else "".join(pieces)
    )


def _share_known(words: list[str], known: set[str]) -> float:
    return sum(word in known for word in words) / len(words)


def _to_text(markup: str, content: Content) -> str:
    text, defect = markup_to_text(markup)
    if defect:
        content.defects.append(defect)
    return clean_text(text)


def _walk(part: Part, content: Content) -> None:
    content.defects += name_defects(part.defects)
    decode_fields(part)
    kind = part.get_content_maintype()
    if kind == "multipart" and part.is_multipart():
        if part.get_content_subtype() == "alternative":
            _walk_alternative(part, content)
        else:
            for child in part.get_payload():
                _walk(child, content)  # type: ignore[arg-type]
    elif kind == "message" and part.is_multipart():
        _add_file(_flatten(part, content), part, content)
    elif _is_text(part):
        _add_text(part, content)
    else:
        _add_file(_decoded(part, content), part, content)


def _walk_alternative(part: Part, content: Content) -> None:
    """Take the text that the sender wrote, or the HTML where the text says nothing."""
    best: list[tuple[str, bool]] = []
    fallback: list[tuple[str, bool]] = []
    for child in part.get_payload():
        branch = Content(files=content.files, defects=content.defects)
        _walk(child, branch)  # type: ignore[arg-type]
        if any(text.strip() for text, is_markup in branch.texts if not is_markup):
            best = best or branch.texts
        elif any(text.strip() for text, _ in branch.texts):
            fallback = branch.texts
    if best and fallback and _is_placeholder(best, fallback):
        best = []
    content.texts += best or fallback


def _is_placeholder(best: list[tuple[str, bool]], fallback: list[tuple[str, bool]]) -> bool:
    """Tell a text that only says "this mail is HTML" by how much more the HTML says."""
    shown = sum(len(text.strip()) for text, _ in best)
    if shown >= _PLACEHOLDER:
        return False
    hidden = sum(len(markup_to_text(text)[0]) for text, is_markup in fallback if is_markup)
    return hidden > 5 * shown + _PLACEHOLDER


def _is_text(part: Part) -> bool:
    """Tell text to be read from a file; a named text is a file unless it is the whole mail."""
    kind = part.get_content_maintype()
    if kind == "multipart":
        return True
    if kind != "text" or part.get_content_subtype() in _FILE_TEXTS:
        return False
    disposition = disposition_of(part)
    if disposition == "attachment":
        return False
    return not (disposition and file_name_of(part))


def _add_text(part: Part, content: Content) -> None:
    text, defect = decode_bytes(_decoded(part, content), charset_of(part))
    if defect:
        content.defects.append(defect)
    if not is_clean(text):
        content.defects.append("character_forbidden")
    text = clean_text(text)
    is_markup = part.get_content_subtype() == "html"
    if not is_markup and parameter_of(part, "format").lower() == "flowed":
        text = unflow(text, delete_space=parameter_of(part, "delsp").lower() == "yes")
    content.texts.append((text, is_markup))


def _add_file(data: bytes, part: Part, content: Content) -> None:
    if len(content.files) >= FILES:
        content.defects.append("parts_dropped")
        return
    content.files.append(
        build_attachment(
            data,
            name=file_name_of(part),
            declared=part.get_content_type(),
            number=len(content.files) + 1,
        )
    )


def _decoded(part: Part, content: Content) -> bytes:
    """The part's bytes without transfer encoding; broken encodings give what can be had."""
    try:
        before = len(part.defects)
        payload = part.get_payload(decode=True)
        content.defects += name_defects(part.defects[before:])
    except (ValueError, LookupError, TypeError, AttributeError, MessageError):
        content.defects.append("part_unreadable")
        return b""
    return payload if isinstance(payload, bytes) else b""


def _flatten(part: Part, content: Content) -> bytes:
    """An attached mail, a delivery status: its bytes as they were, as far as can be told."""
    flat = b""
    for child in part.get_payload():
        try:
            flat += child.as_bytes()  # type: ignore[union-attr]
        except (ValueError, LookupError, TypeError, AttributeError, MessageError, RecursionError):
            content.defects.append("part_unreadable")
            flat += _loose_bytes(child)  # type: ignore[arg-type]
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        return _from_base64(flat)
    return flat


def _loose_bytes(part: Part) -> bytes:
    """Headers and text of a part that the standard library reads and cannot write."""
    fields = "".join(f"{name}: {value}\n" for name, value in part.raw_items())
    payload = part.get_payload()
    text = payload if isinstance(payload, str) else ""
    return f"{fields}\n{text}".encode("utf-8", "surrogateescape")


def _from_base64(data: bytes) -> bytes:
    """An attached mail may not be base64 (RFC 2046, 5.2.1), but some programs do it."""
    carrier = email.message_from_bytes(b"Content-Transfer-Encoding: base64\n\n" + data.lstrip())
    decoded = carrier.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else data


def _without_mime(data: bytes) -> str:
    """The text of a mail nested too deep for any parser, boundaries and part headers left out."""
    _, _, rest = data.replace(b"\r\n", b"\n").partition(b"\n\n")
    return _MIME_LINE.sub("", clean_text(decode_undeclared(rest))).strip()
