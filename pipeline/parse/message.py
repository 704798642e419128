"""RawMail -> Message: the one door from bytes to text; never raises for any content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.datatypes import Message
from pipeline.parse.attachments import is_tnef
from pipeline.parse.body import join_texts, read_content
from pipeline.parse.headers import bound_head, read_head, split_head
from pipeline.parse.parameters import bound_parameters

if TYPE_CHECKING:
    from pipeline.datatypes import RawMail


def parse_mail(raw: RawMail) -> Message:
    """Understand the form of a mail; what is wrong with it goes into `Message.defects`.

    Args:
        raw: Any bytes.
    """
    head_bytes, rest = split_head(bound_parameters(raw.data))
    bounded, cuts = bound_head(head_bytes)
    head = read_head(bounded)
    content = read_content(bounded + rest)
    body = join_texts(content)
    defects = [*_defects_of(raw), *cuts, *head.defects, *content.defects]
    if is_tnef(content.files):
        defects.append("winmail")
    return Message(
        subject=head.subject,
        sender=head.sender,
        recipients=head.recipients,
        message_id=head.message_id,
        in_reply_to=head.in_reply_to,
        thread_ids=head.thread_ids,
        sent_at=head.sent_at,
        body=body,
        headers=head.headers,
        attachments=tuple(content.files),
        defects=tuple(dict.fromkeys(defects)),
    )


def _defects_of(raw: RawMail) -> list[str]:
    found = [] if raw.data.strip() else ["empty"]
    return found if raw.complete else [*found, "incomplete"]
