"""A data set from elsewhere: short texts with one intent each, under a taxonomy of its own."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipeline.taxonomy import load_taxonomy
from tests.training.small import small_tools, write_lines

if TYPE_CHECKING:
    from pathlib import Path

    from training.train import Tools

OBJECTS = ("card", "loan", "transfer", "account", "cheque", "mortgage", "statement", "pin")
VERBS = {"lost": ("lost", "gone", "missing"), "open": ("open", "get", "want")}
OTHER_VERBS = {"lost": ("disappeared", "stolen"), "open": ("obtain", "apply for")}
INTENTS = tuple(f"{verb}_{thing}" for verb in VERBS for thing in OBJECTS)
"""What the same intents are called by people who were not asked before."""

FRAMES = (
    "my {o} is {v}",
    "how about {v} {o} please",
    "{v} {o} again",
    "{o}: {v}",
    "so, {v} the {o}",
)

_TABLES = {"departments": ["desk"], "kinds": ["request", "robot"]}


def write_taxonomy(folder: Path) -> Path:
    """Many intents, and what else a taxonomy must have."""
    lines = ["format = 1", 'claim_kind = "request"', 'automatic_kind = "robot"']
    for table, codes in _TABLES.items():
        lines += [f'[{table}.{code}]\nfr = "{code}"\nen = "{code}"' for code in codes]
    for code in INTENTS:
        lines.append(f'[types.{code}]\nfr = "{code}"\nen = "{code}"')
        lines.append('department = "desk"')
    path = folder / "foreign.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def foreign_tools(folder: Path) -> Tools:
    """What training needs, with the foreign taxonomy and the fake encoder."""
    return replace(small_tools(folder), taxonomy=load_taxonomy(write_taxonomy(folder)))


def foreign_texts(each: int = 6, *, unseen: bool = False) -> list[tuple[str, str]]:
    """So many (text, intent) of each intent, half of the unseen ones in words of their own."""
    chance = random.Random(unseen)  # noqa: S311  no secret
    texts = []
    for verb, usual in VERBS.items():
        words = (*usual, *OTHER_VERBS[verb]) if unseen else usual
        for thing in OBJECTS:
            for _ in range(each):
                frame, word = chance.choice(FRAMES), chance.choice(words)
                texts.append((frame.format(o=thing, v=word), f"{verb}_{thing}"))
    return texts


def as_mail(number: int, text: str, intent: str) -> dict[str, Any]:
    """A mail whose every word is its one claim."""
    return {
        "id": f"m{number}",
        "lang": "en",
        "kind": "request",
        "subject": "",
        "parts": [{"text": text, "claim": 1}],
        "claims": [{"n": 1, "type": intent}],
    }


def write_mails(path: Path, *, unseen: bool = False) -> Path:
    texts = foreign_texts(unseen=unseen)
    return write_lines(path, [as_mail(n, *text) for n, text in enumerate(texts)])


def write_claims(path: Path) -> Path:
    texts = foreign_texts()
    return write_lines(
        path, [{"lang": "en", "type": intent, "text": text} for text, intent in texts]
    )
