"""Folders on the server + ledger -> every difference explained or alarmed; pure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pipeline.reconcile.findings import ALARMS, Finding, Reconciliation
from pipeline.store.reconcile import Ledger, LedgerDelivery
from pipeline.store.tables import (
    ACKNOWLEDGED,
    QUARANTINED,
    STALE,
    STORED,
    TRIAGED,
    UNFETCHABLE,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from pipeline.mailbox.inventory import FolderListing, ListedMail
    from pipeline.store.starts import MailboxStart

DONE: Final = frozenset({TRIAGED, QUARANTINED})
"""States of a mail that needs no more work."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the server's lists.

    Attributes:
        ledger: All copies.
        start: What was left alone at the first reading.
        backlog: Mails that a limited run left to later ones.
        attempts: Tries to fetch a mail.
        keyword_mode: True where handled mail stays and is marked.
        quarantine_folder: Where quarantined mail is moved; empty where it has no folder.
    """

    ledger: Ledger
    start: MailboxStart | None = None
    backlog: int = 0
    attempts: int = 3
    keyword_mode: bool = False
    quarantine_folder: str = ""


def compare(
    mailbox: str,
    inbox: FolderListing,
    filed: Sequence[FolderListing],
    known: Known,
    *,
    copies: Mapping[str, set[int]],
) -> Reconciliation:
    """Give every copy that server or ledger have its place in one finding.

    Args:
        mailbox: Name in the settings.
        inbox: The watched folder.
        filed: The folders of handled mail.
        known: What the store knows.
        copies: Folder to UIDs there whose content a mail of the ledger has.
    """
    ledger = known.ledger
    groups: _Groups = defaultdict(list)
    here = {each.uid: each for each in ledger.deliveries if each.uidvalidity == inbox.uidvalidity}
    first_filed = _first_filed(ledger.deliveries)
    for mail in inbox.mails:
        row = here.get(mail.uid)
        if row is None:
            kind = _unknown(mail, inbox, known)
        else:
            kind = _known(mail, row, attempts=known.attempts, first_filed=first_filed)
        groups[kind, inbox.folder, inbox.uidvalidity].append((mail.uid, row))
    matches, unmatched = match_filed(inbox, filed, ledger)
    for listing in filed:
        for mail in listing.mails:
            row = matches.get((listing.folder, mail.uid))
            if row is not None:
                in_quarantine = listing.folder == known.quarantine_folder
                kind = _filed(row, in_quarantine=in_quarantine)
            else:
                known_content = mail.uid in copies.get(listing.folder, ())
                kind = "copy" if known_content else "filed_unknown"
            groups[kind, listing.folder, listing.uidvalidity].append((mail.uid, row))
    newest = _newest(ledger.deliveries)
    for row in unmatched:
        kind = _absent(row, inbox, newest)
        groups[kind, inbox.folder, row.uidvalidity].append((row.uid, row))
    return Reconciliation(
        mailbox=mailbox,
        folders=tuple((each.folder, each.uidvalidity, len(each.mails)) for each in (inbox, *filed)),
        known_uidvalidity=ledger.uidvalidity,
        deliveries=len(ledger.deliveries),
        findings=_findings(groups, ledger),
    )


def match_filed(
    inbox: FolderListing, filed: Sequence[FolderListing], ledger: Ledger
) -> tuple[dict[tuple[str, int], LedgerDelivery], list[LedgerDelivery]]:
    """Know filed mails by size and INTERNALDATE, which a move keeps; no mail is opened.

    Returns:
        (folder, UID) to the copy that was filed there, and the copies that lie neither in the
        watched folder nor, as far as can be told, in one of the others.
    """
    present = {mail.uid for mail in inbox.mails}
    newest = _newest(ledger.deliveries)
    free: dict[tuple[int, float], list[LedgerDelivery]] = defaultdict(list)
    unmatched: dict[int, LedgerDelivery] = {}
    # Of a mail moved back only the last copy is filed: the earlier ones are matched last.
    for row in sorted(ledger.deliveries, key=lambda each: newest.get(each.mail_id or 0) is each):
        lies_there = row.uidvalidity == inbox.uidvalidity and row.uid in present
        if lies_there and row.state != ACKNOWLEDGED:
            continue
        if not lies_there:  # a server without MOVE keeps the original beside its filed copy
            unmatched[row.id] = row
        if row.mail_id is not None and row.received_at is not None:
            free[row.size_bytes, row.received_at.timestamp()].append(row)
    matches = {}
    for listing in filed:
        for mail in listing.mails:
            if mail.received_at is None:
                continue
            rows = free.get((mail.size_bytes, mail.received_at.timestamp()))
            if rows:
                row = rows.pop()
                matches[listing.folder, mail.uid] = row
                unmatched.pop(row.id, None)
    return matches, list(unmatched.values())


def find_strangers(
    inbox: FolderListing, filed: Sequence[FolderListing], ledger: Ledger
) -> dict[str, list[int]]:
    """Filed mails that only their content can explain, by folder; vouched ones are left out."""
    matches, _ = match_filed(inbox, filed, ledger)
    return {
        listing.folder: [
            mail.uid
            for mail in listing.mails
            if (listing.folder, mail.uid) not in matches
            and not _is_accepted(ledger, listing.folder, listing.uidvalidity, mail.uid)
        ]
        for listing in filed
    }


_Groups = defaultdict[tuple[str, str, int], list[tuple[int, LedgerDelivery | None]]]


def _unknown(mail: ListedMail, inbox: FolderListing, known: Known) -> str:
    """How a mail stands that lies in the watched folder and not in the ledger."""
    start, ledger = known.start, known.ledger
    if mail.deleted:
        return "deleted"
    if mail.marked and known.keyword_mode:
        return "marked_unknown"
    if (
        start is not None
        and start.uidvalidity == inbox.uidvalidity
        and mail.uid in start.left_alone
    ):
        return "left_alone"
    same = ledger.uidvalidity == inbox.uidvalidity
    if not same or mail.uid > ledger.highest_uid:
        return "not_fetched"
    return "backlog" if known.backlog else "overlooked"


def _known(
    mail: ListedMail, row: LedgerDelivery, *, attempts: int, first_filed: Mapping[int, int]
) -> str:
    """How a mail stands that lies in the watched folder and in the ledger."""
    if row.state == ACKNOWLEDGED:
        return "marked" if mail.deleted or mail.marked else "still_there"
    if row.state == STALE:
        return "stuck"
    if row.state == UNFETCHABLE:
        return "unfetchable" if row.attempts >= attempts else "fetch_again"
    if row.mail_state not in DONE:
        return "waiting"
    filed_before = first_filed.get(row.mail_id or 0, row.id) < row.id
    return "moved_back" if filed_before else "to_file"


def _filed(row: LedgerDelivery, *, in_quarantine: bool) -> str:
    """How a mail stands that lies in a folder of handled mail and in the ledger."""
    if row.mail_state not in DONE:
        return "retried" if row.state == ACKNOWLEDGED else "filed_early"
    if in_quarantine and row.mail_state == TRIAGED:
        return "mended"
    return "filed" if row.state != STORED else "filed_unnoted"


def _absent(row: LedgerDelivery, inbox: FolderListing, newest: Mapping[int, LedgerDelivery]) -> str:
    """How a copy stands that the server has in none of the folders."""
    if row.mail_id is None:
        return "gone_unfetched"
    later = newest[row.mail_id]
    if row.state in {STALE, STORED} and row.uidvalidity != inbox.uidvalidity:
        if later.uidvalidity == inbox.uidvalidity:
            return "known_again"
        return "renumbered" if row.state == STORED else "given_up"
    if row.state == ACKNOWLEDGED:
        return "taken_away" if later.id == row.id else "came_back"
    return "gone"


def _newest(deliveries: Iterable[LedgerDelivery]) -> dict[int, LedgerDelivery]:
    """Mail to its last copy."""
    return {each.mail_id: each for each in deliveries if each.mail_id is not None}


def _first_filed(deliveries: Iterable[LedgerDelivery]) -> dict[int, int]:
    """Mail to its first copy that was acknowledged."""
    first: dict[int, int] = {}
    for each in deliveries:
        if each.mail_id is not None and each.state == ACKNOWLEDGED:
            first.setdefault(each.mail_id, each.id)
    return first


def _findings(groups: _Groups, ledger: Ledger) -> tuple[Finding, ...]:
    """Alarms that a person vouched for become `accepted`; alarms first, then by kind."""
    sorted_out: _Groups = defaultdict(list)
    for (kind, folder, uidvalidity), members in groups.items():
        for uid, row in members:
            vouched = kind in ALARMS and _is_accepted(ledger, folder, uidvalidity, uid)
            sorted_out["accepted" if vouched else kind, folder, uidvalidity].append((uid, row))
    findings = [
        Finding(
            kind=kind,
            folder=folder,
            uidvalidity=uidvalidity,
            uids=tuple(sorted(uid for uid, _ in members)),
            mail_ids=tuple(
                sorted({row.mail_id for _, row in members if row and row.mail_id is not None})
            ),
        )
        for (kind, folder, uidvalidity), members in sorted_out.items()
    ]
    return tuple(
        sorted(findings, key=lambda each: (each.explained, each.kind, each.folder, each.uids))
    )


def _is_accepted(ledger: Ledger, folder: str, uidvalidity: int, uid: int) -> bool:
    return any(uid in uids for uids in ledger.accepted.get((folder, uidvalidity), ()))
