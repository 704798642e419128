from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Console

from flows.mail_view import CLAIM_COLOURS, bracketed_body, claim_view, coloured_body, mail_view
from flows.shown import shown_from_triaged
from flows.words import Words
from pipeline.datatypes import Amount, Document, Evidence, Reference, Span
from pipeline.settings import ROOT
from pipeline.taxonomy import load_taxonomy
from tests.flows.triaged import BODY, make_claim, make_triaged

if TYPE_CHECKING:
    from rich.console import RenderableType

TAXONOMY = load_taxonomy(ROOT / "data" / "taxonomy.toml")
FRENCH, ENGLISH = Words(TAXONOMY, "fr"), Words(TAXONOMY, "en")


def printed(what: RenderableType) -> str:
    stream = io.StringIO()
    Console(file=stream, width=100, markup=False, highlight=False).print(what)
    return stream.getvalue()


def test_a_mail_is_shown_with_its_facts_and_claims() -> None:
    text = printed(mail_view(shown_from_triaged(make_triaged()), words=ENGLISH))
    for part in (
        *("fr-1", "Livraison incomplète", "complaint (99%)", "2025-03-03 08:07 UTC", "bl.pdf"),
        *("1. shortage", "medium", "non-commercial", "confidence 93% → logistics"),
        *("invoice FA-12", "212,40 €"),
    ):
        assert part in text


def test_words_come_in_the_readers_language() -> None:
    text = printed(mail_view(shown_from_triaged(make_triaged()), words=FRENCH))
    for part in ("réclamation (99%)", "1. manquant", "moyenne", "logistique", "facture FA-12"):
        assert part in text


def test_the_reasons_of_a_review_are_told() -> None:
    shown = shown_from_triaged(make_triaged(claims=[make_claim(reasons=["an_odd_reason"])]))
    assert "review : an odd reason" in printed(claim_view(shown.claims[0], number=1, words=ENGLISH))


def test_the_signs_of_gravity_are_told_by_name_or_by_code() -> None:
    (claim,) = shown_from_triaged(make_triaged(claims=[make_claim()])).claims
    words = replace(FRENCH, signs={"legal_step": {"fr": "démarche juridique", "en": "legal step"}})
    text = printed(
        claim_view(replace(claim, signs=("legal_step", "odd_one")), number=1, words=words)
    )
    assert "signes de gravité : démarche juridique, odd one" in text


def test_a_kind_that_headers_decided_tells_the_rule_and_no_probability() -> None:
    shown = shown_from_triaged(make_triaged(kind="auto_reply", claims=[]))
    text = printed(mail_view(replace(shown, kind_reason="auto_submitted"), words=ENGLISH))
    assert "automatic reply (auto submitted)" in text


def test_references_of_no_claim_are_shown_with_the_mail() -> None:
    loose = Reference("order", "C-7", "C7", 0, 3, "subject")
    triaged = make_triaged()
    triaged = replace(triaged, references=(*triaged.references, loose))
    assert shown_from_triaged(triaged).other_references == (("order", "C-7"),)


def test_brackets_in_a_mail_are_no_markup() -> None:
    shown = shown_from_triaged(make_triaged(subject="[bold]x[/bold] [/red]"))
    assert "[bold]x[/bold] [/red]" in printed(mail_view(shown, words=ENGLISH, with_body=True))


def test_each_claim_has_its_colour_in_the_body_and_the_signature_is_dimmed() -> None:
    claims = [make_claim(span=Span(0, 20)), make_claim(span=Span(21, 51))]
    text = coloured_body(shown_from_triaged(make_triaged(claims=claims)))
    assert text.plain == BODY.rstrip()
    assert [(span.start, span.end, span.style) for span in text.spans] == [
        (53, 58, "dim"),
        (0, 20, f"bold {CLAIM_COLOURS[0]}"),
        (21, 51, f"bold {CLAIM_COLOURS[1]}"),
    ]


def test_without_colours_claims_stand_in_numbered_brackets() -> None:
    claims = [make_claim(span=Span(0, 20)), make_claim(span=Span(20, 51))]
    text = bracketed_body(shown_from_triaged(make_triaged(claims=claims)))
    assert text.plain == f"[1: {BODY[:20]}][2: {BODY[20:51]}]{BODY[51:].rstrip()}"


def test_colours_go_round_when_there_are_many_claims() -> None:
    many = len(CLAIM_COLOURS) + 1
    claims = [make_claim(span=Span(n, n + 1)) for n in range(many)]
    text = coloured_body(shown_from_triaged(make_triaged(claims=claims)))
    assert str(text.spans[-1].style) == f"bold {CLAIM_COLOURS[0]}"


def test_a_mail_without_subject_says_so() -> None:
    shown = shown_from_triaged(make_triaged(subject="", claims=[], sent_at=None))
    assert "(no subject)" in printed(mail_view(shown, words=ENGLISH))


def test_what_files_say_is_shown_with_file_and_page_and_what_hindered_the_reading() -> None:
    number = Reference("invoice", "FA-99", "FA99", 0, 5, "attachment:fa.pdf")
    total = Amount("2 778,00 EUR", Decimal(2778), "EUR", 0, 0)
    mentions = [replace(number, text=f"FA-{n}", canonical=f"FA{n}") for n in range(10)]
    said = (
        Evidence(0, "fa.pdf", 2, "number", number, confirmed=True),
        Evidence(0, "fa.pdf", 2, "total", total, confirmed=False),
        *(Evidence(1, "l.csv", 0, "mention", each, confirmed=False) for each in mentions),
    )
    triaged = replace(
        make_triaged(claims=[replace(make_claim(), evidence=said)]),
        documents=(Document(2, "bl.pdf", "pdf", defects=("encrypted", "a_new_code")),),
    )
    text = printed(mail_view(shown_from_triaged(triaged), words=ENGLISH))
    assert "file : fa.pdf p. 2 : invoice FA-99 ✓, total 2 778,00 EUR" in text
    assert "invoice FA-5 (+4)" in " ".join(text.split())
    assert "bl.pdf : locked by a password, a new code" in text
