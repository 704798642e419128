from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.grouping import Options, fit_pair_judges, fit_partition_judge
from models.language import build_nlp
from pipeline.claims.sentences import MOST_SENTENCES, split_sentences
from pipeline.datatypes import Passage
from pipeline.errors import ModelIncompatible
from tests.models.test_pairs import see

if TYPE_CHECKING:
    from models.partitions import Bonds, Partition
    from training.train import Fitted

NLP = build_nlp()
BODY = "Un colis manque. La facture est fausse. Merci."


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


def bind(owners: list[int], fitted: Fitted) -> Bonds:
    discourse = see(BODY, fitted)
    judges = fit_pair_judges([discourse] * 4, [np.array(owners)] * 4, rounds=4, seed=1)
    (bonds,) = judges.bind([discourse])
    return bonds


@pytest.mark.parametrize(
    ("owners", "concerns", "together"),
    [([1, 1, 1], 1.0, 1.0), ([1, 2, 3], 1.0, 0.0)],
    ids=["all one", "all apart"],
)
def test_judges_of_a_one_sided_corpus_give_the_one_answer_they_know(
    owners: list[int], concerns: float, together: float, fitted: Fitted
) -> None:
    bonds = bind(owners, fitted)
    assert bonds.concerns.tolist() == [concerns] * 3
    assert bonds.together[~np.eye(3, dtype=bool)].tolist() == [together] * 6
    assert np.diagonal(bonds.together).tolist() == [1.0] * 3


@pytest.mark.parametrize("owners", [[0, 0, 0], [0, 1, 0]])
def test_a_corpus_without_two_sentences_about_claims_is_refused(
    owners: list[int], fitted: Fitted
) -> None:
    with pytest.raises(ModelIncompatible, match="no mail with two sentences about claims"):
        bind(owners, fitted)


def test_many_mails_are_bound_as_each_alone(fitted: Fitted) -> None:
    grouping = fitted.model.grouping
    assert grouping is not None
    discourses = [see(body, fitted) for body in (BODY, "Rien.", "Un. Deux !")]
    for one, bonds in zip(discourses, grouping.pairs.bind(discourses), strict=True):
        (alone,) = grouping.pairs.bind([one])
        assert bonds.concerns == pytest.approx(alone.concerns)
        assert bonds.together == pytest.approx(alone.together)


def options(partitions: list[Partition]) -> Options:
    looks = np.array([[len(partition)] for partition in partitions], dtype=np.float32)
    return Options(partitions, looks, np.full(3, 80, dtype=np.float32))


def test_the_judge_of_ways_learns_which_one_finds_the_labelled_claims() -> None:
    one, two, three = ((0, 1, 2),), ((0,), (1, 2)), ((0,), (1,), (2,))
    seen = [options([one, two, three])] * 40
    judge = fit_partition_judge(seen, [np.array([1, 2, 2])] * 40, rounds=20, seed=1)
    assert [[claim for claim, _ in chosen] for chosen in judge.choose(seen[:2])] == [list(two)] * 2


def test_where_no_way_was_ever_right_one_is_still_chosen() -> None:
    seen = [options([((0, 1, 2),)])] * 4
    judge = fit_partition_judge(seen, [np.array([0, 0, 0])] * 4, rounds=4, seed=1)
    ((claim, _),) = judge.choose(seen)[0]
    assert claim == (0, 1, 2)
