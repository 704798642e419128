from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.noting import note_login, noted_failure
from pipeline.errors import MailboxError, MailboxLoginRefused
from pipeline.mailbox.oauth import token_source
from pipeline.store.database import Store, open_store
from pipeline.store.logins import logins
from pipeline.store.queries import status
from tests.health.builders import make_settings
from tests.mailbox.signing_in import make_microsoft

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.servers.authority import Authority

SETTINGS = make_settings()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    with open_store(database_url) as opened:
        yield opened


def fail(store: Store, error: MailboxError) -> None:
    with pytest.raises(type(error)), noted_failure(store, SETTINGS):
        raise error


def test_a_refused_log_in_is_noted_until_one_goes_well(store: Store) -> None:
    fail(store, MailboxLoginRefused("claims", "AUTHENTICATIONFAILED"))
    since = logins(store)["claims"].refused_at
    assert since is not None
    fail(store, MailboxError("claims", "no server listens there"))
    assert logins(store)["claims"].refused_at == since
    assert "no server" in status(store).mailboxes[0].last_error
    note_login(store, SETTINGS)
    assert logins(store)["claims"].refused_at is None


def test_a_server_that_is_away_is_no_refusal(store: Store) -> None:
    fail(store, MailboxError("claims", "no server listens there"))
    assert logins(store) == {}


def test_a_token_that_cannot_be_renewed_is_noted(store: Store, authority: Authority) -> None:
    settings = make_microsoft(authority, name="claims")
    authority.refusal = "invalid_client"
    with pytest.raises(MailboxLoginRefused), noted_failure(store, settings):
        token_source(settings).token()
    noted = logins(store)["claims"]
    assert noted.refused_at is not None
    assert "secret is wrong or expired" in noted.renewal_error
    authority.refusal = ""
    token_source(settings).token()
    note_login(store, settings)
    noted = logins(store)["claims"]
    assert (noted.refused_at, noted.renewal_error) == (None, "")
    assert noted.good_until is not None
