"""First own lines -> the greeting, which addresses somebody and says nothing yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.datatypes import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.parse.lines import Line

LONGEST = 70
"""A greeting that has its line to itself is no longer than this."""

_OPENERS = (
    "bonjour|bjr|bsr|bonsoir|salut|slt|coucou|cc|hello|helo|hi|hey|hiya|hallo|hej|hei|moin"
    "|dear|madame|monsieur|messieurs|mesdames|mme|mr|mrs|ms|m\\.|cher|chère|chers|chères|maître"
    "|docteur|good (?:morning|afternoon|evening|day)|morning|afternoon|evening"
    "|to whom it may concern|greetings"
    "|guten (?:tag|morgen|abend)|sehr geehrter?|lieber?|liebes|grüezi|servus"
    "|buongiorno|buonasera|salve|ciao|gentil[ei](?:ssim[aoie])?|egregio|spett(?:abile|\\.le)"
    "|hola|buen(?:os|as)? (?:días|tardes|noches|día)|estimad[oa]s?|apreciad[oa]s?"
    "|beste|geachte|goedendag|goedemorgen|goedemiddag|dag|bom dia|boa tarde|prezad[oa]s?|caros?"
    "|dzień dobry|szanown[ya]|witam|hejsan|god (?:dag|morgen)|kära|kære|kjære"
)
_WHOLE_LINE = re.compile(
    rf"^(?:{_OPENERS})(?![\w'’-])(?:[^.:;?\n]|(?<=[MmDdVS][rse])\.|(?<=rs)\."
    rf"|(?<=\b\w)\.){{0,{LONGEST}}}[,!:.…\s]*$",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"^(?:bonjour|bjr|bsr|bonsoir|salut|slt|coucou|hello|hi|hey|hallo|madame|monsieur|messieurs"
    r"|good (?:morning|afternoon|evening)|dear|buongiorno|hola|guten tag|beste)"
    r"(?![\w'’-])(?:\s[^\s,.!?:;]{1,20}){0,3}\s?[,!…](?=\s)\s{0,2}",
    re.IGNORECASE,
)
_SAYS_SOMETHING = re.compile(
    r"\b(?:je|j['’]|nous|vous|votre|vos|notre|mon|ma|mes|est|sont|pas|suite|objet|i|we|you|your"
    r"|my|our|is|are|was|please|merci|thanks|thank|for|since|about|ich|wir|sie)\b",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"^(?:to \D{3,60}|[^\W\d_][^\d,.:;?!]{0,20}(?: [^\d,.:;?! ]{1,20}){0,3})\s?,$", re.IGNORECASE
)
"""`Brenda,` and `To the complaints department,`: a short first line that ends in a comma."""

_TITLES = re.compile(r"^to (?:whom|whoever|the)\b|\byou(?: all| both)?[,!]?$", re.IGNORECASE)


def find_greeting(lines: Sequence[Line]) -> Span | None:
    """The greeting at the top of the own words, with the empty lines that follow it left out.

    Args:
        lines: Own lines in order.
    """
    first = next((number for number, line in enumerate(lines) if not line.is_blank), None)
    if first is None:
        return None
    line = lines[first]
    if _is_greeting(line.text):
        end = line.end
        if first + 1 < len(lines) and _is_greeting(lines[first + 1].text):
            end = lines[first + 1].end
        return Span(line.start, end)
    inline = _INLINE.match(line.text)
    if inline is None or _SAYS_SOMETHING.search(inline.group()):
        return None
    return Span(line.start, line.start + len(inline.group().rstrip()))


def _is_greeting(text: str) -> bool:
    if len(text) > LONGEST or not (_WHOLE_LINE.match(text) or _NAMES.match(text)):
        return False
    return not _SAYS_SOMETHING.search(text) or bool(_TITLES.search(text))
