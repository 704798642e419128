"""Log-in with OAuth2 against Dovecot, and when tokens are renewed."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.errors import MailboxError, MailboxLoginRefused
from pipeline.mailbox.imap import open_imap
from pipeline.mailbox.oauth import TokenSource, login_standing
from pipeline.mailbox.session import ImapSession
from pipeline.mailbox.token_file import AccessToken, keep_token
from tests.mailbox.builders import make_mail, make_settings
from tests.mailbox.signing_in import make_google, make_microsoft, write_key

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pipeline.settings import MailboxSettings
    from tests.servers.authority import Authority
    from tests.servers.dovecot import DovecotServer


class Renewals:
    """A token server and a clock that obey the test; tokens are good for an hour."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.asked_with: list[str] = []
        self.fails: MailboxError | None = None
        self.takes_seconds = 0.0

    def __call__(self, settings: MailboxSettings, refresh_token: str) -> AccessToken:
        del settings
        self.asked_with.append(refresh_token)
        time.sleep(self.takes_seconds)
        if self.fails is not None:
            raise self.fails
        number = len(self.asked_with)
        return AccessToken(f"at-{number}", self.now, self.now + 3600, f"rt-{number}")

    def source(self, settings: MailboxSettings) -> TokenSource:
        return TokenSource(settings, renewal=self, clock=lambda: self.now)


@pytest.fixture
def renewals() -> Renewals:
    return Renewals()


@pytest.fixture
def settings(authority: Authority, tmp_path: Path) -> MailboxSettings:
    path = tmp_path / "token.json"
    return make_google(authority, oauth_refresh_token="rt-0", oauth_token_file=path)


def test_a_token_is_renewed_before_it_expires_with_the_newest_refresh_token(
    renewals: Renewals, settings: MailboxSettings
) -> None:
    source = renewals.source(settings)
    assert source.token() == "at-1"
    renewals.now += 2300
    assert source.token() == "at-1"
    renewals.now += 200
    assert source.token() == "at-2"
    assert renewals.asked_with == ["rt-0", "rt-1"]


def test_a_failed_renewal_is_told_while_the_token_is_still_good_and_raised_after(
    renewals: Renewals, settings: MailboxSettings, caplog: pytest.LogCaptureFixture
) -> None:
    source = renewals.source(settings)
    source.token()
    renewals.fails = MailboxLoginRefused("test", "renewing the token: refused (invalid_grant)")
    renewals.now += 3000
    with caplog.at_level(logging.WARNING):
        assert source.token() == "at-1"
    assert "good for 10 minutes" in caplog.text
    assert "invalid_grant" in source.standing().renewal_error
    renewals.now += 590
    with pytest.raises(MailboxLoginRefused, match="invalid_grant"):
        source.token()
    renewals.fails = None
    assert source.token() == "at-4"
    assert source.standing().renewal_error == ""
    assert source.standing().good_until == renewals.now + 3600


def test_the_next_process_goes_on_with_the_kept_tokens(
    renewals: Renewals, settings: MailboxSettings
) -> None:
    renewals.source(settings).token()
    assert renewals.source(settings).token() == "at-1"
    renewals.now += 4000
    assert renewals.source(settings).token() == "at-2"
    assert renewals.asked_with == ["rt-0", "rt-1"]


def test_a_token_that_another_process_renewed_is_used(
    renewals: Renewals, settings: MailboxSettings
) -> None:
    here, there = renewals.source(settings), renewals.source(settings)
    here.token()
    renewals.now += 3000
    assert there.token() == "at-2"
    assert here.token() == "at-2"
    assert len(renewals.asked_with) == 2


def test_of_several_that_want_a_new_token_one_renews_it(
    renewals: Renewals, settings: MailboxSettings
) -> None:
    renewals.takes_seconds = 0.2
    sources = [renewals.source(settings) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(TokenSource.token, sources))
    assert tokens == ["at-1"] * 4
    assert renewals.asked_with == ["rt-0"]


def test_a_token_file_that_cannot_be_written_is_told(
    renewals: Renewals, settings: MailboxSettings, tmp_path: Path
) -> None:
    lost = settings.model_copy(update={"oauth_token_file": tmp_path / "none" / "token.json"})
    source = renewals.source(lost)
    assert source.token() == "at-1"
    assert "token file cannot be written" in source.standing().renewal_error


def test_a_mailbox_with_a_password_has_no_standing(settings: MailboxSettings) -> None:
    password = {"oauth": "", "password": "x"}
    assert login_standing(settings.model_copy(update=password)) is None


# --- against Dovecot ------------------------------------------------------------------------------


def list_uids(dovecot: DovecotServer, settings: MailboxSettings) -> list[int]:
    with open_imap(settings, tls_port=dovecot.tls_port) as source:
        return source.list_uids()


@pytest.fixture
def user(dovecot: DovecotServer, authority: Authority) -> str:
    user = dovecot.new_user()
    dovecot.append(user, [make_mail()])
    authority.allow(user)
    return user


def reach(dovecot: DovecotServer, authority: Authority, folder: Path) -> dict[str, Any]:
    """Over TLS; both servers' authorities are trusted."""
    both = folder / "authorities.pem"
    both.write_bytes(dovecot.ca_file.read_bytes() + authority.certificates.ca.read_bytes())
    return {"host": dovecot.host, "port": dovecot.tls_port, "ca_file": both}


@pytest.mark.server
@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("way", ["client", "person", "key", "google person"])
def test_every_way_to_a_token_logs_in(
    dovecot: DovecotServer, authority: Authority, tmp_path: Path, way: str
) -> None:
    fields = reach(dovecot, authority, tmp_path)
    given = {"oauth_refresh_token": authority.refresh_token}
    settings = {
        "client": lambda: make_microsoft(authority, **fields),
        "person": lambda: make_microsoft(authority, **fields, **given),
        "key": lambda: make_google(
            authority, **fields, oauth_key_file=write_key(authority, tmp_path)
        ),
        "google person": lambda: make_google(authority, **fields, **given),
    }[way]()
    assert list_uids(dovecot, settings) == [1]
    assert list_uids(dovecot, settings) == [1]
    assert len(authority.asked) == 1


@pytest.mark.server
def test_a_token_that_expired_on_the_mail_server_is_renewed_once(
    dovecot: DovecotServer, authority: Authority, tmp_path: Path, user: str
) -> None:
    fields = reach(dovecot, authority, tmp_path)
    settings = make_microsoft(authority, **fields, oauth_token_file=tmp_path / "token.json")
    expired = dovecot.tokens.issue(user, life_seconds=0)
    keep_token(settings, AccessToken(expired, issued_at=0.0, expires_at=4e9))
    assert list_uids(dovecot, settings) == [1]
    assert len(authority.asked) == 1


@pytest.mark.server
def test_a_token_that_stays_refused_ends_the_log_in(
    dovecot: DovecotServer, authority: Authority, tmp_path: Path, user: str
) -> None:
    fields = reach(dovecot, authority, tmp_path)
    settings = make_microsoft(authority, **fields, user=dovecot.new_user())
    assert authority.user == user
    with pytest.raises(MailboxLoginRefused, match="AUTHENTICATIONFAILED"):
        list_uids(dovecot, settings)
    assert len(authority.asked) == 1


@pytest.mark.server
@pytest.mark.usefixtures("user")
@pytest.mark.parametrize("make", [make_microsoft, make_google])
def test_a_token_about_to_expire_is_renewed_and_no_secret_stands_in_any_log(
    dovecot: DovecotServer,
    authority: Authority,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    make: Callable[..., MailboxSettings],
) -> None:
    authority.life_seconds = 20
    given = authority.refresh_token
    fields = reach(dovecot, authority, tmp_path)
    settings = make(authority, **fields, oauth_refresh_token=given)
    with caplog.at_level(logging.DEBUG):
        assert list_uids(dovecot, settings) == [1]
        assert list_uids(dovecot, settings) == [1]
    assert authority.asked == ["refresh_token"] * 2
    for secret in ("client-s3cret", given, authority.refresh_token, *dovecot.tokens.users):
        assert secret not in caplog.text


@pytest.mark.server
def test_a_session_that_breaks_logs_in_with_the_same_token(
    dovecot: DovecotServer, authority: Authority, user: str
) -> None:
    settings = make_settings(dovecot, user).model_copy(
        update={
            "password": None,
            **make_microsoft(authority).model_dump(
                include={"oauth", "oauth_tenant", "oauth_client_id", "ca_file"}
            ),
            "oauth_client_secret": make_microsoft(authority).oauth_client_secret,
            "oauth_authority": authority.url,
        }
    )
    session = ImapSession(settings)
    session.renew()
    assert session.search([1, 2]) == {1}
    session.close()
    assert authority.asked == ["client_credentials"]
