"""Text -> Candidate, ...: stretches that could be an identifier by their shape.

What is surely something else is left out: phones, dates, hours, prices, quantities, measures, mail
addresses, bank accounts, tax numbers. Knows nothing of kinds.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from stdnum import iban
from stdnum.eu import vat
from stdnum.fr import siret

from pipeline.references.hints import DOUBTFUL_NAMES
from pipeline.references.names import NAMES
from pipeline.references.patterns import CAPITALS, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_CHARACTERS: Final = 40
"""No identifier is longer."""

_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2212"), "-")
_SPACES: Final = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007\t"), " ")
_TYPOGRAPHY: Final = _DASHES | _SPACES | {0x2019: "'", 0xBA: "°"}

_MONTH: Final = (
    r"(?:jan|f[ée]v|feb|mar|mär|avr|apr|abr|ma[iy]|mei|mag|jui|jun|jul|giu|lug|ao[uû]|aug|ago"
    r"|sep|set|oct|okt|ott|nov|d[ée]c|dez|dic)[a-zéû]{0,8}\.?"
)
_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_REFUSED: Final = re.compile(
    rf"""
      [\w.+-]{{1,64}}@\S{{1,255}} | https?://\S+ | www\.\S+
    # phones: international, national, North American
    | \+\d{{1,3}}[ .]?(?:\(0\))?[ .]?\d{{1,4}}(?:[ .-]?\d{{2,4}}){{2,5}}(?!\w)
    | (?<![\w-])00[1-9]\d[ .]?(?:\(0\))?[ .]?\d{{1,3}}(?:[ .]\d{{2,3}}){{3,4}}(?!\w)
    | (?<![\w-])0\d(?:[ .]\d{{2}}){{4}}(?![\w-])
    | (?<![\w-])0\d{{9}}(?![\w-])
    | (?<![\w-])0\d{{2,4}}[ ]\d{{3,4}}[ ]?\d{{3,4}}(?![\w-])
    | (?<![\w-])\(\d{{3}}\)\ ?\d{{3}}-\d{{4}}(?![\w-]) | (?<![\w-])\d{{3}}-\d{{3}}-\d{{4}}(?![\w-])
    # dates and years
    | (?<![\w/.-]){_DAY}[/.-]{_DAY}(?![\w/-])(?!\.\d)
    | (?<![\w/.-])\d{{1,2}}([/.-])\d{{1,2}}\1(?:19|20)?\d{{2}}(?![\w/-])(?!\.\d)
    | (?<![\w/.-])(?:19|20)\d{{2}}([/.-])\d{{1,2}}\2\d{{1,2}}(?![\w/.-])
    | (?<![\w/.-])(?:0[1-9]|1[0-2])[/.](?:19|20)\d{{2}}(?![\w/-])
    | (?<![\w/.-])(?:19|20)\d{{2}}[-/](?:(?:19|20)\d{{2}}|\d{{2}})(?![\w/-])
    | (?<![\w-])\d{{1,2}}(?:er|\.)?\ (?:de\ )?{_MONTH}(?:\ (?:de\ )?(?:19|20)\d{{2}})?(?!\w)
    | (?<!\w){_MONTH}\ (?:\d{{1,2}}(?:st|nd|rd|th)?(?:,?\ (?:19|20)\d{{2}})?|(?:19|20)\d{{2}})
      (?![\w/-])
    # hours
    | (?<![\w/.-])\d{{1,2}}\ ?[h:]\ ?\d{{0,2}}(?![\w/-]) | (?<!\w)\d{{1,2}}:\d{{2}}:\d{{2}}
    | (?<![\w/.-])\d{{1,2}}[h:.]\d{{2}}-\d{{1,2}}[h:.]\d{{2}}
    | (?<!\w)\d{{1,2}}\ ?/\ ?7(?!\w) | 24\ ?h?/24
    # shares, sums, decimals
    | (?<![\w/.-])\d{{1,9}}(?:[.,]\d{{1,9}})?\ ?%
    | (?<![\w/.-])\d{{1,3}}(?:[ .,']\d{{3}}){{0,4}}(?:[.,]\d{{1,4}})?\ ?
      (?:€|£|\$|euros?\b|eur\b|chf\b|usd\b|gbp\b|k€|ht\b|ttc\b)
    | (?:€|£|\$|\b(?:eur|chf|usd|gbp)|\bfr\.)\ ?
      \d{{1,12}}(?:[ .,']\d{{3}}){{0,4}}(?:[.,]\d{{1,2}})?(?!\w)
    | (?<![\w/-])\d{{1,3}}(?:[ .']\d{{3}}){{0,4}},\d{{1,4}}(?![\w/-])
    | (?<![\w/-])\d{{1,3}}(?:,\d{{3}}){{1,4}}(?:\.\d{{1,9}})?(?![\w/-])
    | (?<![\w/.-])\d{{1,4}}\.\d{{2}}(?![\w/-])(?!\.\d)
    # formats and tyres
    | (?<!\w)\d{{1,9}}(?:[.,]\d{{1,4}})?\ ?[x*×]\ ?\d{{1,9}}(?:[.,]\d{{1,4}})?
      (?:\ ?[x×]\ ?\d{{1,9}})?(?!\w)
    | (?<!\w)\d{{3}}/\d{{2}}\ ?Z?R\ ?\d{{2}}(?!\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_POSTCODE_UK: Final = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")
_ACCOUNT: Final = re.compile(r"\b[A-Z]{2}[A-Z\d]\d(?: ?[A-Z0-9]{2,4}){2,8}\b")

_COMPANY: Final = re.compile(r"(?<![\w-])\d{3} \d{3} \d{3} \d{5}(?![\w-])")

_ATOM: Final = re.compile(r"[A-Za-z0-9]+(?:[-/._][A-Za-z0-9]+)*")
_MEASURE: Final = re.compile(r"\d+(?:[.,]\d+)?(?:[a-z]{1,5}|[A-Z]{1,2}|KG|CL)\d{0,2}")
_ORDINAL: Final = re.compile(r"\d+(?:st|nd|rd|th|er|e|eme|ème|ere|s|x)", re.IGNORECASE)
_CATCHWORD: Final = re.compile(r"[A-Z][A-Za-z]{3,}\d{1,3}|\w*_\w*")
_YEAR: Final = re.compile(r"19\d{2}|20[0-3]\d")
_GROUPED: Final = re.compile(r"\d{1,3}(?: \d{3})+")
_GROUP: Final = re.compile(r"[\dA-Z-]{2,6}")
_NEXT_WORD: Final = re.compile(r"[ \n]?([^\W\d_]+|²)")
_SIGN_AFTER: Final = re.compile(r" ?[€$£%]")
_NUMBER_BEFORE: Final = re.compile(
    r"\b(?:f(?:actures?|act|attura|actura|actuur)|inv(?:oices?)?|rechnung|avoir|commande|cde|order|bl)"
    r"\.? ?(?:n[or]?[°.]|#) ?$",
    re.IGNORECASE,
)
_WORD_BEFORE: Final = re.compile(r"([^\W\d_]+)\.?[ :n°#]*$")

_ALONE: Final = 0.9
_SEPARATED: Final = 0.6
_SMALL_LETTERS: Final = 0.5
_SHORT: Final = 0.45
_THIN: Final = 0.3
_GROUPS: Final = 0.15
_COUNTED: Final = 0.05
_NUMBERED: Final = 0.1
_BY_DIGITS: Final = (0.0, 0.0, 0.0, 0.1, 0.2, 0.35)
"""How sure shapes are; `_BY_DIGITS` of plain numbers, longer ones being as good as separated."""

_FEW: Final = 3
_SOME: Final = 4
_MANY: Final = 5


class Candidate(NamedTuple):
    """A stretch of text that could be an identifier.

    Attributes:
        start: First character.
        end: One past the last.
        text: As written.
        sure: How much the shape alone says that this is an identifier, in [0, 1].
    """

    start: int
    end: int
    text: str
    sure: float


def level(text: str) -> str:
    """The text with plain dashes, spaces and apostrophes: of the same length."""
    return text.translate(_TYPOGRAPHY)


def plain(text: str) -> str:
    """The text in lower case without accents and punctuation: of the same length."""
    return "".join(map(_plain_character, text))


def canonical(text: str) -> str:
    """Upper case, letters and digits only."""
    return "".join(character for character in text.upper() if character.isalnum())


def mask(text: str) -> str:
    """What the members of one series share: letters stay, each digit becomes 9."""
    return re.sub(r"\d", "9", text)


def count_digits(text: str) -> int:
    """How many digits a text has."""
    return sum(character.isdigit() for character in text)


def find_candidates(text: str) -> list[Candidate]:
    """List what could be an identifier, in order, without overlap."""
    levelled = level(text)
    blocked = _blocked(levelled)
    candidates = []
    for start, end in _joined(levelled, list(_atoms(levelled))):
        if end - start > MOST_CHARACTERS or blocked.find("\0", start, end) >= 0:
            continue
        sure = _sureness(levelled, start, end)
        if sure > 0:
            candidates.append(Candidate(start, end, text[start:end], sure))
    return candidates


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    if character.isascii():
        return character.lower() if character.isalnum() else " "
    base = unicodedata.normalize("NFD", character)[0].lower()
    return base if base.isalnum() and len(base) == 1 else " "


def _blocked(levelled: str) -> str:
    """The text with NUL over everything that is surely no reference."""
    spans = [match.span() for match in _REFUSED.finditer(levelled)]
    spans += [match.span() for match in _POSTCODE_UK.finditer(levelled)]
    spans += [
        (match.start(), match.start() + length)
        for match in _ACCOUNT.finditer(levelled)
        for length in [_account_length(match.group())]
    ]
    spans += [
        match.span() for match in _COMPANY.finditer(levelled) if siret.is_valid(match.group())
    ]
    pieces, position = [], 0
    for start, end in sorted(spans):
        begin = max(start, position)
        if begin < end:
            pieces += [levelled[position:begin], "\0" * (end - begin)]
            position = end
    return "".join([*pieces, levelled[position:]])


def _account_length(text: str) -> int:
    """Length of the bank account or tax number that a text begins with; 0 where there is none."""
    while text.count(" ") or len(text) > _MANY:
        if iban.is_valid(text, check_country=False) or vat.is_valid(text):
            return len(text)
        text = text.rpartition(" ")[0]
    return 0


def _atoms(text: str) -> Iterator[tuple[int, int]]:
    """Words with digits and marks inside; a list by strokes ("70115/70131") comes apart."""
    for match in _ATOM.finditer(text):
        start, parts = match.start(), match.group().split("/")
        if len({mask(part) for part in parts}) > 1 or not _stands_alone(parts[0]):
            yield match.span()
            continue
        for part in parts:
            yield start, start + len(part)
            start += len(part) + 1


def _stands_alone(part: str) -> bool:
    """Tell whether a part between strokes is long enough to be an identifier itself."""
    digits = count_digits(part)
    return digits >= _MANY or (digits >= _FEW and digits < len(part))


def _joined(text: str, atoms: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Join atoms that one space parts where they look like one identifier written in groups."""
    index = 0
    while index < len(atoms):
        start, end = atoms[index]
        index += 1
        while index < len(atoms) and end - start < MOST_CHARACTERS:
            following = _glued(text, atoms, index + 1)
            if text[end : atoms[index][0]] != " " or not _joins(
                text, start, atoms[index], following
            ):
                break
            end = atoms[index][1]
            index += 1
        yield start, end


def _glued(text: str, atoms: Sequence[tuple[int, int]], index: int) -> str:
    """The atom at an index where one space parts it from the one before, else nothing."""
    if index >= len(atoms) or text[atoms[index - 1][1] : atoms[index][0]] != " ":
        return ""
    return text[slice(*atoms[index])]


def _joins(text: str, start: int, right: tuple[int, int], following: str) -> bool:
    """Tell whether the atom on the right goes on with what began at the start."""
    head, tail = text[start : right[0] - 1], text[slice(*right)]
    if head.isalpha():
        return _letters_join(text, start, head, right, following)
    if not count_digits(head):
        return False
    if tail.isalpha():
        return tail.isupper() and _letters_end(head, tail, following)
    if _counts(text, right[1]) or not (tail[0].isdigit() or tail[-1].isdigit()):
        return False
    if len(tail) == 1:
        spaces = head.count(" ")
        return spaces > 1 or following[:1].isdigit() or (spaces == 1 and not following)
    group = head.rsplit(" ", 1)[-1]
    return len(group) <= _MANY + 1 and _GROUP.fullmatch(tail) is not None


def _letters_join(text: str, start: int, head: str, right: tuple[int, int], following: str) -> bool:
    """Tell whether letters in front ("LP 40 771") belong to the identifier; names do not."""
    if not head.isupper() or len(head) > _SOME:
        return False
    tail = text[slice(*right)]
    digits = count_digits(tail)
    if not tail[0].isdigit() or _counts(text, right[1]):
        return False
    if digits < _FEW and not (digits == _FEW - 1 and following[:1].isdigit()):
        return False
    if len(head) == 1:
        return len(tail) >= _MANY or _named_before(text, start)
    return head not in _names_in_capitals() or _named_before(text, start)


def _letters_end(head: str, tail: str, following: str) -> bool:
    """Tell whether upper-case letters go on with groups of digits ("8817 HAB 02", "… 277 FR")."""
    if len(tail) == _FEW - 1 and head.count(" ") > 1:
        return True
    if tail in CAPITALS.split() or len(tail) > _FEW:
        return False
    if len(tail) == 1 and " " in head and not following:
        return True
    return following.isdigit() or len(tail) == _FEW - 1


def _named_before(text: str, start: int) -> bool:
    """Tell whether a name of identifiers stands directly before."""
    match = _WORD_BEFORE.search(text[max(0, start - 25) : start])
    return match is not None and plain(match.group(1)) in _last_words()


def _counts(text: str, end: int) -> bool:
    """Tell whether the number that ends here counts or measures something."""
    if _SIGN_AFTER.match(text, end):
        return True
    match = _NEXT_WORD.match(text, end)
    return match is not None and match[1] != "à" and plain(match[1]) in _units()


def _sureness(text: str, start: int, end: int) -> float:
    word = text[start:end]
    digits = count_digits(word)
    if digits == 0:
        return 0.0
    if not any(character.isalpha() for character in word):
        return _sureness_of_digits(text, start, end)
    measure = _MEASURE.fullmatch(word) and digits < _MANY and not word.isupper()
    if measure or _ORDINAL.fullmatch(word):
        return _COUNTED if digits > _FEW else 0.0
    if not any(character.isupper() for character in word):
        return _SMALL_LETTERS if digits >= _SOME else 0.2
    return _sureness_of_capitals(word, digits)


def _sureness_of_capitals(word: str, digits: int) -> float:
    if _CATCHWORD.fullmatch(word) or digits == 1:
        return _GROUPS
    if digits >= _FEW and len(word) >= _MANY:
        return _ALONE
    return _SHORT if len(word) > _FEW else _THIN


def _sureness_of_digits(text: str, start: int, end: int) -> float:
    word = text[start:end]
    digits = count_digits(word)
    separated = not word.isdigit()
    if _counts(text, end) and (digits < _MANY or not separated):
        return _COUNTED if digits >= _MANY else 0.0
    if _GROUPED.fullmatch(word):
        return _GROUPS
    if separated:
        return _SEPARATED if digits >= _MANY else _THIN
    if _YEAR.fullmatch(word):
        return 0.0
    if digits < _FEW:
        return _NUMBERED if _NUMBER_BEFORE.search(text[max(0, start - 20) : start]) else 0.0
    return _BY_DIGITS[digits] if digits < len(_BY_DIGITS) else _SEPARATED


@lru_cache(maxsize=1)
def _phrases() -> tuple[str, ...]:
    """All names as they stand in the tables."""
    tables = [phrases for languages in NAMES.values() for phrases in languages.values()]
    phrases = [phrase.strip() for table in tables for phrase in table.split("|")]
    return (*phrases, *DOUBTFUL_NAMES)


@lru_cache(maxsize=1)
def _names_in_capitals() -> frozenset[str]:
    return frozenset(phrase.upper() for phrase in _phrases()) | frozenset(CAPITALS.split())


@lru_cache(maxsize=1)
def _last_words() -> frozenset[str]:
    return frozenset(phrase.split()[-1] for phrase in _phrases() if phrase)


@lru_cache(maxsize=1)
def _units() -> frozenset[str]:
    return frozenset(UNITS.split())
