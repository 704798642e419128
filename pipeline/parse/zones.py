"""Body -> Zone...: what of a mail is not the customer's present concern."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.datatypes import Span, Zone
from pipeline.parse.footers import find_footers
from pipeline.parse.greeting import find_greeting
from pipeline.parse.lines import Line, split_lines
from pipeline.parse.quotes import find_quotes
from pipeline.parse.signature import find_closing, find_signature, signed_part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.datatypes import ZoneKind

CUT: frozenset[ZoneKind] = frozenset({"quote", "signature", "disclaimer"})
"""Kinds that are no own words; greeting and closing are, and stay."""


def find_zones(body: str, *, subject: str = "") -> tuple[Zone, ...]:
    """Zones of a body, sorted, apart from each other, without white space at their ends.

    Args:
        body: As `Message.body`; any text.
        subject: As `Message.subject`; tells forwarded mail.
    """
    lines = split_lines(body)
    quotes = find_quotes(body, lines, subject=subject)
    zones = [Zone("quote", *span) for span in quotes]
    is_lower = sum(map(str.isupper, body[:5000])) < 0.01 * len(body[:5000])
    for region in _own_regions(lines, quotes):
        zones += _region_zones(body, region, is_lower=is_lower)
    return tuple(sorted(_trimmed(body, zones), key=lambda zone: zone.start))


def own_text(body: str, zones: Iterable[Zone]) -> str:
    """The body without its quotes, signatures and disclaimers.

    Args:
        body: As given to `find_zones`.
        zones: What it gave, sorted.
    """
    pieces: list[str] = []
    position = 0
    for zone in zones:
        if zone.kind in CUT:
            pieces.append(body[position : zone.start])
            position = zone.end
    pieces.append(body[position:])
    return "".join(pieces).strip()


def _own_regions(lines: Sequence[Line], quotes: Sequence[Span]) -> list[list[Line]]:
    """The lines between quotes; a line that only ends in a quote keeps its beginning."""
    regions: list[list[Line]] = [[]]
    waiting = list(reversed(quotes))
    for line in lines:
        while waiting and waiting[-1].end <= line.start and waiting[-1].end < line.end:
            waiting.pop()
            regions.append([])
        if not waiting or line.end <= waiting[-1].start:
            regions[-1].append(line)
        elif line.start < waiting[-1].start:
            regions[-1].append(line._replace(end=waiting[-1].start))
    return [region for region in regions if any(not line.is_blank for line in region)]


def _region_zones(body: str, lines: list[Line], *, is_lower: bool) -> list[Zone]:
    first = next(line.start for line in lines if not line.is_blank)
    footers = [footer for footer in find_footers(lines) if footer[1].start > first]
    fixed = [
        Zone("signature" if kind == "mobile" else "disclaimer", *span) for kind, span in footers
    ]
    own = [line for line in lines if not any(_covers(span, line) for _, span in footers)]
    zones: list[Zone] = []
    greeting = find_greeting(own)
    if greeting:
        zones.append(Zone("greeting", *greeting))
        own = [_after(body, line, greeting.end) for line in own if line.end > greeting.end]
    zones += _ending_zones(own, is_lower=is_lower)
    return fixed + [piece for zone in zones for piece in _around(zone, fixed)]


def _ending_zones(own: list[Line], *, is_lower: bool) -> list[Zone]:
    closing = find_closing(own)
    signature = find_signature(own, closing_end=closing[1] if closing else None, is_lower=is_lower)
    zones: list[Zone] = []
    if closing and (signature is None or signature.start >= own[closing[1] - 1].end):
        line = own[closing[1] - 1]
        begins = signed_part(line.text)
        start = own[closing[0]].start
        if begins:
            cut = line.start + begins
            zones.append(Zone("closing", start, cut))
            signature = Span(cut, signature.end if signature else line.end)
        else:
            zones.append(Zone("closing", start, line.end))
    if signature:
        zones.append(Zone("signature", *signature))
    return zones


def _around(zone: Zone, fixed: Iterable[Zone]) -> Iterable[Zone]:
    """The pieces of a zone that other zones, sorted, leave of it."""
    start = zone.start
    for other in fixed:
        if other.end > start and other.start < zone.end:
            yield Zone(zone.kind, start, other.start)
            start = other.end
    yield Zone(zone.kind, start, zone.end)


def _after(body: str, line: Line, start: int) -> Line:
    """The rest of a line from a character on, or the whole line where it begins later."""
    if line.start >= start:
        return line
    return line._replace(start=start, text=body[start : line.end].strip() if line.text else "")


def _covers(span: Span, line: Line) -> bool:
    return span.start <= line.start and line.end <= span.end and line.start < span.end


def _trimmed(body: str, zones: Iterable[Zone]) -> Iterable[Zone]:
    for zone in zones:
        text = body[zone.start : zone.end]
        start = zone.start + len(text) - len(text.lstrip())
        end = zone.start + len(text.rstrip())
        if start < end:
            yield Zone(zone.kind, start, end)
