from __future__ import annotations

import random

import numpy as np
import pytest

from tests.training.judged import spoiled
from tests.training.small import TAXONOMY
from training.tally import label_claims, take_mails, tally

JUDGED = spoiled(random.Random(6))  # noqa: S311  no secret
WHOLE = tally(JUDGED, taxonomy=TAXONOMY)


def test_each_mail_adds_what_it_holds() -> None:
    assert WHOLE.mails == len(JUDGED)
    assert WHOLE.sums["claims"].tolist() == [len(one.gold) for one in JUDGED]
    assert WHOLE.sums["claims_found"].tolist() == [len(one.found) for one in JUDGED]
    assert len(WHOLE.trusted.right) == WHOLE.sums["claims_found"].sum()
    matched = np.bincount(WHOLE.labels["type"].mails, minlength=WHOLE.mails)
    assert matched.tolist() == [len(one.pairs) for one in JUDGED]


def test_taking_some_mails_is_tallying_them_alone() -> None:
    places = np.array([5, 2, 40])
    some = take_mails(WHOLE, places)
    alone = tally([JUDGED[place] for place in places], taxonomy=TAXONOMY)
    assert {name: values.tolist() for name, values in some.sums.items()} == {
        name: values.tolist() for name, values in alone.sums.items()
    }
    for head, labels in some.labels.items():
        for side, other in zip(labels.sides(), alone.labels[head].sides(), strict=True):
            assert (side != other).nnz == 0
    assert sorted(some.trusted.confidence) == sorted(alone.trusted.confidence)


def test_an_unknown_finding_is_wrong_and_no_label_of_its_own() -> None:
    labels = label_claims([(0, "a", "a"), (0, "a", "ghost"), (1, "b", "a")], "ab", mails=3)
    right, gold, found = (side.toarray().tolist() for side in labels.sides())
    assert right == [[1, 0], [0, 0], [0, 0]]
    assert gold == [[2, 0], [0, 1], [0, 0]]
    assert found == [[1, 0], [1, 0], [0, 0]]
    assert labels.cells().toarray().sum() == 2


@pytest.mark.parametrize("head", ["type", "severity", "nature", "resolution"])
def test_every_label_of_the_taxonomy_has_its_place(head: str) -> None:
    assert WHOLE.labels[head].known == TAXONOMY.labels(head)
