"""An mbox -> its mails one after the other, however large the file; bytes in, bytes out.

A mail starts with a line `From sender date` (RFC 4155). Writers differ in escaping such lines
inside a mail, so a separator must also hold a time and a year and stand before a header line.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_LINE = 1 << 20

_SEPARATOR = re.compile(rb"From .*\b\d{1,2}:\d{2}\b.*\b\d{4}\b|From .*\b\d{4}\b.*\b\d{1,2}:\d{2}\b")
_HEADER = re.compile(rb"[!-9;-~]+[ \t]*:|>From |From ")
_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class MboxEntry:
    """Where one mail lies in an mbox.

    Attributes:
        index: Its number, from 0.
        start: Its first byte after the separator line.
        end: One past its last byte; the empty line before the next separator is not its own.
    """

    index: int
    start: int
    end: int

    @property
    def size_bytes(self) -> int:
        """How many bytes it takes in the file."""
        return self.end - self.start


def is_mbox(stream: BinaryIO) -> bool:
    """Tell whether a file starts as an mbox does; goes back to its start."""
    found = stream.read(5) == b"From "
    stream.seek(0)
    return found


def find_entries(stream: BinaryIO) -> Iterator[MboxEntry]:
    """Find the mails of an mbox, in order; holds no more than two lines at a time."""
    index, start, place, blank = -1, 0, 0, 0
    line = stream.readline(LONGEST_LINE)
    begins = True
    while line:
        following = stream.readline(LONGEST_LINE)
        if begins and _separates(line, following, first=place == 0):
            if index >= 0:
                yield MboxEntry(index, start, place - blank)
            index += 1
            start = place + len(line)
        blank = len(line) if begins and not line.strip(b"\r\n") else 0
        place += len(line)
        begins = line.endswith(b"\n")
        line = following
    if index >= 0:
        yield MboxEntry(index, start, max(start, place - blank))


def read_entry(stream: BinaryIO, entry: MboxEntry, *, most_bytes: int) -> bytes:
    """The bytes of one mail, at most so many; `>From ` becomes `From ` again."""
    stream.seek(entry.start)
    return _ESCAPED.sub(rb"\1", stream.read(min(entry.size_bytes, most_bytes)))


def _separates(line: bytes, following: bytes, *, first: bool) -> bool:
    if not line.startswith(b"From "):
        return False
    return first or bool(_SEPARATOR.match(line) and _HEADER.match(following))
