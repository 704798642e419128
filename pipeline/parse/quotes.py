"""Lines -> earlier messages quoted or passed on in them, each with its attribution.

A quoted earlier message is a quote. The content of a forwarded one is not: it is the customer's
own words, only its header block is cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.datatypes import Span
from pipeline.parse.phrases import (
    DATED_ADDRESS,
    DATED_NAME,
    FIELD,
    FIELD_KINDS,
    FORWARD_SUBJECT,
    FORWARDED,
    GROUPWISE,
    INSIDE_LINE,
    ONE_LINE_BLOCK,
    OPENING,
    ORIGINAL,
    OWN_STORY,
    RULE,
    STRONG_EVIDENCE,
    WROTE,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from pipeline.parse.lines import Line

COVER_NOTE = 240
"""Longest text above a forwarded message, in characters, that only passes it on."""

BLOCK_LINES = 16
"""Lines that a header block may have, folded addresses included."""

ATTRIBUTION_LINES = 5
"""Lines over which mail programs wrap an attribution, empty ones included."""


@dataclass(frozen=True, slots=True)
class _Head:
    """The lines that announce an earlier message.

    Attributes:
        first: Index of the first line.
        last: Index of the last line.
        start: First character; inside the first line where own words stand before it.
        is_forward: It says by itself that the message is passed on.
    """

    first: int
    last: int
    start: int
    is_forward: bool = False


def find_quotes(body: str, lines: Sequence[Line], *, subject: str = "") -> list[Span]:
    """Stretches that are quoted, sorted, apart from each other.

    Args:
        body: What the lines were cut from.
        lines: All its lines.
        subject: The mail's; tells forwarded mail.
    """
    spans: list[Span] = []
    index = 0
    is_own_above = 0
    while index < len(lines):
        head = _head_at(lines, index)
        if head is None and not _is_quoted(lines, index):
            is_own_above += len(lines[index].text)
            index += 1
            continue
        if head is not None and not _marked_below(lines, head.last):
            is_own_above += head.start - lines[head.first].start
            if _is_passed_on(head, is_own_above, subject):
                spans.append(Span(head.start, lines[head.last].end))
                index = head.last + 1
                continue
            spans.append(Span(head.start, len(body)))
            break
        start = head.start if head else lines[index].start
        last = _end_of_marked(lines, head.last + 1 if head else index)
        spans.append(Span(start, lines[last].end))
        index = last + 1
    return spans


def _is_passed_on(head: _Head, own_above: int, subject: str) -> bool:
    """Tell a forwarded message from a quoted one by what stands above it and by the subject."""
    if own_above == 0:
        return True
    is_forward = head.is_forward or bool(FORWARD_SUBJECT.match(subject))
    return is_forward and own_above <= COVER_NOTE


def _head_at(lines: Sequence[Line], index: int) -> _Head | None:
    """The announcement of an earlier message that begins in this line, if one does."""
    text = lines[index].text
    if not text:
        return None
    if FORWARDED.match(text) or ORIGINAL.match(text):
        last = _block_end(lines, _next_filled(lines, index + 1))
        return _Head(
            index,
            index if last is None else last,
            lines[index].start,
            is_forward=bool(FORWARDED.match(text)),
        )
    if RULE.match(text):
        below = _next_filled(lines, index + 1)
        last = _block_end(lines, below) if below is not None else None
        return None if last is None else _Head(index, last, lines[index].start)
    if ":" in text:
        last = _block_end(lines, index)
        if last is not None:
            return _Head(index, last, lines[index].start)
    return _attribution_at(lines, index)


def _block_end(lines: Sequence[Line], index: int | None) -> int | None:
    """Last line of the header block that begins here; None where there is none."""
    if index is None or FIELD.match(lines[index].text) is None:
        return None
    if ONE_LINE_BLOCK.match(lines[index].text):
        return index
    kinds: set[str] = set()
    values: list[str] = []
    last, folded = index, 0
    for number in range(index, min(index + BLOCK_LINES, len(lines))):
        field = FIELD.match(lines[number].text)
        if field is None:
            folded += 1
            if folded > 2:  # noqa: PLR2004  an empty line, or an address folded twice
                break
            continue
        kind = _kind(field)
        if folded and lines[number - 1].is_blank and kind in kinds:
            break
        kinds.add(kind)
        values.append(field["value"])
        last, folded = number, 0
    return last if _is_block(kinds, " ".join(values)) else None


def _kind(field: re.Match[str]) -> str:
    return next(name for name in FIELD_KINDS if field[name] is not None)


def _is_block(kinds: set[str], values: str) -> bool:
    """Tell a mail's header block from a letter's `Date: Objet:` or a route's `De: À:`."""
    if "from" in kinds and kinds & {"sent", "subject"}:
        return True
    return len(kinds & {"from", "to", "sent", "subject"}) >= 2 and "@" in values  # noqa: PLR2004


def _attribution_at(lines: Sequence[Line], index: int) -> _Head | None:
    """`Le ... a écrit :` and its sisters, over several lines where the program wrapped it."""
    line = lines[index]
    if GROUPWISE.match(line.text):
        return _Head(index, index, line.start)
    opening = OPENING.match(line.text)
    inside = None if opening else INSIDE_LINE.search(line.text)
    if opening is None and inside is None and not WROTE.search(line.text):
        if DATED_ADDRESS.match(line.text):
            return _Head(index, index, line.start)
        return None
    text = ""
    for number in range(index, min(index + ATTRIBUTION_LINES, len(lines))):
        text = f"{text} {lines[number].text}".strip()
        if _is_attribution(text, lines, number):
            offset = inside.start() if inside else 0
            return _Head(index, number, line.start + offset)
        if lines[number].is_blank and "<" not in text:
            break
    return None


def _is_attribution(text: str, lines: Sequence[Line], last: int) -> bool:
    if len(text) > 400:  # noqa: PLR2004  names and addresses are shorter
        return False
    if DATED_ADDRESS.match(text):
        return True
    wrote = WROTE.search(text)
    if wrote is None:
        return (
            bool(OPENING.match(text)) and text.endswith(">:") and bool(STRONG_EVIDENCE.search(text))
        )
    if text.startswith("--") and text.endswith("--"):
        return True
    if _marked_below(lines, last):
        return any(char.isdigit() or char == "@" for char in text)
    return bool(STRONG_EVIDENCE.search(text) or DATED_NAME.match(text)) and not OWN_STORY.search(
        text
    )


def _is_quoted(lines: Sequence[Line], index: int) -> bool:
    """Tell a line that carries the quote mark."""
    text = lines[index].text
    return text.startswith(">") and not text.endswith("<")


def _marked_below(lines: Sequence[Line], last: int) -> bool:
    below = _next_filled(lines, last + 1)
    return below is not None and _is_quoted(lines, below)


def _end_of_marked(lines: Sequence[Line], index: int) -> int:
    """Last line of the stretch of marked lines; empty lines inside it belong to it."""
    last = index
    number = index
    while number < len(lines):
        if _is_quoted(lines, number):
            last = number
        elif not lines[number].is_blank and not _is_wrapped_quote(lines, number):
            break
        number += 1
    return last


def _is_wrapped_quote(lines: Sequence[Line], index: int) -> bool:
    """Tell the end of a long quoted line that a program broke without repeating the mark."""
    if index == 0 or index + 1 >= len(lines):
        return False
    before, text = lines[index - 1].text, lines[index].text
    if not (_is_quoted(lines, index - 1) and _is_quoted(lines, index + 1)):
        return False
    is_broken = len(before) >= 60 and not before.endswith((".", "!", "?", ":"))  # noqa: PLR2004
    is_link = (" " not in text and len(text) >= 10) or text.startswith("(http")  # noqa: PLR2004
    return (is_broken and text[:1].islower()) or is_link


def _next_filled(lines: Sequence[Line], index: int) -> int | None:
    for number in range(index, min(index + 6, len(lines))):
        if not lines[number].is_blank:
            return number
    return None
