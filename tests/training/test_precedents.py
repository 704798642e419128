from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.training.small import TAXONOMY, fit_small, small_examples
from training.precedents import list_precedents

if TYPE_CHECKING:
    from models.precedents import Precedent
    from training.examples import Examples
    from training.train import Fitted


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Examples, Fitted]:
    folder = tmp_path_factory.mktemp("corpus")
    return small_examples(folder), fit_small(folder)


def listed(learned: tuple[Examples, Fitted], characters: int = 12) -> dict[str, list[Precedent]]:
    examples, fitted = learned
    return list_precedents(examples, fitted, characters=characters, kind=TAXONOMY.claim_kind)


def test_each_row_of_the_machines_has_its_example(learned: tuple[Examples, Fitted]) -> None:
    found, (_, fitted) = listed(learned), learned
    dataset, model = fitted.dataset, fitted.model
    passages = {"mails": [*dataset.mails, *dataset.brief], "claims": [*dataset.claims]}
    machines = {"mails": model.mails, "claims": model.claims}
    for name, kept in found.items():
        assert len(kept) == len(machines[name].examples.dense)
        assert [one.text for one in kept] == [each.text[:12].strip() for each in passages[name]]
        assert len({one.id for one in kept}) == len(kept)
    assert [one.labels for one in found["claims"]] == list(dataset.labels)
    kinds = [*dataset.kinds, *[TAXONOMY.claim_kind] * len(dataset.brief)]
    assert [one.labels["kind"] for one in found["mails"]] == kinds


def test_an_example_is_named_by_its_mail(learned: tuple[Examples, Fitted]) -> None:
    examples, _ = learned
    first = next(mail for mail in examples.mails if mail.claims)
    claims = listed(learned)["claims"]
    assert (claims[0].id, claims[-1].id) == (f"{first.id}#1", f"bank-{len(examples.bank)}")


def test_no_text_is_kept_where_none_may_be(learned: tuple[Examples, Fitted]) -> None:
    found = listed(learned, characters=0)
    assert not any(one.text for kept in found.values() for one in kept)


def test_a_machine_of_one_row_has_one_example(learned: tuple[Examples, Fitted]) -> None:
    examples, fitted = learned
    mails = fitted.model.mails
    short = replace(mails, examples=replace(mails.examples, dense=mails.examples.dense[:1]))
    single = replace(fitted, model=replace(fitted.model, mails=short))
    assert len(listed((examples, single))["mails"]) == 1
