"""Everything a trained model is; keeps the promise of `pipeline.datatypes.TriageModel`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from models.counting import COUNT_HEAD, NO_COUNTS, spread_counts
from models.second import SEVERITY, SecondLook, judge_around
from models.weighing import blend_types
from pipeline.datatypes import Passage, Prediction

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from models.calibration import Calibration
    from models.features import Features
    from models.grouping import Grouping
    from models.kernel import Head, KernelMachine
    from models.sign_head import SignHead
    from pipeline.datatypes import Sentence, Thresholds

KIND_HEAD = "kind"
"""The one head that judges mails; all others judge claims."""

KIND_CHARACTERS = 1_000
"""The kind of a mail shows in its beginning; encoding the rest of a long one costs a second."""


@dataclass(frozen=True, slots=True)
class ClaimModel:
    """A model version in memory.

    Attributes:
        version: Its name.
        thresholds: When its decisions may stand without a person.
        features: Shared by all heads.
        mails: Judges the kind of a mail.
        claims: Judges type, severity, nature and resolution of a claim.
        grouping: Gathers sentences into claims; None where a mail's own words are its one claim,
            as in all mails that the model was made from.
        calibration: Tells how far a type may be trusted.
        weighers: Heads that judge identifiers and sums by named signs.
        second: Judges severity and nature anew.
    """

    version: str
    thresholds: Thresholds
    features: Features
    mails: KernelMachine
    claims: KernelMachine
    grouping: Grouping | None
    calibration: Calibration
    weighers: Mapping[str, SignHead] = field(default_factory=dict)
    second: SecondLook = field(default_factory=SecondLook)

    def predict(
        self, heads: Sequence[str], passages: Sequence[Passage]
    ) -> dict[str, list[Prediction]]:
        """Judge passages with several heads; heads that the model lacks are left out."""
        found: dict[str, list[Prediction]] = {}
        for machine in (self.mails, self.claims):
            mine = [head for head in heads if head in machine.heads]
            if not mine or not passages:
                found |= {head: [] for head in mine}
                continue
            judged = mail_passages(passages) if machine is self.mails else passages
            kernel = machine.kernel(self.features.transform(judged))
            found |= self.judge(machine, mine, passages, kernel)
        return found

    def judge(
        self,
        machine: KernelMachine,
        heads: Sequence[str],
        passages: Sequence[Passage],
        kernel: NDArray[np.float32],
    ) -> dict[str, list[Prediction]]:
        """Judge passages by their likeness to the examples of one machine.

        Args:
            machine: One of this model's two.
            heads: Of that machine.
            passages: As given to `predict`.
            kernel: What `machine.kernel` gave for them.
        """
        chances = {head: fit.probabilities(kernel) for head, fit in machine.heads.items()}
        found = {head: to_predictions(machine.heads[head], chances[head]) for head in heads}
        if machine is self.claims:
            found |= self._judge_anew(heads, passages, chances)
        return found

    def _judge_anew(
        self,
        heads: Sequence[str],
        passages: Sequence[Passage],
        chances: Mapping[str, NDArray[np.float64]],
    ) -> dict[str, list[Prediction]]:
        """Judge claims once more by the heads that see more than likeness, where there are some."""
        wanted = [head for head in heads if head in self.second.heads]
        around = np.zeros((len(passages), 0))
        if SEVERITY in wanted:
            head = self.claims.heads[SEVERITY]
            around = judge_around(passages, head, self.claims, self.features)
        return self.second.judge(wanted, passages, chances, around)

    def trust(self, prediction: Prediction, *, certainty: float) -> float:
        """Probability that a claim's type is right, doubtful boundaries counted in."""
        return self.calibration.trust(prediction, certainty=certainty)

    def group_sentences(
        self, passage: Passage, sentences: Sequence[Sentence]
    ) -> list[tuple[tuple[int, ...], float]]:
        """Gather the sentences of one mail into claims."""
        if not sentences:
            return []
        if self.grouping is None:
            return [(tuple(range(len(sentences))), 1.0)]
        rows = self.features.transform(sentence_passages(passage.subject, sentences))
        blend = blend_types(self.claims.compare(rows), self.claims.heads["type"])
        return self.grouping.group(sentences, rows, blend=blend, counts=self._count(passage))

    def _count(self, passage: Passage) -> NDArray[np.float64]:
        """Probability that the mail holds 1, 2, ... claims."""
        head = self.mails.heads.get(COUNT_HEAD)
        if head is None:
            return NO_COUNTS
        rows = self.features.transform(mail_passages([passage]))
        counts: NDArray[np.float64] = spread_counts(
            head, head.probabilities(self.mails.kernel(rows))
        )[0]
        return counts

    def weigh(self, head: str, signs: Sequence[Mapping[str, float]]) -> list[dict[str, float]]:
        """Judge things by named signs; nothing at all where there is no such head."""
        return self.weighers[head].weigh(signs) if head in self.weighers else []


def mail_passages(passages: Sequence[Passage]) -> list[Passage]:
    """Give mails as the kind of a mail is judged: by their subject and own words together."""
    return [
        Passage(f"{passage.subject}\n{passage.text[:KIND_CHARACTERS]}", subject=passage.subject)
        for passage in passages
    ]


def sentence_passages(subject: str, sentences: Sequence[Sentence]) -> list[Passage]:
    """Give each sentence as a passage of its mail."""
    return [Passage(sentence.text, subject=subject) for sentence in sentences]


def to_predictions(head: Head, chances: NDArray[np.float64]) -> list[Prediction]:
    """Turn (passages, labels) probabilities of a head into predictions."""
    return [
        Prediction(head.labels[column], row[column], dict(zip(head.labels, row, strict=True)))
        for column, row in zip(head.choose(chances).tolist(), chances.tolist(), strict=True)
    ]
