"""A mail and the models that decided -> why: the words and labelled examples behind each decision.

Nothing is kept of this: it is asked for when a person wants to know.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from pipeline.claims.around import words_around
from pipeline.datatypes import Passage
from pipeline.errors import ModelIncompatible, ModelMissing, ModelUntrusted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from models.claim_model import ClaimModel
    from models.explain import Explanation
    from models.precedents import Precedents
    from pipeline.datatypes import ClaimPrediction, TriagedMail
    from pipeline.settings import Settings
    from pipeline.store.records import MailLife

MAIL = 0
"""Number that stands for the mail itself where claims count from 1."""

MODEL = "model"
"""Reason of a kind that no header decided."""


class Explainer(Protocol):
    """A model version that can say why; `ModelExplainer` keeps the promise."""

    def explain(self, passage: Passage, heads: Mapping[str, str]) -> Mapping[str, Explanation]:
        """Explain the labels that heads gave to a passage; what it cannot explain is left out."""


OpenExplainer: TypeAlias = "Callable[[str], Explainer]"
"""Opens a model version by its name; raises one of the model errors where it cannot be used."""


@dataclass(frozen=True, slots=True)
class ModelExplainer:
    """A loaded model with its labelled examples.

    Attributes:
        model: The version that decided.
        precedents: May be empty.
    """

    model: ClaimModel
    precedents: Precedents

    def explain(self, passage: Passage, heads: Mapping[str, str]) -> Mapping[str, Explanation]:
        """Explain the labels that heads gave to a passage."""
        from models.explain import explain  # noqa: PLC0415 # takes seconds

        return explain(self.model, passage, heads, precedents=self.precedents)


@dataclass(frozen=True, slots=True)
class Question:
    """What a model version decided about one passage.

    Attributes:
        number: Of the claim, from 1; `MAIL` for the mail itself.
        passage: As the model saw it.
        heads: Head to the label that it gave.
        version: Of the model.
    """

    number: int
    passage: Passage
    heads: Mapping[str, str]
    version: str


@dataclass(frozen=True, slots=True)
class Why:
    """Why a mail was decided as it was.

    Attributes:
        answers: Number of the claim, or `MAIL`, to its heads' explanations.
        silent: Model versions that decided and cannot say why any more, with the reason.
    """

    answers: Mapping[int, Mapping[str, Explanation]]
    silent: Mapping[str, str]

    def as_json(self) -> dict[str, Any]:
        """Shape it for machines."""
        return {
            "decisions": [
                {"claim": number, **asdict(explanation)}
                for number, explanations in self.answers.items()
                for explanation in explanations.values()
            ],
            "silent": dict(self.silent),
        }


def explainer_opener(settings: Settings) -> OpenExplainer:
    """Give the function that loads the model version of a name."""

    def opened(name: str) -> ModelExplainer:
        from flows.tasks import load_model_once  # noqa: PLC0415 # takes seconds
        from models.precedents import read_precedents  # noqa: PLC0415
        from models.versions import find_version  # noqa: PLC0415

        folder = find_version(name, beside=settings.model)
        model = load_model_once(folder, settings.taxonomy)
        return ModelExplainer(model, read_precedents(folder))

    return opened


def answer(questions: Sequence[Question], open_explainer: OpenExplainer) -> Why:
    """Ask each model version about what it decided."""
    answers: dict[int, dict[str, Explanation]] = {}
    silent: dict[str, str] = {}
    for version in dict.fromkeys(question.version for question in questions):
        try:
            explainer = open_explainer(version)
            for question in questions:
                if question.version == version:
                    found = explainer.explain(question.passage, question.heads)
                    answers.setdefault(question.number, {}).update(found)
        except (ModelMissing, ModelIncompatible, ModelUntrusted) as error:
            silent[version] = error.reason if isinstance(error, ModelMissing) else str(error)
    return Why(dict(sorted(answers.items())), silent)


def questions_of_triaged(triaged: TriagedMail) -> list[Question]:
    """List what was decided about a mail that was just understood."""
    subject, words = triaged.message.subject, triaged.own_text
    questions = []
    if triaged.kind.reason == MODEL:
        whole = Passage(words, subject, words, triaged.language)
        heads = {"kind": triaged.kind.kind}
        questions.append(Question(MAIL, whole, heads, triaged.model_version))
    around = words_around(words, [claim.claim.text for claim in triaged.claims])
    for number, claim in enumerate(triaged.claims, start=1):
        passage = Passage(claim.claim.text, subject, words, triaged.language, around)
        heads = _labels(claim.prediction)
        questions.append(Question(number, passage, heads, triaged.model_version))
    return questions


def questions_of_life(life: MailLife) -> list[Question]:
    """List what was decided about a stored mail: what the model said, not what people corrected."""
    if life.message is None:
        return []
    message, words = life.message, life.message.own_text
    around = words_around(words, [claim.text for claim in life.claims])
    passages: dict[int | None, tuple[int, Passage]] = {
        claim.id: (number, Passage(claim.text, message.subject, words, message.language, around))
        for number, claim in enumerate(life.claims, start=1)
    }
    if message.kind_reason == MODEL:
        passages[None] = (MAIL, Passage(words, message.subject, words, message.language))
    return _joined(
        [
            Question(*passages[one.claim_id], {one.head: one.label}, one.model_version)
            for one in life.predictions
            if one.claim_id in passages
        ]
    )


def _joined(questions: Sequence[Question]) -> list[Question]:
    """Ask about all heads of one passage at once, which costs little more than asking about one."""
    heads: dict[tuple[int, Passage, str], dict[str, str]] = {}
    for question in questions:
        key = (question.number, question.passage, question.version)
        heads.setdefault(key, {}).update(question.heads)
    return [
        Question(number, passage, own, version) for (number, passage, version), own in heads.items()
    ]


def _labels(prediction: ClaimPrediction) -> dict[str, str]:
    """Head to chosen label."""
    named = {
        "type": prediction.type,
        "severity": prediction.severity,
        "nature": prediction.nature,
        "resolution": prediction.resolution,
    }
    return {head: found.label for head, found in named.items() if found is not None}
