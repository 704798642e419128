"""A model and labelled mails -> figures; each mail is made, read and triaged as at run time."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import f1_score

from pipeline.datatypes import Passage, RawMail
from pipeline.interchange import triaged_as_json
from pipeline.triage import triage_mail
from training.examples import CLAIM_HEADS, Examples
from training.score import confusion, judge, score
from training.train import fit_model, inner_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from models.claim_model import ClaimModel
    from training.examples import MailExample
    from training.score import Judged
    from training.train import Tools

LEAST_MAILS = 20
"""A language with fewer labelled mails gets no figures of its own."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one model, or of a cross-validation.

    Attributes:
        figures: Group of mails (`all`, then languages) to figures by name; see `training.score`.
        confused: (labelled type, found type, times), most frequent first.
        gold_claims: Head to figures on labelled claims as they are, cut by hand.
    """

    figures: dict[str, dict[str, Any]]
    confused: list[tuple[str, str, int]]
    gold_claims: dict[str, dict[str, float]]


def evaluate_model(examples: Examples, model: ClaimModel, *, tools: Tools) -> Evaluation:
    """Judge a model by mails, all of which it should not have seen."""
    judged = [_judged(mail, model, tools) for mail in examples.mails]
    return _evaluation(judged, _gold_rows(examples, model), tools)


def cross_validate(
    examples: Examples,
    *,
    tools: Tools,
    folds: int,
    by_source: bool = False,
    on_fold: Callable[[int], None] | None = None,
) -> Evaluation:
    """Train without a part of the mails and judge by that part, for every part.

    Args:
        examples: The corpus; single claims of the bank are always trained on.
        tools: What training needs.
        folds: Number of parts, split by mail at random; unused with `by_source`.
        by_source: One part a file: other sectors, other voices.
        on_fold: Told the number of each part that is done, from 1.
    """
    sources = sorted({mail.source for mail in examples.mails})
    parts = inner_parts(len(examples.mails), folds=folds, seed=tools.config.seed + 1)
    if by_source:
        parts = np.array([sources.index(mail.source) for mail in examples.mails])
    judged: list[Judged] = []
    rows: list[tuple[str, str, str]] = []
    for number, part in enumerate(np.unique(parts), 1):
        seen = Examples(
            tuple(m for m, p in zip(examples.mails, parts, strict=True) if p != part),
            examples.bank,
            examples.sha256,
        )
        unseen = Examples(
            tuple(m for m, p in zip(examples.mails, parts, strict=True) if p == part), (), {}
        )
        model = fit_model(seen, tools=tools, version=f"part-{number}").model
        judged += [_judged(mail, model, tools) for mail in unseen.mails]
        rows += _gold_rows(unseen, model)
        if on_fold is not None:
            on_fold(number)
    return _evaluation(judged, rows, tools)


def make_mail(mail: MailExample) -> RawMail:
    """Make the bytes of a labelled mail: plain text in UTF-8."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = " ".join(mail.subject.split())
    message["From"] = "client@client.example"
    message["To"] = "reclamations@entreprise.example"
    message["Message-ID"] = f"<{mail.id}@client.example>"
    message.set_content(mail.body, charset="utf-8", cte="base64")
    return RawMail(mail.id, message.as_bytes())


def _judged(mail: MailExample, model: ClaimModel, tools: Tools) -> Judged:
    triage = partial(triage_mail, nlp=tools.nlp, model=model, taxonomy=tools.taxonomy)
    triaged = triage(make_mail(mail), thresholds=model.thresholds)
    return judge(mail, triaged_as_json(triaged, file=mail.id))


def _gold_rows(examples: Examples, model: ClaimModel) -> list[tuple[str, str, str]]:
    """Judge labelled claims as they are: (head, label, found)."""
    return list(_judge_gold(examples, model))


def _judge_gold(examples: Examples, model: ClaimModel) -> Iterator[tuple[str, str, str]]:
    for mail in examples.mails:
        passages = [Passage(claim.text, mail.subject) for claim in mail.claims]
        for head, predictions in model.predict(CLAIM_HEADS, passages).items():
            for claim, prediction in zip(mail.claims, predictions, strict=True):
                if head in claim.labels:
                    yield head, claim.labels[head], prediction.label


def _evaluation(judged: list[Judged], rows: list[tuple[str, str, str]], tools: Tools) -> Evaluation:
    groups = {"all": judged}
    for language in sorted({one.mail.language for one in judged}):
        own = [one for one in judged if one.mail.language == language]
        if LEAST_MAILS <= len(own) < len(judged):
            groups[language] = own
    figures = {name: score(group, taxonomy=tools.taxonomy) for name, group in groups.items()}
    gold_claims = {}
    for head in dict.fromkeys(head for head, *_ in rows):
        gold, found = zip(*(row[1:] for row in rows if row[0] == head), strict=True)
        macro = f1_score(gold, found, labels=sorted(set(gold)), average="macro", zero_division=0)
        gold_claims[head] = {
            "accuracy": round(float(np.mean(np.array(gold) == np.array(found))), 4),
            "macro_f1": round(float(macro), 4),
        }
    return Evaluation(figures, confusion(judged), gold_claims)
