"""Labelled examples as a person reads them, kept beside a model version, read only when asked for.

`precedents.jsonl.gz` holds one line an example, `{"machine", "id", "labels", "text"}`, machine by
machine in the order of the machine's rows. A version without the file cannot show them.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from models.artifact import read_manifest
from pipeline.errors import ModelUntrusted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PRECEDENTS = "precedents.jsonl.gz"

MOST_BYTES = 200_000_000
"""What the file may unpack to: a hundred times what 10,000 examples take."""


@dataclass(frozen=True, slots=True)
class Precedent:
    """One labelled example.

    Attributes:
        id: Tells a data scientist where it stands, `fr-plain-001#2` for a mail's second claim.
        labels: Head to label.
        text: Its beginning; empty where the version was made to keep no texts.
    """

    id: str
    labels: Mapping[str, str]
    text: str


Precedents: TypeAlias = "Mapping[str, Sequence[Precedent]]"
"""Machine (`mails`, `claims`) to its examples, in the order of its rows."""


def write_precedents(precedents: Precedents) -> bytes:
    """Give the content of the file; the same examples give the same bytes."""
    lines = [
        json.dumps(
            {"machine": machine, "id": one.id, "labels": dict(one.labels), "text": one.text},
            ensure_ascii=False,
        )
        for machine, examples in precedents.items()
        for one in examples
    ]
    text = "".join(line + "\n" for line in lines)
    return gzip.compress(text.encode("utf-8", "replace"), mtime=0)


def read_precedents(folder: Path, *, most_bytes: int = MOST_BYTES) -> dict[str, list[Precedent]]:
    """Read the examples of a model version; nothing at all where it keeps none.

    Args:
        folder: Of the version.
        most_bytes: What the file may unpack to.

    Raises:
        ModelMissing: There is no model.
        ModelUntrusted: The file is not what the manifest says, or not what it should be.
    """
    path = folder / PRECEDENTS
    wanted = read_manifest(folder)["sha256"].get(PRECEDENTS)
    if wanted is None:
        return {}
    try:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != wanted:
            raise ModelUntrusted(folder, [f"{PRECEDENTS} was changed"])
        with gzip.open(io.BytesIO(content)) as stream:
            unpacked = stream.read(most_bytes + 1)
        if len(unpacked) > most_bytes:
            raise ModelUntrusted(folder, [f"{PRECEDENTS} unpacks to too much"])
        return _parse(unpacked)
    except (OSError, EOFError, zlib.error, LookupError, TypeError, ValueError) as error:
        raise ModelUntrusted(folder, [f"{PRECEDENTS}: {type(error).__name__}: {error}"]) from error


def _parse(unpacked: bytes) -> dict[str, list[Precedent]]:
    found: dict[str, list[Precedent]] = {}
    for line in unpacked.decode("utf-8").splitlines():
        entry = json.loads(line)
        labels = {str(head): str(label) for head, label in dict(entry["labels"]).items()}
        precedent = Precedent(str(entry["id"]), labels, str(entry["text"]))
        found.setdefault(str(entry["machine"]), []).append(precedent)
    return found
