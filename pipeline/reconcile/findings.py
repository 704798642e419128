"""What a comparison of server and ledger answers; knows neither of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

AGREED: Final = frozenset({"filed", "marked"})
"""Kinds that are no difference: the server has the mail where the ledger says."""

ALARMS: Final = frozenset(
    {
        *("overlooked", "unfetchable", "gone_unfetched", "still_there", "stuck"),
        *("marked_unknown", "filed_unknown"),
    }
)
"""Kinds that nothing explains; a person looks."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Copies of mails that stand alike.

    Attributes:
        kind: How they stand, a code that `flows.reconcile_view` has words for.
        folder: Where they lie, or lay.
        uidvalidity: Of the folder.
        uids: Rising.
        mail_ids: Of those that the store has.
    """

    kind: str
    folder: str
    uidvalidity: int
    uids: tuple[int, ...]
    mail_ids: tuple[int, ...] = ()

    @property
    def explained(self) -> bool:
        """False where a person must look."""
        return self.kind not in ALARMS


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """How one mailbox and its ledger agree.

    Attributes:
        mailbox: Name in the settings.
        folders: (name, UIDVALIDITY, number of mails) of each watched folder.
        known_uidvalidity: Of the watched folder when it was last read; None before.
        deliveries: Copies that the ledger has.
        findings: All copies of both sides, each in one finding.
    """

    mailbox: str
    folders: tuple[tuple[str, int, int], ...]
    known_uidvalidity: int | None
    deliveries: int
    findings: tuple[Finding, ...]

    @property
    def unexplained(self) -> int:
        """Copies that a person must look at."""
        return sum(len(each.uids) for each in self.findings if not each.explained)

    @property
    def explained(self) -> int:
        """Copies that differ for a known reason."""
        return sum(
            len(each.uids) for each in self.findings if each.explained and each.kind not in AGREED
        )

    @property
    def agreed(self) -> int:
        """Copies that lie where the ledger says."""
        return sum(len(each.uids) for each in self.findings if each.kind in AGREED)
