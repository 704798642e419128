from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.why import MAIL, Question, answer, questions_of_life, questions_of_triaged
from models.explain import Explanation
from pipeline.datatypes import Passage
from pipeline.errors import ModelMissing
from pipeline.inbox import receive_mail, understand_batch
from pipeline.store.database import open_store
from pipeline.store.life import mail_life
from tests.fakes import FolderServer, make_mail, simple_triage
from tests.flows.triaged import make_claim, make_triaged

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.store.records import MailLife

PASSAGE = Passage("Il manque un colis", "Colis")


def make_explanation(head: str, label: str, text: str = "") -> Explanation:
    return Explanation(head, label, 0.9, "other", 0.1, text, (), (), (), ())


@dataclass
class FakeExplainer:
    """Explains everything in no words, and remembers what it was asked."""

    asked: list[tuple[Passage, Mapping[str, str]]] = field(default_factory=list)

    def explain(self, passage: Passage, heads: Mapping[str, str]) -> dict[str, Explanation]:
        self.asked.append((passage, heads))
        return {head: make_explanation(head, label) for head, label in heads.items()}


@pytest.fixture
def life(database_url: str, tmp_path: Path) -> MailLife:
    server = FolderServer(tmp_path / "server")
    server.append(make_mail(1))
    with open_store(database_url) as store:
        receive_mail(store, server, folder="INBOX")
        understand_batch(store, simple_triage, worker="test", attempts=1)
        return mail_life(store, 1)


def test_a_fresh_mail_is_asked_about_as_the_model_saw_it() -> None:
    triaged = make_triaged(claims=[make_claim(), make_claim(severity=None)])
    mail, first, second = questions_of_triaged(triaged)
    assert (mail.number, mail.heads) == (MAIL, {"kind": "complaint"})
    assert mail.passage.text == triaged.own_text
    assert first.heads == {"type": "shortage", "severity": "medium", "nature": "non_commercial"}
    assert second.heads == {"type": "shortage", "nature": "non_commercial"}
    assert first.passage.text == triaged.claims[0].claim.text
    assert (first.number, second.number, first.passage.subject) == (1, 2, triaged.message.subject)


def test_a_kind_that_headers_decided_is_not_asked_about() -> None:
    triaged = make_triaged(kind="auto_reply", claims=[])
    by_rule = replace(triaged, kind=replace(triaged.kind, reason="auto_submitted"))
    assert questions_of_triaged(by_rule) == []


def test_a_stored_mail_is_asked_about_passage_by_passage(life: MailLife) -> None:
    mail, claim = questions_of_life(life)
    assert (mail.number, set(mail.heads), mail.version) == (MAIL, {"kind"}, "fake-1")
    assert (claim.number, claim.heads) == (1, {"type": "shortage", "severity": "medium"})
    assert claim.passage.text == life.claims[0].text


def test_what_people_corrected_does_not_change_the_question(life: MailLife) -> None:
    corrected = replace(life.claims[0], type="rebate")
    _, claim = questions_of_life(replace(life, claims=(corrected,)))
    assert claim.heads["type"] == "shortage"


def test_a_mail_that_is_not_understood_yet_has_no_reasons(life: MailLife) -> None:
    assert questions_of_life(replace(life, message=None)) == []


def test_each_version_answers_for_what_it_decided() -> None:
    explainers = {"old": FakeExplainer(), "new": FakeExplainer()}
    questions = [
        Question(1, PASSAGE, {"type": "shortage"}, "new"),
        Question(MAIL, PASSAGE, {"kind": "complaint"}, "old"),
        Question(1, PASSAGE, {"severity": "low"}, "old"),
    ]
    why = answer(questions, explainers.__getitem__)
    assert list(why.answers) == [MAIL, 1]
    assert set(why.answers[1]) == {"type", "severity"}
    assert explainers["new"].asked == [(PASSAGE, {"type": "shortage"})]
    assert why.silent == {}


def test_a_version_that_is_gone_is_told_and_the_others_answer() -> None:
    def opened(name: str) -> FakeExplainer:
        if name == "gone":
            raise ModelMissing(Path("gone"), "this version is gone")
        return FakeExplainer()

    questions = [
        Question(1, PASSAGE, {"type": "shortage"}, "gone"),
        Question(2, PASSAGE, {"type": "shortage"}, "here"),
    ]
    why = answer(questions, opened)
    assert list(why.answers) == [2]
    assert why.silent == {"gone": "this version is gone"}
    told = why.as_json()
    assert [each["claim"] for each in told["decisions"]] == [2]
    assert told["silent"] == why.silent
