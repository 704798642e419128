"""What can be wrong with a mail: the stable codes of `Message.defects` and what each one means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MEANINGS = {
    "incomplete": "the mail was over the size limit and its end was not fetched",
    "empty": "the mail holds no bytes",
    "header_cut": "a header was longer than any honest one and is cut",
    "headers_dropped": "more headers than any honest mail has; unknown ones are left out",
    "header_repeated": "a header that may stand once stands several times; the first counts",
    "header_charset": "a header holds raw bytes that are not UTF-8",
    "header_unreadable": "encoded words in the headers are beyond repair and stand as they came",
    "sender_missing": "no usable From or Sender",
    "address_malformed": "an address header could not be read as a whole",
    "date_missing": "there is no Date",
    "date_invalid": "the Date is no possible date",
    "date_without_zone": "the Date names no time zone; UTC is assumed",
    "charset_unknown": "a text part declares a charset that nobody knows",
    "charset_wrong": "a text part does not decode with the charset that it declares",
    "transfer_encoding": "base64, quoted-printable or uuencoded content is broken",
    "boundary_missing": "a multipart does not say, or never uses, its boundary",
    "multipart_open": "a multipart does not end; the mail was probably cut",
    "multipart_invalid": "something that calls itself multipart is none",
    "header_separator": "a line among the headers is no header",
    "nested_too_deep": "parts are nested so deep that the inner ones were read as plain text",
    "html_too_deep": "the HTML is nested so deep, or so long, that its layout was ignored",
    "parts_dropped": "more parts than any honest mail has; the last ones are left out",
    "part_unreadable": "a part could not be read, or only loosely",
    "character_forbidden": "the text held NUL characters or lone surrogates, which are removed",
    "winmail": "attachments are inside a TNEF file (winmail.dat), which is kept as it is",
}
"""Code to meaning, for people."""

_LIBRARY = {
    "NoBoundaryInMultipartDefect": "boundary_missing",
    "StartBoundaryNotFoundDefect": "boundary_missing",
    "CloseBoundaryNotFoundDefect": "multipart_open",
    "FirstHeaderLineIsContinuationDefect": "header_separator",
    "MisplacedEnvelopeHeaderDefect": "header_separator",
    "MissingHeaderBodySeparatorDefect": "header_separator",
    "MalformedHeaderDefect": "header_separator",
    "MultipartInvariantViolationDefect": "multipart_invalid",
    "InvalidMultipartContentTransferEncodingDefect": "multipart_invalid",
    "InvalidBase64PaddingDefect": "transfer_encoding",
    "InvalidBase64CharactersDefect": "transfer_encoding",
    "InvalidBase64LengthDefect": "transfer_encoding",
    "UndecodableBytesDefect": "transfer_encoding",
}


def name_defects(found: Iterable[object]) -> list[str]:
    """Our codes for the standard library's defect objects, unknown ones left out."""
    codes = (_LIBRARY.get(type(defect).__name__, "") for defect in found)
    return [code for code in codes if code]
