"""`triage status` and `triage explain`: how things stand, and why a mail was handled as it was."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from flows.commands.options import given_settings, language_option, opened_store, words_of
from flows.screen import has_colours, open_screen
from pipeline.health.shown import health_as_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from flows.words import Language
    from pipeline.store.records import StoreStatus


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object on standard output.")
@click.option("--check", "checked", is_flag=True, help="Exit with 1 where there is an alarm.")
def status(*, as_json: bool, checked: bool) -> None:
    """Tell how mailboxes, mails and claims stand, what is wrong with them and what to do."""
    from flows.status_view import health_view, status_view
    from flows.watching import missing_model
    from pipeline.health.judge import judge_health
    from pipeline.store.records import StoreStatus
    from pipeline.store.standing import store_standing

    settings = given_settings()
    with opened_store(settings) as store:
        standing = store_standing(store)
    health = judge_health(standing, settings.mailboxes, missing_model=missing_model(settings))
    counted = StoreStatus(
        tuple(mailbox.status for mailbox in standing.mailboxes.values()), standing.claims
    )
    if as_json:
        told = {**status_as_json(counted), "health": health_as_json(health)}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        configured = [mailbox.name for mailbox in settings.mailboxes]
        screen = open_screen()
        screen.print(status_view(counted, configured=configured))
        screen.print(health_view(health))
    if checked and health.level == "alarm":
        sys.exit(1)


@click.command()
@click.argument("mail_id", metavar="ID", type=int)
@click.option("--json", "as_json", is_flag=True, help="One JSON object with the reasons alone.")
@language_option
def explain(mail_id: int, *, as_json: bool, language: Language) -> None:
    """Tell why a mail was handled the way it was.

    ID is the mail's number in the store; `triage status` and the review lists show it. The words
    and the labelled examples behind each decision come from the model version that decided; where
    that is gone, the rest is told.
    """
    from flows.life_view import life_view
    from flows.why import answer, explainer_opener, questions_of_life
    from pipeline.store.life import mail_life

    settings = given_settings()
    words = words_of(settings, language)
    with opened_store(settings) as store:
        life = mail_life(store, mail_id)
    why = answer(questions_of_life(life), explainer_opener(settings))
    if as_json:
        click.echo(json.dumps({"id": str(mail_id), **why.as_json()}, ensure_ascii=False))
        return
    screen = open_screen()
    screen.print(life_view(life, words=words, why=why, colours=has_colours(screen)))


def status_as_json(standing: StoreStatus) -> dict[str, Any]:
    """Shape the answer of `triage status --json`."""
    mailboxes = [{"fetched": mailbox.fetched, **asdict(mailbox)} for mailbox in standing.mailboxes]
    for mailbox in mailboxes:
        for key in ("last_success_at", "last_error_at", "oldest_waiting_at"):
            mailbox[key] = _moment(mailbox[key])
    counted = ("fetched", "waiting", "leased", "triaged", "quarantined", "unfetchable")
    return {
        "mailboxes": mailboxes,
        "mails": {key: _total(mailboxes, key) for key in counted},
        "claims": dict(standing.claims),
        "in_review": standing.in_review,
        "oldest_waiting_at": min(
            (mailbox["oldest_waiting_at"] for mailbox in mailboxes if mailbox["oldest_waiting_at"]),
            default=None,
        ),
    }


def _total(mailboxes: Sequence[dict[str, Any]], key: str) -> int:
    return sum(mailbox[key] for mailbox in mailboxes)


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
