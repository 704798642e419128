"""Why -> what stands on the screen: for each decision its words, signals and labelled examples."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.why import MAIL
from flows.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from flows.why import Why
    from flows.words import Words
    from models.explain import Clue, Explanation
    from models.neighbours import Neighbour

MOST_CLUES: Final = 5
"""Words told for a label, and signals."""

MOST_AGAINST: Final = 2
"""Words told against it."""

LEAST_SHIFT: Final = 0.05
"""Log-odds that a word or signal must shift to be told."""

LEAST_PART: Final = 0.1
"""And at least this part of what the strongest one shifts."""

MOST_CHARACTERS: Final = 110
"""Of an example's text."""

SHOWN_IN_FULL: Final = ("kind", "type")
"""Heads whose examples are all told; of the others the first on each side."""


def why_view(why: Why, *, words: Words) -> RenderableType:
    """Show the reasons, decision by decision."""
    parts: list[RenderableType] = []
    for number, explanations in why.answers.items():
        for explanation in explanations.values():
            parts += [_heading(number, explanation, words), _reasons(explanation, words)]
    parts += [
        Text(f"{words.phrase('version_silent')} : {version} ({printable(reason)})", style="yellow")
        for version, reason in why.silent.items()
    ]
    return Padding(Group(*parts), (0, 0, 0, 2))


def _heading(number: int, explanation: Explanation, words: Words) -> Text:
    place = words.phrase("mail") if number == MAIL else f"{words.phrase('claim')} {number}"
    label = words.label(explanation.head, explanation.label)
    rival = words.label(explanation.head, explanation.rival)
    return Text.assemble(
        (f"{place}, {words.phrase(explanation.head)} : ", "dim"),
        (f"{label} {explanation.probability:.0%}", "bold"),
        (f"  {words.phrase('rather_than')} {rival} {explanation.rival_probability:.0%}", "dim"),
    )


def _reasons(explanation: Explanation, words: Words) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    most = None if explanation.head in SHOWN_IN_FULL else 1
    rows = {
        "words_for": _clues(explanation.words, explanation, words, most=MOST_CLUES),
        "words_against": _clues(explanation.words, explanation, words, most=MOST_AGAINST, sign=-1),
        "signals_for": _clues(explanation.signals, explanation, words, most=MOST_CLUES),
        "like_it": _neighbours(explanation.supporting[:most], explanation.head, words),
        "against_it": _neighbours(explanation.opposing[:most], explanation.head, words),
    }
    for phrase, told in rows.items():
        if told:
            table.add_row(words.phrase(phrase), Text(told))
    return Padding(table, (0, 0, 1, 2))


def _clues(
    clues: Sequence[Clue], explanation: Explanation, words: Words, *, most: int, sign: int = 1
) -> str:
    """Tell the strongest, each with the probability that would be left without it."""
    ranked = sorted(clues, key=lambda clue: -clue.gain * sign)[:most]
    least = max([LEAST_SHIFT, *(LEAST_PART * clue.gain * sign for clue in ranked)])
    return ", ".join(
        f"{_named(clue, explanation, words)}{_shift(clue, explanation)}"
        for clue in ranked
        if clue.gain * sign >= least
    )


def _shift(clue: Clue, explanation: Explanation) -> str:
    before, after = f"{explanation.probability:.0%}", f"{clue.without:.0%}"
    return "" if before == after else f" ({before} → {after})"


def _named(clue: Clue, explanation: Explanation, words: Words) -> str:
    """A word as it is; a signal by its name and the first words that made it fire."""
    if not clue.spans:
        return words.clue(clue.name)
    start, end = clue.spans[0]
    fired = printable(explanation.text[start:end])
    return f"«{fired}»" if fired == printable(clue.name) else f"{words.clue(clue.name)} «{fired}»"


def _neighbours(neighbours: Sequence[Neighbour], head: str, words: Words) -> str:
    lines = []
    for one in neighbours:
        text = " ".join(printable(one.precedent.text).split())
        cut = text if len(text) <= MOST_CHARACTERS else text[:MOST_CHARACTERS] + "…"
        said = f"  “{cut}”" if cut else ""
        label = words.label(head, one.precedent.labels[head])
        lines.append(f"{one.likeness:.0%}  {label}{said}  {one.precedent.id}")
    return "\n".join(lines)
