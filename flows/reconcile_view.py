"""Proof -> what stands on the screen, and the Markdown that a Prefect server shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from flows.words import printable
from pipeline.reconcile.findings import AGREED
from pipeline.store.uid_sets import format_uids

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import RenderableType

    from flows.proof import Proof
    from pipeline.reconcile.findings import Finding, Reconciliation

SHOWN_CHARACTERS: Final = 36
"""Of a set of UIDs in the table; `--json` has all of them."""

MEANINGS: Final[Mapping[str, str]] = {
    "filed": "handled, and in its folder",
    "marked": "handled, and marked so",
    "not_fetched": "not fetched yet; the next ingest does",
    "backlog": "left to a later run of the limited ingest",
    "left_alone": "older than the start that --since or --from-uid set",
    "deleted": "marked as deleted by somebody before it was fetched",
    "waiting": "fetched, waits to be understood",
    "to_file": "done; the next ingest moves or marks it",
    "moved_back": "handled before and moved back; known, the next ingest files it again",
    "fetch_again": "the server could not give it; the next ingest tries again",
    "retried": "filed, and to be tried again from the store",
    "mended": "quarantined before, handled since: may be moved to the done folder",
    "filed_early": "somebody moved it here before it was handled; the store has it",
    "filed_unnoted": "moved; the next ingest notes it",
    "copy": "a further copy of a mail that the store has",
    "accepted": "unexplained, but a person vouched for it",
    "gone": "somebody took it away before it was filed; the store has it",
    "taken_away": "filed, and taken away since; the store has it",
    "came_back": "filed, and moved back since as another copy",
    "renumbered": "the folder has a new UIDVALIDITY; the next ingest knows it by content",
    "known_again": "of an old UIDVALIDITY, known by content under the present one",
    "given_up": "of an old UIDVALIDITY, not in the folder any more; the store has it",
    "overlooked": "lies there, was passed over: run `triage ingest`; if it stays, tell us",
    "unfetchable": "the server cannot give it: open it in a mail program, forward it",
    "gone_unfetched": "could not be fetched and is gone: look in trash and other folders",
    "still_there": "noted as handled, but it awaits handling: move it to the done folder",
    "stuck": "given up under a UIDVALIDITY that is back: move it away and back again",
    "marked_unknown": "bears our mark, but the store has no such mail: take the mark away",
    "filed_unknown": "the store has no such mail: move it to the watched folder, or --accept",
}
"""Kind of finding -> what it means, and for an alarm what to do."""


def proof_view(proof: Proof) -> RenderableType:
    """Show one table a mailbox, the alarms at the top, and one sentence at the end."""
    parts: list[RenderableType] = []
    for answer in proof.mailboxes:
        parts += [Text(_headline(answer), style="bold"), *_changed(answer), _table(answer), Text()]
    parts += [Text(f"not compared: {reason}", style="red") for reason in proof.failures.values()]
    parts.append(Text(verdict(proof), style="green" if proof.complete else "bold red"))
    return Group(*parts)


def verdict(proof: Proof) -> str:
    """Say in one sentence whether every mail is accounted for."""
    compared = sum(answer.agreed + answer.explained for answer in proof.mailboxes)
    if proof.unexplained:
        return f"{proof.unexplained} mails are not accounted for, {compared} are."
    if proof.failures:
        return f"{len(proof.failures)} mailboxes could not be compared; elsewhere all is explained."
    return f"Every mail is accounted for ({compared})."


def proof_markdown(proof: Proof) -> str:
    """Tell the same for a Prefect server; holds no mail text and no addresses."""
    lines = [f"# {verdict(proof)}", ""]
    for answer in proof.mailboxes:
        lines += [f"## {_headline(answer)}", "", "| | mails | folder | meaning | UIDs |"]
        lines += ["| --- | ---: | --- | --- | --- |"]
        lines += [f"| {' | '.join(_cells(finding))} |" for finding in answer.findings]
        lines += [""]
    lines += [f"- not compared: {reason}" for reason in proof.failures.values()]
    return "\n".join(lines).rstrip("\n") + "\n"


def _headline(answer: Reconciliation) -> str:
    folders = ", ".join(f"{folder} {mails}" for folder, _, mails in answer.folders)
    return printable(f"{answer.mailbox}: {folders}; ledger {answer.deliveries}")


def _changed(answer: Reconciliation) -> list[Text]:
    """Tell a new UIDVALIDITY by its two values."""
    folder, now, _ = answer.folders[0]
    before = answer.known_uidvalidity
    if before in {None, now}:
        return []
    return [Text(printable(f"{folder}: UIDVALIDITY was {before}, is {now}"), style="yellow")]


def _table(answer: Reconciliation) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    table.add_column("mails", justify="right")
    table.add_column("folder")
    table.add_column("meaning")
    table.add_column("UIDs")
    for finding in answer.findings:
        style = "bold red" if not finding.explained else ""
        table.add_row(*map(Text, _cells(finding)), style=style)
    return table


def _cells(finding: Finding) -> tuple[str, ...]:
    mark = "ALARM" if not finding.explained else "ok" if finding.kind in AGREED else "explained"
    return (
        mark,
        str(len(finding.uids)),
        printable(finding.folder),
        MEANINGS[finding.kind],
        _short(format_uids(finding.uids)) if finding.kind not in AGREED else "",
    )


def _short(uids: str) -> str:
    return uids if len(uids) <= SHOWN_CHARACTERS else uids[: SHOWN_CHARACTERS - 1] + "…"
