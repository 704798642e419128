"""What the store counted -> tables that a supervisor reads; knows no database, prints nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.mail_view import severity_style
from flows.words import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from flows.words import Words
    from pipeline.store.records import LabelCount, QueuedClaim, StoredReference, TypeCount

SUBJECT_LENGTH = 48
"""Characters of a subject in a list."""

SHOWN_CLAIMS = 12
"""Most claims told one by one in the review table."""

EXAMPLES = 3
"""Identifiers told for each kind of reference."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of the mails so far.

    Attributes:
        kinds: Mails by kind, the most frequent first.
        types: Claims by type and severity.
        review: Claims that a supervisor looks at first, the oldest first.
        references: Different identifiers, the newest first.
    """

    kinds: Sequence[LabelCount]
    types: Sequence[TypeCount]
    review: Sequence[QueuedClaim]
    references: Sequence[StoredReference]

    @property
    def mails(self) -> int:
        """How many mails were understood."""
        return sum(row.count for row in self.kinds)

    @property
    def claims(self) -> int:
        """How many claims they hold."""
        return sum(row.count for row in self.types)


def summary_view(summary: Summary, *, words: Words) -> RenderableType:
    """Show everything, one table under the other."""
    share = f"{len(summary.review)} {words.phrase('of')} {summary.claims}"
    sections: dict[str, list[RenderableType]] = {
        words.phrase("mails_by_kind"): [kinds_table(summary, words=words)],
        words.phrase("claims_by_type"): [types_table(summary, words=words)],
        f"{words.phrase('to_review')} : {share}": [
            reasons_table(summary, words=words),
            Text(),
            review_table(summary, words=words),
        ],
        words.phrase("references_found"): [references_table(summary, words=words)],
    }
    parts: list[RenderableType] = []
    for title, tables in sections.items():
        parts += [Text(), Text(title, style="bold underline"), *tables]
    return Group(*parts)


def kinds_table(summary: Summary, *, words: Words) -> Table:
    """Mails by kind."""
    table = _table()
    table.add_column(words.phrase("kind"))
    table.add_column(words.phrase("mails"), justify="right")
    for row in summary.kinds:
        table.add_row(words.kind(row.label), str(row.count))
    table.add_section()
    table.add_row(words.phrase("total"), str(summary.mails), style="bold")
    return table


def types_table(summary: Summary, *, words: Words) -> Table:
    """Claims by type, one column a severity, the most frequent type first."""
    counts = type_counts(summary.types)
    known = list(words.taxonomy.severities)
    told = {severity for by_severity in counts.values() for severity in by_severity}
    severities = [*known, *sorted(told - {None, *known}, key=str), *({None} & told)]
    table = _table()
    table.add_column(words.phrase("type"))
    for severity in severities:
        style = severity_style(severity, words)
        table.add_column(Text(words.severity(severity), style=style), justify="right", style=style)
    table.add_column(words.phrase("total"), justify="right", style="bold")
    for claim_type, by_severity in counts.items():
        cells = [str(by_severity[severity] or "") for severity in severities]
        table.add_row(words.type(claim_type), *cells, str(by_severity.total()))
    table.add_section()
    totals = sum(counts.values(), Counter())
    cells = [str(totals[severity] or "") for severity in severities]
    table.add_row(words.phrase("total"), *cells, str(summary.claims), style="bold")
    return table


def reasons_table(summary: Summary, *, words: Words) -> Table:
    """Why claims go to review; one claim may have several reasons."""
    table = _table()
    table.add_column(words.phrase("why"))
    table.add_column(words.phrase("claims"), justify="right")
    for reason, count in review_reasons(summary.review).items():
        table.add_row(words.reason(reason), str(count))
    return table


def review_table(summary: Summary, *, words: Words) -> Table:
    """The claims that go to review, one a line: the gravest first, then the least certain."""
    ranked = sorted(
        summary.review,
        key=lambda queued: (-words.gravity(queued.claim.severity), queued.claim.confidence),
    )
    shown = ranked[:SHOWN_CLAIMS]
    table = _table()
    table.add_column("", justify="right", style="dim")
    table.add_column(words.phrase("mail"), no_wrap=True, max_width=SUBJECT_LENGTH)
    table.add_column(words.phrase("type"))
    table.add_column(words.phrase("severity"))
    table.add_column(words.phrase("confidence"), justify="right")
    table.add_column(words.phrase("why"))
    for queued in shown:
        claim = queued.claim
        table.add_row(
            str(claim.mail_id),
            Text(printable(queued.subject) or words.phrase("no_subject")),
            words.type(claim.type),
            Text(words.severity(claim.severity), style=severity_style(claim.severity, words)),
            f"{claim.confidence:.0%}",
            ", ".join(words.reason(reason) for reason in claim.reasons),
        )
    if len(shown) < len(summary.review):
        table.add_row("", f"+ {len(summary.review) - len(shown)}", style="dim")
    return table


def references_table(summary: Summary, *, words: Words) -> Table:
    """Different identifiers by kind, with a few of them."""
    table = _table()
    table.add_column(words.phrase("references"))
    table.add_column(words.phrase("count"), justify="right")
    table.add_column(words.phrase("examples"))
    for kind, texts in references_by_kind(summary.references).items():
        examples = printable(", ".join(texts[:EXAMPLES]))
        table.add_row(words.reference(kind), str(len(texts)), Text(examples))
    return table


def type_counts(types: Sequence[TypeCount]) -> Mapping[str, Counter[str | None]]:
    """Claim type to its severities with their counts, the most frequent type first."""
    counts: dict[str, Counter[str | None]] = {}
    for row in types:
        counts.setdefault(row.type, Counter())[row.severity] += row.count
    return dict(sorted(counts.items(), key=lambda item: (-item[1].total(), item[0])))


def review_reasons(review: Sequence[QueuedClaim]) -> Mapping[str, int]:
    """Reason code to the number of claims that have it, the most frequent first."""
    return dict(
        Counter(reason for queued in review for reason in queued.claim.reasons).most_common()
    )


def references_by_kind(references: Sequence[StoredReference]) -> Mapping[str, Sequence[str]]:
    """Kind to its different identifiers as first written, the most frequent kind first."""
    kinds: dict[str, dict[str, str]] = {}
    for reference in references:
        kinds.setdefault(reference.kind, {}).setdefault(reference.canonical, reference.text)
    ranked = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0]))
    return {kind: list(texts.values()) for kind, texts in ranked}


def _table() -> Table:
    return Table(box=None, pad_edge=False, header_style="dim")
