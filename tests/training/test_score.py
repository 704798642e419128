from __future__ import annotations

import copy
import random
import runpy
from typing import Any

import pytest

from pipeline.settings import ROOT
from tests.training.small import CORPUS, TAXONOMY, read_lines
from training.examples import read_examples
from training.judging import judge
from training.score import confusion, score

FILES = ["fr-plain", "en-multi", "mix-gate"]
REFERENCE_SCRIPT = ROOT.parent / "shared" / "corpus" / "score.py"
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
        {**claim, "spans": spans[claim["n"]], "confidence": 1.0, "needs_review": False}
        for claim in line["claims"]
    ]
    return {"id": line["id"], "kind": line["kind"], "body": body, "claims": claims}


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


def figures(outputs: list[dict[str, Any]]) -> dict[str, Any]:
    return score([judge(MAILS[out["id"]], out) for out in outputs], taxonomy=TAXONOMY)


@pytest.mark.skipif(not REFERENCE_SCRIPT.exists(), reason="the reference script is not there")
@pytest.mark.parametrize("seed", range(6))
def test_figures_are_those_of_the_reference_script(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  no secret
    lines = chance.sample(LINES, 40)
    outputs = [spoil(perfect_output(line), chance) for line in lines]
    wanted = runpy.run_path(str(REFERENCE_SCRIPT))["score"](lines, outputs)
    found = figures(outputs)
    assert set(found) <= set(wanted)
    assert {name: wanted[name] for name in found} == found


def test_a_perfect_output_has_perfect_figures() -> None:
    found = figures([perfect_output(line) for line in LINES])
    assert found["mails"] == len(LINES)
    assert found["kind_accuracy"] == found["claim_count_accuracy"] == found["amount_accuracy"] == 1
    for name in ("complaint_detection", "claims_all_right", "segmentation_bcubed", "references"):
        assert found[name] == {"p": 1.0, "r": 1.0, "f1": 1.0}
    for head in ("type", "nature", "resolution"):
        assert found[head] == {"accuracy": 1.0, "macro_f1": 1.0}
    assert found["severity"]["quadratic_kappa"] == 1.0
    assert found["automatic_share"] == found["automatic_precision"] == 1.0
    assert found["calibration_error"] == 0.0
    assert confusion([judge(MAILS[line["id"]], perfect_output(line)) for line in LINES]) == []


def test_a_system_that_finds_nothing_has_figures_too() -> None:
    nothing = [{**perfect_output(line), "kind": "thanks", "claims": []} for line in LINES]
    found = figures(nothing)
    assert found["claims_found_iou50"] == {"p": 0.0, "r": 0.0, "f1": 0.0}
    assert found["type"] == {"accuracy": 0.0, "macro_f1": 0.0}
    assert found["automatic_precision"] is None
    assert found["coverage_at_95_precision"] == 0.0


def test_mails_without_claims_have_figures_too() -> None:
    others = [line for line in LINES if not line["claims"]]
    assert figures([perfect_output(line) for line in others])["kind_accuracy"] == 1.0


def test_confused_types_are_counted() -> None:
    outputs = [perfect_output(line) for line in LINES]
    for output in outputs:
        for claim in output["claims"]:
            if claim["type"] == "shortage":
                claim["type"] = "rebate"
    counts = confusion([judge(MAILS[out["id"]], out) for out in outputs])
    assert [(gold, found) for gold, found, _ in counts] == [("shortage", "rebate")]


def test_a_claim_without_a_label_counts_for_no_figure_of_its_head() -> None:
    line = next(line for line in LINES if len(line["claims"]) > 1)
    mail, output = MAILS[line["id"]], perfect_output(line)
    object.__setattr__(mail.claims[0], "labels", {})
    judged = [judge(mail, output)]
    assert score(judged, taxonomy=TAXONOMY)["type"]["accuracy"] == 1.0
    assert confusion(judged) == []
