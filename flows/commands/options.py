"""What several commands share: an option, and the doors to settings, words, store and model."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click

from flows.words import Language, Words

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.inbox import Triage
    from pipeline.settings import Settings
    from pipeline.store.database import Store

language_option = click.option(
    "--lang",
    "language",
    type=click.Choice(get_args(Language)),
    default="fr",
    show_default=True,
    help="Language of names and headings.",
)


def given_settings() -> Settings:
    """Read environment, `.env` and mailbox file.

    Raises:
        SettingInvalid: Names the setting and what is wrong.
    """
    from pipeline.settings import read_settings

    return read_settings()


def words_of(settings: Settings, language: Language) -> Words:
    """Read what the company calls things.

    Raises:
        TaxonomyInvalid: The taxonomy file cannot be used.
        SettingInvalid: The signal file cannot be used.
    """
    from models.gravity import load_gravity_signs
    from pipeline.taxonomy import load_taxonomy
    from training.options import SIGNALS

    signs = {sign.code: sign.names for sign in load_gravity_signs(SIGNALS)}
    return Words(load_taxonomy(settings.taxonomy), language, signs)


def opened_store(settings: Settings) -> Store:
    """Open the workflow store; the caller closes it.

    Raises:
        StoreError: The database is away or refuses.
    """
    from pipeline.store.database import open_store

    return open_store(settings.database_url.get_secret_value())


def open_triage_of(context: click.Context) -> Callable[[Settings], Triage]:
    """Give the function that opens model and stages; a caller may hand in another as `obj`."""
    from flows.tasks import open_triage

    opened: Callable[[Settings], Triage] = context.obj or open_triage
    return opened
