"""Document -> what its pages say: identifiers and sums, its own number and its total told apart."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from pipeline.datatypes import Amount, Evidence, Reference
from pipeline.references.amounts import find_amounts
from pipeline.references.find import find_references
from pipeline.references.kinds import NAMED, WEAKLY_NAMED, find_cues
from pipeline.references.shapes import canonical, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from spacy.language import Language

    from pipeline.datatypes import Document, EvidenceRole, Message, Page

TITLES: Final = ("invoice", "credit_note", "delivery_note", "order")
"""What a document can be, as reference kinds."""

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

LISTS: Final = frozenset({"xlsx", "workbook", "csv", "mail"})
"""Formats of documents that have no number of their own."""

NAME_REACH: Final = 60
"""Characters before an identifier in which its name stands."""

LIST_GAP: Final = 20
"""Characters between members of a list of which only the first is named."""

_ACCOUNT: Final = re.compile(
    r"\b(?:releve|etat des? (?:compte|litiges?|impayes)|statement|kontoauszug|zahlungserinnerung"
    r"|mahnung|lettre de relance|relance|rappel|reminder|overdue|estado de cuenta|estratto conto"
    r"|rekeningoverzicht|aanmaning)\b"
)
_ACCOUNT_REACH: Final = 200


class Contents:
    """The pages of a document as one text with the identifiers and sums in it.

    Args:
        message: The mail that it came with.
        document: Its pages.
        nlp: Gives the tokens.
    """

    def __init__(self, message: Message, document: Document, *, nlp: Language) -> None:
        self.document = document
        self.text = _JOIN.join(page.text for page in document.pages)
        lengths = (len(page.text) + len(_JOIN) for page in document.pages)
        self.starts = list(accumulate(lengths, initial=0))[:-1]
        self.references: tuple[Reference, ...] = ()
        self.amounts: tuple[Amount, ...] = ()
        self.named: frozenset[str] = frozenset()
        self.title = ""
        if self.text:
            written = replace(message, subject="", body=self.text, attachments=())
            self.references = find_references(written, nlp=nlp)
            self.amounts = find_amounts(self.text)
            self.named = frozenset(_named(self.references, self.text, nlp=nlp))
            self.title = _title(document.pages[0].text[:TITLE_REACH], nlp=nlp)

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
        if self.document.format in LISTS or _is_account(self.document.pages):
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


def _named(references: Sequence[Reference], text: str, *, nlp: Language) -> Iterator[str]:
    """The identifiers that have the name of their kind before them, or go on with such a list."""
    last_kind, last_end = "", -LIST_GAP
    for reference in references:
        before = text[max(0, reference.start - NAME_REACH) : reference.start]
        kind = reference.kind
        goes_on = kind == last_kind and reference.start - last_end <= LIST_GAP
        if goes_on or any(
            cue.kind == kind and cue.weight >= WEAKLY_NAMED for cue in find_cues(before, nlp=nlp)
        ):
            last_kind, last_end = kind, reference.end
            yield reference.canonical


def _is_account(pages: Sequence[Page]) -> bool:
    """Tell a list of what is unpaid: it names many invoices and is none."""
    return _ACCOUNT.search(plain(pages[0].text[:_ACCOUNT_REACH])) is not None


def _title(text: str, *, nlp: Language) -> str:
    """What a first page calls itself: a name at the beginning of a short line, else any name.

    The first counts; an order only where there is no other, since every document names its order.
    """
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
