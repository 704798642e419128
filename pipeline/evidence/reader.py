"""Attachment, ... -> Document, ...: what can be read of a mail's files, within limits.

Text, separated values and attached mails are read here; everything else is opened by a child
process that is started for the first such file and kept for the next ones. A file that ends it
gets a defect, the next file gets another child.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from pipeline.datatypes import Document, DocumentLimits, Page, RawMail, Statement
from pipeline.evidence import defects
from pipeline.evidence.formats import IN_CHILD, find_format, name_defects
from pipeline.evidence.process import Child
from pipeline.evidence.tables import read_separated
from pipeline.parse.message import parse_mail
from pipeline.parse.text import clean_text, decode_undeclared

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from pipeline.datatypes import Attachment

MAIL_SHARE: Final = 3.0
"""All files of a mail together get so many times the time of one."""

DEPTH: Final = 1
"""Attached mails within attached mails that are opened for their files."""


class FileReader:
    """Reads the files of mails; threads may share it, they wait for each other.

    Args:
        limits: What the files of one mail may cost.
        start_child: Starts the process that opens them.
    """

    def __init__(
        self, limits: DocumentLimits | None = None, *, start_child: Callable[[], Child] = Child
    ) -> None:
        self.limits = limits or DocumentLimits()
        self._start_child = start_child
        self._child: Child | None = None
        self._lock = threading.Lock()

    def read(self, attachments: Sequence[Attachment]) -> tuple[Document, ...]:
        """Read what can be read, in order; as `pipeline.datatypes.DocumentReader` promises."""
        if not attachments or self.limits.files == 0:
            return ()
        with self._lock:
            allowance = _Allowance(self.limits)
            return tuple(
                document
                for place, attachment in enumerate(attachments)
                for document in self._documents(place, attachment, allowance)
            )

    def _documents(
        self, place: int, attachment: Attachment, allowance: _Allowance, depth: int = 0
    ) -> Iterator[Document]:
        """The document of one file, and those of the files of an attached mail."""
        file_format = find_format(attachment)
        told = name_defects(attachment.name, file_format)
        document = Document(place, attachment.name, file_format, defects=told)
        if not file_format:
            yield from [document] if told else []
            return
        refusal = allowance.refusal(attachment)
        if refusal:
            yield replace(document, defects=(*told, refusal))
            return
        if file_format == "mail":
            mail = parse_mail(RawMail(attachment.name, attachment.content))
            text = "\n\n".join(part for part in (mail.subject, mail.body) if part)
            yield allowance.filled(document, [Page(0, text)])
            for inner in mail.attachments if depth < DEPTH else ():
                named = replace(inner, name=f"{attachment.name}/{inner.name}")
                yield from self._documents(place, named, allowance, depth + 1)
            return
        yield allowance.filled(document, self._pieces(attachment, file_format, allowance))

    def _pieces(
        self, attachment: Attachment, file_format: str, allowance: _Allowance
    ) -> Iterable[Page | Statement | str]:
        limits = replace(self.limits, characters=allowance.characters)
        if file_format in IN_CHILD:
            if self._child is None or not self._child.lives:
                self._child = self._start_child()
            answer = self._child.ask(
                attachment.content, file_format, limits=limits, seconds=allowance.seconds
            )
            allowance.left -= answer.seconds
            return answer.said
        text = clean_text(decode_undeclared(attachment.content))
        return read_separated(text, limits=limits) if file_format == "csv" else [Page(0, text)]


class _Allowance:
    """What may still be spent on the files of one mail."""

    def __init__(self, limits: DocumentLimits) -> None:
        self.limits = limits
        self.files = limits.files
        self.characters = limits.characters
        self.left = limits.seconds * MAIL_SHARE

    @property
    def seconds(self) -> float:
        """For the next file."""
        return min(self.limits.seconds, self.left)

    def refusal(self, attachment: Attachment) -> str:
        """Why a file is not opened; empty, and the file counted, where it is."""
        if self.files <= 0:
            return defects.TOO_MANY
        self.files -= 1
        if len(attachment.content) > self.limits.size_bytes:
            return defects.TOO_LARGE
        if self.characters <= 0:
            return defects.TEXT_CUT
        return defects.TIME_OVER if self.seconds <= 0 else ""

    def filled(self, document: Document, pieces: Iterable[Page | Statement | str]) -> Document:
        """The document with what was read, its text cut where the allowance ends."""
        pages: list[Page] = []
        statements: list[Statement] = []
        told = list(document.defects)
        for piece in pieces:
            if isinstance(piece, str):
                told.append(piece)
            elif isinstance(piece, Statement):
                statements.append(piece)
            else:
                text = clean_text(piece.text).strip()
                if len(text) > self.characters:
                    told.append(defects.TEXT_CUT)
                text = text[: self.characters]
                self.characters -= len(text)
                pages += [Page(piece.number, text)] if text else []
        unique = tuple(dict.fromkeys(told))
        return replace(document, pages=tuple(pages), statements=tuple(statements), defects=unique)
