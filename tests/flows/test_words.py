from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.words import HINDRANCES, PHRASES, REASONS, Language, Words, printable
from pipeline.evidence import defects
from pipeline.route import REASONS as ROUTE_REASONS
from pipeline.settings import ROOT
from pipeline.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy(ROOT / "data" / "taxonomy.toml")
FRENCH, ENGLISH = Words(TAXONOMY, "fr"), Words(TAXONOMY, "en")


def test_the_company_names_its_types() -> None:
    code = next(iter(TAXONOMY.types))
    assert FRENCH.type(code) == TAXONOMY.types[code].names["fr"]
    assert ENGLISH.type(code) == TAXONOMY.types[code].names["en"]


def test_a_code_that_the_taxonomy_lost_is_told_as_it_is() -> None:
    assert FRENCH.type("gone_type") == "gone_type"


def test_a_label_that_the_model_did_not_give_is_told_so() -> None:
    assert (FRENCH.severity(None), ENGLISH.severity(None)) == ("non précisé", "not told")


def test_a_reason_without_words_is_still_readable() -> None:
    assert ENGLISH.reason("a_new_reason") == "a new reason"


@pytest.mark.parametrize("code", [value for name, value in vars(defects).items() if name.isupper()])
def test_everything_that_hinders_the_reading_of_a_file_has_words(code: str) -> None:
    assert code in HINDRANCES
    assert FRENCH.hindrance(code) != ENGLISH.hindrance(code) != code


@pytest.mark.parametrize("code", ROUTE_REASONS)
def test_every_reason_for_a_review_has_words(code: str) -> None:
    assert FRENCH.reason(code) != ENGLISH.reason(code) != code


def test_gravity_rises_with_the_taxonomy() -> None:
    assert [FRENCH.gravity(code) for code in TAXONOMY.severities] == [0, 1, 2, 3]
    assert FRENCH.gravity(None) == -1


@pytest.mark.parametrize("table", [PHRASES, REASONS])
def test_every_word_stands_in_both_languages(table: dict[str, tuple[str, str]]) -> None:
    assert get_args(Language) == ("fr", "en")
    assert [key for key, words in table.items() if not all(word.strip() for word in words)] == []


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Il manque 4 cartons à 12 €.\n\t“Œuvre” 日本", None),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("a\rb\x07\x9b", "a\ufffdb\ufffd\ufffd"),
        ("\u202egnp.exe", "\ufffdgnp.exe"),
    ],
)
def test_text_of_a_mail_cannot_move_the_cursor(text: str, shown: str | None) -> None:
    assert printable(text) == (text if shown is None else shown)


@given(st.text())
def test_offsets_stay_right(text: str) -> None:
    assert len(printable(text)) == len(text)
