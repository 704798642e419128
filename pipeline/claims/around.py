"""A mail's own words and its claims -> the words that stand in no claim.

A threat or a deadline there may concern every claim of the mail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 20_000
"""Characters of a mail that are looked at; the work grows with their number and that of lines."""

LEAST_LINE = 4
"""Shorter lines of a claim are left where they are: they might stand anywhere."""


def words_around(words: str, claims: Sequence[str]) -> str:
    """Take the claims out of a mail's own words.

    Args:
        words: The own words.
        claims: The texts of all claims of the mail, as cut from these words.

    Returns:
        What is left, white space made single blanks.
    """
    left = words[:LONGEST]
    lines = {line.strip() for claim in claims for line in claim[:LONGEST].split("\n")}
    for line in sorted(lines, key=lambda line: (-len(line), line)):
        if len(line) >= LEAST_LINE:
            left = left.replace(line, " ", 1)
    return " ".join(left.split())
