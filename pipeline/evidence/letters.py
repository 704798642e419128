"""Word documents -> Page: letterheads, paragraphs and tables in their order."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

import docx
from docx.opc.exceptions import OpcError
from docx.table import Table
from lxml.etree import LxmlError

from pipeline.datatypes import Page
from pipeline.evidence.defects import BROKEN, CELLS_CUT
from pipeline.evidence.packages import BAD_ARCHIVE
from pipeline.evidence.tables import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docx.blkcntnr import BlockItemContainer
    from docx.document import Document

    from pipeline.datatypes import DocumentLimits

BAD_LETTER: Final = (
    *BAD_ARCHIVE,
    OpcError,
    LxmlError,
    AttributeError,
    IndexError,
    RecursionError,
    TypeError,
)
"""What python-docx raises for broken packages."""


def read_docx(data: bytes, *, limits: DocumentLimits) -> Iterator[Page | str]:
    """Read the words of a document; it knows no pages before it is laid out."""
    lines: list[str] = []
    cells = limits.cells
    try:
        document = docx.Document(BytesIO(data))
        for line in _all_lines(document):
            lines.append(line)
            cells -= line.count(", ")
            if cells < 0:
                yield CELLS_CUT
                break
    except BAD_LETTER:
        yield BROKEN
    if lines:
        yield Page(0, "\n".join(lines))


def _all_lines(document: Document) -> Iterator[str]:
    """Headers of the sections first (a letterhead has the number), then the body."""
    for section in document.sections:
        if not section.header.is_linked_to_previous:
            yield from _lines(section.header)
    yield from _lines(document)


def _lines(container: BlockItemContainer | Document) -> Iterator[str]:
    for block in container.iter_inner_content():
        if isinstance(block, Table):
            yield from lines_of([cell.text for cell in row.cells] for row in block.rows)
        else:
            yield block.text
