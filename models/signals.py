"""`data/signals.toml` -> numbers: words and turns that a person would name as evidence."""

from __future__ import annotations

import math
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.errors import SettingInvalid
from pipeline.references.amounts import find_amounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

FORMAT = 1
COUNT_LIMIT = 3
"""A word found more often than this counts as found so often."""

TRIFLING_SUM, LARGE_SUM, VERY_LARGE_SUM = 20, 1_000, 10_000
"""Borders of the severity levels in the annotation guide, in any currency."""

SHOUTED_SHARE = 0.4
"""A text with a larger share of capitals is shouted."""


@dataclass(frozen=True, slots=True)
class Signals:
    """Compiled patterns by table, each in the file's order.

    Attributes:
        words: Counted, from 0 to `COUNT_LIMIT`.
        turns: Present or not.
        severity: Counted, as `words`; how grave a claim is.
        discourse: Present or not; how a sentence hangs together with those before it.
    """

    words: Mapping[str, re.Pattern[str]]
    turns: Mapping[str, re.Pattern[str]]
    severity: Mapping[str, re.Pattern[str]]
    discourse: Mapping[str, re.Pattern[str]]

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns that `measure` gives, in order."""
        return (*self.words, *self.turns)

    def measure(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Look for every signal.

        Args:
            texts: As written.

        Returns:
            An array (texts, signals) of values in [0, 1].
        """
        rows = [self._row(plain_text(text)) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), len(self.names))

    def measure_discourse(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give an array (texts, discourse signals) of zeros and ones."""
        rows = [
            [float(pattern.search(text) is not None) for pattern in self.discourse.values()]
            for text in map(plain_text, texts)
        ]
        return np.array(rows, dtype=np.float32).reshape(len(texts), len(self.discourse))

    def _row(self, text: str) -> list[float]:
        return [
            *(_count(pattern, text) for pattern in self.words.values()),
            *(float(pattern.search(text) is not None) for pattern in self.turns.values()),
        ]

    def measure_gravity(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Measure what a person would name as signs of gravity.

        Returns:
            An array (texts, 14): severity patterns, the largest sum of money and whether it is
            trifling, large or very large, capitals, exclamation and question marks, length.
        """
        rows = [self._gravity(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), len(self.severity) + 9)

    def _gravity(self, text: str) -> list[float]:
        plain = plain_text(text)
        counts = [_count(pattern, plain) for pattern in self.severity.values()]
        largest = max((float(amount.value) for amount in find_amounts(text)), default=0.0)
        letters = sum(map(str.isalpha, text))
        return [
            *(1.5 * count for count in counts),
            min(math.log1p(largest), 15.0) / 3,
            float(largest > 0),
            float(largest >= VERY_LARGE_SUM),
            float(LARGE_SUM <= largest < VERY_LARGE_SUM),
            float(0 < largest < TRIFLING_SUM),
            float(sum(map(str.isupper, text)) > SHOUTED_SHARE * max(letters, 1)),
            min(text.count("!"), COUNT_LIMIT) / COUNT_LIMIT,
            min(text.count("?"), COUNT_LIMIT) / COUNT_LIMIT,
            min(len(text), 900) / 300,
        ]


def load_signals(path: Path) -> Signals:
    """Read and compile a signal file.

    Raises:
        SettingInvalid: The file is missing or an entry is no list of regular expressions.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingInvalid(str(path), f"cannot be read: {error}") from error
    if content.get("format") != FORMAT:
        raise SettingInvalid(f"{path}: format", f"must be {FORMAT}")
    tables = ("words", "turns", "severity", "discourse")
    return Signals(*(_compiled(path, name, content.get(name)) for name in tables))


def plain_text(text: str) -> str:
    """Lower case without accents, apostrophes straight: what the patterns are written for."""
    decomposed = unicodedata.normalize("NFKD", text.lower().replace("’", "'"))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _compiled(path: Path, table: str, entries: Any) -> dict[str, re.Pattern[str]]:
    if not isinstance(entries, dict):
        raise SettingInvalid(f"{path}: {table}", "must be a table of lists")
    compiled = {}
    for name, patterns in entries.items():
        try:
            compiled[name] = re.compile("|".join(patterns), re.DOTALL)
        except (TypeError, re.error) as error:
            raise SettingInvalid(f"{path}: {table}.{name}", str(error)) from error
    return compiled


def _count(pattern: re.Pattern[str], text: str) -> float:
    found = 0
    for _ in pattern.finditer(text):
        found += 1
        if found == COUNT_LIMIT:
            break
    return found / COUNT_LIMIT
