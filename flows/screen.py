"""Where commands write: results on standard output, progress on standard error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLAIN_WIDTH: Final = 110
"""Characters of a line where the output is no terminal."""


def open_screen(*, errors: bool = False) -> Console:
    """Open a console that takes brackets in mail text as they are.

    Args:
        errors: True for standard error.
    """
    console = Console(stderr=errors, markup=False, emoji=False, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    return console


@contextmanager
def progress_bar(text: str, *, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how far long work is, on standard error and only where that is a terminal.

    Args:
        text: What is going on.
        total: Steps in all; None where it is not known.

    Yields:
        A function to be called with the number of further steps done.
    """
    console = open_screen(errors=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        task = progress.add_task(text, total=total)

        def advance(steps: int) -> None:
            progress.advance(task, steps)

        yield advance
