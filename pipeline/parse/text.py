r"""Bytes -> text that any database takes: charset told, guessed or forced, lines end with "\n"."""

from __future__ import annotations

import codecs
import re

_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|\u0085")

_WORD_START = re.compile(r"=\?([^?\s]{1,60})\?")
_BASE64_WORD = re.compile(r"(=\?[^?\s]{1,60}\?[bB]\?)([^?]{0,2000})\?=")
_NO_BASE64 = re.compile(r"[^A-Za-z0-9+/]")

_NOT_FOR_MAIL = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "mbcs", "oem"}
)
"""Python's codecs that are no charsets; some are quadratic, some warn, some always fail."""

_SUPERSETS = {"ascii": "utf-8", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030"}
"""Mail programs declare the small charset and use the large one (WHATWG Encoding, 4.2)."""


def clean_text(text: str) -> str:
    r"""Remove NUL characters and lone surrogates, which no database takes; end lines with "\n"."""
    if "\0" in text:
        text = text.replace("\0", "")
    if "\r" in text or "\u0085" in text:
        text = _LINE_END.sub("\n", text)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        text = _SURROGATE.sub("", text)
    return text


def is_clean(text: str) -> bool:
    """Tell whether a decoded text is free of NUL characters and lone surrogates."""
    return "\0" not in text and not _SURROGATE.search(text)


def decode_bytes(data: bytes, charset: str) -> tuple[str, str]:
    """Decode by the declared charset, then UTF-8, then Windows-1252, which never fails.

    Args:
        data: The text's bytes.
        charset: As declared; empty where nothing is declared.

    Returns:
        The text, not yet cleaned, and the defect's code or an empty string.
    """
    codec = find_codec(charset)
    if codec:
        try:
            return data.decode(codec).removeprefix("\ufeff"), ""
        except ValueError:
            return decode_undeclared(data), "charset_wrong"
    return decode_undeclared(data), "charset_unknown" if charset else ""


def decode_undeclared(data: bytes) -> str:
    """Decode as UTF-8, else as Windows-1252, whose five gaps become replacement characters."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def disarm_words(text: str) -> str:
    """Mend encoded words that libraries raise or warn over: a charset that is none, cut base64.

    Args:
        text: A header's raw value, or several; NUL characters go too.
    """
    return _BASE64_WORD.sub(_mended, _WORD_START.sub(_disarmed, text.replace("\0", "")))


def _disarmed(word: re.Match[str]) -> str:
    charset, star, language = word[1].partition("*")
    return word[0] if find_codec(charset) else f"=?x-unknown{star}{language}?"


def _mended(word: re.Match[str]) -> str:
    """One character over a multiple of four is no base64 and holds not even one byte."""
    letters = _NO_BASE64.sub("", word[2])
    return word[0] if len(letters) % 4 != 1 else f"{word[1]}{letters[:-1]}?="


def find_codec(charset: str) -> str:
    """Name of the codec for a declared charset; empty where there is none that is for text."""
    try:
        name = codecs.lookup(charset.strip().strip("'\"")).name if charset else ""
    except (LookupError, ValueError):
        return ""
    name = _SUPERSETS.get(name, name)
    if name in _NOT_FOR_MAIL:
        return ""
    try:
        b"".decode(name)
    except (LookupError, ValueError):
        return ""
    return name
