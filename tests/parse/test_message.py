from __future__ import annotations

import hashlib
import importlib.util
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.datatypes import RawMail
from pipeline.parse.defects import MEANINGS
from pipeline.parse.message import parse_mail

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.datatypes import Message

GOLDEN = sorted(Path(__file__).parent.joinpath("golden").glob("*.eml"))
SHARED = Path(__file__).resolve().parents[3] / "shared"
RAW = SHARED / "mail" / "raw"
POISON_FILE = SHARED / "lab" / "poison.py"

needs_shared = pytest.mark.skipif(not RAW.is_dir(), reason="the public mails are not here")

HEAD = b"From: a@client.example\r\nSubject: s\r\nDate: Mon, 03 Mar 2025 08:00:00 +0000\r\n"


def parse(data: bytes) -> Message:
    return parse_mail(RawMail("1", data))


def describe(message: Message) -> dict[str, Any]:
    return {
        "subject": message.subject,
        "sender": [message.sender.name, message.sender.address],
        "recipients": [[item.name, item.address] for item in message.recipients],
        "message_id": message.message_id,
        "in_reply_to": message.in_reply_to,
        "thread_ids": list(message.thread_ids),
        "sent_at": message.sent_at.isoformat() if message.sent_at else None,
        "body": message.body,
        "attachments": [[item.name, item.type, item.size_bytes] for item in message.attachments],
        "defects": list(message.defects),
    }


def is_storable(message: Message) -> bool:
    texts = [
        *(message.subject, message.body, message.sender.name, message.sender.address),
        *(text for header in message.headers for text in header),
        *(item.name for item in message.attachments),
    ]
    for text in texts:
        text.encode("utf-8")
    return not any("\0" in text or "\r" in text for text in texts)


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_an_odd_mail_becomes_what_stands_beside_it(path: Path) -> None:
    wanted = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert describe(parse(path.read_bytes())) == wanted


PIECES = st.sampled_from(
    [
        b"From: ", b"Subject: ", b"Content-Type: ", b"multipart/mixed; boundary=b", b"text/html",
        b"multipart/alternative; boundary=b", b"message/rfc822", b"text/plain; charset=", b"utf-8",
        b"x-nope", b"unicode-escape", b"utf-7", b"idna", b"Content-Transfer-Encoding: ", b"base64",
        b"quoted-printable", b"x-uuencode", b"Content-Disposition: attachment; filename=", b"\r\n",
        b"\r\n\r\n", b"--b\r\n", b"--b--", b"=?utf-8?B?7aCA?=", b"=?x?q?=FF?=", b"filename*0*=x''%",
        b"<div>", b"</", b"<!--", b"\xff\xfe", b"\0", b"\xc3\xa9", b"begin 644 a\n", b"=\r\n",
        b"; ", b'"', b"\\", b"(", b"<a@b>", b"Date: ", b"99 Jun", b" +9999", b"format=flowed",
        b"message/delivery-status", b"&#x110000;", b"&#0;", b"To: a:;", b"> ", b"=E", b"\r", b"\n",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.lists(PIECES, max_size=30).map(b"".join)))
def test_any_bytes_become_a_message_that_every_database_takes(data: bytes) -> None:
    raw = RawMail("1", data)
    message = parse_mail(raw)
    assert is_storable(message)
    assert set(message.defects) <= MEANINGS.keys()
    assert "\n" not in message.subject
    assert raw.data == data
    assert parse_mail(raw) == message


def poison() -> dict[str, Callable[[], bytes]]:
    if not POISON_FILE.is_file():
        return {}
    spec = importlib.util.spec_from_file_location("poison", POISON_FILE)
    if spec is None or spec.loader is None:
        return {}
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return dict(module.POISON)


@needs_shared
@pytest.mark.parametrize("name", sorted(poison()))
def test_a_hostile_mail_is_read_within_seconds(name: str) -> None:
    data = poison()[name]()
    started = time.perf_counter()
    message = parse(data)
    assert time.perf_counter() - started < 10
    assert is_storable(message)


SLOW = {
    "semicolons in a quoted parameter": b'Content-Type: text/plain; x="' + b";" * 1_000_000,
    "comments never closed": b"Content-Type: text/html\r\n\r\n" + b"<!--" * 500_000,
    "tags never closed": b"Content-Type: text/html\r\n\r\n" + b"<a " * 500_000,
    "deep elements": b"Content-Type: text/html\r\n\r\n" + b"<div>" * 100_000 + b"Le colis",
    "nested parts with huge headers": b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    b'Content-Type: multipart/mixed; x="' + b";" * 1_000_000 + b'"\r\n\r\nx\r\n--b--',
}  # fmt: skip


@pytest.mark.parametrize("data", SLOW.values(), ids=list(SLOW))
def test_input_made_to_be_slow_is_not(data: bytes) -> None:
    started = time.perf_counter()
    parse(HEAD + data)
    assert time.perf_counter() - started < 10


def test_text_below_the_depth_that_the_html_library_reads_is_kept() -> None:
    markup = b"<div>" * 1000 + b"<p>Le colis est vide depuis mardi.</p>" * 20
    message = parse(HEAD + b"Content-Type: text/html\r\n\r\n" + markup)
    assert "Le colis est vide depuis mardi." in message.body
    assert "html_too_deep" in message.defects


@pytest.mark.parametrize(
    ("declared", "data", "text", "defect"),
    [
        ("utf-8", "déçu".encode(), "déçu", None),
        ("iso-8859-1", "12 € déçu".encode("cp1252"), "12 € déçu", None),
        ("utf-8", "déçu".encode("cp1252"), "déçu", "charset_wrong"),
        ("x-nope", "déçu".encode(), "déçu", "charset_unknown"),
        ("x-nope", "déçu".encode("cp1252"), "déçu", "charset_unknown"),
        ("", "déçu".encode("cp1252"), "déçu", None),
        ("unicode-escape", b"a\\u0000b", "a\\u0000b", "charset_unknown"),
    ],
)
def test_a_text_is_decoded_as_declared_then_as_utf8_then_as_cp1252(
    declared: str, data: bytes, text: str, defect: str | None
) -> None:
    kind = f"Content-Type: text/plain; charset={declared}\r\n" if declared else ""
    message = parse(HEAD + kind.encode() + b"\r\n" + data)
    assert message.body == text
    assert message.defects == ((defect,) if defect else ())


def test_an_attached_mail_is_an_attachment_and_no_body() -> None:
    inner = b"Subject: colis\r\n\r\ndedans\r\n"
    digest = b"Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\n" + inner + b"\r\n--b--"
    message = parse(HEAD + digest)
    assert message.body == ""
    assert [item.type for item in message.attachments] == ["message/rfc822"]
    assert b"dedans" in message.attachments[0].content


def test_an_attachment_tells_its_size_and_digest() -> None:
    part = (
        b"Content-Type: text/csv; name=a.csv\r\nContent-Transfer-Encoding: base64\r\n\r\nYTtiCg=="
    )
    (item,) = parse(HEAD + part).attachments
    assert (item.name, item.type, item.size_bytes) == ("a.csv", "text/csv", 4)
    assert item.sha256 == hashlib.sha256(b"a;b\n").hexdigest()


@pytest.mark.parametrize(
    ("parameter", "name"),
    [
        (b'filename="..\\\\..\\\\boot.ini"', "boot.ini"),
        (b'filename="/etc/passwd"', "passwd"),
        (b'filename="=?utf-8?q?re=C3=A7u.pdf?="', "reçu.pdf"),
        (b"filename*0*=utf-8''re%C3%A7; filename*1=u.pdf", "reçu.pdf"),
        ('filename="reçu.pdf"'.encode("cp1252"), "reçu.pdf"),
        (b'filename="a\xe2\x80\xaefdp.exe"', "afdp.exe"),
        (b'filename="..."', "attachment-1.pdf"),
        (b"", "attachment-1.pdf"),
    ],
)
def test_a_file_name_is_decoded_and_never_a_path(parameter: bytes, name: str) -> None:
    part = b"Content-Type: application/pdf\r\nContent-Disposition: attachment; " + parameter
    assert parse(HEAD + part + b"\r\n\r\n%PDF-1.4\n").attachments[0].name == name


@pytest.mark.parametrize(
    ("declared", "content", "media_type"),
    [
        (b"application/octet-stream", b"%PDF-1.7\n", "application/pdf"),
        (b"image/png", b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"application/octet-stream", b"From: a@b\r\nSubject: x\r\n\r\ny", "message/rfc822"),
        (b"application/octet-stream", b"<?xml version='1.0'?><a/>", "text/xml"),
        (b"application/octet-stream", "réf;quantité\n".encode(), "text/plain"),
        (b"application/vnd.oasis.opendocument.text", b"PK\x03\x04" + b"\0" * 40,
         "application/vnd.oasis.opendocument.text"),
        (b"application/%%", b"\x01\x02\x03", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_file_has_the_type_of_its_content(
    declared: bytes, content: bytes, media_type: str
) -> None:
    part = b"Content-Disposition: attachment; filename=x\r\nContent-Type: " + declared + b"\r\n\r\n"
    assert parse(HEAD + part + content).attachments[0].type == media_type


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        (b"Jeanne <jeanne@Client.EXAMPLE>", "jeanne@client.example"),
        (b"Jeanne Petit jeanne@client.example", "jeanne@client.example"),
        (b'"Petit, Jeanne" <jeanne@client.example', "jeanne@client.example"),
        (b"=?utf-8?q?Zo=C3=A9?= <zoe@client.example>", "zoe@client.example"),
        (b"nobody", ""),
    ],
)
def test_a_sender_is_found_in_a_malformed_header(sender: bytes, address: str) -> None:
    assert parse(b"From: " + sender + b"\r\n\r\nx").sender.address == address


def test_a_mail_without_from_has_its_sender_from_the_sender_header() -> None:
    assert parse(b"Sender: a@client.example\r\n\r\nx").sender.address == "a@client.example"


@pytest.mark.parametrize("charset", [b"a\0b", b"unicode-escape", b"idna", b"x-nope", b"*", b"hex"])
def test_an_encoded_word_in_no_charset_is_read_all_the_same(charset: bytes) -> None:
    word = b"=?" + charset + b"?Q?colis_=5Cq?="
    head = b"Subject: " + word + b"\r\nFrom: " + word + b" <a@client.example>\r\n"
    message = parse(head + b'Content-Type: application/pdf; name="' + word + b'"\r\n\r\n%PDF-')
    assert "colis" in message.subject
    assert message.sender.address == "a@client.example"


def test_a_cut_encoded_word_harms_no_other_header() -> None:
    message = parse(
        b"From: =?utf-8?B?Sm?= <a@client.example>\r\nSubject: =?utf-8?Q?re=C3=A7u?=\r\n\r\n"
    )
    broken = parse(
        b"From: =?utf-8?B?Smabc?= <a@client.example>\r\nSubject: =?utf-8?Q?re=C3=A7u?=\r\n"
    )
    assert (message.sender.address, message.subject) == ("a@client.example", "reçu")
    assert (broken.sender.address, broken.subject) == ("a@client.example", "reçu")


def test_an_attached_mail_with_a_broken_header_keeps_its_text() -> None:
    inner = b"Received: from a\r\n by b;\r\nX: y\r\r\nZ: 1\r\n\r\ndedans\r\n"
    message = parse(HEAD + b"Content-Type: message/rfc822\r\n\r\n" + inner)
    assert b"dedans" in message.attachments[0].content


def test_no_word_of_a_mail_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    parse(b"Subject: =?utf-8?B?Smabc?= =?shift_jis?B?iyaG?= secret\r\n\r\nx")
    assert caplog.records == []


def test_a_header_block_that_ends_in_a_broken_multipart_is_read() -> None:
    head = b"Content-Type: multipart/mixed; boundary=b\r\nSubject: colis\r\n"
    for tail in (b"", b"\r\n", b"\r\n--b", b"nonsense\r\n\r\n--b--\r\nreste"):
        assert parse(head + tail).subject == "colis"


@pytest.mark.parametrize("charset", [b"a\0b", b"idna", b"undefined", b"hex", b"punycode"])
def test_a_boundary_in_an_impossible_charset_leaves_the_text(charset: bytes) -> None:
    kind = b"Content-Type: multipart/mixed; boundary*=" + charset + b"''b%FF\r\n\r\n"
    message = parse(HEAD + kind + b"--b\r\nContent-Type: text/plain\r\n\r\ncolis vide\r\n--b--")
    assert "colis vide" in message.body


def test_headers_after_fifty_thousand_others_are_still_read() -> None:
    flood = b"".join(b"X-%d: v\r\n" % number for number in range(50_000))
    message = parse(flood + b"Subject: colis\r\n\r\ntexte")
    assert (message.subject, message.body) == ("colis", "texte")
    assert "headers_dropped" in message.defects


@needs_shared
def test_every_public_mail_parses_and_is_empty_only_where_it_holds_no_text() -> None:
    paths = sorted(path for path in RAW.glob("*/*") if path.is_file())
    assert len(paths) > 1000
    messages = {path: parse(path.read_bytes()) for path in paths}
    assert all(is_storable(message) for message in messages.values())
    empty = [path for path, message in messages.items() if not message.body.strip()]
    assert [path.name for path in empty if _holds_text(path)] == []


def _holds_text(path: Path) -> bool:
    """Tell whether the mail itself, not one attached to it, has a readable text part."""
    import email  # noqa: PLC0415  only here

    waiting = [email.message_from_bytes(path.read_bytes())]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "message":
            continue
        if part.is_multipart():
            waiting += part.get_payload()  # type: ignore[arg-type]
            continue
        payload = part.get_payload(decode=True)
        is_shown = part.get_content_disposition() is None and part.get_filename() is None
        if part.get_content_type() == "text/plain" and is_shown and payload and payload.strip():  # type: ignore[union-attr]
            return True
    return False


ATTACHED_TEXT = "the expectation merges the text of an attached mail into the body"
ODD_EXPECTATIONS = {
    "attachment_2_base64.eml": ATTACHED_TEXT,
    "attachment_7bit.eml": ATTACHED_TEXT,
    "attachment_8bit.eml": ATTACHED_TEXT,
    "attachment_emails__attachment_message_rfc822.eml": ATTACHED_TEXT,
    "forwarded_message.eml": ATTACHED_TEXT,
    "multipart_report_emails__multipart_report_multiple_status.eml": ATTACHED_TEXT,
    "base.eml": "the mail is HTML only and the expectation leaves it empty",
    "double_fields.eml": "the mail is HTML only and the expectation leaves it empty",
}


def expected() -> list[dict[str, str]]:
    path = SHARED / "mail" / "expected.jsonl"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [json.loads(line) for line in lines]


@needs_shared
@pytest.mark.parametrize("row", expected(), ids=lambda row: row["file"].rpartition("__")[2])
def test_subject_text_and_sender_are_as_other_projects_expect_them(row: dict[str, str]) -> None:
    message = parse((RAW / row["file"]).read_bytes())
    assert "".join(message.subject.split()) == "".join(row["subject"].split())
    assert message.sender.address.lower() == row["from"].lower()
    name = row["file"].removeprefix("ikvk+imap_tools/tests__messages__")
    if name not in ODD_EXPECTATIONS:
        assert message.body.split() == row["text"].split()
