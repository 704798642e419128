"""Document, ... -> Evidence, ...: which identifiers and sums of attached files matter.

An invoice is full of numbers. Three sorts matter: the document's own number, what subject or body
name too, and the numbers of trade documents; of its sums the total, and those that the body names.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from pipeline.datatypes import Amount, Evidence, Reference
from pipeline.evidence.contents import TITLES, Contents
from pipeline.references.amounts import find_amounts
from pipeline.references.shapes import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from spacy.language import Language

    from pipeline.datatypes import Document, Message, Statement

TRADE: Final = frozenset({*TITLES, "contract", "ticket"})
"""Kinds of other documents' numbers that matter although the mail does not name them."""

MOST_MENTIONS: Final = 20
"""Numbers kept of one document that the mail does not name."""


def find_evidence(
    message: Message,
    documents: Sequence[Document],
    references: Sequence[Reference],
    *,
    nlp: Language,
) -> tuple[Evidence, ...]:
    """Find what the documents say that bears on the mail.

    Args:
        message: The mail.
        documents: What its files say.
        references: Those of the mail itself.
        nlp: Gives the tokens; a blank pipeline is enough.

    Returns:
        Document by document: its own number, then other numbers, then sums; each once, where it
        stands first. A structured invoice's fields count more than its words.
    """
    if not any(document.pages or document.statements for document in documents):
        return ()
    named = {each.canonical for each in references if not each.where.startswith("attachment:")}
    sums = {(each.value, each.currency) for each in find_amounts(message.body)}
    found: list[Evidence] = []
    for document in documents:
        contents = Contents(message, document, nlp=nlp)
        stated, written = [*_stated(document)], [*contents.evidence(references)]
        found += _chosen_references(stated, written, known=named, named=contents.named)
        found += _chosen_sums([*stated, *written], sums)
    return tuple(found)


def _stated(document: Document) -> Iterator[Evidence]:
    """The fields of a structured invoice; they stand on no page and have no offsets."""
    for statement in document.statements:
        found = _found(statement, f"attachment:{document.name}")
        yield Evidence(
            document.attachment, document.name, 0, statement.role, found, confirmed=False
        )


def _found(statement: Statement, where: str) -> Reference | Amount:
    text = statement.text
    if statement.kind:
        return Reference(statement.kind, text, canonical(text), 0, 0, where)
    return Amount(f"{text} {statement.currency}", Decimal(text), statement.currency, 0, 0)


def _chosen_references(
    stated: Sequence[Evidence],
    written: Sequence[Evidence],
    *,
    known: AbstractSet[str],
    named: AbstractSet[str],
) -> Iterator[Evidence]:
    """Keep one own number, what the mail names too, and some numbers of other trade documents.

    Other numbers of the own one's kind are those of articles more often than not, and so are those
    without a name. Beside a structured invoice's fields the words of its pages only confirm.
    """
    seen: set[str] = set()
    own_kind, mentions = "", 0
    numbers_first = sorted(written, key=lambda item: item.role != "number")
    for place, item in enumerate([*stated, *numbers_first]):
        found = item.found
        if not isinstance(found, Reference) or found.canonical in seen:
            continue
        confirmed = found.canonical in known
        own = item.role == "number" and not own_kind
        another = found.canonical in named and found.kind != own_kind
        tells = place < len(stated) or (another and not stated)
        if not (confirmed or own or (tells and found.kind in TRADE and mentions < MOST_MENTIONS)):
            continue
        seen.add(found.canonical)
        own_kind = found.kind if own else own_kind
        mentions += not (confirmed or own)
        yield replace(item, role="number" if own else "mention", confirmed=confirmed)


def _chosen_sums(
    items: Iterable[Evidence], known: AbstractSet[tuple[Decimal, str]]
) -> Iterator[Evidence]:
    """Keep the total and the sums that the body names too."""
    seen: set[tuple[Decimal, str]] = set()
    totalled = False
    for item in items:
        found = item.found
        if not isinstance(found, Amount) or not found.value:
            continue
        key = (found.value, found.currency)
        total = item.role == "total" and not totalled
        if key in seen or not (total or key in known):
            continue
        seen.add(key)
        totalled = totalled or total
        yield replace(item, role="total" if total else "sum", confirmed=key in known)
