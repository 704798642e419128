"""`triage read`: understand mail without storing anything."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

import click

from flows.commands.options import (
    given_settings,
    language_option,
    open_triage_of,
    words_of,
)
from flows.mail_view import mail_view
from flows.screen import open_screen, progress_bar
from flows.shown import shown_from_triaged
from flows.why import answer, explainer_opener, questions_of_triaged
from flows.why_view import why_view
from pipeline.interchange import triaged_as_json, unreadable_as_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rich.console import RenderableType

    from flows.why import Why
    from flows.words import Language, Words
    from pipeline.datatypes import TriagedMail
    from pipeline.inbox import Triage
    from pipeline.mailbox.folder import FiledMail

STANDARD_INPUT = Path("-")

Explain: TypeAlias = "Callable[[TriagedMail], Why | None]"
"""Tells why a mail was understood so; None where nobody asked."""


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What reading one mail gave.

    Attributes:
        id: The raw mail's.
        file: Name of its file.
        triaged: What was understood, or None where it could not be.
        error: Why not; empty where `triaged` is there.
    """

    id: str
    file: str
    triaged: TriagedMail | None
    error: str = ""


@click.command()
@click.argument(
    "paths", metavar="PATH...", nargs=-1, required=True, type=click.Path(path_type=Path)
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a mail, one a line.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to write; standard output unless given.",
)
@click.option(
    "--explain", "explained", is_flag=True, help="Tell why; some seconds more for each mail."
)
@language_option
@click.pass_context
def read(
    context: click.Context,
    paths: tuple[Path, ...],
    *,
    as_json: bool,
    out: Path | None,
    explained: bool,
    language: Language,
) -> None:
    """Understand mail without storing anything.

    PATH is an .eml file, a folder of them, an mbox, or - for one mail on standard input. A mail
    that cannot be read is told, the others are read all the same, and the exit status is 1.
    """
    settings = given_settings()
    words = words_of(settings, language)
    filed = [mails_at(path) for path in paths]
    triage = open_triage_of(context)(settings)
    opener = explainer_opener(settings)

    def explain(triaged: TriagedMail) -> Why | None:
        return answer(questions_of_triaged(triaged), opener) if explained else None

    failed = 0
    with ExitStack() as stack:
        stream = stack.enter_context(out.open("w", encoding="utf-8")) if out else sys.stdout
        write = json_writer(stream, explain) if as_json else view_writer(stream, words, explain)
        quiet = out is None and sys.stdout.isatty()
        advance = None if quiet else stack.enter_context(progress_bar("reading", total=None))
        for mail in read_mails(filed, triage):
            write(mail)
            failed += mail.triaged is None
            if advance is not None:
                advance(1)
    sys.exit(1 if failed else 0)


def mails_at(path: Path) -> Iterator[FiledMail]:
    """The mails at a path, or the one on standard input.

    Raises:
        SourceMissing: There is nothing that can be read at this path.
    """
    from pipeline.mailbox.folder import (
        FiledMail,
        open_path,
        read_stream,
    )

    if path != STANDARD_INPUT:
        return open_path(path)
    raw = read_stream(sys.stdin.buffer)
    return iter([FiledMail(raw.id, str(STANDARD_INPUT), raw)])


def read_mails(filed: Sequence[Iterator[FiledMail]], triage: Triage) -> Iterator[ReadMail]:
    """Understand mails one by one, in order; one that cannot be read stops no other."""
    from pipeline.inbox import understand_mail

    for mails in filed:
        for mail in mails:
            if mail.raw is None:
                yield ReadMail(mail.id, mail.file, None, mail.failure)
                continue
            outcome = understand_mail(triage, mail.raw)
            if isinstance(outcome, str):
                yield ReadMail(mail.id, mail.file, None, outcome)
            else:
                yield ReadMail(mail.id, mail.file, outcome)


def json_writer(stream: TextIO, explain: Explain) -> Callable[[ReadMail], None]:
    """Write one JSON object a line."""

    def write(mail: ReadMail) -> None:
        why = explain(mail.triaged) if mail.triaged is not None else None
        told = read_as_json(mail) | ({} if why is None else {"why": why.as_json()})
        stream.write(json.dumps(told, ensure_ascii=False) + "\n")
        stream.flush()

    return write


def read_as_json(mail: ReadMail) -> dict[str, Any]:
    """Shape one line of `triage read --json`."""
    if mail.triaged is None:
        return unreadable_as_json(mail.id, file=mail.file, error=mail.error)
    return triaged_as_json(mail.triaged, file=mail.file)


def view_writer(stream: TextIO, words: Words, explain: Explain) -> Callable[[ReadMail], None]:
    """Show one mail after the other; errors go to standard error."""
    screen = open_screen(stream=stream)

    def write(mail: ReadMail) -> None:
        if mail.triaged is None:
            click.echo(f"Error: {mail.file} cannot be read: {mail.error}", err=True)
            return
        view: RenderableType = mail_view(shown_from_triaged(mail.triaged), words=words)
        screen.print(view)
        screen.print()
        why = explain(mail.triaged)
        if why is not None:
            screen.print(why_view(why, words=words))

    return write
