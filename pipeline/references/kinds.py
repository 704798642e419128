"""Candidates in a text -> points of each kind, from the words around them and from their shape."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from spacy.matcher import PhraseMatcher

from pipeline.references import hints, names, patterns
from pipeline.references.shapes import Candidate, canonical, level, plain

if TYPE_CHECKING:
    from spacy.language import Language

Points = dict[str, float]
"""Points by kind; the empty kind speaks against any reference."""

NAMED: Final = 10.0
WEAKLY_NAMED: Final = 6.0
HINTED: Final = 3.0
"""What a name, a doubtful name and a hint are worth beside the identifier."""

REACH_BEFORE: Final = 160
REACH_AFTER: Final = 60
NAME_REACH: Final = 40
"""Characters over which cues and names are seen."""

HINT_BEFORE: Final = 0.17
HINT_AFTER: Final = 0.15
"""Share of a cue's weight that it keeps before and after the identifier, not being its name."""

FADE_BEFORE: Final = 20.0
FADE_AFTER: Final = 15.0
"""Characters over which a cue loses half of it."""

PREFIX: Final = 3.0
LETTER: Final = 1.6
SURE_PREFIX: Final = 6.0
"""What first letters are worth: two and more, a single one, those that need no other word."""

SUM_BESIDE: Final = 2.0
PREPOSITION: Final = 1.0
COUNTED: Final = 2.5
OF_A_THING: Final = 1.5
"""What a sum after, "sur" before, a counted noun before, and "(réf." after a noun are worth."""

_LEAST_PLURAL: Final = 3
_OF_A_THING: Final = re.compile(
    r"[^\W\d_]{4,}(?<!dossier)(?<!facture)(?<!commande)(?<!votre)(?<!notre)(?<!your) "
    r"\(?[rR][ée]f(?:[ée]rence)?\.?(?: n°)? ?:? ?$"
)
_TAKEN: Final = re.compile(r"\W{0,4}(?:n[°or.]{1,2} ?)?[A-Z]{0,6}[-/ ]?\d")
_LETTERS: Final = re.compile(r"[A-Za-z]+")
_BREAK_BEFORE: Final = re.compile(r"[.!?;]\s|\n")
_BREAK_AFTER: Final = re.compile(r"[.!?;:,]\s|\n")
_NUMBER_MARK: Final = re.compile(r"[#°]|\b[nN](?:o|r|um|um[eé]ro)?\b[.: ]*$")
_GENITIVE: Final = re.compile(
    r"\b(?:de|du|des|of|from|del|della|von|van)\b(?! *(?:l |le |la )?(?:\d|[a-z]{3,9} ?\d))"
)
_MONEY_AFTER: Final = re.compile(
    r" ?[:(,|] ?(?:[€£$] ?\d|\d[\d ., ]*(?:€|eur|£|chf))", re.IGNORECASE
)
_COUNTED: Final = re.compile(r"(?:^|\s)\d{1,4} (?:[^\W\d_]+ ){1,2}\(?$")


class Cue(NamedTuple):
    """A word or phrase of the tables where it stands in a text."""

    start: int
    end: int
    kind: str
    weight: float


class Named(NamedTuple):
    """What the surroundings say of one candidate.

    Attributes:
        points: Of each kind.
        name: 1 where a name stands directly before, 2 with a mark such as "n°" between,
            else 0.
    """

    points: Points
    name: int


def find_cues(text: str, *, nlp: Language) -> list[Cue]:
    """Find names and hints; of overlapping ones the weightier, then the longer stands."""
    matcher, meanings = _matcher(nlp)
    doc = nlp.make_doc(plain(text))
    found = [(start, end, nlp.vocab.strings[key]) for key, start, end in matcher(doc)]
    found.sort(key=lambda item: (-meanings[item[2]][0][1], item[0] - item[1]))
    covered: set[int] = set()
    cues = []
    for start, end, phrase in found:
        if covered.isdisjoint(range(start, end)):
            covered.update(range(start, end))
            first, last = doc[start].idx, doc[end - 1].idx + len(doc[end - 1])
            cues += [Cue(first, last, kind, weight) for kind, weight in meanings[phrase]]
    return sorted(cues)


def add_points(points: Points, more: Points, *, share: float = 1.0) -> None:
    """Add a share of other points to these."""
    for kind, value in more.items():
        points[kind] = points.get(kind, 0.0) + share * value


def weigh_surroundings(candidate: Candidate, text: str, cues: list[Cue]) -> Named:
    """Add up what the cues around a candidate say."""
    points: Points = {}
    name = 0
    for cue in cues:
        if cue.end <= candidate.start and cue.weight > HINTED:
            gap = text[cue.end : candidate.start]
            if _is_name_of(gap):
                add_points(points, {cue.kind: cue.weight / (1 + 0.1 * len(gap.split()))})
                name = max(name, _name_strength(gap) if cue.kind else 0)
                continue
        add_points(points, {cue.kind: _hint(candidate, text, cue)})
    if name == 0:
        add_points(points, _weigh_grammar(candidate, text))
    if _OF_A_THING.search(text[max(0, candidate.start - 40) : candidate.start]):
        add_points(points, {"product": OF_A_THING})
    return Named(points, name)


def weigh_shape(text: str) -> Points:
    """What the identifier's own letters and shape say."""
    points: Points = {}
    letters = _LETTERS.match(text)
    if letters:
        add_points(points, _prefixes().get(letters.group().upper(), {}))
    for shapes, form in (
        (patterns.SHAPES, canonical(text)),
        (patterns.WRITTEN_SHAPES, level(text).upper()),
    ):
        for shape, kind, value in shapes:
            if re.fullmatch(shape, form):
                add_points(points, {kind: value})
    return points


def _hint(candidate: Candidate, text: str, cue: Cue) -> float:
    """What a cue is worth that is not the name: less with distance and with each break between."""
    if cue.end <= candidate.start:
        gap = text[cue.end : candidate.start]
        fading = len(gap) / FADE_BEFORE + len(_BREAK_BEFORE.findall(gap))
        weight = min(cue.weight, HINTED) if _TAKEN.match(gap) else cue.weight
        return HINT_BEFORE * weight / (1 + fading)
    if cue.start >= candidate.end:
        gap = text[candidate.end : cue.start]
        fading = len(gap) / FADE_AFTER + 2 * len(_BREAK_AFTER.findall(gap))
        return HINT_AFTER * cue.weight / (1 + fading)
    return 0.5 * cue.weight if cue.start == candidate.start and cue.weight > HINTED else 0.0


def _name_strength(gap: str) -> int:
    return 2 if _NUMBER_MARK.search(gap) else 1


def _is_name_of(gap: str) -> bool:
    """Tell whether nothing but marks and dates part a name from the identifier."""
    if len(gap) > NAME_REACH or len(_BREAK_BEFORE.findall(gap)) > 1:
        return False
    view = plain(gap)
    words = view.split()
    if words and words[0].isdigit():
        return False
    if any(word not in _marks() and not word.isdigit() for word in words):
        return False
    return _GENITIVE.search(view) is None


def _weigh_grammar(candidate: Candidate, text: str) -> Points:
    """What article, preposition, counted noun and a sum beside a nameless identifier say."""
    before = plain(text[max(0, candidate.start - 12) : candidate.start]).split()[-2:]
    points = dict(patterns.ARTICLES.get(before[-1] if before else "", {}))
    if set(patterns.ACCOUNT_PREPOSITIONS.split()) & set(before):
        add_points(points, {"invoice": PREPOSITION})
    if _COUNTED.search(text[max(0, candidate.start - 40) : candidate.start]):
        add_points(points, {"product": COUNTED})
    if _MONEY_AFTER.match(text[candidate.end : candidate.end + 30]):
        add_points(points, {"invoice": SUM_BESIDE})
    return points


@lru_cache(maxsize=1)
def _marks() -> frozenset[str]:
    return frozenset(patterns.MARKS.split())


@lru_cache(maxsize=1)
def _prefixes() -> dict[str, dict[str, float]]:
    table: defaultdict[str, dict[str, float]] = defaultdict(dict)
    sure = set(patterns.SURE_PREFIXES.split())
    for kind, words in patterns.PREFIXES.items():
        for word in words.split():
            worth = PREFIX if len(word) > 1 else LETTER
            table[word][kind] = SURE_PREFIX if word in sure else worth
    return dict(table)


@lru_cache(maxsize=4)
def _matcher(nlp: Language) -> tuple[PhraseMatcher, dict[str, list[tuple[str, float]]]]:
    """The tables as a matcher, and each phrase's kinds and weights, best first."""
    meanings: defaultdict[str, dict[str, float]] = defaultdict(dict)
    weak = set(_split(names.WEAK_NAMES))
    for kind, phrase in _named_phrases():
        weight = WEAKLY_NAMED if phrase in weak else NAMED
        meanings[phrase][kind] = weight + 0.5 * phrase.count(" ")
    for phrase, kinds in hints.DOUBTFUL_NAMES.items():
        meanings[phrase].update(kinds)
    for kind, phrases in hints.HINTS.items():
        for phrase in _split(phrases):
            meanings[phrase].setdefault(kind, HINTED)
    for phrase in _split(hints.NOT_REFERENCES):
        meanings[phrase][""] = NAMED
    for slip, word in _slips().items():
        if slip not in meanings:
            meanings[slip] = meanings[word]
    matcher = PhraseMatcher(nlp.vocab, attr="ORTH")
    for phrase in meanings:
        matcher.add(phrase, [nlp.make_doc(phrase)])
    ranked = {
        phrase: sorted(kinds.items(), key=lambda item: -item[1])
        for phrase, kinds in meanings.items()
    }
    return matcher, ranked


def _named_phrases() -> list[tuple[str, str]]:
    told = [
        (kind, language, phrase)
        for kind, languages in names.NAMES.items()
        for language, phrases in languages.items()
        for phrase in _split(phrases)
    ]
    plurals = [(kind, plural) for kind, *rest in told if (plural := _plural(*rest))]
    known = {phrase for *_, phrase in told}
    return [
        *((kind, phrase) for kind, _, phrase in told),
        *((kind, plural) for kind, plural in plurals if plural not in known),
    ]


def _plural(language: str, phrase: str) -> str:
    """Put several words in the plural, French by the first, English by the last; else nothing."""
    words = phrase.split()
    place = {"fr": 0, "en": -1}.get(language)
    if place is None or len(words) == 1 or len(words[place]) < _LEAST_PLURAL:
        return ""
    if words[place].endswith(("s", "x")):
        return ""
    words[place] += "s"
    return " ".join(words)


def _slips() -> dict[str, str]:
    """Slips of the pen of the commonest names: a letter left out or doubled, or two swapped."""
    slips: dict[str, str] = {}
    for word in hints.OFTEN_MISTYPED.split():
        for place in range(1, len(word)):
            head, tail = word[:place], word[place:]
            swapped = head[:-1] + tail[0] + head[-1] + tail[1:]
            for slip in (head + tail[1:], head + tail[0] + tail, swapped):
                slips.setdefault(slip, word)
    return slips


def _split(phrases: str) -> list[str]:
    """Split an entry of the tables."""
    return [phrase.strip() for phrase in phrases.split("|")]
