"""Examples -> what a model version keeps of them, so that its decisions can be explained later."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.claim_model import KIND_HEAD
from models.precedents import Precedent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from training.examples import Examples
    from training.train import Fitted


def list_precedents(
    examples: Examples, fitted: Fitted, *, characters: int, kind: str
) -> dict[str, list[Precedent]]:
    """List the examples in the order of the machines' rows.

    Args:
        examples: As read.
        fitted: Made from them.
        characters: Kept of each text, from its beginning; 0 keeps none.
        kind: The kind of mail that a single claim is an example of.
    """
    dataset, rows = fitted.dataset, len(fitted.model.mails.examples.dense)
    mails = [
        Precedent(mail.id, {KIND_HEAD: mail.kind}, passage.text[:characters].strip())
        for mail, passage in zip(examples.mails, dataset.mails, strict=True)
    ]
    brief = [
        Precedent(f"brief-{number}", {KIND_HEAD: kind}, passage.text[:characters].strip())
        for number, passage in enumerate(dataset.brief, 1)
    ]
    claims = [
        Precedent(name, labels, passage.text[:characters].strip())
        for name, labels, passage in zip(
            _claim_names(examples), dataset.labels, dataset.claims, strict=True
        )
    ]
    return {"mails": [*mails, *brief][:rows], "claims": claims}


def _claim_names(examples: Examples) -> Iterator[str]:
    for mail in examples.mails:
        yield from (f"{mail.id}#{number}" for number in range(1, len(mail.claims) + 1))
    yield from (f"bank-{number}" for number in range(1, len(examples.bank) + 1))
