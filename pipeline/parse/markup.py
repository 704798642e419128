"""HTML -> readable text by `inscriptis`, and by plain means where the HTML is hostile."""

from __future__ import annotations

import html
import re

import inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

LARGEST = 1_000_000
"""Characters of HTML that are laid out; more is only stripped, so that no mail takes minutes."""

_DEEP = 250
"""libxml2 silently drops what lies deeper than 256 elements; less markup than this cannot."""

_CONFIG = ParserConfig(css=CSS_PROFILES["strict"])
_INVISIBLE = (("<!--", "-->"), ("<script", "</script>"), ("<style", "</style>"))
_BREAK = re.compile(
    r"</?(?:p|div|br|tr|li|ul|ol|table|h[1-6]|blockquote|hr|pre)\b[^<>]*>", re.IGNORECASE
)
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>")
_BLANK_END = re.compile(r"(?<![^\S\n])[^\S\n]+(?=\n)")
_MANY_BLANK_LINES = re.compile(r"\n{4,}")


def markup_to_text(markup: str) -> tuple[str, str]:
    """Turn HTML into the text that a reader sees.

    Returns:
        The text, and the defect's code or an empty string.
    """
    if len(markup) > LARGEST:
        return _tidy(strip_markup(markup)), "html_too_deep"
    text = _lay_out(markup)
    if markup.count("<") > _DEEP:
        stripped = strip_markup(markup)
        if _letters(text) < _letters(stripped) // 2:
            return _tidy(stripped), "html_too_deep"
    return _tidy(text), ""


def strip_markup(markup: str) -> str:
    """Take the tags out, in linear time whatever the input; line breaks at block elements."""
    for start, end in _INVISIBLE:
        markup = _cut_between(markup, start, end)
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", markup))).replace("\xa0", " ")


def _lay_out(markup: str) -> str:
    try:
        return str(inscriptis.get_text(markup, _CONFIG))
    except (ValueError, RecursionError, AssertionError):
        return strip_markup(markup)


def _cut_between(markup: str, start: str, end: str) -> str:
    """Cut from each start mark to the next end mark; an open one reaches to the end."""
    lowered = markup.lower()
    if start not in lowered or len(lowered) != len(markup):
        return markup
    kept, position = [], 0
    while (opened := lowered.find(start, position)) >= 0:
        kept.append(markup[position:opened])
        closed = lowered.find(end, opened)
        position = closed + len(end) if closed >= 0 else len(markup)
    kept.append(markup[position:])
    return "".join(kept)


def _letters(text: str) -> int:
    return sum(map(len, text.split()))


def _tidy(text: str) -> str:
    return _MANY_BLANK_LINES.sub("\n\n\n", _BLANK_END.sub("", text)).strip("\n")
