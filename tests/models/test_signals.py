from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.signals import load_signals, plain_text
from pipeline.errors import SettingInvalid
from tests.training.small import SIGNALS

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = load_signals(SIGNALS)
SMALL = """
format = 1
[words]
loss = ['manqu', 'missing']
[turns]
late = ['pas.{0,20}recu']
[severity]
court = ['avocat']
[discourse]
next = ['^ensuite']
"""


def write(folder: Path, content: str) -> Path:
    path = folder / "signals.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_a_word_counts_up_to_three_times_and_a_turn_once(tmp_path: Path) -> None:
    signals = load_signals(write(tmp_path, SMALL))
    texts = ["", "Manqué, missing", "manque " * 9, "je n'ai PAS encore reçu, pas reçu", "avocat"]
    assert signals.names == ("loss", "late")
    assert signals.measure(texts).round(3).tolist() == [
        [0, 0],
        [pytest.approx(0.667), 0],
        [1, 0],
        [0, 1],
        [0, 0],
    ]
    assert signals.measure_discourse(["Ensuite, rien", "rien ensuite"]).tolist() == [[1], [0]]


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ("Il manque 15 €", "Il manque 15 000 €"),
        ("merci de répondre", "MERCI DE RÉPONDRE"),
        ("répondez", "répondez !!!"),
        ("je vais attendre", "je vais voir mon avocat"),
        ("perdu", "perdu " * 40),
    ],
)
def test_signs_of_gravity_are_measured(low: str, high: str) -> None:
    rows = SHIPPED.measure_gravity([low, high])
    assert rows[1].sum() > rows[0].sum()


def test_no_text_gives_no_row() -> None:
    assert SHIPPED.measure([]).shape == (0, len(SHIPPED.names))
    assert len(SHIPPED.measure_gravity([])) == 0
    assert SHIPPED.measure_discourse([]).shape == (0, len(SHIPPED.discourse))


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=4))
def test_every_measure_lies_between_0_and_1(texts: list[str]) -> None:
    rows = SHIPPED.measure(texts)
    assert rows.shape == (len(texts), len(SHIPPED.names))
    assert ((rows >= 0) & (rows <= 1)).all()
    assert np.isin(SHIPPED.measure_discourse(texts), [0, 1]).all()
    gravity = SHIPPED.measure_gravity(texts)
    assert len(gravity) == len(texts)
    assert (np.isfinite(gravity) & (gravity >= 0)).all()


@pytest.mark.parametrize(
    ("text", "plain"), [("Reçu À L’ŒIL", "recu a l'œil"), ("İ", "i"), ("ﬁn", "fin"), ("", "")]
)
def test_plain_text_has_neither_case_nor_accents(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@pytest.mark.parametrize("crumb", ["a", "pas ", "'", "\n", "3 x ", "code "])
def test_the_shipped_patterns_run_in_linear_time(crumb: str) -> None:
    SHIPPED.measure([crumb * 20_000])
    SHIPPED.measure_discourse([crumb * 20_000])
    SHIPPED.measure_gravity([crumb * 20_000])


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ("format = 1", "format = 9", ": format", "must be 1"),
        ("[turns]", "[turn]", ": turns", "must be a table"),
        ("['avocat']", "['(']", ": severity.court", "unterminated subpattern"),
        ("['avocat']", "[1]", ": severity.court", "expected str"),
        ("['avocat']", "7", ": severity.court", "iterable"),
        ("format = 1", "format = ", "", "cannot be read"),
    ],
)
def test_a_wrong_entry_is_named(
    tmp_path: Path, old: str, new: str, place: str, reason: str
) -> None:
    path = write(tmp_path, SMALL.replace(old, new))
    with pytest.raises(SettingInvalid) as caught:
        load_signals(path)
    assert caught.value.setting == f"{path}{place}"
    assert reason in caught.value.reason


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match=r"none\.toml: cannot be read"):
        load_signals(tmp_path / "none.toml")
