"""Forecasts -> what stands on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from flows.beginning import Forecast

MEGABYTE = 1_000_000


def forecast_view(forecasts: Sequence[Forecast]) -> RenderableType:
    """Tell what an ingest would fetch, by mailbox and by year."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("mailbox", "folder"):
        table.add_column(heading)
    for heading in ("awaiting", "known", "left alone", "to fetch", "MB"):
        table.add_column(heading, justify="right")
    for heading in ("oldest", "newest"):
        table.add_column(heading)
    parts: list[RenderableType] = [table]
    for each in forecasts:
        table.add_row(
            Text(each.mailbox),
            Text(printable(each.folder)),
            *(str(count) for count in (each.awaiting, each.known, each.left_alone, each.to_fetch)),
            f"{each.size_bytes / MEGABYTE:.1f}",
            str(each.oldest or ""),
            str(each.newest or ""),
        )
        years = ", ".join(f"{year or 'no date'}: {count}" for year, count in each.years.items())
        if years:
            parts.append(Text(f"{each.mailbox} by year: {years}"))
    return Group(*parts, Text("Nothing was fetched."))


def forecast_as_json(forecast: Forecast) -> dict[str, Any]:
    """Shape one mailbox's entry of `triage ingest --dry-run --json`."""
    return {
        "mailbox": forecast.mailbox,
        "folder": forecast.folder,
        "mails": forecast.mails,
        "awaiting": forecast.awaiting,
        "known": forecast.known,
        "left_alone": forecast.left_alone,
        "to_fetch": forecast.to_fetch,
        "size_bytes": forecast.size_bytes,
        "oldest": None if forecast.oldest is None else forecast.oldest.isoformat(),
        "newest": None if forecast.newest is None else forecast.newest.isoformat(),
        "years": {str(year): count for year, count in forecast.years.items()},
    }
