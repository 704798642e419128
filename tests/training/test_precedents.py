from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.training.small import NLP, TAXONOMY, small_examples
from training.dataset import build_dataset
from training.precedents import list_precedents

if TYPE_CHECKING:
    from pathlib import Path

    from models.precedents import Precedent
    from training.dataset import Dataset
    from training.examples import Examples


@pytest.fixture
def examples(tmp_path: Path) -> Examples:
    return small_examples(tmp_path)


def listed(examples: Examples, dataset: Dataset, characters: int) -> dict[str, list[Precedent]]:
    kind = TAXONOMY.claim_kind
    return list_precedents(examples, dataset, characters=characters, kind=kind)


def test_each_row_of_the_machines_has_its_example(examples: Examples) -> None:
    dataset = build_dataset(examples, nlp=NLP, brief=5)
    found = listed(examples, dataset, 12)
    passages = {"mails": [*dataset.mails, *dataset.brief], "claims": [*dataset.claims]}
    for machine, kept in found.items():
        assert [one.text for one in kept] == [each.text[:12].strip() for each in passages[machine]]
        assert len({one.id for one in kept}) == len(kept)
    assert [one.labels for one in found["claims"]] == list(dataset.labels)
    kinds = [*dataset.kinds, *[TAXONOMY.claim_kind] * 5]
    assert [one.labels["kind"] for one in found["mails"]] == kinds


def test_an_example_is_named_by_its_mail(examples: Examples) -> None:
    found = listed(examples, build_dataset(examples, nlp=NLP, brief=0), 12)
    first = next(mail for mail in examples.mails if mail.claims)
    assert found["claims"][0].id == f"{first.id}#1"
    assert found["claims"][-1].id == f"bank-{len(examples.bank)}"


def test_no_text_is_kept_where_none_may_be(examples: Examples) -> None:
    found = listed(examples, build_dataset(examples, nlp=NLP, brief=5), 0)
    assert not any(one.text for kept in found.values() for one in kept)


def test_a_corpus_of_one_kind_has_one_row_of_mails(examples: Examples) -> None:
    dataset = build_dataset(examples, nlp=NLP, brief=5)
    alike = replace(dataset, kinds=tuple("complaint" for _ in dataset.kinds), mails=dataset.mails)
    assert len(listed(examples, alike, 12)["mails"]) == 1
