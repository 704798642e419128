"""Document, ... -> Evidence, ...: which identifiers and sums of attached files matter.

An invoice is full of numbers. Three sorts matter: the document's own number, what subject or body
name too, and the numbers of trade documents; of its sums the total, and those that the body names.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from decimal import Decimal
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from pipeline.datatypes import Amount, Evidence, Reference
from pipeline.references.amounts import find_amounts
from pipeline.references.find import find_references
from pipeline.references.kinds import NAMED, find_cues
from pipeline.references.shapes import canonical, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from spacy.language import Language

    from pipeline.datatypes import Document, EvidenceRole, Message, Page, Statement

TITLES: Final = ("invoice", "credit_note", "delivery_note", "order")
"""What a document can be, as reference kinds."""

TRADE: Final = frozenset({*TITLES, "contract", "ticket"})
"""Kinds of other documents' numbers that matter although the mail does not name them."""

MOST_MENTIONS: Final = 20
"""Numbers kept of one document that the mail does not name."""

TITLE_REACH: Final = 1500
"""Characters of the first page in which the title stands."""

TITLE_LINE: Final = 60
"""Characters of the line that a title stands in, at most."""

_JOIN: Final = "\n\n"
_TOTALS: Final = (
    (3, r"net a payer|montant a payer|reste a payer|amount due|balance due|total due|zu zahlen"),
    (3, r"zahlbetrag|importe a pagar|totale da pagare|te betalen"),
    (2, r"total t ?t ?c|montant ttc|ttc|grand total|invoice total|total amount|gesamtbetrag"),
    (2, r"rechnungsbetrag|bruttobetrag|total factura|totale fattura|totaal incl"),
    (1, r"total general|total|totale|totaal|summe"),
)
_TOTAL: Final = [(rank, re.compile(rf"\b(?:{words})\b")) for rank, words in _TOTALS]

TOTAL_REACH: Final = 60
"""Characters between the words for a total and the sum; no other sum stands between."""


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
        words = _Words(message, document, nlp=nlp)
        stated, written = [*_stated(document)], [*words.evidence(references)]
        found += _chosen_references(stated, written, named)
        found += _chosen_sums([*stated, *written], sums)
    return tuple(found)


class _Words:
    """The pages of a document as one text with the identifiers and sums in it."""

    def __init__(self, message: Message, document: Document, *, nlp: Language) -> None:
        self.document = document
        self.text = _JOIN.join(page.text for page in document.pages)
        lengths = (len(page.text) + len(_JOIN) for page in document.pages)
        self.starts = list(accumulate(lengths, initial=0))[:-1]
        self.references: tuple[Reference, ...] = ()
        self.amounts: tuple[Amount, ...] = ()
        self.title = ""
        if self.text:
            written = replace(message, subject="", body=self.text, attachments=())
            self.references = find_references(written, nlp=nlp)
            self.amounts = find_amounts(self.text)
            self.title = _title(document.pages[0], nlp=nlp)

    def evidence(self, references: Sequence[Reference]) -> Iterator[Evidence]:
        """Everything that the pages say, the own number and the total told apart."""
        number = self._own_number(references)
        total = _total(self.text, self.amounts)
        for reference in self.references:
            yield self._placed(reference, "number" if reference.canonical == number else "mention")
        for amount in self.amounts:
            yield self._placed(amount, "total" if amount is total else "sum")

    def _own_number(self, references: Sequence[Reference]) -> str:
        """The number that the file's name tells too, else the first of the title's kind."""
        if self.document.format in {"xlsx", "workbook", "csv", "mail"}:
            return ""
        place = f"attachment:{self.document.name}"
        in_name = {each.canonical for each in references if each.where == place}
        in_name.add(canonical(self.document.name.rpartition("/")[2].rpartition(".")[0]))
        first_page = [each for each in self.references if self._page(each.start) == 0]
        for reference in first_page:
            if reference.canonical in in_name and reference.kind in TITLES:
                return reference.canonical
        for reference in first_page:
            if reference.kind == self.title:
                return reference.canonical
        return ""

    def _page(self, start: int) -> int:
        """Index of the page in which a place of the whole text stands."""
        return bisect_right(self.starts, start) - 1

    def _placed(self, found: Reference | Amount, role: EvidenceRole) -> Evidence:
        index = self._page(found.start)
        offset, document = self.starts[index], self.document
        moved: Reference | Amount = replace(
            found, start=found.start - offset, end=found.end - offset
        )
        if isinstance(moved, Reference):
            moved = replace(moved, where=f"attachment:{document.name}")
        number = document.pages[index].number
        return Evidence(document.attachment, document.name, number, role, moved, confirmed=False)


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
    stated: Sequence[Evidence], written: Sequence[Evidence], named: AbstractSet[str]
) -> Iterator[Evidence]:
    """Keep one own number, what the mail names too, and some numbers of other trade documents.

    Other numbers of the own one's kind are those of articles more often than not. Beside a
    structured invoice's fields the words of its pages only confirm.
    """
    seen: set[str] = set()
    own_kind, mentions = "", 0
    numbers_first = sorted(written, key=lambda item: item.role != "number")
    for place, item in enumerate([*stated, *numbers_first]):
        found = item.found
        if not isinstance(found, Reference) or found.canonical in seen:
            continue
        confirmed = found.canonical in named
        own = item.role == "number" and not own_kind
        tells = place < len(stated) or not (stated or found.kind == own_kind)
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


def _title(page: Page, *, nlp: Language) -> str:
    """What a first page calls itself: a name at the beginning of a short line, else any name.

    The first counts; an order only where there is no other, since every document names its order.
    """
    text = page.text[:TITLE_REACH]
    cues = [cue for cue in find_cues(text, nlp=nlp) if cue.kind in TITLES and cue.weight >= NAMED]
    heads = [cue for cue in cues if _begins_line(text, cue.start)] or cues
    kinds = [cue.kind for cue in heads]
    return next((kind for kind in kinds if kind != "order"), kinds[0] if kinds else "")


def _begins_line(text: str, start: int) -> bool:
    begin = text.rfind("\n", 0, start) + 1
    line = text[begin:].partition("\n")[0]
    return not text[begin:start].strip() and len(line) <= TITLE_LINE


def _total(text: str, amounts: Sequence[Amount]) -> Amount | None:
    """The sum after the strongest words for a total, the last where several are as strong."""
    view = plain(text)
    best: tuple[int, int] = (0, 0)
    total = None
    for index, amount in enumerate(amounts):
        before = view[max(0, amount.start - TOTAL_REACH) : amount.start]
        begin = 0 if index == 0 else amounts[index - 1].end - amount.start + len(before)
        before = before[max(0, begin) :]
        rank = max((rank for rank, words in _TOTAL if words.search(before)), default=0)
        if rank and (rank, index) > best:
            best, total = (rank, index), amount
    return total
