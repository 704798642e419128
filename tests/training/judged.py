"""Mails of the corpus, and outputs of a system that errs here and there."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from tests.training.small import CORPUS, TAXONOMY, read_lines
from training.examples import read_examples
from training.judging import Judged, judge

if TYPE_CHECKING:
    import random

FILES = ["fr-plain", "en-multi", "mix-gate"]
LINES = [line for name in FILES for line in read_lines(CORPUS / "train" / f"{name}.jsonl")[:25]]
MAILS = {
    mail.id: mail
    for mail in read_examples(
        [CORPUS / "train" / f"{name}.jsonl" for name in FILES], taxonomy=TAXONOMY
    ).mails
}


def perfect_output(line: dict[str, Any]) -> dict[str, Any]:
    """What a system that errs nowhere would say."""
    body, spans = "", dict[int, list[list[int]]]()
    for part in line["parts"]:
        if part.get("claim"):
            span = [len(body), len(body) + len(part["text"])]
            spans.setdefault(part["claim"], []).append(span)
        body += part["text"]
    claims = [
        {
            **claim,
            "spans": spans[claim["n"]],
            "text": "\n".join(body[start:end] for start, end in spans[claim["n"]]),
            "confidence": 1.0,
            "needs_review": False,
        }
        for claim in line["claims"]
    ]
    return {
        "id": line["id"],
        "kind": line["kind"],
        "kind_probability": 1.0,
        "body": body,
        "claims": claims,
    }


def spoil(output: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """Err here and there, in every way in which a system can."""
    output = copy.deepcopy(output)
    if chance.random() < 0.2:
        output["kind"] = chance.choice(list(TAXONOMY.kinds))
    if chance.random() < 0.2:
        output["body"] = output["body"].replace(" ", "  ")
    output["claims"] = [claim for claim in output["claims"] if chance.random() < 0.85]
    if output["claims"] and chance.random() < 0.2:
        output["claims"].append(copy.deepcopy(chance.choice(output["claims"])))
    for claim in output["claims"]:
        spoil_claim(claim, chance, size=len(output["body"]))
    return output


def spoil_claim(claim: dict[str, Any], chance: random.Random, *, size: int) -> None:
    claim["confidence"] = chance.random()
    claim["needs_review"] = chance.random() < 0.4
    for head in ("type", "severity", "nature", "resolution"):
        if chance.random() < 0.3:
            claim[head] = chance.choice(TAXONOMY.labels(head))
    if chance.random() < 0.4:
        start = chance.randrange(size)
        claim["spans"] = [[start, min(size, start + chance.randrange(1, 120))]]
    if claim["references"] and chance.random() < 0.3:
        claim["references"] = claim["references"][1:]
    if chance.random() < 0.2:
        claim["references"] = [*claim["references"], {"kind": "invoice", "text": "fa 12-3"}]
    if chance.random() < 0.2:
        claim["amount"] = {"value": 12.5, "currency": chance.choice(["EUR", "USD"])}
    elif chance.random() < 0.2:
        claim["amount"] = None


def judge_output(output: dict[str, Any]) -> Judged:
    return judge(MAILS[output["id"]], output)


def spoiled(chance: random.Random) -> list[Judged]:
    """All mails, seen with mistakes."""
    return [judge_output(spoil(perfect_output(line), chance)) for line in LINES]
