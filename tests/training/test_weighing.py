from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from pipeline.references.judge import (
    AMOUNT_HEAD,
    DISPUTED,
    NOTHING,
    REFERENCE_HEAD,
    judge_amounts,
    judge_references,
)
from tests.builders import make_message
from tests.models.fakes import FakeModel
from tests.training.small import CORPUS, NLP, TAXONOMY, fit_small
from training.config import read_config
from training.examples import Examples, read_examples
from training.weighing import fit_sign_heads, held_out_topics

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from models.sign_head import SignHead


class Weighing(FakeModel):
    """Weighs by fitted heads."""

    heads: Mapping[str, SignHead]

    def weigh(self, head: str, signs: Sequence[Mapping[str, float]]) -> list[Mapping[str, float]]:
        return [*self.heads[head].weigh(signs)]


def fit(examples: Examples) -> dict[str, SignHead]:
    topics = [{"type": {"billing_error": 1.0}} for mail in examples.mails for _ in mail.claims]
    return fit_sign_heads(examples, topics, nlp=NLP, settings=read_config().signs)


@pytest.fixture(scope="module")
def heads() -> dict[str, SignHead]:
    path = CORPUS / "train" / "fr-o2c.jsonl"
    return fit(read_examples([path], taxonomy=TAXONOMY))


def test_identifiers_and_sums_are_learned_from_labelled_mails(heads: dict[str, SignHead]) -> None:
    assert set(heads[REFERENCE_HEAD].labels) <= {NOTHING, *TAXONOMY.references}
    assert heads[AMOUNT_HEAD].labels == (NOTHING, DISPUTED)
    assert "type=billing_error" in heads[REFERENCE_HEAD].names


def test_what_was_learned_decides_a_mail(heads: dict[str, SignHead]) -> None:
    model = Weighing()
    model.heads = heads
    body = "La facture FA-2024-0977 est fausse, il y a 40,10 € de trop. Appelez le 01 02 03 04 05."
    message = make_message(body=body)
    found = judge_references(message, (), (), (), nlp=NLP, model=model)
    assert [(reference.kind, reference.text) for reference in found] == [
        ("invoice", "FA-2024-0977")
    ]
    assert judge_amounts(message, (), (), model=model) == []


def test_mails_without_references_and_sums_teach_nothing() -> None:
    assert fit(Examples((), (), {})) == {}


def test_each_claim_has_the_topic_that_judges_of_other_mails_gave_it(tmp_path: Path) -> None:
    small = fit_small(tmp_path)
    places, _ = small.claims.scores["type"]
    topics = held_out_topics(small.claims, count=5)
    assert len(topics) == 5
    for place in places[places < 5].tolist():
        assert sum(topics[place]["type"].values()) == pytest.approx(1.0, abs=1e-6)
