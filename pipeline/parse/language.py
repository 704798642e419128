"""Text -> the language that it is written in."""

from __future__ import annotations

import re
from functools import cache

from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNKNOWN = "und"
"""ISO 639-2 code for "undetermined"."""

LANGUAGES = [
    "fr",
    "en",
    "de",
    "es",
    "it",
    "nl",
    "pt",
    "pl",
    "da",
    "sv",
    "no",
    "fi",
    "cs",
    "ro",
    "hu",
    "el",
    "tr",
    "ru",
    "uk",
    "ar",
    "zh",
    "ja",
]
"""Languages that a European complaints mailbox meets; fewer candidates make short text surer."""

LEAST_CERTAIN = 0.5
"""Below this probability nothing is said."""

ENOUGH = 4000
"""Characters that are looked at."""

_NOISE = re.compile(r"[@\d]|://")
_LETTER = re.compile(r"[^\W\d_]")
_FEW_LETTERS = 3
_PLAIN = {
    "fr": "slt bjr bsr cdt cdlt jai pas recu resu reçu mon ma mes vs ns svp stp merci colis coli"
    " commande comande tjrs toujours c g bonjour bonsoir salut avec pour dans est une des les"
    " votre vos facture livraison koi pk pb chui jamais rien et depuis remboursement avoir",
    "en": "hi hello pls plz please thx thanks refund order my not your you the is and u ur got"
    " still where invoice delivery wrong missing asap broken received money back",
}
_WORDS = {code: frozenset(words.split()) for code, words in _PLAIN.items()}


def find_language(text: str) -> str:
    """The language as ISO 639-1 code, or `und` where the text is too short or too mixed to tell.

    Args:
        text: A mail's own words; any text.
    """
    words = " ".join(word for word in text[:ENOUGH].split() if not _NOISE.search(word))
    if len(_LETTER.findall(words)) < _FEW_LETTERS:
        return UNKNOWN
    language, probability = _identifier().classify(words)
    if probability >= LEAST_CERTAIN and len(words.split()) > _FEW_LETTERS:
        return str(language)
    return _by_words(words) or (str(language) if probability >= LEAST_CERTAIN else UNKNOWN)


def _by_words(text: str) -> str:
    """The language of whose everyday words, text-message spelling included, there are most."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    counts = {code: sum(word in known for word in words) for code, known in _WORDS.items()}
    best = max(counts, key=lambda code: counts[code])
    rest = max(count for code, count in counts.items() if code != best)
    return best if counts[best] > rest else ""


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES)
    return identifier
