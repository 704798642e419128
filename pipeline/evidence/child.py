"""The process that opens files of strangers: one file after the other from its standard input.

Run by `reader`; ends with its standard input. A file that takes too long kills the process by the
kernel's alarm, one that takes too much memory or makes a library crash ends it too: the parent
notices, and starts another. Nothing here may raise `SystemExit` or write files.
"""

from __future__ import annotations

import json
import logging
import resource
import signal
import sys
import warnings
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any, Final

from pipeline.datatypes import DocumentLimits, Page, Statement
from pipeline.evidence.defects import ENCRYPTED, NO_TEXT
from pipeline.evidence.einvoice import read_invoice
from pipeline.evidence.letters import read_docx
from pipeline.evidence.packages import package_defect, read_open_text, read_slides
from pipeline.evidence.portable import read_pdf
from pipeline.evidence.sheets import read_workbook, read_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

MEMORY_BYTES: Final = 1 << 30
"""Address space of the process; a file that needs more is none that a person sent."""

READERS: Final[Mapping[str, Callable[..., Iterator[Page | Statement | str]]]] = {
    "pdf": read_pdf,
    "docx": read_docx,
    "xlsx": read_xlsx,
    "workbook": read_workbook,
    "pptx": read_slides,
    "odt": read_open_text,
    "invoice": read_invoice,
}
"""What reads each format; a protected package is the only one that none reads."""

_PACKAGES: Final = frozenset({"docx", "xlsx", "pptx", "odt"})


def main() -> None:
    """Read requests until standard input ends."""
    logging.disable()
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    while request := sys.stdin.buffer.readline():
        fields: dict[str, Any] = json.loads(request)
        data = sys.stdin.buffer.read(fields["size"])
        limits = DocumentLimits(**fields["limits"])
        signal.setitimer(signal.ITIMER_REAL, limits.seconds)
        answer(data, fields["format"], limits=limits, stream=sys.stdout)
        left, _ = signal.setitimer(signal.ITIMER_REAL, 0)
        sys.stdout.write(json.dumps({"seconds": limits.seconds - left}) + "\n")
        sys.stdout.flush()


def answer(data: bytes, file_format: str, *, limits: DocumentLimits, stream: IO[str]) -> None:
    """Write what a file says, each page as soon as it is read, one JSON object a line."""
    left, pages, words = limits.characters, 0, 0
    for piece in read_file(data, file_format, limits=limits):
        if isinstance(piece, str):
            line: dict[str, Any] = {"defect": piece}
        elif isinstance(piece, Page):
            text = piece.text[: max(left, 0) + 1]
            left -= len(text)
            pages, words = pages + 1, words + len(text.split())
            line = {"page": {"number": piece.number, "text": text}}
        else:
            line = {"statement": asdict(piece)}
        stream.write(json.dumps(line) + "\n")
        stream.flush()
        if left < 0:
            return
    if pages and not words:
        stream.write(json.dumps({"defect": NO_TEXT}) + "\n")


def read_file(
    data: bytes, file_format: str, *, limits: DocumentLimits
) -> Iterator[Page | Statement | str]:
    """Read a file of a known format: pages, statements and codes of defects, in order."""
    if file_format in _PACKAGES:
        defect = package_defect(data, limits=limits)
        if defect:
            return iter([defect])
    read = READERS.get(file_format)
    return iter([ENCRYPTED]) if read is None else read(data, limits=limits)


if __name__ == "__main__":
    main()
