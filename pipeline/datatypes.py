"""One frozen type for each stage of a mail's way; reading this file tells the whole product.

RawMail -> Message -> Zone... -> Claim... -> Prediction, Reference, Amount, Document, Evidence ->
TriagedClaim -> TriagedMail.
Offsets are characters, end exclusive, into `Message.body` unless a type says otherwise. Times are
UTC.
Probabilities lie in [0, 1]. Words of the trade are defined here, once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from decimal import Decimal


class Span(NamedTuple):
    """A stretch of text.

    Attributes:
        start: First character.
        end: One past the last character; never below `start`.
    """

    start: int
    end: int


# --- as it arrives
# --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawMail:
    """One mail exactly as it was delivered.

    Attributes:
        id: What people call it: a file's name without its last ending, or the store's number of the
            mail.
        data: All its bytes; may be empty or no mail at all.
        complete: False where the mail was over the size limit and parts of it were not fetched.
    """

    id: str
    data: bytes = field(repr=False)
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Delivery:
    """The place of one mail in a mailbox.

    A server never gives the same (mailbox, uidvalidity, uid) twice (RFC 9051, 2.3.1.1).

    Attributes:
        mailbox: Name of the mailbox in the settings.
        uidvalidity: The folder's UIDVALIDITY; 0 for a folder of files.
        uid: The mail's UID; for a folder of files a number made from its relative path.
        size_bytes: Size that the server announces.
        received_at: INTERNALDATE, or None where it is not known.
    """

    mailbox: str
    uidvalidity: int
    uid: int
    size_bytes: int
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """What fetching one delivery gave.

    Attributes:
        delivery: Where it lies.
        raw: The mail, or None where the server could not deliver it.
        failure: Why not, without mail text; empty where `raw` is there.
    """

    delivery: Delivery
    raw: RawMail | None
    failure: str = ""


# --- parsed
# ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Address:
    """One mail address.

    Attributes:
        name: Display name, decoded; may be empty.
        address: `local@domain`, lower-case domain; may be empty or malformed in a bad mail.
    """

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with the mail, attached mails included.

    Attributes:
        name: File name without any path; may be made up where the mail gives none.
        type: Media type told by the content, else the declared one, lower-case.
        size_bytes: Decoded size.
        sha256: Of the decoded bytes, 64 hexadecimal digits.
        content: The decoded bytes.
    """

    name: str
    type: str
    size_bytes: int
    sha256: str
    content: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class Message:
    r"""What a mail says, decoded; free of NUL characters and lone surrogates, lines end with "\n".

    Attributes:
        subject: One line, decoded; may be empty.
        sender: From the first usable `From`, else `Sender`; both fields empty where there is none.
        recipients: `To` and `Cc`, in order.
        message_id: With its angle brackets; empty where missing.
        in_reply_to: As `message_id`.
        thread_ids: The `References` header, in order, each as `message_id`.
        sent_at: `Date`, UTC, or None where it is missing or impossible.
        body: The whole readable text: text parts in order, or the HTML turned into text where there
            is no text part.
            The text of an attached mail is not in it.
        headers: All top-level headers as (lower-case name, decoded value), in order.
        attachments: In the order of the mail.
        defects: What was wrong with the mail, codes such as `charset_unknown`; never makes a mail
            fail.
    """

    subject: str
    sender: Address
    recipients: tuple[Address, ...]
    message_id: str
    in_reply_to: str
    thread_ids: tuple[str, ...]
    sent_at: datetime | None
    body: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    attachments: tuple[Attachment, ...]
    defects: tuple[str, ...]


ZoneKind = Literal["quote", "signature", "disclaimer", "greeting", "closing"]


@dataclass(frozen=True, slots=True)
class Zone:
    """A part of the body that is not the customer's present concern.

    Attributes:
        kind: `quote` (an earlier message with its attribution line), `signature` (names, contact
            lines, mobile footers),
            `disclaimer`, `greeting`, `closing` (the polite formula).
        start: First character in the body.
        end: One past the last; zones are sorted and never overlap.
    """

    kind: ZoneKind
    start: int
    end: int


# --- attached documents
# ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DocumentLimits:
    """What reading the files of one mail may cost; what lies beyond is left out and told.

    Attributes:
        files: Files read of one mail; 0 reads none.
        size_bytes: A larger file is not read.
        expanded_bytes: A package (docx, xlsx) that unpacks to more is not read.
        pages: Pages, slides or sheets read of one file.
        cells: Cells read of one file.
        characters: Of text taken from all files together.
        seconds: For one file; all together get three times that.
    """

    files: int = 20
    size_bytes: int = 10_000_000
    expanded_bytes: int = 50_000_000
    pages: int = 50
    cells: int = 20_000
    characters: int = 50_000
    seconds: float = 5.0


EvidenceRole = Literal["number", "mention", "total", "sum"]
"""What a document says: its own number, another identifier, the sum it ends in, another sum."""


@dataclass(frozen=True, slots=True)
class Page:
    """A stretch of a document.

    Attributes:
        number: Of the page, slide or sheet, from 1; 0 where the format knows no pages.
        text: Its words; lines of a table have the headings before their values.
    """

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What a structured invoice states in a field of its own.

    Attributes:
        role: `number`, `mention` or `total`.
        text: The identifier, or the sum as digits with a point.
        kind: A reference kind of the taxonomy; empty for a sum.
        currency: ISO 4217 code; empty for an identifier.
    """

    role: EvidenceRole
    text: str
    kind: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What an attached file says.

    Attributes:
        attachment: Its place among the message's attachments, from 0.
        name: File name; `mail.eml/bl.pdf` for a file of an attached mail.
        format: `pdf`, `docx`, `xlsx`, `invoice`, `csv`, `mail` and so on; empty where the content
            is none that can be read.
        pages: In order; may be empty.
        statements: Of a structured invoice.
        defects: Codes of what hindered the reading, `encrypted` for example.
    """

    attachment: int
    name: str
    format: str
    pages: tuple[Page, ...] = ()
    statements: tuple[Statement, ...] = ()
    defects: tuple[str, ...] = ()


# --- understood
# -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """Text to be judged by a model, with the mail that it stands in.

    Attributes:
        text: The words to be judged: a claim, a sentence, or a mail's own words.
        subject: The mail's subject.
        context: The mail's own words as a whole; may equal `text`.
        language: ISO 639-1 code of the mail, or `und`.
        around: For a claim, the mail's own words that stand in none of its claims.
    """

    text: str
    subject: str = ""
    context: str = ""
    language: str = "und"
    around: str = ""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a head says about one passage.

    Attributes:
        label: The chosen label, a code of the taxonomy; the most probable unless caution bids.
        probability: Its calibrated probability.
        probabilities: Of every label; they sum to 1.
        signs: Codes of the named signs that counted, strongest first; only the severity has some.
    """

    label: str
    probability: float
    probabilities: Mapping[str, float]
    signs: tuple[str, ...] = ()

    @property
    def margin(self) -> float:
        """How far the best label stands before the second, in [0, 1]; 1 where there is only one."""
        ranked = sorted(self.probabilities.values(), reverse=True)
        return ranked[0] - ranked[1] if len(ranked) > 1 else 1.0


@dataclass(frozen=True, slots=True)
class Sentence:
    r"""The smallest piece that belongs to one claim or to none: a sentence, a list item, a clause.

    Attributes:
        start: First character in the body, white space before the words left out.
        end: One past the last.
        text: The body's slice.
        gap: The characters between the sentence before (or the start of the own words) and this
            one; tells layout,
            "\n\n" before a new paragraph for example.
    """

    start: int
    end: int
    text: str
    gap: str


@dataclass(frozen=True, slots=True)
class Claim:
    r"""One grievance that one department could settle on its own.

    Attributes:
        spans: Its stretches of the body, sorted, apart from each other; need not be neighbours.
        text: The spans' texts joined by one "\n".
        certainty: Probability that these sentences are together one claim.
    """

    spans: tuple[Span, ...]
    text: str
    certainty: float = 1.0


@dataclass(frozen=True, slots=True)
class Reference:
    """An identifier that the customer gives: invoice, order, delivery note and so on.

    Attributes:
        kind: A reference kind of the taxonomy.
        text: The identifier alone, exactly as written.
        canonical: Upper case, letters and digits only: equal for every notation of one identifier.
        start: First character in the text that `where` names.
        end: One past the last.
        where: `body`, `subject`, or `attachment:` and the attachment's file name.
    """

    kind: str
    text: str
    canonical: str
    start: int
    end: int
    where: str = "body"


@dataclass(frozen=True, slots=True)
class Amount:
    """A sum of money.

    Attributes:
        text: As written, currency included.
        value: Its value.
        currency: ISO 4217 code.
        start: First character in the body.
        end: One past the last.
    """

    text: str
    value: Decimal
    currency: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """A reference or a sum in an attached document that speaks for a claim.

    Attributes:
        attachment: The file's place among the message's attachments, from 0.
        name: As in `Document`.
        page: As in `Page`; 0 also for a field of a structured invoice.
        role: What it is in the document.
        found: Offsets are into the page's text; `where` is `attachment:` and the name.
        confirmed: True where subject or body state the same.
    """

    attachment: int
    name: str
    page: int
    role: EvidenceRole
    found: Reference | Amount
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ClaimPrediction:
    """The four decisions about one claim; a head that the model does not have gives None."""

    type: Prediction
    severity: Prediction | None
    nature: Prediction | None
    resolution: Prediction | None


@dataclass(frozen=True, slots=True)
class KindDecision:
    """What sort of mail this is.

    Attributes:
        kind: A mail kind of the taxonomy.
        probability: 1 where headers decide.
        reason: `model`, or the header rule that decided, `auto_submitted` for example.
    """

    kind: str
    probability: float
    reason: str


# --- decided
# --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a decision may stand without a person; fitted in training, shipped with the model.

    Attributes:
        confidence: A claim whose type is less surely right goes to review.
        margin: A claim whose second type is nearer than this goes to review.
        kind_probability: A mail whose kind is less probable goes to review.
        split_certainty: A claim whose boundaries are less certain goes to review.
        amount_over: A claim disputing this sum or more (in its own currency) goes to review.
        confidence_by_type: Claim type to the confidence it needs, where that is not `confidence`.
    """

    confidence: float = 0.8
    margin: float = 0.1
    kind_probability: float = 0.7
    split_certainty: float = 0.3
    amount_over: float = 10_000.0
    confidence_by_type: Mapping[str, float] = field(default_factory=dict)

    def needed(self, claim_type: str) -> float:
        """Tell how confident a decision for this type must be to stand."""
        return self.confidence_by_type.get(claim_type, self.confidence)


@dataclass(frozen=True, slots=True)
class Route:
    """Who gets a claim.

    Attributes:
        department: A department of the taxonomy.
        needs_review: True where a supervisor looks first.
        reasons: Codes that say why, `low_confidence` for example; empty where `needs_review` is
            False.
    """

    department: str
    needs_review: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TriagedClaim:
    """A claim with everything that was decided about it.

    Attributes:
        claim: Its words.
        prediction: Type, severity, nature, resolution.
        confidence: Probability that the type is right, doubtful boundaries counted in.
        references: Those that belong to it.
        amount: The sum in dispute, or None where the mail states none.
        route: Department or review.
        evidence: What attached documents say to it.
    """

    claim: Claim
    prediction: ClaimPrediction
    confidence: float
    references: tuple[Reference, ...]
    amount: Amount | None
    route: Route
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class TriagedMail:
    """The end of a mail's way: what the workflow store keeps.

    Attributes:
        id: The raw mail's.
        message: What it says.
        zones: What in it is not the customer's own concern.
        own_text: The body without quotes, signature and disclaimer.
        language: ISO 639-1 code of the own words, or `und`.
        kind: What sort of mail it is.
        claims: Empty unless the kind is one that holds claims.
        references: All that were found, also those that belong to no claim.
        model_version: The model that decided.
        documents: What the attached files say; only those of a complaint are read.
    """

    id: str
    message: Message
    zones: tuple[Zone, ...]
    own_text: str
    language: str
    kind: KindDecision
    claims: tuple[TriagedClaim, ...]
    references: tuple[Reference, ...]
    model_version: str
    documents: tuple[Document, ...] = ()


# --- handed in
# ------------------------------------------------------------------------------------------


class MailSource(Protocol):
    """A folder of mail, opened; `pipeline.mailbox` keeps the promise for IMAP and for files.

    Every method raises `MailboxError` where the world fails; nothing is ever deleted or marked as
    seen.
    """

    @property
    def name(self) -> str:
        """Name of the mailbox in the settings."""

    @property
    def uidvalidity(self) -> int:
        """The folder's UIDVALIDITY at this moment."""

    def list_uids(self) -> list[int]:
        """All UIDs that lie in the folder and await handling, rising."""

    def fetch_mails(self, uids: Sequence[int]) -> Iterator[FetchedMail]:
        """Fetch mails in bounded batches, in the order asked for; vanished ones are left out."""

    def acknowledge(self, uids: Sequence[int], *, quarantined: bool = False) -> list[int]:
        """Move or mark mails that are safely stored; answers those that are verified to be so."""


class DocumentReader(Protocol):
    """Opens attached files; `pipeline.evidence.reader` keeps the promise with a child process."""

    def read(self, attachments: Sequence[Attachment]) -> tuple[Document, ...]:
        """Read what can be read, in order; files of other kinds (images) are left out.

        Whatever a file holds gives a document with defects, never an exception.
        """


class TriageModel(Protocol):
    """What the stages need of a trained model; `models.claim_model` keeps the promise.

    Heads: `kind`, `type`, `severity`, `nature`, `resolution` judge one passage.
    """

    @property
    def version(self) -> str:
        """Name of the model version, kept with every decision."""

    def predict(
        self, heads: Sequence[str], passages: Sequence[Passage]
    ) -> Mapping[str, Sequence[Prediction]]:
        """Judge passages; gives head to predictions in order, heads it lacks left out."""

    def trust(self, prediction: Prediction, *, certainty: float) -> float:
        """Probability that a claim's type is right.

        Args:
            prediction: Of the type.
            certainty: Of the claim's boundaries.
        """

    def group_sentences(
        self, passage: Passage, sentences: Sequence[Sentence]
    ) -> list[tuple[tuple[int, ...], float]]:
        """Gather sentences into claims.

        Args:
            passage: The mail's own words.
            sentences: Of that mail, in order.

        Returns:
            A list of (indices of the sentences of one claim, its certainty), in order of the first
            sentence; sentences of no
            claim are left out; at least one claim where there is a sentence.
        """

    def weigh(
        self, head: str, signs: Sequence[Mapping[str, float]]
    ) -> Sequence[Mapping[str, float]]:
        """Judge things by named signs: `reference` identifiers, `amount` sums of money.

        Args:
            head: What to judge.
            signs: Of each thing, sign to how strongly it holds.

        Returns:
            Label to probability for each, in order; nothing at all where the model has no such
            head.
        """
