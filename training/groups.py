"""Judged mails -> groups that get figures of their own: languages and sectors."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.examples import MailExample

LEAST_MAILS = 20
"""A language with fewer mails gets no figures of its own."""

LEAST_SECTOR_MAILS = 30
"""Sectors with fewer mails are told together."""

OTHER_SECTORS = "other sectors"

_WORD = re.compile(r"[^\W\d_]{3,}")


def language_groups(
    mails: Sequence[MailExample], *, least: int = LEAST_MAILS
) -> dict[str, list[int]]:
    """Give `all` mails, then those of each language that has enough, by their places."""
    groups = {"all": list(range(len(mails)))}
    for language in sorted({mail.language for mail in mails}):
        own = [place for place, mail in enumerate(mails) if mail.language == language]
        if least <= len(own) < len(mails):
            groups[language] = own
    return groups


def sector_groups(
    mails: Sequence[MailExample], *, least: int = LEAST_SECTOR_MAILS
) -> dict[str, list[int]]:
    """Give the mails of each group of sectors, largest first, then all others together.

    A corpus names a thousand sectors in free words, most of them once. Those that share a word
    (`online toys`, `online shoes`) make a group, the most frequent word first.

    Returns:
        Word to places of the mails; empty where no word is frequent enough.
    """
    left = {place: set(_WORD.findall(mail.sector.lower())) for place, mail in enumerate(mails)}
    groups: dict[str, list[int]] = {}
    while counts := Counter(word for words in left.values() for word in words):
        word, times = min(counts.items(), key=lambda entry: (-entry[1], entry[0]))
        if times < least:
            break
        groups[word] = [place for place, words in left.items() if word in words]
        left = {place: words for place, words in left.items() if word not in words}
    return groups | {OTHER_SECTORS: list(left)} if groups and left else groups
