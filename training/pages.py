"""Blocks of a report -> Markdown, or one HTML page that holds its pictures."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the page's."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list of lines."""

    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below a head."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture.

    Attributes:
        name: File name beside the Markdown; a PNG.
        caption: What it shows.
    """

    name: str
    caption: str


@dataclass(frozen=True, slots=True)
class Words:
    """Somebody's words, shown as they are."""

    text: str


Block = Heading | Text | Items | Table | Picture | Words

_MEANT = re.compile(r"([\\`*|<\[])")
_TICKS = re.compile(r"`{3,}")

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; display: block; overflow-x: auto }
th, td { border: 1px solid #bbb; padding: .2rem .6rem; text-align: left; white-space: nowrap }
blockquote { white-space: pre-wrap; border-left: 3px solid #bbb; margin: .3rem 0 1.2rem;
  padding-left: .8rem }
img { max-width: 100% }
"""


def to_markdown(blocks: Sequence[Block]) -> str:
    """Write blocks as Markdown; what they hold is never taken for markup."""
    return "\n\n".join("\n".join(_markdown(block)) for block in blocks) + "\n"


def to_html(blocks: Sequence[Block], *, title: str, pictures: Mapping[str, bytes]) -> str:
    """Write blocks as one page that needs no other file.

    Args:
        blocks: In order.
        title: Of the window.
        pictures: File name to PNG bytes, of each picture among the blocks.
    """
    body = "\n".join(line for block in blocks for line in _html(block, pictures))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        f"<body>\n{body}\n</body>\n</html>\n"
    )


def _markdown(block: Block) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"{'#' * level} {_plain(text)}"
        case Text(text):
            yield _plain(text)
        case Items(lines):
            yield from (f"- {_plain(line)}" for line in lines)
        case Table(head, rows):
            yield from (_row(head), "|" + " --- |" * len(head), *map(_row, rows))
        case Picture(name, caption):
            yield f"![{_plain(caption)}]({name})"
        case Words(text):
            yield from ("```text", _TICKS.sub("``", text), "```")


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    return _MEANT.sub(r"\\\1", " ".join(text.split()))


def _html(block: Block, pictures: Mapping[str, bytes]) -> Iterator[str]:
    match block:
        case Heading(text, level):
            yield f"<h{level}>{escape(text)}</h{level}>"
        case Text(text):
            yield f"<p>{escape(text)}</p>"
        case Items(lines):
            yield from ("<ul>", *(f"<li>{escape(line)}</li>" for line in lines), "</ul>")
        case Table(head, rows):
            yield from ("<table>", _cells(head, "th"), *(_cells(row, "td") for row in rows))
            yield "</table>"
        case Picture(name, caption):
            data = base64.b64encode(pictures[name]).decode()
            image = f'<img alt="{escape(caption)}" src="data:image/png;base64,{data}">'
            yield f"<figure>{image}<figcaption>{escape(caption)}</figcaption></figure>"
        case Words(text):
            yield f"<blockquote>{escape(text)}</blockquote>"


def _cells(cells: Sequence[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"
