"""Where one mail of an mbox ends and the next begins."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mailbox.mbox import find_entries, is_mbox, read_entry

LINE = b"From a@client.example Mon Mar  3 08:07:00 2025\n"


def split(data: bytes, most_bytes: int = 10_000) -> list[bytes]:
    stream = io.BytesIO(data)
    entries = list(find_entries(stream))
    assert [entry.index for entry in entries] == list(range(len(entries)))
    return [read_entry(stream, entry, most_bytes=most_bytes) for entry in entries]


@pytest.mark.parametrize(
    ("mbox", "mails"),
    [
        (b"", []),
        (b"Subject: no mbox\n", []),
        (LINE, [b""]),
        (LINE + b"A: 1\n\nx\n", [b"A: 1\n\nx\n"]),
        (LINE + b"A: 1\n\nx\n\n" + LINE + b"B: 2\n\ny\n\n", [b"A: 1\n\nx\n", b"B: 2\n\ny\n"]),
        (LINE + b"A: 1\n\nx\n" + LINE + b"B: 2\n", [b"A: 1\n\nx\n", b"B: 2\n"]),
        (b"From nobody\nA: 1\n", [b"A: 1\n"]),
        (LINE + b"A: 1\n\n>From x\n>>From y\n> From z\n", [b"A: 1\n\nFrom x\n>From y\n> From z\n"]),
        (LINE + b"A: 1\n\n\nFrom now on: no\nB: 2\n", [b"A: 1\n\n\nFrom now on: no\nB: 2\n"]),
        (LINE + b"A: 1\n\n" + LINE + b"no header\n", [b"A: 1\n\n" + LINE + b"no header\n"]),
        (LINE + b"\n\n" + LINE + b"B: 2\n", [b"\n", b"B: 2\n"]),
    ],
    ids=[
        "empty",
        "no mbox",
        "empty mail",
        "one",
        "two",
        "no empty line between",
        "no date in the first",
        "escaped",
        "a sentence",
        "a quoted separator",
        "empty line only",
    ],
)
def test_an_mbox_is_split_at_its_separators(mbox: bytes, mails: list[bytes]) -> None:
    assert split(mbox) == mails


@pytest.mark.parametrize(
    "line",
    [
        b"From - Tue Mar 04 10:00:00 2025\r\n",
        b"From 1825@xxx Mon Mar 03 08:07:00 +0000 2025\n",
        b"From MAILER-DAEMON Fri Jul  8 12:08 2011\n",
        b"From ???@??? 2025-03-03 08:07:00\n",
    ],
)
def test_separators_of_many_programs_are_known(line: bytes) -> None:
    assert split(line + b"A: 1\r\n\r\n" + line + b"B: 2\r\n") == [b"A: 1\r\n", b"B: 2\r\n"]


def test_a_line_of_any_length_is_read() -> None:
    long = b"x" * 3_000_000
    assert split(LINE + b"A: 1\n\n" + long + b"\n\n" + LINE + b"B: 2\n", most_bytes=5_000_000) == [
        b"A: 1\n\n" + long + b"\n",
        b"B: 2\n",
    ]


def test_only_the_first_bytes_are_read() -> None:
    assert split(LINE + b"A: 1\n\nxxxx\n", most_bytes=6) == [b"A: 1\n\n"]


@given(st.lists(st.sampled_from([LINE, b"A: 1\n", b"\n", b"From x\n", b"text", b"\r\n"])))
def test_no_byte_is_in_two_mails_and_none_is_invented(lines: list[bytes]) -> None:
    data = b"".join(lines)
    stream = io.BytesIO(data)
    entries = list(find_entries(stream))
    places = [place for entry in entries for place in (entry.start, entry.end)]
    assert places == sorted(places)
    assert all(place <= len(data) for place in places)
    assert entries or not is_mbox(io.BytesIO(data))
