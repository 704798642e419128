from __future__ import annotations

import spacy

from pipeline.datatypes import Claim, Span
from pipeline.references.find import find_references
from pipeline.references.judge import claim_topics, judge_amounts, judge_references
from tests.builders import make_message
from tests.models.fakes import FakeModel

NLP = spacy.blank("xx")
BODY = "La facture FA-2024-0977 compte 40 € de trop, puis 12 € de port."
CLAIM = Claim((Span(0, len(BODY)),), BODY)


def kinds(model: FakeModel, body: str = BODY) -> list[tuple[str, str]]:
    found = judge_references(make_message(body=body), (), (), (), nlp=NLP, model=model)
    return [(reference.kind, reference.text) for reference in found]


def test_the_model_decides_the_kind() -> None:
    model = FakeModel(weighs={"reference": {"": 0.3, "order": 0.6, "invoice": 0.1}})
    assert kinds(model) == [("order", "FA-2024-0977")]


def test_the_model_refuses_a_candidate() -> None:
    assert kinds(FakeModel(weighs={"reference": {"": 0.9, "order": 0.1}})) == []


def test_a_kind_is_taken_a_little_below_one_half() -> None:
    assert kinds(FakeModel(weighs={"reference": {"": 0.55, "order": 0.45}})) != []


def test_the_rules_decide_where_the_model_did_not_learn_to() -> None:
    assert kinds(FakeModel()) == [("invoice", "FA-2024-0977")]
    (amount,) = judge_amounts(make_message(body=BODY), [CLAIM], [{}], model=FakeModel())
    assert amount is not None


def test_the_rules_decide_in_a_mail_of_endless_identifiers() -> None:
    body = "\n".join(f"facture FA-{number:05d}" for number in range(500))
    model = FakeModel(weighs={"reference": {"": 0.9, "order": 0.1}})
    assert len(kinds(model, body)) == 500
    message = make_message(body=body)
    assert judge_references(message, (), (), (), nlp=NLP, model=model) == find_references(
        message, nlp=NLP
    )


def test_the_last_of_equal_sums_is_disputed() -> None:
    model = FakeModel(weighs={"amount": {"": 0.6, "disputed": 0.4}})
    (amount,) = judge_amounts(make_message(body=BODY), [CLAIM], [{}], model=model)
    assert amount is not None
    assert amount.text == "12 €"


def test_no_sum_is_disputed_where_none_is_probable_or_none_stands_in_the_claim() -> None:
    message = make_message(body=BODY)
    doubtful = FakeModel(weighs={"amount": {"": 0.9, "disputed": 0.1}})
    assert judge_amounts(message, [CLAIM], [{}], model=doubtful) == [None]
    sure = FakeModel(weighs={"amount": {"": 0.1, "disputed": 0.9}})
    elsewhere = Claim((Span(0, 10),), BODY[:10])
    assert judge_amounts(message, [elsewhere], [{}], model=sure) == [None]


def test_a_claim_without_a_head_has_a_topic_without_it() -> None:
    assert claim_topics(()) == []
