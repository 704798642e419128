"""A model and labelled mails -> figures; each mail is made, read and triaged as at run time."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from joblib import Parallel, delayed

from pipeline.datatypes import RawMail
from pipeline.interchange import triaged_as_json
from pipeline.parse.zones import find_zones, own_text
from pipeline.triage import triage_mail
from training.bootstrap import bootstrap
from training.dataset import claim_passages
from training.examples import CLAIM_HEADS, Examples
from training.groups import language_groups, sector_groups
from training.judging import judge
from training.score import confusion, draw_figures, draw_labels, plain_figures, round_figures
from training.tally import label_claims, take_mails, tally
from training.train import fit_model, inner_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from models.claim_model import ClaimModel
    from training.examples import MailExample
    from training.judging import Judged
    from training.tally import Labels, Tally
    from training.train import Tools

RESAMPLES = 1000
"""Drawings of the mails for each interval, unless told otherwise."""

By = Literal["mail", "file"]
"""What a part of a cross-validation is made of."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Figures of one model, or of a cross-validation.

    Attributes:
        figures: Group of mails (`all`, then languages) to figures by name; see `training.score`.
        sectors: Group of sectors to figures; empty where no sector has enough mails.
        intervals: The 95 % interval of each figure: group of mails to figures, and below `sectors`
            and `gold_claims` those of the sectors and of labelled claims.
        confused: (labelled type, found type, times), most frequent first.
        gold_claims: Head to figures on labelled claims as they are, cut by hand.
        judged: Every mail with what was found.
        tally: Of all mails.
    """

    figures: dict[str, dict[str, Any]]
    sectors: dict[str, dict[str, Any]]
    intervals: dict[str, dict[str, Any]]
    confused: list[tuple[str, str, int]]
    gold_claims: dict[str, dict[str, Any]]
    judged: tuple[Judged, ...]
    tally: Tally

    def as_json(self) -> dict[str, Any]:
        """Say the figures as values that JSON can hold, those of the groups of mails first."""
        return {
            **self.figures,
            "gold_claims": self.gold_claims,
            "sectors": self.sectors,
            "intervals": self.intervals,
            "confused": [list(pair) for pair in self.confused],
        }


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A labelled claim, judged as it is.

    Attributes:
        mail: Id of its mail.
        head: Which decision.
        label: The labelled one.
        found: The model's.
    """

    mail: str
    head: str
    label: str
    found: str


def evaluate_model(
    examples: Examples, model: ClaimModel, *, tools: Tools, resamples: int = RESAMPLES
) -> Evaluation:
    """Judge a model by mails, all of which it should not have seen.

    Args:
        examples: The mails; single claims beside them are not looked at.
        model: The model.
        tools: Tokeniser, taxonomy and seed.
        resamples: Drawings of the mails for each interval.
    """
    judged = [_judged(mail, model, tools) for mail in examples.mails]
    rows = list(_judge_gold(examples, model))
    return evaluate_judged(judged, rows, tools=tools, resamples=resamples)


def cross_validate(
    examples: Examples,
    *,
    tools: Tools,
    folds: int,
    by_source: bool = False,
    on_fold: Callable[[int], None] | None = None,
    resamples: int = RESAMPLES,
    jobs: int = 1,
) -> Evaluation:
    """Train without a part of the mails and judge by that part, for every part.

    Args:
        examples: The corpus; single claims of the bank are always trained on.
        tools: What training needs.
        folds: Number of parts, split by mail at random; unused with `by_source`.
        by_source: One part a file: other sectors, other voices.
        on_fold: Told how many parts are done.
        resamples: Drawings of the mails for each interval.
        jobs: Parts that are worked on at the same time, each in a process of its own.
    """
    by: By = "file" if by_source else "mail"
    parts = part_mails(examples, folds=folds, by=by, seed=tools.config.seed + 1)
    work = (delayed(judge_part)(examples, parts == part, tools) for part in np.unique(parts))
    judged: list[Judged] = []
    rows: list[GoldRow] = []
    done = Parallel(n_jobs=jobs, return_as="generator")(work)
    for number, (own_judged, own_rows) in enumerate(done, 1):
        judged += own_judged
        rows += own_rows
        if on_fold is not None:
            on_fold(number)
    return evaluate_judged(judged, rows, tools=tools, resamples=resamples)


def judge_part(
    examples: Examples, held_out: NDArray[np.bool_], tools: Tools
) -> tuple[list[Judged], list[GoldRow]]:
    """Train without some mails and judge by these.

    Args:
        examples: The corpus.
        held_out: (mails,) which are not trained on.
        tools: What training needs.

    Returns:
        The judged mails, and their labelled claims judged as they are.
    """
    pairs = list(zip(examples.mails, held_out.tolist(), strict=True))
    seen = Examples(tuple(m for m, out in pairs if not out), examples.bank, examples.sha256)
    unseen = Examples(tuple(m for m, out in pairs if out), (), {})
    model = fit_model(seen, tools=tools, version="part").model
    judged = [_judged(mail, model, tools) for mail in unseen.mails]
    return judged, list(_judge_gold(unseen, model))


def part_mails(examples: Examples, *, folds: int, by: By, seed: int) -> np.ndarray[Any, Any]:
    """Give each mail its part: one of so many at random, or the number of its file."""
    if by == "file":
        sources = sorted({mail.source for mail in examples.mails})
        return np.array([sources.index(mail.source) for mail in examples.mails])
    return inner_parts(len(examples.mails), folds=folds, seed=seed)


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


def _judge_gold(examples: Examples, model: ClaimModel) -> Iterator[GoldRow]:
    """Judge labelled claims as they are, cut by hand."""
    for mail in examples.mails:
        words = own_text(mail.body, find_zones(mail.body, subject=mail.subject))
        passages = claim_passages(mail, words)
        for head, predictions in model.predict(CLAIM_HEADS, passages).items():
            for claim, prediction in zip(mail.claims, predictions, strict=True):
                if head in claim.labels:
                    yield GoldRow(mail.id, head, claim.labels[head], prediction.label)


def evaluate_judged(
    judged: Sequence[Judged], rows: Sequence[GoldRow], *, tools: Tools, resamples: int = RESAMPLES
) -> Evaluation:
    """Bring the outcomes of some parts together.

    Args:
        judged: The judged mails of all parts.
        rows: Their labelled claims judged as they are.
        tools: Taxonomy and seed.
        resamples: Drawings of the mails for each interval.
    """
    whole = tally(judged, taxonomy=tools.taxonomy)
    drawn = partial(bootstrap, resamples=resamples, seed=tools.config.seed)
    mails = [one.mail for one in judged]
    figures, intervals = _figures(whole, language_groups(mails), drawn)
    sectors, intervals["sectors"] = _figures(whole, sector_groups(mails), drawn)
    gold = _gold_labels(judged, rows, tools=tools)
    ones = np.ones((1, len(judged)))
    intervals["gold_claims"] = {
        head: drawn(partial(draw_labels, labels), mails=len(judged))
        for head, labels in gold.items()
    }
    return Evaluation(
        figures=figures,
        sectors=sectors,
        intervals=intervals,
        confused=confusion(judged),
        gold_claims={
            head: round_figures(draw_labels(labels, ones)) for head, labels in gold.items()
        },
        judged=tuple(judged),
        tally=whole,
    )


def _figures(
    whole: Tally, groups: Mapping[str, Sequence[int]], drawn: Callable[..., dict[str, Any]]
) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """Give figures and their intervals for each group of mails."""
    parts = {
        name: take_mails(whole, np.array(places, dtype=np.intp)) for name, places in groups.items()
    }
    return (
        {name: plain_figures(part) for name, part in parts.items()},
        {
            name: drawn(partial(draw_figures, part), mails=part.mails)
            for name, part in parts.items()
        },
    )


def _gold_labels(
    judged: Sequence[Judged], rows: Sequence[GoldRow], *, tools: Tools
) -> Mapping[str, Labels]:
    place = {one.mail.id: number for number, one in enumerate(judged)}
    found: dict[str, list[tuple[int, str, str]]] = {}
    for row in rows:
        found.setdefault(row.head, []).append((place[row.mail], row.label, row.found))
    return {
        head: label_claims(claims, tools.taxonomy.labels(head), mails=len(judged))
        for head, claims in found.items()
    }
