from __future__ import annotations

from dataclasses import replace

from pipeline.datatypes import Span
from tests.training.judged import LINES, MAILS, judge_output, perfect_output
from training.judging import found_references, gold_references, judge

LINE = next(line for line in LINES if len(line["claims"]) > 1)


def test_a_perfect_output_is_matched_claim_by_claim() -> None:
    judged = judge_output(perfect_output(LINE))
    assert judged.owners == {place: place for place in range(len(LINE["claims"]))}
    assert all(pair.overlap == 1.0 and pair.agrees("type") for pair in judged.pairs)


def test_folded_lines_cost_nothing() -> None:
    mail, output = MAILS[LINE["id"]], perfect_output(LINE)
    wide = mail.body.replace(" ", "\n  ")
    place: dict[int, int] = {}
    for at, character in enumerate(wide):
        if not character.isspace():
            place[len(place)] = at
    ranks = [sum(not c.isspace() for c in mail.body[:n]) for n in range(len(mail.body) + 1)]
    for claim in output["claims"]:
        claim["spans"] = [
            [place[ranks[start]], place[ranks[end] - 1] + 1] for start, end in claim["spans"]
        ]
    folded = judge(mail, {**output, "body": wide})
    assert [pair.overlap for pair in folded.pairs] == [1.0] * len(mail.claims)


def test_claims_that_share_nothing_are_no_pair() -> None:
    mail = MAILS[LINE["id"]]
    first = replace(mail.claims[0], spans=(Span(0, 3),))
    output = perfect_output(LINE)
    output["claims"] = [{**output["claims"][0], "spans": [[5, 9]]}]
    judged = judge(replace(mail, claims=(first,)), output)
    assert judged.pairs == ()
    assert judged.owners == {}


def test_references_are_compared_without_their_punctuation() -> None:
    claim = replace(MAILS[LINE["id"]].claims[0], references=(("invoice", "fa 12-3"),))
    found = {"references": [{"kind": "invoice", "text": "FA/123"}]}
    assert gold_references(claim) == found_references(found) == {("invoice", "FA123")}
