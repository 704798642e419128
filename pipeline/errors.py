"""Every error of the product, named for the fact; knows no other module.

A bad mail is data (`Message.defects`, a quarantined row), never an exception. What stands here is a
broken
world or a mistake of the people who configure it. Facts are attributes; the message is built from
them and
never holds mail text or addresses.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class TriageError(Exception):
    """Root of all errors that the product raises on purpose."""


class SettingInvalid(TriageError):
    """A setting is missing or wrong; the person who wrote it can mend it.

    Args:
        setting: Name as the person writes it, `TRIAGE_IMAP_HOST` for example.
        reason: What is wrong and what would be right, one sentence.
    """

    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.setting = setting
        self.reason = reason


class TaxonomyInvalid(TriageError):
    """The taxonomy file cannot be used.

    Args:
        path: The file.
        key: Dotted place in it, `types.shortage.nature` for example; empty for the whole file.
        reason: What is wrong there.
    """

    def __init__(self, path: Path, key: str, reason: str) -> None:
        super().__init__(f"{path}: {key + ': ' if key else ''}{reason}")
        self.path = path
        self.key = key
        self.reason = reason


class ExampleInvalid(TriageError):
    """A labelled line cannot be used.

    Args:
        path: The file.
        line: Line number, from 1.
        reason: What is wrong there.
    """

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path}:{line}: {reason}")
        self.path = path
        self.line = line
        self.reason = reason


class SourceMissing(TriageError):
    """A file or folder of mail that was named does not exist or cannot be read.

    Args:
        path: As it was named.
        reason: What the system answered.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class MailboxError(TriageError):
    """The mail server is away, refuses or answers nonsense; a later try may succeed.

    Args:
        mailbox: Name of the mailbox in the settings.
        reason: What happened, without mail text or credentials.
    """

    def __init__(self, mailbox: str, reason: str) -> None:
        super().__init__(f"mailbox {mailbox}: {reason}")
        self.mailbox = mailbox
        self.reason = reason


class MailboxLoginRefused(MailboxError):
    """The server refused user and password or token; trying again does not help."""


class StoreError(TriageError):
    """The database is away or refuses; a later try may succeed.

    Args:
        reason: What happened, without mail text.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(f"store: {reason}")
        self.reason = reason


class StoreTooNew(StoreError):
    """The database was written by a newer version of this product.

    Args:
        found: Schema revision in the database.
        known: Newest schema revision that this code knows.
    """

    def __init__(self, found: str, known: str) -> None:
        super().__init__(
            f"its schema {found} is newer than this program ({known}); update the program"
        )
        self.found = found
        self.known = known


class RowMissing(StoreError):
    """No row has this identifier.

    Args:
        what: Kind of thing, `mail` for example.
        identifier: What was asked for.
    """

    def __init__(self, what: str, identifier: str) -> None:
        super().__init__(f"there is no {what} {identifier}")
        self.what = what
        self.identifier = identifier


class RowRefused(StoreError):
    """The database refuses what it was given; a later try would be refused as well."""


class MailboxBusy(StoreError):
    """Another run has this mailbox open; it does the work.

    Args:
        mailbox: Name of the mailbox in the settings.
    """

    def __init__(self, mailbox: str) -> None:
        super().__init__(f"mailbox {mailbox} is open in another run")
        self.mailbox = mailbox


class ClaimChanged(StoreError):
    """Somebody changed the claim since it was read; read it again.

    Args:
        claim_id: Which claim.
        found: Its version now.
        wanted: The version that was read.
    """

    def __init__(self, claim_id: int, *, found: int, wanted: int) -> None:
        super().__init__(f"claim {claim_id} is at version {found}, not {wanted}")
        self.claim_id = claim_id
        self.found = found
        self.wanted = wanted


class StepNotAllowed(TriageError):
    """A claim cannot take this step from the state it is in.

    Args:
        state: Present state.
        step: The state that was asked for.
    """

    def __init__(self, state: str, step: str) -> None:
        super().__init__(f"a claim cannot go from {state} to {step}")
        self.state = state
        self.step = step


class ModelMissing(TriageError):
    """There is no model at this place.

    Args:
        path: Folder that should hold it.
        reason: What is missing.
    """

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}; `triage train fit` makes one, `triage train list` lists them"
        )
        self.path = path
        self.reason = reason


class ModelIncompatible(TriageError):
    """The model was made for another format, taxonomy or library version.

    Args:
        fact: What differs, `format` or `scikit-learn` for example.
        found: Its value in the model.
        wanted: The value this program needs.
    """

    def __init__(self, fact: str, found: str, wanted: str) -> None:
        super().__init__(
            f"the model's {fact} is {found}, this program needs {wanted}; "
            "make it anew with `triage train fit`"
        )
        self.fact = fact
        self.found = found
        self.wanted = wanted


class ModelUntrusted(TriageError):
    """The model's files are not what its manifest says, or hold types that could run foreign code.

    Args:
        path: The file.
        findings: What was found, one entry a fault.
    """

    def __init__(self, path: Path, findings: Sequence[str]) -> None:
        super().__init__(f"{path}: refused: {', '.join(findings)}")
        self.path = path
        self.findings = tuple(findings)
