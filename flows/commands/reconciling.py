"""`triage reconcile`: is every mail on the server accounted for?"""

from __future__ import annotations

import getpass
import json
import sys
from typing import TYPE_CHECKING, Final

import click

from flows.commands.options import given_settings
from flows.screen import open_screen

if TYPE_CHECKING:
    from flows.proof import Proof

UNEXPLAINED: Final = 1
NOT_COMPARED: Final = 3


@click.command()
@click.option(
    "--mailbox",
    "mailboxes",
    multiple=True,
    metavar="NAME",
    help="Only this mailbox; may be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option(
    "--accept",
    "accepts",
    is_flag=True,
    help="Vouch for all that is unexplained now, under your name; it is no alarm any more.",
)
def reconcile(*, mailboxes: tuple[str, ...], as_json: bool, accepts: bool) -> None:
    """Compare all watched folders of the mailboxes with the ledger; changes no mail.

    Every difference is explained (not fetched yet, moved back, taken away ...) or an alarm. The
    exit status is 0 where all is explained, 1 where something is not, 3 where a mailbox could not
    be compared.
    """
    from flows.proof import accept, proof_as_json, run_reconcile
    from flows.reconcile_view import proof_view
    from flows.tasks import mailbox_names

    settings = given_settings()
    proof = run_reconcile(settings, mailbox_names(settings, mailboxes))
    if as_json:
        click.echo(json.dumps(proof_as_json(proof), ensure_ascii=False))
    else:
        open_screen().print(proof_view(proof))
    for failure in proof.failures.values():
        click.echo(f"Error: {failure}", err=True)
    if accepts:
        count = accept(settings, proof, who=getpass.getuser())
        click.echo(f"{count} mails accepted by {getpass.getuser()}", err=True)
    sys.exit(exit_status(proof, accepted=accepts))


def exit_status(proof: Proof, *, accepted: bool = False) -> int:
    """Alarms come before mailboxes that could not be compared."""
    if proof.unexplained and not accepted:
        return UNEXPLAINED
    return NOT_COMPARED if proof.failures else 0
