"""What the store gives back: frozen, detached from the database, one type for each answer.

Times are UTC. Identifiers are the store's numbers; `mail_id` as text is `RawMail.id`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from decimal import Decimal

    from pipeline.datatypes import RawMail
    from pipeline.store.findings import StoredDocument, StoredEvidence


# --- intake ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SavedDeliveries:
    """What one commit of fetched mail added.

    Attributes:
        stored: Mails that were not known.
        duplicates: Further copies of known mails.
        unfetchable: Deliveries that the server could not give.
    """

    stored: int = 0
    duplicates: int = 0
    unfetchable: int = 0


@dataclass(frozen=True, slots=True)
class LeasedMail:
    """A mail that a worker holds until its lease ends.

    Attributes:
        mail_id: Which mail.
        fence: Tells this lease from any other; results are saved only while it is the last one.
        attempts: Leases of this mail so far, this one included.
        raw: Its bytes.
    """

    mail_id: int
    fence: int
    attempts: int
    raw: RawMail


@dataclass(frozen=True, slots=True)
class PendingAcknowledgements:
    """Deliveries whose mail is done, which the server does not know yet.

    Attributes:
        triaged: UIDs, rising.
        quarantined: UIDs, rising.
    """

    triaged: tuple[int, ...]
    quarantined: tuple[int, ...]


# --- status and counts ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MailboxStatus:
    """How one mailbox stands.

    Attributes:
        name: As in the settings.
        folder: Its watched folder.
        last_success_at: End of its last complete reading; None before the first.
        last_error: What went wrong since; empty where nothing did.
        last_error_at: When.
        waiting: Mails stored that wait to be understood.
        leased: Mails that a worker has now.
        triaged: Mails understood and saved.
        quarantined: Mails that failed too often.
        unfetchable: Deliveries that the server could not give.
        unacknowledged: Deliveries that are safe here and that the server does not know of yet.
        oldest_waiting_at: When the oldest mail that waits was stored; None where none waits.
    """

    name: str
    folder: str
    last_success_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    waiting: int = 0
    leased: int = 0
    triaged: int = 0
    quarantined: int = 0
    unfetchable: int = 0
    unacknowledged: int = 0
    oldest_waiting_at: datetime | None = None

    @property
    def fetched(self) -> int:
        """Distinct mails in the store, whatever became of them."""
        return self.waiting + self.leased + self.triaged + self.quarantined


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """How everything stands.

    Attributes:
        mailboxes: By name.
        claims: Claim state to number of claims; states without claims are left out.
    """

    mailboxes: tuple[MailboxStatus, ...]
    claims: Mapping[str, int]

    @property
    def in_review(self) -> int:
        """Claims that a supervisor must look at."""
        return self.claims.get("in_review", 0)


@dataclass(frozen=True, slots=True)
class LabelCount:
    """How many mails or claims have a label."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class TypeCount:
    """How many claims have this type and severity; severity None: the model did not say."""

    type: str
    severity: str | None
    count: int


# --- claims ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredReference:
    """An identifier in a mail; the offsets are into the text that `place` names."""

    kind: str
    text: str
    canonical: str
    place: str
    start: int
    end: int
    mail_id: int
    claim_id: int | None


@dataclass(frozen=True, slots=True)
class StoredPrediction:
    """What one head said; `claim_id` None: about the mail."""

    head: str
    label: str
    probability: float
    probabilities: Mapping[str, float]
    model_version: str
    at: datetime
    claim_id: int | None


@dataclass(frozen=True, slots=True)
class StoredReview:
    """One field of a claim changed or confirmed by a person; `claim_version` is the new one."""

    claim_id: int
    claim_version: int
    who: str
    at: datetime
    field: str
    before: str | None
    after: str | None
    comment: str


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A claim as it stands now.

    Attributes:
        id: Its number.
        mail_id: The mail that it stands in.
        position: Among the mail's claims, from 0.
        text: Its words.
        spans: (start, end) into the message's body.
        certainty: Probability that these words are together one claim.
        state: Of `pipeline.workflow`.
        type: Taxonomy code, as are the next three and `department`.
        severity: None: the model did not say; so are the next two.
        nature: Commercial or not.
        resolution: What the sender wants.
        confidence: Probability that the model's type is right.
        department: Who settles it.
        needs_review: What the model's thresholds decided; stays as it was.
        reasons: Why a review was needed.
        amount_text: The sum in dispute as written; empty where there is none.
        amount_value: None where there is none, or where it is over 10**12.
        amount_currency: ISO 4217.
        model_version: The model that found it.
        version: Rises with every change; hand it back to `record_review`.
        created_at: When it was saved.
        updated_at: When it was last changed.
    """

    id: int
    mail_id: int
    position: int
    text: str
    spans: tuple[tuple[int, int], ...]
    certainty: float
    state: str
    type: str
    severity: str | None
    nature: str | None
    resolution: str | None
    confidence: float
    department: str
    needs_review: bool
    reasons: tuple[str, ...]
    amount_text: str
    amount_value: Decimal | None
    amount_currency: str | None
    model_version: str
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class QueuedClaim:
    """A claim in the review queue with what a supervisor wants to see beside it."""

    claim: StoredClaim
    subject: str
    sender_name: str
    sender_address: str
    sent_at: datetime | None
    language: str


# --- a mail's life --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail in the ledger.

    Attributes:
        id: Its number.
        mailbox: Name of its mailbox.
        state: `stored`, `leased`, `triaged` or `quarantined`.
        complete: False where it was over the size limit and fetched in part.
        size_bytes: Of the bytes kept.
        sha256: Of the bytes kept.
        attempts: Leases so far.
        error: Of the last failure: error type and text; empty where there was none.
        retry_at: Not leased before; None: at once.
        stored_at: When it was saved.
        finished_at: When it was triaged or quarantined.
    """

    id: int
    mailbox: str
    state: str
    complete: bool
    size_bytes: int
    sha256: str
    attempts: int
    error: str
    retry_at: datetime | None
    stored_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """One copy of a mail on the server.

    Attributes:
        mailbox: Name of its mailbox.
        uidvalidity: With `uid` its place in the folder.
        uid: Its UID.
        size_bytes: As the server told.
        received_at: INTERNALDATE.
        state: `stored`, `acknowledged`, `stale` or `unfetchable`.
        attempts: Tries to fetch it.
        last_error: Why it could not be fetched; empty where it was.
        seen_at: When it was first listed and fetched.
        acknowledged_at: When the server had it moved or marked.
    """

    mailbox: str
    uidvalidity: int
    uid: int
    size_bytes: int
    received_at: datetime | None
    state: str
    attempts: int
    last_error: str
    seen_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """A file that came with a mail."""

    name: str
    type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """What a triaged mail says; `zones` are (kind, start, end) into the body."""

    subject: str
    sender_name: str
    sender_address: str
    recipients: tuple[tuple[str, str], ...]
    sent_at: datetime | None
    message_id: str
    in_reply_to: str
    thread_ids: tuple[str, ...]
    language: str
    kind: str
    kind_probability: float
    kind_reason: str
    body: str
    own_text: str
    zones: tuple[tuple[str, int, int], ...]
    defects: tuple[str, ...]
    model_version: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """Something that happened to a mail, a claim or a mailbox."""

    at: datetime
    subject: str
    subject_id: int
    kind: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MailLife:
    """Everything that is known of one mail, for `triage explain`; lists are in order of time.

    Attributes:
        mail: The ledger's row.
        message: None until it is triaged.
    """

    mail: StoredMail
    deliveries: tuple[StoredDelivery, ...]
    message: StoredMessage | None
    attachments: tuple[StoredAttachment, ...] = ()
    claims: tuple[StoredClaim, ...] = ()
    references: tuple[StoredReference, ...] = ()
    documents: tuple[StoredDocument, ...] = ()
    evidence: tuple[StoredEvidence, ...] = ()
    predictions: tuple[StoredPrediction, ...] = ()
    reviews: tuple[StoredReview, ...] = ()
    events: tuple[StoredEvent, ...] = field(default=())
