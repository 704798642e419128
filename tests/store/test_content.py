from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store.content import content_key
from tests.fakes import make_mail

MAIL = make_mail(1)


@pytest.mark.parametrize(
    "copy",
    [
        b"Received: from a.example\r\n\tby b.example;\r\n Mon, 3 Mar 2025\r\n" + MAIL,
        b"Return-Path: <a@client.example>\r\nDelivered-To: service@shop.example\r\n" + MAIL,
        b"X-Spam: no\r\nARC-Seal: i=1\r\n a=rsa\r\nAuthentication-Results: x\r\n" + MAIL,
        MAIL.replace(b"From:", b"received : from z.example\r\nFrom:"),
        MAIL.replace(b"\r\n", b"\n"),
    ],
)
def test_a_copy_that_came_another_way_has_the_same_key(copy: bytes) -> None:
    assert content_key(copy) == content_key(MAIL)


@pytest.mark.parametrize(
    "other",
    [
        make_mail(2),
        make_mail(1, body="Other words, same Message-ID."),
        MAIL.replace(b"Subject: ", b"Subject: Re: "),
        MAIL + b"X-Spam: no\r\n",
        MAIL.replace(b"\r\n\r\n", b"\r\n\r\nReceived: in the body\r\n"),
        b"",
    ],
)
def test_a_mail_with_other_words_has_another_key(other: bytes) -> None:
    assert content_key(other) != content_key(MAIL)


@given(st.binary())
def test_any_bytes_have_a_key_that_ignores_line_ends(data: bytes) -> None:
    assert content_key(data) == content_key(data.replace(b"\r\n", b"\n"))
    assert len(content_key(data)) == 64


def test_a_long_header_section_is_read_in_time() -> None:
    """Five million bytes of headers must not be looked at again and again."""
    assert content_key(b"X-A: b\n" * 700_000 + MAIL) == content_key(MAIL)
    assert len(content_key(b"Received: " + b"\n " * 2_000_000)) == 64
