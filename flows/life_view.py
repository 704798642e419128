"""MailLife -> what stands on the screen: the ledger, the decisions and the history of one mail."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.mail_view import mail_view
from flows.shown import shown_from_life
from flows.status_view import moment
from flows.why_view import why_view
from flows.words import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from flows.why import Why
    from flows.words import Words
    from pipeline.store.records import (
        MailLife,
        StoredClaim,
        StoredEvent,
        StoredPrediction,
        StoredReview,
    )

RUNNERS_UP: Final = 3
"""Labels told for each decision, the winner included."""


def life_view(
    life: MailLife, *, words: Words, why: Why | None = None, colours: bool = True
) -> RenderableType:
    """Show everything that is known of one mail, its body with the claims coloured.

    Args:
        life: The mail.
        words: Names in the reader's language.
        why: What the models say about their decisions; left out unless given.
        colours: As in `mail_view`.
    """
    shown = shown_from_life(life)
    parts: list[RenderableType] = []
    if shown is not None:
        parts += [mail_view(shown, words=words, with_body=True, colours=colours), Text()]
    parts += [Text("Ledger", style="bold underline"), ledger_view(life), Text()]
    if life.predictions:
        parts += [
            Text("Decisions", style="bold underline"),
            _decisions(life.predictions, life.claims),
            Text(),
        ]
    if why is not None and (why.answers or why.silent):
        parts += [Text(words.phrase("why"), style="bold underline"), why_view(why, words=words)]
    if life.reviews:
        parts += [Text("Reviews", style="bold underline"), _reviews(life.reviews), Text()]
    parts += [Text("Events", style="bold underline"), _events(life.events)]
    return Group(*parts)


def ledger_view(life: MailLife) -> RenderableType:
    """Show where the mail came from and what became of it."""
    mail = life.mail
    table = Table.grid(padding=(0, 2, 0, 0))
    facts = {
        "mail": str(mail.id),
        "mailbox": mail.mailbox,
        "state": mail.state,
        "size": f"{mail.size_bytes} bytes{'' if mail.complete else ', fetched in part'}",
        "sha256": mail.sha256,
        "stored": moment(mail.stored_at),
        "finished": "" if mail.finished_at is None else moment(mail.finished_at),
        "tries": str(mail.attempts),
        "error": printable(mail.error),
        "model": "" if life.message is None else life.message.model_version,
    }
    for delivery in life.deliveries:
        copy = f"UID {delivery.uid} of {delivery.mailbox} (UIDVALIDITY {delivery.uidvalidity})"
        facts[f"copy {delivery.uid}"] = f"{copy}, {delivery.state} {delivery.last_error}".rstrip()
    for key, value in facts.items():
        if value:
            table.add_row(Text(key, style="dim"), Text(value))
    return Padding(table, (0, 0, 0, 2))


def _decisions(
    predictions: Sequence[StoredPrediction], claims: Sequence[StoredClaim]
) -> RenderableType:
    numbers = {claim.id: str(number) for number, claim in enumerate(claims, start=1)}
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading in ("claim", "head", "decided", "most probable labels", "model"):
        table.add_column(heading)
    for prediction in predictions:
        ranked = sorted(prediction.probabilities.items(), key=lambda item: -item[1])
        table.add_row(
            "mail" if prediction.claim_id is None else numbers.get(prediction.claim_id, "?"),
            prediction.head,
            f"{prediction.label} {prediction.probability:.0%}",
            ", ".join(f"{label} {probability:.0%}" for label, probability in ranked[:RUNNERS_UP]),
            prediction.model_version,
        )
    return Padding(table, (0, 0, 0, 2))


def _reviews(reviews: Sequence[StoredReview]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for review in reviews:
        change = f"{review.field}: {review.before} → {review.after}"
        table.add_row(
            moment(review.at), f"claim {review.claim_id}", Text(review.who), Text(printable(change))
        )
    return Padding(table, (0, 0, 0, 2))


def _events(events: Sequence[StoredEvent]) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for event in events:
        payload = json.dumps(dict(event.payload), ensure_ascii=False, default=str)
        table.add_row(
            moment(event.at),
            f"{event.subject} {event.subject_id}",
            event.kind,
            Text(printable(payload) if event.payload else "", style="dim"),
        )
    return Padding(table, (0, 0, 0, 2))
