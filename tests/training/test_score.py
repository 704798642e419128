from __future__ import annotations

import random
import runpy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pipeline.settings import ROOT
from tests.training.judged import LINES, MAILS, judge_output, perfect_output, spoil, spoiled
from tests.training.small import TAXONOMY
from training.judging import judge
from training.score import confusion, draw_figures, plain_figures, score
from training.tally import take_mails, tally

REFERENCE_SCRIPT = ROOT.parent / "shared" / "corpus" / "score.py"


def figures(outputs: list[dict[str, Any]]) -> dict[str, Any]:
    return score([judge_output(out) for out in outputs], taxonomy=TAXONOMY)


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
    assert confusion([judge_output(perfect_output(line)) for line in LINES]) == []


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
    counts = confusion([judge_output(out) for out in outputs])
    assert [(gold, found) for gold, found, _ in counts] == [("shortage", "rebate")]


def test_a_claim_without_a_label_counts_for_no_figure_of_its_head() -> None:
    line = next(line for line in LINES if len(line["claims"]) > 1)
    first, *others = MAILS[line["id"]].claims
    mail = replace(MAILS[line["id"]], claims=(replace(first, labels={}), *others))
    judged = [judge(mail, perfect_output(line))]
    assert score(judged, taxonomy=TAXONOMY)["type"]["accuracy"] == 1.0
    assert confusion(judged) == []


def test_figures_of_a_drawing_are_those_of_the_mails_that_it_holds() -> None:
    judged = spoiled(random.Random(4))  # noqa: S311  no secret
    drawn = np.random.default_rng(4).integers(0, 3, (5, len(judged))).astype(float)
    found = draw_figures(tally(judged, taxonomy=TAXONOMY), drawn)
    for row, weights in enumerate(drawn):
        copies = [
            one for one, times in zip(judged, weights, strict=True) for _ in range(int(times))
        ]
        wanted = score(copies, taxonomy=TAXONOMY)
        for name in ("type", "severity", "segmentation_bcubed", "claims_all_right"):
            for figure, value in wanted[name].items():
                assert found[name][figure][row] == pytest.approx(value, abs=1e-4)
        for name in ("amount_accuracy", "automatic_share", "calibration_error"):
            assert found[name][row] == pytest.approx(wanted[name], abs=1e-4)


def test_some_mails_of_a_tally_have_their_own_figures() -> None:
    judged = spoiled(random.Random(5))  # noqa: S311  no secret
    places = np.arange(3, len(judged), 2)
    some = take_mails(tally(judged, taxonomy=TAXONOMY), places)
    wanted = score([judged[place] for place in places], taxonomy=TAXONOMY)
    assert plain_figures(some) == wanted


def test_a_decision_that_no_label_asks_for_has_no_figure() -> None:
    line = next(line for line in LINES if line["claims"])
    claims = [
        replace(claim, labels={"type": claim.labels["type"]}) for claim in MAILS[line["id"]].claims
    ]
    mail = replace(MAILS[line["id"]], claims=tuple(claims))
    found = score([judge(mail, perfect_output(line))], taxonomy=TAXONOMY)
    assert found["type"]["accuracy"] == 1.0
    assert set(found["severity"].values()) == {None}
    assert found["nature"] == {"accuracy": None, "macro_f1": None}
