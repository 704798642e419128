"""Body -> lines with their offsets: what all zone finders look at."""

from __future__ import annotations

from typing import NamedTuple

LONGEST_LINE = 1000
"""Longer lines are prose or machine output: no pattern looks at them, so none can be slow."""

MOST_LINES = 20_000
"""Lines looked at from the top; a body of more is no letter, its rest stays own words."""

MOST_CHARACTERS = 1_000_000
"""Characters looked at from the top, for the same reason."""


class Line(NamedTuple):
    """One line of the body.

    Attributes:
        start: First character in the body, white space left out.
        end: One past its last character that is no white space.
        text: The body's slice; empty where the line is too long to be looked at.
        is_blank: Nothing but white space stands in it.
    """

    start: int
    end: int
    text: str
    is_blank: bool


def split_lines(body: str) -> list[Line]:
    r"""The body's lines, cut at "\n" only."""
    lines: list[Line] = []
    start = 0
    looked_at = 0
    while start <= len(body) and len(lines) < MOST_LINES and looked_at < MOST_CHARACTERS:
        end = body.find("\n", start)
        end = len(body) if end < 0 else end
        lines.append(_line(body, start, end))
        looked_at += len(lines[-1].text)
        start = end + 1
    return lines


def _line(body: str, start: int, end: int) -> Line:
    if end - start > LONGEST_LINE:
        return Line(start, end, "", is_blank=False)
    raw = body[start:end]
    text = raw.strip()
    if not text:
        return Line(start, start, "", is_blank=True)
    start += len(raw) - len(raw.lstrip())
    return Line(start, start + len(text), text, is_blank=False)
