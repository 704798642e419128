"""ShownMail -> what stands on the screen: facts, claims, the body with its claims coloured."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from flows.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from flows.shown import ShownClaim, ShownEvidence, ShownMail
    from flows.words import Words

CLAIM_COLOURS: Final = ("cyan", "magenta", "green", "yellow", "blue", "red")
"""Colour of the first claim, the second, and so on round again."""

GRAVITY_STYLES: Final = ("dim", "green", "yellow", "dark_orange", "bold red")
"""Style of a severity that is not told, then of the lowest, and so on; the last for all above."""

MOST_TOLD: Final = 6
"""Findings of one file that are told for a claim."""


def mail_view(
    mail: ShownMail, *, words: Words, with_body: bool = False, colours: bool = True
) -> RenderableType:
    """Show one mail.

    Args:
        mail: The mail.
        words: Names in the reader's language.
        with_body: True shows the body too, each claim in its colour.
        colours: False where the screen has none: claims then stand in numbered brackets.
    """
    parts: list[RenderableType] = [_title(mail, words), _facts(mail, words)]
    if with_body:
        parts.append(Padding(coloured_body(mail) if colours else bracketed_body(mail), (1, 2)))
    parts += [
        Padding(claim_view(claim, number=number, words=words), (0, 0, 0, 2))
        for number, claim in enumerate(mail.claims, start=1)
    ]
    return Group(*parts)


def claim_view(claim: ShownClaim, *, number: int, words: Words) -> Text:
    """Show what was decided about one claim, in two or three lines."""
    text = Text()
    text.append(f"{number}. {words.type(claim.type)}", style=f"bold {_colour(number)}")
    text.append("  ")
    text.append(words.severity(claim.severity), style=severity_style(claim.severity, words))
    text.append(
        f"  {words.nature(claim.nature)} · {words.phrase('resolution')} : "
        f"{words.resolution(claim.resolution)}"
    )
    confidence = f"{words.phrase('confidence')} {claim.confidence:.0%}"
    text.append(f"\n   {confidence} → {words.department(claim.department)}")
    if claim.signs:
        signs = ", ".join(map(words.sign, claim.signs))
        text.append(f"\n   {words.phrase('signs')} : {signs}")
    if claim.references:
        text.append(f"\n   {words.phrase('references')} : {_references(claim.references, words)}")
    if claim.amount:
        text.append(f"\n   {words.phrase('amount')} : {printable(claim.amount)}")
    for line in evidence_lines(claim.evidence, words):
        text.append(f"\n   {words.phrase('evidence')} : {line}")
    if claim.reasons:
        reasons = ", ".join(words.reason(reason) for reason in claim.reasons)
        text.append(f"\n   {words.phrase('review')} : {reasons}", style="yellow")
    return text


def evidence_lines(evidence: Sequence[ShownEvidence], words: Words) -> list[str]:
    """Tell what each attached file says to a claim: where, what, and whether the mail says so."""
    lines = []
    for name in dict.fromkeys(each.name for each in evidence):
        said = [each for each in evidence if each.name == name]
        pages = dict.fromkeys(str(each.page) for each in said if each.page)
        place = f" {words.phrase('page')} {', '.join(pages)}" if pages else ""
        told = [_said(each, words) for each in said[:MOST_TOLD]]
        more = f" (+{len(said) - MOST_TOLD})" if len(said) > MOST_TOLD else ""
        lines.append(f"{printable(name)}{place} : {', '.join(told)}{more}")
    return lines


def coloured_body(mail: ShownMail) -> Text:
    """Show the body: each claim in its colour, quotes and signatures dimmed.

    Where claims share characters the later one's colour is seen.
    """
    text = Text(printable(mail.body))
    for start, end in mail.zones:
        text.stylize("dim", start, end)
    for claim, colour in zip(mail.claims, cycle(CLAIM_COLOURS), strict=False):
        for start, end in claim.spans:
            text.stylize(f"bold {colour}", start, end)
    text.rstrip()
    return text


def bracketed_body(mail: ShownMail) -> Text:
    """Show the body with each claim between `[1:` and `]`, for screens without colours."""
    marks = [
        (place, opens, mark)
        for number, claim in enumerate(mail.claims, start=1)
        for start, end in claim.spans
        for place, opens, mark in ((end, False, "]"), (start, True, f"[{number}: "))
    ]
    body = printable(mail.body)
    for place, _, mark in sorted(marks, reverse=True):
        body = body[:place] + mark + body[place:]
    return Text(body.rstrip())


def severity_style(code: str | None, words: Words) -> str:
    """Style that tells a severity."""
    return GRAVITY_STYLES[min(words.gravity(code) + 1, len(GRAVITY_STYLES) - 1)]


def _title(mail: ShownMail, words: Words) -> Rule:
    subject = printable(mail.subject) or words.phrase("no_subject")
    return Rule(Text.assemble((mail.id, "dim"), "  ", (subject, "bold")), align="left")


def _facts(mail: ShownMail, words: Words) -> Table:
    sure = "" if mail.kind_reason != "model" else f" ({mail.kind_probability:.0%})"
    rule = "" if mail.kind_reason == "model" else f" ({mail.kind_reason.replace('_', ' ')})"
    facts = {
        "kind": f"{words.kind(mail.kind)}{sure}{rule}",
        "from": printable(mail.sender),
        "sent": "" if mail.sent_at is None else f"{mail.sent_at:%Y-%m-%d %H:%M} UTC",
        "language": mail.language,
        "attachments": ", ".join(printable(name) for name in mail.attachments),
        "unread": _unread(mail, words),
        "references": _references(mail.other_references, words),
        "defects": ", ".join(mail.defects),
    }
    table = Table.grid(padding=(0, 2, 0, 0))
    for key, value in facts.items():
        if value:
            table.add_row(Text(words.phrase(key), style="dim"), Text(value))
    return table


def _references(references: tuple[tuple[str, str], ...], words: Words) -> str:
    return ", ".join(f"{words.reference(kind)} {printable(text)}" for kind, text in references)


def _said(evidence: ShownEvidence, words: Words) -> str:
    what = words.reference(evidence.kind) if evidence.kind else words.phrase(evidence.role)
    mark = " ✓" if evidence.confirmed else ""
    return f"{what} {printable(evidence.text)}{mark}"


def _unread(mail: ShownMail, words: Words) -> str:
    return "; ".join(
        f"{printable(name)} : {', '.join(words.hindrance(code) for code in codes)}"
        for name, codes in mail.unread
    )


def _colour(number: int) -> str:
    return CLAIM_COLOURS[(number - 1) % len(CLAIM_COLOURS)]
