"""Where commands write: results on standard output, progress on standard error."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

    from rich.progress import TaskID

    from flows.tasks import OnProgress
    from flows.tasks import Progress as IngestProgress

PLAIN_WIDTH: Final = 110
"""Characters of a line where the output is no terminal."""


def open_screen(*, errors: bool = False, stream: TextIO | None = None) -> Console:
    """Open a console that takes brackets in mail text as they are.

    Args:
        errors: True for standard error.
        stream: Where to write instead.
    """
    console = Console(file=stream, stderr=errors, markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console.width = PLAIN_WIDTH
    return console


def has_colours(console: Console) -> bool:
    """Tell whether colours can be seen on this console."""
    return console.color_system is not None and not console.no_color


@contextmanager
def progress_bar(text: str, *, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show how far long work is, on standard error and only where that is a terminal.

    Args:
        text: What is going on.
        total: Steps in all; None where it is not known.

    Yields:
        A function to be called with the number of further steps done.
    """
    with _bars() as bars:
        task = bars.add_task(text, total=total)

        def advance(steps: int) -> None:
            bars.advance(task, steps)

        yield advance


@contextmanager
def ingest_bars() -> Iterator[OnProgress]:
    """Show how far an ingest is: one bar a mailbox, one for understanding.

    Yields:
        A function to be told the progress.
    """
    with _bars() as bars:
        tasks: dict[tuple[str, str], TaskID] = {}

        def tell(progress: IngestProgress) -> None:
            key = (progress.stage, progress.mailbox)
            if key not in tasks:
                tasks[key] = bars.add_task(" ".join(key).strip())
            bars.update(tasks[key], completed=progress.done, total=progress.total)

        yield tell


def _bars() -> Progress:
    console = open_screen(errors=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
