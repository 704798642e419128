"""Last own lines -> the polite formula and the names and contact lines below it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.datatypes import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.parse.lines import Line

LINES = 12
"""Filled lines that a signature may have below a formula or a delimiter."""

BARE_LINES = 6
"""Filled lines that a signature may have where nothing announces it."""

DELIMITER = re.compile(r"^(?:--|[—–]{1,2}|__)$")

_FORMULA = (
    r"(?:(?:bien |très |sincèrement |respectueusement |amicalement |sportivement "
    r"|fraternellement )?"
    r"(?:cordialement|amicalement|sincèrement|respectueusement|courtoisement|solidairement)"
    r"(?: (?:vôtre|à vous|et merci))?)"
    r"|cdt|cdlt|cdmt|cldt|crdlt|bav|bat|slts?|a\+|à\+|@\+|bizz?|bises?|bisous?|biz"
    r"|bien (?:à (?:vous|toi)|amicalement|sincèrement|respectueusement|vôtre)"
    r"|(?:très |avec (?:mes|nos) |meilleures |mes |nos |sincères |respectueuses |distinctes "
    r"|cordiales )?"
    r"(?:(?:meilleures|sincères|cordiales|respectueuses|plus|vives) )*salutations(?: \w+){0,3}"
    r"|(?:veuillez|vous voudrez bien|je vous prie|nous vous prions|recevez|agréez|croyez|daignez"
    r"|soyez assuré|dans l['’]attente|en (?:vous remerciant|attendant|espérant|l['’]attente)"
    r"|avec (?:mes|nos|toute|mon|tout))\b.{0,160}"
    r"|(?:je|nous) vous (?:remercie|souhait|salue|prie d)\w*.{0,140}"
    r"|(?:un grand |mille )?merci(?:s)?(?: (?:d['’]avance|par avance|beaucoup|bien|bcp"
    r"|à (?:vous|toi|tous)|encore|quand même"
    r"|(?:de|pour) (?:votre|vos|ta|ton|l['’]|la |tout|me |nous |bien "
    r"|m['’])\b.{0,60}))*(?: et .{1,40})?"
    r"|bonne (?:journée|soirée|réception|continuation|fin de (?:journée|semaine)|semaine|année"
    r"|lecture|fête|nuit)\b.{0,40}"
    r"|bon (?:week[ -]?end|we|courage|après-midi|dimanche|appétit|weekend|été)\b.{0,30}"
    r"|bel(?:le)? (?:été|journée|soirée)\b.{0,20}"
    r"|à (?:bientôt|bientot|demain|plus|très vite|lundi|mardi|mercredi|jeudi|vendredi)\b.{0,20}"
    r"|(?:with |many |kind(?:est)? |best |warm(?:est)? |very |yours |my |all (?:the |my )?)*"
    r"(?:regards|wishes|rgds|kr|br|sincerely|faithfully|truly|respectfully|cordially|best)"
    r"(?: to .{1,20}| always)?"
    r"|yours(?: \w+){0,3}|sincerely(?: yours)?|respectfully(?: yours)?|cheers(?: \w+)?|ta|thx"
    r"|tx|tks|tia"
    r"|(?:with |many |best |kind )*(?:thanks|thank you|thank u)(?: (?:again|in advance|so much"
    r"|a lot|a million"
    r"|and (?:best |kind )?regards|very much|for your \w+(?: \w+){0,2}|anyway|everyone|all|both"
    r"|guys))*"
    r"|looking forward\b.{0,80}|have a (?:nice|good|great|lovely)\b.{0,30}|take care|love|xx+"
    r"|warmly"
    r"|mit (?:freundlichen|besten|herzlichen|lieben) (?:grüßen|grüssen)|(?:viele|beste|liebe"
    r"|freundliche) grüße|mfg|vg|lg"
    r"|cordiali saluti|distinti saluti|(?:un )?saluti?|grazie(?: mille)?|cordialmente"
    r"|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|gracias|un abrazo"
    r"|met vriendelijke groet(?:en)?|mvg|groet(?:en|jes)?|vriendelijke groeten"
    r"|atenciosamente|cumprimentos|obrigad[oa]|pozdrawiam|z poważaniem|med (?:venlig"
    r"|vänlig) hils(?:en|ning)(?:ar)?|hälsningar|hilsen"
)
CLOSING = re.compile(
    rf"^(?:{_FORMULA})(?: / .{{1,40}})?\s?[,.!;:…)\s-]*(?:[:;]-?[)D])?$", re.IGNORECASE
)
_INLINE_CLOSING = re.compile(
    r"^(?:(?:bien |très )?(?:cordialement|amicalement|sincèrement|respectueusement)|cdt|cdlt"
    r"|bien à (?:vous|toi)"
    r"|merci(?: (?:d['’]avance|par avance|beaucoup|bien))?|(?:meilleures "
    r"|sincères )?salutations(?: distinguées)?"
    r"|(?:(?:kind|best|warm|many) )*(?:regards|thanks)|cheers|thx|yours (?:sincerely|faithfully"
    r"|truly)|sincerely"
    r"|thank you|mit freundlichen grüßen|cordiali saluti|saludos|met vriendelijke groet)"
    r"(?:\s?[,.;–-]\s?|\s)(?=[\w(])",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"^(?:p\.?\s?-?s\.?\b|ps\s?:|n\.?b\.?\b|post[- ]?scriptum)", re.IGNORECASE)
_CONTACT = re.compile(
    r"\S@\S+\.\S|\bwww\.|https?://|(?:\+|00)\d[\d\s().-]{7,}|\b0\d(?:[\s.-]?\d\d){4}\b"
    r"|\b(?:tél|tel|mob|fax|port|phone|mobile|ligne directe|direct|gsm|standard)\b\.?\s?:?\s?[+(\d]"
    r"|\bsiret\b|\bsiren\b|\brcs\b|\btva\b.{0,10}fr|\b(?:bp|cs) ?\d{2,5}\b|^\d{4,5}[ ,]\s?[A-ZÉÈ]"
    r"|\b\d{5}\s[A-ZÉ][\w-]+|^\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|av\.|bd|boulevard"
    r"|chemin|place|impasse|allée|route|quai)\b"
    r"|\b(?:zi|za|zac|zone industrielle)\b|\b[A-Z]{1,2}\d{1,2}[A-Z]? \d[A-Z]{2}\b",
    re.IGNORECASE,
)
_SENTENCE_WORD = re.compile(
    r"\b(?:je|j['’]\w*|tu|il|ils|elle|elles|nous|vous|on|ce|cela|ça|ca|c['’]\w*|qui|que"
    r"|qu['’]\w*|dont|où|ne|n['’]\w*|pas|plus"
    r"|jamais|rien|est|sont|était|étaient|sera|suis|ai|as|avons|avez|ont|avait|fait|faire|faut"
    r"|doit|peut|peux|pouvez|veux|voulez"
    r"|si|mais|donc|car|parce|quand|comme|alors|sans|avec|depuis|pendant|avant|après|sous|sur"
    r"|dans|par|pour|mon|ma|mes|votre|vos"
    r"|notre|nos|ton|ta|tes|son|sa|ses|leur|leurs|cette|ces|cet|y|m['’]\w*|s['’]\w*|merci"
    r"|manque|reste|reçu|reçue|livré|livrée|jour|jours|svp"
    r"|i|i['’]\w*|you|he|she|it|it['’]s|we|they|this|that|these|those|is|are|was|were|be|been"
    r"|has|have|had|do|does|did|don['’]t|not"
    r"|no|never|will|would|can|could|should|please|my|your|his|our|their|if|but|because|when"
    r"|what|which|why|how|there"
    r"|to|with|without|since|until|from|before|than|by|want|need|get|got|thanks|still|just|so"
    r"|only|missing|refund)\b",
    re.IGNORECASE,
)
_COMMAND = re.compile(
    r"^\w{2,}ez[ -](?:moi|nous|le|la|les|un|une|mon|ma|mes|votre|vos|ce|cette|tout)\b",
    re.IGNORECASE,
)
"""`Annulez le pack`: short, without a pronoun before its verb, and a demand."""

_PERSON_MARK = re.compile(
    r"^(?:m|mr|mme|mlle|mrs|ms|miss|dr|me|pr|prof|sir|col|cpt|father|sister|abbé|maître|famille"
    r"|team|l['’]équipe|service|the)\b\.?\s",
    re.IGNORECASE,
)
_LIST_ITEM = re.compile(
    r"^(?:[*•·>+=]|-\s|\d{1,3}[.)°/:]|[a-z][.)])|^\d+\s?(?:x|×|€|%|kg|[Cc]artons?|[Cc]olis)\b"
)
_DIGIT = re.compile(r"\d")
_MONEY = re.compile(r"[€$£]|\b\d+[.,]\d\d\b|\b(?:eur|euros?)\b", re.IGNORECASE)


def is_formula(text: str) -> bool:
    """Tell whether a line is a polite formula and nothing else."""
    return bool(CLOSING.match(text))


def find_closing(lines: Sequence[Line]) -> tuple[int, int] | None:
    """Where the polite formula begins and ends among own lines, as line numbers, end exclusive.

    The last formula counts, and only near the end: at most a signature may follow it.
    """
    filled = [number for number, line in enumerate(lines) if not line.is_blank]
    for number in reversed(filled[-LINES - 1 :]):
        text = lines[number].text
        if _POSTSCRIPT.match(text):
            continue
        if is_formula(text) or (_INLINE_CLOSING.match(text) and _is_signed_closing(text)):
            first = number
            while first and is_formula(lines[first - 1].text):
                first -= 1
            return first, number + 1
    return None


def _is_signed_closing(text: str) -> bool:
    """`Cordialement, Jeanne Petit` in one line."""
    match = _INLINE_CLOSING.match(text)
    return match is not None and looks_like_name(text[match.end() :], is_lower=False)


def signed_part(text: str) -> int:
    """Where the name begins in a line that holds formula and name; 0 where it holds no name."""
    match = _INLINE_CLOSING.match(text)
    if match is None or is_formula(text) or not _is_signed_closing(text):
        return 0
    return match.end()


def find_signature(
    lines: Sequence[Line], *, closing_end: int | None, is_lower: bool
) -> Span | None:
    """The signature at the end of own lines.

    Args:
        lines: Own lines, footers left out.
        closing_end: Number of the line after the polite formula; None where there is none.
        is_lower: The sender writes without capitals, so names have none either.
    """
    delimited = _after_delimiter(lines)
    if delimited is not None:
        return delimited
    if closing_end is not None:
        return _below_formula(lines, closing_end)
    return _bare(lines, is_lower=is_lower)


def looks_like_name(text: str, *, is_lower: bool) -> bool:
    """Tell a name, a firm or a function from a sentence."""
    if not _LIST_ITEM.match(text):
        text = text.lstrip("-–—~ ")
    words = text.split()
    if not words or len(text) > 80 or len(words) > 11:  # noqa: PLR2004  longer is a sentence
        return False
    if text[-1] in "?!:;,…" or _LIST_ITEM.match(text) or _MONEY.search(text):
        return False
    if text[-1] == "." and len(words[-1]) > 5:  # noqa: PLR2004  `Isabelle C.`, `Ltd.` are names
        return False
    if _SENTENCE_WORD.search(text) or _COMMAND.match(text):
        return False
    if words[0][0].isupper() or _PERSON_MARK.match(text):
        return True
    return is_lower and len(words) <= 3 and all(word.isalpha() for word in words)  # noqa: PLR2004


def _after_delimiter(lines: Sequence[Line]) -> Span | None:
    below = 0
    for number in range(len(lines) - 1, -1, -1):
        if lines[number].is_blank:
            continue
        if DELIMITER.match(lines[number].text):
            return Span(lines[number].start, _last_filled(lines).end) if below else None
        below += 1
        if below > LINES:
            return None
    return None


def _below_formula(lines: Sequence[Line], first: int) -> Span | None:
    """Names and contact lines below the formula, up to a postscript or a sentence."""
    taken: list[Line] = []
    for line in lines[first:]:
        if line.is_blank:
            continue
        words = len(_SENTENCE_WORD.findall(line.text))
        is_long = len(line.text) > 90 and not _CONTACT.search(line.text)  # noqa: PLR2004
        if _POSTSCRIPT.match(line.text) or is_long or words > 1 or len(taken) >= LINES:
            break
        taken.append(line)
    return Span(taken[0].start, taken[-1].end) if taken else None


def _bare(lines: Sequence[Line], *, is_lower: bool) -> Span | None:
    """A signature that nothing announces: short last lines, the first of them a name.

    A line with digits (`Order 4-118820`) heads a signature only where no other line does.
    """
    block = _short_lines_at_end(lines)
    names = [line for line in block if looks_like_name(line.text, is_lower=is_lower)]
    plain = [line for line in names if not _DIGIT.search(line.text)]
    if not names or not (plain or names[0] is block[0]):
        return None
    top = (plain or names)[0]
    if not any(not line.is_blank and line.start < top.start for line in lines):
        return None
    return Span(top.start, block[-1].end)


def _short_lines_at_end(lines: Sequence[Line]) -> list[Line]:
    """The last paragraph's lines, and those of the one above, that are no sentences."""
    block: list[Line] = []
    gaps = 0
    for line in reversed(lines):
        if line.is_blank:
            gaps += 1 if block else 0
            if gaps > 1 and block:
                break
            continue
        if gaps and not _CONTACT.search(block[0].text):
            break
        if len(block) >= BARE_LINES or not _could_sign(line.text):
            break
        block.insert(0, line)
    return block


def _could_sign(text: str) -> bool:
    """Tell a line that may stand in a signature from a sentence, an item, a sum."""
    if not text or _LIST_ITEM.match(text) or _MONEY.search(text) or _COMMAND.match(text):
        return False
    words = len(_SENTENCE_WORD.findall(text))
    if _CONTACT.search(text):
        return words <= 1 and len(text) <= 120  # noqa: PLR2004  address lines are long
    return words == 0 and len(text) <= 80 and text[-1] not in "?!:;…"  # noqa: PLR2004


def _last_filled(lines: Sequence[Line]) -> Line:
    return next(line for line in reversed(lines) if not line.is_blank)
