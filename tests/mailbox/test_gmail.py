from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from pipeline.errors import MailboxError, MailboxLoginRefused, SettingInvalid
from pipeline.mailbox.gmail import renew_token
from tests.mailbox.signing_in import make_google, write_key
from tests.servers.authority import JWT_GRANT, SECRET

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.authority import Authority


def test_a_refresh_token_gives_a_token_with_its_end(authority: Authority) -> None:
    refresh_token = authority.allow("claims@mail.example")
    settings = make_google(authority, oauth_refresh_token=refresh_token)
    token = renew_token(settings, refresh_token)
    assert authority.tokens.owner(token.value) == "claims@mail.example"
    assert token.expires_at == pytest.approx(time.time() + 3600, abs=30)
    assert token.refresh_token == authority.refresh_token


def test_a_service_account_reads_the_mailbox_of_the_user(
    authority: Authority, tmp_path: Path
) -> None:
    authority.allow("claims@mail.example")
    settings = make_google(authority, oauth_key_file=write_key(authority, tmp_path))
    token = renew_token(settings, "")
    assert authority.tokens.owner(token.value) == "claims@mail.example"
    assert (token.refresh_token, authority.asked) == ("", [JWT_GRANT])


def test_a_service_account_without_leave_is_refused(authority: Authority, tmp_path: Path) -> None:
    authority.allow("claims@mail.example")
    key = write_key(authority, tmp_path)
    settings = make_google(authority, oauth_key_file=key, user="other@mail.example")
    with pytest.raises(MailboxLoginRefused, match="invalid_grant"):
        renew_token(settings, "")


@pytest.mark.parametrize("content", [None, "{}", "not JSON"])
def test_a_key_file_that_cannot_be_read_is_a_wrong_setting(
    authority: Authority, tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "key.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingInvalid, match="oauth_key_file"):
        renew_token(make_google(authority, oauth_key_file=path), "")


def test_a_refusal_is_told_without_secrets(authority: Authority) -> None:
    authority.allow("claims@mail.example")
    settings = make_google(authority, oauth_refresh_token="old-token")
    with pytest.raises(MailboxLoginRefused, match=r"invalid_grant.*sign in again") as caught:
        renew_token(settings, "old-token")
    for hidden in (SECRET, "old-token", authority.user):
        assert hidden not in str(caught.value)


def test_a_token_server_that_is_not_trusted_is_no_refusal(authority: Authority) -> None:
    refresh_token = authority.allow("claims@mail.example")
    settings = make_google(authority, oauth_refresh_token=refresh_token, ca_file=None)
    with pytest.raises(MailboxError, match="the token server fails") as caught:
        renew_token(settings, refresh_token)
    assert not isinstance(caught.value, MailboxLoginRefused)
