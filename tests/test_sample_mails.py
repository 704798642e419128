from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.datatypes import RawMail
from pipeline.parse.message import parse_mail

if TYPE_CHECKING:
    from pipeline.datatypes import Message

DATA = Path(__file__).resolve().parents[1] / "data"
FILES = sorted((DATA / "mails").glob("*.eml"))
NAMES = [file.stem for file in FILES]
DOMAINS = re.compile(r"(?:@|://|www\.)([\w-]+(?:\.[\w-]+)+)")


@cache
def parsed(name: str) -> Message:
    data = (DATA / "mails" / f"{name}.eml").read_bytes()
    return parse_mail(RawMail(name, data))


def header(name: str, key: str) -> str | None:
    return dict(parsed(name).headers).get(key)


@pytest.mark.parametrize("name", NAMES)
def test_a_mail_has_a_subject_and_a_body(name: str) -> None:
    message = parsed(name)
    assert message.subject
    assert message.body.strip() or name == "fr-corps-vide-piece-jointe"


@pytest.mark.parametrize("name", NAMES)
def test_no_text_was_decoded_with_a_wrong_charset(name: str) -> None:
    message = parsed(name)
    text = message.subject + message.body + message.sender.name
    assert not re.search("\ufffd|[\x80-\x9f]|Ã[ -¿]|â€|=\\?", text)


@pytest.mark.parametrize("name", NAMES)
def test_every_domain_is_invented(name: str) -> None:
    message = parsed(name)
    headers = " ".join(value for _, value in message.headers)
    files = " ".join(a.content.decode("latin-1") for a in message.attachments)
    found = DOMAINS.findall(f"{headers} {message.body} {files}")
    assert [domain for domain in found if not domain.endswith(".example")] == []


@pytest.mark.parametrize("file", FILES, ids=NAMES)
def test_lines_end_as_on_the_wire(file: Path) -> None:
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", file.read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_the_readme_says_what_a_mail_shows(name: str) -> None:
    assert f"`{name}`" in (DATA / "README.md").read_text(encoding="utf-8")


def test_there_are_enough_mails_for_a_demo() -> None:
    assert len(NAMES) >= 40


def test_no_two_mails_have_the_same_message_id() -> None:
    ids = [parsed(name).message_id for name in NAMES]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize(
    ("language", "least"), [("fr", 25), ("en", 12), ("de", 1), ("es", 1), ("it", 1), ("nl", 1)]
)
def test_the_languages_of_the_mailbox_are_there(language: str, least: int) -> None:
    assert sum(name.startswith(f"{language}-") for name in NAMES) >= least


@pytest.mark.parametrize(
    ("name", "attachments"),
    [
        ("fr-manquant-et-prix", [("BL_4471902.pdf", "application/pdf")]),
        ("fr-palette-abimee-photo", [("palette écrasée.png", "image/png")]),
        (
            "fr-facture-double-facturx",
            [("factur-x.xml", "application/xml"), ("VH25-009914.pdf", "application/pdf")],
        ),
        ("fr-mise-en-demeure", [("mise_en_demeure_25.1142.pdf", "application/pdf")]),
        ("fr-corps-vide-piece-jointe", [("F-2025-0488_annotee.pdf", "application/pdf")]),
        ("en-price-list-csv", [("price differences.csv", "text/csv")]),
        ("fr-mail-joint", [("Salon de jardin.eml", "message/rfc822")]),
        ("en-vat-two-invoices-alternative", [("logo.png", "image/png")]),
    ],
)
def test_attachments_have_their_name_and_type(
    name: str, attachments: list[tuple[str, str]]
) -> None:
    assert [(a.name, a.type) for a in parsed(name).attachments] == attachments


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("fr-remise-oubliee-html", "rembourser la différence de 18,60 €"),
        ("fr-participation-catalogue", "présente un concurrent"),
        ("fr-penalites-retard-cp1252", "40 € d’indemnité forfaitaire"),
        ("fr-oeufs-casses-etiquete-latin1", "la boîte d’œufs écrasée"),
        ("fr-charset-inconnu", "14 °C d'après le témoin"),
        ("fr-quatre-griefs-liste", "« 2 + 1 gratuit »"),
        ("fr-allergene-danger", "réaction allergique"),
        ("en-short-and-late-delivery", "three days after the slot"),
        ("en-broken-boundary", "charged twice for order 6604-2291"),
        ("en-out-of-office", "annual leave"),
        ("es-pedido-incompleto", "sábanas"),
        ("de-mahnung-trotz-zahlung", "zuzüglich"),
    ],
)
def test_an_encoding_comes_out_as_it_was_written(name: str, words: str) -> None:
    body = re.sub(r"[\s\xa0\u202f]+", " ", parsed(name).body)
    assert words in body


def test_the_text_of_an_attached_mail_is_not_in_the_body() -> None:
    assert "coussins" not in parsed("fr-mail-joint").body


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("fr-absence-bureau", "auto-submitted"),
        ("en-out-of-office", "x-auto-response-suppress"),
        ("fr-infolettre", "list-unsubscribe"),
        ("fr-infolettre", "precedence"),
        ("en-delivery-failure", "return-path"),
    ],
)
def test_automatic_mail_says_so_in_its_headers(name: str, key: str) -> None:
    assert header(name, key) is not None


@pytest.mark.parametrize("name", ["en-delivery-failure", "fr-accuse-lecture"])
def test_reports_are_reports(name: str) -> None:
    assert (header(name, "content-type") or "").startswith("multipart/report")


@pytest.mark.parametrize("name", ["fr-sans-date-relance", "en-no-from"])
def test_a_missing_or_impossible_date_is_none(name: str) -> None:
    assert parsed(name).sent_at is None


def test_one_mail_has_no_sender() -> None:
    senders = [parsed(name).sender for name in NAMES]
    assert [name for name, s in zip(NAMES, senders, strict=True) if not s.address] == ["en-no-from"]


@pytest.mark.parametrize(
    ("pattern", "least"),
    [
        (r"Le [^\n]+\n[^\n]+ a écrit :", 1),
        (r"On [^\n]+ wrote:", 2),
        (r"(?m)^De : [^\n]+\nEnvoyé : ", 2),
        (r"-----Message d'origine-----", 1),
        (r"Forwarded message", 1),
        (r"(?i)envoyé de(puis)? mon|sent from my", 4),
        (r"(?i)confidential|confidentiel", 2),
        (r"€|EUR|£|GBP", 20),
    ],
)
def test_the_habits_of_real_mail_are_there(pattern: str, least: int) -> None:
    found = [name for name in NAMES if re.search(pattern, parsed(name).body)]
    assert len(found) >= least, found


def test_no_body_stands_in_the_corpus() -> None:
    corpus = "\n".join(
        path.read_text(encoding="utf-8") for path in (DATA / "corpus").rglob("*.jsonl")
    )
    longest = (max(re.split(r"\n+", parsed(name).body), key=len) for name in NAMES)
    assert [line for line in longest if len(line) > 40 and line in corpus] == []
