from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.datatypes import Address, Attachment, RawMail
from pipeline.parse.automatic import MEANINGS, find_automatic_sign, find_list_sign
from pipeline.parse.message import parse_mail
from tests.builders import make_message

BOUNCES = Path(__file__).resolve().parents[3] / "shared" / "mail" / "raw" / "sisimai+p5-sisimai"


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        (("auto-submitted", "auto-replied"), "auto_submitted"),
        (("auto-submitted", "Auto-Generated; type=x"), "auto_submitted"),
        (("content-type", "multipart/report; report-type=delivery-status"), "delivery_report"),
        (
            ("content-type", 'multipart/report; report-type="disposition-notification"'),
            "read_receipt",
        ),
        (("x-autoreply", "yes"), "auto_reply_header"),
        (("x-failed-recipients", "a@client.example"), "delivery_report"),
        (("precedence", "auto_reply"), "precedence"),
        (("return-path", "<>"), "empty_return_path"),
    ],
)
def test_a_header_tells_an_automatic_answer(header: tuple[str, str], sign: str) -> None:
    assert find_automatic_sign(make_message(headers=[header])) == sign
    assert sign in MEANINGS


@pytest.mark.parametrize(
    "header",
    [
        ("auto-submitted", "no"),
        ("precedence", "bulk"),
        ("precedence", "list"),
        ("list-unsubscribe", "<mailto:x@list.example>"),
        ("x-auto-response-suppress", "DR, OOF, AutoReply"),
        ("x-auto-response-suppress", "All"),
        ("return-path", "<jeanne@client.example>"),
    ],
)
def test_headers_that_peoples_mail_carries_too_tell_nothing(header: tuple[str, str]) -> None:
    assert find_automatic_sign(make_message(headers=[header])) is None


def test_all_suppressed_in_an_unanswerable_answer_is_automatic() -> None:
    headers = [("x-auto-response-suppress", "All"), ("return-path", "<>")]
    message = make_message(headers=headers, in_reply_to="<1@entreprise.example>")
    assert find_automatic_sign(message) == "auto_response_suppress"


@pytest.mark.parametrize(
    "subject",
    [
        "Réponse automatique : colis",
        "Automatic reply: parcel",
        "Out of Office",
        "Undeliverable: parcel",
        "Undelivered Mail Returned to Sender",
        "Automatische Antwort: Paket",
        "Accusé de lecture",
    ],
)
def test_a_subject_that_only_programs_write_tells_an_automatic_answer(subject: str) -> None:
    assert find_automatic_sign(make_message(subject=subject)) == "automatic_subject"


@pytest.mark.parametrize(
    "subject",
    ["Out of office??", "RE: Réponse automatique : colis", "Livraison en échec", "Absent ?"],
)
def test_a_person_may_write_about_automatic_answers(subject: str) -> None:
    assert find_automatic_sign(make_message(subject=subject)) is None


def test_a_mail_daemon_needs_a_subject_about_delivery() -> None:
    daemon = Address("Mail Delivery System", "mailer-daemon@relay.example")
    person = make_message(sender=Address("", "postmaster@client.example"), subject="Facture")
    failed = make_message(sender=daemon, subject="Mail System Error - returned")
    assert find_automatic_sign(failed) == "mailer_daemon"
    assert find_automatic_sign(person) is None


def test_an_attached_delivery_status_tells_a_bounce() -> None:
    status = Attachment("a.txt", "message/delivery-status", 0, "")
    assert find_automatic_sign(make_message(attachments=[status])) == "delivery_report"


@pytest.mark.parametrize(
    ("header", "sign"),
    [
        (("list-id", "<clients.list.example>"), "mailing_list"),
        (("precedence", "bulk"), "precedence_bulk"),
        (("x-mailer", "x"), None),
    ],
)
def test_a_list_is_noted_apart(header: tuple[str, str], sign: str | None) -> None:
    assert find_list_sign(make_message(headers=[header])) == sign


@pytest.mark.skipif(not BOUNCES.is_dir(), reason="the public mails are not here")
def test_nearly_all_public_bounces_are_recognised() -> None:
    paths = sorted(BOUNCES.glob("*"))
    signs = [find_automatic_sign(parse_mail(RawMail("1", path.read_bytes()))) for path in paths]
    assert sum(sign is not None for sign in signs) / len(signs) > 0.95
