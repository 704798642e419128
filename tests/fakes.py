"""The smallest things that keep the promises of the mailbox and of the understanding."""

from __future__ import annotations

import hashlib
import os
import signal
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from typing import TYPE_CHECKING

from pydantic import SecretStr

from pipeline.datatypes import (
    Address,
    Amount,
    Attachment,
    Claim,
    ClaimPrediction,
    Delivery,
    FetchedMail,
    KindDecision,
    Message,
    Prediction,
    RawMail,
    Reference,
    Route,
    Span,
    TriagedClaim,
    TriagedMail,
)
from pipeline.errors import MailboxError
from pipeline.mailbox.inventory import FolderListing, ListedMail
from pipeline.settings import MailboxSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path


def make_mail(
    number: int = 1, *, body: str = "", received: str = "", message_id: str = ""
) -> bytes:
    """A complaint by mail; the number makes it a different one."""
    lines = [
        *([f"Received: from {received}"] if received else []),
        f"Message-ID: {message_id or f'<{number}@client.example>'}",
        "From: Camille <camille@client.example>",
        "To: service@shop.example",
        f"Subject: Facture FA-{number:04d}",
        "",
        body or f"Il manque deux cartons. Merci de regarder la facture FA-{number:04d} !",
        "",
    ]
    return "\r\n".join(lines).encode()


def simple_triage(raw: RawMail) -> TriagedMail:
    """Understand a mail of `make_mail`: one claim with one reference and one amount.

    A body that holds `boom` raises, one that holds `thanks` has no claim.
    """
    parsed = message_from_bytes(raw.data, policy=policy.SMTP)
    body = parsed.get_payload()
    assert isinstance(body, str)
    if "boom" in body:
        raise ValueError(f"cannot understand '{body}'")
    message = make_message(body=body, subject=parsed["Subject"], message_id=parsed["Message-ID"])
    claims = () if "thanks" in body else (make_claim(body, reference=parsed["Subject"][8:]),)
    return TriagedMail(
        id=raw.id,
        message=message,
        zones=(),
        own_text=body,
        language="fr",
        kind=KindDecision("complaint" if claims else "thanks", 0.9, "model"),
        claims=claims,
        references=claims[0].references if claims else (),
        model_version="fake-1",
    )


def make_message(*, body: str, subject: str = "", message_id: str = "") -> Message:
    """A parsed mail; every field defaulted."""
    content = b"%PDF-1.7"
    return Message(
        subject=subject,
        sender=Address("Camille", "camille@client.example"),
        recipients=(Address("", "service@shop.example"),),
        message_id=message_id,
        in_reply_to="",
        thread_ids=(),
        sent_at=None,
        body=body,
        headers=(),
        attachments=(
            Attachment(
                "bl.pdf",
                "application/pdf",
                len(content),
                hashlib.sha256(content).hexdigest(),
                content,
            ),
        ),
        defects=(),
    )


def make_claim(
    body: str,
    *,
    reference: str = "FA-0001",
    amount: Decimal | None = Decimal("212.40"),
    needs_review: bool = True,
) -> TriagedClaim:
    """A claim over the whole body."""
    return TriagedClaim(
        claim=Claim((Span(0, len(body)),), body, 0.8),
        prediction=ClaimPrediction(
            type=Prediction("shortage", 0.75, {"shortage": 0.75, "delay": 0.25}),
            severity=Prediction("medium", 0.6, {"medium": 0.6, "high": 0.4}),
            nature=None,
            resolution=None,
        ),
        confidence=0.7,
        references=(
            Reference("invoice", reference, reference.replace("-", ""), 0, len(reference)),
        ),
        amount=None if amount is None else Amount(f"{amount} €", amount, "EUR", 0, 8),
        route=Route("logistics", needs_review, ("low_confidence",) if needs_review else ()),
    )


@dataclass
class FolderServer:
    """A mail server made of files: `<uid>.eml` in `inbox`, moved to `done` or `quarantine`.

    It outlives the process, as a real one does. `on_call` is told each thing that a client does,
    before or after it happens; it may kill the process.
    """

    root: Path
    uidvalidity: int = 7
    name: str = "claims"
    unfetchable: frozenset[int] = frozenset()
    on_call: Callable[[str], None] = field(default=lambda _: None)
    batch_mails: int = 3
    down: bool = False

    def append(self, data: bytes) -> int:
        """Put a mail into the inbox; answers its UID."""
        known = [int(path.stem) for path in self.root.glob("*/*.eml")]
        uid = max(known, default=0) + 1
        folder = self.root / "inbox"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{uid}.eml").write_bytes(data)
        return uid

    def bytes_in(self, folder: str) -> list[bytes]:
        """All mails of a folder, by UID."""
        paths = sorted((self.root / folder).glob("*.eml"), key=lambda path: int(path.stem))
        return [path.read_bytes() for path in paths]

    def list_uids(self) -> list[int]:
        if self.down:
            raise MailboxError(self.name, "connection refused")
        self.on_call("list")
        return sorted(int(path.stem) for path in (self.root / "inbox").glob("*.eml"))

    def fetch_mails(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        for uid in uids:
            self.on_call("fetch")
            path = self.root / "inbox" / f"{uid}.eml"
            if not path.exists():
                continue
            data = path.read_bytes()
            delivery = Delivery(self.name, self.uidvalidity, uid, len(data), received_at(path))
            if uid in self.unfetchable:
                yield FetchedMail(delivery, None, "the server closed the connection")
            else:
                yield FetchedMail(delivery, RawMail(str(uid), data))

    def acknowledge(self, uids: Sequence[int], *, quarantined: bool = False) -> list[int]:
        target = self.root / ("quarantine" if quarantined else "done")
        target.mkdir(exist_ok=True)
        for uid in uids:
            self.on_call("move")
            path = self.root / "inbox" / f"{uid}.eml"
            if path.exists():
                path.rename(target / path.name)
        self.on_call("moved")
        return list(uids)


@dataclass(frozen=True)
class FolderInventory:
    """Looks into the folders of a FolderServer."""

    server: FolderServer

    @property
    def name(self) -> str:
        return self.server.name

    @property
    def settings(self) -> MailboxSettings:
        return MailboxSettings(
            name=self.name,
            host="mail.example",
            user="u",
            password=SecretStr("p"),
            folder="inbox",
            done_folder="done",
            quarantine_folder="quarantine",
        )

    def list_folder(self, folder: str) -> FolderListing:
        paths = (self.server.root / folder).glob("*.eml")
        listed = [
            ListedMail(int(path.stem), path.stat().st_size, received_at(path)) for path in paths
        ]
        mails = tuple(sorted(listed, key=lambda mail: mail.uid))
        return FolderListing(folder, self.server.uidvalidity, mails)

    def fetch_mails(self, folder: str, uids: Sequence[int]) -> Iterator[FetchedMail]:
        for uid in uids:
            data = (self.server.root / folder / f"{uid}.eml").read_bytes()
            delivery = Delivery(self.name, self.server.uidvalidity, uid, len(data))
            yield FetchedMail(delivery, RawMail(str(uid), data))


def received_at(path: Path) -> datetime:
    """INTERNALDATE of a mail: the time of its file, which a move keeps."""
    return datetime.fromtimestamp(int(path.stat().st_mtime), UTC)


class Killer:
    """Counts what happens and kills its own process, as SIGKILL does, at the chosen moment."""

    def __init__(self, point: str, occurrence: int) -> None:
        self.point = point
        self.left = occurrence

    def __call__(self, point: str) -> None:
        """Tell that this happens now."""
        if point == self.point:
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
