from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.grouping import fit_judges, gather
from models.language import build_nlp
from pipeline.claims.sentences import MOST_SENTENCES, split_sentences
from pipeline.datatypes import Passage
from pipeline.errors import ModelIncompatible
from tests.models.test_pairs import see

if TYPE_CHECKING:
    from training.train import Fitted

NLP = build_nlp()


def group(body: str, fitted: Fitted) -> list[tuple[tuple[int, ...], float]]:
    sentences = split_sentences(body, (), nlp=NLP)
    return fitted.model.group_sentences(Passage(body, "Sujet", body), sentences)


@pytest.mark.parametrize("body", ["Rien", "?!a", "1", "Merci.", "Un colis manque. Merci."])
def test_there_is_always_a_claim(body: str, fitted: Fitted) -> None:
    assert group(body, fitted)


def test_no_sentence_gives_no_claim(fitted: Fitted) -> None:
    assert group("", fitted) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(["Colis perdu.", "Facture fausse !\n", "Merci.\n\n"]), max_size=9))
def test_each_sentence_is_in_one_claim_at_most(fitted: Fitted, sentences: list[str]) -> None:
    body = " ".join(sentences)
    claims = group(body, fitted)
    places = [place for members, _ in claims for place in members]
    assert len(places) == len(set(places))
    assert all(list(members) == sorted(members) and members for members, _ in claims)
    assert [members[0] for members, _ in claims] == sorted(members[0] for members, _ in claims)
    assert all(0 <= certainty <= 1 for _, certainty in claims)
    assert set(places) <= set(range(len(split_sentences(body, (), nlp=NLP))))


def test_the_same_mail_is_grouped_in_the_same_way(fitted: Fitted) -> None:
    body = "Un colis manque. La facture est fausse.\nPersonne ne répond."
    assert group(body, fitted) == group(body, fitted)


def test_the_longest_mail_is_still_grouped(fitted: Fitted) -> None:
    body = "Un colis manque.\n" * (2 * MOST_SENTENCES)
    assert group(body, fitted)


@pytest.mark.parametrize(
    ("owners", "claims"),
    [
        ([1, 1, 0], [(0, 1, 2)]),
        ([1, 2, 0], [(0,), (1,), (2,)]),
        ([1, 1, 1], [(0, 1, 2)]),
        ([1, 2, 3], [(0,), (1,), (2,)]),
    ],
    ids=["together", "apart", "all one", "all apart"],
)
def test_judges_of_a_one_sided_corpus_give_the_one_answer_they_know(
    owners: list[int], claims: list[tuple[int, ...]], fitted: Fitted
) -> None:
    discourse = see("Un colis manque. La facture est fausse. Merci.", fitted)
    judges = fit_judges([discourse] * 4, [np.array(owners)] * 4, rounds=4, seed=1)
    assert [places for places, _ in gather(discourse, judges)] == claims


@pytest.mark.parametrize("owners", [[0, 0, 0], [0, 1, 0]])
def test_a_corpus_without_two_sentences_about_claims_is_refused(
    owners: list[int], fitted: Fitted
) -> None:
    discourse = see("Un colis manque. La facture est fausse. Merci.", fitted)
    with pytest.raises(ModelIncompatible, match="no mail with two sentences about claims"):
        fit_judges([discourse] * 4, [np.array(owners)] * 4, rounds=4, seed=1)
