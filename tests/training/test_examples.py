from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.datatypes import Span
from pipeline.errors import ExampleInvalid, SourceMissing
from tests.training.small import CORPUS, TAXONOMY, write_lines
from training.examples import claim_text, read_examples

if TYPE_CHECKING:
    from pathlib import Path

    from training.examples import Examples

MAIL: dict[str, Any] = {
    "id": "m1",
    "lang": "fr",
    "kind": "complaint",
    "subject": "Livraison",
    "parts": [
        {"text": "Bonjour,\n", "claim": None, "role": "greeting"},
        {"text": "il manque un colis ", "claim": 1},
        {"text": "et "},
        {"text": "la facture est fausse.\n", "claim": 2},
        {"text": "Il est urgent.", "claim": 1},
    ],
    "claims": [
        {
            "n": 1,
            "type": "shortage",
            "severity": "low",
            "nature": "non_commercial",
            "resolution": "delivery",
            "references": [{"kind": "order", "text": "88 213"}],
            "amount": {"text": "12 €", "value": 12, "currency": "EUR"},
        },
        {"n": 2, "type": "billing_error", "references": [], "amount": None},
    ],
}
BANK: dict[str, Any] = {"lang": "en", "type": "rebate", "severity": "high", "text": "no rebate"}


def read(folder: Path, *lines: dict[str, Any]) -> Examples:
    return read_examples([write_lines(folder / "lines.jsonl", list(lines))], taxonomy=TAXONOMY)


def test_a_mail_is_its_parts_joined_and_its_claims_slice_it(tmp_path: Path) -> None:
    (mail,) = read(tmp_path, MAIL).mails
    assert mail.body == "".join(part["text"] for part in MAIL["parts"])
    assert (mail.id, mail.source, mail.language, mail.kind) == ("m1", "lines", "fr", "complaint")
    assert mail.roles == (("greeting", Span(0, 9)),)
    first, second = mail.claims
    assert first.text == "il manque un colis\nIl est urgent."
    assert [mail.body[span.start : span.end] for span in first.spans] == [
        "il manque un colis ",
        "Il est urgent.",
    ]
    assert first.references == (("order", "88 213"),)
    assert first.amount == (12.0, "EUR")
    assert (second.references, second.amount) == ((), None)


def test_a_missing_label_is_left_out(tmp_path: Path) -> None:
    (mail,) = read(tmp_path, MAIL).mails
    assert [sorted(claim.labels) for claim in mail.claims] == [
        ["nature", "resolution", "severity", "type"],
        ["type"],
    ]


def test_a_claim_of_the_bank_has_the_usual_nature_of_its_type(tmp_path: Path) -> None:
    (claim,) = read(tmp_path, MAIL, BANK).bank
    assert claim.labels == {"type": "rebate", "severity": "high", "nature": "commercial"}
    assert (claim.text, claim.language, claim.spans) == ("no rebate", "en", ())


@pytest.mark.parametrize(
    ("changes", "labels"),
    [
        ({"type": None}, {"severity": "high"}),
        ({"nature": "non_commercial"}, {"type": "rebate", "severity": "high"}),
    ],
)
def test_a_label_that_a_bank_claim_gives_or_lacks_is_kept_so(
    changes: dict[str, Any], labels: dict[str, str], tmp_path: Path
) -> None:
    (claim,) = read(tmp_path, MAIL, {**BANK, **changes}).bank
    given = {key: value for key, value in changes.items() if value}
    assert claim.labels == {**labels, **given}


def test_single_claims_alone_are_mails_of_their_own(tmp_path: Path) -> None:
    examples = read(tmp_path, BANK, {**BANK, "text": "still no rebate"})
    assert examples.bank == ()
    assert [mail.body for mail in examples.mails] == ["no rebate", "still no rebate"]
    assert [(mail.id, mail.source) for mail in examples.mails] == [
        ("lines-1", "lines"),
        ("lines-2", "lines"),
    ]
    for mail in examples.mails:
        (claim,) = mail.claims
        assert (mail.kind, mail.language) == (TAXONOMY.claim_kind, "en")
        assert mail.body[slice(*claim.spans[0])] == claim.text == mail.body


def test_folders_are_read_whole_in_sorted_order(tmp_path: Path) -> None:
    write_lines(tmp_path / "b" / "deep" / "one.jsonl", [{**MAIL, "id": "b"}])
    write_lines(tmp_path / "b" / "a.jsonl", [{**MAIL, "id": "a"}, BANK])
    (tmp_path / "b" / "notes.txt").write_text("no line", encoding="utf-8")
    examples = read_examples([tmp_path / "b"], taxonomy=TAXONOMY)
    assert [mail.id for mail in examples.mails] == ["a", "b"]
    assert len(examples.bank) == 1


def test_files_and_folders_may_stand_together(tmp_path: Path) -> None:
    one = write_lines(tmp_path / "one.jsonl", [MAIL])
    write_lines(tmp_path / "more" / "two.jsonl", [{**MAIL, "id": "m2"}])
    examples = read_examples([one, tmp_path / "more"], taxonomy=TAXONOMY)
    assert [mail.source for mail in examples.mails] == ["one", "two"]


def test_the_hash_tells_which_bytes_were_read(tmp_path: Path) -> None:
    path = write_lines(tmp_path / "lines.jsonl", [MAIL])
    examples = read_examples([path], taxonomy=TAXONOMY)
    wanted = hashlib.sha256(path.read_bytes()).hexdigest()
    assert examples.sha256 == {f"{tmp_path.name}/lines.jsonl": wanted}


def test_two_files_of_one_name_keep_a_hash_each(tmp_path: Path) -> None:
    write_lines(tmp_path / "a" / "x.jsonl", [MAIL])
    write_lines(tmp_path / "b" / "x.jsonl", [BANK])
    hashes = read_examples([tmp_path], taxonomy=TAXONOMY).sha256
    assert list(hashes) == ["a/x.jsonl", "b/x.jsonl"]


def test_empty_lines_are_skipped_and_lines_are_counted_from_1(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_text(f"\n{json.dumps(BANK)}\n\n{{\n", encoding="utf-8")
    with pytest.raises(ExampleInvalid) as caught:
        read_examples([path], taxonomy=TAXONOMY)
    assert (caught.value.path, caught.value.line) == (path, 4)


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in MAIL.items() if name != key}


def with_claim(**changes: Any) -> dict[str, Any]:
    return {**MAIL, "claims": [{**MAIL["claims"][0], **changes}]}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "is no JSON"),
        ("[]", "is no JSON object"),
        ("3", "is no JSON object"),
        (without("id"), "id"),
        (without("lang"), "lang"),
        (without("kind"), "kind"),
        (without("subject"), "subject"),
        (without("claims"), "claims"),
        ({**MAIL, "parts": 3}, "not iterable"),
        ({**MAIL, "parts": [{"claim": 1}]}, "text"),
        ({**MAIL, "parts": ["x"]}, "TypeError"),
        ({**MAIL, "kind": "anger"}, "kind 'anger' is not in the taxonomy"),
        ({**MAIL, "kind": ["complaint"]}, "unhashable"),
        (with_claim(type="haunted"), "type 'haunted' is not in the taxonomy"),
        (with_claim(severity="grave"), "severity 'grave' is not in the taxonomy"),
        (with_claim(n=7), "7"),
        (with_claim(references=[{"kind": "iban", "text": "x"}]), "reference kind 'iban'"),
        (with_claim(amount={"value": "much", "currency": "EUR"}), "much"),
        ({"lang": "fr", "type": "rebate"}, "text"),
        ({**BANK, "type": "haunted"}, "type 'haunted'"),
    ],
    ids=str,
)
def test_a_bad_line_is_named_by_file_line_and_reason(
    line: dict[str, Any] | str, reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "bad.jsonl"
    text = line if isinstance(line, str) else json.dumps(line)
    path.write_text(f"{json.dumps(BANK)}\n{text}\n", encoding="utf-8")
    with pytest.raises(ExampleInvalid) as caught:
        read_examples([path], taxonomy=TAXONOMY)
    assert (caught.value.path, caught.value.line) == (path, 2)
    assert reason in caught.value.reason


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ExampleInvalid, match="the id m1 stands twice"):
        read(tmp_path, MAIL, MAIL)


def test_a_file_in_another_charset_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "latin.jsonl"
    path.write_bytes('{"text": "reçu"}'.encode("cp1252"))
    with pytest.raises(ExampleInvalid, match=r"latin\.jsonl:1: "):
        read_examples([path], taxonomy=TAXONOMY)


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="no such file or folder"):
        read_examples([tmp_path / "none"], taxonomy=TAXONOMY)


def test_a_folder_without_lines_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceMissing, match="no labelled line"):
        read_examples([tmp_path], taxonomy=TAXONOMY)


def test_a_claims_text_is_its_stretches_line_by_line() -> None:
    assert claim_text(" ab  cd ", [Span(0, 4), Span(5, 8)]) == "ab\ncd"


def test_the_shipped_corpus_is_read_whole() -> None:
    examples = read_examples([CORPUS], taxonomy=TAXONOMY)
    assert len(examples.mails) > 2000
    assert len(examples.bank) > 4000
    assert {mail.kind for mail in examples.mails} == set(TAXONOMY.kinds)
    for mail in examples.mails:
        assert bool(mail.claims) == (mail.kind == TAXONOMY.claim_kind)
