from __future__ import annotations

import random

from tests.training.judged import LINES, judge_output, perfect_output, spoiled
from tests.training.small import TAXONOMY
from training.mistakes import WORDS_SHOWN, instructive_mistakes


def test_a_perfect_system_has_no_mistakes() -> None:
    judged = [judge_output(perfect_output(line)) for line in LINES]
    assert instructive_mistakes(judged, taxonomy=TAXONOMY) == []


def test_twenty_mistakes_of_all_sorts_are_chosen() -> None:
    judged = spoiled(random.Random(1))  # noqa: S311  no secret
    found = instructive_mistakes(judged, taxonomy=TAXONOMY)
    assert len(found) == 20
    assert {one.sort for one in found} == {"type", "kind", "severity", "claims", "references"}
    assert sum(one.sort == "type" for one in found) >= 10
    for mistake in found:
        assert mistake.gold != mistake.found
        assert 0 < len(mistake.words) <= WORDS_SHOWN + 2
    assert instructive_mistakes(judged, taxonomy=TAXONOMY) == found


def test_no_confusion_is_told_twice_before_all_are_told_once() -> None:
    judged = spoiled(random.Random(2))  # noqa: S311  no secret
    types = [one for one in instructive_mistakes(judged, taxonomy=TAXONOMY) if one.sort == "type"]
    pairs = [(one.gold, one.found) for one in types]
    assert len(set(pairs)) == len(pairs)
    assert [one.automatic for one in types] == sorted(
        (one.automatic for one in types), reverse=True
    )


def test_a_missed_complaint_is_one_that_nobody_would_have_seen() -> None:
    line = next(line for line in LINES if line["claims"])
    output = {**perfect_output(line), "kind": "thanks", "claims": []}
    (mistake,) = instructive_mistakes([judge_output(output)], taxonomy=TAXONOMY)
    assert (mistake.sort, mistake.gold, mistake.found) == ("kind", line["kind"], "thanks")
    assert mistake.automatic
