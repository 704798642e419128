"""Text -> the signs of gravity that a person would name: the table `signs` of `data/signals.toml`.

A sign is found by its words or by the largest sum of money that the text states.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from models.signals import COUNT_LIMIT, plain_text
from pipeline.errors import SettingInvalid
from pipeline.references.amounts import find_amounts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

LONGEST = 10_000
"""Characters of a text that are searched."""


@dataclass(frozen=True, slots=True)
class GravitySign:
    """One sign.

    Attributes:
        code: Its name in the signal file.
        names: Language to what people call it.
        pattern: Words that show it, in plain view; None where no words do.
        least: The largest sum in the text shows it from here on, in any currency.
        below: And up to here, excluded; 0 where no sum shows the sign.
    """

    code: str
    names: Mapping[str, str]
    pattern: re.Pattern[str] | None
    least: float
    below: float

    def count(self, plain: str, largest: float) -> int:
        """Tell how often it shows, up to `COUNT_LIMIT`.

        Args:
            plain: The text in plain view.
            largest: The largest sum in it; 0 where there is none.
        """
        found = int(largest > 0 and self.least <= largest < self.below)
        if self.pattern is not None:
            for _ in self.pattern.finditer(plain):
                found += 1
                if found >= COUNT_LIMIT:
                    return COUNT_LIMIT
        return found


def load_gravity_signs(path: Path) -> tuple[GravitySign, ...]:
    """Read the signs of a signal file, in its order; none where it has no table `signs`.

    Raises:
        SettingInvalid: The file cannot be read, or an entry is no sign.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingInvalid(str(path), f"cannot be read: {error}") from error
    table = content.get("signs", {})
    if not isinstance(table, dict):
        raise SettingInvalid(f"{path}: signs", "must be a table of tables")
    return tuple(_read_sign(path, code, entry) for code, entry in table.items())


def largest_sum(text: str) -> float:
    """Give the largest sum of money that a text states, whatever its currency; 0 for none."""
    return max((float(amount.value) for amount in find_amounts(text[:LONGEST])), default=0.0)


def count_signs(texts: Sequence[str], signs: Sequence[GravitySign]) -> NDArray[np.float64]:
    """Count each sign in each text.

    Args:
        texts: As written.
        signs: What to look for.

    Returns:
        An array (texts, signs) of values in [0, 1]; 1 stands for `COUNT_LIMIT` times and more.
    """
    rows = []
    for text in texts:
        plain, largest = plain_text(text[:LONGEST]), largest_sum(text)
        rows.append([sign.count(plain, largest) / COUNT_LIMIT for sign in signs])
    return np.array(rows, dtype=np.float64).reshape(len(texts), len(signs))


def _read_sign(path: Path, code: str, entry: Any) -> GravitySign:
    where = f"{path}: signs.{code}"
    if not isinstance(entry, dict) or not entry.keys() <= {"fr", "en", "words", "least", "below"}:
        raise SettingInvalid(where, "must be a table with `fr`, `en`, `words`, `least`, `below`")
    names = {language: entry.get(language) for language in ("fr", "en")}
    if not all(isinstance(name, str) and name for name in names.values()):
        raise SettingInvalid(where, "must have a French and an English name")
    try:
        words = entry.get("words", [])
        pattern = re.compile("|".join(words), re.DOTALL) if words else None
        least, below = float(entry.get("least", 0)), float(entry.get("below", 0))
    except (TypeError, ValueError, re.error) as error:
        raise SettingInvalid(where, str(error)) from error
    if pattern is None and below <= least:
        raise SettingInvalid(where, "shows neither by words nor by a sum")
    return GravitySign(code, {key: str(name) for key, name in names.items()}, pattern, least, below)
