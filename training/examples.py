"""Labelled lines -> examples: whole mails and single claims, as `data/corpus/GUIDE.md` says.

A line with `parts` is a mail, a line with `text` a single claim of the bank. Where there are only
single claims, each is a mail of its own: a foreign data set of short texts needs no other form. A
missing label is skipped by its head; a label that the taxonomy does not know is an error.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipeline.datatypes import Span
from pipeline.errors import ExampleInvalid, SourceMissing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from pipeline.taxonomy import Taxonomy

CLAIM_HEADS = ("type", "severity", "nature", "resolution")
"""Heads that judge a claim."""


@dataclass(frozen=True, slots=True)
class ClaimExample:
    """One labelled claim.

    Attributes:
        text: Its words.
        language: ISO 639-1 code of the mail.
        labels: Head to label; a head without a label is left out.
        spans: Its stretches of the mail's body; empty for a claim of the bank.
        references: (kind, text) of each identifier.
        amount: (value, currency) in dispute, or None.
    """

    text: str
    language: str
    labels: Mapping[str, str]
    spans: tuple[Span, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    amount: tuple[float, str] | None = None


@dataclass(frozen=True, slots=True)
class MailExample:
    """One labelled mail.

    Attributes:
        id: Unique in its corpus.
        source: Name of the file it comes from, without its ending.
        language: ISO 639-1 code.
        sector: Trade of the company that it was written to; may be empty.
        kind: A mail kind.
        subject: As written; may be empty.
        body: The parts joined.
        roles: (role, stretch of the body) of the parts that belong to no claim and have a role.
        claims: In the order of their numbers.
    """

    id: str
    source: str
    language: str
    sector: str
    kind: str
    subject: str
    body: str
    roles: tuple[tuple[str, Span], ...]
    claims: tuple[ClaimExample, ...]


@dataclass(frozen=True, slots=True)
class Examples:
    """A corpus.

    Attributes:
        mails: Whole mails.
        bank: Single claims.
        sha256: Folder and file name to hash of its bytes; tells later what a model was made from.
    """

    mails: tuple[MailExample, ...]
    bank: tuple[ClaimExample, ...]
    sha256: Mapping[str, str]


def read_examples(paths: Sequence[Path], *, taxonomy: Taxonomy) -> Examples:
    """Read files, and the `.jsonl` files of folders, in sorted order.

    Raises:
        SourceMissing: A path does not exist, or there is no line at all.
        ExampleInvalid: A line is no JSON, lacks a field or has an unknown label.
    """
    mails: dict[str, MailExample] = {}
    bank: list[ClaimExample] = []
    singles: list[MailExample] = []
    hashes: dict[str, str] = {}
    for path in _files(paths):
        hashes[f"{path.parent.name}/{path.name}"] = hashlib.sha256(path.read_bytes()).hexdigest()
        for number, line in _lines(path):
            try:
                if "parts" in line:
                    mail = _mail(line, source=path.stem, taxonomy=taxonomy)
                    if mail.id in mails:
                        raise ExampleInvalid(path, number, f"the id {mail.id} stands twice")
                    mails[mail.id] = mail
                else:
                    bank.append(_bank_claim(line, taxonomy=taxonomy))
                    singles.append(_single(bank[-1], path.stem, len(bank), taxonomy=taxonomy))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise ExampleInvalid(path, number, f"{type(error).__name__}: {error}") from error
    if not mails and not bank:
        raise SourceMissing(paths[0], "there is no labelled line here")
    if not mails:
        return Examples(tuple(singles), (), hashes)
    return Examples(tuple(mails.values()), tuple(bank), hashes)


def claim_text(body: str, spans: Sequence[Span]) -> str:
    r"""Join a claim's stretches by "\n", as the pipeline does."""
    return "\n".join(body[span.start : span.end].strip() for span in spans)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.rglob("*.jsonl"))
        elif path.is_file():
            yield path
        else:
            raise SourceMissing(path, "there is no such file or folder")


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, text in enumerate(path.read_bytes().splitlines(), 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
        except ValueError as error:
            raise ExampleInvalid(path, number, f"is no JSON: {error}") from error
        if not isinstance(line, dict):
            raise ExampleInvalid(path, number, "is no JSON object")
        yield number, line


def _mail(line: Mapping[str, Any], *, source: str, taxonomy: Taxonomy) -> MailExample:
    body, roles, spans = "", [], dict[int, list[Span]]()
    for part in line["parts"]:
        span = Span(len(body), len(body) + len(part["text"]))
        body += part["text"]
        if part.get("claim"):
            spans.setdefault(part["claim"], []).append(span)
        elif part.get("role"):
            roles.append((str(part["role"]), span))
    claims = tuple(
        _claim(claim, body=body, spans=spans[claim["n"]], language=line["lang"], taxonomy=taxonomy)
        for claim in line["claims"]
    )
    return MailExample(
        id=line["id"],
        source=source,
        language=line["lang"],
        sector=str(line.get("sector") or ""),
        kind=_label(line["kind"], taxonomy.kinds, "kind"),
        subject=line["subject"],
        body=body,
        roles=tuple(roles),
        claims=claims,
    )


def _claim(
    line: Mapping[str, Any],
    *,
    body: str,
    spans: Sequence[Span],
    language: str,
    taxonomy: Taxonomy,
) -> ClaimExample:
    amount = line.get("amount")
    return ClaimExample(
        text=claim_text(body, spans),
        language=language,
        labels=_labels(line, taxonomy=taxonomy),
        spans=tuple(spans),
        references=tuple(
            (_label(entry["kind"], taxonomy.references, "reference kind"), entry["text"])
            for entry in line.get("references", ())
        ),
        amount=(float(amount["value"]), amount["currency"]) if amount else None,
    )


def _bank_claim(line: Mapping[str, Any], *, taxonomy: Taxonomy) -> ClaimExample:
    labels = _labels(line, taxonomy=taxonomy)
    if "type" in labels and taxonomy.natures:
        labels.setdefault("nature", taxonomy.types[labels["type"]].nature)
    return ClaimExample(text=line["text"], language=line.get("lang", "und"), labels=labels)


def _single(claim: ClaimExample, source: str, number: int, *, taxonomy: Taxonomy) -> MailExample:
    """Take a single claim for a mail that says nothing else."""
    return MailExample(
        id=f"{source}-{number}",
        source=source,
        language=claim.language,
        sector="",
        kind=taxonomy.claim_kind,
        subject="",
        body=claim.text,
        roles=(),
        claims=(replace(claim, spans=(Span(0, len(claim.text)),)),),
    )


def _labels(line: Mapping[str, Any], *, taxonomy: Taxonomy) -> dict[str, str]:
    return {
        head: _label(line[head], taxonomy.labels(head), head)
        for head in CLAIM_HEADS
        if line.get(head) is not None
    }


def _label(label: str, known: Sequence[str] | Mapping[str, object], what: str) -> str:
    if label not in known:
        raise ValueError(f"{what} {label!r} is not in the taxonomy")
    return label
