"""What the demo did -> what stands on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.mail_view import mail_view
from flows.shown import shown_from_life
from flows.summary import summary_view

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from flows.summary import Summary
    from flows.tasks import IngestSummary
    from flows.words import Words
    from pipeline.store.records import MailLife

WHOLE: Final = "total"


def demo_view(
    run: IngestSummary,
    summary: Summary,
    life: MailLife | None,
    *,
    words: Words,
    colours: bool = True,
) -> RenderableType:
    """Show counts, review, references, one mail with its claims coloured, and the speed."""
    parts: list[RenderableType] = [summary_view(summary, words=words)]
    shown = None if life is None else shown_from_life(life)
    if shown is not None:
        parts += [
            Text(),
            Text(words.phrase("one_mail"), style="bold underline"),
            mail_view(shown, words=words, with_body=True, colours=colours),
        ]
    parts += [
        Text(),
        Text(words.phrase("speed"), style="bold underline"),
        speed_table(run.seconds, mails=run.fetched, words=words),
    ]
    return Group(*parts)


def speed_table(seconds: Mapping[str, float], *, mails: int, words: Words) -> Table:
    """Seconds and mails a second of each stage; opening database and model has no rate."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(words.phrase("stage"))
    table.add_column(words.phrase("seconds"), justify="right")
    table.add_column(words.phrase("per_second"), justify="right")
    for stage, spent in seconds.items():
        rate = f"{mails / spent:.0f}" if spent > 0 and stage != "open" else ""
        style = "bold" if stage == WHOLE else ""
        table.add_row(words.stage(stage), f"{spent:.2f}", rate, style=style)
    return table
