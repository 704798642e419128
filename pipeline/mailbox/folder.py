"""A file, a folder or an mbox of mail -> raw mails; one that cannot be read stops no other."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from pipeline.datatypes import Delivery, FetchedMail, RawMail
from pipeline.errors import SourceMissing
from pipeline.mailbox.mbox import MboxEntry, find_entries, is_mbox, read_entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAIL_BYTES = 25_000_000
SINGLE_MAIL = ".eml"
"""A file of this kind is one mail, even where it starts as an mbox does."""


@dataclass(frozen=True, slots=True)
class FiledMail:
    """What reading one mail of a file gave.

    Attributes:
        id: The file's name without its last ending, or for a mail of an mbox the file's name, a
            colon and the mail's number from 0.
        file: Name of the file.
        raw: The mail, or None where it cannot be read.
        failure: Why not; empty where `raw` is there.
    """

    id: str
    file: str
    raw: RawMail | None
    failure: str = ""


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where one mail lies: a whole file, or a part of an mbox.

    Attributes:
        path: The file.
        entry: The part, or None for the whole file.
    """

    path: Path
    entry: MboxEntry | None = None

    @property
    def id(self) -> str:
        """What people call the mail, see `FiledMail`."""
        return self.path.stem if self.entry is None else f"{self.path.name}:{self.entry.index}"

    def read(self, *, mail_bytes: int) -> RawMail:
        """Read the mail; over the size limit its first bytes only.

        Raises:
            OSError: The file cannot be read.
        """
        with self.path.open("rb") as stream:
            if self.entry is None:
                return read_stream(stream, id=self.id, mail_bytes=mail_bytes)
            data = read_entry(stream, self.entry, most_bytes=mail_bytes)
            return RawMail(self.id, data, complete=self.entry.size_bytes <= mail_bytes)


def open_path(path: Path, *, mail_bytes: int = MAIL_BYTES) -> Iterator[FiledMail]:
    """Read the mails of a file, of an mbox, or of all files in a folder and below, by name.

    Args:
        path: The file or folder; hidden files in a folder are left out.
        mail_bytes: A mail over this size is read in part: its first bytes only.

    Raises:
        SourceMissing: There is nothing that can be read at this path.
    """
    _check_readable(path)
    return _read_files(_files(path), mail_bytes=mail_bytes)


def read_stream(stream: BinaryIO, *, id: str = "-", mail_bytes: int = MAIL_BYTES) -> RawMail:  # noqa: A002 - named as the field
    """Read one mail from an open stream, standard input for example."""
    data = stream.read(mail_bytes + 1)
    return RawMail(id, data[:mail_bytes], complete=len(data) <= mail_bytes)


class FileFolder:
    """A file or folder of mail as a source for backfill; keeps the promise of `MailSource`.

    Nothing in it is ever changed: which mails are known already, the store tells.

    Args:
        path: A file, an mbox, or a folder of such.
        name: Name of the mailbox.
        mail_bytes: A mail over this size is read in part: its first bytes only.

    Raises:
        SourceMissing: There is nothing that can be read at this path.
    """

    def __init__(self, path: Path, *, name: str, mail_bytes: int = MAIL_BYTES) -> None:
        _check_readable(path)
        self._path = path
        self._name = name
        self._mail_bytes = mail_bytes
        self._places: dict[int, FilePlace] = {}

    @property
    def name(self) -> str:
        """Name of the mailbox."""
        return self._name

    @property
    def uidvalidity(self) -> int:
        """Always 0: a UID stands for a path, for ever."""
        return 0

    def list_uids(self) -> list[int]:
        """A number for each mail, made from its path within the folder, rising."""
        root = self._path if self._path.is_dir() else self._path.parent
        self._places = {
            _uid(place, root): place for path in _files(self._path) for place in _sure_places(path)
        }
        return sorted(self._places)

    def fetch_mails(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """Read mails in the order asked for; those that are there no more are left out."""
        if not self._places:
            self.list_uids()
        for uid in uids:
            place = self._places.get(uid)
            if place is not None and place.path.exists():
                yield self._fetch(uid, place)

    def acknowledge(self, uids: Sequence[int], *, quarantined: bool = False) -> list[int]:  # noqa: ARG002 - the promise
        """Nothing to do: the files stay as they are."""
        return list(uids)

    def _fetch(self, uid: int, place: FilePlace) -> FetchedMail:
        size = 0
        try:
            size = place.entry.size_bytes if place.entry else place.path.stat().st_size
            raw = place.read(mail_bytes=self._mail_bytes)
        except OSError as error:
            return FetchedMail(Delivery(self._name, 0, uid, size), None, _reason(error))
        return FetchedMail(Delivery(self._name, 0, uid, size), raw)


def _check_readable(path: Path) -> None:
    try:
        if path.is_dir():
            os.scandir(path).close()
        else:
            path.open("rb").close()
    except OSError as error:
        raise SourceMissing(path, _reason(error)) from error


def _read_files(files: Sequence[Path], *, mail_bytes: int) -> Iterator[FiledMail]:
    for path in files:
        try:
            for place in _places(path):
                raw = place.read(mail_bytes=mail_bytes)
                yield FiledMail(place.id, path.name, raw)
        except OSError as error:
            yield FiledMail(path.stem, path.name, None, _reason(error))


def _files(path: Path) -> list[Path]:
    """The file itself, or those in a folder and below, sorted by path.

    Links to folders are not followed. A folder that cannot be entered stands for its files, so
    that reading it says so.
    """
    if not path.is_dir():
        return [path]
    closed: list[Path] = []
    found = [
        file
        for directory, folders, names in os.walk(
            path, onerror=lambda error: closed.append(Path(str(error.filename)))
        )
        for file in _shown_files(Path(directory), folders, names)
    ]
    return sorted(found + closed, key=lambda file: file.relative_to(path).parts)


def _shown_files(directory: Path, folders: list[str], names: list[str]) -> list[Path]:
    """Hidden folders are taken off the list, so that the walk leaves them out."""
    folders[:] = [name for name in folders if not name.startswith(".")]
    files = [directory / name for name in names if not name.startswith(".")]
    return [file for file in files if file.is_file()]


def _sure_places(path: Path) -> list[FilePlace]:
    """A file that cannot be read has a place too: fetching it tells why."""
    try:
        return list(_places(path))
    except OSError:
        return [FilePlace(path)]


def _places(path: Path) -> Iterator[FilePlace]:
    """The mails in a file.

    Raises:
        OSError: It cannot be read.
    """
    if path.suffix.lower() == SINGLE_MAIL:
        yield FilePlace(path)
        return
    with path.open("rb") as stream:
        if not is_mbox(stream):
            yield FilePlace(path)
            return
        for entry in find_entries(stream):
            yield FilePlace(path, entry)


def _uid(place: FilePlace, root: Path) -> int:
    """63 bits, so that a million mails collide with a chance of one in ten million."""
    number = "" if place.entry is None else f":{place.entry.index}"
    key = place.path.relative_to(root).as_posix() + number
    digest = hashlib.blake2b(os.fsencode(key), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _reason(error: OSError) -> str:
    return error.strerror or "it cannot be read"
