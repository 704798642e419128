from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language import build_nlp
from pipeline.claims.sentences import MOST_CHARACTERS, MOST_SENTENCES, split_sentences
from pipeline.datatypes import Zone

NLP = build_nlp()

WORDS = st.sampled_from(
    [
        *("il manque deux cartons", "et la facture est fausse", "M.", "1.", "-", "•", "et", "and"),
        *("12,50 €", "…", "!", "?!", ";", "\n", "\n\n", " \n", "\t", "\xa0", "\u202f", "Mme Petit"),
        *("n° 4471", "a@b.example", "http://shop.example/a?b=c", "(", ")", "»", "«", "l'avoir"),
        *("\r", "\u2028", "\x0b", "É", "ß", "日本", "🙂", "_", "²", "\u0301"),
    ]
)
BODIES = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=40).map(" ".join))


def texts(body: str, zones: tuple[Zone, ...] = ()) -> list[str]:
    return [sentence.text for sentence in split_sentences(body, zones, nlp=NLP)]


def place_zones(body: str, cuts: list[int]) -> tuple[Zone, ...]:
    """Zones between each second pair of cuts."""
    places = sorted({cut % (len(body) + 1) for cut in cuts})
    return tuple(
        Zone("quote", start, end) for start, end in zip(places[::2], places[1::2], strict=False)
    )


@pytest.mark.parametrize(
    ("body", "cut"),
    [
        (
            "Il manque un colis. La facture est fausse.",
            ["Il manque un colis.", "La facture est fausse."],
        ),
        ("Broken again! Really? Yes…", ["Broken again!", "Really?", "Yes…"]),
        ("Reçu le 3 ; facturé le 4.", ["Reçu le 3 ;", "facturé le 4."]),
        ("Il a dit « non ». Puis rien.", ["Il a dit « non ».", "Puis rien."]),
        ("C'est cassé.) Je rends tout.", ["C'est cassé.)", "Je rends tout."]),
        ("", []),
        (" \n\t ", []),
        ("--- *** ---", []),
    ],
)
def test_a_body_is_cut_at_its_stops(body: str, cut: list[str]) -> None:
    assert texts(body) == cut


@pytest.mark.parametrize(
    "body",
    [
        "J'ai parlé à M. Martin et à Mme. Petit.",
        "Voir art. 4 du contrat, réf. 12 et la cde. 88.",
        "Our order No. 4471 with Mr. Brown from Acme Ltd. is late.",
        "Il manque 12.50 euros sur 3.000 dus.",
        "Merci de voir www.shop.example/aide.html vite.",
        "Die Lieferung z.B. der Stühle fehlt bzw. ist kaputt.",
    ],
)
def test_an_abbreviation_or_a_number_ends_no_sentence(body: str) -> None:
    assert texts(body) == [body]


def test_a_sentence_is_cut_where_a_conjunction_begins_a_second_grievance() -> None:
    assert texts("La table est arrivée avec un pied cassé et personne ne répond au téléphone.") == [
        "La table est arrivée avec un pied cassé",
        "et personne ne répond au téléphone.",
    ]


@pytest.mark.parametrize(
    "body",
    [
        "Il manque du pain et du beurre.",
        "La table est arrivée avec un pied cassé et sale.",
        "Bread and butter are missing from the delivery of today.",
    ],
)
def test_a_short_clause_stays_with_its_sentence(body: str) -> None:
    assert texts(body) == [body]


def test_each_item_of_a_list_is_a_sentence_with_its_mark() -> None:
    body = "Problèmes :\n1. carton écrasé\n2. facture fausse\n- pas de réponse\n• retard\n"
    assert texts(body) == [
        "Problèmes :",
        "1. carton écrasé",
        "2. facture fausse",
        "- pas de réponse",
        "• retard",
    ]


def test_a_line_that_a_program_wrapped_goes_on() -> None:
    body = "Nous avons bien reçu votre livraison de mardi dernier mais il\nmanque deux cartons.\n"
    assert len(texts(body)) == 1


@pytest.mark.parametrize(
    "body",
    [
        "carton écrasé\nfacture fausse",
        f"{'mot ' * 20}fin.\nencore un mot",
        f"{'mot ' * 20}\n\nencore",
    ],
)
def test_a_short_line_a_finished_line_and_a_paragraph_end_a_sentence(body: str) -> None:
    assert len(texts(body)) == 2


def test_zones_are_left_out() -> None:
    body = "Bonjour,\nIl manque un colis.\nCordialement"
    zones = (Zone("greeting", 0, 9), Zone("closing", 29, len(body)))
    assert texts(body, zones) == ["Il manque un colis."]


def test_the_gap_tells_what_stands_between() -> None:
    sentences = split_sentences("\nUn colis manque.\n\nLa facture est fausse.", (), nlp=NLP)
    assert [sentence.gap for sentence in sentences] == ["\n", "\n\n"]


@settings(max_examples=150, deadline=None)
@given(BODIES, st.lists(st.integers(0, 300), max_size=8))
def test_sentences_slice_the_body_apart_from_each_other_and_from_zones(
    body: str, cuts: list[int]
) -> None:
    zones = place_zones(body, cuts)
    sentences = split_sentences(body, zones, nlp=NLP)
    end = 0
    for sentence in sentences:
        assert sentence.start >= end
        assert sentence.text == body[sentence.start : sentence.end] == sentence.text.strip() != ""
        assert sentence.gap == body[end : sentence.start]
        end = sentence.end
    inside = {place for zone in zones for place in range(zone.start, zone.end)}
    assert not inside & {place for s in sentences for place in range(s.start, s.end)}


@settings(max_examples=150, deadline=None)
@given(BODIES, st.lists(st.integers(0, 300), max_size=8))
def test_no_letter_or_digit_outside_zones_is_lost(body: str, cuts: list[int]) -> None:
    zones = place_zones(body, cuts)
    kept = {place for zone in zones for place in range(zone.start, zone.end)}
    for sentence in split_sentences(body, zones, nlp=NLP):
        kept.update(range(sentence.start, sentence.end))
    assert [c for place, c in enumerate(body) if c.isalnum() and place not in kept] == []


@pytest.mark.parametrize(
    "crumb", ["(", "( ", ". ", "» ", "a\n", "\n", "et ", "x", "l'", "a.", "http://a/", "1, "]
)
def test_a_hostile_body_costs_no_quadratic_time(crumb: str) -> None:
    body = crumb * (3_000_000 // len(crumb))
    sentences = split_sentences(body, (), nlp=NLP)
    assert len(sentences) <= MOST_SENTENCES
    assert all(sentence.end <= MOST_CHARACTERS for sentence in sentences)
