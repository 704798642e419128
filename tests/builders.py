"""Frozen values with every field defaulted: a test names only what it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.datatypes import Address, Message

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipeline.datatypes import Attachment


def make_message(
    *,
    subject: str = "Livraison incomplète",
    sender: Address = Address("Jeanne Petit", "jeanne@client.example"),  # noqa: B008  frozen
    recipients: Sequence[Address] = (Address("", "reclamations@entreprise.example"),),
    message_id: str = "<1@client.example>",
    in_reply_to: str = "",
    thread_ids: Sequence[str] = (),
    sent_at: datetime | None = None,
    body: str = "Bonjour,\nil manque deux cartons.\nJeanne Petit\n",
    headers: Sequence[tuple[str, str]] = (),
    attachments: Sequence[Attachment] = (),
    defects: Sequence[str] = (),
) -> Message:
    return Message(
        subject=subject,
        sender=sender,
        recipients=tuple(recipients),
        message_id=message_id,
        in_reply_to=in_reply_to,
        thread_ids=tuple(thread_ids),
        sent_at=sent_at,
        body=body,
        headers=tuple(headers),
        attachments=tuple(attachments),
        defects=tuple(defects),
    )
