"""Body and zones -> sentences: the smallest pieces that belong to one claim or to none.

Customers write two grievances in one breath ("et lappli plante..."), so a piece is a clause rather
than a sentence: it is easier to join clauses again than to cut a sentence later.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.datatypes import Sentence, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.language import Language
    from spacy.tokens import Doc, Token

    from pipeline.datatypes import Zone

CONJUNCTIONS = frozenset(
    (
        *("et", "mais", "puis", "ensuite", "donc", "sinon", "or", "car", "aussi", "idem"),
        *("and", "but", "then", "also", "plus", "so", "otherwise"),
        *("und", "aber", "auch", "sowie", "außerdem", "y", "pero", "además", "también"),
        *("e", "ma", "poi", "inoltre", "anche", "en", "maar", "ook"),
    )
)
"""Words that may begin a new grievance inside a sentence: French, English, then the others."""

LEAST_CHARACTERS = 25
"""A clause is cut off at a conjunction only where both sides are at least so long."""

WRAPPED_LINE = 60
"""A line of so many characters that goes on in lower case was wrapped by a mail program."""

MOST_CHARACTERS = 60_000
MOST_SENTENCES = 200
"""What comes after so much is read by nobody as a claim; a hostile mail must not cost minutes."""

LONGEST_CRUMB = 40
"""So many characters without a word are no crumb any more but drawn lines."""

LONGEST_RUN = 200
"""A longer run of characters without white space is no word; cutting it costs quadratic time."""

MOST_CLOSERS = 4
"""Quotation marks and brackets that may stand between a stop and the next sentence."""

_LOOK_BACK = 1000
_LONG_RUN = re.compile(rf"\S{{{LONGEST_RUN},}}")
_STOPS = frozenset(".!?…;")
_CLOSERS = "\"»”')]*_"
_WORD = re.compile(r"[^\W\d_]{2}|\d{2}")


def split_sentences(body: str, zones: Sequence[Zone], *, nlp: Language) -> tuple[Sentence, ...]:
    """Cut the own words of a mail into sentences.

    Args:
        body: A message's body.
        zones: Left out, whatever their kind.
        nlp: Gives the tokens.

    Returns:
        Sentences in order, apart from each other; each holds a letter or a digit. At most
        `MOST_SENTENCES`, from the first `MOST_CHARACTERS` of the body.
    """
    regions = _regions(body[:MOST_CHARACTERS], zones)
    spans = (span for region in regions for span in _pieces(body, region, nlp=nlp))
    sentences, end = [], 0
    for span in islice(spans, MOST_SENTENCES):
        text = body[span.start : span.end]
        sentences.append(Sentence(span.start, span.end, text, body[end : span.start]))
        end = span.end
    return tuple(sentences)


def _regions(body: str, zones: Sequence[Zone]) -> Iterator[Span]:
    """Give the stretches between the zones."""
    start = 0
    for zone in zones:
        if zone.start > start:
            yield Span(start, min(zone.start, len(body)))
        start = max(start, zone.end)
        if start >= len(body):
            return
    if start < len(body):
        yield Span(start, len(body))


def _pieces(body: str, region: Span, *, nlp: Language) -> Iterator[Span]:
    """Give the sentences of one region; crumbs such as "1." or "-" go with what follows them."""
    text = body[region.start : region.end]
    start = 0
    doc = nlp.make_doc(_LONG_RUN.sub(lambda run: "x" * len(run[0]), text))
    for cut in [*_cuts(doc, text), len(text)]:
        piece = text[start:cut]
        if cut < len(text) and _is_crumb(piece):
            continue
        if words := piece.strip():
            left = start + len(piece) - len(piece.lstrip())
            if any(character.isalnum() for character in words):
                yield Span(region.start + left, region.start + left + len(words))
        start = cut


def _is_crumb(piece: str) -> bool:
    return len(piece) <= LONGEST_CRUMB and _WORD.search(piece) is None and "\n\n" not in piece


def _cuts(doc: Doc, text: str) -> Iterator[int]:
    """Give the characters of the text before which a new sentence begins, rising."""
    start = 0
    for token in doc:
        if _begins_line(token, text) or _follows_stop(token) or _begins_clause(token, text, start):
            start = token.idx
            yield start


def _begins_line(token: Token, text: str) -> bool:
    if token.i == 0 or token.is_space:
        return False
    before = text[max(0, token.idx - _LOOK_BACK) : token.idx].rstrip(" \t\xa0")
    if not before.endswith("\n"):
        return False
    line = before.rstrip().rpartition("\n")[2]
    blank = before.endswith("\n\n")
    wrapped = len(line) >= WRAPPED_LINE and line[-1:] not in _STOPS and token.text[0].islower()
    return blank or not wrapped


def _follows_stop(token: Token) -> bool:
    """Tell whether a stop and white space stand before; "M." is one token and no stop."""
    if token.i == 0 or token.is_space:
        return False
    before = token.nbor(-1)
    if before.is_space and token.i > 1:
        before = token.nbor(-2)
    elif not before.whitespace_:
        return False
    for _ in range(min(MOST_CLOSERS, before.i)):
        if before.text not in _CLOSERS:
            break
        before = before.nbor(-1)
    return all(character in _STOPS for character in before.text)


def _begins_clause(token: Token, text: str, start: int) -> bool:
    """Tell whether a conjunction stands between two clauses that are long enough."""
    if token.lower_ not in CONJUNCTIONS or token.idx - start < LEAST_CHARACTERS:
        return False
    rest = re.split(r"[.!?…;\n]", text[token.idx : token.idx + 200], maxsplit=1)[0]
    return len(rest) >= LEAST_CHARACTERS
