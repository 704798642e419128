"""Sentences -> claims, with the grouping that a trained model gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.claims.sentences import split_sentences
from pipeline.datatypes import Claim, Sentence, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spacy.language import Language

    from pipeline.datatypes import Message, Passage, TriageModel, Zone

MOST_PIECES = 80
"""Pieces that are gathered: the work grows with their square, and a person writes fewer."""


def split_claims(
    message: Message,
    zones: Sequence[Zone],
    passage: Passage,
    *,
    nlp: Language,
    model: TriageModel,
) -> tuple[Claim, ...]:
    """Split the own words of a complaint into claims.

    Args:
        message: A mail that complains.
        zones: Its zones.
        passage: Its own words.
        nlp: Gives the tokens.
        model: Gathers the sentences.

    Returns:
        At least one claim: where no sentence is left outside the zones, the whole body, or the
        subject where the body is empty.
    """
    quotes = [zone for zone in zones if zone.kind == "quote"]
    sentences = (
        split_sentences(message.body, zones, nlp=nlp)
        or split_sentences(message.body, quotes, nlp=nlp)
        or split_sentences(message.body, (), nlp=nlp)
    )
    if not sentences:
        return (Claim((), message.subject, certainty=0.0),)
    pieces = bounded_pieces(message.body, sentences)
    return tuple(
        _claim(message.body, [pieces[place] for place in places], certainty)
        for places, certainty in model.group_sentences(passage, pieces)
    )


def bounded_pieces(body: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Join neighbours of a very long mail, so that at most `MOST_PIECES` are left."""
    size = -(-len(sentences) // MOST_PIECES)
    runs = [sentences[start : start + size] for start in range(0, len(sentences), size)]
    return tuple(
        Sentence(run[0].start, run[-1].end, body[run[0].start : run[-1].end], run[0].gap)
        for run in runs
    )


def _claim(body: str, sentences: Sequence[Sentence], certainty: float) -> Claim:
    spans = join_neighbours(body, [Span(sentence.start, sentence.end) for sentence in sentences])
    return Claim(spans, "\n".join(body[span.start : span.end] for span in spans), certainty)


def join_neighbours(body: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Join sorted spans that only white space or punctuation parts."""
    joined: list[Span] = []
    for span in spans:
        if joined and not any(map(str.isalnum, body[joined[-1].end : span.start])):
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return tuple(joined)
