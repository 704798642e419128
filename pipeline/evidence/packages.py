"""Office files are zip archives: what may be unpacked, and the few parts that are read directly."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Final
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812  an exception by its name

from lxml import etree

from pipeline.datatypes import Page
from pipeline.evidence.defects import BROKEN, ENCRYPTED, EXPANDS, PAGE_BROKEN, PAGES_CUT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.datatypes import DocumentLimits

MOST_PARTS: Final = 5000
"""Parts of a package; a real one has some dozens, and one for each image."""

BAD_ARCHIVE: Final = (
    BadZipFile,
    ZlibError,
    EOFError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What the standard library raises for archives that are cut, forged or encrypted."""

_SLIDE: Final = re.compile(r"ppt/slides/slide(\d+)\.xml")
_DRAWING: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_OPEN_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def safe_parser() -> etree.XMLParser:
    """An XML parser that expands no entity, loads nothing and bounds depth and size."""
    return etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, recover=False
    )


def package_defect(data: bytes, *, limits: DocumentLimits) -> str:
    """Tell why a package must not be unpacked; empty where it may.

    Reads the directory alone. Python's and the libraries' readers stop at the size told there.
    """
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except BAD_ARCHIVE:
        return BROKEN
    if any(part.flag_bits & 1 for part in parts):
        return ENCRYPTED
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.expanded_bytes:
        return EXPANDS
    return ""


def read_slides(data: bytes, *, limits: DocumentLimits) -> Iterator[Page | str]:
    """Read the slides of a presentation, a page each."""
    with ZipFile(BytesIO(data)) as archive:
        found = sorted(
            (int(match[1]), match[0])
            for match in map(_SLIDE.fullmatch, archive.namelist())
            if match
        )
        for number, name in found[: limits.pages]:
            yield _read_part(archive, name, number, tags=[f"{{{_DRAWING}}}p"])
    if len(found) > limits.pages:
        yield PAGES_CUT


def read_open_text(data: bytes, *, limits: DocumentLimits) -> Iterator[Page | str]:
    """Read an OpenDocument text; it knows no pages before it is laid out."""
    with ZipFile(BytesIO(data)) as archive:
        tags = [f"{{{_OPEN_TEXT}}}p", f"{{{_OPEN_TEXT}}}h"]
        page = _read_part(archive, "content.xml", 0, tags=tags)
    yield page if isinstance(page, str) else Page(0, page.text[: limits.characters + 1])


def _read_part(archive: ZipFile, name: str, number: int, *, tags: list[str]) -> Page | str:
    """The paragraphs of one XML part as lines."""
    try:
        root = etree.fromstring(archive.read(name), safe_parser())
    except (*BAD_ARCHIVE, etree.XMLSyntaxError):
        return PAGE_BROKEN
    lines = ("".join(paragraph.itertext()) for paragraph in root.iter(*tags))
    return Page(number, "\n".join(lines))
