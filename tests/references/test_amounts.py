from __future__ import annotations

import itertools
import time
from decimal import Decimal

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st

from pipeline.references.amounts import find_amounts, parse_number

NLP = spacy.blank("xx")


def found(body: str) -> list[tuple[str, str, str]]:
    amounts = find_amounts(body)
    return [(amount.text, str(amount.value), amount.currency) for amount in amounts]


@pytest.mark.parametrize(
    ("body", "text", "value", "currency"),
    [
        ("soit 212,40 € de trop", "212,40 €", "212.40", "EUR"),
        ("1 890,00 €", "1 890,00 €", "1890.00", "EUR"),
        ("1\u00a0890,00\u00a0€", "1\u00a0890,00\u00a0€", "1890.00", "EUR"),
        ("1\u202f890 euros", "1\u202f890 euros", "1890", "EUR"),
        ("1.234,56 EUR", "1.234,56 EUR", "1234.56", "EUR"),
        ("EUR 6.900", "EUR 6.900", "6900", "EUR"),
        ("EUR 9,999.99", "EUR 9,999.99", "9999.99", "EUR"),
        ("€1,800", "€1,800", "1800", "EUR"),
        ("£1,200.50", "£1,200.50", "1200.50", "GBP"),
        ("45 quid", "45 quid", "45", "GBP"),
        ("GBP 99.99", "GBP 99.99", "99.99", "GBP"),
        ("50p", "50p", "0.5", "GBP"),
        ("$540.00", "$540.00", "540.00", "USD"),
        ("412,60 $", "412,60 $", "412.60", "USD"),
        ("AUD 540", "AUD 540", "540", "AUD"),
        ("CHF 612", "CHF 612", "612", "CHF"),
        ("CHF 1'250.50", "CHF 1'250.50", "1250.50", "CHF"),
        ("63.–", "63.–", "63", "CHF"),
        ("fr. 120.—", "fr. 120.—", "120", "CHF"),
        ("12 k€", "12 k€", "12000", "EUR"),
        ("1,58 M€", "1,58 M€", "1580000.00", "EUR"),
        ("60 balles", "60 balles", "60", "EUR"),
        ("64€95", "64€95", "64.95", "EUR"),
        ("74e99", "74e99", "74.99", "EUR"),
        ("rendez 39e svp", "39e", "39", "EUR"),
        ("3 x 48 €", "3 x 48 €", "144", "EUR"),
        ("140 € HT", "140 €", "140", "EUR"),
        ("1 150 000 FCFA", "1 150 000 FCFA", "1150000", "XOF"),
        ("Rs. 1,84,250", "Rs. 1,84,250", "184250", "INR"),
        ("94,50 pièce", "94,50", "94.50", "EUR"),
    ],
)
def test_a_sum_is_read_in_any_notation(body: str, text: str, value: str, currency: str) -> None:
    ((read, number, code),) = found(body)
    assert (read, code) == (text, currency)
    assert Decimal(number) == Decimal(value)


@pytest.mark.parametrize(
    "body",
    [
        "3e demande",
        "la 40e nuit",
        "le 7e jour",
        "le 12.05 à 8 h",
        "2,61 GWh",
        "1,5 %",
        "un routeur R20",
        "facture FA-2024-0977",
        "24 cartons",
        "l'article 3.2 me réserve",
    ],
)
def test_other_numbers_are_no_sums(body: str) -> None:
    assert found(body) == []


def test_a_bare_sum_has_the_currency_of_the_mail() -> None:
    assert found("£12.50 and then 4.99") == [("£12.50", "12.50", "GBP"), ("4.99", "4.99", "GBP")]
    assert found("you took 5.00 from the account for nothing")[0][2] == "GBP"
    assert found("vous m'avez pris 5,00 pour rien")[0][2] == "EUR"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1.234", "1234"),
        ("1,234", "1234"),
        ("1.23", "1.23"),
        ("0,125", "0.125"),
        ("1.234.567,8", "1234567.8"),
        ("1 234", "1234"),
    ],
)
def test_a_single_separator_before_three_digits_groups(text: str, value: str) -> None:
    assert parse_number(text) == Decimal(value)


pieces = st.sampled_from(
    [
        *[
            "12",
            "1",
            "890,00",
            "3.5",
            "€",
            "£",
            "$",
            "EUR",
            "CHF",
            "k€",
            "x",
            "e",
            "p",
            ".–",
            "R",
            "'",
            ",",
            "fr.",
            "94,50",
        ],
        " ",
    ]
)


@given(st.one_of(st.text(), st.lists(pieces).map("".join), st.lists(pieces).map(" ".join)))
def test_offsets_slice_the_body_and_nothing_crashes(body: str) -> None:
    amounts = find_amounts(body)
    for amount in amounts:
        assert body[amount.start : amount.end] == amount.text
        assert amount.value >= 0
        assert len(amount.currency) == 3
    assert all(left.end <= right.start for left, right in itertools.pairwise(amounts))


@pytest.mark.parametrize(
    "piece", ["1", " 111", "1,", "€", "12e ", "1 x ", "94,50 ", ".", "3 x 4 x "]
)
def test_long_inputs_take_linear_time(piece: str) -> None:
    def seconds(length: int) -> float:
        begin = time.perf_counter()
        find_amounts((piece * length)[:length])
        return time.perf_counter() - begin

    seconds(1_000)
    assert seconds(80_000) < 40 * max(seconds(10_000), 0.01)


@pytest.mark.parametrize(
    ("body", "value", "currency"),
    [
        ("a credit of KES 512,500 please", 512500, "KES"),
        ("six payments of ₦45,000 each", 45000, "NGN"),
        ("GHS 5,880 in excess", 5880, "GHS"),
        ("pas l'ombre d'un avoir (689 ht)", 689, "EUR"),
    ],
)
def test_currencies_of_the_world_and_net_sums(body: str, value: int, currency: str) -> None:
    (amount,) = find_amounts(body)
    assert (int(amount.value), amount.currency) == (value, currency)
