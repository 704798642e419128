"""`triage login`: a person allows the program to read a mailbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from flows.commands.options import given_settings
from flows.words import printable
from pipeline.errors import SettingInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.settings import MailboxSettings, Settings


@click.command()
@click.option("--mailbox", "name", metavar="NAME", help="Which one, where there are several.")
def login(*, name: str | None) -> None:
    """Sign in at Microsoft 365 for a mailbox, in any browser, with a code.

    The tokens are kept in the file that oauth_token_file names; from then on the program renews
    them itself. Not needed with a client's secret, a key file or a password.
    """
    from pipeline.mailbox.entra import sign_in
    from pipeline.mailbox.token_file import keep_token

    mailbox = _chosen(given_settings(), name)
    path = _token_file(mailbox)
    token = sign_in(mailbox, tell=lambda told: click.echo(printable(told), err=True))
    try:
        keep_token(mailbox, token)
    except OSError as error:
        reason = f"{path} cannot be written: {error.strerror}"
        raise SettingInvalid("oauth_token_file", reason) from error
    click.echo(f"mailbox {mailbox.name}: signed in; the tokens are kept in {path}")


def _chosen(settings: Settings, name: str | None) -> MailboxSettings:
    if name is not None:
        return settings.mailbox(name)
    if len(settings.mailboxes) != 1:
        raise SettingInvalid("--mailbox", f"name one; {len(settings.mailboxes)} are configured")
    return settings.mailboxes[0]


def _token_file(mailbox: MailboxSettings) -> Path:
    if mailbox.oauth != "microsoft":
        raise SettingInvalid("oauth", f"mailbox {mailbox.name} is not set to microsoft")
    if mailbox.oauth_token_file is None:
        raise SettingInvalid("oauth_token_file", "set it: the tokens are kept there")
    return mailbox.oauth_token_file
