from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from models.gravity import count_signs, largest_sum, load_gravity_signs
from pipeline.errors import SettingInvalid
from tests.training.small import SIGNALS

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = load_gravity_signs(SIGNALS)
CODES = [sign.code for sign in SHIPPED]


def fired(text: str) -> set[str]:
    (row,) = count_signs([text], SHIPPED)
    return {code for code, value in zip(CODES, row, strict=True) if value}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Une copie est partie chez mon avocat.", "legal_step"),
        ("This letter is a formal notice before court.", "legal_step"),
        ("Je préviens la DGCCRF dès lundi.", "regulator_or_press"),
        ("I have written to the ombudsman.", "regulator_or_press"),
        ("Le grille-pain a pris feu.", "danger"),
        ("There is a smell of gas in the hall.", "danger"),
        ("Quatre points de suture pour mon apprenti.", "injury_or_illness"),
        ("We were all violently sick.", "injury_or_illness"),
        ("Ma mère a 84 ans.", "vulnerable_person"),
        ("My wife is seven months pregnant.", "vulnerable_person"),
        ("Nous sommes sans chauffage.", "without_necessity"),
        ("La production est à l'arrêt.", "business_stopped"),
        ("We stopped the filler for 5 hours, the line is down.", "business_stopped"),
        ("Vous avez donné mes coordonnées à un tiers.", "data_leaked"),
        ("You sent my medical file to someone else.", "data_leaked"),
        ("Troisième relance.", "reminded_often"),
        ("This is my 4th email.", "reminded_often"),
        ("Sinon je pars chez un concurrent.", "threatens_to_leave"),
        ("You will lose a customer.", "threatens_to_leave"),
        ("Je bloque le paiement.", "withholds_payment"),
        ("We are not paying this.", "withholds_payment"),
        ("Il me le faut avant vendredi.", "deadline_near"),
        ("We need it by Friday.", "deadline_near"),
        ("C'est pour un mariage.", "event"),
        ("Douze magasins attendent.", "many_touched"),
        ("C'est inadmissible.", "anger"),
        ("Il manque 3,50 €.", "small_sum"),
        ("Il manque 3 500 €.", "large_sum"),
        ("We lost £12,000.", "very_large_sum"),
        ("Rien de grave, juste une remarque.", "mild"),
    ],
)
def test_a_sign_shows(text: str, code: str) -> None:
    assert code in fired(text)


def test_plain_words_show_nothing() -> None:
    assert not fired("Il manque quatre cartons sur la palette.")


def test_the_largest_sum_decides_between_small_and_large() -> None:
    assert largest_sum("12 € de frais sur 4 000 € de marchandise") == pytest.approx(4000)
    assert fired("12 € de frais sur 4 000 € de marchandise") == {"large_sum"}


def test_a_sign_counts_up_to_three_times() -> None:
    place = CODES.index("legal_step")
    rows = count_signs(["", "avocat", "avocat, tribunal", "avocat " * 9], SHIPPED)
    assert rows[:, place].round(2).tolist() == [0, 0.33, 0.67, 1]


def test_every_sign_has_a_name_in_french_and_english() -> None:
    assert all(set(sign.names) == {"fr", "en"} for sign in SHIPPED)


def test_a_file_without_signs_has_none(tmp_path: Path) -> None:
    path = tmp_path / "signals.toml"
    path.write_text("format = 1", encoding="utf-8")
    assert load_gravity_signs(path) == ()


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ("signs = 1", "must be a table of tables"),
        ("[signs]\ncourt = ['avocat']", "must be a table with"),
        ("[signs.court]\nfr = 'tribunal'\nwords = ['avocat']", "a French and an English name"),
        ("[signs.court]\nfr = 'a'\nen = 'b'\nwords = ['(']", "unterminated subpattern"),
        ("[signs.court]\nfr = 'a'\nen = 'b'\nwords = [3]", "expected str"),
        ("[signs.court]\nfr = 'a'\nen = 'b'\nleast = 'x'", "could not convert"),
        ("[signs.court]\nfr = 'a'\nen = 'b'", "neither by words nor by a sum"),
        ("[signs.court", "cannot be read"),
    ],
)
def test_an_entry_that_is_no_sign_is_named(tmp_path: Path, entry: str, fault: str) -> None:
    path = tmp_path / "signals.toml"
    path.write_text(entry, encoding="utf-8")
    with pytest.raises(SettingInvalid, match=re.escape(fault)):
        load_gravity_signs(path)
