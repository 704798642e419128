from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console

from flows.summary import (
    SHOWN_CLAIMS,
    Summary,
    references_by_kind,
    review_reasons,
    review_table,
    summary_view,
    type_counts,
    types_table,
)
from flows.words import Words
from pipeline.settings import ROOT
from pipeline.store.records import (
    LabelCount,
    QueuedClaim,
    StoredClaim,
    StoredReference,
    TypeCount,
)
from pipeline.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

NOW = datetime(2025, 3, 3, 8, 7, tzinfo=UTC)
TAXONOMY = load_taxonomy(ROOT / "data" / "taxonomy.toml")
FRENCH, ENGLISH = Words(TAXONOMY, "fr"), Words(TAXONOMY, "en")


def printed(what: RenderableType) -> str:
    stream = io.StringIO()
    Console(file=stream, width=120, markup=False, highlight=False).print(what)
    return stream.getvalue()


def make_queued(
    *,
    reasons: Sequence[str] = ("low_confidence",),
    subject: str = "Livraison",
    severity: str | None = "high",
) -> QueuedClaim:
    claim = StoredClaim(
        id=1,
        mail_id=7,
        position=0,
        text="Il manque 4 cartons",
        spans=((0, 19),),
        certainty=1.0,
        state="in_review",
        type="shortage",
        severity=severity,
        nature="non_commercial",
        resolution=None,
        confidence=0.41,
        department="logistics",
        needs_review=True,
        reasons=tuple(reasons),
        amount_text="",
        amount_value=None,
        amount_currency=None,
        model_version="2025-a",
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return QueuedClaim(claim, subject, "Odile", "odile@tilleul.example", NOW, "fr")


def make_reference(kind: str, text: str, claim_id: int | None = 1) -> StoredReference:
    canonical = "".join(filter(str.isalnum, text.upper()))
    return StoredReference(kind, text, canonical, "body", 0, len(text), 7, claim_id)


SUMMARY = Summary(
    kinds=[LabelCount("complaint", 3), LabelCount("thanks", 1)],
    types=[
        TypeCount("damaged", "low", 1),
        TypeCount("shortage", "high", 2),
        TypeCount("shortage", "low", 1),
    ],
    review=[make_queued(), make_queued(reasons=["low_confidence", "critical"])],
    references=[make_reference("invoice", "FA-12"), make_reference("order", "C 7")],
)


def test_a_summary_counts_mails_and_claims() -> None:
    assert (SUMMARY.mails, SUMMARY.claims) == (4, 4)


def test_everything_that_a_supervisor_asks_for_is_shown() -> None:
    text = printed(summary_view(SUMMARY, words=FRENCH))
    for part in (
        *("réclamation", "remerciement", "manquant", "marchandise abîmée", "faible", "élevée"),
        *("À vérifier par un superviseur : 2 sur 4", "Livraison", "41%", "facture", "FA-12"),
    ):
        assert part in text


def test_types_are_ranked_by_their_claims() -> None:
    assert list(type_counts(SUMMARY.types)) == ["shortage", "damaged"]


def test_severities_stand_in_rising_order_with_their_totals() -> None:
    lines = printed(types_table(SUMMARY, words=ENGLISH)).splitlines()
    assert lines[0].split() == ["type", "low", "medium", "high", "critical", "total"]
    assert lines[-1].split() == ["total", "2", "2", "4"]


def test_a_severity_that_was_not_told_has_its_own_column() -> None:
    summary = Summary([], [TypeCount("shortage", None, 5)], [], [])
    assert "not told" in printed(types_table(summary, words=ENGLISH))


def test_a_claim_counts_for_each_of_its_reasons() -> None:
    assert review_reasons(SUMMARY.review) == {"low_confidence": 2, "critical": 1}


def test_the_same_identifier_counts_once() -> None:
    references = [
        make_reference("invoice", "FA-12"),
        make_reference("invoice", "fa 12", claim_id=2),
        make_reference("invoice", "FA-13"),
    ]
    assert references_by_kind(references) == {"invoice": ["FA-12", "FA-13"]}


def test_a_long_queue_is_cut_and_says_so() -> None:
    summary = Summary([], [], [make_queued()] * (SHOWN_CLAIMS + 5), [])
    text = printed(review_table(summary, words=ENGLISH))
    assert text.count("Livraison") == SHOWN_CLAIMS
    assert "+ 5" in text


def test_the_gravest_claims_are_reviewed_first() -> None:
    review = [make_queued(subject=severity, severity=severity) for severity in ("low", "critical")]
    lines = printed(review_table(Summary([], [], review, []), words=ENGLISH)).splitlines()
    assert [line.split()[1] for line in lines[1:]] == ["critical", "low"]


def test_an_empty_store_gives_empty_tables() -> None:
    assert "0" in printed(summary_view(Summary([], [], [], []), words=ENGLISH))


def test_a_subject_cannot_break_the_screen() -> None:
    summary = Summary([], [], [make_queued(subject="[/red]\x1b[2J")], [])
    assert "\x1b" not in printed(review_table(summary, words=ENGLISH))
